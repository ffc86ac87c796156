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
