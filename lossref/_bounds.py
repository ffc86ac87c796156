"""What bounds a logarithm: the option, and what a bound does to a slope."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array, Logs, over_or_zero

EPS_POLICY = {"eps_policy": ("exact", "clip", "log_clamp")}  # of `Logs`
Mask = npt.NDArray[np.bool_]


def between(slope: Array, beyond: Array | float, inside: Mask, reached: Mask) -> tuple[Array, Array]:
    """Interval of a slope that is `beyond` where a bound holds, and both at the corner: reached, but not inside."""
    one, other = np.where(inside, slope, beyond), np.where(reached, slope, beyond)
    return np.minimum(one, other), np.maximum(one, other)


def slope_of_both(one: Array, zero: Array, p: Array, logs: Logs, weight: float = 1.0) -> tuple[Array, Array]:
    """Interval of the derivative −weight·one/p + zero/(1 − p) of two logarithms with shares in them."""
    # The weight multiplies the quotient: a share below the normal numbers has no digits for it.
    one = one if weight else np.zeros_like(one)
    if logs.policy == "log_clamp":
        (low, high), (low_of_complement, high_of_complement) = logs.slope(p, one), logs.slope_of_complement(p, zero)
        return weight * low + low_of_complement, weight * high + high_of_complement
    slope = over_or_zero(zero, 1.0 - p) - weight * over_or_zero(one, p)
    if logs.policy == "exact":
        return slope, slope
    # clip bounds p for both logarithms at once: at its corner both slopes are there, or neither.
    bottom, top = logs.eps, 1.0 - logs.eps
    return between(slope, 0.0, (bottom < p) & (p < top), (bottom <= p) & (p <= top))
