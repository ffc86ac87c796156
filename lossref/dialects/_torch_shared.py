"""What the functions of torch share: dtypes of operands, reductions with their denominators, checks of shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.errors import OptionError, ShapeError

CALL = ("input", "target")  # what most of torch.nn's losses take when called


def tensors(*given: Any) -> tuple[Any, ...]:
    """Operands in their common floating dtype; None stays None.

    As in torch, an operand without axes decides the dtype only where no other floating one has axes, and integers
    alone become float32.
    """
    operands = [x if x is None or isinstance(x, tape.Node) else np.asarray(x) for x in given]
    floating = [x for x in operands if x is not None and np.issubdtype(x.dtype, np.floating)]
    deciding = [x.dtype for x in floating if x.ndim] or [x.dtype for x in floating] or [np.dtype(np.float32)]
    return tuple(like(x, np.result_type(*deciding)) for x in operands)


def like(x: Any, dtype: Any) -> Any:
    """In another dtype, where it is not in it already."""
    if x is None:
        return None
    if not isinstance(x, tape.Node):
        return np.asarray(x).astype(dtype, copy=False)
    return x if x.dtype == dtype else tape.cast(x, dtype)


def together(*operands: Any) -> tuple[Any, ...]:
    """Operands in their common shape."""
    shape = np.broadcast_shapes(*(x.shape for x in operands))
    return tuple(tape.broadcast_to(x, shape) for x in operands)


def reduced(terms: Any, reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> Any:
    """Terms, their sum or their mean over all elements (NaN over none)."""
    chosen = named(reduction, size_average, reduce)
    return terms if chosen == "none" else tape.sum(terms) if chosen == "sum" else tape.mean(terms)


def named(reduction: str, size_average: bool | None, reduce: bool | None, also: tuple[str, ...] = ()) -> str:
    """Reduction by its name, or by the two older flags, which go before it where one of them is given."""
    if size_average is not None or reduce is not None:
        return "none" if reduce is False else "sum" if size_average is False else "mean"
    allowed = ("none", "mean", "sum", *also)
    if reduction not in allowed:
        raise OptionError(f"reduction: expected one of {', '.join(allowed)}; {reduction!r} came")
    return reduction


def weighted(terms: Any, weight: Any, reduction: str) -> Any:
    """Weighted terms, reduced; their mean divides by the sum of the weights."""
    if weight is None:
        return reduced(terms, reduction)
    same_shape("weight", weight, "input", terms)
    total = reduced(terms * weight, "none" if reduction == "none" else "sum")
    return total / tape.sum(weight) if reduction == "mean" else total


def same_shape(name: str, x: Any, other_name: str, other: Any) -> None:
    if x.shape != other.shape:
        raise ShapeError(f"{name} must have the shape of {other_name}, {other.shape}; it has {x.shape}")


def class_axis(ndim: int) -> int:
    """Where the classes stand: (C,), or (N, C), or (N, C, d₁, …)."""
    return 0 if ndim == 1 else 1


def class_last(x: Any) -> Any:
    """Scores as rows: shape (…, C), so that a target's shape is that of the leading axes."""
    return tape.moveaxis(x, class_axis(x.ndim), -1)
