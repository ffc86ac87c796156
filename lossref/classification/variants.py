"""Variants of the categorical cross-entropy: polynomial, generalized, over a ranking."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, ShiftedRows
from lossref._sums import row_sums, total
from lossref.classification._shared import (
    LABEL_INDEX,
    LABEL_ROWS,
    LOG_BASE,
    P_ROWS,
    PROPERTIES,
    SHIFTS,
    UNBOUNDED,
    Z_ROWS,
    Indices,
)
from lossref.classification.binary import no_curvature
from lossref.classification.categorical import softmax_cross_entropy, softmax_less
from lossref.spec import LossSpec, Parameter, Peer

_EPSILON = Parameter("epsilon", "hyper", "from_minus_one", "scalar", default=2.0, plausible=(0.5, 3.0))


def _missed(y: Array, rows: ShiftedRows) -> Array:
    """Probability outside of the labels, Σ y (1 − p)."""
    return row_sums(y * rows.complement())


def _expected_less(y: Array, rows: ShiftedRows) -> Array:
    """Σ y p − y: at a top that stands alone, where p may be 1, as the sum over the others less y (1 − p)."""
    products = y * rows.softmax()
    alone = rows.top & (rows.top.sum(axis=0) == 1)
    return np.where(alone, row_sums(products * ~alone) - y * rows.complement(), row_sums(products) - y)


def _poly(y: Array, z: Array, epsilon: float) -> Array:
    rows = ShiftedRows.of(z)
    return softmax_cross_entropy(y, rows) + epsilon * _missed(y, rows)


def _poly_slope(y: Array, z: Array, epsilon: float) -> tuple[Array, Array]:
    rows = ShiftedRows.of(z)
    slope = softmax_less(y, rows) + epsilon * rows.softmax() * _expected_less(y, rows)
    return slope, slope


def _poly_slope_target(_: Array, z: Array, epsilon: float) -> tuple[Array, Array]:
    rows = ShiftedRows.of(z)
    slope = rows.negative_log_softmax() + epsilon * rows.complement()
    return slope, slope


def _poly_curvature(y: Array, z: Array, epsilon: float) -> Array:
    rows = ShiftedRows.of(z)
    p, q = rows.softmax(), rows.complement()
    return p * (q + epsilon * _expected_less(y, rows) * (q - p))


POLY_CROSS_ENTROPY = LossSpec(
    name="poly_cross_entropy",
    aliases=("poly1_cross_entropy", "poly_loss"),
    family="classification",
    summary="Cross-entropy of softmax(z) plus ε times the probability that is not the label's.",
    latex=r"-\log p_t + \varepsilon \left(1 - p_t\right), \quad p = \operatorname{softmax}(z)",
    references=("Z. Leng et al., PolyLoss: a polynomial expansion perspective of classification losses, ICLR 2022",),
    parameters=(LABEL_ROWS, Z_ROWS, _EPSILON),
    properties=frozenset({"non_negative", "permutation_invariant"}) | SHIFTS,
    guards={"z": "softmax"},
    terms=_poly,
    slopes={"z": _poly_slope, "y_true": _poly_slope_target},
    curvatures={"z": _poly_curvature, "y_true": no_curvature},
    convex_in=("y_true",),
    bounds=UNBOUNDED,
    link="identity",
    peers=(
        Peer(
            "optax.losses.poly_loss_cross_entropy",
            {"logits": "z", "labels": "y_true", "epsilon": "epsilon"},
            {"reduction": "none"},
        ),
    ),
)


def poly_cross_entropy(y_true: Any, z: Any, epsilon: float = 2.0, **options: Any) -> Any:
    """Mean over rows of −log p_t + ε (1 − p_t), where p_t = Σ y_k softmax(z)_k (poly-1).

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    z : array_like of shape (N, C), logits; −inf marks an impossible class
    epsilon : float, not below −1
        With 0 it is the cross-entropy.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Leng et al. 2022; optax.losses.poly_loss_cross_entropy (the terms).

    Examples
    --------
    >>> print(round(poly_cross_entropy([[0, 1]], [[0.0, 0.0]]), 6))  # log 2 + 2 · 1/2
    1.693147
    """
    return POLY_CROSS_ENTROPY.value(y_true, z, epsilon, **options)


_Q = Parameter("q", "hyper", "unit_above_zero", "scalar", default=0.5, plausible=(0.3, 0.9))


def _of_label(y: Indices, p: Array) -> Array:
    entries: Array = p[y, np.arange(len(y))]
    return entries


def _generalized(y: Indices, p: Array, q: float) -> Array:
    # (1 − p^q)/q by expm1, which keeps the digits that 1 − p^q loses for small q.
    terms: Array = np.expm1(q * np.log(_of_label(y, p))) / -q
    return terms


def _power_over(p: Array, q: float) -> Array:
    """Compute p^(q − 1) as p^q / p, since a rounding of q − 1 would be multiplied with the logarithm of p."""
    power = np.full_like(p, np.inf if q < 1.0 else 1.0)
    np.divide(p**q, p, out=power, where=p > 0.0)
    return power


def _generalized_slope(y: Indices, p: Array, q: float) -> tuple[Array, Array]:
    slope = np.zeros_like(p)
    slope[y, np.arange(len(y))] = 0.0 - _power_over(_of_label(y, p), q)
    return slope, slope


def _generalized_curvature(y: Indices, p: Array, q: float) -> Array:
    curvature = np.zeros_like(p)
    if q != 1.0:
        label = _of_label(y, p)
        curvature[y, np.arange(len(y))] = (1.0 - q) * _power_over(label, q) / label
    return curvature


GENERALIZED_CROSS_ENTROPY = LossSpec(
    name="generalized_cross_entropy",
    aliases=("gce", "categorical_generalized_cross_entropy"),
    family="classification",
    summary="Between the cross-entropy (q → 0) and one minus the label's probability (q = 1): robust to wrong labels.",
    latex=r"\frac{1 - p_y^{\,q}}{q}",
    references=(
        "Z. Zhang and M. Sabuncu, Generalized cross entropy loss for training deep neural networks, NeurIPS 2018",
    ),
    parameters=(LABEL_INDEX, P_ROWS, _Q),
    properties=PROPERTIES | {"zero_at_perfect_fit"},
    guards={"p": "itself"},
    terms=_generalized,
    slopes={"p": _generalized_slope},
    curvatures={"p": _generalized_curvature},
    convex_in=("p",),
    bounds=(0.0, 2.0),
    minimizer="normalized powers 1/(1 − q) of the conditional class probabilities",
    link="softmax",
    peers=(Peer("keras.losses.CategoricalGeneralizedCrossEntropy", {"y_true": "y_true", "y_pred": "p", "q": "q"}),),
)


def generalized_cross_entropy(y_true: Any, p: Any, q: float = 0.5, **options: Any) -> Any:
    """Mean over rows of (1 − p[y]^q) / q.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    q : float in (0, 1]
        Towards 0 it is the cross-entropy, at 1 it is 1 − p[y].
    **options
        As for `LossSpec.value`; `ignore_index` as for `sparse_categorical_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Zhang and Sabuncu 2018 (q 0.7); keras.losses.CategoricalGeneralizedCrossEntropy (q 0.5).

    Examples
    --------
    >>> print(generalized_cross_entropy([1], [[0.75, 0.25]]))
    1.0
    """
    return GENERALIZED_CROSS_ENTROPY.value(y_true, p, q, **options)


_RELEVANCE = Parameter("y_true", "target", "nonnegative", "rows", plausible=(0.0, 4.0))
_SCORES = Parameter("scores", "prediction", "logits", "rows", admits="row_logits", plausible=(-6.0, 6.0))


def _ranking(y: Array, scores: Array) -> Array:
    return softmax_cross_entropy(y, ShiftedRows.of(scores))


def _ranking_slope(y: Array, scores: Array) -> tuple[Array, Array]:
    slope = softmax_less(y, ShiftedRows.of(scores))
    return slope, slope


def _ranking_fused(y: Array, scores: Array) -> tuple[float, Array, Array]:
    rows = ShiftedRows.of(scores)
    slope = softmax_less(y, rows)
    return total(softmax_cross_entropy(y, rows)), slope, slope


def _ranking_slope_target(_: Array, scores: Array) -> tuple[Array, Array]:
    slope = ShiftedRows.of(scores).negative_log_softmax()
    return slope, slope


def _ranking_curvature(y: Array, scores: Array) -> Array:
    rows = ShiftedRows.of(scores)
    return row_sums(y) * rows.softmax() * rows.complement()


RANKING_SOFTMAX = LossSpec(
    name="ranking_softmax",
    aliases=("listwise_softmax", "ranking_softmax_loss"),
    family="classification",
    summary="Cross-entropy of the relevances of a list and the softmax of its scores.",
    latex=r"-\sum_{i=1}^{n} y_i \log \frac{e^{s_i}}{\sum_{j} e^{s_j}}",
    references=("Z. Cao et al., Learning to rank: from pairwise approach to listwise approach, ICML 2007",),
    parameters=(_RELEVANCE, _SCORES),
    properties=PROPERTIES | SHIFTS,
    options=LOG_BASE,
    guards={"scores": "softmax"},
    terms=_ranking,
    slopes={"scores": _ranking_slope, "y_true": _ranking_slope_target},
    curvatures={"scores": _ranking_curvature, "y_true": no_curvature},
    fused={"scores": _ranking_fused},
    convex_in=("scores", "y_true"),
    bounds=UNBOUNDED,
    minimizer="logarithms of the expected relevances, up to a constant",
    link="identity",
)


def ranking_softmax(y_true: Any, scores: Any, **options: Any) -> Any:
    """Mean over lists of −Σ y_i log softmax(scores)_i.

    Parameters
    ----------
    y_true : array_like of shape (N, n), relevances, not negative; they need not sum to 1
    scores : array_like of shape (N, n); −inf takes an item out of its list
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Cao et al. 2007; optax.losses.ranking_softmax_loss.

    Examples
    --------
    >>> print(ranking_softmax([[2.0, 1.0]], [[0.0, 0.0]], log_base=2))
    3.0
    """
    return RANKING_SOFTMAX.value(y_true, scores, **options)


SPECS = (POLY_CROSS_ENTROPY, GENERALIZED_CROSS_ENTROPY, RANKING_SOFTMAX)
