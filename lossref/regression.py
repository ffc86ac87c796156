"""Losses of a real target and a real prediction; e = y_pred − y_true."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter

_TARGET = Parameter("y_true", "target", "real")
_PREDICTION = Parameter("y_pred", "prediction", "real")

# Of every loss f(e) of the residual alone that is even, convex and 0 at 0.
_OF_RESIDUAL = frozenset(
    {
        "non_negative",
        "zero_at_perfect_fit",
        "symmetric_in_arguments",
        "convex_in_prediction",
        "permutation_invariant",
        "translation_invariant",
    }
)


def _negated(interval: tuple[Array, Array]) -> tuple[Array, Array]:
    low, high = interval
    lowest = -high
    return lowest, lowest if low is high else -low


def _squared(y: Array, p: Array) -> Array:
    e = p - y
    return e * e


def _squared_slope(y: Array, p: Array) -> tuple[Array, Array]:
    slope = 2.0 * (p - y)
    return slope, slope


def _squared_slope_target(y: Array, p: Array) -> tuple[Array, Array]:
    return _negated(_squared_slope(y, p))


MEAN_SQUARED_ERROR = LossSpec(
    name="mean_squared_error",
    aliases=("mse",),
    family="regression",
    summary="Square of the residual; its mean is minimized by the conditional mean.",
    latex=r"\left(\hat y - y\right)^2",
    references=("C. F. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae, 1823",),
    parameters=(_TARGET, _PREDICTION),
    properties=_OF_RESIDUAL | {"homogeneous_degree_2"},
    terms=_squared,
    slopes={"y_pred": _squared_slope, "y_true": _squared_slope_target},
)


def mean_squared_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Mean of (y_pred − y_true)².

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
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
    torch.nn.functional.mse_loss, keras.losses.MeanSquaredError, sklearn.metrics.mean_squared_error;
    optax.losses.squared_error gives the terms.

    Examples
    --------
    >>> print(mean_squared_error([1.0, 2.0], [1.5, 1.0]))
    0.625
    """
    return MEAN_SQUARED_ERROR.value(y_true, y_pred, **options)


def _absolute(y: Array, p: Array) -> Array:
    return np.abs(p - y)


def _absolute_slope(y: Array, p: Array) -> tuple[Array, Array]:
    # Compared, not subtracted: the sign is right even where p − y rounds or overflows.
    return np.where(p > y, 1.0, -1.0), np.where(p < y, -1.0, 1.0)


def _absolute_slope_target(y: Array, p: Array) -> tuple[Array, Array]:
    return _negated(_absolute_slope(y, p))


MEAN_ABSOLUTE_ERROR = LossSpec(
    name="mean_absolute_error",
    aliases=("mae",),
    family="regression",
    summary="Magnitude of the residual; its mean is minimized by the conditional median.",
    latex=r"\left|\hat y - y\right|",
    references=("P. J. Huber and E. M. Ronchetti, Robust Statistics, 2nd ed., 2009, section 3.2",),
    parameters=(_TARGET, _PREDICTION),
    properties=_OF_RESIDUAL | {"homogeneous_degree_1"},
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    terms=_absolute,
    slopes={"y_pred": _absolute_slope, "y_true": _absolute_slope_target},
)


