"""Sums and products with their rounding errors: a number as the unevaluated sum of two floats, high and low.

Where an exponential follows, the rounding of its argument x alone costs it |x| units in the last place; and where a
sum cancels, its error is that of the largest term. With the low part neither happens.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array

Doubled = tuple[Array, Array]

_FEW = 32
_LOG_2 = (45426.0 / 65536.0, 1.4286068203094173e-06)


def two_sum(a: Array, b: Array) -> Doubled:
    """Give a + b, rounded, and what the rounding lost (D. E. Knuth, TAOCP 2, theorem 4.2.2B)."""
    total = a + b
    seen = total - a
    return total, _finite((a - (total - seen)) + (b - seen))


def two_product(a: Array, b: Array) -> Doubled:
    """Give a · b, rounded, and what the rounding lost (T. J. Dekker, 1971)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    lost = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, _finite(lost)


def _halves(x: Array) -> Doubled:
    """Split x into two floats of half as many bits."""
    factor = 4097.0 if x.dtype == np.float32 else 134217729.0  # 2¹² + 1, 2²⁷ + 1
    raised = factor * x
    high = raised - (raised - x)
    return high, x - high


def _finite(low: Array) -> Array:
    """Low part, 0 where the high part is infinite or its halves were."""
    return np.where(np.isfinite(low), low, 0.0)


def add(x: Doubled, y: Doubled) -> Doubled:
    high, low = two_sum(x[0], y[0])
    return two_sum(high, low + (x[1] + y[1]))


def scale(x: Doubled, factor: Array) -> Doubled:
    """Product with a float."""
    high, low = two_product(x[0], factor)
    return two_sum(high, low + x[1] * factor)


def log(x: Array) -> Doubled:
    """Logarithm of normal numbers above 0, its low part at most 0.35 in size and rounded by itself."""
    # log(m 2ᵏ) = k log 2 + log m, with m from √½ to √2; the high bits of log 2 are so few that k times them is exact.
    mantissa, exponent = np.frexp(x)
    small = mantissa < math.sqrt(0.5)
    k = (exponent - small).astype(x.dtype)
    return k * _LOG_2[0], k * _LOG_2[1] + np.log(np.where(small, 2.0 * mantissa, mantissa))


def dot(a: Array, b: Array) -> Array:
    """Σ a·b over axis 0."""
    rounded: Array = wide_dot(a, b).astype(a.dtype, copy=False)
    return rounded


def wide_dot(a: Array, b: Array) -> Array:
    """Σ a·b over axis 0, for up to some dozens of terms in the next wider float that the machine has."""
    # Of more terms the roundings average out, and none of them is the largest by much: there speed counts.
    if len(a) > _FEW:
        return np.asarray(np.einsum("c...,c...->...", a, b))
    products: Array = (wide(a) * b).sum(axis=0)
    return products


def wide(x: Array) -> Any:
    """Numbers in the next wider float that the machine has."""
    return x.astype(np.float64 if x.dtype == np.float32 else np.longdouble)
