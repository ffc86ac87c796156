"""A version is tried out by a grader worker, and what it saw is kept."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments import broker
from assessments.bank import folders
from assessments.bank.models import CertificationRun, GradingSpec
from assessments.people.models import User

logger = logging.getLogger(__name__)

# A worker says every few seconds that it is at it; silent for so long, its message or it itself is gone.
CERTIFICATION_LEASE = timedelta(minutes=5)
CERTIFICATION_PATIENCE = timedelta(minutes=20)


@transaction.atomic
def open_certification(
    *, spec: GradingSpec, actor: User | None, first_seed: int = 0, seeds: int = CertificationRun.FEWEST_SEEDS
) -> CertificationRun:
    """Note that a spec is being tried out; `record_certification` takes what was seen.

    One that is certified may be tried on other seeds: what fails there stands on its page and against publishing it.
    """
    run = CertificationRun(spec=spec, requested_by=actor, first_seed=first_seed, seeds=seeds)
    run.full_clean(exclude=["requested_by"])
    run.save()
    return run


@transaction.atomic
def request_certification(
    *, spec: GradingSpec, actor: User | None, first_seed: int = 0, seeds: int = CertificationRun.FEWEST_SEEDS
) -> CertificationRun:
    """Ask a grader worker to try the question out; it gets the folder's files and sends back what it saw."""
    run = open_certification(spec=spec, actor=actor, first_seed=first_seed, seeds=seeds)
    _send_certification(run)
    return run


def _send_certification(run: CertificationRun) -> None:
    run.look_again_at, run.started_at, run.progress = timezone.now() + CERTIFICATION_LEASE, None, ""
    run.save(update_fields=["look_again_at", "started_at", "progress"])
    question = folders.question_of(run.spec.version, run.spec)
    payload = {"run": run.pk, "token": str(run.token), "slug": question.slug, "files": folders.files(question)}
    payload |= {"first_seed": run.first_seed, "seeds": run.seeds}
    broker.send("grader.certify", queue="bulk", payload=payload)


def send_lost_certifications() -> int:
    """Ask again for certifications whose message or worker was lost, and give up on what nobody answers; say how many.

    While messages wait in the queue nothing is lost: it may be among them.
    """
    overdue = CertificationRun.objects.filter(finished_at=None, look_again_at__lt=timezone.now())
    if not overdue.exists() or broker.waiting("bulk") != 0:
        return 0
    return sum(_ask_again(run_id) for run_id in list(overdue.values_list("pk", flat=True)))


@transaction.atomic
def _ask_again(run_id: int) -> bool:
    # `skip_locked`: a result that is being recorded at this moment is an answer.
    held = CertificationRun.objects.select_for_update(of=("self",), skip_locked=True)
    run = held.select_related("spec__version").filter(pk=run_id, finished_at=None).first()
    if run is None:
        return False
    if timezone.now() - run.requested_at > CERTIFICATION_PATIENCE:
        minutes = CERTIFICATION_PATIENCE.total_seconds() / 60
        reason = f"no grader answered within {minutes:.0f} minutes"
        return record_certification_fault(run_id=run.pk, token=run.token, reason=reason)
    _send_certification(run)
    return True


@transaction.atomic
def record_certification(*, run_id: int, token: uuid.UUID, passed: bool, result: Mapping[str, Any]) -> bool:
    """Store what a grader saw; False for a run that is finished or was another's."""
    run = _held(run_id, token)
    if run is None:
        return False
    run.passed, run.result, run.finished_at = passed, dict(result), timezone.now()
    run.full_clean(exclude=["requested_by"])
    run.save()
    spec = GradingSpec.objects.select_for_update().get(pk=run.spec_id)
    if passed and spec.certification is None:
        spec.certification = dict(result)
        spec.save(update_fields=["certification"])
    return True


@transaction.atomic
def record_certification_progress(*, run_id: int, token: uuid.UUID, progress: str) -> bool:
    """Note that a grader is at it, and how far; while it says so nobody else is asked."""
    run = _held(run_id, token)
    if run is None:
        return False
    now = timezone.now()
    run.started_at, run.progress, run.look_again_at = run.started_at or now, progress[:100], now + CERTIFICATION_LEASE
    run.save(update_fields=["started_at", "progress", "look_again_at"])
    return True


@transaction.atomic
def record_certification_fault(*, run_id: int, token: uuid.UUID, reason: str) -> bool:
    """End a certification that came to no result by a fault of ours; what was certified before stands."""
    run = _held(run_id, token)
    if run is None:
        return False
    run.finished_at, run.fault = timezone.now(), reason or "no reason was given"
    run.full_clean(exclude=["requested_by"])
    run.save()
    # At level ERROR, so that Django's AdminEmailHandler can bring it to people.
    logger.error("certification %s of spec %s came to no result: %s", run.pk, run.spec_id, reason)
    return True


def _held(run_id: int, token: uuid.UUID) -> CertificationRun | None:
    """Lock the run if it is open and the token is its own."""
    held = CertificationRun.objects.select_for_update()
    return held.filter(pk=run_id, token=token, finished_at__isnull=True).first()
