"""Keeping the vectors of sittings true to the rows of grading."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from assessments.grading.models import ScoreEvent
from assessments.grading.services.scores import UNANSWERED
from assessments.insights import selectors
from assessments.insights.models import ResponseVector
from assessments.insights.vectors import ITEM, chosen_bits, seconds_by_item
from assessments.sittings.models import Attempt, AttemptItem

# So many sittings are held in memory at a time while their vectors are made.
_TOGETHER = 250


def mark_stale(*, instance: ScoreEvent, created: bool, **_: Any) -> None:
    """Note, in the transaction that changes a score, that its sitting's vector holds no longer.

    The row is written even where there is none yet: whoever makes the vector at this moment then finds another mark
    than the one that was read, and leaves it to the next reader.
    """
    if not created:
        return
    items = AttemptItem.objects.filter(response=instance.response_id, attempt__is_practice=False)
    rows = [ResponseVector(attempt_id=attempt, stale=True) for attempt in items.values_list("attempt_id", flat=True)]
    ResponseVector.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt"], update_fields=["stale", "mark"]
    )


def refresh(*, attempts: QuerySet[Attempt]) -> int:
    """Make the vectors of these sittings that are stale or not there; say how many."""
    wanting = selectors.without_vector(attempts)
    for first in range(0, len(wanting), _TOGETHER):
        _make(dict(wanting[first : first + _TOGETHER]))
    return len(wanting)


@transaction.atomic
def _make(marks: dict[int, uuid.UUID | None]) -> None:
    """Replace vectors whose mark is still the one that was read; a score that changes meanwhile leaves its own."""
    made = [ResponseVector(attempt_id=attempt, data=data) for attempt, data in _vectors(list(marks))]
    ResponseVector.objects.filter(mark__in=[mark for mark in marks.values() if mark is not None]).delete()
    ResponseVector.objects.bulk_create(made, ignore_conflicts=True)


def _vectors(keys: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    items, traces = selectors.item_rows(keys), selectors.traces(keys)
    pending, answers = selectors.pending(keys), selectors.chosen_answers(keys)
    for attempt in selectors.attempts_at(keys):
        assert attempt.finished_at is not None  # only finished sittings are counted
        seconds = seconds_by_item(traces[attempt.pk], started=attempt.started_at, finished=attempt.finished_at)
        records = [
            _record(
                row,
                score=None if row["response_id"] in pending else row["score"],
                seconds=seconds.get(row["pk"]),
                chosen=chosen_bits(answers.get(row["response_id"])),
            )
            for row in items[attempt.pk]
        ]
        yield attempt.pk, np.array(records, dtype=ITEM).tobytes()


def _record(row: Mapping[str, Any], *, score: float | None, seconds: float | None, chosen: int) -> tuple[Any, ...]:
    return (
        row["version"],
        row["variant"],
        row["position"],
        row["weight"],
        np.nan if score is None else score,
        np.nan if seconds is None else seconds,
        chosen,
        row["outcome"] == UNANSWERED,
        row["seen_at"] is not None,
    )
