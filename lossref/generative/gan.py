"""Adversarial losses of logits: the classic game, with σ(score) the probability of being real, and its hinge form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, sigmoid, softplus
from lossref.generative._scores import CONVEX, FAKE, REAL
from lossref.spec import LossSpec

Interval = tuple[Array, Array]

_GOODFELLOW = "I. Goodfellow et al., Generative adversarial nets, NIPS 27, 2014"
_HINGE = ("J. H. Lim and J. C. Ye, Geometric GAN, 2017", "T. Miyato et al., Spectral normalization, ICLR 2018")


def _discriminator(real: Array, fake: Array) -> Array:
    return softplus(-real) + softplus(fake)


def _discriminator_slope_real(real: Array, _: Array) -> Interval:
    slope = -sigmoid(-real)
    return slope, slope


def _discriminator_slope_fake(_: Array, fake: Array) -> Interval:
    slope = sigmoid(fake)
    return slope, slope


def _sigmoid_curvature(score: Array) -> Array:
    return sigmoid(score) * sigmoid(-score)


def _discriminator_curvature_real(real: Array, _: Array) -> Array:
    return _sigmoid_curvature(real)


def _discriminator_curvature_fake(_: Array, fake: Array) -> Array:
    return _sigmoid_curvature(fake)


GAN_DISCRIMINATOR = LossSpec(
    name="gan_discriminator",
    family="generative",
    summary="Cross-entropy of telling real examples from generated ones, from the logits of both.",
    latex=r"-\log \sigma(r) - \log\left(1 - \sigma(f)\right)",
    references=(_GOODFELLOW,),
    parameters=(REAL, FAKE),
    properties=CONVEX | {"non_negative"},
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    convex_in=("real", "fake"),
    minimizer="log of the ratio of the densities of real and generated examples",
    link="logit",
    guards={"term": "surprise"},
    terms=_discriminator,
    slopes={"real": _discriminator_slope_real, "fake": _discriminator_slope_fake},
    curvatures={"real": _discriminator_curvature_real, "fake": _discriminator_curvature_fake},
)


def gan_discriminator(real: Any, fake: Any, **options: Any) -> Any:
    """Mean of −log σ(real) − log(1 − σ(fake)).

    Parameters
    ----------
    real, fake : array_like of finite real numbers, the same shape
        Logits that the discriminator gives to real and to generated examples.
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
    I. Goodfellow et al., NIPS 2014, equation 1, to be minimized.

    Examples
    --------
    >>> print(gan_discriminator([0.0], [0.0]).round(6))
    1.386294
    """
    return GAN_DISCRIMINATOR.value(real, fake, **options)


def _generator(fake: Array, *, variant: str) -> Array:
    return softplus(-fake) if variant == "non_saturating" else -softplus(fake)


def _generator_slope(fake: Array, *, variant: str) -> Interval:
    slope = -sigmoid(-fake if variant == "non_saturating" else fake)
    return slope, slope


def _generator_curvature(fake: Array, *, variant: str) -> Array:
    curvature = _sigmoid_curvature(fake)
    return curvature if variant == "non_saturating" else -curvature


GAN_GENERATOR = LossSpec(
    name="gan_generator",
    family="generative",
    summary="How badly generated examples pass for real, from their logits.",
    latex=r"-\log \sigma(f)",
    references=(_GOODFELLOW,),
    parameters=(FAKE,),
    properties=CONVEX | {"non_negative"},
    options={"variant": ("non_saturating", "minimax")},
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    convex_in=("fake",),
    link="logit",
    guards={"fake": "sigmoid"},
    terms=_generator,
    slopes={"fake": _generator_slope},
    curvatures={"fake": _generator_curvature},
)


def gan_generator(fake: Any, **options: Any) -> Any:
    """Mean of −log σ(fake), or in the minimax game of log(1 − σ(fake)).

    Parameters
    ----------
    fake : array_like of finite real numbers
        Logits that the discriminator gives to generated examples.
    **options
        As for `LossSpec.value`; `variant` non_saturating (default) or minimax, whose gradient vanishes where the
        discriminator is sure.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, OptionError, EmptyError, TypeError

    References
    ----------
    I. Goodfellow et al., NIPS 2014, section 3.

    Examples
    --------
    >>> print(gan_generator([0.0]).round(6), gan_generator([0.0], variant="minimax").round(6))
    0.693147 -0.693147
    """
    return GAN_GENERATOR.value(fake, **options)


def _shortfall_slope(score: Array, goal: float) -> Interval:
    """Interval of the derivative of max(0, 1 − goal·score), goal ±1."""
    margin = goal * score
    inside, reached = (np.where(below, -goal, 0.0).astype(score.dtype) for below in (margin < 1.0, margin <= 1.0))
    return np.minimum(inside, reached), np.maximum(inside, reached)


def _hinge_discriminator(real: Array, fake: Array) -> Array:
    return np.maximum(0.0, 1.0 - real) + np.maximum(0.0, 1.0 + fake)


def _hinge_discriminator_slope_real(real: Array, _: Array) -> Interval:
    return _shortfall_slope(real, 1.0)


def _hinge_discriminator_slope_fake(_: Array, fake: Array) -> Interval:
    return _shortfall_slope(fake, -1.0)


def _flat(*scores: Array) -> Array:
    return np.zeros_like(scores[0])


HINGE_GAN_DISCRIMINATOR = LossSpec(
    name="hinge_gan_discriminator",
    family="generative",
    summary="By how much the scores of real examples fall short of 1, and those of generated ones exceed −1.",
    latex=r"\max(0, 1 - r) + \max(0, 1 + f)",
    references=_HINGE,
    parameters=(REAL, FAKE),
    properties=CONVEX | {"non_negative"},
    kinks=((1.0, 0.5),),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    convex_in=("real", "fake"),
    link="identity",
    terms=_hinge_discriminator,
    slopes={"real": _hinge_discriminator_slope_real, "fake": _hinge_discriminator_slope_fake},
    curvatures={"real": _flat, "fake": _flat},
)


def hinge_gan_discriminator(real: Any, fake: Any, **options: Any) -> Any:
    """Mean of max(0, 1 − real) + max(0, 1 + fake).

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

    Notes
    -----
    At real = 1 the subdifferential is [−1, 0], at fake = −1 it is [0, 1]; the gradient given there is 0.

    References
    ----------
    T. Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018, equation 16.

    Examples
    --------
    >>> print(hinge_gan_discriminator([0.5, 2.0], [-2.0, 0.5]))
    1.0
    """
    return HINGE_GAN_DISCRIMINATOR.value(real, fake, **options)


def _negated(fake: Array) -> Array:
    return -fake


def _minus_one(fake: Array) -> Interval:
    slope = np.full_like(fake, -1.0)
    return slope, slope


HINGE_GAN_GENERATOR = LossSpec(
    name="hinge_gan_generator",
    family="generative",
    summary="Negative score of the generated examples: against a hinge discriminator the generator has no hinge.",
    latex=r"-f",
    references=_HINGE,
    parameters=(FAKE,),
    properties=CONVEX | {"homogeneous_degree_1"},
    bounds=(-math.inf, math.inf),
    lipschitz=1.0,
    convex_in=("fake",),
    link="identity",
    terms=_negated,
    slopes={"fake": _minus_one},
    curvatures={"fake": _flat},
)


def hinge_gan_generator(fake: Any, **options: Any) -> Any:
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
    T. Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018, equation 17.

    Examples
    --------
    >>> print(hinge_gan_generator([0.5, -2.0]))
    0.75
    """
    return HINGE_GAN_GENERATOR.value(fake, **options)


SPECS = (GAN_DISCRIMINATOR, GAN_GENERATOR, HINGE_GAN_DISCRIMINATOR, HINGE_GAN_GENERATOR)
