"""Adversarial losses of free scores: least squares, Wasserstein distance, and the penalty on the critic's slope."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref import _vectors as vectors
from lossref._numerics import Array
from lossref.generative._scores import CONVEX, FAKE, REAL
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]

_MAO = "X. Mao et al., Least squares generative adversarial networks, ICCV 2017"
_ARJOVSKY = "M. Arjovsky, S. Chintala and L. Bottou, Wasserstein GAN, ICML 2017"
_HALF = {"half": (True, False)}


def _factor(*, half: bool) -> float:
    return 0.5 if half else 1.0


def _lsgan_discriminator(real: Array, fake: Array, *, half: bool) -> Array:
    short = real - 1.0
    factor = _factor(half=half)
    return factor * short * short + factor * fake * fake


def _lsgan_slope_real(real: Array, _: Array, *, half: bool) -> Interval:
    slope = 2.0 * _factor(half=half) * (real - 1.0)
    return slope, slope


def _lsgan_slope_fake(_: Array, fake: Array, *, half: bool) -> Interval:
    slope = 2.0 * _factor(half=half) * fake
    return slope, slope


def _lsgan_curvature(*scores: Array, half: bool) -> Array:
    return np.full_like(scores[0], 2.0 * _factor(half=half))


LSGAN_DISCRIMINATOR = LossSpec(
    name="lsgan_discriminator",
    family="generative",
    summary="Squared distance of the scores of real examples from 1, and of generated ones from 0, halved.",
    latex=r"\tfrac12 (r - 1)^2 + \tfrac12 f^2",
    references=(_MAO,),
    parameters=(REAL, FAKE),
    properties=CONVEX | {"non_negative"},
    options=_HALF,
    bounds=(0.0, math.inf),
    convex_in=("real", "fake"),
    minimizer="share of the density of real examples among both",
    link="identity",
    terms=_lsgan_discriminator,
    slopes={"real": _lsgan_slope_real, "fake": _lsgan_slope_fake},
    curvatures={"real": _lsgan_curvature, "fake": _lsgan_curvature},
)


def lsgan_discriminator(real: Any, fake: Any, **options: Any) -> Any:
    """Mean of (real − 1)²/2 + fake²/2.

    Parameters
    ----------
    real, fake : array_like of finite real numbers, the same shape
        Scores of real and of generated examples.
    **options
        As for `LossSpec.value`; `half=False` leaves both halves out.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    X. Mao et al., ICCV 2017, equation 9.

    Examples
    --------
    >>> print(lsgan_discriminator([0.0, 1.0], [1.0, 0.0]))
    0.5
    """
    return LSGAN_DISCRIMINATOR.value(real, fake, **options)


def _lsgan_generator(fake: Array, *, half: bool) -> Array:
    short = fake - 1.0
    return _factor(half=half) * (short * short)


def _lsgan_generator_slope(fake: Array, *, half: bool) -> Interval:
    slope = 2.0 * _factor(half=half) * (fake - 1.0)
    return slope, slope


LSGAN_GENERATOR = LossSpec(
    name="lsgan_generator",
    family="generative",
    summary="Squared distance of the scores of generated examples from 1, halved.",
    latex=r"\tfrac12 (f - 1)^2",
    references=(_MAO,),
    parameters=(FAKE,),
    properties=CONVEX | {"non_negative"},
    options=_HALF,
    bounds=(0.0, math.inf),
    convex_in=("fake",),
    link="identity",
    terms=_lsgan_generator,
    slopes={"fake": _lsgan_generator_slope},
    curvatures={"fake": _lsgan_curvature},
)


def lsgan_generator(fake: Any, **options: Any) -> Any:
    """Mean of (fake − 1)²/2.

    Parameters
    ----------
    fake : array_like of finite real numbers
        Scores of generated examples.
    **options
        As for `LossSpec.value`; `half=False` leaves the half out.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    References
    ----------
    X. Mao et al., ICCV 2017, equation 9.

    Examples
    --------
    >>> print(lsgan_generator([0.0, 3.0]))
    1.25
    """
    return LSGAN_GENERATOR.value(fake, **options)


def _critic(real: Array, fake: Array) -> Array:
    return fake - real


def _critic_slope_real(real: Array, _: Array) -> Interval:
    slope = np.full_like(real, -1.0)
    return slope, slope


def _critic_slope_fake(real: Array, _: Array) -> Interval:
    slope = np.ones_like(real)
    return slope, slope


def _flat(*scores: Array) -> Array:
    return np.zeros_like(scores[0])


WASSERSTEIN_CRITIC = LossSpec(
    name="wasserstein_critic",
    family="generative",
    summary="Score of generated examples less that of real ones; its negative bounds the Wasserstein distance.",
    latex=r"f - r",
    references=(_ARJOVSKY,),
    parameters=(REAL, FAKE),
    properties=CONVEX | {"zero_at_perfect_fit", "translation_invariant", "homogeneous_degree_1"},
    bounds=(-math.inf, math.inf),
    lipschitz=1.0,
    convex_in=("real", "fake"),
    link="identity",
    terms=_critic,
    slopes={"real": _critic_slope_real, "fake": _critic_slope_fake},
    curvatures={"real": _flat, "fake": _flat},
)


def wasserstein_critic(real: Any, fake: Any, **options: Any) -> Any:
    """Mean of fake − real, which the critic minimizes.

    Parameters
    ----------
    real, fake : array_like of finite real numbers, the same shape
        Scores of real and of generated examples.
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
    M. Arjovsky, S. Chintala and L. Bottou, ICML 2017, algorithm 1, whose critic ascends.

    Examples
    --------
    >>> print(wasserstein_critic([1.0, 2.0], [0.0, 1.5]))
    -0.75
    """
    return WASSERSTEIN_CRITIC.value(real, fake, **options)


def _negated(fake: Array) -> Array:
    return -fake


def _negated_slope(fake: Array) -> Interval:
    slope = np.full_like(fake, -1.0)
    return slope, slope


WASSERSTEIN_GENERATOR = LossSpec(
    name="wasserstein_generator",
    family="generative",
    summary="Negative score of the generated examples.",
    latex=r"-f",
    references=(_ARJOVSKY,),
    parameters=(FAKE,),
    properties=CONVEX | {"homogeneous_degree_1"},
    bounds=(-math.inf, math.inf),
    lipschitz=1.0,
    convex_in=("fake",),
    link="identity",
    terms=_negated,
    slopes={"fake": _negated_slope},
    curvatures={"fake": _flat},
)


def wasserstein_generator(fake: Any, **options: Any) -> Any:
    """Mean of −fake.

    Parameters
    ----------
    fake : array_like of finite real numbers
        Scores of generated examples.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    References
    ----------
    M. Arjovsky, S. Chintala and L. Bottou, ICML 2017, algorithm 1.

    Examples
    --------
    >>> print(wasserstein_generator([1.0, 2.0]))
    -1.5
    """
    return WASSERSTEIN_GENERATOR.value(fake, **options)


def _excess(gradients: Array, sides: str) -> Array:
    excess = vectors.norm(gradients) - 1.0
    return excess if sides == "two" else np.maximum(0.0, excess)


def _gradient_penalty(gradients: Array, strength: float, *, sides: str) -> Array:
    excess = _excess(gradients, sides)
    return strength * excess * excess


def _gradient_penalty_slope(gradients: Array, strength: float, *, sides: str) -> Interval:
    length = vectors.norm(gradients)
    excess = _excess(gradients, sides)
    direction, _ = vectors.norm_slope(gradients)
    # 2λ (‖g‖ − 1) g/‖g‖; where ‖g‖ is large g/‖g‖ may underflow, where it is small (‖g‖ − 1)/‖g‖ overflow.
    long = np.maximum(length, 1.0)
    slope = 2.0 * strength * np.where(length > 1.0, gradients * (excess / long), direction * excess)
    kink = np.broadcast_to((length == 0.0) & (excess != 0.0), slope.shape)
    if not kink.any():
        return slope, slope
    return np.where(kink, -2.0 * strength, slope), np.where(kink, 2.0 * strength, slope)


GRADIENT_PENALTY = LossSpec(
    name="gradient_penalty",
    family="generative",
    summary="Squared distance of the length of the critic's gradient from 1.",
    latex=r"\lambda \left(\lVert g \rVert - 1\right)^2",
    references=("I. Gulrajani et al., Improved training of Wasserstein GANs, NIPS 30, 2017",),
    parameters=(
        Parameter("gradients", "input", "real", "rows", plausible=(-0.8, 0.8), width="features"),
        Parameter("strength", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.1, 10.0)),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={"sides": ("two", "one")},
    bounds=(0.0, math.inf),
    guards={"gradients": "norm"},
    terms=_gradient_penalty,
    slopes={"gradients": _gradient_penalty_slope},
)


def gradient_penalty(gradients: Any, strength: float = 1.0, **options: Any) -> Any:
    """Mean over rows of strength · (‖g‖ − 1)².

    Parameters
    ----------
    gradients : array_like of shape (N, D), finite real numbers
        Gradients of the critic with respect to its inputs, at points between real and generated examples.
    strength : float, not negative
        Weight of the penalty; 10 in the original paper.
    **options
        As for `LossSpec.value`; `sides="one"` leaves gradients shorter than 1 free.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    At a gradient of 0 each coordinate of the subdifferential is [−2 strength, 2 strength]; the gradient given is 0.

    References
    ----------
    I. Gulrajani et al., NIPS 2017, equation 3.

    Examples
    --------
    >>> print(gradient_penalty([[3.0, 4.0]], strength=10.0))
    160.0
    """
    return GRADIENT_PENALTY.value(gradients, strength, **options)


SPECS = (LSGAN_DISCRIMINATOR, LSGAN_GENERATOR, WASSERSTEIN_CRITIC, WASSERSTEIN_GENERATOR, GRADIENT_PENALTY)
