"""Losses of a relative error: of the ratio of 1 + y, and in percent of y."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._numerics import Array, over_or_zero, slope_with_kink
from lossref.regression._shared import BY_NAME, Interval, same
from lossref.spec import LossSpec, Parameter, Peer

ABOVE_MINUS_ONE = (
    Parameter("y_true", "target", "above_minus_one", plausible=(0.0, 6.0)),
    Parameter("y_pred", "prediction", "above_minus_one", plausible=(0.0, 6.0)),
)


def log_excess(y: Array, p: Array) -> Array:
    """log(1 + p) − log(1 + y)."""
    # ± log1p(|p − y|/(1 + min)): one logarithm, of a quotient that keeps its digits when p is near y.
    excess = np.abs(p - y)
    excess /= 1.0 + np.minimum(y, p)
    logs = np.log1p(excess)
    overflowed = np.isinf(excess)
    if overflowed.any():
        logs[overflowed] = np.abs(np.log1p(p[overflowed]) - np.log1p(y[overflowed]))
    return np.copysign(logs, p - y)


def _squared_logarithmic(y: Array, p: Array) -> Array:
    logs = log_excess(y, p)
    logs *= logs
    return logs


def _squared_logarithmic_slope(y: Array, p: Array) -> Interval:
    return same(2.0 * log_excess(y, p) / (1.0 + p))


def _squared_logarithmic_slope_target(y: Array, p: Array) -> Interval:
    return same(2.0 * log_excess(p, y) / (1.0 + y))


def _squared_logarithmic_curvature(y: Array, p: Array) -> Array:
    beyond = 1.0 + p
    return 2.0 * (1.0 - log_excess(y, p)) / beyond / beyond


def _squared_logarithmic_curvature_target(y: Array, p: Array) -> Array:
    return _squared_logarithmic_curvature(p, y)


MEAN_SQUARED_LOGARITHMIC_ERROR = LossSpec(
    name="mean_squared_logarithmic_error",
    aliases=("msle",),
    family="regression",
    summary="Square of the difference of log(1 + y) and log(1 + prediction): a relative error, for quantities from 0.",
    latex=r"\left(\log(1 + \hat y) - \log(1 + y)\right)^2",
    references=("C. Tofallis, A better measure of relative prediction accuracy, J. Oper. Res. Soc. 66(8), 2015",),
    parameters=ABOVE_MINUS_ONE,
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "symmetric_in_arguments", "permutation_invariant"}),
    guards={"y_true": "itself", "y_pred": "itself"},
    terms=_squared_logarithmic,
    slopes={"y_pred": _squared_logarithmic_slope, "y_true": _squared_logarithmic_slope_target},
    curvatures={"y_pred": _squared_logarithmic_curvature, "y_true": _squared_logarithmic_curvature_target},
    bounds=(0.0, math.inf),
    minimizer="exp of the conditional mean of log(1 + y), less 1",
    link="identity",
    peers=(
        Peer("keras.losses.MeanSquaredLogarithmicError", BY_NAME, note="clips both arguments at 1e-7 from below"),
        Peer("sklearn.metrics.mean_squared_log_error", BY_NAME),
    ),
)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Mean of (log(1 + y_pred) − log(1 + y_true))².

    Parameters
    ----------
    y_true, y_pred : array_like of finite numbers above −1, the same shape
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    Convex in y_pred only up to log(1 + y_pred) = log(1 + y_true) + 1.

    References
    ----------
    sklearn.metrics.mean_squared_log_error; keras.losses.MeanSquaredLogarithmicError, which clips negative numbers.

    Examples
    --------
    >>> print(mean_squared_logarithmic_error([0.0, 3.0], [0.0, 1.0], reduction="none"))
    [0.         0.48045301]
    """
    return MEAN_SQUARED_LOGARITHMIC_ERROR.value(y_true, y_pred, **options)


def _unit(scale: str) -> float:
    return 100.0 if scale == "percent" else 1.0


