"""What recruiters and raters decide. Most writes are those of sittings and grading; here they are tied to a role."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.grading.models import Mark
from assessments.grading.services import record_mark
from assessments.people.models import User
from assessments.people.services import audit
from assessments.sittings.models import AttemptItem


@transaction.atomic
def mark_item(*, item: AttemptItem, rater: User, criteria: list[dict[str, Any]], comment: str) -> Mark:
    """Mark the item's last final submission; marking again is allowed, counts instead, and leaves both on record."""
    submission = item.response.submissions.filter(purpose="final").order_by("-number").first()
    if submission is None:
        raise ValidationError("Nothing was submitted for this question: there is nothing to mark.")
    mark = record_mark(submission=submission, rater=rater, criteria=criteria, comment=comment)
    audit(
        organisation=item.attempt.invitation.organisation,
        actor=rater,
        verb="item.marked",
        subject=item,
        data={"score": mark.score},
    )
    return mark
