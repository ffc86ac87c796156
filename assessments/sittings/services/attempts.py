"""The life of a sitting: its link is opened, it starts, its clock runs out or its candidate ends it."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.utils import timezone

from assessments.bank.models import GradingSpec, QuestionVersion, Variant
from assessments.bank.services import retire_worn_variants
from assessments.grading import services as grading
from assessments.grading.models import Purpose
from assessments.people.models import Candidate
from assessments.sittings import limits, selectors, tokens
from assessments.sittings.drawing import Drawn, DrawnForm, draw_form
from assessments.sittings.errors import LinkProblem, SittingError
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptEvent, AttemptItem, Draft, Invitation
from grader.kinds.specs import fixed_order, is_shuffled

logger = logging.getLogger(__name__)


def open_invitation(*, token: str) -> Invitation:
    """Give the invitation of a secret link and note its first opening; raises LinkProblem where it opens nothing."""
    invitation = selectors.invitation_by_hash(tokens.digest(token))
    if invitation is None:
        raise LinkProblem(
            "This link opens nothing",
            "It is incomplete, or a newer e-mail has replaced it: only the newest link works. "
            "Look for the latest e-mail of the invitation and copy the whole link.",
            status=404,
        )
    if invitation.revoked_at is not None:
        raise LinkProblem(
            "This invitation was withdrawn",
            f"{invitation.organisation} has taken it back. Write to them if you think that this is a mistake.",
            status=410,
        )
    if invitation.opened_at is None:
        invitation.opened_at = timezone.now()
        invitation.save(update_fields=["opened_at"])
    return invitation


def refuse_start(invitation: Invitation) -> None:
    """Raise LinkProblem if this invitation may not begin its sitting now."""
    if invitation.revoked_at is not None:
        raise LinkProblem("This invitation was withdrawn", f"{invitation.organisation} has taken it back.", status=410)
    if timezone.now() > invitation.expires_at:
        raise LinkProblem(
            "This invitation has expired",
            f"The last moment to start was {invitation.expires_at:%d %B %Y, %H:%M} UTC. "
            f"Ask {invitation.organisation} for a new invitation.",
            status=410,
        )


@transaction.atomic
def start_attempt(*, invitation: Invitation) -> Attempt:
    """Begin the sitting, or give the one that was begun already."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    existing = locked.attempts.filter(is_practice=False).first()
    if existing is not None:
        return existing
    refuse_start(locked)
    return _begin(locked, locked.version, is_practice=False)


