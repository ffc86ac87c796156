"""Losses that are quadratic near a perfect fit and linear far from it: Huber's, smooth L1 and log-cosh."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, log_cosh_of, sigmoid_slope, slope_with_kink
from lossref._sums import inner, total
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


def _huber(e: Array, delta: float) -> Array:
    # With c = e clipped to ±δ both branches are one: c(e − c/2) is e²/2 inside and δ(|e| − δ/2) outside.
    clipped = e.clip(-delta, delta)
    loss = -0.5 * clipped
    loss += e
    loss *= clipped
    return loss


def _huber_fused(e: Array, delta: float) -> tuple[float, Array, Array]:
    clipped = e.clip(-delta, delta)
    return inner(clipped, e) - 0.5 * inner(clipped, clipped), clipped, clipped


def _sum_of_huber(e: Array, delta: float) -> float:
    return _huber_fused(e, delta)[0]


def _huber_slope(e: Array, delta: float) -> Interval:
    return same(np.clip(e, -delta, delta))


def _huber_curvature(e: Array, delta: float) -> Array:
    return (np.abs(e) <= delta).astype(e.dtype)


HUBER = LossSpec(
    name="huber",
    aliases=("huber_loss",),
    family="regression",
    summary="Half the square of the residual up to delta, linear with slope delta beyond.",
    latex=r"\begin{cases} \tfrac12 (\hat y - y)^2 & |\hat y - y| \le \delta \\"
    r" \delta \left(|\hat y - y| - \tfrac12 \delta\right) & |\hat y - y| > \delta \end{cases}",
    references=("P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35(1), 1964",),
    parameters=(
        TARGET,
        PREDICTION,
        Parameter("delta", "hyper", "positive", "scalar", default=1.0, plausible=(0.3, 2.5)),
    ),
    properties=OF_RESIDUAL,
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="between the conditional mean (delta large) and the conditional median (delta small) of y",
    peers=(
        Peer("torch.nn.functional.huber_loss", TORCH | {"delta": "delta"}, note="with weight, the mean divides by N"),
        Peer("keras.losses.Huber", BY_NAME | {"delta": "delta"}),
        Peer("optax.losses.huber_loss", OPTAX | {"delta": "delta"}, TERMS),
        Peer("sklearn._loss.HuberLoss", RAW | {"delta": "delta"}, TERMS | {"delta": 0.5}),
    ),
    **of_residual(_huber, _huber_slope, _huber_curvature, _sum_of_huber, _huber_fused),
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


def _smooth_l1(e: Array, beta: float) -> Array:
    if beta == 0.0:
        return np.abs(e)
    # Huber's loss over β: with c = e clipped to ±β, (c/β)(e − c/2) cannot overflow before its result does.
    clipped = np.clip(e, -beta, beta)
    loss = -0.5 * clipped
    loss += e
    clipped /= beta
    loss *= clipped
    return loss


def _smooth_l1_slope(e: Array, beta: float) -> Interval:
    if beta == 0.0:
        return slope_with_kink(e, -1.0, 1.0)
    return same(np.clip(e / beta, -1.0, 1.0))


def _smooth_l1_curvature(e: Array, beta: float) -> Array:
    if beta == 0.0:
        return np.zeros_like(e)
    return (np.abs(e) <= beta) * np.full_like(e, 1.0 / beta)


SMOOTH_L1 = LossSpec(
    name="smooth_l1",
    aliases=("smooth_l1_loss",),
    family="regression",
    summary="Huber's loss over its delta, here beta: linear with slope 1 beyond beta; at beta = 0 the absolute error.",
    latex=r"\begin{cases} \frac{(\hat y - y)^2}{2 \beta} & |\hat y - y| \le \beta \\"
    r" |\hat y - y| - \tfrac12 \beta & |\hat y - y| > \beta \end{cases}",
    references=("R. Girshick, Fast R-CNN, ICCV, 2015, equation 3",),
    parameters=(
        TARGET,
        PREDICTION,
        Parameter("beta", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.3, 2.5)),
    ),
    properties=OF_RESIDUAL,
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="between the conditional mean (beta large) and the conditional median (beta small) of y",
    peers=(Peer("torch.nn.functional.smooth_l1_loss", TORCH | {"beta": "beta"}),),
    **of_residual(_smooth_l1, _smooth_l1_slope, _smooth_l1_curvature),
)


def smooth_l1(y_true: Any, y_pred: Any, beta: float = 1.0, **options: Any) -> Any:
    """Mean of the smooth L1 loss: e²/(2 beta) for |e| ≤ beta, |e| − beta/2 beyond.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    beta : float, not negative
        Where the quadratic part ends; 0 gives |e|. Huber(delta) = delta · smooth L1(beta = delta).
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
    torch.nn.functional.smooth_l1_loss.

    Examples
    --------
    >>> print(smooth_l1([0.0, 0.0], [0.5, 3.0], beta=2.0, reduction="none"))
    [0.0625 2.    ]
    >>> print(smooth_l1([0.0, 0.0], [0.5, 3.0], beta=0.0, reduction="none"))
    [0.5 3. ]
    """
    return SMOOTH_L1.value(y_true, y_pred, beta, **options)


def _sum_of_log_cosh(e: Array) -> float:
    squares = np.sinh(e, out=e)
    squares *= squares
    return 0.5 * total(np.log1p(squares, out=squares))


def _log_cosh_slope(e: Array) -> Interval:
    return same(np.tanh(e))


def _log_cosh_curvature(e: Array) -> Array:
    # tanh e = 2σ(2e) − 1, so that 1 − tanh² e = 4σ′(2e).
    return 4.0 * sigmoid_slope(2.0 * e)


LOG_COSH = LossSpec(
    name="log_cosh",
    aliases=("logcosh",),
    family="regression",
    summary="Logarithm of the hyperbolic cosine of the residual: about e²/2 near 0, |e| − log 2 far from it.",
    latex=r"\log \cosh\left(\hat y - y\right)",
    references=(
        "P. J. Green, Bayesian reconstructions from emission tomography data, IEEE Trans. Med. Imaging 9, 1990",
    ),
    parameters=(TARGET, PREDICTION),
    properties=OF_RESIDUAL,
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="the m with E[tanh(m − y)] = 0, between the conditional mean and the conditional median of y",
    peers=(
        Peer("keras.losses.LogCosh", BY_NAME, note="loses all digits near 0, where it subtracts log 2"),
        Peer("optax.losses.log_cosh", OPTAX, TERMS),
    ),
    guards={"term": "logarithm"},
    **of_residual(log_cosh_of, _log_cosh_slope, _log_cosh_curvature, _sum_of_log_cosh),
)


def log_cosh(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Mean of log cosh(y_pred − y_true).

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none
        To the last digits also where e is tiny (e²/2) and where cosh e would overflow (|e| − log 2).

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.losses.LogCosh, optax.losses.log_cosh (the terms).

    Examples
    --------
    >>> print(log_cosh([0.0, 0.0], [1e-5, 1000.0], reduction="none"))
    [5.00000000e-11 9.99306853e+02]
    """
    return LOG_COSH.value(y_true, y_pred, **options)


SPECS = (HUBER, SMOOTH_L1, LOG_COSH)
