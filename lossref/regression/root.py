"""The root of the mean of squared residuals, or of their logarithms': one number of a batch, not a mean of terms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.regression._shared import BY_NAME, OF_RESIDUAL, PREDICTION, TARGET, Interval, negated
from lossref.regression.relative import ABOVE_MINUS_ONE, log_excess
from lossref.spec import LossSpec, Peer


def _root_mean_squared(y: Array, p: Array, *, shares: Array | None) -> Array:
    return np.asarray(_root(p - y, shares))


def _root(e: Array, shares: Array | None) -> float:
    """√(mean e²); the mean is a sum by the shares where there are any."""
    # What has no share is not there, whatever its size.
    counted = e if shares is None else e[shares > 0.0]
    largest = max(float(counted.max()), -float(counted.min())) if counted.size else 0.0
    if not 0.0 < largest < math.inf:
        return largest
    # Scaled by a power of two, exactly, so that no square overflows or vanishes.
    scale = math.ldexp(1.0, math.frexp(largest)[1])
    squares = counted / scale
    squares *= squares
    if shares is not None:
        return scale * math.sqrt(float(np.add.reduce(squares * shares[shares > 0.0])))
    return scale * math.sqrt(float(np.add.reduce(squares, axis=None, dtype=np.float64)) / e.size)


def _slope_residual(upstream: Array, e: Array, shares: Array | None) -> Interval:
    root = _root(e, shares)
    factor = float(upstream)
    if root == 0.0:
        # At a perfect fit: the projections of the ball of radius 1/√N, or of the ellipsoid of the roots of the shares.
        high = np.full_like(e, factor / math.sqrt(e.size)) if shares is None else factor * np.sqrt(shares)
        return -high, high
    e /= root
    e *= factor / e.size if shares is None else factor * shares
    return e, e


def _slope(upstream: Array, y: Array, p: Array, *, shares: Array | None) -> Interval:
    return _slope_residual(upstream, p - y, shares)


def _slope_target(upstream: Array, y: Array, p: Array, *, shares: Array | None) -> Interval:
    return negated(_slope(upstream, y, p, shares=shares))


ROOT_MEAN_SQUARED_ERROR = LossSpec(
    name="root_mean_squared_error",
    aliases=("rmse",),
    family="regression",
    summary="Root of the mean of the squared residuals, in the units of y; one number of the whole batch.",
    latex=r"\sqrt{\frac1N \sum_{i=1}^N \left(\hat y_i - y_i\right)^2}",
    references=(
        "R. J. Hyndman and A. B. Koehler, Another look at measures of forecast accuracy, Int. J. Forecast. 22, 2006",
    ),
    parameters=(TARGET, PREDICTION),
    properties=OF_RESIDUAL | {"homogeneous_degree_1"},
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    coupled=True,
    shared=True,
    guards={"term": "root"},
    terms=_root_mean_squared,
    slopes={"y_pred": _slope, "y_true": _slope_target},
    convex_in=("y_true", "y_pred"),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="conditional mean of y",
    link="identity",
    peers=(Peer("sklearn.metrics.root_mean_squared_error", BY_NAME),),
)


def root_mean_squared_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Root of the mean of (y_pred − y_true)².

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`; the whole batch is one term, which every reduction leaves as it is. Weights and mask
        are those of the elements: √(Σ w e² / N), or √(Σ w e² / Σ w) for reduction mean_by_weight.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    The gradient is e/(N·RMSE). At a perfect fit every entry of a subgradient lies in [−1/√N, 1/√N], and the
    gradient given is 0.

    References
    ----------
    sklearn.metrics.root_mean_squared_error; keras.metrics.RootMeanSquaredError.

    Examples
    --------
    >>> print(root_mean_squared_error([1.0, 2.0], [4.0, 6.0]))
    3.5355339059327378
    """
    return ROOT_MEAN_SQUARED_ERROR.value(y_true, y_pred, **options)


def _root_of_logarithms(y: Array, p: Array, *, shares: Array | None) -> Array:
    return np.asarray(_root(log_excess(y, p), shares))


def _slope_of_logarithms(upstream: Array, y: Array, p: Array, *, shares: Array | None) -> Interval:
    low, high = _slope_residual(upstream, log_excess(y, p), shares)
    lower = low / (1.0 + p)
    return lower, lower if low is high else high / (1.0 + p)


def _slope_of_logarithms_target(upstream: Array, y: Array, p: Array, *, shares: Array | None) -> Interval:
    return _slope_of_logarithms(upstream, p, y, shares=shares)


ROOT_MEAN_SQUARED_LOGARITHMIC_ERROR = LossSpec(
    name="root_mean_squared_logarithmic_error",
    aliases=("rmsle",),
    family="regression",
    summary="Root of the mean of the squared differences of log(1 + y) and log(1 + prediction); one of a batch.",
    latex=r"\sqrt{\frac1N \sum_{i=1}^N \left(\log(1 + \hat y_i) - \log(1 + y_i)\right)^2}",
    references=("C. Tofallis, A better measure of relative prediction accuracy, J. Oper. Res. Soc. 66(8), 2015",),
    parameters=ABOVE_MINUS_ONE,
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "symmetric_in_arguments", "permutation_invariant"}),
    kinks=((0.5, 0.5), (2.0, 2.0)),
    coupled=True,
    shared=True,
    guards={"y_true": "itself", "y_pred": "itself", "term": "root"},
    terms=_root_of_logarithms,
    slopes={"y_pred": _slope_of_logarithms, "y_true": _slope_of_logarithms_target},
    bounds=(0.0, math.inf),
    minimizer="exp of the conditional mean of log(1 + y), less 1",
    link="identity",
    peers=(Peer("sklearn.metrics.root_mean_squared_log_error", BY_NAME),),
)


def root_mean_squared_logarithmic_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Root of the mean of (log(1 + y_pred) − log(1 + y_true))².

    Parameters
    ----------
    y_true, y_pred : array_like of finite numbers above −1, the same shape
    **options
        As for `root_mean_squared_error`.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.root_mean_squared_log_error.

    Examples
    --------
    >>> print(root_mean_squared_logarithmic_error([0.0, 3.0], [1.0, 7.0]).round(6))
    0.693147
    """
    return ROOT_MEAN_SQUARED_LOGARITHMIC_ERROR.value(y_true, y_pred, **options)


SPECS = (ROOT_MEAN_SQUARED_ERROR, ROOT_MEAN_SQUARED_LOGARITHMIC_ERROR)
