"""From whole arrays to blocks that stay in the cache, and back: the one place that knows how terms lie in memory.

A block is some ten thousand numbers. Kernels see arrays of elements as vectors, and arrays of rows with the classes on
axis 0: a sum over ten classes is then ten additions of whole vectors, where numpy would add ten numbers at a time.
They lie class by class in memory too, but for the kernels that are entrywise: those take rows as they come.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lossref._sums import PIECE

if TYPE_CHECKING:
    from lossref.spec import Parameter

AnyArray = np.ndarray[Any, Any]
Mask = npt.NDArray[np.bool_]

# Larger ones cost fewer calls of numpy; smaller ones less memory, and less time where they stay in the cache.
NUMBERS_IN_A_BLOCK = 50_000

# glibc hands memory above a threshold back to the system at each free, and the page faults of the next block then take
# several times as long as its arithmetic. Once one large array was freed, the threshold is above all of our blocks.
np.empty(10 * NUMBERS_IN_A_BLOCK)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How the terms lie in the arguments: their shape, the axis of the classes, and which of them count."""

    shape: tuple[int, ...]  # of the terms, before any of them is left out
    axis: int  # of the classes
    kept: Mask | None = None  # flat; None where every term counts

    @property
    def count(self) -> int:
        """How many terms count."""
        return math.prod(self.shape) if self.kept is None else int(np.count_nonzero(self.kept))

    def flat(self, parameter: Parameter, array: AnyArray) -> AnyArray:
        """Terms on axis 0: (n,) for elements, (n, C) for rows; those that do not count are left out."""
        if parameter.shape != "rows":
            flat: AnyArray = array if array.ndim == 1 else array.reshape(-1)
        else:
            last = array if self.axis in (-1, array.ndim - 1) else np.moveaxis(array, self.axis, -1)
            flat = last.reshape(-1, last.shape[-1])
        return flat if self.kept is None else flat[self.kept]

    def unflat(self, numbers: AnyArray) -> AnyArray:
        """Give each number back its place: (n, …) to the shape of the terms; 0 where a term does not count."""
        if self.kept is not None:
            whole = np.zeros((self.kept.size, *numbers.shape[1:]), dtype=numbers.dtype)
            whole[self.kept] = numbers
            numbers = whole
        whole = numbers.reshape(self.shape + numbers.shape[1:])
        return np.moveaxis(whole, -1, self.axis) if self.axis != -1 and numbers.ndim == 2 else whole

    def place(self, term: int) -> tuple[int, ...]:
        """Index of a counting term in the arguments."""
        flat = term if self.kept is None else int(np.flatnonzero(self.kept)[term])
        return tuple(int(i) for i in np.unravel_index(flat, self.shape)) if self.shape else ()


def spans(terms: int, width: int) -> Iterable[slice]:
    """Slices of the terms, so many that a block of rows of that width fits into the cache."""
    most = max(NUMBERS_IN_A_BLOCK // width, 64)
    if terms <= most:
        return (slice(0, terms),)  # also the empty block: kernels give the shapes of its results
    step = -(-terms // -(-terms // most))  # all blocks alike,
    step = min(-(-step // PIECE) * PIECE, most)  # of whole pieces
    return [slice(start, min(start + step, terms)) for start in range(0, terms, step)]


def block(parameter: Parameter, part: AnyArray, dtype: np.dtype[Any], *, by_class: bool) -> AnyArray:
    """One block of an argument as kernels take it, in the dtype that is computed in."""
    if parameter.shape == "rows":
        return np.asarray(part.T, dtype=dtype, order="C" if by_class else "F")
    if parameter.domain == "class_index":
        return part.astype(np.intp, copy=False)
    return np.asarray(part, dtype=dtype, order="C")


def terms_first(result: AnyArray) -> AnyArray:
    """Put the terms of a kernel's result, (n,), (C, n) or (C, C, n), on axis 0."""
    if result.ndim == 1:
        return result
    return result.T if result.ndim == 2 else np.moveaxis(result, -1, 0)
