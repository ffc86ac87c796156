"""All alignments of label sequences with frames: the recursion of connectionist temporal classification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array

Indices = npt.NDArray[np.intp]


class Frame(NamedTuple):
    """One frame, for each sequence and place: log-probabilities of what an alignment emits up to it, and after it."""

    number: int
    reached: Array
    to_come: Array


class Trellis:
    """Log-probabilities of all alignments of a batch, [sequence, place].

    The places of a sequence are its labels with a blank before, between and after them. An alignment starts on one of
    the first two places, ends on one of the last two, and at each step stays, moves on by one, or leaves out the blank
    between two different labels.
    """

    def __init__(self, log_probs: Array, labels: Indices, frames: Indices, lengths: Indices, blank: int) -> None:
        self.log_probs, self.frames, self.lengths = log_probs, frames, lengths
        self.places = np.full((len(labels), 2 * labels.shape[1] + 1), blank)
        self.places[:, 1::2] = labels
        self._skips = np.zeros(self.places.shape, dtype=bool)
        self._skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
        self.sequences = np.arange(len(labels))
        self._reached: list[Array] = []

    def emitted(self, frame: int) -> Array:
        rows: Array = np.take_along_axis(self.log_probs[frame], self.places, axis=1)
        return rows

    def cost(self, *, keep: bool) -> Array:
        """−log of the likelihood of each sequence; with `keep` what every frame has reached stays in memory."""
        reached = np.full_like(self.log_probs, -np.inf, shape=self.places.shape)
        total = np.where(self.lengths == 0, 0.0, -np.inf).astype(self.log_probs.dtype)
        for frame in range(len(self.log_probs)):
            emitted = self.emitted(frame)
            if frame == 0:
                reached[:, :2] = emitted[:, :2]
            else:
                reached = emitted + log_sum(reached, _moved(reached, 1), self._skipped(reached))
            if keep:
                self._reached.append(reached)
            total = np.where(self.frames == frame + 1, self._ends(reached), total)
        return 0.0 - total

    def _skipped(self, reached: Array) -> Array:
        return np.where(self._skips, _moved(reached, 2), -np.inf)

    def _ends(self, reached: Array) -> Array:
        last = reached[self.sequences, 2 * self.lengths]
        before = reached[self.sequences, np.maximum(2 * self.lengths - 1, 0)]
        return log_sum(last, np.where(self.lengths == 0, -np.inf, before))

    def backwards(self) -> Iterator[Frame]:
        """Yield the frames from the last to the first, after a cost that kept them."""
        to_come = np.full_like(self.log_probs, -np.inf, shape=self.places.shape)
        for frame in reversed(range(len(self.log_probs))):
            to_come = self._to_come(frame, to_come)
            yield Frame(frame, self._reached.pop(), to_come)

    def _to_come(self, frame: int, following: Array) -> Array:
        """Log-probabilities of all that an alignment emits after this frame, from those after the next one."""
        ends = np.full_like(following, -np.inf)
        ends[self.sequences, 2 * self.lengths] = 0.0
        ends[self.sequences, np.maximum(2 * self.lengths - 1, 0)] = 0.0
        if frame + 1 == len(self.log_probs):
            return np.where((self.frames == frame + 1)[:, None], ends, -np.inf)
        from_next = following + self.emitted(frame + 1)
        skipping = _moved(np.where(self._skips, from_next, -np.inf), -2)
        inside = log_sum(from_next, _moved(from_next, -1), skipping)
        return np.where((self.frames == frame + 1)[:, None], ends, inside)


def _moved(rows: Array, places: int) -> Array:
    """Rows moved to the right (or left, for fewer than 0 places), −inf moving in."""
    moved = np.full_like(rows, -np.inf)
    if places > 0:
        moved[:, places:] = rows[:, :-places]
    else:
        moved[:, :places] = rows[:, -places:]
    return moved


def log_sum(*logs: Array) -> Array:
    """Log of the sum of the exponentials, entry by entry; −inf where all are."""
    largest = logs[0]
    for other in logs[1:]:
        largest = np.maximum(largest, other)
    base = np.where(largest == -np.inf, 0.0, largest).astype(largest.dtype, copy=False)
    total = exponential(logs[0] - base)
    for other in logs[1:]:
        total = total + exponential(other - base)
    return base + np.log(total.astype(np.float64, copy=False)).astype(base.dtype, copy=False)


def exponential(x: Array) -> Array:
    """e^x rounded once, as the C library has it; numpy's own in single precision is off by more."""
    result: Array = np.exp(x.astype(np.float64, copy=False)).astype(x.dtype, copy=False)
    return result
