"""Numbers of arbitrary precision that know the largest term of what they are computed from.

Three facts stand beside a number x. `size`, the base-2 logarithm, rounded down, of its largest term: that of |x|
where nothing cancels, more where x is a sum whose terms cancel, or is made of such a sum. `exact`, whether float64
computes it without any rounding (labels, and sums and products of few bits). `doubt`, for a 0 that may be a small
number at a higher precision (log(1 + e^−1000) at 50 digits), the base-2 logarithm of what it may be.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from mpmath import libmp

SURE = -math.inf
FLOAT_BITS = 53

Raw = Any  # mpmath's own (sign, mantissa, exponent, bits)


class Number(NamedTuple):
    """Value of a node with what is known about it."""

    value: Raw
    size: float
    exact: bool
    doubt: float = SURE


class UnsureError(ArithmeticError):
    """The result depends on whether a number is 0, which takes a higher precision to tell."""


def magnitude(value: Raw) -> float:
    """log2 |value|, rounded down; −inf for 0."""
    if value[1]:
        return float(value[2] + value[3] - 1)
    return -math.inf if value == libmp.fzero else math.inf


def rounded(value: Raw) -> Number:
    return Number(value, magnitude(value), False)


def unless_rounded(value: Raw) -> Number:
    return Number(value, magnitude(value), value[3] <= FLOAT_BITS)


ZERO = Number(libmp.fzero, -math.inf, True)
LIMIT = Number(libmp.fzero, -math.inf, False)  # 0 · ∞, taken for 0
INFINITY = Number(libmp.finf, math.inf, False)
UNDEFINED = Number(libmp.fnan, math.inf, False)  # ∞ − ∞, and the second derivative at a kink


def is_sure_zero(number: Number) -> bool:
    return number.value == libmp.fzero and number.size == -math.inf and number.doubt == SURE
