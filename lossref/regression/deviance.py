"""Deviances of the Tweedie family: normal, Poisson, gamma and inverse Gaussian among them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._numerics import Array, power_integral, times_or_zero
from lossref.regression._shared import BY_NAME, Interval, same
from lossref.spec import LossSpec, Parameter, Peer


def _deviance(y: Array, mean: Array, power: float, *, half: bool) -> Array:
    if power == 0.0:
        e = mean - y
        return _scaled(e * e, half=half)
    # d/2 = ∫ (y − t) t^−p dt from the mean to y = y ∫ t^−p dt − ∫ t^(1−p) dt; of y below 0 the integrals see 0.
    reached = np.maximum(y, 0.0)
    excess = times_or_zero(y, power_integral(reached, mean, 1.0 - power)) - power_integral(reached, mean, 2.0 - power)
    # Beside a perfect fit, rounding may leave what is 0 or more just below 0.
    return _scaled(np.maximum(2.0 * excess, 0.0), half=half)


def _scaled(deviance: Array, *, half: bool) -> Array:
    return 0.5 * deviance if half else deviance


def _deviance_slope(y: Array, mean: Array, power: float, *, half: bool) -> Interval:
    # 2(μ − y)/μ^p; for p from 1 as 2((μ − y)/μ) μ^(1−p), since μ^−p overflows first.
    excess = 2.0 * (mean - y)
    slope = excess * mean**-power if power <= 0.0 else excess / mean * mean ** (1.0 - power)
    return same(_scaled(slope, half=half))


def _deviance_slope_target(y: Array, mean: Array, power: float, *, half: bool) -> Interval:
    if power == 0.0:
        return same(_scaled(2.0 * (y - mean), half=half))
    return same(_scaled(2.0 * power_integral(np.maximum(y, 0.0), mean, 1.0 - power), half=half))


def _deviance_curvature(y: Array, mean: Array, power: float, *, half: bool) -> Array:
    if power == 0.0:
        return _scaled(np.full_like(mean, 2.0), half=half)
    root = mean ** (-0.5 * power)  # its square may underflow where y/mean is large
    return _scaled(2.0 * root * (root * ((1.0 - power) + power * (y / mean))), half=half)


def _deviance_curvature_target(y: Array, mean: Array, power: float, *, half: bool) -> Array:
    del mean
    if power == 0.0:
        return _scaled(np.full_like(y, 2.0), half=half)
    # Below 0 the deviance is linear in y.
    return _scaled(np.where(y < 0.0, np.zeros_like(y), 2.0 * np.maximum(y, 0.0) ** -power), half=half)


def _domains(settings: Mapping[str, Any]) -> dict[str, str]:
    if settings["power"] > 0.0:
        return {}
    return {"y_true": "real"} if settings["power"] < 0.0 else {"y_true": "real", "y_pred": "real"}


TWEEDIE_DEVIANCE = LossSpec(
    name="tweedie_deviance",
    aliases=("tweedie",),
    family="regression",
    summary="Deviance of the Tweedie distribution whose variance is mean^power: 0 normal, 1 Poisson, 2 gamma.",
    latex=r"2 \left(\frac{y^{2-p}}{(1-p)(2-p)} - \frac{y\,\hat y^{1-p}}{1-p} + \frac{\hat y^{2-p}}{2-p}\right)",
    references=("B. Jørgensen, Exponential dispersion models, J. R. Stat. Soc. B 49(2), 1987",),
    parameters=(
        Parameter("y_true", "target", "nonnegative", plausible=(0.2, 5.0)),
        Parameter("y_pred", "prediction", "positive", plausible=(0.2, 5.0)),
        Parameter("power", "hyper", "tweedie_power", "scalar", default=1.5, plausible=(1.1, 1.9)),
    ),
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "permutation_invariant"}),
    options={"half": (False, True)},
    given_domains=_domains,
    guards={"y_true": "itself", "y_pred": "itself"},
    terms=_deviance,
    slopes={"y_pred": _deviance_slope, "y_true": _deviance_slope_target},
    curvatures={"y_pred": _deviance_curvature, "y_true": _deviance_curvature_target},
    convex_in=("y_true",),
    bounds=(0.0, math.inf),
    minimizer="conditional mean of y",
    link="log",
    peers=(
        Peer(
            "sklearn.metrics.mean_tweedie_deviance",
            BY_NAME | {"power": "power"},
            {"power": 0.0},
            "of power 1 it is mean_poisson_deviance, of power 2 mean_gamma_deviance",
        ),
    ),
)


def tweedie_deviance(y_true: Any, y_pred: Any, power: float = 1.5, **options: Any) -> Any:
    """Mean of the Tweedie deviance 2 ∫ (y − t) t^−power dt, taken from y_pred to y.

    Parameters
    ----------
    y_true : array_like of finite numbers that are not negative, or any where power is not above 0
    y_pred : array_like of finite numbers above 0, the same shape; any where power is 0
    power : float, not between 0 and 1
        The variance is proportional to mean^power: 0 (normal: the squared error), 1 (Poisson), 2 (gamma), 3 (inverse
        Gaussian), between 1 and 2 (sums of a Poisson number of gammas), below 0 (extreme stable).
    **options
        As for `LossSpec.value`; `half` False (default) or True.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none
        +inf for y = 0 where power is 2 or more.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    With power from 1 to 2 it is convex in the logarithm of y_pred; in y_pred itself only for power 0 and 1.

    References
    ----------
    sklearn.metrics.mean_tweedie_deviance (power 0 by default), mean_poisson_deviance, mean_gamma_deviance.

    Examples
    --------
    >>> print(tweedie_deviance([0.0, 4.0], [4.0, 4.0], power=1.5, reduction="none"))
    [8. 0.]
    >>> print(round(tweedie_deviance([1.0], [2.718281828459045], power=2.0), 6))
    0.735759
    """
    return TWEEDIE_DEVIANCE.value(y_true, y_pred, power, **options)


SPECS = (TWEEDIE_DEVIANCE,)
