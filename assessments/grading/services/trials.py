"""Authors try answers to their own questions: the real grader decides, and nothing of it counts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments import broker
from assessments.bank.models import GradingSpec, Variant
from assessments.grading.models import Purpose, Queue, Trial
from assessments.grading.selectors import mode_of
from assessments.grading.services.runs import storable
from assessments.people.models import User
from grader.contract import GradeRequest, Limits
from grader.kinds.specs import is_code
from grader.questions import realise

# After so long nobody will answer any more.
PATIENCE = timedelta(minutes=2)
AT_ONCE = 3
KEPT = timedelta(days=1)


@transaction.atomic
def try_answer(
    *, spec: GradingSpec, variant: Variant, author: User, seed: int, answer: str, purpose: str = Purpose.FINAL
) -> Trial:
    """Send an answer to a grader, as a candidate's is submitted or run, with the seed of its hidden cases chosen."""
    now = timezone.now()
    Trial.objects.filter(author=author, created_at__lt=now - KEPT).delete()
    if Trial.objects.filter(author=author, verdict__isnull=True, created_at__gt=now - PATIENCE).count() >= AT_ONCE:
        raise ValidationError(f"{AT_ONCE} of your answers are being graded: wait for one of them.")
    if len(answer) > settings.ANSWER_MAX_CHARACTERS or "\0" in answer:
        raise ValidationError(
            f"An answer may have {settings.ANSWER_MAX_CHARACTERS:,} characters and no NUL; this one could not be sent."
        )
    if purpose == Purpose.SAMPLE and not is_code(spec.version.kind, spec.spec):
        raise ValidationError("Only answers in Python can be run on sample cases: grade this one instead.")
    trial = Trial(spec=spec, variant=variant, author=author, seed=seed, answer=answer, purpose=purpose)
    trial.full_clean()
    trial.save()
    payload = {"trial": trial.pk, "token": str(trial.token), "request": _request(trial).to_json()}
    broker.send("grader.try_answer", queue=Queue.SAMPLE, payload=payload)
    return trial


def _request(trial: Trial) -> GradeRequest:
    realised = realise(trial.spec.spec, trial.variant.parameters)
    return GradeRequest(
        kind=trial.spec.version.kind,
        spec=realised,
        answer=trial.answer,
        seed=trial.seed,
        mode=mode_of(trial.purpose),
        limits=Limits(**realised.get("limits", {})),
        reference_source=trial.spec.reference_source or None,
    )


@transaction.atomic
def record_trial(*, trial_id: int, token: uuid.UUID, verdict: Mapping[str, Any]) -> bool:
    """Keep what the grader said; False for a trial that has its verdict, is gone or was another's."""
    waiting = Trial.objects.filter(pk=trial_id, token=token, verdict__isnull=True)
    return bool(waiting.update(verdict=storable(dict(verdict))))
