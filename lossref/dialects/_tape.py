"""Reverse-mode derivatives over numpy: a library's function is written once and gives value and gradient.

Every function takes plain arrays (and then is plain numpy) or Nodes, which remember how they came about. What a
library does at kinks and clamps is said at the call: `maximum(a, b, tie=(0.5, 0.5))`, `clip(x, 0.0, 1.0, at_edge=1.0)`.
A derivative that a library defines by itself is given to `primitive`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lossref import _numerics
from lossref.dialects._node import Array, Backward, Node, absolute, gradient, matmul, plain, power, primitive

__all__ = [
    "Array",
    "Node",
    "absolute",
    "amax",
    "broadcast_to",
    "cast",
    "clip",
    "concatenate",
    "count",
    "exp",
    "expm1",
    "gradient",
    "log",
    "log1p",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "moveaxis",
    "plain",
    "power",
    "primitive",
    "reshape",
    "sigmoid",
    "softmax",
    "softplus",
    "sqrt",
    "stop_gradient",
    "sum",
    "tanh",
    "transpose",
    "where",
    "xlogy",
]

Axis = int | tuple[int, ...] | None


def exp(x: Any) -> Any:
    value = np.exp(plain(x))
    return primitive(value, (x, lambda g: g * value))


def log(x: Any) -> Any:
    inside = plain(x)
    return primitive(np.log(inside), (x, lambda g: g / inside))


def log1p(x: Any) -> Any:
    inside = plain(x)
    return primitive(np.log1p(inside), (x, lambda g: g / (inside + 1.0)))


def expm1(x: Any) -> Any:
    value = np.expm1(plain(x))
    return primitive(value, (x, lambda g: g * (value + 1.0)))


def sqrt(x: Any) -> Any:
    value = np.sqrt(plain(x))
    return primitive(value, (x, lambda g: g / (2.0 * value)))


def tanh(x: Any) -> Any:
    value = np.tanh(plain(x))
    return primitive(value, (x, lambda g: g * (1.0 - value * value)))


def sigmoid(x: Any) -> Any:
    inside = np.asarray(plain(x))
    value = _numerics.sigmoid(inside)
    return primitive(value, (x, lambda g: g * value * _numerics.sigmoid(-inside)))


def softplus(x: Any) -> Any:
    """log(1 + e^x)."""
    inside = np.asarray(plain(x))
    return primitive(_numerics.softplus(inside), (x, lambda g: g * _numerics.sigmoid(inside)))


def log_sigmoid(x: Any) -> Any:
    return -softplus(-x)


def xlogy(x: Any, y: Any) -> Any:
    """Give x log y, 0 where x is 0 (unless y is NaN); the derivative in x is log y there too, that in y is x / y."""
    factor, inside = plain(x), plain(y)
    value = np.where(np.equal(factor, 0.0) & ~np.isnan(inside), 0.0 * factor, factor * np.log(inside))
    return primitive(value, (x, lambda g: g * np.log(inside)), (y, lambda g: g * (factor / inside)))


def maximum(a: Any, b: Any, tie: tuple[float, float] = (0.5, 0.5)) -> Any:
    """Take the larger one; at a tie the gradient is shared by `tie`."""
    return _chosen(np.maximum(plain(a), plain(b)), a, b, plain(a) > plain(b), tie)


def minimum(a: Any, b: Any, tie: tuple[float, float] = (0.5, 0.5)) -> Any:
    """Take the smaller one; at a tie the gradient is shared by `tie`."""
    return _chosen(np.minimum(plain(a), plain(b)), a, b, plain(a) < plain(b), tie)


def _chosen(value: Any, a: Any, b: Any, first: Any, tie: tuple[float, float]) -> Any:
    tied = plain(a) == plain(b)

    def share(mine: Any, part: float) -> Backward:
        return lambda g: np.where(tied, part * g, np.where(mine, g, 0.0))

    return primitive(value, (a, share(first, tie[0])), (b, share(~(first | tied), tie[1])))


def clip(x: Any, low: Any = None, high: Any = None, at_edge: float = 1.0) -> Any:
    """Bring x within [low, high]; on an edge itself the gradient passes times `at_edge`, beyond it not at all."""
    inside = plain(x)
    bottom, top = (-np.inf if low is None else low), (np.inf if high is None else high)

    def through(g: Array) -> Any:
        edge = np.where((inside == bottom) | (inside == top), at_edge * g, 0.0)
        return np.where((bottom < inside) & (inside < top), g, edge)

    return primitive(np.clip(inside, low, high), (x, through))


def where(condition: Any, a: Any, b: Any) -> Any:
    """Take a where the condition holds, else b; what is not taken gets the gradient 0."""
    value = np.where(condition, plain(a), plain(b))
    return primitive(value, (a, lambda g: np.where(condition, g, 0.0)), (b, lambda g: np.where(condition, 0.0, g)))


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum, with a float32 array added up in float64."""
    inside = np.asarray(plain(x))
    wide = np.float64 if inside.dtype == np.float32 else None
    value = inside.sum(axis=axis, keepdims=keepdims, dtype=wide).astype(inside.dtype if wide else None, copy=False)
    return primitive(value, (x, lambda g: np.broadcast_to(_kept(g, inside, axis), inside.shape)))


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Mean; NaN over nothing."""
    total = sum(x, axis, keepdims)
    return total / float(count(plain(x), axis))


def count(x: Any, axis: Axis = None) -> int:
    """How many entries a reduction over `axis` takes together."""
    shape = np.shape(x)
    return int(np.prod([shape[i] for i in _axes(len(shape), axis)]))


def amax(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Largest entry; those that tie share the gradient evenly."""
    inside = np.asarray(plain(x))
    largest = inside.max(axis=axis, keepdims=True)

    def shared(g: Array) -> Any:
        at = inside == largest
        return _kept(g, inside, axis) * at / at.sum(axis=axis, keepdims=True)

    return primitive(largest if keepdims else largest.squeeze(axis), (x, shared))


