"""Regrades as a set: opened, looked at, then applied or cancelled as one, and undone as one."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.grading.models import BatchState, GradingRun, Queue, RegradeBatch, Response, RunState, Submission
from assessments.grading.services.runs import OPEN, start_run
from assessments.grading.services.scores import update_effective
from assessments.people.models import Organisation, User
from assessments.people.services import audit


@transaction.atomic
def open_batch(
    *, organisation: Organisation, user: User, reason: str, submissions: Iterable[Submission]
) -> RegradeBatch:
    """Grade submissions once more by the specs that are live now; nothing counts before `apply_batch`."""
    submissions = list(submissions)
    if not submissions:
        raise ValidationError("There is nothing to grade again: no finished answer that a machine grades.")
    batch = RegradeBatch(organisation=organisation, reason=reason, created_by=user)
    batch.full_clean()
    batch.save()
    for submission in submissions:
        start_run(submission=submission, queue=Queue.BULK, batch=batch)
    _note(batch, user, "opened", {"submissions": len(submissions), "reason": reason})
    return batch


@transaction.atomic
def apply_batch(*, batch: RegradeBatch, user: User) -> None:
    """Let what was graded count, for all at once."""
    held = _held(batch, BatchState.OPEN)
    waiting = held.runs.filter(state__in=OPEN).count()
    if waiting:
        raise ValidationError(f"{waiting} answers are still being graded: wait, or cancel the regrade.")
    _move(held, user, BatchState.APPLIED)


@transaction.atomic
def cancel_batch(*, batch: RegradeBatch, user: User) -> None:
    """Leave every score as it is; what still waits is not graded for this any more."""
    held = _held(batch, BatchState.OPEN)
    held.runs.filter(state__in=OPEN).update(state=RunState.SUPERSEDED, finished_at=timezone.now())
    _move(held, user, BatchState.CANCELLED)


@transaction.atomic
def undo_batch(*, batch: RegradeBatch, user: User) -> None:
    """Give every answer back the grade that counted before."""
    _move(_held(batch, BatchState.APPLIED), user, BatchState.UNDONE)


def _held(batch: RegradeBatch, wanted: BatchState) -> RegradeBatch:
    held = RegradeBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != wanted:
        raise ValidationError(f"This regrade is {held.state}; expected one that is {wanted}: reload the page.")
    return held


def _move(batch: RegradeBatch, user: User, state: BatchState) -> None:
    batch.state = state
    batch.save(update_fields=["state"])
    runs = GradingRun.objects.filter(batch=batch)
    # In one order, so that two batches over the same answers never wait for each other.
    for response in Response.objects.filter(submissions__runs__in=runs).distinct().order_by("pk"):
        update_effective(response=response, reason=f"regrade {state}: {batch.reason}"[:200], actor=user)
    _note(batch, user, str(state), {})


def _note(batch: RegradeBatch, user: User, what: str, data: dict[str, object]) -> None:
    audit(organisation=batch.organisation, actor=user, verb=f"regrade.{what}", subject=batch, data=data)
