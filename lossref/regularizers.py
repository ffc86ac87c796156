"""Penalties on weights; they sum over the weights, and the strength scales the sum."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, slope_with_kink
from lossref.spec import LossSpec, Parameter

_W = Parameter("w", "input", "real")
_STRENGTH = Parameter("strength", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.01, 2.0))
_REDUCTION = {"reduction": ("sum", "mean", "none")}
_HALF = {"half": (False, True)}
_PROPERTIES = frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"})

Interval = tuple[Array, Array]


def _l1(w: Array, strength: float) -> Array:
    return strength * np.abs(w)


def _l1_slope(w: Array, strength: float) -> Interval:
    return slope_with_kink(w, -strength, strength)


def _l1_curvature(w: Array, _: float) -> Array:
    return np.zeros_like(w)


L1_PENALTY = LossSpec(
    name="l1_penalty",
    aliases=("l1",),
    family="regularizers",
    summary="Sum of the magnitudes of the weights, times the strength.",
    latex=r"\lambda \sum_j \left|w_j\right|",
    references=("R. Tibshirani, Regression shrinkage and selection via the lasso, J. R. Stat. Soc. B 58, 1996",),
    parameters=(_W, _STRENGTH),
    properties=_PROPERTIES | {"homogeneous_degree_1"},
    options=_REDUCTION,
    kinks=((0.0,),),
    terms=_l1,
    slopes={"w": _l1_slope},
    curvatures={"w": _l1_curvature},
    convex_in=("w",),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    minimizer="no weights at all",
)


def l1_penalty(w: Any, strength: float = 1.0, **options: Any) -> Any:
    """Strength times the sum of |w|.

    Parameters
    ----------
    w : array_like of finite real numbers, any shape
    strength : float, not negative
    **options
        `reduction` sum (default), mean or none.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    Notes
    -----
    At w = 0 the subdifferential is [−strength, strength] and the gradient given is 0.

    References
    ----------
    keras.regularizers.L1.

    Examples
    --------
    >>> print(l1_penalty([1.0, -2.0], strength=0.5))
    1.5
    """
    return L1_PENALTY.value(w, strength, **options)


def _l2(w: Array, strength: float, *, half: bool) -> Array:
    return _factor(strength, half=half) * (w * w)


def _l2_slope(w: Array, strength: float, *, half: bool) -> Interval:
    slope = 2.0 * _factor(strength, half=half) * w
    return slope, slope


def _l2_curvature(w: Array, strength: float, *, half: bool) -> Array:
    return np.full_like(w, 2.0 * _factor(strength, half=half))


def _factor(strength: float, *, half: bool) -> float:
    return 0.5 * strength if half else strength


L2_PENALTY = LossSpec(
    name="l2_penalty",
    aliases=("l2", "weight_decay"),
    family="regularizers",
    summary="Sum of the squares of the weights, times the strength (or half of it).",
    latex=r"\lambda \sum_j w_j^2",
    references=("A. E. Hoerl and R. W. Kennard, Ridge regression, Technometrics 12, 1970",),
    parameters=(_W, _STRENGTH),
    properties=_PROPERTIES | {"homogeneous_degree_2"},
    options=_REDUCTION | _HALF,
    terms=_l2,
    slopes={"w": _l2_slope},
    curvatures={"w": _l2_curvature},
    convex_in=("w",),
    bounds=(0.0, math.inf),
    minimizer="no weights at all",
)


def l2_penalty(w: Any, strength: float = 1.0, **options: Any) -> Any:
    """Strength times the sum of w², or half of that.

    Parameters
    ----------
    w : array_like of finite real numbers, any shape
    strength : float, not negative
    **options
        `reduction` sum (default), mean or none; `half=True` for strength/2 · Σ w².

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.regularizers.L2 (no half); the weight decay of torch.optim.SGD is the gradient of the half form.

    Examples
    --------
    >>> print(l2_penalty([1.0, -2.0], strength=0.5), l2_penalty([1.0, -2.0], strength=0.5, half=True))
    2.5 1.25
    """
    return L2_PENALTY.value(w, strength, **options)


def _elastic_net(w: Array, strength: float, l1_ratio: float, *, half: bool) -> Array:
    # |w| (r + (1 − r) |w|): the square is not formed apart.
    magnitude = np.abs(w)
    tilt = _factor(1.0 - l1_ratio, half=half) * magnitude
    tilt += l1_ratio
    magnitude *= tilt
    magnitude *= strength
    return magnitude


def _elastic_net_slope(w: Array, strength: float, l1_ratio: float, *, half: bool) -> Interval:
    low, high = slope_with_kink(w, -l1_ratio, l1_ratio)
    ridge = 2.0 * _factor(1.0 - l1_ratio, half=half) * w
    lowest = strength * (low + ridge)
    return lowest, lowest if low is high else strength * (high + ridge)


def _elastic_net_curvature(w: Array, strength: float, l1_ratio: float, *, half: bool) -> Array:
    return np.full_like(w, 2.0 * strength * _factor(1.0 - l1_ratio, half=half))


ELASTIC_NET = LossSpec(
    name="elastic_net",
    aliases=("l1_l2",),
    family="regularizers",
    summary="Weighted sum of the magnitudes and the squares (or half of them) of the weights.",
    latex=r"\lambda \sum_j \left(r \left|w_j\right| + (1 - r)\, w_j^2\right)",
    references=("H. Zou and T. Hastie, Regularization and variable selection via the elastic net, JRSS B 67, 2005",),
    parameters=(
        _W,
        _STRENGTH,
        Parameter("l1_ratio", "hyper", "probability", "scalar", default=0.5, plausible=(0.1, 0.9)),
    ),
    properties=_PROPERTIES,
    options=_REDUCTION | _HALF,
    kinks=((0.0,),),
    terms=_elastic_net,
    slopes={"w": _elastic_net_slope},
    curvatures={"w": _elastic_net_curvature},
    convex_in=("w",),
    bounds=(0.0, math.inf),
    minimizer="no weights at all",
)


def elastic_net(w: Any, strength: float = 1.0, l1_ratio: float = 0.5, **options: Any) -> Any:
    """Strength times the sum of l1_ratio·|w| + (1 − l1_ratio)·w², the squares halved if asked for.

    Parameters
    ----------
    w : array_like of finite real numbers, any shape
    strength : float, not negative
    l1_ratio : float in [0, 1]
        Share of the magnitudes; 1 gives `l1_penalty`, 0 `l2_penalty`.
    **options
        `reduction` sum (default), mean or none; `half=True` for (1 − l1_ratio)/2 · w², as in scikit-learn.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    Notes
    -----
    At w = 0 the subdifferential is strength·[−l1_ratio, l1_ratio] and the gradient given is 0.

    References
    ----------
    sklearn.linear_model.ElasticNet (half, strength as `alpha`); keras.regularizers.L1L2 (no half, two strengths).

    Examples
    --------
    >>> print(elastic_net([1.0, -2.0], strength=2.0, l1_ratio=0.25))
    9.0
    >>> print(elastic_net([1.0, -2.0], strength=2.0, l1_ratio=0.25, half=True))
    5.25
    """
    return ELASTIC_NET.value(w, strength, l1_ratio, **options)


SPECS = (L1_PENALTY, L2_PENALTY, ELASTIC_NET)
