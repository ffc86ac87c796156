"""Sums of many numbers, in fewer passes than the terms take that they are the sum of."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from lossref._blocks import AnyArray

_PIECE = 1000  # short enough for float32 to keep its digits
_FOR_ONE_THREAD = 9000  # OpenBLAS cuts a larger product up for several, which wait for each other on a busy machine


def inner(a: AnyArray, b: AnyArray) -> float:
    """Σ a_i b_i of two vectors, by pieces whose sums are added in float64."""
    if a.size <= _PIECE:
        return float(a.dot(b))
    cut = a.size - a.size % _PIECE
    pieces = np.vecdot(a[:cut].reshape(-1, _PIECE), b[:cut].reshape(-1, _PIECE))
    return sum(pieces.tolist(), float(a[cut:].dot(b[cut:])))


def total(x: AnyArray) -> float:
    """Σ x_i over all entries, likewise: a product with ones takes less time than a sum."""
    flat, ones = x.ravel(order="K"), _ones(x.dtype)
    if flat.size <= _PIECE:
        return float(flat.dot(ones[: flat.size]))
    cut = flat.size - flat.size % _PIECE
    pieces = np.vecdot(flat[:cut].reshape(-1, _PIECE), ones)
    return sum(pieces.tolist(), float(flat[cut:].dot(ones[: flat.size - cut])))


def sums_of_lines(lines: AnyArray) -> AnyArray:
    """Σ_j x_ij of each line of a contiguous matrix: numpy's own sum is slow where lines are short."""
    count, length = lines.shape
    if not 1 < length < _PIECE:
        wide: AnyArray = np.add.reduce(lines, axis=1)
        return wide
    some, ones = _FOR_ONE_THREAD // length, _ones(lines.dtype)[:length]
    if count <= some:
        few: AnyArray = lines.dot(ones)
        return few
    sums = np.empty(count, dtype=lines.dtype)
    cut = count - count % some
    np.matmul(lines[:cut].reshape(-1, some, length), ones, out=sums[:cut].reshape(-1, some))
    np.matmul(lines[cut:], ones, out=sums[cut:])
    return sums


def all_finite(x: AnyArray) -> bool:
    """Whether no entry is infinite or NaN."""
    # So is every sum that it is in. A finite one might still overflow when squared: only then each is looked at.
    flat = x.ravel(order="K")
    return math.isfinite(inner(flat, flat)) or bool(np.isfinite(flat).all())


@functools.cache
def _ones(dtype: np.dtype[Any]) -> AnyArray:
    ones: AnyArray = np.ones(_PIECE, dtype=dtype)
    ones.flags.writeable = False
    return ones
