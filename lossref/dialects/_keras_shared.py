"""What keras' losses share: dtypes, ranks, masks, sample weights and reductions, as with the torch backend.

Under float64 some of keras' own operations (mean, maximum, divide) still compute in float32: `narrow` is put where
that happens, so that values and slopes carry the same roundings.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._registry import register
from lossref.dialects._tape import Array
from lossref.errors import OptionError, ShapeError

Function = TypeVar("Function", bound=Callable[..., Any])
EPSILON = 1e-7
_REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None)
_LANES = 8  # of float32 numbers in the registers by which torch sums


def keras_loss(class_name: str, **defaults: Any) -> Callable[[Function], Function]:
    """Register a loss under the name of its function and as a class: mean over the batch, weights and masks.

    `defaults` are those of the constructor where the function has others or none. A function may give a pair: values
    and the mask of those that count.
    """

    def keep(function: Function) -> Function:
        register(f"keras.losses.{function.__name__}")(_without_mask(function))
        name = f"keras.losses.{class_name}"
        register(name, positional=("y_true", "y_pred", "sample_weight"))(_as_class(function, defaults))
        return function

    return keep


def _without_mask(function: Callable[..., Any]) -> Callable[..., Any]:
    def values(*args: Any, **options: Any) -> Any:
        result = function(*args, **options)
        return result[0] if isinstance(result, tuple) else result

    values.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return values


def _as_class(function: Callable[..., Any], defaults: dict[str, Any]) -> Callable[..., Any]:
    def loss(
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> Any:
        dtype = floatx(y_pred) if dtype is None else np.dtype(str(dtype))
        result = function(as_dtype(y_true, dtype), as_dtype(y_pred, dtype), **{**defaults, **options})
        values, mask = result if isinstance(result, tuple) else (result, None)
        weights = None if sample_weight is None else as_dtype(sample_weight, dtype)
        return reduced(as_dtype(values, dtype), weights, mask, reduction)

    own = list(inspect.signature(loss).parameters.values())[:-1]
    options = [
        parameter.replace(default=defaults.get(parameter.name, parameter.default))
        for parameter in list(inspect.signature(function).parameters.values())[2:]
    ]
    loss.__signature__ = inspect.Signature(own + options)  # type: ignore[attr-defined]
    return loss


def floatx(y_pred: Any) -> np.dtype[Any]:
    """float64 where the prediction is that, else keras' default, float32."""
    given = getattr(y_pred, "dtype", None)
    return np.dtype(np.float64 if given == np.float64 else np.float32)


def as_dtype(x: Any, dtype: Any) -> Any:
    if not isinstance(x, tape.Node):
        return np.asarray(x).astype(dtype, copy=False)
    return x if x.dtype == dtype else tape.cast(x, dtype)


def narrow(x: Any) -> Any:
    """Round to float32."""
    return as_dtype(x, np.float32)