def _kept(g: Array, inside: Array, axis: Axis) -> Array:
    """Gradient of a reduction with the reduced axes as 1."""
    axes = {i % max(inside.ndim, 1) for i in _axes(inside.ndim, axis)}
    return np.reshape(g, [1 if i in axes else n for i, n in enumerate(inside.shape)])


def _axes(ndim: int, axis: Axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return (axis,) if isinstance(axis, int | np.integer) else tuple(axis)


def logsumexp(x: Any, axis: Axis = -1, keepdims: bool = False) -> Any:
    """Give log Σ e^x, shifted by the largest entry, whose own term is then e^0."""
    inside = np.asarray(plain(x))
    value = _logsumexp(inside, axis)

    def spread(g: Array) -> Any:
        return _kept(g, inside, axis) * np.exp(inside - np.where(value == -np.inf, 0.0, value))

    return primitive(value if keepdims else value.squeeze(axis), (x, spread))


def _logsumexp(inside: Array, axis: Axis) -> Array:
    largest = inside.max(axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    value: Array = np.log(np.exp(inside - shift).sum(axis=axis, keepdims=True)) + shift
    return value


def log_softmax(x: Any, axis: int = -1) -> Any:
    value = _log_softmax(np.asarray(plain(x)), axis)
    return primitive(value, (x, lambda g: g - np.exp(value) * g.sum(axis=axis, keepdims=True)))


def softmax(x: Any, axis: int = -1) -> Any:
    value = np.exp(_log_softmax(np.asarray(plain(x)), axis))
    return primitive(value, (x, lambda g: value * (g - (value * g).sum(axis=axis, keepdims=True))))


def _log_softmax(inside: Array, axis: int) -> Array:
    # Shifted before log Σ is taken off: at 1e9 + (0, 1, 2) nothing of the differences is lost.
    shifted = inside - inside.max(axis=axis, keepdims=True, initial=-np.inf)
    value: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return value


def reshape(x: Any, shape: int | tuple[int, ...]) -> Any:
    inside = np.asarray(plain(x))
    return primitive(inside.reshape(shape), (x, lambda g: np.reshape(g, inside.shape)))


def transpose(x: Any, axes: tuple[int, ...] | None = None) -> Any:
    back = None if axes is None else tuple(int(i) for i in np.argsort(axes))
    return primitive(np.transpose(plain(x), axes), (x, lambda g: np.transpose(g, back)))


def moveaxis(x: Any, source: int, destination: int) -> Any:
    return primitive(np.moveaxis(plain(x), source, destination), (x, lambda g: np.moveaxis(g, destination, source)))


def concatenate(parts: Sequence[Any], axis: int = 0) -> Any:
    value = np.concatenate([plain(part) for part in parts], axis=axis)
    ends = np.cumsum([np.shape(plain(part))[axis] for part in parts])

    def piece(i: int) -> Backward:
        return lambda g: np.split(g, ends[:-1], axis=axis)[i]

    return primitive(value, *((part, piece(i)) for i, part in enumerate(parts)))


def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    return primitive(np.broadcast_to(plain(x), shape), (x, lambda g: g))


def cast(x: Any, dtype: npt.DTypeLike) -> Any:
    """In another dtype; the gradient goes back in the old one."""
    return primitive(np.asarray(plain(x)).astype(dtype), (x, lambda g: g))


def stop_gradient(x: Any) -> Any:
    return plain(x)
