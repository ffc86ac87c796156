"""Sums of many numbers, in fewer passes than the terms take that they are the sum of."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lossref._blocks import AnyArray

PIECE = 2500  # short enough for float32 to keep its digits
_FOR_ONE_THREAD = 9000  # OpenBLAS cuts a larger product up for several, which wait for each other on a busy machine


def inner(a: AnyArray, b: AnyArray) -> float:
    """Σ a_i b_i of two vectors, by pieces whose sums are added in float64."""
    if a.size <= PIECE:
        return float(a.dot(b))
    cut = a.size - a.size % PIECE
    if cut < a.size:
        return inner(a[:cut], b[:cut]) + float(a[cut:].dot(b[cut:]))
    pieces: list[float] = np.vecdot(a.reshape(-1, PIECE), b.reshape(-1, PIECE)).tolist()
    return sum(pieces)


def total(x: AnyArray) -> float:
    """Σ x_i over all entries, likewise: a product with ones takes less time than a sum."""
    flat, ones = x.ravel(order="K"), _ones(x.dtype)
    if flat.size <= PIECE:
        return float(flat.dot(ones[: flat.size]))
    cut = flat.size - flat.size % PIECE
    if cut < flat.size:
        return total(flat[:cut]) + total(flat[cut:])
    pieces: list[float] = np.vecdot(flat.reshape(-1, PIECE), ones).tolist()
    return sum(pieces)


def row_sums(rows: AnyArray) -> AnyArray:
    """Sum over the classes, of rows (C, n) that lie class by class or one after the other."""
    classes, count = rows.shape
    sums: AnyArray
    if rows.size <= _FOR_ONE_THREAD and classes <= PIECE:
        sums = _ones(rows.dtype)[:classes].dot(rows)
        return sums
    if rows.flags.c_contiguous or classes > PIECE:
        sums = np.add.reduce(rows)
        return sums
    # Lines that lie one after the other, and are short: numpy's own sum takes each by itself.
    some, ones = _FOR_ONE_THREAD // classes, _ones(rows.dtype)[:classes]
    cut = count - count % some
    sums = np.empty(count, dtype=rows.dtype)
    np.matmul(rows.T[:cut].reshape(-1, some, classes), ones, out=sums[:cut].reshape(-1, some))
    np.matmul(rows.T[cut:], ones, out=sums[cut:])
    return sums


def all_finite(x: AnyArray) -> bool:
    """Whether no entry is infinite or NaN."""
    # So is every sum that it is in. A finite one might still overflow when squared: only then each is looked at.
    flat = x.ravel(order="K")
    return math.isfinite(inner(flat, flat)) or bool(np.isfinite(flat).all())


@functools.cache
def _ones(dtype: np.dtype[Any]) -> AnyArray:
    ones: AnyArray = np.ones(PIECE, dtype=dtype)
    ones.flags.writeable = False
    return ones
