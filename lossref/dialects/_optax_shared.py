"""What optax's losses share: dtypes of operands, sums over what a mask keeps, and jax's slopes at kinks."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._tape import Array

Axis = int | tuple[int, ...] | list[int] | None


def floating(*given: Any) -> tuple[Any, ...]:
    """Operands in the dtype to which jax promotes them: that of the floating ones alone."""
    operands = [x if isinstance(x, tape.Node) else np.asarray(x) for x in given]
    dtypes = [x.dtype for x in operands if x.dtype.kind == "f"] or [np.dtype(np.float32)]
    return tuple(like(x, np.result_type(*dtypes)) for x in operands)


def like(x: Any, dtype: Any) -> Any:
    if not isinstance(x, tape.Node):
        return np.asarray(x).astype(dtype, copy=False)
    return x if x.dtype == dtype else tape.cast(x, dtype)


def axes(axis: Axis) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def sum_where(x: Any, axis: Axis, where: Any = None, *, keepdims: bool = False) -> Any:
    """Sum over what the mask keeps."""
    kept = x if where is None else tape.where(mask(where), x, 0.0)
    return tape.sum(kept, axis=axes(axis), keepdims=keepdims)


def mask(where: Any) -> Array:
    return np.asarray(tape.plain(where)).astype(bool)


def mask_beside(logits: Any, axis: Axis, where: Any) -> Any:
    """Mask with as many axes as the logits: one for whole rows gets theirs."""
    if where is None or np.ndim(where) == logits.ndim:
        return where
    return np.expand_dims(mask(where), axes(axis))


def log_softmax(logits: Any, axis: Axis, where: Any = None) -> Any:
    """log-softmax over one or several axes; −inf where the mask does not keep an entry."""
    if where is None:
        kept, largest = logits, np.max(tape.plain(logits), axis=axes(axis), keepdims=True)
    else:
        kept = tape.where(mask(where), logits, -np.inf)
        largest = np.max(tape.plain(kept), axis=axes(axis), keepdims=True)
        some = np.broadcast_to(mask(where), logits.shape).any(axis=axes(axis), keepdims=True)
        largest = np.where(some, largest, 0.0).astype(logits.dtype)
    # Shifted before the log of the sum is taken off: of large logits nothing of their differences is lost.
    differences = kept - largest
    return differences - tape.logsumexp(differences, axis=axes(axis), keepdims=True)


def shifted(logits: Any, axis: Axis, where: Any = None) -> Any:
    """Logits less the largest of those that the mask keeps, where that is finite."""
    kept = tape.plain(logits) if where is None else np.where(mask(where), tape.plain(logits), -np.inf)
    return logits - _finite(np.max(kept, axis=axes(axis), keepdims=True))


def _finite(x: Array) -> Array:
    return np.where(np.isfinite(x), x, 0.0).astype(x.dtype)


def softmax(logits: Any, axis: Axis, where: Any = None) -> Any:
    return tape.exp(log_softmax(logits, axis, where))


def logaddexp(a: Any, b: Any) -> Any:
    """log(e^a + e^b)."""
    value = np.logaddexp(tape.plain(a), tape.plain(b))

    def share(x: Any) -> Any:
        return lambda g: g * np.exp(np.where(tape.plain(x) == value, 0.0, tape.plain(x) - value))

    return tape.primitive(value, (a, share(a)), (b, share(b)))


def times(factor: Any, other: Any) -> Any:
    """Product, 0 where the factor is 0 whatever the other is; the slopes are those of any product."""
    a, b = tape.plain(factor), tape.plain(other)
    value = np.where(a == 0.0, 0.0, a * b).astype(np.result_type(a, b))
    return tape.primitive(value, (factor, lambda g: g * b), (other, lambda g: g * a))


def absolute(x: Any) -> Any:
    """|x|, with jax's slope at 0, which is 1."""
    inside = tape.plain(x)
    return tape.primitive(np.abs(inside), (x, lambda g: np.where(inside >= 0.0, g, -g)))


def positive_part(x: Any) -> Any:
    """max(x, 0); at 0 half of the slope passes."""
    return tape.maximum(x, 0.0)
