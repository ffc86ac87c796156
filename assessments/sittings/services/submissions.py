"""Handing in: Submit sends an answer to the hidden cases, Run to those printed in the statement."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.bank.models import Kind
from assessments.grading import services as grading
from assessments.grading.models import Purpose, Submission
from assessments.sittings import limits, selectors
from assessments.sittings.errors import AnswerRefused, SittingError, TimeIsUp, TooManyRequests
from assessments.sittings.models import Attempt, AttemptItem, Feedback
from assessments.sittings.services.drafts import save_draft

IN_SANDBOX = frozenset({Kind.CODING, Kind.DERIVATION})
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
    if item.response.version.kind != Kind.CODING or item.attempt.version.feedback not in MAY_RUN:
        raise SittingError("This question cannot be run here: submit your answer instead.")
    draft = save_draft(item=item, text=text, base_revision=base_revision, tab=tab)
    return _hand_in(item=item, answer=draft.text, purpose=Purpose.SAMPLE)


@transaction.atomic
def _hand_in(*, item: AttemptItem, answer: str, purpose: Purpose) -> Submission:
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("version", "invitation").get(pk=item.attempt_id)
    )
    late = _refuse_late(attempt, purpose)
    _refuse_many(attempt, item, purpose)
    return grading.submit(response=item.response, answer=answer, purpose=purpose, late=late)


def _refuse_late(attempt: Attempt, purpose: Purpose) -> bool:
    """Say whether the clock has passed the deadline, which Submit survives by the grace and Run does not."""
    if attempt.finished_at is not None or selectors.is_over(attempt):
        raise TimeIsUp("This sitting is over. Your text is kept; what was submitted before the end counts.")
    late = timezone.now() > attempt.deadline
    if late and purpose == Purpose.SAMPLE:
        raise TimeIsUp("The time is up. Your text is kept and is submitted for you.")
    return late


def _refuse_many(attempt: Attempt, item: AttemptItem, purpose: Purpose) -> None:
    recent = selectors.submissions_since(attempt, purpose, timezone.now() - timedelta(minutes=1))
    if recent >= limits.PER_MINUTE:
        what = "runs" if purpose == Purpose.SAMPLE else "submissions"
        raise TooManyRequests(
            f"That were {recent} {what} within a minute, which is the most there may be. "
            "Your text is saved; try again in a minute.",
            retry_after=60,
        )
    if item.response.version.kind not in IN_SANDBOX:
        return
    if selectors.open_jobs(attempt, beside=item, purpose=purpose) >= limits.UNFINISHED_JOBS:
        raise TooManyRequests(
            "One answer of yours is being graded and another one waits. Your text is saved; try again in a moment.",
            retry_after=5,
        )
    if selectors.cpu_seconds(attempt) >= limits.CPU_SECONDS:
        raise TooManyRequests(
            f"Your code has used the {limits.CPU_SECONDS:.0f} seconds of computing that a sitting has. "
            "Your text is saved, and what was never submitted is submitted at the end.",
            retry_after=3600,
        )
