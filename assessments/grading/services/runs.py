"""The life of one grading run. Every change of a run that a worker asks for names the run's lease token."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments import broker
from assessments.grading import selectors
from assessments.grading.models import GradingRun, Purpose, Queue, RegradeBatch, Response, RunState, Submission
from assessments.grading.services.scores import update_effective
from grader.verdict import Outcome, Verdict

logger = logging.getLogger(__name__)

OPEN = (RunState.QUEUED, RunState.RUNNING)
FAULTS_ALLOWED = 2


@transaction.atomic
def start_run(
    *, submission: Submission, queue: Queue, postponed: bool = False, batch: RegradeBatch | None = None
) -> GradingRun:
    """Queue the submission for grading by the live spec of its version; a postponed run waits for `release_run`."""
    run = GradingRun(
        submission=submission,
        spec=submission.response.version.specs.get(live=True),
        batch=batch,
        number=submission.runs.count() + 1,
        queue=queue,
        state=RunState.POSTPONED if postponed else RunState.QUEUED,
        lease_expires_at=timezone.now() if postponed else lease_end(),
    )
    run.full_clean()
    run.save()
    if not postponed:
        enqueue(run)
    return run


@transaction.atomic
def grade_again(*, submission: Submission) -> GradingRun:
    """Grade a submission once more, by the spec that is live now; what comes of it counts instead of what was."""
    Response.objects.select_for_update().get(pk=submission.response_id)
    last = submission.runs.filter(batch=None).order_by("-number").first()
    if last is not None and last.state in OPEN:
        return last
    return start_run(submission=submission, queue=Queue.BULK)


@transaction.atomic
def release_run(*, run_id: int) -> bool:
    """Queue a postponed run; say whether it still waited for that."""
    run = GradingRun.objects.select_for_update(of=("self",)).filter(pk=run_id, state=RunState.POSTPONED).first()
    if run is None:
        return False
    run.state, run.queued_at, run.lease_expires_at = RunState.QUEUED, timezone.now(), lease_end()
    run.save(update_fields=["state", "queued_at", "lease_expires_at"])
    enqueue(run)
    return True


def lease_end(seconds: float = 0) -> datetime:
    """When who holds a run counts as lost: `seconds` is what the submission's own limits allow."""
    return timezone.now() + timedelta(seconds=settings.GRADING_LEASE_SECONDS + seconds)


def enqueue(run: GradingRun) -> None:
    try:
        request = selectors.request_of(run)
    except (KeyError, TypeError, ValueError) as error:
        _end_ungradable(run, f"the question's spec cannot be used: {error}")
        return
    payload = {"run": run.pk, "token": str(run.lease_token), "request": request.to_json()}
    broker.send("grader.grade", queue=run.queue, payload=payload)


@transaction.atomic
def supersede(*, response: Response, purpose: Purpose) -> None:
    """End the open runs of earlier submissions: a newer one takes their place, and their verdicts are ignored."""
    unended = GradingRun.objects.filter(state__in=[*OPEN, RunState.POSTPONED])
    unended.filter(submission__response=response, submission__purpose=purpose).update(
        state=RunState.SUPERSEDED, finished_at=timezone.now()
    )


@transaction.atomic
def record_started(*, run_id: int, token: uuid.UUID) -> bool:
    run = _held(run_id, token)
    if run is None or run.state != RunState.QUEUED:
        return False
    run.state, run.started_at = RunState.RUNNING, timezone.now()
    run.lease_expires_at = lease_end(selectors.request_of(run).limits.total_seconds)
    run.save(update_fields=["state", "started_at", "lease_expires_at"])
    return True


