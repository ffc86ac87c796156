from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import password_validation
from django.db import models, transaction

from assessments.people import selectors
from assessments.people.models import (
    AuditEvent,
    Candidate,
    CandidateIdentity,
    Membership,
    Organisation,
    Role,
    User,
)


@transaction.atomic
def create_organisation(*, name: str, slug: str, is_library: bool = False) -> Organisation:
    organisation = Organisation(name=name, slug=slug, is_library=is_library)
    organisation.full_clean()
    organisation.save()
    return organisation


@transaction.atomic
def ensure_library() -> Organisation:
    """Give the organisation whose questions all others may read and clone; make it where there is none."""
    return selectors.library() or create_organisation(name="Subgradient library", slug="library", is_library=True)


@transaction.atomic
def create_staff(*, email: str, name: str, password: str | None = None) -> User:
    """Make a log-in. Without a password the person sets one through «forgotten password»."""
    user = User(email=User.objects.normalize_email(email), name=name)
    if password is None:
        user.set_unusable_password()
    else:
        password_validation.validate_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    # The owner vouches for the address; two-factor authentication asks for one that is verified.
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@transaction.atomic
def add_member(*, organisation: Organisation, user: User, role: str, actor: User | None = None) -> Membership:
    """Give a role; giving it twice changes nothing."""
    held = Membership.objects.filter(organisation=organisation, user=user, role=role).first()
    if held is not None:
        return held
    membership = Membership(organisation=organisation, user=user, role=Role(role))
    membership.full_clean()
    membership.save()
    audit(organisation=organisation, actor=actor, verb="member.added", subject=user, data={"role": str(role)})
    return membership


@transaction.atomic
def create_candidate(*, organisation: Organisation, name: str, email: str, time_zone: str = "UTC") -> Candidate:
    candidate = Candidate(organisation=organisation)
    candidate.full_clean()
    candidate.save()
    identity = CandidateIdentity(candidate=candidate, name=name, email=email, time_zone=time_zone)
    identity.full_clean()
    identity.save()
    return candidate


def audit(
    *,
    organisation: Organisation,
    actor: User | None,
    verb: str,
    subject: models.Model,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Note who did what to which row; call it inside the transaction that does it."""
    event = AuditEvent(
        organisation=organisation,
        actor=actor,
        verb=verb,
        object_type=subject._meta.label_lower,  # noqa: SLF001  (the documented way to a model's name)
        object_id=str(subject.pk),
        data=dict(data or {}),
    )
    event.full_clean()
    event.save()
    return event
