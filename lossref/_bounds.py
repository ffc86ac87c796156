"""What bounds a logarithm: the option, and what a bound does to a slope."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array

EPS_POLICY = {"eps_policy": ("exact", "clip", "log_clamp")}  # of `Logs`
Mask = npt.NDArray[np.bool_]


def between(slope: Array, beyond: Array | float, inside: Mask, reached: Mask) -> tuple[Array, Array]:
    """Interval of a slope that is `beyond` where a bound holds, and both at the corner: reached, but not inside."""
    one, other = np.where(inside, slope, beyond), np.where(reached, slope, beyond)
    return np.minimum(one, other), np.maximum(one, other)
