"""Inviting: who may sit which blueprint, until when, with how much time. Links are minted when they are sent."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from assessments import broker
from assessments.people.models import Candidate, CandidateIdentity, User
from assessments.people.services import audit, create_candidate
from assessments.sittings import tokens
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptEvent, Invitation
from assessments.sittings.services import attempts, blueprints

# A mail is due until it is sent or refused; a reminder makes it due again.
DUE: dict[str, Any] = {"sent_at": None, "mail_error": "", "revoked_at": None}


@dataclasses.dataclass(frozen=True, slots=True)
class Invitee:
    name: str
    email: str
    time_multiplier: float = 1.0
    extra_minutes: int = 0


@transaction.atomic
def invite(
    *, version: AssessmentVersion, user: User | None, invitees: list[Invitee], expires_at: datetime
) -> list[Invitation]:
    """Freeze the blueprint and make an invitation for each person; the e-mails follow after the commit."""
    if not invitees:
        raise ValidationError("Name at least one person to invite.")
    if expires_at <= timezone.now():
        raise ValidationError("The last day to start lies in the past: choose a later one.")
    blueprints.freeze(version=version)
    return [_invite_one(version, user, invitee, expires_at) for invitee in invitees]


def _invite_one(version: AssessmentVersion, user: User | None, invitee: Invitee, expires_at: datetime) -> Invitation:
    organisation = version.assessment.organisation
    invitation = Invitation(
        organisation=organisation,
        version=version,
        candidate=_candidate(version, invitee),
        time_multiplier=invitee.time_multiplier,
        extra_minutes=invitee.extra_minutes,
        expires_at=expires_at,
        created_by=user,
    )
    invitation.full_clean(exclude=["token_hash", "created_by"])
    invitation.save()
    audit(organisation=organisation, actor=user, verb="invitation.made", subject=invitation)
    _send_later(invitation)
    return invitation


def _candidate(version: AssessmentVersion, invitee: Invitee) -> Candidate:
    """Return the person this organisation knows by that address, else a new one."""
    organisation = version.assessment.organisation
    known = CandidateIdentity.objects.filter(candidate__organisation=organisation, email__iexact=invitee.email).first()
    candidate = (
        known.candidate
        if known
        else create_candidate(organisation=organisation, name=invitee.name, email=invitee.email)
    )
    if Invitation.objects.filter(version=version, candidate=candidate, revoked_at=None).exists():
        raise ValidationError(f"{invitee.email} is invited to this assessment already: send a reminder instead.")
    return candidate


def _send_later(invitation: Invitation) -> None:
    broker.send("sittings.send_invitation", queue="outbound", payload={"invitation": invitation.pk})


@transaction.atomic
def mint_link(*, invitation: Invitation) -> str:
    """Give the invitation a new secret link, which replaces the one before, and return it."""
    token, invitation.token_hash = tokens.mint()
    invitation.save(update_fields=["token_hash"])
    return settings.SITE_URL + reverse("sittings:open", kwargs={"token": token})


@transaction.atomic
def send_invitation(*, invitation_id: int) -> bool:
    """Mint a link and mail it, unless it went out already. What the mail server refuses is kept on the row."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id, **DUE).first()
    if invitation is None:
        return False
    link_before = invitation.token_hash
    context = {
        "invitation": invitation,
        "assessment": invitation.version.assessment,
        "organisation": invitation.organisation,
        "identity": invitation.candidate.identity,
        "link": mint_link(invitation=invitation),
    }
    message = EmailMessage(
        # A line end in a name would make it no header at all.
        subject=" ".join(f"{invitation.organisation.name} invites you: {invitation.version.assessment.title}".split()),
        body=render_to_string("sittings/mail/invitation.txt", context),
        to=[invitation.candidate.identity.email],
    )
    try:
        message.send()
    except (OSError, SMTPException) as error:
        # The link that nobody got must not replace the one that the candidate has.
        invitation.token_hash = link_before
        invitation.mail_error = f"{type(error).__name__}: {error}"
    else:
        invitation.sent_at = timezone.now()
    invitation.save(update_fields=["token_hash", "sent_at", "mail_error"])
    return True


@transaction.atomic
def remind(*, invitation: Invitation, user: User) -> None:
    """Send a new link, which replaces the one before once it is sent."""
    if invitation.revoked_at is not None:
        raise ValidationError("This invitation was revoked: invite the person anew.")
    invitation.sent_at, invitation.mail_error = None, ""
    invitation.save(update_fields=["sent_at", "mail_error"])
    audit(organisation=invitation.organisation, actor=user, verb="invitation.reminded", subject=invitation)
    _send_later(invitation)


def send_lost() -> int:
    """Enqueue the mails that are due and of which no message is left; the row tells, so none goes out twice."""
    due = list(Invitation.objects.filter(**DUE).only("pk"))
    if not due or broker.waiting("outbound") != 0:
        return 0
    for invitation in due:
        _send_later(invitation)
    return len(due)


@transaction.atomic
def revoke(*, invitation: Invitation, user: User) -> None:
    # A start that is under way holds this lock: it is over, and seen, before the next line.
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if Attempt.objects.filter(invitation=invitation, is_practice=False).exists():
        raise ValidationError("The candidate has started already: an attempt is never taken away.")
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    audit(organisation=invitation.organisation, actor=user, verb="invitation.revoked", subject=invitation)


@transaction.atomic
def grant_time(*, invitation: Invitation, user: User, time_multiplier: float, extra_minutes: int) -> None:
    """Change a person's time. A running sitting's clock follows at once; of an ended one, late edits may count now."""
    invitation.time_multiplier, invitation.extra_minutes = time_multiplier, extra_minutes
    invitation.full_clean(exclude=["token_hash", "created_by"])
    invitation.save(update_fields=["time_multiplier", "extra_minutes"])
    granted = {"time_multiplier": time_multiplier, "extra_minutes": extra_minutes}
    audit(
        organisation=invitation.organisation,
        actor=user,
        verb="invitation.time_granted",
        subject=invitation,
        data=granted,
    )
    for attempt in invitation.attempts.filter(is_practice=False).exclude(finished_by="candidate"):
        AttemptEvent.objects.create(attempt=attempt, kind="time granted", data=granted)
        if attempt.finished_at is not None:
            attempts.submit_credited_drafts(attempt=attempt)


@transaction.atomic
def release_result(*, attempt: Attempt, user: User) -> None:
    """Let the candidate see their own report, once nothing in it can be changed any more."""
    if attempt.finished_at is None:
        raise ValidationError("The sitting still runs: results are released after its end.")
    if attempt.released_at is None:
        attempt.released_at = timezone.now()
        attempt.save(update_fields=["released_at"])
        audit(organisation=attempt.invitation.organisation, actor=user, verb="attempt.released", subject=attempt)