def _magnitude(y: Array, eps: float) -> Array:
    return np.maximum(np.abs(y), eps)


def _percentage(y: Array, p: Array, eps: float, *, scale: str) -> Array:
    relative = over_or_zero(np.abs(p - y), _magnitude(y, eps))
    return relative if scale == "fraction" else 100.0 * relative


def _percentage_slope(y: Array, p: Array, eps: float, *, scale: str) -> Interval:
    unit = _unit(scale)
    low, high = slope_with_kink(p - y, -unit, unit)
    magnitude = _magnitude(y, eps)
    lowest = low / magnitude
    return lowest, lowest if low is high else high / magnitude


def _percentage_slope_target(y: Array, p: Array, eps: float, *, scale: str) -> Interval:
    # Of |p − y|/|y| = |p/y − 1|: −sign(p − y)·(p/y)/|y|; where eps bounds |y|, only the numerator moves.
    unit, bounded = _unit(scale), np.abs(y) <= eps
    change = np.where(bounded, np.ones_like(y), p / y) / _magnitude(y, eps)
    low, high = slope_with_kink(y - p, -unit, unit)
    first, second = low * change, high * change
    return (first, first) if low is high else (np.minimum(first, second), np.maximum(first, second))


def _percentage_curvature(y: Array, p: Array, eps: float, *, scale: str) -> Array:
    del p, eps, scale
    return np.zeros_like(y)


def _targets(settings: Mapping[str, Any]) -> dict[str, str]:
    return {"y_true": "real"} if settings["eps"] > 0.0 else {}


MEAN_ABSOLUTE_PERCENTAGE_ERROR = LossSpec(
    name="mean_absolute_percentage_error",
    aliases=("mape",),
    family="regression",
    summary="Magnitude of the residual relative to that of the target, as a fraction or in percent.",
    latex=r"\frac{\left|\hat y - y\right|}{\left|y\right|}",
    references=(
        "A. de Myttenaere et al., Mean absolute percentage error for regression models, Neurocomputing 192, 2016",
    ),
    parameters=(
        Parameter("y_true", "target", "nonzero", plausible=(0.5, 5.0)),
        Parameter("y_pred", "prediction", "real", plausible=(0.0, 6.0)),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=0.0, plausible=(1e-7, 1e-2)),
    ),
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "convex_in_prediction", "permutation_invariant"})
    | {"scale_invariant"},
    options={"scale": ("fraction", "percent")},
    given_domains=_targets,
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    guards={"y_true": "itself"},
    terms=_percentage,
    slopes={"y_pred": _percentage_slope, "y_true": _percentage_slope_target},
    curvatures={"y_pred": _percentage_curvature},
    convex_in=("y_pred",),
    bounds=(0.0, math.inf),
    minimizer="conditional median of y under the density of y over |y|",
    link="identity",
    peers=(
        Peer("sklearn.metrics.mean_absolute_percentage_error", BY_NAME, {"eps": 2.0**-52}),
        Peer("keras.losses.MeanAbsolutePercentageError", BY_NAME, {"scale": "percent", "eps": 1e-7}),
    ),
)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any, eps: float = 0.0, **options: Any) -> Any:
    """Mean of |y_pred − y_true| / |y_true|.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape; y_true without 0, unless eps is above 0
    eps : float, not negative
        Least denominator: max(|y_true|, eps).
    **options
        As for `LossSpec.value`; `scale` fraction (default) or percent.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.mean_absolute_percentage_error (a fraction, eps 2.2e−16);
    keras.losses.MeanAbsolutePercentageError (percent, eps 1e−7).

    Examples
    --------
    >>> print(mean_absolute_percentage_error([2.0, -4.0], [1.0, -2.0], scale="percent"))
    50.0
    """
    return MEAN_ABSOLUTE_PERCENTAGE_ERROR.value(y_true, y_pred, eps, **options)


SPECS = (MEAN_SQUARED_LOGARITHMIC_ERROR, MEAN_ABSOLUTE_PERCENTAGE_ERROR)
