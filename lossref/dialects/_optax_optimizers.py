"""Trajectories of optax's optimizers: parameters after each step from `w0` with the gradients `grads`."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._optimizers_shared import root, trajectory, zeros
from lossref.dialects._registry import register

_POSITIONAL = ("w0", "grads")


class _Trace:
    """Gathered updates; without a momentum they pass as they are."""

    def __init__(self, w0: Any, momentum: float | None, *, nesterov: bool) -> None:
        self._gathered, self._momentum, self._nesterov = zeros(w0), momentum, nesterov

    def of(self, update: Array) -> Array:
        if self._momentum is None:
            return update
        self._gathered = update + self._momentum * self._gathered
        return update + self._momentum * self._gathered if self._nesterov else self._gathered


@register("optax.sgd", positional=_POSITIONAL)
def sgd(
    w0: Any,
    grads: Any,
    learning_rate: float,
    momentum: float | None = None,
    nesterov: bool = False,
    accumulator_dtype: Any = None,
) -> Any:
    trace = _Trace(w0, momentum, nesterov=nesterov)

    def step(param: Array, grad: Array, t: int) -> Array:
        return param - learning_rate * trace.of(grad)

    return trajectory(w0, grads, step)


@register("optax.adagrad", positional=_POSITIONAL)
def adagrad(
    w0: Any, grads: Any, learning_rate: float, initial_accumulator_value: float = 0.1, eps: float = 1e-07
) -> Any:
    state = zeros(w0) + initial_accumulator_value

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal state
        state = state + grad * grad
        # Where nothing has been gathered there is no step.
        return param - learning_rate * np.where(state > 0.0, grad / root(state, eps, "inside"), 0.0)

    return trajectory(w0, grads, step)


@register("optax.rmsprop", positional=_POSITIONAL)
def rmsprop(
    w0: Any,
    grads: Any,
    learning_rate: float,
    decay: float = 0.9,
    eps: float = 1e-08,
    initial_scale: float = 0.0,
    eps_in_sqrt: bool = True,
    centered: bool = False,
    momentum: float | None = None,
    nesterov: bool = False,
    bias_correction: bool = False,
) -> Any:
    square, mean = zeros(w0) + initial_scale, zeros(w0)
    trace = _Trace(w0, momentum, nesterov=nesterov)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal square, mean
        square = (1.0 - decay) * (grad * grad) + decay * square
        mean = (1.0 - decay) * grad + decay * mean if centered else mean
        share = 1.0 - decay**t if bias_correction else 1.0
        spread = square / share - (mean / share) * (mean / share)
        return param + trace.of(-learning_rate * (grad / root(spread, eps, "inside" if eps_in_sqrt else "outside")))

    return trajectory(w0, grads, step)


def _adam(
    w0: Any,
    grads: Any,
    learning_rate: float,
    betas: tuple[float, float],
    eps: float,
    eps_root: float,
    weight_decay: float,
    *,
    nesterov: bool,
) -> Any:
    (b1, b2), mean, square = betas, zeros(w0), zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal mean, square
        mean, square = (1.0 - b1) * grad + b1 * mean, (1.0 - b2) * (grad * grad) + b2 * square
        along = mean / (1.0 - b1**t)
        if nesterov:
            along = b1 * (mean / (1.0 - b1 ** (t + 1))) + (1.0 - b1) * (grad / (1.0 - b1**t))
        update = along / (np.sqrt(square / (1.0 - b2**t) + eps_root) + eps)
        return param - learning_rate * (update + weight_decay * param)

    return trajectory(w0, grads, step)


@register("optax.adam", positional=_POSITIONAL)
def adam(
    w0: Any,
    grads: Any,
    learning_rate: float,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-08,
    eps_root: float = 0.0,
    mu_dtype: Any = None,
    *,
    nesterov: bool = False,
) -> Any:
    return _adam(w0, grads, learning_rate, (b1, b2), eps, eps_root, 0.0, nesterov=nesterov)


@register("optax.adamw", positional=_POSITIONAL)
def adamw(
    w0: Any,
    grads: Any,
    learning_rate: float,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-08,
    eps_root: float = 0.0,
    mu_dtype: Any = None,
    weight_decay: float = 0.0001,
    mask: Any = None,
    *,
    nesterov: bool = False,
) -> Any:
    return _adam(w0, grads, learning_rate, (b1, b2), eps, eps_root, weight_decay, nesterov=nesterov)
