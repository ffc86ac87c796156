"""The demo's rows: an organisation, its staff, an assessment, a practice test, an invited candidate."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments.bank.models import Kind, Question
from assessments.people.models import MailboxMessage, Organisation, Role, User
from assessments.people.selectors import library
from assessments.people.services import add_member, create_organisation, create_staff
from assessments.sittings.models import Assessment, AssessmentVersion, Feedback, Invitation
from assessments.sittings.services import blueprints, invitations

# Known to all, and harmless: the demo listens on 127.0.0.1 only.
PASSWORD = "loss-functions-demo"  # noqa: S105
STAFF = {
    "owner@example.org": ("Olu Owner", Role.OWNER),
    "author@example.org": ("Ana Author", Role.AUTHOR),
    "recruiter@example.org": ("Ren Recruiter", Role.RECRUITER),
    "rater@example.org": ("Rae Rater", Role.RATER),
}
PRACTICE = (
    "what-the-hinge-does",
    "triplet-by-hand",
    "slope-of-the-squared-hinge",
    "weight-of-a-line-step-by-step",
    "gradient-of-mean-squared-error",
    "train-through-broken-sensors",
)
SECTIONS = (
    ("Reading losses", ((Kind.CHOICE, 2, 1.0), (Kind.NUMERIC, 1, 1.0))),
    ("Deriving gradients", ((Kind.DERIVATION, 1, 2.0),)),
    ("Writing losses", ((Kind.CODING, 2, 3.0),)),
    ("Explaining a choice", ((Kind.WRITTEN, 1, 2.0),)),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Demo:
    """What the demo prints: where the candidate begins, and who may log in."""

    organisation: str
    link: str
    password: str
    staff: dict[str, str]


def lay() -> Demo:
    """Make what is not there yet."""
    organisation = Organisation.objects.filter(slug="example").first()
    if organisation is None:
        with transaction.atomic():
            organisation = create_organisation(name="Example Labs", slug="example")
            _hire(organisation)
            _compose_practice(organisation)
            _compose(organisation)
    staff = {str(role): email for email, (_, role) in STAFF.items()}
    return Demo(organisation.slug, _open_link(organisation), PASSWORD, staff)


def _hire(organisation: Organisation) -> None:
    for email, (name, role) in STAFF.items():
        user = create_staff(email=email, name=name, password=PASSWORD)
        add_member(organisation=organisation, user=user, role=role)
    shared = library()
    if shared is not None:
        # The seed bank is the library's: one edits its questions, another one publishes what the first has edited.
        for role in (Role.AUTHOR, Role.OWNER):
            add_member(organisation=shared, user=_staff(role), role=role)


def _staff(role: Role) -> User:
    return User.objects.get(email=next(email for email, (_, held) in STAFF.items() if held == role))


def _compose_practice(organisation: Organisation) -> None:
    version = blueprints.create_assessment(
        organisation=organisation,
        user=_staff(Role.RECRUITER),
        title="Practice",
        minutes=30,
        feedback=Feedback.FULL,
        introduction="Try the pages out. Nothing of it is shown to anyone, and it can be taken again.",
        is_practice=True,
    )
    section = blueprints.add_section(version=version, title="One question of each kind")
    for question in Question.objects.filter(organisation__is_library=True, slug__in=PRACTICE):
        blueprints.add_draw(section=section, question=question)
    blueprints.freeze(version=version)


def _compose(organisation: Organisation) -> AssessmentVersion:
    version = blueprints.create_assessment(
        organisation=organisation,
        user=_staff(Role.RECRUITER),
        title="Machine learning engineer: loss functions",
        minutes=60,
        feedback=Feedback.SAMPLE,
        introduction="Example Labs asks every applicant for this role to take this test. A person reads the result.",
        pass_mark=0.6,
    )
    for title, draws in SECTIONS:
        section = blueprints.add_section(version=version, title=title)
        for kind, count, weight in draws:
            blueprints.add_draw(section=section, kind=kind, count=count, weight=weight)
    return version


def _open_link(organisation: Organisation) -> str:
    """Give the link of an invitation that is still to be sat, as its e-mail has it; invite one more where none is."""
    waiting = (
        Invitation.objects.filter(organisation=organisation, expires_at__gt=timezone.now(), revoked_at=None)
        .exclude(attempts__is_practice=False, attempts__finished_at__isnull=False)
        .filter(candidate__identity__email__startswith="candidate")
        .order_by("pk")
    )
    invitation = waiting.first() or _invite(organisation)
    return _mailed_link(invitation) or invitations.mint_link(invitation=invitation)


def _invite(organisation: Organisation) -> Invitation:
    number = organisation.candidates.count() + 1
    assessment = Assessment.objects.filter(organisation=organisation, is_practice=False).order_by("pk")[0]
    invitation = invitations.invite(
        version=blueprints.latest_version(assessment),
        user=_staff(Role.RECRUITER),
        invitees=[invitations.Invitee(name=f"Cam Candidate {number}", email=f"candidate{number}@example.org")],
        expires_at=timezone.now() + timedelta(days=30),
    )[0]
    # Its mail is sent here and now: the mailbox has it before the first page is opened.
    invitations.send_invitation(invitation_id=invitation.pk)
    return invitation


def _mailed_link(invitation: Invitation) -> str | None:
    mails = MailboxMessage.objects.filter(to=invitation.candidate.identity.email)
    # The path alone: this start may listen on another port than the one that sent the mail.
    paths = [path for mail in mails[:1] for path in re.findall(r"https?://[^/\s]+(/i/\S+)", mail.body)]
    return settings.SITE_URL + paths[0] if paths else None
