"""What a candidate may see of a grading, by the assessment's feedback level. What is not built here is not shown."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assessments.grading import verdicts
from assessments.grading.models import EffectiveScore, GradingRun, Purpose, Response, RunState
from assessments.grading.selectors import latest_run, place_in_queue, with_scores
from assessments.sittings import selectors
from assessments.sittings.models import Attempt, AttemptItem, Feedback

WAITING = "waiting"
IN_PROGRESS = frozenset({RunState.POSTPONED, RunState.QUEUED, RunState.RUNNING})
KIND_OF_OUTCOME = {"correct": "good", "partial": "warning", "pending_review": "info", "ungradable": "info"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """One grading as a page may show it.

    `state` is received (nothing further is told), postponed, queued, running, checked (done, and no more is told),
    done or ungradable. The fields behind `at` are filled for a done one only, and as far as the feedback level goes.
    """

    state: str
    at: datetime
    place: int = 0
    outcome: str = ""
    score: float | None = None
    reading: verdicts.Reading = verdicts.NOTHING
    samples: Sequence[Mapping[str, Any]] = ()
    explanation: str = ""

    @property
    def in_progress(self) -> bool:
        return self.state in IN_PROGRESS

    @property
    def key(self) -> str:
        """Name what is on the page, so that a poll swaps it only when it changed."""
        return f"{self.state}-{self.place}-{int(self.at.timestamp() * 1000)}"

    @property
    def outcome_words(self) -> str:
        return self.outcome.replace("_", " ")

    @property
    def badge(self) -> str:
        return KIND_OF_OUTCOME.get(self.outcome, "bad")


def shown(item: AttemptItem, purpose: Purpose) -> Shown | None:
    """Give what may be shown of the newest submission of that purpose; None where there is none."""
    feedback = item.attempt.version.feedback
    if purpose == Purpose.FINAL and feedback in {Feedback.NONE, Feedback.SAMPLE}:
        submission = selectors.last_submission(item)
        return None if submission is None else Shown("received", submission.created_at)
    run = latest_run(item.response, purpose)
    if run is None:
        return None
    at = run.submission.created_at
    if run.state in IN_PROGRESS:
        return Shown(run.state, at, place=place_in_queue(run))
    if run.state == RunState.UNGRADABLE:
        return Shown("checked" if feedback == Feedback.RECEIVED else "ungradable", at)
    if feedback == Feedback.RECEIVED:
        return Shown("checked", at)
    if purpose == Purpose.SAMPLE:
        return _of_samples(run, at)
    return _in_full(run, at, explanation=item.response.variant.explanation_html)


def _of_samples(run: GradingRun, at: datetime) -> Shown:
    verdict = run.verdict or {}
    reading = verdicts.read_samples(verdict)
    return Shown("done", at, outcome=run.outcome, samples=verdict.get("samples", ()), reading=reading)


def _in_full(run: GradingRun, at: datetime, *, explanation: str) -> Shown:
    verdict = run.verdict or {}
    return Shown(
        "done",
        at,
        outcome=run.outcome,
        score=run.score,
        reading=verdicts.read(verdict),
        explanation=explanation,
    )


def may_see_report(attempt: Attempt) -> bool:
    if attempt.finished_at is None:
        return False
    return attempt.released_at is not None or attempt.version.feedback == Feedback.FULL


def own_report(attempt: Attempt) -> dict[str, Any]:
    """Give the candidate's own report: per question and by topic, without hidden cases."""
    items = list(
        attempt.items.select_related("response__version", "response__variant").prefetch_related(
            "response__version__topics"
        )
    )
    responses = {row.pk: row for row in with_scores(Response.objects.filter(item__attempt=attempt))}
    rows = [_row(item, responses[item.response_id]) for item in items]
    by_topic: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for item, row in zip(items, rows, strict=True):
        if row["score"] is not None:
            for topic in item.response.version.topics.all():
                by_topic[topic.title].append((item.weight, row["score"]))
    topics = [{"title": title, "n": len(pairs), "share": _mean(pairs)} for title, pairs in sorted(by_topic.items())]
    return {"rows": rows, "topics": topics}


def _mean(pairs: Sequence[tuple[float, float]]) -> float:
    return sum(weight * score for weight, score in pairs) / sum(weight for weight, _ in pairs)


def _row(item: AttemptItem, response: Response) -> dict[str, Any]:
    effective: EffectiveScore | None = getattr(response, "effective", None)
    run = effective.run if effective else None
    verdict = (run.verdict or {}) if run else {}
    outcome = effective.outcome if effective else WAITING
    return {
        "position": item.position,
        "title": item.response.version.title,
        "outcome": outcome.replace("_", " "),
        "badge": KIND_OF_OUTCOME.get(outcome, "info" if outcome == WAITING else "bad"),
        "score": effective.score if effective else None,
        "reading": verdicts.read(verdict),
        "comment": effective.mark.comment if effective and effective.mark else "",
        "explanation": item.response.variant.explanation_html,
    }
