"""Trajectories of `keras.optimizers`: parameters after each step from `w0` with the gradients `grads`."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._optimizers_shared import corrected, root, trajectory, zeros
from lossref.dialects._registry import register

_POSITIONAL = ("w0", "grads")


def _single(number: float) -> float:
    # keras keeps rates and bounds in float32, whatever the dtype of the parameters.
    return float(np.float32(number))


def _bounded(grad: Array, clipnorm: float | None, clipvalue: float | None, global_clipnorm: float | None) -> Array:
    """Gradient whose norm or entries are held; with one parameter the global norm is its own."""
    norm = np.sqrt(np.float32(np.sum(grad * grad)))
    if clipnorm is not None:
        return grad * _single(clipnorm) / float(np.maximum(norm, np.float32(clipnorm)))
    if global_clipnorm is not None:
        bound, one = np.float32(global_clipnorm), np.float32(1)
        return grad * float(bound * np.minimum(one / norm, one / bound))
    return grad if clipvalue is None else np.clip(grad, -_single(clipvalue), _single(clipvalue))


def _share(beta: float, t: int, dtype: np.dtype[Any]) -> float:
    """1 − βᵗ as the dtype of the parameters has it."""
    return float(1 - np.power(dtype.type(beta), dtype.type(t)))


def _shrunk(param: Array, rate: float, weight_decay: float | None) -> Array:
    # What is left of the parameters is computed in float32 too, as the rate.
    return param if weight_decay is None else param * float(1 - weight_decay * np.float32(rate))


@register("keras.optimizers.SGD", positional=_POSITIONAL)
def sgd(
    w0: Any,
    grads: Any,
    learning_rate: float = 0.01,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    clipvalue: float | None = None,
    global_clipnorm: float | None = None,
) -> Any:
    rate, velocity = _single(learning_rate), zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal velocity
        grad, param = _bounded(grad, clipnorm, clipvalue, global_clipnorm), _shrunk(param, rate, weight_decay)
        # The velocity holds steps, not gradients.
        velocity = momentum * velocity - rate * grad
        return param + momentum * velocity - rate * grad if nesterov and momentum else param + velocity

    return trajectory(w0, grads, step)


@register("keras.optimizers.Adagrad", positional=_POSITIONAL)
def adagrad(
    w0: Any,
    grads: Any,
    learning_rate: float = 0.001,
    initial_accumulator_value: float = 0.1,
    epsilon: float = 1e-07,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    clipvalue: float | None = None,
    global_clipnorm: float | None = None,
) -> Any:
    rate, state = _single(learning_rate), zeros(w0) + initial_accumulator_value

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal state
        grad, param = _bounded(grad, clipnorm, clipvalue, global_clipnorm), _shrunk(param, rate, weight_decay)
        state = state + grad * grad
        return param - rate * grad / root(state, epsilon, "inside")

    return trajectory(w0, grads, step)


@register("keras.optimizers.RMSprop", positional=_POSITIONAL)
def rmsprop(
    w0: Any,
    grads: Any,
    learning_rate: float = 0.001,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-07,
    centered: bool = False,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    clipvalue: float | None = None,
    global_clipnorm: float | None = None,
) -> Any:
    rate, square, mean, gathered = _single(learning_rate), zeros(w0), zeros(w0), zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal square, mean, gathered
        grad, param = _bounded(grad, clipnorm, clipvalue, global_clipnorm), _shrunk(param, rate, weight_decay)
        square = rho * square + (1.0 - rho) * grad * grad
        mean = rho * mean + (1.0 - rho) * grad if centered else mean
        gathered = momentum * gathered + rate * grad / root(square - mean * mean, epsilon, "inside")
        return param - gathered

    return trajectory(w0, grads, step)


def _adam(
    w0: Any,
    grads: Any,
    rate: float,
    betas: tuple[float, float],
    epsilon: float,
    weight_decay: float | None,
    bounds: tuple[float | None, float | None, float | None],
    *,
    amsgrad: bool,
) -> Any:
    mean, square, largest = zeros(w0), zeros(w0), zeros(w0)

    def step(param: Array, grad: Array, t: int) -> Array:
        nonlocal mean, square, largest
        grad, param = _bounded(grad, *bounds), _shrunk(param, rate, weight_decay)
        mean = mean + (1.0 - betas[0]) * (grad - mean)
        square = square + (1.0 - betas[1]) * (grad * grad - square)
        largest = np.maximum(largest, square)
        known = _share(betas[0], t, param.dtype), _share(betas[1], t, param.dtype)
        return param - rate * corrected(mean, largest if amsgrad else square, known, epsilon, eps_correction="before")

    return trajectory(w0, grads, step)


@register("keras.optimizers.Adam", positional=_POSITIONAL)
def adam(
    w0: Any,
    grads: Any,
    learning_rate: float = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-07,
    amsgrad: bool = False,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    clipvalue: float | None = None,
    global_clipnorm: float | None = None,
) -> Any:
    bounds = (clipnorm, clipvalue, global_clipnorm)
    return _adam(w0, grads, _single(learning_rate), (beta_1, beta_2), epsilon, weight_decay, bounds, amsgrad=amsgrad)


@register("keras.optimizers.AdamW", positional=_POSITIONAL)
def adamw(
    w0: Any,
    grads: Any,
    learning_rate: float = 0.001,
    weight_decay: float = 0.004,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-07,
    amsgrad: bool = False,
    clipnorm: float | None = None,
    clipvalue: float | None = None,
    global_clipnorm: float | None = None,
) -> Any:
    bounds = (clipnorm, clipvalue, global_clipnorm)
    return _adam(w0, grads, _single(learning_rate), (beta_1, beta_2), epsilon, weight_decay, bounds, amsgrad=amsgrad)
