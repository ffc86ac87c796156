"""What the margin losses have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array

Interval = tuple[Array, Array]

PROPERTIES = frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"})
UNBOUNDED = (0.0, float("inf"))


def no_curvature(first: Array, *_: Any, **__: Any) -> Array:
    """Second derivative of a piecewise linear loss, in its first argument."""
    return np.zeros_like(first)


def flat_curvature(_: Array, score: Array, *__: Any, **___: Any) -> Array:
    """Second derivative of a piecewise linear loss, in its second argument."""
    return np.zeros_like(score)


def step(x: Array) -> Interval:
    """Differentiate max(0, x): 0 below 0, 1 above, and at 0 all between the two."""
    above = (x > 0.0).astype(x.dtype)
    if x.all():
        return above, above
    return above, (x >= 0.0).astype(x.dtype)
