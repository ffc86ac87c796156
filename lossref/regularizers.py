"""Penalties on weights; they sum over the weights, and the strength scales the sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter

_W = Parameter("w", "input", "real")
_STRENGTH = Parameter("strength", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.01, 2.0))
_REDUCTION = {"reduction": ("sum", "mean", "none")}
_PROPERTIES = frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"})


def _l1(w: Array, strength: float) -> Array:
    return strength * np.abs(w)


def _l1_slope(w: Array, strength: float) -> tuple[Array, Array]:
    return np.where(w > 0.0, strength, -strength), np.where(w < 0.0, -strength, strength)


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


def _l2_slope(w: Array, strength: float, *, half: bool) -> tuple[Array, Array]:
    slope = 2.0 * _factor(strength, half=half) * w
    return slope, slope


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
    options={**_REDUCTION, "half": (False, True)},
    terms=_l2,
    slopes={"w": _l2_slope},
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


SPECS = (L1_PENALTY, L2_PENALTY)
