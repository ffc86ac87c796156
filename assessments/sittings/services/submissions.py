"""Handing in: Submit sends an answer to the hidden cases, Run to those printed in the statement."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.bank.selectors import runs_code
from assessments.grading import services as grading
from assessments.grading.models import Purpose, Submission
from assessments.sittings import selectors
from assessments.sittings.errors import AnswerRefused, SittingError, TimeIsUp
from assessments.sittings.models import Attempt, AttemptItem, Feedback
from assessments.sittings.services import quotas
from assessments.sittings.services.drafts import save_draft

MAY_RUN = frozenset({Feedback.SAMPLE, Feedback.FULL})


def submit_item(*, item: AttemptItem, text: str, base_revision: int, tab: str) -> Submission:
    """Hand in an answer. Its draft is saved first, so that a refusal loses nothing."""
    draft = save_draft(item=item, text=text, base_revision=base_revision, tab=tab)
    if not draft.text.strip():
        raise AnswerRefused("There is no answer to submit yet.")
    return _hand_in(item=item, answer=draft.text, purpose=Purpose.FINAL)


def submit_draft(*, item: AttemptItem) -> Submission:
    """Hand in the last draft as it stands (the offer of the review page)."""
    draft = selectors.last_draft(item)
    if draft is None or not draft.text.strip():
        raise AnswerRefused("There is no answer to submit yet.")
    return _hand_in(item=item, answer=draft.text, purpose=Purpose.FINAL)


def run_samples(*, item: AttemptItem, text: str, base_revision: int, tab: str) -> Submission:
    """Run an answer on the sample cases, where the assessment's feedback level shows their results."""
    if not runs_code(item.response.version) or item.attempt.version.feedback not in MAY_RUN:
        raise SittingError("This question cannot be run here: submit your answer instead.")
    draft = save_draft(item=item, text=text, base_revision=base_revision, tab=tab)
    return _hand_in(item=item, answer=draft.text, purpose=Purpose.SAMPLE)


@transaction.atomic
def _hand_in(*, item: AttemptItem, answer: str, purpose: Purpose) -> Submission:
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("version", "invitation").get(pk=item.attempt_id)
    )
    late = _refuse_late(attempt, purpose)
    quotas.refuse_many(attempt, purpose)
    lack = quotas.exhausted(attempt, item)
    if lack is not None and purpose == Purpose.SAMPLE:
        raise lack
    # What is handed in counts, whatever was used up: its grading waits.
    return grading.submit(response=item.response, answer=answer, purpose=purpose, late=late, postponed=lack is not None)


def _refuse_late(attempt: Attempt, purpose: Purpose) -> bool:
    """Say whether the clock has passed the deadline, which Submit survives by the grace and Run does not."""
    if attempt.finished_at is not None or selectors.is_over(attempt):
        raise TimeIsUp("This sitting is over. Your text is kept; what was submitted before the end counts.")
    late = timezone.now() > attempt.deadline
    if late and purpose == Purpose.SAMPLE:
        raise TimeIsUp("The time is up. Your text is kept and is submitted for you.")
    return late


def release_postponed() -> int:
    """Queue what a quota held up and no longer does; say how much."""
    return sum(_release(run.pk, run.submission.response.item) for run in selectors.postponed_runs())


@transaction.atomic
def _release(run_id: int, item: AttemptItem) -> bool:
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("version", "invitation").get(pk=item.attempt_id)
    )
    if attempt.finished_at is None and quotas.exhausted(attempt, item) is not None:
        return False
    return grading.release_run(run_id=run_id)
