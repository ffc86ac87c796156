"""Reads of sittings. What a candidate asks for is scoped by the invitations that their session opened, in the query."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.bank.models import Kind
from assessments.grading.models import GradingRun, Purpose, RunState, Submission
from assessments.people.models import Candidate, Organisation
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptItem, Draft, Invitation

# No sitting is shorter: what started later than this ago cannot be over.
_SHORTEST = timedelta(minutes=1)

# How many attempts tell what is being asked often: enough to see it, few enough to count at every start.
RECENT = 200

# Kinds whose answers a sandbox computes on.
IN_SANDBOX = frozenset({Kind.CODING, Kind.DERIVATION, Kind.LAB})

# The event of a text that came from a page which no longer had the newest one.
KEPT_ASIDE = "draft kept aside"


def invitation_by_hash(token_hash: str) -> Invitation | None:
    return (
        Invitation.objects.select_related("organisation", "version__assessment").filter(token_hash=token_hash).first()
    )


def invitation_for(opened: Sequence[str], public_id: UUID) -> Invitation | None:
    """Give the invitation with this id if it is among those that the session opened."""
    return (
        Invitation.objects.select_related("organisation", "version__assessment", "candidate__identity", "created_by")
        .filter(public_id__in=opened)
        .filter(public_id=public_id)
        .first()
    )


def attempt_for(opened: Sequence[str], public_id: UUID) -> Attempt | None:
    """Give the attempt with this id if its invitation is among those that the session opened."""
    return (
        Attempt.objects.select_related("invitation__organisation", "invitation__created_by", "version__assessment")
        .filter(invitation__public_id__in=opened)
        .filter(public_id=public_id)
        .first()
    )


def real_attempt(invitation: Invitation) -> Attempt | None:
    return invitation.attempts.filter(is_practice=False).select_related("version", "invitation").first()


def practice_version(organisation: Organisation) -> AssessmentVersion | None:
    """Give the newest frozen practice test: the organisation's own, else the library's."""
    versions = AssessmentVersion.objects.filter(assessment__is_practice=True, frozen_at__isnull=False)
    mine = versions.filter(assessment__organisation=organisation)
    shared = versions.filter(assessment__organisation__is_library=True)
    newest = ("-assessment__created_at", "-number")
    return mine.order_by(*newest).first() or shared.order_by(*newest).first()


def grace_ends(attempt: Attempt) -> datetime:
    return attempt.deadline + timedelta(seconds=settings.SITTING_GRACE_SECONDS)


def is_over(attempt: Attempt) -> bool:
    return timezone.now() > grace_ends(attempt)


def overdue_attempts(now: datetime) -> Iterator[Attempt]:
    """Give the open attempts whose time and grace are over."""
    started = Attempt.objects.filter(finished_at__isnull=True, started_at__lt=now - _SHORTEST)
    for attempt in started.select_related("version", "invitation"):
        if now > grace_ends(attempt):
            yield attempt


def _submissions(item: str = "response") -> QuerySet[Submission]:
    return Submission.objects.filter(response=OuterRef(item), purpose=Purpose.FINAL)


def items_to_settle(attempt: Attempt) -> QuerySet[AttemptItem]:
    """Give the items that were never submitted."""
    return attempt.items.select_related("response").filter(~Exists(_submissions()))


def items_closed_by_clock(attempt: Attempt) -> QuerySet[AttemptItem]:
    """Give the items that the candidate never submitted: the clock did, or there was nothing to submit."""
    return attempt.items.select_related("response").filter(~Exists(_submissions().filter(by_deadline=False)))


def last_draft(item: AttemptItem, *, until: datetime | None = None) -> Draft | None:
    drafts = item.drafts.order_by("-revision")
    return (drafts if until is None else drafts.filter(saved_at__lte=until)).first()


def last_submission(item: AttemptItem) -> Submission | None:
    return item.response.submissions.filter(purpose=Purpose.FINAL).order_by("-number").first()


def submitted_text(item: AttemptItem) -> str | None:
    submission = last_submission(item)
    return None if submission is None else submission.answer


def item_at(attempt: Attempt, position: int) -> AttemptItem | None:
    return (
        attempt.items.select_related("section", "response__version", "response__variant")
        .filter(position=position)
        .first()
    )


@dataclasses.dataclass(frozen=True, slots=True)
class ItemState:
    """Where one question of a sitting stands, for the navigator and the review page."""

    position: int
    title: str
    kind: str
    section: str
    minutes: int
    weight: float
    seen: bool
    flagged: bool
    saved_at: datetime | None
    has_draft: bool
    submitted_at: datetime | None
    draft_is_newer: bool

    @property
    def state(self) -> str:
        if self.submitted_at is not None:
            return "submitted"
        if self.has_draft:
            return "draft"
        return "empty" if self.seen else "unseen"

    @property
    def label(self) -> str:
        words = {"submitted": "submitted", "draft": "draft saved", "empty": "no answer yet", "unseen": "not seen"}
        newer = ", newer draft" if self.draft_is_newer else ""
        return words[self.state] + newer + (", flagged" if self.flagged else "")


def overview(attempt: Attempt) -> list[ItemState]:
    """Give the state of every question of a sitting, in one query."""
    drafts = Draft.objects.filter(item=OuterRef("pk")).order_by("-revision")
    submissions = _submissions().order_by("-number")
    rows = (
        attempt.items.alias(
            draft_text=Subquery(drafts.values("text")[:1]), answer=Subquery(submissions.values("answer")[:1])
        )
        .annotate(
            saved_at=Subquery(drafts.values("saved_at")[:1]),
            submitted_at=Subquery(submissions.values("created_at")[:1]),
            has_draft=Q(draft_text__isnull=False) & Q(draft_text__regex=r"\S"),
            differs=Q(draft_text__isnull=False) & Q(answer__isnull=False) & ~Q(draft_text=F("answer")),
        )
        .order_by("position")
        .values_list(
            "position",
            "response__version__title",
            "response__version__kind",
            "section__title",
            "response__version__minutes",
            "weight",
            "seen_at",
            "flagged",
            "saved_at",
            "has_draft",
            "submitted_at",
            "differs",
        )
    )
    return [
        ItemState(
            *row[:6],
            seen=row[6] is not None,
            flagged=row[7],
            saved_at=row[8],
            has_draft=bool(row[9]),
            submitted_at=row[10],
            draft_is_newer=bool(row[11]),
        )
        for row in rows
    ]


def saves_since(attempt: Attempt, since: datetime) -> int:
    """Count the texts that were saved, and those that were kept aside."""
    saved = Draft.objects.filter(item__attempt=attempt, saved_at__gt=since).count()
    return saved + attempt.events.filter(kind=KEPT_ASIDE, at__gt=since).count()


def handed_in_since(attempt: Attempt, purpose: Purpose, since: datetime) -> list[datetime]:
    """Give when the candidate handed in, oldest first."""
    submissions = Submission.objects.filter(
        response__item__attempt=attempt, purpose=purpose, by_deadline=False, created_at__gt=since
    )
    return list(submissions.order_by("created_at").values_list("created_at", flat=True))


def _runs(attempt: Attempt) -> QuerySet[GradingRun]:
    return GradingRun.objects.filter(submission__response__item__attempt=attempt)


def unfinished_jobs(attempt: Attempt) -> QuerySet[GradingRun]:
    """Give what waits or runs in a sandbox for this attempt, oldest first.

    A superseded run is among it until its worker told that it is through: its message cannot be called back.
    """
    superseded = Q(state=RunState.SUPERSEDED, run_seconds=None, lease_expires_at__gt=timezone.now())
    runs = _runs(attempt).filter(Q(state__in=[RunState.QUEUED, RunState.RUNNING]) | superseded)
    return runs.filter(submission__response__version__kind__in=IN_SANDBOX).select_related("spec").order_by("pk")


def computing_seconds(attempt: Attempt) -> float:
    """Add up how long the attempt's answers have held workers up so far."""
    return float(_runs(attempt).aggregate(total=Coalesce(Sum("run_seconds"), 0.0))["total"])