def pair(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Target and prediction in the prediction's dtype and of one rank."""
    dtype = floatx(y_pred)
    return same_rank(as_dtype(y_true, dtype), as_dtype(y_pred, dtype))


def same_rank(x: Any, y: Any) -> tuple[Any, Any]:
    """Of two whose ranks differ by a last axis of length 1: the longer one squeezed, or a vector stretched to it."""
    if x.ndim == y.ndim + 1 and x.shape[-1] == 1:
        return (x, _with_last_axis(y)) if y.ndim == 1 else (tape.reshape(x, x.shape[:-1]), y)
    if y.ndim == x.ndim + 1 and y.shape[-1] == 1:
        return (_with_last_axis(x), y) if x.ndim == 1 else (x, tape.reshape(y, y.shape[:-1]))
    return x, y


def _with_last_axis(x: Any) -> Any:
    return tape.reshape(x, (*x.shape, 1))


def reduced(values: Any, weights: Any, mask: Any, reduction: str | None) -> Any:
    """Values times weights, and their sum, their mean over all, or their mean by weight."""
    if reduction not in _REDUCTIONS:
        raise OptionError(f"reduction: expected one of {', '.join(map(str, _REDUCTIONS))}; {reduction!r} came")
    over_all = reduction in {"sum_over_batch_size", "mean"}
    if mask is not None:
        weights = _masked(weights, as_dtype(mask, values.dtype), over_all)
    if weights is not None:
        values, weights = same_rank(values, weights)
        values = values * weights
    if reduction in {None, "none"} or values.ndim == 0:
        return values
    total = tape.sum(values)
    if reduction == "sum":
        return total
    if over_all or weights is None:
        return narrow(total) / np.float32(values.size)
    weight = narrow(tape.sum(weights))  # of the weights as they came, even where one stands for many values
    nothing = tape.plain(weight) == 0.0
    return tape.where(nothing, np.float32(0.0), narrow(total) / tape.where(nothing, np.float32(1.0), weight))


def _masked(weights: Any, mask: Array, over_all: bool) -> Any:
    """Weights that are 0 where the mask is; for a mean they grow so that it is over those that count."""
    if over_all:
        mask = mask * (np.float32(mask.size) / max(np.float32(mask.sum()), np.float32(EPSILON))).astype(mask.dtype)
    if weights is None:
        return mask
    weights, mask = same_rank(weights, mask)
    return weights * mask


def mean(x: Any, axis: int | tuple[int, ...] | None = -1) -> Any:
    """Mean, computed in float32 and given in the dtype that came."""
    inside = narrow(x)
    plain = np.asarray(tape.plain(inside))
    if plain.ndim == 0:
        return x
    axes = tuple(range(plain.ndim)) if axis is None else axis
    divisor = np.float32(tape.count(plain, axes))
    total = tape.primitive(_float32_sum(plain, axes), (inside, lambda g: _spread(g, plain.shape, axes)))
    return as_dtype(total / divisor, x.dtype)


def _spread(g: Array, shape: tuple[int, ...], axis: int | tuple[int, ...]) -> Array:
    return np.broadcast_to(np.expand_dims(g, axis), shape)


def _float32_sum(x: Array, axis: int | tuple[int, ...]) -> Array:
    """Sum in float32 with torch's order of additions, which decides the last bit."""
    axes = (axis,) if isinstance(axis, int) else axis
    kept = [i for i in range(x.ndim) if i not in {a % x.ndim for a in axes}]
    rows = np.moveaxis(x, kept, range(len(kept))).reshape(*[x.shape[i] for i in kept], -1)
    count = rows.shape[-1]
    whole = count - count % _LANES
    total = np.zeros(rows.shape[:-1], np.float32)
    if not whole:
        return total + _in_four_strands(rows)
    for i in range(whole, count):
        total = total + rows[..., i]
    lanes = _in_four_strands(rows[..., :whole].reshape(*rows.shape[:-1], -1, _LANES).swapaxes(-1, -2))
    for i in range(_LANES):
        total = total + lanes[..., i]
    return total


def _in_four_strands(rows: Array) -> Array:
    """Every fourth number in one of four sums, what is left over in the first, then the four one after another."""
    count = rows.shape[-1]
    strands = [rows[..., i : count - count % 4 : 4].sum(axis=-1, dtype=np.float32) for i in range(4)]
    for i in range(count - count % 4, count):
        strands[0] = strands[0] + rows[..., i]
    total: Array = strands[0] + strands[1] + strands[2] + strands[3]
    return total


def axes(axis: Any) -> Any:
    """Axes to sum over: a number, several, None for all, or such written as text."""
    read = ast.literal_eval(axis) if isinstance(axis, str) else axis
    return tuple(read) if isinstance(read, list) else read


def same_shape(y_true: Any, y_pred: Any) -> None:
    if y_true.shape != y_pred.shape:
        raise ShapeError(f"y_true must have the shape of y_pred, {y_pred.shape}; it has {y_true.shape}")
