"""Losses that compare every vector of a batch with every other; each row of a term's softmax is a query."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, ShiftedRows, sigmoid, softplus
from lossref._vectors import Interval, smooth, through_unit, unit
from lossref.errors import ShapeError
from lossref.spec import LossSpec, Parameter, Peer

_CONTRAST = "A. van den Oord, Y. Li and O. Vinyals, Representation learning with contrastive predictive coding, 2018"


def _temperature(default: float) -> Parameter:
    return Parameter("temperature", "hyper", "positive", "scalar", default=default, plausible=(0.1, 1.0))


def _sample_pairs(rng: np.random.Generator, rows: int, features: int) -> list[Any]:
    """Draw keys that resemble their queries."""
    queries = rng.normal(size=(rows, features))
    return [queries, queries + 0.7 * rng.normal(size=(rows, features))]


def _sample_classes(rng: np.random.Generator, rows: int, features: int) -> list[Any]:
    return [rng.integers(0, 3, size=rows), unit(rng.normal(size=(features, rows))).T]


def _pair(q: Array, k: Array, *, normalize: bool) -> tuple[Array, Array]:
    """Put the features of queries and keys on axis 0."""
    if q.ndim != 2 or q.shape != k.shape or q.shape[1] == 0:
        raise ShapeError(f"expected q and k of the same shape (N, D); got {q.shape} and {k.shape}")
    return (unit(q.T), unit(k.T)) if normalize else (q.T, k.T)


class _Choice:
    """Cross-entropy of picking `target[i]` among the candidates by the scores [candidate, i]."""

    def __init__(self, scores: Array, target: Any) -> None:
        self._rows = ShiftedRows.of(scores) if scores.size else None
        self._scores = scores
        self._at = (target, np.arange(scores.shape[1]))

    def terms(self) -> Array:
        if self._rows is None:
            return np.zeros_like(self._scores, shape=(0,))
        terms: Array = self._rows.negative_log_softmax()[self._at]
        return terms

    def slope(self) -> Array:
        """Softmax less the one-hot target; at the target by its complement, so that nothing cancels."""
        if self._rows is None:
            return self._scores
        slope = self._rows.softmax()
        slope[self._at] = -self._rows.complement()[self._at]
        return slope


def _info_nce(q: Array, k: Array, temperature: float, *, normalize: bool, symmetric: bool) -> Array:
    queries, keys = _pair(q, k, normalize=normalize)
    scores, diagonal = keys.T @ queries / temperature, np.arange(len(q))
    terms = _Choice(scores, diagonal).terms()
    return 0.5 * (terms + _Choice(scores.T, diagonal).terms()) if symmetric else terms


def _info_nce_scores_slope(upstream: Array, scores: Array, *, symmetric: bool) -> Array:
    diagonal = np.arange(len(scores))
    slope = upstream * _Choice(scores, diagonal).slope()
    return 0.5 * (slope + (upstream * _Choice(scores.T, diagonal).slope()).T) if symmetric else slope


def _info_nce_slope_q(
    upstream: Array, q: Array, k: Array, temperature: float, *, normalize: bool, symmetric: bool
) -> Interval:
    queries, keys = _pair(q, k, normalize=normalize)
    scores = keys.T @ queries / temperature
    slope = keys @ _info_nce_scores_slope(upstream, scores, symmetric=symmetric) / temperature
    return smooth((through_unit(slope, q.T) if normalize else slope).T)


def _info_nce_slope_k(
    upstream: Array, q: Array, k: Array, temperature: float, *, normalize: bool, symmetric: bool
) -> Interval:
    queries, keys = _pair(q, k, normalize=normalize)
    scores = keys.T @ queries / temperature
    slope = queries @ _info_nce_scores_slope(upstream, scores, symmetric=symmetric).T / temperature
    return smooth((through_unit(slope, k.T) if normalize else slope).T)


INFO_NCE = LossSpec(
    name="info_nce",
    aliases=("infonce",),
    family="embedding",
    summary="Cross-entropy of finding each query's own key among the keys of the batch.",
    latex=r"-\log \frac{e^{q_i \cdot k_i / \tau}}{\sum_{j=1}^{N} e^{q_i \cdot k_j / \tau}}",
    references=(_CONTRAST, "A. Radford et al., Learning transferable visual models (CLIP), ICML 2021 (symmetric)"),
    parameters=(
        Parameter("q", "input", "real", "whole"),
        Parameter("k", "input", "real", "whole"),
        _temperature(0.1),
    ),
    properties=frozenset(
        {"non_negative", "convex_in_prediction", "permutation_invariant", "logit_shift_invariant"},
    ),
    convex_in=("q", "k"),
    options={"normalize": (False, True), "symmetric": (False, True)},
    bounds=(0.0, math.inf),
    coupled=True,
    sample=_sample_pairs,
    guards={"q": "norm", "k": "norm", "term": "surprise"},
    terms=_info_nce,
    slopes={"q": _info_nce_slope_q, "k": _info_nce_slope_k},
)


def info_nce(q: Any, k: Any, temperature: float = 0.1, **options: Any) -> Any:
    """Mean over the queries of log Σ_j e^{q_i·k_j/T} − q_i·k_i/T: row i of k is the positive of row i of q.

    Parameters
    ----------
    q, k : array_like of shape (N, D), finite real numbers
        Queries and keys.
    temperature : float above 0
    **options
        As for `LossSpec.value`; `normalize` divides each vector by its length first (a zero vector stays 0);
        `symmetric` averages with the loss of finding each key's query.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    A. van den Oord, Y. Li and O. Vinyals, 2018, equation 4.

    Examples
    --------
    >>> print(info_nce([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], temperature=1.0).round(6))
    0.313262
    """
    return INFO_NCE.value(q, k, temperature, **options)


def _all_views(q: Array, k: Array, temperature: float, *, normalize: bool) -> tuple[Array, Array, Any]:
    """Both views side by side, their scores with no view as its own candidate, and where each one's partner is."""
    views = np.concatenate(_pair(q, k, normalize=normalize), axis=1)
    scores = views.T @ views / temperature
    np.fill_diagonal(scores, -np.inf)
    return views, scores, np.roll(np.arange(2 * len(q)), -len(q))


