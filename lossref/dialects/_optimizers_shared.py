"""How trajectories of optimizers are computed: from `w0` along the rows of `grads`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossref.dialects._node import Array

Step = Callable[[Array, Array, int], Array]


def trajectory(w0: Any, grads: Any, step: Step) -> Array:
    """Parameters after each step; `step(param, grad, t)` gives the next ones, t from 1."""
    param, gradients = np.asarray(w0), np.asarray(grads)
    dtype = param.dtype if param.dtype.kind == "f" else np.dtype(np.float64)
    param, gradients = param.astype(dtype), gradients.astype(dtype)
    if gradients.shape[1:] != param.shape:
        raise ValueError(f"grads: expected shape (steps, *{param.shape}), got {gradients.shape}")
    path = np.empty_like(gradients)
    for t, grad in enumerate(gradients, start=1):
        param = step(param, grad, t)
        path[t - 1] = param
    return path


def zeros(w0: Any) -> Array:
    return np.zeros_like(np.asarray(w0), dtype=np.float32 if np.asarray(w0).dtype == np.float32 else np.float64)


def root(square: Array, eps: float, placement: str) -> Array:
    """Root of a mean square with eps beside the root, or under it."""
    return np.sqrt(square + eps) if placement == "inside" else np.sqrt(square) + eps


def shares(b1: float, b2: float, t: float) -> tuple[float, float]:
    """1 − b1ᵗ and 1 − b2ᵗ."""
    # As −expm1(t·log b): no cancelling where b is close to 1.
    return float(-np.expm1(t * np.log(b1))), float(-np.expm1(t * np.log(b2)))


def corrected(mean: Array, square: Array, known: tuple[float, float], eps: float, *, eps_correction: str) -> Array:
    """Mean over root mean square, both over the shares that are known, with eps beside the root before or after."""
    mean_share, square_share = known
    if eps_correction == "after":
        return (mean / mean_share) / (np.sqrt(square / square_share) + eps)
    scaled: Array = square_share**0.5 / mean_share * mean
    return scaled / (np.sqrt(square) + eps)
