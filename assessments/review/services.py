"""What recruiters and raters decide. Most writes are those of sittings and grading; here they are tied to a role."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.bank.models import QuestionVersion
from assessments.grading import services as grading
from assessments.grading.models import BatchState, EffectiveScore, Mark, RegradeBatch
from assessments.people.models import User
from assessments.people.services import audit
from assessments.review import selectors as review
from assessments.sittings import selectors
from assessments.sittings.models import Assessment, AttemptItem
from grader.verdict import Outcome


@transaction.atomic
def mark_item(*, item: AttemptItem, rater: User, criteria: list[dict[str, Any]], comment: str) -> Mark:
    """Mark the item's last final submission; marking again is allowed, counts instead, and leaves both on record."""
    submission = selectors.last_submission(item)
    if submission is None:
        raise ValidationError("Nothing was submitted for this question: there is nothing to mark.")
    mark = grading.record_mark(submission=submission, rater=rater, criteria=criteria, comment=comment)
    audit(
        organisation=item.attempt.invitation.organisation,
        actor=rater,
        verb="item.marked",
        subject=item,
        data={"score": mark.score},
    )
    return mark


@transaction.atomic
def grade_again(*, item: AttemptItem, user: User) -> None:
    """Send an answer that a fault of ours left without a grade to the graders once more."""
    submission = selectors.last_submission(item)
    effective = EffectiveScore.objects.filter(response=item.response, outcome=Outcome.UNGRADABLE).first()
    if submission is None or effective is None:
        raise ValidationError("This answer is not ungradable: only what a fault of ours left so is graded again here.")
    grading.grade_again(submission=submission)
    organisation = item.attempt.invitation.organisation
    audit(organisation=organisation, actor=user, verb="item.graded_again", subject=item)


@transaction.atomic
def regrade(*, assessment: Assessment, user: User, question: QuestionVersion | None, reason: str) -> RegradeBatch:
    """Open a regrade of an assessment's finished answers, of one question or of all."""
    if review.regrades_of(assessment).filter(state=BatchState.OPEN).exists():
        raise ValidationError("A regrade of this assessment is open: apply or cancel it first.")
    submissions = review.regradable(assessment)
    if question is not None:
        submissions = submissions.filter(response__version=question)
    organisation = assessment.organisation
    return grading.open_batch(organisation=organisation, user=user, reason=reason, submissions=submissions)
