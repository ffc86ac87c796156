"""How much of a target is explained, and its largest and middle errors; all entries are one sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.metrics._counting import counting
from lossref.metrics._fit import explained_variance_of, r2_of, weighted_median
from lossref.spec import LossSpec, Parameter, Peer

_REALS = (Parameter("y_true", "target", "real"), Parameter("y_pred", "prediction", "real"))
_FINITE = {"force_finite": (True, False)}
_OURS = {"y_true": "y_true", "y_pred": "y_pred"}


def _columns(weights: Array | None, y: Array, p: Array) -> tuple[Array, Array, Array]:
    mass, y, p = counting(weights, y, p)
    return y[:, None], p[:, None], mass


def _r2(y: Array, p: Array, *, weights: Array | None, force_finite: bool) -> float:
    y, p, mass = _columns(weights, y, p)
    return float(r2_of(y, p, mass, force_finite=force_finite)[0][0]) if len(y) > 1 else float("nan")


def _explained_variance(y: Array, p: Array, *, weights: Array | None, force_finite: bool) -> float:
    return float(explained_variance_of(*_columns(weights, y, p), force_finite=force_finite)[0][0])


def _median_absolute_error(y: Array, p: Array, *, weights: Array | None) -> float:
    y, p, mass = _columns(weights, y, p)
    return float(weighted_median(np.abs(y - p), mass)[0])


def _max_error(y: Array, p: Array, *, weights: Array | None) -> float:
    _, y, p = counting(weights, y, p)
    return float(np.abs(y - p).max())


R2 = LossSpec(
    name="r2",
    aliases=("r2_score", "coefficient_of_determination"),
    family="metrics",
    summary="One minus the squared errors over those of the target's mean.",
    latex=r"1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}",
    references=("S. Wright, Correlation and causation, Journal of Agricultural Research 20, 1921",),
    parameters=_REALS,
    options=_FINITE,
    gives="metric",
    terms=_r2,
    slopes={},
    bounds=(float("-inf"), 1.0),
    peers=(Peer("sklearn.metrics.r2_score", _OURS),),
)


def r2(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Say which share of the target's squared deviations the prediction explains.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
        All entries are one sample with one mean.
    **options
        `force_finite` True (default: a constant target gives 1 if it is hit, else 0) or False (NaN, −inf);
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.r2_score, which averages over the columns of (N, D).

    Examples
    --------
    >>> print(r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    0.5
    """
    return R2.value(y_true, y_pred, **options)


EXPLAINED_VARIANCE = LossSpec(
    name="explained_variance",
    aliases=("explained_variance_score",),
    family="metrics",
    summary="One minus the variance of the errors over that of the target: an offset costs nothing.",
    latex=r"1 - \frac{\operatorname{Var}(y - \hat y)}{\operatorname{Var}(y)}",
    references=("S. Wright, Correlation and causation, Journal of Agricultural Research 20, 1921",),
    parameters=_REALS,
    options=_FINITE,
    gives="metric",
    terms=_explained_variance,
    slopes={},
    bounds=(float("-inf"), 1.0),
    peers=(Peer("sklearn.metrics.explained_variance_score", _OURS),),
)


def explained_variance(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Say which share of the target's variance is gone from the errors.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
        All entries are one sample.
    **options
        `force_finite` and `weights` as for `r2`.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.explained_variance_score, which averages over the columns of (N, D).

    Examples
    --------
    >>> print(explained_variance([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]))
    1.0
    """
    return EXPLAINED_VARIANCE.value(y_true, y_pred, **options)


MEDIAN_ABSOLUTE_ERROR = LossSpec(
    name="median_absolute_error",
    family="metrics",
    summary="Median of the absolute errors.",
    latex=r"\operatorname{median}_i \left|y_i - \hat y_i\right|",
    references=("F. R. Hampel, The influence curve and its role in robust estimation, JASA 69, 1974",),
    parameters=_REALS,
    gives="metric",
    terms=_median_absolute_error,
    slopes={},
    bounds=(0.0, float("inf")),
    peers=(Peer("sklearn.metrics.median_absolute_error", _OURS),),
)


def median_absolute_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Find the middle of the absolute errors, the mean of the two middle ones of an even number.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    **options
        `weights`, one for each entry: whole ones count an entry so many times.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.median_absolute_error.

    Examples
    --------
    >>> print(median_absolute_error([0.0, 0.0, 0.0, 0.0], [1.0, -2.0, 4.0, 50.0]))
    3.0
    """
    return MEDIAN_ABSOLUTE_ERROR.value(y_true, y_pred, **options)


MAX_ERROR = LossSpec(
    name="max_error",
    aliases=("maximum_error",),
    family="metrics",
    summary="Largest absolute error.",
    latex=r"\max_i \left|y_i - \hat y_i\right|",
    references=("P. L. Chebyshev, Théorie des mécanismes connus sous le nom de parallélogrammes, 1854",),
    parameters=_REALS,
    gives="metric",
    terms=_max_error,
    slopes={},
    bounds=(0.0, float("inf")),
    peers=(Peer("sklearn.metrics.max_error", _OURS),),
)


def max_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Find the largest absolute error.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    **options
        `weights`, one for each entry: those of weight 0 do not count, the others count alike.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.max_error.

    Examples
    --------
    >>> print(max_error([1.0, 2.0], [1.5, 0.0]))
    2.0
    """
    return MAX_ERROR.value(y_true, y_pred, **options)


SPECS = (R2, EXPLAINED_VARIANCE, MEDIAN_ABSOLUTE_ERROR, MAX_ERROR)
