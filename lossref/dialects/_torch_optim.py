"""Trajectories of `torch.optim`: parameters after each step from `w0` with the gradients `grads`."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._optimizers_shared import corrected, root, shares, trajectory, zeros
from lossref.dialects._registry import register

# Options of how a step is executed (foreach, fused, capturable, differentiable) change none of its numbers.
_POSITIONAL = ("w0", "grads")


def _decayed(param: Array, grad: Array, weight_decay: float, *, maximize: bool) -> Array:
    signed = -grad if maximize else grad
    return signed + weight_decay * param if weight_decay else signed


@register("torch.optim.SGD", positional=_POSITIONAL)
def sgd(
    w0: Any,
    grads: Any,
    lr: float = 0.001,
    momentum: float = 0,
    dampening: float = 0,
    weight_decay: float = 0,
    nesterov: bool = False,
    *,
    maximize: bool = False,
    foreach: Any = None,
    differentiable: bool = False,
    fused: Any = None,
) -> Any:
    if nesterov and (momentum <= 0 or dampening != 0):
        raise ValueError("Nesterov momentum takes a momentum and no dampening")
    gathered = zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal gathered
        along = _decayed(param, grad, weight_decay, maximize=maximize)
        if momentum:
            # The first gradient is taken whole, whatever the dampening.
            gathered = along if t == 1 else momentum * gathered + (1.0 - dampening) * along
            along = along + momentum * gathered if nesterov else gathered
        return param - lr * along

    return trajectory(w0, grads, step)


@register("torch.optim.Adagrad", positional=_POSITIONAL)
def adagrad(
    w0: Any,
    grads: Any,
    lr: float = 0.01,
    lr_decay: float = 0,
    weight_decay: float = 0,
    initial_accumulator_value: float = 0,
    eps: float = 1e-10,
    foreach: Any = None,
    *,
    maximize: bool = False,
    differentiable: bool = False,
    fused: Any = None,
) -> Any:
    state = zeros(w0) + initial_accumulator_value

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal state
        along = _decayed(param, grad, weight_decay, maximize=maximize)
        state = state + along * along
        return param - lr / (1.0 + (t - 1.0) * lr_decay) * along / root(state, eps, "outside")

    return trajectory(w0, grads, step)


@register("torch.optim.RMSprop", positional=_POSITIONAL)
def rmsprop(
    w0: Any,
    grads: Any,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-08,
    weight_decay: float = 0,
    momentum: float = 0,
    centered: bool = False,
    capturable: bool = False,
    foreach: Any = None,
    maximize: bool = False,
    differentiable: bool = False,
) -> Any:
    square, mean, gathered = zeros(w0), zeros(w0), zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal square, mean, gathered
        along = _decayed(param, grad, weight_decay, maximize=maximize)
        square = alpha * square + (1.0 - alpha) * along * along
        mean = mean + (1.0 - alpha) * (along - mean) if centered else mean
        scaled = along / root(square - mean * mean, eps, "outside")
        gathered = momentum * gathered + scaled
        return param - lr * gathered

    return trajectory(w0, grads, step)


def _adam(
    w0: Any,
    grads: Any,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    *,
    amsgrad: bool,
    maximize: bool,
    decoupled: bool,
) -> Any:
    mean, square, largest = zeros(w0), zeros(w0), zeros(w0)
    b1, b2 = betas

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal mean, square, largest
        along = _decayed(param, grad, 0.0 if decoupled else weight_decay, maximize=maximize)
        param = param * (1.0 - lr * weight_decay) if decoupled else param
        mean = mean + (1.0 - b1) * (along - mean)
        square = b2 * square + (1.0 - b2) * along * along
        largest = np.maximum(largest, square)
        return param - lr * corrected(
            mean, largest if amsgrad else square, shares(b1, b2, t), eps, eps_correction="after"
        )

    return trajectory(w0, grads, step)


@register("torch.optim.Adam", positional=_POSITIONAL)
def adam(
    w0: Any,
    grads: Any,
    lr: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-08,
    weight_decay: float = 0,
    amsgrad: bool = False,
    *,
    foreach: Any = None,
    maximize: bool = False,
    capturable: bool = False,
    differentiable: bool = False,
    fused: Any = None,
    decoupled_weight_decay: bool = False,
) -> Any:
    return _adam(
        w0, grads, lr, betas, eps, weight_decay, amsgrad=amsgrad, maximize=maximize, decoupled=decoupled_weight_decay
    )


@register("torch.optim.AdamW", positional=_POSITIONAL)
def adamw(
    w0: Any,
    grads: Any,
    lr: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-08,
    weight_decay: float = 0.01,
    amsgrad: bool = False,
    *,
    maximize: bool = False,
    foreach: Any = None,
    capturable: bool = False,
    differentiable: bool = False,
    fused: Any = None,
) -> Any:
    return _adam(w0, grads, lr, betas, eps, weight_decay, amsgrad=amsgrad, maximize=maximize, decoupled=True)
