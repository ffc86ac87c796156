"""Scores of forecasts and of labels: squared error of probabilities, and errors counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.classification._shared import (
    FITS,
    LABEL,
    LABEL_ROWS,
    P_ROWS,
    POSTERIOR,
    POSTERIOR_OF_ONE,
    PROPER,
    PROPERTIES,
    P,
)
from lossref.spec import LossSpec, Parameter, Peer

_REFERENCES = ("G. W. Brier, Verification of forecasts expressed in terms of probability, Mon. Weather Rev. 78, 1950",)


def _squared(y: Array, p: Array) -> Array:
    return (p - y) ** 2


def _squared_slope(y: Array, p: Array) -> tuple[Array, Array]:
    slope = 2.0 * (p - y)
    return slope, slope


def _squared_slope_target(y: Array, p: Array) -> tuple[Array, Array]:
    slope = 2.0 * (y - p)
    return slope, slope


def _squared_curvature(_: Array, p: Array) -> Array:
    return np.full_like(p, 2.0)


BRIER = LossSpec(
    name="brier",
    aliases=("brier_score",),
    family="classification",
    summary="Squared difference of a label 0 or 1 and its probability.",
    latex=r"\left(p - y\right)^2",
    references=_REFERENCES,
    parameters=(LABEL, P),
    properties=PROPERTIES | FITS | {"symmetric_in_arguments"} | PROPER,
    terms=_squared,
    slopes={"p": _squared_slope, "y_true": _squared_slope_target},
    curvatures={"p": _squared_curvature, "y_true": _squared_curvature},
    convex_in=("p", "y_true"),
    bounds=(0.0, 1.0),
    lipschitz=2.0,
    minimizer=POSTERIOR_OF_ONE,
    link="identity",
    peers=(
        Peer(
            "sklearn.metrics.brier_score_loss",
            {"y_true": "y_true", "y_proba": "p"},
            note="hard labels only; of two classes it halves the sum over both",
        ),
    ),
)


def brier(y_true: Any, p: Any, **options: Any) -> Any:
    """Mean of (p − y)².

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    p : array_like of probabilities in [0, 1] of the label 1, the same shape
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Brier 1950, whose sum over both classes is twice this; sklearn.metrics.brier_score_loss.

    Examples
    --------
    >>> print(brier([1, 0], [0.5, 0.25]))
    0.15625
    """
    return BRIER.value(y_true, p, **options)


def _factor(*, half: bool) -> float:
    return 0.5 if half else 1.0


def _row_squared(y: Array, p: Array, *, half: bool) -> Array:
    terms: Array = _factor(half=half) * _squared(y, p).sum(axis=0)
    return terms


def _row_squared_slope(y: Array, p: Array, *, half: bool) -> tuple[Array, Array]:
    slope = _factor(half=half) * 2.0 * (p - y)
    return slope, slope


def _row_squared_slope_target(y: Array, p: Array, *, half: bool) -> tuple[Array, Array]:
    return _row_squared_slope(p, y, half=half)


def _row_squared_curvature(_: Array, p: Array, *, half: bool) -> Array:
    return np.full_like(p, 2.0 * _factor(half=half))


MULTICLASS_BRIER = LossSpec(
    name="multiclass_brier",
    aliases=("categorical_brier",),
    family="classification",
    summary="Squared distance of a row of labels and its class probabilities.",
    latex=r"\sum_{k=1}^{C} \left(p_k - y_k\right)^2",
    references=_REFERENCES,
    parameters=(LABEL_ROWS, P_ROWS),
    properties=PROPERTIES | FITS | {"symmetric_in_arguments"} | PROPER,
    options={"half": (False, True)},
    terms=_row_squared,
    slopes={"p": _row_squared_slope, "y_true": _row_squared_slope_target},
    curvatures={"p": _row_squared_curvature, "y_true": _row_squared_curvature},
    convex_in=("p", "y_true"),
    bounds=(0.0, 2.0),
    lipschitz=2.0 * 2.0**0.5,
    minimizer=POSTERIOR,
    link="identity",
)


def multiclass_brier(y_true: Any, p: Any, **options: Any) -> Any:
    """Mean over rows of Σ (p_k − y_k)².

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    **options
        As for `LossSpec.value`; `half` True halves it, so that of two classes it is `brier`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Brier 1950; sklearn.metrics.brier_score_loss with `scale_by_half`.

    Examples
    --------
    >>> print(multiclass_brier([[1, 0]], [[0.5, 0.5]]), multiclass_brier([[1, 0]], [[0.5, 0.5]], half=True))
    0.5 0.25
    """
    return MULTICLASS_BRIER.value(y_true, p, **options)


_ANY_LABEL = Parameter("y_true", "target", "label01", admits="integer", plausible=(0.0, 1.0), dtype="int64")
_DECIDED = Parameter("p", "prediction", "probability", admits="label_or_probability", plausible=(0.02, 0.98))
_THRESHOLD = Parameter("threshold", "hyper", "probability", "scalar", default=0.5, plausible=(0.3, 0.7))


def _wrong(y: Array, p: Array, threshold: float) -> Array:
    # 0 and 1 are at once labels and probabilities, and decide for themselves whatever the threshold between them is.
    decided = np.where(p == np.floor(p), p, p > threshold)
    wrong: Array = (decided != y).astype(p.dtype)
    return wrong


def _flat(_: Array, p: Array, __: float) -> tuple[Array, Array]:
    slope = np.zeros_like(p)
    return slope, slope


def _no_bend(_: Array, p: Array, __: float) -> Array:
    return np.zeros_like(p)


ZERO_ONE = LossSpec(
    name="zero_one",
    aliases=("zero_one_loss",),
    family="classification",
    summary="1 where the predicted label is not the true one, else 0.",
    latex=r"\left[\hat{y} \neq y\right], \quad \hat{y} = \left[p > t\right]",
    references=("V. N. Vapnik, The nature of statistical learning theory, Springer, 1995", "sklearn.metrics"),
    parameters=(_ANY_LABEL, _DECIDED, _THRESHOLD),
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "permutation_invariant"}) | PROPER,
    terms=_wrong,
    slopes={"p": _flat},
    curvatures={"p": _no_bend},
    bounds=(0.0, 1.0),
    minimizer="most probable label",
)


def zero_one(y_true: Any, p: Any, threshold: float = 0.5, **options: Any) -> Any:
    """Mean of [predicted label ≠ true label]: the share of errors.

    Parameters
    ----------
    y_true : array_like of labels, whole numbers
    p : array_like of predicted labels, or of probabilities of the label 1, the same shape
    threshold : float in [0, 1]
        A probability above it predicts 1, any other 0.
    **options
        As for `LossSpec.value`; reduction sum counts the errors.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    The gradient is 0 wherever there is one; at the threshold the loss jumps, and has none.

    References
    ----------
    sklearn.metrics.zero_one_loss, which counts a row of several labels as one error.

    Examples
    --------
    >>> print(zero_one([0, 1, 2, 2], [0, 2, 2, 1]), zero_one([1, 0], [0.8, 0.6]))
    0.5 0.5
    """
    return ZERO_ONE.value(y_true, p, threshold, **options)


HAMMING = LossSpec(
    name="hamming",
    aliases=("hamming_loss",),
    family="classification",
    summary="Share of single labels that are predicted wrongly, where an example has several.",
    latex=ZERO_ONE.latex,
    references=("R. W. Hamming, Error detecting and error correcting codes, Bell Syst. Tech. J. 29, 1950",),
    parameters=(_ANY_LABEL, _DECIDED, _THRESHOLD),
    properties=ZERO_ONE.properties,
    terms=_wrong,
    slopes={"p": _flat},
    curvatures={"p": _no_bend},
    bounds=(0.0, 1.0),
    minimizer="most probable value of each label",
)


def hamming(y_true: Any, p: Any, threshold: float = 0.5, **options: Any) -> Any:
    """Share of single labels that differ, over all labels of all examples.

    Parameters
    ----------
    y_true : array_like of labels, whole numbers, such as (N, L) with L labels of 0 or 1 an example
    p : array_like of predicted labels, or of probabilities of the label 1, the same shape
    threshold : float in [0, 1]
        A probability above it predicts 1, any other 0.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.hamming_loss.

    Examples
    --------
    >>> print(hamming([[1, 0, 0, 1], [0, 1, 0, 0]], [[1, 0, 1, 1], [0, 0, 0, 0]]))
    0.25
    """
    return HAMMING.value(y_true, p, threshold, **options)


SPECS = (BRIER, MULTICLASS_BRIER, ZERO_ONE, HAMMING)
