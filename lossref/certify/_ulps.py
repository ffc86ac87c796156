"""Distance of a float64 number from the exact one, in units in the last place of the largest term."""

from __future__ import annotations

import math
from typing import Any

import mpmath
from mpmath import libmp

from lossref.symbolic.number import Number, magnitude

TOLERANCE, CURVATURE_TOLERANCE = 4.0, 16.0
DEFINITION = (
    "error in ulp = |computed - exact| / ulp(t), divided by 1 + g where something is raised to a power g that is an "
    "argument of the loss; exact: the symbolic form, or its derivative by sympy, evaluated by mpmath at 50 digits or "
    "more, until more digits change nothing; t: the largest term of the stable form, which is the exact number itself "
    "where nothing cancels, and where addends cancel the largest of them; ulp(t): the spacing of float64 at |t|, no "
    "less than 2^-1074; passes up to "
    f"{TOLERANCE:g} for values and gradients, {CURVATURE_TOLERANCE:g} for Hessians"
)

_LOWEST, _FRACTION, _LARGEST = -1022, 52, 1023  # exponents of float64
_DIFFERENCE = 170  # bits


def ulps(computed: float, exact: Number) -> float:
    """Error of `computed`; infinite for NaN, and for an infinity where the exact number is not beyond float64.

    Examples
    --------
    >>> third = Number(libmp.from_rational(1, 3, 170), magnitude(libmp.from_rational(1, 3, 170)), exact=False)
    >>> round(ulps(1 / 3, third), 3), ulps(math.inf, third)
    (0.333, inf)
    """
    if math.isnan(computed) or exact.value == libmp.fnan:
        return math.inf
    if exact.value in {libmp.finf, libmp.fninf}:
        # An infinite derivative at the end of a domain has the sign of the side it is taken from.
        return 0.0 if math.isinf(computed) else math.inf
    if math.isinf(computed):
        return _beyond(computed, exact.value)
    difference = libmp.mpf_sub(libmp.from_float(computed), exact.value, _DIFFERENCE)
    return _in_units(difference, exact)


def relative_error(computed: float, exact: Any) -> float:
    """Distance in units of the exact number; inf for NaN."""
    if math.isnan(computed):
        return math.inf
    number = mpmath.mpf(exact)
    if mpmath.isinf(number) or math.isinf(computed) or number == 0:
        return 0.0 if number == computed else math.inf
    return float(abs((mpmath.mpf(float(computed)) - number) / number))


def _beyond(computed: float, exact: Any) -> float:
    """Take an infinity for 2^1024, the next number after the largest: right for whatever rounds to it."""
    limit = libmp.from_man_exp(1 if computed > 0.0 else -1, _LARGEST + 1)
    short = libmp.mpf_sub(limit, exact, _DIFFERENCE)
    if not short[1] or bool(short[0]) == (computed > 0.0):
        return 0.0
    error = libmp.mpf_shift(libmp.mpf_abs(short), _FRACTION - _LARGEST)
    return libmp.to_float(error) if magnitude(error) <= 0.0 else math.inf


def _in_units(difference: Any, exact: Number) -> float:
    if not difference[1]:
        return 0.0
    top = exact.value[2] + exact.value[3] - 1 if exact.value[1] else _LOWEST
    if math.isfinite(exact.size):
        top = max(top, math.floor(exact.size + 1e-9))
    unit = min(max(top, _LOWEST), _LARGEST) - _FRACTION
    error = libmp.mpf_shift(libmp.mpf_abs(difference), -unit)
    return libmp.to_float(error) if magnitude(error) < _LARGEST else math.inf
