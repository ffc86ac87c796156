"""Where an invitation stands, in one word, and since when."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.utils import timezone

from assessments.review.scoring import Summary, summarise
from assessments.sittings.models import Attempt, Invitation

STAGES = ("invited", "opened", "started", "finished", "marked")


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """One line of the recruiter's list."""

    invitation: Invitation
    attempt: Attempt | None
    stage: str
    since: datetime
    summary: Summary | None
    note: str


def standing(invitation: Invitation) -> Standing:
    """Tell the stage of an invitation that `selectors.invitations` fetched (with `sat`)."""
    attempt: Attempt | None = next(iter(invitation.sat), None)  # type: ignore[attr-defined]
    if attempt is None:
        opened = invitation.opened_at
        stage, since = ("opened", opened) if opened else ("invited", invitation.created_at)
        return Standing(invitation, None, stage, since, None, _note(invitation))
    if attempt.finished_at is None:
        return Standing(invitation, attempt, "started", attempt.started_at, None, "")
    summary = summarise(attempt.items.all())
    stage = "finished" if summary.pending else "marked"
    note = f"{summary.pending} to mark or grade" if summary.pending else ""
    return Standing(invitation, attempt, stage, attempt.finished_at, summary, note)


def _note(invitation: Invitation) -> str:
    if invitation.revoked_at:
        return "revoked"
    if invitation.expires_at < timezone.now():
        return "expired"
    if invitation.mail_error:
        return f"e-mail failed: {invitation.mail_error}"
    return "" if invitation.sent_at else "e-mail waiting to be sent"


def funnel(standings: list[Standing]) -> list[tuple[str, int]]:
    """How many got at least as far as each stage."""
    reached = [STAGES.index(row.stage) for row in standings]
    return [(stage, sum(place >= index for place in reached)) for index, stage in enumerate(STAGES)]
