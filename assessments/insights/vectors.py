"""A sitting as numbers: one record a question, and how long the candidate was at each."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Little-endian whatever the machine: the records are stored.
ITEM = np.dtype(
    [
        ("version", "<u4"),
        ("variant", "<u4"),
        ("position", "<u2"),
        ("weight", "<f4"),
        ("score", "<f4"),  # NaN: not graded, or not gradable; an answer left out scores 0
        ("seconds", "<f4"),  # NaN: nothing tells
        ("chosen", "<u4"),  # bit k: option k of the spec was chosen
        ("omitted", "?"),
        ("seen", "?"),
    ]
)
OPTIONS = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """Many sittings: `items` holds their records one after the other, `person` to which of them each belongs."""

    attempts: Array
    person: Array
    items: Array

    @property
    def persons(self) -> int:
        return len(self.attempts)

    def taken(self, order: Array) -> Array:
        """Give the records at these places."""
        # As plain bytes: numpy takes records field by field, which is thirty times as slow.
        return self.items.view(f"V{ITEM.itemsize}")[order].view(ITEM)

    def matrix(self, scores: Array | None = None) -> tuple[Array, Array]:
        """Give the versions asked and the scores, sittings × versions; NaN where not asked or without a score.

        `scores` stand for the records' own, one each.
        """
        versions, place = np.unique(self.items["version"], return_inverse=True)
        matrix = np.full((self.persons, len(versions)), np.nan)
        matrix[self.person, place] = self.items["score"] if scores is None else scores
        return versions, matrix


def joined(rows: Sequence[tuple[int, bytes | memoryview]]) -> Answers:
    """Put stored vectors together, as (attempt, data)."""
    counts = [len(data) // ITEM.itemsize for _, data in rows]
    items = np.frombuffer(b"".join(data for _, data in rows), dtype=ITEM)
    attempts = np.array([attempt for attempt, _ in rows], dtype=np.int64)
    return Answers(attempts, np.repeat(np.arange(len(rows)), counts), items)


def chosen_bits(answer: str | None) -> int:
    """Read the options that an answer ticks; 0 where it is no list of options."""
    try:
        indices = json.loads(answer or "[]")
    except ValueError:
        return 0
    if not isinstance(indices, list) or not all(type(index) is int and 0 <= index < OPTIONS for index in indices):
        return 0
    return sum(1 << index for index in set(indices))


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """One moment of a sitting: a question was opened for the first time, or worked at (saved, run, submitted)."""

    at: datetime
    item: int
    opened: bool


def seconds_by_item(traces: Iterable[Trace], *, started: datetime, finished: datetime) -> dict[int, float]:
    """Share a sitting's time out among its questions.

    What lies between two traces belongs to the question that the later one works at; where the later one opens a
    question, to the one before. What came after the end (late edits, the clock's submissions) tells nothing.
    """
    within = sorted((trace for trace in traces if started <= trace.at <= finished), key=lambda trace: trace.at)
    seconds: dict[int, float] = defaultdict(float)
    if not within:
        return seconds
    seconds[within[0].item] += (within[0].at - started).total_seconds()
    for before, after in itertools.pairwise(within):
        seconds[before.item if after.opened else after.item] += (after.at - before.at).total_seconds()
    seconds[within[-1].item] += (finished - within[-1].at).total_seconds()
    return seconds