def _nt_xent(q: Array, k: Array, temperature: float, *, normalize: bool) -> Array:
    _, scores, partner = _all_views(q, k, temperature, normalize=normalize)
    return _Choice(scores, partner).terms()


def _nt_xent_slope(upstream: Array, q: Array, k: Array, temperature: float, *, normalize: bool) -> Array:
    views, scores, partner = _all_views(q, k, temperature, normalize=normalize)
    of_scores = upstream * _Choice(scores, partner).slope()
    slope = views @ (of_scores + of_scores.T) / temperature
    return through_unit(slope, np.concatenate([q, k]).T).T if normalize else slope.T


def _nt_xent_slope_q(upstream: Array, q: Array, k: Array, temperature: float, *, normalize: bool) -> Interval:
    return smooth(_nt_xent_slope(upstream, q, k, temperature, normalize=normalize)[: len(q)])


def _nt_xent_slope_k(upstream: Array, q: Array, k: Array, temperature: float, *, normalize: bool) -> Interval:
    return smooth(_nt_xent_slope(upstream, q, k, temperature, normalize=normalize)[len(q) :])


NT_XENT = LossSpec(
    name="nt_xent",
    aliases=("ntxent",),
    family="embedding",
    summary="Cross-entropy of finding each view's partner among the 2N − 1 other views of the batch.",
    latex=r"-\log \frac{e^{\cos(z_i, z_{i'}) / \tau}}{\sum_{j \ne i} e^{\cos(z_i, z_j) / \tau}}",
    references=("T. Chen et al., A simple framework for contrastive learning (SimCLR), ICML 2020",),
    parameters=(
        Parameter("q", "input", "real", "whole"),
        Parameter("k", "input", "real", "whole"),
        _temperature(0.07),
    ),
    properties=frozenset({"non_negative", "symmetric_in_arguments", "permutation_invariant", "scale_invariant"}),
    options={"normalize": (True, False)},
    bounds=(0.0, math.inf),
    coupled=True,
    sample=_sample_pairs,
    guards={"q": "norm", "k": "norm", "term": "surprise"},
    terms=_nt_xent,
    slopes={"q": _nt_xent_slope_q, "k": _nt_xent_slope_k},
)


def nt_xent(q: Any, k: Any, temperature: float = 0.07, **options: Any) -> Any:
    """Mean over the 2N views of the cross-entropy of finding each one's partner by its cosine over the temperature.

    Parameters
    ----------
    q, k : array_like of shape (N, D), finite real numbers
        Two views of the same N examples; row i of one is the partner of row i of the other.
    temperature : float above 0
    **options
        As for `LossSpec.value`; `normalize=False` takes inner products instead of cosines.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (2N,), the terms of q first, for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    No view is a candidate for itself. The direction of a zero vector is taken as 0.

    References
    ----------
    optax.losses.ntxent, with each label given twice.

    Examples
    --------
    >>> print(nt_xent([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], temperature=1.0).round(6))
    0.551445
    """
    return NT_XENT.value(q, k, temperature, **options)