def postponed_runs() -> QuerySet[GradingRun]:
    runs = GradingRun.objects.filter(state=RunState.POSTPONED).order_by("pk")
    return runs.select_related("submission__response__item", "submission__response__version")


def recently_asked(organisation: Organisation) -> dict[int, int]:
    """Count by question how often the organisation's last attempts were given it; nobody was given a simulated one."""
    attempts = Attempt.objects.filter(
        invitation__organisation=organisation, invitation__candidate__is_simulated=False, is_practice=False
    ).order_by("-pk")
    return _counted(AttemptItem.objects.filter(attempt__in=attempts.values("pk")[:RECENT]), "version__question")


def seen_questions(candidate: Candidate) -> dict[int, int]:
    """Count by question how often this person was given it, in whichever version; practice counts too."""
    return _counted(AttemptItem.objects.filter(attempt__invitation__candidate=candidate), "version__question")


def seen_variants(candidate: Candidate) -> dict[int, int]:
    """Count by variant how often this person was given it."""
    return _counted(AttemptItem.objects.filter(attempt__invitation__candidate=candidate), "variant")


def _counted(items: QuerySet[AttemptItem], of_response: str) -> dict[int, int]:
    by = f"response__{of_response}"
    return dict(items.order_by(by).values_list(by).annotate(Count("pk")))


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    title: str
    questions: int


def parts(version: AssessmentVersion) -> list[Part]:
    """Give the sections of a blueprint with how many questions each will have."""
    rows = version.sections.annotate(questions=Coalesce(Sum("draws__count"), 0)).order_by("position")
    return [Part(section.title, section.questions) for section in rows]


def minutes_of(invitation: Invitation) -> float:
    """Give the minutes that this person has, extra time included."""
    return invitation.version.minutes * invitation.time_multiplier + invitation.extra_minutes


def contact_of(invitation: Invitation) -> str:
    """Give the address of whoever invited, for questions and requests; "" where nobody did."""
    return invitation.created_by.email if invitation.created_by else ""
