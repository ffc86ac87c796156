"""Negative log-likelihoods of counts and of normal errors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._numerics import Array, over_or_zero, times_or_zero
from lossref._sums import all_finite, inner, total
from lossref.regression._shared import BY_NAME, TORCH, Interval, negated, same
from lossref.spec import LossSpec, Parameter, Peer

_ROOT_OF_HALF = math.sqrt(0.5)
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)


def _poisson(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> Array:
    if log_input:
        rate = np.exp(prediction)
        loss = rate - y * prediction
        if not all_finite(loss):
            loss[np.isinf(rate)] = math.inf  # e^z outgrows y z, though both may overflow
    else:
        loss = prediction - times_or_zero(y, np.log(prediction + eps))
    return loss + _log_factorial(y) if full else loss


def _sum_of_poisson(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> float:
    if log_input:
        loss = total(np.exp(prediction)) - inner(y, prediction)
    else:
        loss = total(prediction) - inner(y, np.log(prediction + eps))
    return loss + total(_log_factorial(y)) if full else loss


def _log_factorial(y: Array) -> Array:
    """Stirling's approximation of log y! for counts above 1, and 0 up to 1."""
    several = np.maximum(y, 1.0)
    stirling = several * np.log(several) - several + (0.5 * np.log(several) + _HALF_LOG_TWO_PI)
    return np.where(y > 1.0, stirling, np.zeros_like(y))


