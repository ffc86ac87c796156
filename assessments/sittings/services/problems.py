"""What candidates report of a question, and what staff does about it."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.people.models import User
from assessments.sittings import limits
from assessments.sittings.errors import AnswerRefused, TooManyRequests
from assessments.sittings.models import Attempt, AttemptItem, ProblemNote, ProblemReport
from assessments.sittings.text import normalise

WINDOW = timedelta(minutes=10)


@transaction.atomic
def report_problem(*, item: AttemptItem, text: str) -> ProblemReport:
    """Keep what a candidate says of a question, as it was typed; the clock goes on.

    Raises
    ------
    AnswerRefused, TooManyRequests : with a sentence; the text stays in the page.
    """
    text = normalise(text)
    if not text.strip():
        raise AnswerRefused("Write what is wrong with the question, then send it.")
    if len(text) > limits.PROBLEM_CHARACTERS:
        raise AnswerRefused(
            f"A report has up to {limits.PROBLEM_CHARACTERS:,} characters; this one has {len(text):,}. Shorten it."
        )
    # Held, so that two requests at once count each other; the same text twice is one press too many.
    Attempt.objects.select_for_update(of=("self",)).get(pk=item.attempt_id)
    same = item.problem_reports.filter(text=text).first()
    if same is not None:
        return same
    _refuse_many(item)
    report = ProblemReport(item=item, text=text)
    report.full_clean()
    report.save()
    return report


def _refuse_many(item: AttemptItem) -> None:
    sent = ProblemReport.objects.filter(item__attempt=item.attempt_id)
    if sent.count() >= limits.PROBLEMS:
        raise TooManyRequests(
            f"You have reported {limits.PROBLEMS} problems, which is the most there may be. Write to whoever invited "
            "you about the rest.",
            retry_after=3600,
        )
    if sent.filter(created_at__gt=timezone.now() - WINDOW).count() >= limits.PROBLEMS_AT_ONCE:
        raise TooManyRequests(
            f"That were {limits.PROBLEMS_AT_ONCE} reports within {WINDOW.seconds // 60} minutes. Your text stays here: "
            "send it a little later.",
            retry_after=120,
        )


@transaction.atomic
def note_problem(*, report: ProblemReport, actor: User, state: str, text: str) -> ProblemNote:
    """Answer a report, close it or open it again, with a note for the others who see it."""
    held = ProblemReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not text.strip() and state == held.state:
        raise ValidationError("Write a note, or choose another state.")
    note = ProblemNote(report=held, author=actor, state=state, text=text.replace("\r\n", "\n").strip())
    note.full_clean()
    note.save()
    held.state = state
    held.full_clean()
    held.save(update_fields=["state"])
    return note
