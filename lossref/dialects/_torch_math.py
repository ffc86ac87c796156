"""torch's elementary functions and activations."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._registry import register
from lossref.dialects._torch_shared import like, tensors

_F = "torch.nn.functional."


@register("torch.sigmoid", "torch.special.expit", _F + "sigmoid")
def sigmoid(input: Any) -> Any:
    (x,) = tensors(input)
    value = tape.plain(tape.sigmoid(x))
    # torch's slope, σ (1 − σ), loses the far right tail, where 1 − σ rounds to 0.
    return tape.primitive(value, (x, lambda g: g * (1.0 - value) * value))


@register(_F + "logsigmoid")
def logsigmoid(input: Any) -> Any:
    (x,) = tensors(input)
    return tape.log_sigmoid(x)


@register(_F + "softplus")
def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    (x,) = tensors(input)
    steep = tape.plain(x) * beta
    smooth = tape.softplus(x * beta) / beta
    return tape.where(steep > threshold, x, smooth)


@register("torch.softmax")
def softmax(input: Any, dim: int, *, dtype: Any = None) -> Any:
    return tape.softmax(*_along(input, dim, dtype))


@register("torch.log_softmax")
def log_softmax(input: Any, dim: int, *, dtype: Any = None) -> Any:
    return tape.log_softmax(*_along(input, dim, dtype))


@register(_F + "softmin")
def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    x, axis = _along(input, dim, dtype)
    return tape.softmax(-x, axis)


def _along(input: Any, dim: int | None, dtype: Any) -> tuple[Any, int]:
    """Operand with at least one axis, and the axis; without one named, 0 for 0, 1 or 3 axes, else 1."""
    (x,) = tensors(input) if dtype is None else (like(input, dtype),)
    chosen = (0 if x.ndim in {0, 1, 3} else 1) if dim is None else int(dim)
    return x, chosen


@register("torch.logsumexp", "torch.special.logsumexp")
def logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Any:
    (x,) = tensors(input)
    axes = tuple(int(i) for i in np.atleast_1d(dim)) or tuple(range(x.ndim))
    # A number has an axis of length 1 for the name of it.
    return tape.logsumexp(x, axes, keepdim) if x.ndim else tape.logsumexp(tape.reshape(x, 1), axes)


@register("torch.logaddexp")
def logaddexp(input: Any, other: Any) -> Any:
    first, second = tensors(input, other)
    a, b = tape.plain(first), tape.plain(second)
    return tape.primitive(
        np.logaddexp(a, b),
        (first, lambda g: g / (1.0 + np.exp(b - a))),
        (second, lambda g: g / (1.0 + np.exp(a - b))),
    )


@register("torch.logit", "torch.special.logit")
def logit(input: Any, eps: float | None = None) -> Any:
    (x,) = tensors(input)
    p = tape.plain(x)
    clipped = p if eps is None else np.clip(p, eps, 1.0 - eps)
    value = np.log(clipped / (1.0 - clipped))
    if eps is None:
        slope = np.where((p < 0.0) | (p > 1.0), np.nan, 1.0 / (np.abs(p) * (1.0 - p)))
    else:
        slope = np.where((p < eps) | (p > 1.0 - eps), 0.0, 1.0 / (p * (1.0 - p)))
    return tape.primitive(value, (x, lambda g: g * like(slope, p.dtype)))


@register("torch.xlogy", "torch.special.xlogy")
def xlogy(input: Any, other: Any) -> Any:
    """Give x log y, 0 where x is 0; the slope in x is 0 there too, where y ≤ 0."""
    factor, inside = tensors(input, other)
    return _product_with_log(factor, inside, np.log(tape.plain(inside)), tape.plain(inside))


@register("torch.special.xlog1py")
def xlog1py(input: Any, other: Any) -> Any:
    """Give x log(1 + y), likewise."""
    factor, inside = tensors(input, other)
    return _product_with_log(factor, inside, np.log1p(tape.plain(inside)), tape.plain(inside) + 1.0)


def _product_with_log(factor: Any, inside: Any, log: Any, argument: Any) -> Any:
    x = tape.plain(factor)
    value = np.where((x == 0.0) & ~np.isnan(argument), 0.0 * x, x * log)

    def in_factor(g: Any) -> Any:
        return np.where((x == 0.0) & (argument <= 0.0) | (np.equal(g, 0.0) & ~np.isnan(argument)), 0.0, g * log)

    return tape.primitive(value, (factor, in_factor), (inside, lambda g: g * x / argument))


@register("torch.special.entr")
def entr(input: Any) -> Any:
    (x,) = tensors(input)
    p = tape.plain(x)
    value = np.where(p > 0.0, -p * np.log(p), np.where(p == 0.0, 0.0, np.where(np.isnan(p), p, -np.inf)))
    return tape.primitive(like(value, p.dtype), (x, lambda g: g * (-np.log(p) - 1.0)))