@transaction.atomic
def record_verdict(*, run_id: int, token: uuid.UUID, verdict: Mapping[str, Any]) -> bool:
    """Write the verdict, once: of a double, or of a worker whose lease ran out, nothing is kept.

    A verdict that cannot be read, or that says it could not decide, is a fault of ours.
    """
    run = _held(run_id, token)
    if run is None:
        _charge_superseded(run_id, token, verdict)
        return False
    verdict = storable(verdict)
    try:
        read = Verdict.from_json(verdict)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _note_fault(run, f"the grader sent a verdict that cannot be read: {error!r}")
        return True
    if read.outcome is Outcome.UNGRADABLE:
        _note_fault(run, str(read.provenance.get("reason") or "the grader gave no reason"), verdict=verdict)
        return True
    run.state, run.finished_at, run.run_seconds = RunState.DONE, timezone.now(), _seconds_of(verdict)
    run.outcome, run.score, run.verdict = str(read.outcome), read.score, dict(verdict)
    run.save()
    _settle(run, "graded")
    return True


@transaction.atomic
def record_fault(*, run_id: int, token: uuid.UUID, reason: str) -> bool:
    """Note a fault of ours: the first sends the run again with a new lease, the second ends it ungradable."""
    run = _held(run_id, token)
    if run is not None:
        _note_fault(run, reason)
    return run is not None


@transaction.atomic
def record_returned(*, run_id: int, token: uuid.UUID) -> bool:
    """Queue a run again that a worker put back unread: no fault, the same lease token."""
    run = _held(run_id, token)
    if run is None:
        return False
    run.state, run.started_at, run.lease_expires_at = RunState.QUEUED, None, lease_end()
    run.save(update_fields=["state", "started_at", "lease_expires_at"])
    return True


def _charge_superseded(run_id: int, token: uuid.UUID, verdict: Mapping[str, Any]) -> None:
    """Note what a superseded run took all the same: whoever submits again and again holds workers up for real."""
    superseded = GradingRun.objects.filter(pk=run_id, lease_token=token, state=RunState.SUPERSEDED)
    superseded.filter(run_seconds=None).update(run_seconds=_seconds_of(verdict))


def _seconds_of(verdict: Mapping[str, Any]) -> float:
    """Give the time of the answer's own code, or of the whole grading where that is not told apart."""
    try:
        timing = verdict["timing"]
        return max(0.0, float(timing.get("run_seconds", timing.get("total_seconds", 0.0))))
    except (KeyError, TypeError, ValueError, AttributeError):
        return 0.0


def storable(value: Any) -> Any:
    """Mark the characters that PostgreSQL keeps in no text: what an answer prints must not make it ungradable."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {storable(key): storable(entry) for key, entry in value.items()}
    return [storable(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _held(run_id: int, token: uuid.UUID) -> GradingRun | None:
    """Lock the run if it is open and the token is that of its lease.

    Its response is locked before it, as a newer submission does that supersedes it: in another order the two would
    wait for each other.
    """
    Response.objects.select_for_update(of=("self",)).filter(submissions__runs=run_id).first()
    return (
        GradingRun.objects.select_for_update(of=("self",))
        .filter(pk=run_id, lease_token=token, state__in=OPEN)
        .select_related("submission__response")
        .first()
    )


def _note_fault(run: GradingRun, reason: str, verdict: Mapping[str, Any] | None = None) -> None:
    run.infrastructure_faults += 1
    if run.infrastructure_faults >= FAULTS_ALLOWED:
        _end_ungradable(run, reason, verdict)
        return
    logger.warning("run %s is sent again after a fault of ours: %s", run.pk, reason)
    run.state, run.started_at, run.fault = RunState.QUEUED, None, reason
    run.lease_token, run.lease_expires_at = uuid.uuid4(), lease_end()
    run.enqueued += 1
    run.save()
    enqueue(run)


def _end_ungradable(run: GradingRun, reason: str, verdict: Mapping[str, Any] | None = None) -> None:
    run.state, run.finished_at, run.fault = RunState.UNGRADABLE, timezone.now(), reason
    run.outcome, run.score, run.verdict = str(Outcome.UNGRADABLE), None, dict(verdict) if verdict else None
    run.save()
    # At level ERROR, so that Django's AdminEmailHandler can bring it to people.
    logger.error("run %s of submission %s is ungradable: %s", run.pk, run.submission_id, reason)
    _settle(run, "ungradable by a fault of ours")


def _settle(run: GradingRun, reason: str) -> None:
    if run.submission.purpose == Purpose.FINAL:
        update_effective(response=run.submission.response, reason=reason)
