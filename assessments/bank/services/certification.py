"""A version is tried out by a grader worker, and what it saw is kept."""

from __future__ import annotations

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

# A worker tries a question out in well under a minute; after this long its message or its worker is gone.
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
    run.look_again_at = timezone.now() + CERTIFICATION_LEASE
    run.save(update_fields=["look_again_at"])
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
        problem = f"No grader answered within {minutes:.0f} minutes, which is a fault of ours: ask again."
        return record_certification(run_id=run.pk, token=run.token, passed=False, result={"problems": [problem]})
    _send_certification(run)
    return True


@transaction.atomic
def record_certification(*, run_id: int, token: uuid.UUID, passed: bool, result: Mapping[str, Any]) -> bool:
    """Store what a grader saw; False for a run that is finished or was another's."""
    run = CertificationRun.objects.select_for_update().filter(pk=run_id, token=token, finished_at__isnull=True).first()
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