def mean_absolute_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Mean of |y_pred − y_true|.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
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
    At e = 0 the subdifferential is [−1, 1] and the gradient given is 0, as in torch.

    References
    ----------
    torch.nn.functional.l1_loss, keras.losses.MeanAbsoluteError, sklearn.metrics.mean_absolute_error.

    Examples
    --------
    >>> print(mean_absolute_error([1.0, 2.0], [1.5, 1.0]))
    0.75
    """
    return MEAN_ABSOLUTE_ERROR.value(y_true, y_pred, **options)


def _huber(y: Array, p: Array, delta: float) -> Array:
    # With q = min(|e|, δ) both branches are one: q(|e| − q/2) is e²/2 inside and δ(|e| − δ/2) outside.
    magnitude = np.abs(p - y)
    quadratic = np.minimum(magnitude, delta)
    return quadratic * (magnitude - 0.5 * quadratic)


def _huber_slope(y: Array, p: Array, delta: float) -> tuple[Array, Array]:
    slope = np.clip(p - y, -delta, delta)
    return slope, slope


def _huber_slope_target(y: Array, p: Array, delta: float) -> tuple[Array, Array]:
    return _negated(_huber_slope(y, p, delta))


HUBER = LossSpec(
    name="huber",
    aliases=("huber_loss",),
    family="regression",
    summary="Half the square of the residual up to delta, linear with slope delta beyond.",
    latex=r"\begin{cases} \tfrac12 (\hat y - y)^2 & |\hat y - y| \le \delta \\"
    r" \delta \left(|\hat y - y| - \tfrac12 \delta\right) & |\hat y - y| > \delta \end{cases}",
    references=("P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35(1), 1964",),
    parameters=(
        _TARGET,
        _PREDICTION,
        Parameter("delta", "hyper", "positive", "scalar", default=1.0, plausible=(0.3, 2.5)),
    ),
    properties=_OF_RESIDUAL,
    terms=_huber,
    slopes={"y_pred": _huber_slope, "y_true": _huber_slope_target},
)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0, **options: Any) -> Any:
    """Mean of Huber's loss: e²/2 for |e| ≤ delta, delta·(|e| − delta/2) beyond.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    delta : float above 0
        Where the quadratic part ends, in the units of y. Huber(delta) = delta · smooth L1(beta = delta).
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
    torch.nn.functional.huber_loss, keras.losses.Huber, optax.losses.huber_loss (the terms).

    Examples
    --------
    >>> print(huber([0.0, 0.0], [0.5, 3.0]))
    1.3125
    """
    return HUBER.value(y_true, y_pred, delta, **options)


def _half_squared(y: Array, p: Array) -> Array:
    return 0.5 * _squared(y, p)


def _half_squared_slope(y: Array, p: Array) -> tuple[Array, Array]:
    slope = p - y
    return slope, slope


def _half_squared_slope_target(y: Array, p: Array) -> tuple[Array, Array]:
    return _negated(_half_squared_slope(y, p))


HALF_SQUARED_ERROR = LossSpec(
    name="half_squared_error",
    aliases=("l2_loss",),
    family="regression",
    summary="Half the square of the residual, so that the derivative is the residual itself.",
    latex=r"\tfrac12 \left(\hat y - y\right)^2",
    references=("C. M. Bishop, Pattern Recognition and Machine Learning, 2006, equation 1.2",),
    parameters=(_TARGET, _PREDICTION),
    properties=_OF_RESIDUAL | {"homogeneous_degree_2"},
    terms=_half_squared,
    slopes={"y_pred": _half_squared_slope, "y_true": _half_squared_slope_target},
)


def half_squared_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Mean of (y_pred − y_true)²/2.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
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
    optax.losses.l2_loss, sklearn._loss.HalfSquaredError (the terms).

    Examples
    --------
    >>> print(half_squared_error([1.0, 2.0], [1.5, 1.0]))
    0.3125
    """
    return HALF_SQUARED_ERROR.value(y_true, y_pred, **options)


def _quantile(y: Array, p: Array, q: float) -> Array:
    shortfall = y - p
    return np.maximum(q * shortfall, (q - 1.0) * shortfall)


def _quantile_slope(y: Array, p: Array, q: float) -> tuple[Array, Array]:
    return np.where(p > y, 1.0 - q, -q), np.where(p < y, -q, 1.0 - q)


def _quantile_slope_target(y: Array, p: Array, q: float) -> tuple[Array, Array]:
    return _negated(_quantile_slope(y, p, q))


QUANTILE = LossSpec(
    name="quantile",
    aliases=("pinball", "pinball_loss", "quantile_loss"),
    family="regression",
    summary="Tilted magnitude of the residual; its mean is minimized by the conditional q-quantile.",
    latex=r"\max\left(q\,(y - \hat y),\; (q - 1)(y - \hat y)\right)",
    references=("R. Koenker and G. Bassett, Regression quantiles, Econometrica 46, 1978",),
    parameters=(
        _TARGET,
        _PREDICTION,
        Parameter("q", "hyper", "open_unit", "scalar", default=0.5, plausible=(0.1, 0.9)),
    ),
    properties=_OF_RESIDUAL - {"symmetric_in_arguments"} | {"homogeneous_degree_1"},
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    terms=_quantile,
    slopes={"y_pred": _quantile_slope, "y_true": _quantile_slope_target},
)


def quantile(y_true: Any, y_pred: Any, q: float = 0.5, **options: Any) -> Any:
    """Mean of the pinball loss: q·(y_true − y_pred) above the prediction, (1 − q)·(y_pred − y_true) below it.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    q : float in (0, 1)
        The quantile that is predicted; 0.5 gives half of the absolute error.
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
    At y_pred = y_true the subdifferential is [−q, 1 − q] and the gradient given is 0.

    References
    ----------
    sklearn.metrics.mean_pinball_loss, whose `alpha` is q.

    Examples
    --------
    >>> print(quantile([2.0], [0.0], q=0.75), quantile([0.0], [2.0], q=0.75))
    1.5 0.5
    """
    return QUANTILE.value(y_true, y_pred, q, **options)


SPECS = (MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, HUBER, HALF_SQUARED_ERROR, QUANTILE)