def _poisson_slope(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> Interval:
    del full
    if log_input:
        return same(np.exp(prediction) - y)
    return same(1.0 - over_or_zero(y, prediction + eps))


def _poisson_slope_target(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> Interval:
    slope = -prediction if log_input else -np.log(prediction + eps)
    if full:
        several = np.maximum(y, 1.0)
        slope = slope + np.where(y > 1.0, np.log(several) + 0.5 / several, np.zeros_like(y))
    return same(slope)


def _poisson_curvature(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> Array:
    del full
    if log_input:
        return np.exp(prediction)
    rate = prediction + eps
    return over_or_zero(over_or_zero(y, rate), rate)


def _poisson_curvature_target(y: Array, prediction: Array, eps: float, *, log_input: bool, full: bool) -> Array:
    del prediction, eps, log_input
    if not full:
        return np.zeros_like(y)
    several = np.maximum(y, 1.0)
    return np.where(y > 1.0, (1.0 - 0.5 / several) / several, np.zeros_like(y))


def _rates(settings: Mapping[str, Any]) -> dict[str, str]:
    return {} if settings["log_input"] else {"y_pred": "nonnegative"}


POISSON_NLL = LossSpec(
    name="poisson_nll",
    aliases=("poisson", "poisson_loss"),
    family="regression",
    summary="Negative log-likelihood of counts under a Poisson distribution, from the log of its rate or the rate.",
    latex=r"e^{\hat y} - y \hat y",
    references=("J. A. Nelder and R. W. M. Wedderburn, Generalized linear models, J. R. Stat. Soc. A 135, 1972",),
    parameters=(
        Parameter("y_true", "target", "nonnegative", plausible=(0.0, 6.0)),
        # Above 0, so that a drawn number is a rate as well as the log of one.
        Parameter("y_pred", "prediction", "real", plausible=(0.2, 2.5)),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=0.0, plausible=(1e-8, 1e-3)),
    ),
    properties=frozenset({"convex_in_prediction", "permutation_invariant"}),
    options={"log_input": (True, False), "full": (False, True)},
    given_domains=_rates,
    guards={"y_true": "itself", "y_pred": "itself"},
    told=("y_pred",),
    terms=_poisson,
    total=_sum_of_poisson,
    slopes={"y_pred": _poisson_slope, "y_true": _poisson_slope_target},
    curvatures={"y_pred": _poisson_curvature, "y_true": _poisson_curvature_target},
    convex_in=("y_true", "y_pred"),
    bounds=(-math.inf, math.inf),
    minimizer="log of the conditional mean of y",
    link="log",
    peers=(
        Peer("torch.nn.functional.poisson_nll_loss", TORCH, {"eps": 1e-8}, "eps counts only where log_input is False"),
        Peer("keras.losses.Poisson", BY_NAME, {"log_input": False, "eps": 1e-7}),
        Peer(
            "sklearn._loss.HalfPoissonLoss",
            {"y_true": "y_true", "raw_prediction": "y_pred"},
            {"reduction": "none"},
            "sklearn.metrics.mean_poisson_deviance is twice the excess over a perfect fit",
        ),
    ),
)


def poisson_nll(y_true: Any, y_pred: Any, eps: float = 0.0, **options: Any) -> Any:
    """Mean of e^z − y z for the log z of a rate, or of λ − y log λ for the rate λ.

    Parameters
    ----------
    y_true : array_like of counts (or any finite numbers that are not negative)
    y_pred : array_like of finite real numbers, the same shape; not negative where `log_input` is False
    eps : float, not negative
        Added to the rate inside of the logarithm, where `log_input` is False.
    **options
        As for `LossSpec.value`; `log_input` True (default: y_pred is log λ) or False (y_pred is λ); `full` False
        (default) or True, which adds Stirling's y log y − y + log(2πy)/2 where y is above 1.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none
        +inf at a rate of 0 for a count above 0; 0·log 0 is 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.poisson_nll_loss (eps 1e−8); keras.losses.Poisson (a rate, eps 1e−7);
    sklearn._loss.HalfPoissonLoss.

    Examples
    --------
    >>> print(poisson_nll([2.0, 0.0], [0.0, 0.0], reduction="none"))
    [1. 1.]
    >>> print(round(poisson_nll([2.0], [2.718281828459045], log_input=False), 6))
    0.718282
    """
    return POISSON_NLL.value(y_true, y_pred, eps, **options)


def _gaussian(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Array:
    v = np.maximum(variance, eps)
    loss = _half_square_over(mean - y, v)
    loss += 0.5 * np.log(v)
    return loss + _HALF_LOG_TWO_PI if full else loss


def _half_square_over(e: Array, v: Array) -> Array:
    """e²/(2v), where neither e² nor e/v overflows before it does."""
    quotient = e / v
    overflowed = np.isinf(quotient)
    quotient *= 0.5 * e
    if overflowed.any():
        score = e[overflowed] / np.sqrt(v[overflowed])
        quotient[overflowed] = 0.5 * score * score
    return quotient


def _gaussian_slope(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Interval:
    del full
    return same((mean - y) / np.maximum(variance, eps))


def _gaussian_slope_target(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Interval:
    return negated(_gaussian_slope(y, mean, variance, eps, full=full))


def _gaussian_slope_variance(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Interval:
    del full
    v = np.maximum(variance, eps)
    score = (mean - y) / v
    fit = 0.5 * score * score
    slope = 0.5 / v - fit
    slope[np.isinf(fit)] = -math.inf  # there 1/v, if it overflows too, is far below
    inside, at_bound = np.where(variance > eps, slope, np.zeros_like(v)), variance == eps
    if not at_bound.any():
        return inside, inside
    reached = np.where(at_bound, slope, inside)
    return np.minimum(inside, reached), np.maximum(inside, reached)


def _gaussian_curvature(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Array:
    del y, mean, full
    return 1.0 / np.maximum(variance, eps)


def _gaussian_curvature_variance(y: Array, mean: Array, variance: Array, eps: float, *, full: bool) -> Array:
    del full
    # (s² − ½)/v² with s = |e|/√v, in two factors: no square overflows before they do.
    v = np.maximum(variance, eps)
    score = np.abs(mean - y) / np.sqrt(v)
    second = (score - _ROOT_OF_HALF) / v * ((score + _ROOT_OF_HALF) / v)
    return np.where(variance <= eps, np.zeros_like(v), second)


GAUSSIAN_NLL = LossSpec(
    name="gaussian_nll",
    aliases=("normal_nll", "gaussian_nll_loss"),
    family="regression",
    summary="Negative log-likelihood of a normal distribution, from its mean and its variance (not its deviation).",
    latex=r"\frac12 \left(\log \sigma^2 + \frac{(\mu - y)^2}{\sigma^2}\right)",
    references=(
        "D. A. Nix and A. S. Weigend, Estimating the mean and variance of the target distribution, ICNN, 1994",
    ),
    parameters=(
        Parameter("y_true", "target", "real"),
        Parameter("mean", "prediction", "real"),
        Parameter("variance", "prediction", "positive", plausible=(0.2, 4.0)),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=0.0, plausible=(1e-7, 1e-2)),
    ),
    properties=frozenset({"convex_in_prediction", "permutation_invariant"}),
    options={"full": (False, True)},
    guards={"variance": "itself"},
    terms=_gaussian,
    slopes={
        "mean": _gaussian_slope,
        "variance": _gaussian_slope_variance,
        "y_true": _gaussian_slope_target,
    },
    curvatures={
        "mean": _gaussian_curvature,
        "variance": _gaussian_curvature_variance,
        "y_true": _gaussian_curvature,
    },
    convex_in=("y_true", "mean"),
    bounds=(-math.inf, math.inf),
    minimizer="conditional mean and conditional variance of y",
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.gaussian_nll_loss",
            {"input": "mean", "target": "y_true", "var": "variance"},
            {"eps": 1e-6},
            "passes the gradient of the bounded variance on to a variance below eps",
        ),
    ),
)


def gaussian_nll(y_true: Any, mean: Any, variance: Any, eps: float = 0.0, **options: Any) -> Any:
    """Mean of (log v + (mean − y_true)²/v)/2, where v is the variance.

    Parameters
    ----------
    y_true, mean : array_like of finite real numbers
    variance : array_like of finite numbers above 0, the same shape
        Not the standard deviation, and not the logarithm of the variance.
    eps : float, not negative
        Least variance: v = max(variance, eps).
    **options
        As for `LossSpec.value`; `full` False (default) or True, which adds log(2π)/2.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.gaussian_nll_loss (eps 1e−6).

    Examples
    --------
    >>> print(gaussian_nll([1.0], [3.0], [1.0]))
    2.0
    >>> print(round(gaussian_nll([0.0], [0.0], [1.0], full=True), 6))
    0.918939
    """
    return GAUSSIAN_NLL.value(y_true, mean, variance, eps, **options)


SPECS = (POISSON_NLL, GAUSSIAN_NLL)
