"""Examples moved against the model, and training on them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]

_GOODFELLOW = "I. J. Goodfellow, J. Shlens and C. Szegedy, Explaining and harnessing adversarial examples, ICLR 2015"


def _moved(x: Array, gradient: Array, eps: float, *, targeted: bool) -> Array:
    return x + (-eps if targeted else eps) * np.sign(gradient)


def _fgsm(x: Array, gradient: Array, eps: float, low: float, high: float, *, targeted: bool) -> Array:
    return np.clip(_moved(x, gradient, eps, targeted=targeted), low, high)


def _fgsm_slope(x: Array, gradient: Array, eps: float, low: float, high: float, *, targeted: bool) -> Interval:
    moved = _moved(x, gradient, eps, targeted=targeted)
    inside, reached = (low < moved) & (moved < high), (low <= moved) & (moved <= high)
    return inside.astype(x.dtype), reached.astype(x.dtype)


ADVERSARIAL_FGSM = LossSpec(
    name="adversarial_fgsm",
    aliases=("fgsm",),
    family="adversarial",
    summary="The input, moved by eps in each coordinate towards a higher loss, and clipped to its range.",
    latex=r"\operatorname{clip}\left(x + \varepsilon \operatorname{sign}(g),\; l,\; h\right)",
    references=(_GOODFELLOW,),
    parameters=(
        Parameter("x", "input", "real", plausible=(0.0, 1.0)),
        Parameter("gradient", "input", "real"),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=0.03, plausible=(0.01, 0.3)),
        Parameter("low", "hyper", "bound", "scalar", default=-math.inf, plausible=(-0.5, 0.0)),
        Parameter("high", "hyper", "bound", "scalar", default=math.inf, plausible=(1.0, 1.5)),
    ),
    properties=frozenset(),
    options={"targeted": (False, True)},
    gives="transform",
    terms=_fgsm,
    slopes={"x": _fgsm_slope},
)


def adversarial_fgsm(
    x: Any, gradient: Any, eps: float = 0.03, *, low: float = -math.inf, high: float = math.inf, **options: Any
) -> Any:
    """Move x by eps · sign(gradient), clipped to [low, high].

    Parameters
    ----------
    x : array_like of finite real numbers
    gradient : array_like of the same shape
        Gradient of the loss with respect to x.
    eps : float, not negative
        Largest change of a coordinate, in the units of x.
    low, high : float
        Range of the input; unbounded by default.
    **options
        `targeted` moves against the gradient, towards a lower loss of a label that is wanted.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    Notes
    -----
    Where the gradient is 0 nothing moves. The derivative in x takes the gradient as given.

    References
    ----------
    I. J. Goodfellow, J. Shlens and C. Szegedy, ICLR 2015, section 4.

    Examples
    --------
    >>> print(adversarial_fgsm([0.5, 0.75, 0.5], [2.0, 1.0, -0.1], eps=0.5, low=0.0, high=1.0))
    [1. 1. 0.]
    """
    return ADVERSARIAL_FGSM.value(x, gradient, eps, low, high, **options)


def _mixed(clean: Array, adversarial: Array, alpha: float) -> Array:
    return alpha * clean + (1.0 - alpha) * adversarial


def _mixed_slope_clean(clean: Array, _: Array, alpha: float) -> Interval:
    slope = np.full_like(clean, alpha)
    return slope, slope


def _mixed_slope_adversarial(clean: Array, _: Array, alpha: float) -> Interval:
    slope = np.full_like(clean, 1.0 - alpha)
    return slope, slope


def _flat(clean: Array, *_: Any) -> Array:
    return np.zeros_like(clean)


ADVERSARIAL_TRAINING = LossSpec(
    name="adversarial_training",
    family="adversarial",
    summary="Weighted mean of the loss on an example and of the loss on its adversarial neighbor.",
    latex=r"\alpha\, L(x) + (1 - \alpha)\, L(x_{\mathrm{adv}})",
    references=(_GOODFELLOW,),
    parameters=(
        Parameter("clean", "input", "real", plausible=(0.0, 3.0)),
        Parameter("adversarial", "input", "real", plausible=(0.0, 3.0)),
        Parameter("alpha", "hyper", "probability", "scalar", default=0.5, plausible=(0.1, 0.9)),
    ),
    properties=frozenset(
        {"non_negative", "convex_in_prediction", "permutation_invariant", "homogeneous_degree_1"},
    ),
    bounds=(-math.inf, math.inf),
    lipschitz=0.5,
    convex_in=("clean", "adversarial"),
    terms=_mixed,
    slopes={"clean": _mixed_slope_clean, "adversarial": _mixed_slope_adversarial},
    curvatures={"clean": _flat, "adversarial": _flat},
)


def adversarial_training(clean: Any, adversarial: Any, alpha: float = 0.5, **options: Any) -> Any:
    """Mean of alpha · clean + (1 − alpha) · adversarial.

    Parameters
    ----------
    clean, adversarial : array_like of finite real numbers, the same shape
        Losses of the examples and of their adversarial neighbors.
    alpha : float in [0, 1]
        Share of the clean loss.
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
    I. J. Goodfellow, J. Shlens and C. Szegedy, ICLR 2015, section 6.

    Examples
    --------
    >>> print(adversarial_training([1.0], [3.0], alpha=0.25))
    2.5
    """
    return ADVERSARIAL_TRAINING.value(clean, adversarial, alpha, **options)


SPECS = (ADVERSARIAL_FGSM, ADVERSARIAL_TRAINING)
