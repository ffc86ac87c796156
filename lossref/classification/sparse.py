"""Cross-entropies of many classes, of labels as class indices: from probabilities, their logarithms, or logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, Logs, ShiftedRows
from lossref._sums import total
from lossref.classification import categorical
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LABEL_INDEX,
    LOG_BASE,
    P_ROWS,
    POSTERIOR,
    PROPER,
    PROPERTIES,
    SHIFTS,
    SMOOTHING,
    UNBOUNDED,
    Z_ROWS,
    Indices,
    mass_of_indices,
    onehot,
    row_weighted,
)
from lossref.classification.binary import no_curvature
from lossref.spec import LossSpec, Parameter, Peer

_WEIGHTS = Array | None
_BY_ROWS = categorical.CATEGORICAL_CROSS_ENTROPY
_OF_LOGITS_BY_ROWS = categorical.CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS


def _at_label(rows: Array, y: Indices) -> Array:
    entries: Array = rows.take(y * len(y) + np.arange(len(y)))  # faster than by two indices
    return entries


def _terms(y: Indices, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> Array:
    if smoothing:
        by_rows: Array = _BY_ROWS.terms(onehot(y, p), p, smoothing, logs=logs, class_weights=class_weights)
        return by_rows
    return row_weighted(logs.surprise(_at_label(p, y)), y, class_weights)


def _slope(y: Indices, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    return _BY_ROWS.slopes["p"](onehot(y, p), p, smoothing, logs=logs, class_weights=class_weights)


def _curvature(y: Indices, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> Array:
    return _BY_ROWS.curvatures["p"](onehot(y, p), p, smoothing, logs=logs, class_weights=class_weights)


SPARSE_CATEGORICAL_CROSS_ENTROPY = LossSpec(
    name="sparse_categorical_cross_entropy",
    aliases=("sparse_cce",),
    family="classification",
    summary="Categorical cross-entropy of labels given as class indices.",
    latex=r"-\log p_{y}",
    references=_BY_ROWS.references,
    parameters=(LABEL_INDEX, P_ROWS, SMOOTHING),
    properties=PROPERTIES | FITS | PROPER,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    terms=_terms,
    slopes={"p": _slope},
    curvatures={"p": _curvature},
    class_mass=mass_of_indices,
    convex_in=("p",),
    bounds=UNBOUNDED,
    minimizer=POSTERIOR,
    link="softmax",
    peers=(
        Peer(
            "keras.losses.SparseCategoricalCrossentropy",
            {"y_true": "y_true", "y_pred": "p"},
            {"eps_policy": "clip"},
            "clips p by 1e−7, then takes it through the softmax of its logarithm",
        ),
        Peer(
            "sklearn.metrics.log_loss",
            {"y_true": "y_true", "y_proba": "p"},
            {"eps_policy": "clip", "eps": 2.0**-52},
            "clips p by the resolution of its dtype; every class must be among the labels",
        ),
    ),
)


def sparse_categorical_cross_entropy(y_true: Any, p: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of −w[y] log p[y]; the class weights w are 1 unless given.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    label_smoothing : float in [0, 1]
        The (one-hot) labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`; `class_weights` as
        for `categorical_cross_entropy`; `ignore_index`, a label that takes its row out of value and denominator.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError
        A negative index is a DomainError: it does not count from the end.

    References
    ----------
    keras.losses.SparseCategoricalCrossentropy; torch.nn.functional.nll_loss takes log p instead of p.

    Examples
    --------
    >>> print(sparse_categorical_cross_entropy([0, 1], [[0.5, 0.5], [0.75, 0.25]], log_base=2))
    1.5
    >>> print(sparse_categorical_cross_entropy([0, -100], [[0.5, 0.5], [0.75, 0.25]], log_base=2, ignore_index=-100))
    1.0
    """
    return SPARSE_CATEGORICAL_CROSS_ENTROPY.value(y_true, p, label_smoothing, **options)


def _terms_of_shifted(y: Indices, rows: ShiftedRows, class_weights: _WEIGHTS) -> Array:
    return row_weighted(np.log1p(rows.rest) - _at_label(rows.shifted, y), y, class_weights)


def _slope_of_shifted(y: Indices, rows: ShiftedRows, class_weights: _WEIGHTS) -> Array:
    slope = rows.softmax()
    label = (y, np.arange(len(y)))
    # p − 1 at the label: of the largest entry, which alone may round to 1, by the others.
    slope[label] = np.where(rows.top[label], -rows.rest / (1.0 + rows.rest), slope[label] - 1.0)
    return row_weighted(slope, y, class_weights)


def _terms_of_logits(y: Indices, z: Array, smoothing: float, class_weights: _WEIGHTS) -> Array:
    if smoothing:
        by_rows: Array = _OF_LOGITS_BY_ROWS.terms(onehot(y, z), z, smoothing, class_weights=class_weights)
        return by_rows
    return _terms_of_shifted(y, ShiftedRows.of(z, for_logs=True), class_weights)