class _Circle:
    """Scores [i, j] of every pair of a batch, each weighed by how far it is from its optimum."""

    def __init__(self, y: Array, embeddings: Array, gamma: float, margin: float, *, normalize: bool) -> None:
        if y.ndim != 1 or embeddings.ndim != 2 or len(y) != len(embeddings) or embeddings.shape[1] == 0:
            raise ShapeError(f"expected y_true (N,) and y_pred (N, D); got {y.shape} and {embeddings.shape}")
        self.vectors = unit(embeddings.T) if normalize else embeddings.T
        self.similarity = self.vectors.T @ self.vectors
        self.gamma, self.margin = gamma, margin
        same = y[:, None] == y
        self.positive = same & ~np.eye(len(y), dtype=bool)
        self.negative = ~same
        self.near, self.near_share = _log_sum(-gamma * self._slack() * (self.similarity - 1.0 + margin), self.positive)
        self.far, self.far_share = _log_sum(gamma * self._excess() * (self.similarity - margin), self.negative)

    def _slack(self) -> Array:
        return np.maximum(0.0, 1.0 + self.margin - self.similarity)

    def _excess(self) -> Array:
        return np.maximum(0.0, self.similarity + self.margin)

    def terms(self) -> Array:
        return softplus(self.near + self.far)

    def slope(self, upstream: Array) -> Array:
        """Chain the derivatives of softplus, of each sum, of each weighed score and of the inner products."""
        s, m = self.similarity, self.margin
        near = np.where(s < 1.0 + m, -2.0 * self.gamma * (1.0 - s), 0.0) * self.near_share
        far = np.where(s > -m, 2.0 * self.gamma * s, 0.0) * self.far_share
        of_similarity = (upstream * sigmoid(self.near + self.far))[:, None] * (near + far)
        return self.vectors @ (of_similarity + of_similarity.T)


def _log_sum(scores: Array, mask: Any) -> tuple[Array, Array]:
    """Log of the sum of the exponentials in the mask, row by row, and each one's share; −inf and 0 of none."""
    scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=1, initial=-np.inf)
    exponentials = np.exp(scores - np.where(largest == -np.inf, 0.0, largest)[:, None])
    total = exponentials.sum(axis=1)
    return largest + np.log(np.where(total > 0.0, total, 1.0)), exponentials / np.where(total > 0.0, total, 1.0)[
        :, None
    ]


def _circle(y: Array, embeddings: Array, gamma: float, margin: float, *, normalize: bool) -> Array:
    return _Circle(y, embeddings, gamma, margin, normalize=normalize).terms()


def _circle_slope(
    upstream: Array, y: Array, embeddings: Array, gamma: float, margin: float, *, normalize: bool
) -> Interval:
    slope = _Circle(y, embeddings, gamma, margin, normalize=normalize).slope(upstream)
    return smooth((through_unit(slope, embeddings.T) if normalize else slope).T)


CIRCLE = LossSpec(
    name="circle",
    aliases=("circle_loss",),
    family="embedding",
    summary="Similarities within a class against those across classes, each weighed by its distance from its optimum.",
    latex=(
        r"\log\left(1 + \sum_{j \in N_i} e^{\gamma [s_{ij} + m]_+ (s_{ij} - m)}"
        r" \sum_{j \in P_i} e^{-\gamma [1 + m - s_{ij}]_+ (s_{ij} - 1 + m)}\right)"
    ),
    references=("Y. Sun et al., Circle loss: a unified perspective of pair similarity optimization, CVPR 2020",),
    parameters=(
        Parameter("y_true", "target", "integer", "whole", plausible=(0.0, 2.0), dtype="int64"),
        Parameter("y_pred", "prediction", "real", "whole"),
        Parameter("gamma", "hyper", "positive", "scalar", default=80.0, plausible=(2.0, 80.0)),
        Parameter("margin", "hyper", "nonnegative", "scalar", default=0.4, plausible=(0.1, 0.5)),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={"normalize": (True, False)},
    bounds=(0.0, math.inf),
    peers=(
        Peer(
            "keras.losses.circle",
            {"y_true": "y_true", "y_pred": "y_pred", "gamma": "gamma", "margin": "margin"},
            {"normalize": False, "reduction": "none"},
            "takes embeddings of length 1; as a class it averages over the terms above 0 only",
        ),
    ),
    coupled=True,
    sample=_sample_classes,
    guards={"y_pred": "norm", "term": "logarithm"},
    terms=_circle,
    slopes={"y_pred": _circle_slope},
)


def circle(y_true: Any, y_pred: Any, gamma: float = 80.0, margin: float = 0.4, **options: Any) -> Any:
    """Mean over the batch of the circle loss of each embedding against all others.

    Parameters
    ----------
    y_true : array_like of shape (N,), whole numbers: the class of each embedding
    y_pred : array_like of shape (N, D), finite real numbers: the embeddings
    gamma : float above 0, the scale of the similarities
    margin : float, not negative, the relaxation
    **options
        As for `LossSpec.value`; `normalize=False` takes inner products instead of cosines, as fits embeddings of
        length 1.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    An embedding without another of its class, or without one of another class, costs 0. The gradient is that of the
    value: the weights of the similarities are not held constant.

    References
    ----------
    keras.losses.Circle.

    Examples
    --------
    >>> print(circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], gamma=1.0, margin=0.5).round(6))
    0.316051
    """
    return CIRCLE.value(y_true, y_pred, gamma, margin, **options)


SPECS = (INFO_NCE, NT_XENT, CIRCLE)
