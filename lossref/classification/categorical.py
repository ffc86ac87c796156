"""Cross-entropies of many classes: labels as rows or as indices, from probabilities or logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array, Logs, ShiftedRows, row_sums, times_or_zero
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LOG_BASE,
    LOGIT_RANGE,
    PROBABILITY_RANGE,
    PROPERTIES,
)
from lossref.spec import LossSpec, Parameter

Indices = npt.NDArray[np.intp]

_ROWS = Parameter("y_true", "target", "onehot", "rows", admits="simplex", plausible=(0.0, 1.0), dtype="int64")
_INDEX = Parameter("y_true", "target", "class_index", "row", dtype="int64")
_P = Parameter("p", "prediction", "simplex", "rows", plausible=PROBABILITY_RANGE)
_Z = Parameter("z", "prediction", "logits", "rows", admits="row_logits", plausible=LOGIT_RANGE)
_SMOOTHING = Parameter("label_smoothing", "hyper", "probability", "scalar", default=0.0, plausible=(0.05, 0.3))


def _smoothed(y: Array, smoothing: float) -> Array:
    return y if smoothing == 0.0 else (1.0 - smoothing) * y + smoothing / y.shape[1]


def _onehot(y: Indices, classes: int) -> Array:
    rows = np.zeros((len(y), classes))
    rows[np.arange(len(y)), y] = 1.0
    return rows


def _categorical(y: Array, p: Array, smoothing: float, logs: Logs) -> Array:
    return row_sums(times_or_zero(_smoothed(y, smoothing), logs.surprise(p)))


def _categorical_slope(y: Array, p: Array, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    smoothed = _smoothed(y, smoothing)
    low, high = logs.slope(p)
    lowest = times_or_zero(smoothed, low)
    return lowest, lowest if low is high else times_or_zero(smoothed, high)


def _categorical_slope_target(_: Array, p: Array, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    slope = times_or_zero(np.full_like(p, 1.0 - smoothing), logs.surprise(p))
    return slope, slope


CATEGORICAL_CROSS_ENTROPY = LossSpec(
    name="categorical_cross_entropy",
    aliases=("cce",),
    family="classification",
    summary="Negative log-likelihood of one-hot (or soft) labels under class probabilities.",
    latex=r"-\sum_{k=1}^{C} y_k \log p_k",
    references=(
        "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952",
        "C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016 (label smoothing)",
    ),
    parameters=(_ROWS, _P, _SMOOTHING),
    properties=PROPERTIES | FITS,
    options=FROM_PROBABILITIES,
    terms=_categorical,
    slopes={"p": _categorical_slope, "y_true": _categorical_slope_target},
)


def categorical_cross_entropy(y_true: Any, p: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of −Σ y_k log p_k.

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.losses.CategoricalCrossentropy (which rescales rows of p that do not sum to 1), sklearn.metrics.log_loss.

    Examples
    --------
    >>> print(categorical_cross_entropy([[1, 0], [0, 1]], [[0.5, 0.5], [0.75, 0.25]], log_base=2))
    1.5
    """
    return CATEGORICAL_CROSS_ENTROPY.value(y_true, p, label_smoothing, **options)


def _categorical_logits(y: Array, z: Array, smoothing: float) -> Array:
    losses = ShiftedRows.of(z).negative_log_softmax()
    return row_sums(times_or_zero(_smoothed(y, smoothing), losses))


def _categorical_logits_slope(y: Array, z: Array, smoothing: float) -> tuple[Array, Array]:
    smoothed = _smoothed(y, smoothing)
    rows = ShiftedRows.of(z)
    # p − y = p (1 − y) − y (1 − p), where 1 − p has full relative accuracy: nothing cancels for one-hot y.
    slope = rows.softmax() * (smoothed.sum(axis=1, keepdims=True) - smoothed) - smoothed * rows.complement()
    return slope, slope


def _categorical_logits_slope_target(_: Array, z: Array, smoothing: float) -> tuple[Array, Array]:
    losses = ShiftedRows.of(z).negative_log_softmax()
    slope = times_or_zero(np.full_like(losses, 1.0 - smoothing), losses)
    return slope, slope


CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="categorical_cross_entropy_with_logits",
    aliases=("cce_with_logits", "softmax_cross_entropy"),
    family="classification",
    summary="Categorical cross-entropy of p = softmax(z), computed from the logits z.",
    latex=r"\log \sum_{j=1}^{C} e^{z_j} - \sum_{k=1}^{C} y_k z_k",
    references=("J. S. Bridle, Training stochastic model recognition algorithms as networks, NIPS 2, 1989",),
    parameters=(_ROWS, _Z, _SMOOTHING),
    properties=PROPERTIES | {"logit_shift_invariant"},
    options=LOG_BASE,
    terms=_categorical_logits,
    slopes={"z": _categorical_logits_slope, "y_true": _categorical_logits_slope_target},
)


def categorical_cross_entropy_with_logits(y_true: Any, z: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of log Σ e^{z_j} − Σ y_k z_k, the cross-entropy of p = softmax(z).

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    z : array_like of shape (N, C), logits; −inf marks an impossible class
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/C.
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
    torch.nn.functional.cross_entropy (class axis 1), keras.losses.CategoricalCrossentropy(from_logits=True),
    optax.losses.softmax_cross_entropy (the terms).

    Examples
    --------
    >>> print(categorical_cross_entropy_with_logits([[0, 1]], [[1000.0, 0.0]]))
    1000.0
    """
    return CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, label_smoothing, **options)


def _sparse(y: Indices, p: Array, smoothing: float, logs: Logs) -> Array:
    if smoothing:
        return _categorical(_onehot(y, p.shape[1]), p, smoothing, logs)
    return logs.surprise(p[np.arange(len(y)), y])


def _sparse_slope(y: Indices, p: Array, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    return _categorical_slope(_onehot(y, p.shape[1]), p, smoothing, logs)


SPARSE_CATEGORICAL_CROSS_ENTROPY = LossSpec(
    name="sparse_categorical_cross_entropy",
    aliases=("sparse_cce",),
    family="classification",
    summary="Categorical cross-entropy of labels given as class indices.",
    latex=r"-\log p_{y}",
    references=CATEGORICAL_CROSS_ENTROPY.references,
    parameters=(_INDEX, _P, _SMOOTHING),
    properties=PROPERTIES | FITS,
    options=FROM_PROBABILITIES,
    terms=_sparse,
    slopes={"p": _sparse_slope},
)


def sparse_categorical_cross_entropy(y_true: Any, p: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of −log p[y].

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    label_smoothing : float in [0, 1]
        The (one-hot) labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`.

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
    """
    return SPARSE_CATEGORICAL_CROSS_ENTROPY.value(y_true, p, label_smoothing, **options)


def _sparse_logits(y: Indices, z: Array, smoothing: float) -> Array:
    if smoothing:
        return _categorical_logits(_onehot(y, z.shape[1]), z, smoothing)
    return ShiftedRows.of(z).negative_log_softmax()[np.arange(len(y)), y]


def _sparse_logits_slope(y: Indices, z: Array, smoothing: float) -> tuple[Array, Array]:
    if smoothing:
        return _categorical_logits_slope(_onehot(y, z.shape[1]), z, smoothing)
    rows, label = ShiftedRows.of(z), (np.arange(len(y)), y)
    slope = rows.softmax()
    slope[label] = -rows.complement()[label]  # p − 1, without cancelling
    return slope, slope


SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="sparse_categorical_cross_entropy_with_logits",
    aliases=("sparse_cce_with_logits",),
    family="classification",
    summary="Cross-entropy of softmax(z) and labels given as class indices, computed from the logits z.",
    latex=r"\log \sum_{j=1}^{C} e^{z_j} - z_{y}",
    references=CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS.references,
    parameters=(_INDEX, _Z, _SMOOTHING),
    properties=PROPERTIES | {"logit_shift_invariant"},
    options=LOG_BASE,
    terms=_sparse_logits,
    slopes={"z": _sparse_logits_slope},
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
        As for `LossSpec.value`; `log_base` e (default), 2 or 10.

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


SPECS = (
    CATEGORICAL_CROSS_ENTROPY,
    CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS,
    SPARSE_CATEGORICAL_CROSS_ENTROPY,
    SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS,
)