@transaction.atomic
def start_practice(*, invitation: Invitation) -> Attempt:
    """Begin a practice test, or give the one that is still open."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    refuse_start(locked)
    version = selectors.practice_version(locked.organisation)
    if version is None:
        raise SittingError("There is no practice test here.")
    earlier = list(locked.attempts.filter(is_practice=True).select_related("version", "invitation"))
    still_open = [attempt for attempt in earlier if attempt.finished_at is None and not selectors.is_over(attempt)]
    if still_open:
        return still_open[0]
    if len(earlier) >= limits.PRACTICE_ATTEMPTS:
        raise SittingError(f"The practice test can be taken {limits.PRACTICE_ATTEMPTS} times; you have done so.")
    return _begin(locked, version, is_practice=True)


def _begin(invitation: Invitation, version: AssessmentVersion, *, is_practice: bool) -> Attempt:
    rng = random.SystemRandom()
    attempt = Attempt(invitation=invitation, version=version, is_practice=is_practice, started_at=timezone.now())
    attempt.full_clean()
    attempt.save()
    form = draw_form(version, rng, invitation.candidate)
    variants = _variants(form, invitation.candidate, rng)
    for position, drawn in enumerate(form.questions, start=1):
        _lay(attempt, position, drawn, variants[drawn.version.pk], rng)
    retire_worn_variants(versions=[drawn.version for drawn in form.questions])
    AttemptEvent.objects.create(attempt=attempt, kind="started", data={"imbalances": form.imbalances})
    return attempt


def _variants(form: DrawnForm, candidate: Candidate, rng: random.Random) -> dict[int, Variant]:
    """Choose a variant for each version drawn: of those that this person has seen least, any."""
    seen = selectors.seen_variants(candidate)
    rows = Variant.objects.filter(version__in=[drawn.version.pk for drawn in form.questions], retired_at=None)
    chosen: dict[int, tuple[tuple[int, float], Variant]] = {}
    for variant in rows.defer("statement_html", "explanation_html"):
        rank = (seen.get(variant.pk, 0), rng.random())
        if variant.version_id not in chosen or rank < chosen[variant.version_id][0]:
            chosen[variant.version_id] = rank, variant
    return {version: variant for version, (_, variant) in chosen.items()}


def _lay(attempt: Attempt, position: int, drawn: Drawn, variant: Variant, rng: random.Random) -> AttemptItem:
    response = grading.create_response(
        organisation=attempt.invitation.organisation, version=drawn.version, variant=variant
    )
    item = AttemptItem(
        attempt=attempt,
        section=drawn.draw.section,
        position=position,
        response=response,
        weight=drawn.draw.weight,
        option_order=_option_order(drawn.version, rng),
    )
    item.full_clean()
    item.save()
    return item


def _option_order(version: QuestionVersion, rng: random.Random) -> list[int]:
    """Order in which the options are shown, as indices of the spec; the spec may lock it."""
    spec = GradingSpec.objects.get(version=version, live=True).spec
    order = fixed_order(version.kind, spec)
    if is_shuffled(version.kind, spec):
        rng.shuffle(order)
    return order


@transaction.atomic
def finish_attempt(*, attempt: Attempt) -> Attempt:
    """End the sitting because the candidate says so."""
    return _close(attempt, by="candidate")


def close_if_over(*, attempt: Attempt) -> Attempt:
    """Close a sitting whose time and grace are over, whoever looks at it first."""
    if attempt.finished_at is None and selectors.is_over(attempt):
        with transaction.atomic():
            return _close(attempt, by="clock")
    return attempt


def close_overdue() -> int:
    """Close every sitting whose time and grace are over; say how many. One that fails does not hold up the others."""
    closed = 0
    for attempt in selectors.overdue_attempts(timezone.now()):
        try:
            close_if_over(attempt=attempt)
        except Exception:
            logger.exception("attempt %s could not be closed", attempt.public_id)
        else:
            closed += 1
    return closed


def _close(attempt: Attempt, *, by: Literal["candidate", "clock"]) -> Attempt:
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("version", "invitation").get(pk=attempt.pk)
    if locked.finished_at is not None:
        return locked
    for item in selectors.items_to_settle(locked):
        _settle(item, selectors.last_draft(item), by_deadline=by == "clock")
    locked.finished_at = timezone.now() if by == "candidate" else min(timezone.now(), locked.deadline)
    locked.finished_by = by
    locked.save(update_fields=["finished_at", "finished_by"])
    for run in selectors.postponed_runs().filter(submission__response__item__attempt=locked):
        grading.release_run(run_id=run.pk)
    AttemptEvent.objects.create(attempt=locked, kind="finished", data={"by": by})
    return locked


def _settle(item: AttemptItem, draft: Draft | None, *, by_deadline: bool) -> None:
    """Submit the last draft of an item that was never submitted; an empty one is unanswered."""
    if draft is None or not draft.text.strip():
        grading.settle_unanswered(response=item.response)
        return
    grading.submit(
        response=item.response, answer=draft.text, purpose=Purpose.FINAL, late=draft.late, by_deadline=by_deadline
    )


@transaction.atomic
def submit_credited_drafts(*, attempt: Attempt) -> int:
    """After a recruiter gave time back: submit late drafts that the new deadline covers; say how many."""
    limit = selectors.grace_ends(attempt)
    count = 0
    for item in selectors.items_closed_by_clock(attempt):
        draft = selectors.last_draft(item, until=limit)
        if draft is not None and draft.late and draft.text.strip() and draft.text != selectors.submitted_text(item):
            grading.submit(
                response=item.response, answer=draft.text, purpose=Purpose.FINAL, late=True, by_deadline=True
            )
            count += 1
    return count


def note_gap(*, attempt: Attempt, seconds: float, ended_at: datetime | None = None) -> None:
    """Log that the page was without connection, as the page itself tells; a recruiter may give the time back."""
    ended_at = ended_at or timezone.now()
    if attempt.events.filter(kind="gap", at__gt=ended_at - timedelta(minutes=1)).count() >= limits.GAPS_PER_MINUTE:
        return
    possible = (ended_at - attempt.started_at).total_seconds()
    AttemptEvent.objects.create(
        attempt=attempt, kind="gap", data={"seconds": round(min(max(seconds, 0.0), possible)), "told_by": "page"}
    )
