from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Max

from assessments.bank.models import QuestionVersion, Variant
from assessments.grading.models import Purpose, Queue, Response, Submission
from assessments.grading.services.runs import start_run, supersede
from assessments.people.models import Organisation

QUEUE = {Purpose.FINAL: Queue.LIVE, Purpose.SAMPLE: Queue.SAMPLE}


@transaction.atomic
def create_response(*, organisation: Organisation, version: QuestionVersion, variant: Variant) -> Response:
    """Make a place for answers, with a secret seed of its own for the hidden cases."""
    response = Response(organisation=organisation, version=version, variant=variant, seed=secrets.randbits(62))
    response.full_clean()
    response.save()
    return response


@transaction.atomic
def submit(
    *,
    response: Response,
    answer: str,
    purpose: str,
    late: bool = False,
    by_deadline: bool = False,
    postponed: bool = False,
) -> Submission:
    """Keep what was handed in, exactly as typed, and queue its grading; earlier gradings still open are superseded.

    A postponed grading waits for `release_run`: what a quota holds up is handed in all the same.
    """
    # Two tabs that submit at once take their numbers one after the other.
    Response.objects.select_for_update().get(pk=response.pk)
    last = response.submissions.aggregate(last=Max("number"))["last"] or 0
    submission = Submission(
        response=response,
        number=last + 1,
        purpose=purpose,
        answer=answer,
        late=late,
        by_deadline=by_deadline,
    )
    submission.full_clean()
    submission.save()
    supersede(response=response, purpose=Purpose(purpose))
    start_run(submission=submission, queue=QUEUE[Purpose(purpose)], postponed=postponed)
    return submission
