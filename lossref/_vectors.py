"""Lengths, directions and cosines of vectors whose features lie on axis 0, at any scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._doubled import dot, wide_dot
from lossref._numerics import Array

Interval = tuple[Array, Array]
Exponents = npt.NDArray[np.int32]

_RAISED = 900  # 2^−900 is far from the numbers that have lost digits to underflow


def scaled(x: Array) -> tuple[Array, Exponents]:
    """Each vector over the power of two that brings its largest entry into [½, 1), and that power's exponent.

    The scaling is exact, and no square of an entry overflows, or underflows where it matters.
    """
    exponent: Exponents = np.frexp(np.abs(x).max(axis=0))[1]
    return np.ldexp(x, -exponent), exponent


def norm(x: Array, degree: float = 2.0) -> Array:
    """‖x‖_p of each vector."""
    if degree == 1.0:
        sums: Array = np.abs(x).sum(axis=0)
        return sums
    small, exponent = scaled(x)
    return np.ldexp(_norm_of_scaled(small, degree), exponent)


def _norm_of_scaled(x: Array, degree: float) -> Array:
    if degree == 2.0:
        return np.sqrt(dot(x, x))
    sums: Array = (np.abs(x) ** degree).sum(axis=0)
    return sums ** (1.0 / degree)


def norm_slope(x: Array, degree: float = 2.0) -> Interval:
    """Interval of ∂‖x‖_p/∂x_i = sign(x_i) (|x_i| / ‖x‖_p)^(p−1).

    At x = 0 the subdifferential is the ball of the dual norm, each coordinate in [−1, 1]; for p = 1 that holds of
    each x_i = 0 by itself.
    """
    small, exponent = scaled(x)
    length = _norm_of_scaled(small, degree)
    safe = np.where(length == 0.0, 1.0, length)
    if degree == 1.0:
        slope = np.sign(x)
        kink = x == 0.0
    else:
        slope = small / safe if degree == 2.0 else np.sign(x) * _power_of_share(x, safe, exponent, degree - 1.0)
        kink = np.broadcast_to(length == 0.0, x.shape)
    if not kink.any():
        return slope, slope
    return np.where(kink, -1.0, slope), np.where(kink, 1.0, slope)


def _power_of_share(x: Array, length: Array, exponent: Exponents, power: float) -> Array:
    """Give (|x| / (length 2^exponent))^power, where the quotient may underflow though its power does not."""
    share = np.abs(np.ldexp(x, -exponent)) / length
    if power >= 1.0:
        return share**power
    raised = np.abs(np.ldexp(x, _RAISED - exponent)) / length
    return np.where(share < 2.0**-_RAISED, raised**power * (2.0**-_RAISED) ** power, share**power)


def cosine(a: Array, b: Array) -> Array:
    """Cosine of the angle between each pair of vectors; 0 where one of them is 0."""
    (u, _), (v, _) = scaled(a), scaled(b)
    lengths = np.sqrt(wide_dot(u, u) * wide_dot(v, v))
    return np.clip((wide_dot(u, v) / _or_infinite(lengths)).astype(a.dtype), -1.0, 1.0)


def cosine_slope(a: Array, b: Array) -> Array:
    """∂ cosine / ∂a = (b/‖b‖ − cos · a/‖a‖) / ‖a‖, taken as 0 where one of the vectors is 0."""
    (u, of_a), (v, of_b) = scaled(a), scaled(b)
    squares = wide_dot(u, u)
    lengths = _or_infinite(np.sqrt(squares * wide_dot(v, v))).astype(a.dtype)
    ratio = (wide_dot(u, v) / _or_infinite(squares)).astype(a.dtype)
    # Both times a common power of two, as large as can be: an entry that is far below the largest stays a number.
    most = np.minimum(np.maximum(np.maximum(of_a, of_b), np.abs(of_a)), np.finfo(a.dtype).maxexp - 24)
    across = np.ldexp(b, most - of_b) - np.ldexp(a, most - of_a) * ratio
    return np.ldexp(across / lengths, -of_a - most)


def unit(x: Array) -> Array:
    """Direction x / ‖x‖; the vector 0 stays 0."""
    small, _ = scaled(x)
    return small / _or_infinite(np.sqrt(dot(small, small)))


def through_unit(upstream: Array, x: Array) -> Array:
    """Gradient with respect to x from the one with respect to x / ‖x‖: (g − u (u·g)) / ‖x‖, 0 at x = 0."""
    small, exponent = scaled(x)
    length = _or_infinite(np.sqrt(dot(small, small)))
    u = small / length
    return np.ldexp((upstream - u * dot(u, upstream)) / length, -exponent)


def _or_infinite(length: Array) -> Array:
    return np.where(length == 0.0, np.inf, length)


def gated(height: Array, interval: Interval) -> Interval:
    """Interval of the derivative of max(0, height), from that of the height."""
    low, high = interval
    return (
        np.where(height > 0.0, low, np.where(height == 0.0, np.minimum(low, 0.0), 0.0)),
        np.where(height > 0.0, high, np.where(height == 0.0, np.maximum(high, 0.0), 0.0)),
    )


def smooth(slope: Array) -> Interval:
    """Interval of a single slope."""
    return slope, slope


def negated(interval: Interval) -> Interval:
    low, high = interval
    lowest = -high
    return lowest, lowest if low is high else -low


def minus(first: Interval, second: Interval) -> Interval:
    """Differences of an element of the first and one of the second."""
    return first[0] - second[1], first[1] - second[0]


def times(factor: Any, interval: Interval) -> Interval:
    """Interval times a factor that is not negative."""
    low, high = interval
    lowest = factor * low
    return lowest, lowest if low is high else factor * high


def hull(first: Interval, second: Interval) -> Interval:
    """Smallest interval that holds both."""
    return np.minimum(first[0], second[0]), np.maximum(first[1], second[1])
