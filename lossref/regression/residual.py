"""Losses of the residual e = y_pred − y_true: its square, its magnitude, and that magnitude tilted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, slope_with_kink
from lossref._sums import inner
from lossref.regression._shared import (
    BY_NAME,
    OF_RESIDUAL,
    OPTAX,
    PREDICTION,
    RAW,
    TARGET,
    TERMS,
    TORCH,
    Interval,
    of_residual,
    same,
)
from lossref.spec import LossSpec, Parameter, Peer


def _squared(e: Array) -> Array:
    e *= e
    return e


def _sum_of_squared(e: Array) -> float:
    return inner(e, e)


def _squared_slope(e: Array) -> Interval:
    return same(e + e)


MEAN_SQUARED_ERROR = LossSpec(
    name="mean_squared_error",
    aliases=("mse",),
    family="regression",
    summary="Square of the residual; its mean is minimized by the conditional mean.",
    latex=r"\left(\hat y - y\right)^2",
    references=("C. F. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae, 1823",),
    parameters=(TARGET, PREDICTION),
    properties=OF_RESIDUAL | {"homogeneous_degree_2"},
    bounds=(0.0, math.inf),
    minimizer="conditional mean of y",
    peers=(
        Peer("torch.nn.functional.mse_loss", TORCH, note="with weight, the mean divides by its sum"),
        Peer("keras.losses.MeanSquaredError", BY_NAME),
        Peer("optax.losses.squared_error", OPTAX, TERMS),
        Peer("sklearn.metrics.mean_squared_error", BY_NAME),
    ),
    **of_residual(_squared, _squared_slope, lambda e: np.full_like(e, 2.0), _sum_of_squared),
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


def _absolute(e: Array) -> Array:
    return np.abs(e, out=e)


def _absolute_slope(e: Array) -> Interval:
    return slope_with_kink(e, -1.0, 1.0)


def _half_squared(e: Array) -> Array:
    square = e * e
    square *= 0.5
    return square


def _half_sum(e: Array) -> float:
    return 0.5 * inner(e, e)


HALF_SQUARED_ERROR = LossSpec(
    name="half_squared_error",
    aliases=("l2_loss",),
    family="regression",
    summary="Half the square of the residual, so that the derivative is the residual itself.",
    latex=r"\tfrac12 \left(\hat y - y\right)^2",
    references=("C. M. Bishop, Pattern Recognition and Machine Learning, 2006, equation 1.2",),
    parameters=(TARGET, PREDICTION),
    properties=OF_RESIDUAL | {"homogeneous_degree_2"},
    bounds=(0.0, math.inf),
    minimizer="conditional mean of y",
    peers=(
        Peer("optax.losses.l2_loss", OPTAX, TERMS),
        Peer("sklearn._loss.HalfSquaredError", RAW, TERMS),
    ),
    **of_residual(_half_squared, same, np.ones_like, _half_sum),
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


MEAN_ABSOLUTE_ERROR = LossSpec(
    name="mean_absolute_error",
    aliases=("mae",),
    family="regression",
    summary="Magnitude of the residual; its mean is minimized by the conditional median.",
    latex=r"\left|\hat y - y\right|",
    references=("P. J. Huber and E. M. Ronchetti, Robust Statistics, 2nd ed., 2009, section 3.2",),
    parameters=(TARGET, PREDICTION),
    properties=OF_RESIDUAL | {"homogeneous_degree_1"},
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="conditional median of y",
    peers=(
        Peer("torch.nn.functional.l1_loss", TORCH, note="with weight, the mean divides by its sum"),
        Peer("keras.losses.MeanAbsoluteError", BY_NAME),
        Peer("sklearn.metrics.mean_absolute_error", BY_NAME),
        Peer("sklearn._loss.AbsoluteError", RAW, TERMS),
    ),
    **of_residual(_absolute, _absolute_slope, np.zeros_like),
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


def _quantile(e: Array, q: float) -> Array:
    return np.maximum((1.0 - q) * e, -q * e)


def _quantile_slope(e: Array, q: float) -> Interval:
    return slope_with_kink(e, -q, 1.0 - q)


QUANTILE = LossSpec(
    name="quantile",
    aliases=("pinball", "pinball_loss", "quantile_loss"),
    family="regression",
    summary="Tilted magnitude of the residual; its mean is minimized by the conditional q-quantile.",
    latex=r"\max\left(q\,(y - \hat y),\; (q - 1)(y - \hat y)\right)",
    references=("R. Koenker and G. Bassett, Regression quantiles, Econometrica 46, 1978",),
    parameters=(
        TARGET,
        PREDICTION,
        Parameter("q", "hyper", "open_unit", "scalar", default=0.5, plausible=(0.1, 0.9)),
    ),
    properties=OF_RESIDUAL - {"symmetric_in_arguments"} | {"homogeneous_degree_1"},
    kinks=((0.5, 0.5), (-2.0, -2.0)),
    bounds=(0.0, math.inf),
    lipschitz=0.5,
    minimizer="conditional q-quantile of y",
    peers=(
        Peer("sklearn.metrics.mean_pinball_loss", BY_NAME | {"alpha": "q"}),
        Peer("sklearn._loss.PinballLoss", RAW | {"quantile": "q"}, TERMS),
    ),
    **of_residual(_quantile, _quantile_slope, lambda e, _: np.zeros_like(e)),
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


SPECS = (MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, HALF_SQUARED_ERROR, QUANTILE)