def _slope_of_logits(y: Indices, z: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    if smoothing:
        return _OF_LOGITS_BY_ROWS.slopes["z"](onehot(y, z), z, smoothing, class_weights=class_weights)
    slope = _slope_of_shifted(y, ShiftedRows.of(z), class_weights)
    return slope, slope


def _fused_of_logits(y: Indices, z: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[float, Array, Array]:
    if smoothing:
        return _OF_LOGITS_BY_ROWS.fused["z"](onehot(y, z), z, smoothing, class_weights=class_weights)
    rows = ShiftedRows.of(z)
    slope = _slope_of_shifted(y, rows, class_weights)
    return total(_terms_of_shifted(y, rows, class_weights)), slope, slope


def _curvature_of_logits(y: Indices, z: Array, smoothing: float, class_weights: _WEIGHTS) -> Array:
    return _OF_LOGITS_BY_ROWS.curvatures["z"](onehot(y, z), z, smoothing, class_weights=class_weights)


SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="sparse_categorical_cross_entropy_with_logits",
    aliases=("sparse_cce_with_logits",),
    family="classification",
    summary="Cross-entropy of softmax(z) and labels given as class indices, computed from the logits z.",
    latex=r"\log \sum_{j=1}^{C} e^{z_j} - z_{y}",
    references=_OF_LOGITS_BY_ROWS.references,
    parameters=(LABEL_INDEX, Z_ROWS, SMOOTHING),
    properties=PROPERTIES | SHIFTS,
    options=LOG_BASE,
    guards={"z": "softmax"},
    told=("z",),
    terms=_terms_of_logits,
    slopes={"z": _slope_of_logits},
    curvatures={"z": _curvature_of_logits},
    fused={"z": _fused_of_logits},
    class_mass=mass_of_indices,
    convex_in=("z",),
    bounds=UNBOUNDED,
    lipschitz=2.0**0.5,
    minimizer=_OF_LOGITS_BY_ROWS.minimizer,
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.cross_entropy",
            {"input": "z", "target": "y_true", "label_smoothing": "label_smoothing"},
            note="classes on axis 1; with a class weight its mean is our mean_by_weight",
        ),
        Peer(
            "optax.losses.softmax_cross_entropy_with_integer_labels",
            {"logits": "z", "labels": "y_true"},
            {"reduction": "none"},
        ),
        Peer(
            "sklearn._loss.HalfMultinomialLoss",
            {"y_true": "y_true", "raw_prediction": "z"},
            {"reduction": "none"},
            "half of the multinomial deviance",
        ),
    ),
)


def sparse_categorical_cross_entropy_with_logits(
    y_true: Any, z: Any, label_smoothing: float = 0.0, **options: Any
) -> Any:
    """Mean over rows of log Σ e^{z_j} − z[y].

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    z : array_like of shape (N, C), logits; −inf marks an impossible class
    label_smoothing : float in [0, 1]
        The (one-hot) labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; `class_weights` and `ignore_index` as for
        `sparse_categorical_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.cross_entropy (class axis 1), keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    optax.losses.softmax_cross_entropy_with_integer_labels (the terms).

    Examples
    --------
    >>> print(sparse_categorical_cross_entropy_with_logits([1], [[1000.0, 0.0]]))
    1000.0
    """
    return SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, label_smoothing, **options)


_LOG_P = Parameter("log_p", "prediction", "log_probability", "rows", plausible=(-4.0, -0.02))


def _terms_of_logs(y: Indices, log_p: Array, class_weights: _WEIGHTS) -> Array:
    return row_weighted(0.0 - _at_label(log_p, y), y, class_weights)


def _slope_of_logs(y: Indices, log_p: Array, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    slope = row_weighted(0.0 - onehot(y, log_p), y, class_weights)
    return slope, slope


NLL = LossSpec(
    name="nll",
    aliases=("negative_log_likelihood", "nll_loss"),
    family="classification",
    summary="Negative log-probability of the label, from logarithms of class probabilities.",
    latex=r"-\ell_{y}, \quad \ell = \log p",
    references=("torch.nn.functional.nll_loss", "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952"),
    parameters=(LABEL_INDEX, _LOG_P),
    properties=PROPERTIES,
    options=LOG_BASE,
    terms=_terms_of_logs,
    slopes={"log_p": _slope_of_logs},
    curvatures={"log_p": no_curvature},
    class_mass=mass_of_indices,
    convex_in=("log_p",),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="logarithm of the conditional probability of each class",
    link="log softmax",
    peers=(
        Peer(
            "torch.nn.functional.nll_loss",
            {"input": "log_p", "target": "y_true"},
            note="with a class weight its mean is our mean_by_weight",
        ),
    ),
)


def nll(y_true: Any, log_p: Any, **options: Any) -> Any:
    """Mean over rows of −w[y] log_p[y]; the class weights w are 1 unless given.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    log_p : array_like of shape (N, C), logarithms of class probabilities, none above 0
        Probabilities given in their place would make a negative loss, and are refused.
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10, of the result; `class_weights` and `ignore_index`
        as for `sparse_categorical_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.nll_loss (which takes any number for a logarithm).

    Examples
    --------
    >>> import numpy as np
    >>> print(nll([0, 1], np.log([[0.5, 0.5], [0.75, 0.25]]), log_base=2))
    1.5
    """
    return NLL.value(y_true, log_p, **options)


SPECS = (SPARSE_CATEGORICAL_CROSS_ENTROPY, SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS, NLL)
