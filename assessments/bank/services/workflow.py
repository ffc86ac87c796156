"""The way of a version: draft, in review, published, retired; who may take which step, and why it was taken."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.bank.models import QuestionVersion, State
from assessments.bank.selectors import UNPUBLISHED
from assessments.people.models import User
from assessments.people.selectors import Access
from assessments.people.services import audit


@transaction.atomic
def request_review(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Tell the other authors that a certified draft is ready for one of them to publish."""
    if version.state != State.DRAFT:
        raise ValidationError(f"Only a draft can be put up for review; this version is {version.state}.")
    _check_certified(version)
    version.state = State.IN_REVIEW
    version.full_clean(exclude=["created_by", "published_by"])
    version.save(update_fields=["state"])
    audit(organisation=version.question.organisation, actor=actor, verb="version.put_up", subject=version)
    return version


@transaction.atomic
def publish(*, version: QuestionVersion, actor: User | None, access: Access | None = None) -> QuestionVersion:
    """Offer a certified version to new attempts in place of the former one, which its own attempts keep.

    `access` is the actor's; an author does not publish what is theirs, an owner may. Without an actor it is a
    command of whoever runs the site.
    """
    if version.state not in UNPUBLISHED:
        raise ValidationError(f"Only a draft can be published; this version is {version.state}.")
    _check_certified(version)
    if actor is not None and version.created_by == actor and not (access and access.is_owner):
        raise ValidationError("Another author or an owner publishes your version, so that two have read it.")
    former = version.question.versions.filter(state=State.PUBLISHED)
    former.update(state=State.RETIRED)
    version.state, version.published_by, version.published_at = State.PUBLISHED, actor, timezone.now()
    version.full_clean(exclude=["created_by", "published_by"])
    version.save()
    audit(organisation=version.question.organisation, actor=actor, verb="version.published", subject=version)
    return version


def _check_certified(version: QuestionVersion) -> None:
    if not version.specs.filter(live=True, certification__isnull=False).exists():
        raise ValidationError("Nothing uncertified can be published: certify the version first.")


@transaction.atomic
def retire(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Take a published version out of new attempts; those that have it keep it."""
    if version.state != State.PUBLISHED:
        raise ValidationError(f"Only a published version can be retired; this one is {version.state}.")
    version.state = State.RETIRED
    version.save(update_fields=["state"])
    audit(organisation=version.question.organisation, actor=actor, verb="version.retired", subject=version)
    return version
