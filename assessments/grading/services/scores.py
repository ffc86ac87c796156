"""What counts for a response: one run or one mark of its last submission, and an event for every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.grading import selectors
from assessments.grading.models import (
    EffectiveScore,
    GradingRun,
    Mark,
    Purpose,
    Response,
    RunState,
    ScoreEvent,
    Submission,
)
from assessments.people.models import User
from grader.verdict import Outcome

UNANSWERED = "unanswered"


@transaction.atomic
def record_mark(
    *, submission: Submission, rater: User, criteria: Sequence[Mapping[str, Any]], comment: str = ""
) -> Mark:
    """Keep a person's marking. An earlier mark stays; the newest counts."""
    mark = Mark(
        submission=submission,
        rater=rater,
        criteria=[dict(criterion) for criterion in criteria],
        score=_fraction(criteria),
        comment=comment,
    )
    mark.full_clean()
    mark.save()
    update_effective(response=submission.response, reason="marked", actor=rater)
    return mark


def _fraction(criteria: Sequence[Mapping[str, Any]]) -> float:
    outside = [row["criterion"] for row in criteria if not 0 <= row["points"] <= row["of"]]
    if outside:
        raise ValidationError(f"Points lie between 0 and the criterion's own; look at: {', '.join(outside)}.")
    total = sum(row["of"] for row in criteria)
    if not total > 0:
        raise ValidationError("The rubric has no points to give: expected at least one criterion worth more than 0.")
    return float(sum(row["points"] for row in criteria)) / float(total)


@transaction.atomic
def settle_unanswered(*, response: Response) -> None:
    """Count a response that was never submitted as 0, by an outcome of its own."""
    Response.objects.select_for_update().get(pk=response.pk)
    if not response.submissions.filter(purpose=Purpose.FINAL).exists():
        _point(response, run=None, mark=None, outcome=UNANSWERED, score=0.0, reason="never submitted", actor=None)


@transaction.atomic
def update_effective(*, response: Response, reason: str, actor: User | None = None) -> None:
    """Point to what counts now: the newest mark of the last submission, else its newest ended run.

    While neither exists the older score stays; `selectors.with_scores` says that one is pending.
    """
    Response.objects.select_for_update().get(pk=response.pk)
    last = response.submissions.filter(purpose=Purpose.FINAL).order_by("-number").first()
    if last is None:
        return
    mark = last.marks.order_by("-created_at", "-pk").first()
    if mark is not None:
        _point(
            response, run=None, mark=mark, outcome=_outcome(mark.score), score=mark.score, reason=reason, actor=actor
        )
        return
    ended = last.runs.filter(selectors.COUNTING, state__in=[RunState.DONE, RunState.UNGRADABLE])
    run = ended.order_by("-number").first()
    if run is not None:
        _point(response, run=run, mark=None, outcome=run.outcome, score=run.score, reason=reason, actor=actor)


def _outcome(score: float) -> str:
    if score >= 1:
        return str(Outcome.CORRECT)
    return str(Outcome.PARTIAL if score > 0 else Outcome.WRONG)


def _point(
    response: Response,
    *,
    run: GradingRun | None,
    mark: Mark | None,
    outcome: str,
    score: float | None,
    reason: str,
    actor: User | None,
) -> None:
    current = EffectiveScore.objects.filter(response=response).first()
    wanted = {"run": run, "mark": mark, "outcome": outcome, "score": score}
    if current is not None and all(getattr(current, name) == value for name, value in wanted.items()):
        return
    before = current.score if current else None
    EffectiveScore.objects.update_or_create(response=response, defaults=wanted)
    ScoreEvent.objects.create(
        response=response,
        run=run,
        mark=mark,
        actor=actor,
        before=before,
        after=score,
        outcome=outcome,
        reason=reason,
    )
