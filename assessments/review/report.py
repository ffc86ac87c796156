"""The one-screen report of an attempt: what it shows, put together from rows that were fetched at once."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import Any

from assessments.grading import verdicts
from assessments.grading.models import EffectiveScore, GradingRun, Mark, Submission
from assessments.review.scoring import Summary, effective, summarise
from assessments.sittings.models import Attempt, AttemptItem
from assessments.sittings.results import IN_PROGRESS


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One question of the report."""

    item: AttemptItem
    effective: EffectiveScore | None
    submission: Submission | None
    run: GradingRun | None
    mark: Mark | None
    reading: verdicts.Reading
    provenance: list[tuple[str, str]]
    grading_again: bool
    tries: int
    runs_pressed: int
    draft_newer: bool

    @property
    def outcome(self) -> str:
        if self.effective is not None:
            return self.effective.outcome.replace("_", " ")
        return "being graded" if self.submission else "not submitted"

    @property
    def ungradable(self) -> bool:
        return self.effective is not None and self.effective.outcome == "ungradable"

    @property
    def waits_for_person(self) -> bool:
        return self.effective is not None and self.effective.outcome == "pending_review"


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """A topic or a kind, with the score over its questions."""

    name: str
    summary: Summary


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    attempt: Attempt
    rows: list[Row]
    summary: Summary
    topics: list[Group]
    kinds: list[Group]
    events: list[Any]

    @property
    def minutes_used(self) -> int | None:
        if self.attempt.finished_at is None:
            return None
        return math.ceil((self.attempt.finished_at - self.attempt.started_at).total_seconds() / 60)

    @property
    def passed(self) -> bool | None:
        mark = self.attempt.version.pass_mark
        return None if mark is None or self.summary.score is None else self.summary.score >= mark


def build(attempt: Attempt, items: Iterable[AttemptItem]) -> Report:
    """Build the report from items that `selectors.report_items` fetched."""
    everything = list(items)
    return Report(
        attempt=attempt,
        rows=[_row(item) for item in everything],
        summary=summarise(everything),
        topics=_groups(everything, lambda item: [topic.title for topic in item.response.version.topics.all()]),
        kinds=_groups(everything, lambda item: [item.response.version.get_kind_display()]),
        events=list(attempt.events.all()),
    )


def _row(item: AttemptItem) -> Row:
    score = effective(item)
    submissions: list[Submission] = item.response.final_submissions  # type: ignore[attr-defined]
    last = submissions[-1] if submissions else None
    run = score.run if score else None
    if run is None and last is not None:
        run = next((run for run in last.runs.all() if run.verdict), None)
    verdict = (run.verdict or {}) if run else {}
    newest = max(item.drafts.all(), key=lambda draft: draft.revision, default=None)
    return Row(
        item=item,
        effective=score,
        submission=last,
        run=run,
        mark=score.mark if score else None,
        reading=verdicts.read(verdict, hidden=True),
        provenance=verdicts.provenance(verdict) if run else [],
        grading_again=bool(last and any(r.state in IN_PROGRESS and r.batch_id is None for r in last.runs.all())),
        tries=len(submissions),
        runs_pressed=item.sample_runs,  # type: ignore[attr-defined]
        draft_newer=bool(newest and last and newest.saved_at > last.created_at and newest.text != last.answer),
    )


def _groups(items: list[AttemptItem], names: Callable[[AttemptItem], list[str]]) -> list[Group]:
    members: dict[str, list[AttemptItem]] = {}
    for item in items:
        for name in names(item):
            members.setdefault(name, []).append(item)
    return [Group(name, summarise(group)) for name, group in sorted(members.items())]
