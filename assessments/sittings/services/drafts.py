"""Autosave: nothing typed is lost, and nothing typed later is overwritten by something typed before."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.sittings import limits, selectors
from assessments.sittings.errors import Conflict, TooManyRequests
from assessments.sittings.models import Attempt, AttemptEvent, AttemptItem, Draft
from assessments.sittings.text import normalise


def save_draft(*, item: AttemptItem, text: str, base_revision: int, tab: str) -> Draft:
    """Keep what was typed as the item's next revision.

    `base_revision` is the revision that the page last saw. A page that has been taken over, or that does not know the
    newest revision, gets Conflict: its text is kept aside in the trail and the newer one stands.
    """
    text = normalise(text)
    saved = _save(item=item, text=text, base_revision=base_revision, tab=tab)
    if isinstance(saved, Conflict):
        raise saved
    return saved


@transaction.atomic
def _save(*, item: AttemptItem, text: str, base_revision: int, tab: str) -> Draft | Conflict:
    attempt = (
        Attempt.objects.select_for_update(of=("self",)).select_related("version", "invitation").get(pk=item.attempt_id)
    )
    last = item.drafts.order_by("-revision").first()
    if last is not None and last.text == text:
        return last
    _refuse_many(attempt)
    reason = _conflict(attempt, last, base_revision, tab)
    if reason is not None:
        return _keep_aside(attempt, item, last, text, reason)
    draft = Draft(
        item=item,
        revision=1 if last is None else last.revision + 1,
        text=text,
        late=attempt.finished_at is not None or timezone.now() > attempt.deadline,
    )
    draft.full_clean()
    draft.save()
    _count(attempt, text)
    return draft


def _count(attempt: Attempt, text: str) -> None:
    attempt.typed_characters += len(text)
    attempt.save(update_fields=["typed_characters"])


def _refuse_many(attempt: Attempt) -> None:
    full_speed = attempt.typed_characters < limits.CHARACTERS_AT_FULL_SPEED
    allowed = limits.SAVES_PER_MINUTE if full_speed else limits.SLOW_SAVES_PER_MINUTE
    minute_ago = timezone.now() - timedelta(minutes=1)
    if selectors.saves_since(attempt, minute_ago) >= allowed:
        raise TooManyRequests("Too many saves within a minute: kept in this page, sent again soon", retry_after=15)


def _conflict(attempt: Attempt, last: Draft | None, base_revision: int, tab: str) -> str | None:
    if attempt.tab and tab != attempt.tab:
        return "tab"
    if last is not None and base_revision != last.revision:
        return "revision"
    return None


def _keep_aside(attempt: Attempt, item: AttemptItem, last: Draft | None, text: str, reason: str) -> Conflict:
    data = {"item": item.position, "text": text, "reason": reason}
    AttemptEvent.objects.create(attempt=attempt, kind=selectors.KEPT_ASIDE, data=data)
    _count(attempt, text)
    sentence = {
        "tab": "You went on in another tab or browser. What you typed here is kept aside and changes nothing there.",
        "revision": "A newer text of this answer is on the server. What you typed here is kept aside.",
    }[reason]
    return Conflict(sentence, reason=reason, revision=last.revision if last else 0, text=last.text if last else "")


@transaction.atomic
def claim_tab(*, attempt: Attempt, tab: str) -> bool:
    """Make `tab` the one that may write; say whether another one was writing before."""
    if "\0" in tab:
        raise ValidationError("Expected the name of a tab, got one with a NUL character: reload the page.")
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    previous = locked.tab
    if tab == previous:
        return False
    locked.tab = tab
    locked.full_clean(validate_constraints=False)
    locked.save(update_fields=["tab"])
    if previous:
        AttemptEvent.objects.create(attempt=locked, kind="tab taken over")
    return bool(previous)


@transaction.atomic
def mark_seen(*, item: AttemptItem) -> None:
    """Note when a question was first opened."""
    if item.seen_at is None:
        item.seen_at = timezone.now()
        item.save(update_fields=["seen_at"])


@transaction.atomic
def set_flag(*, item: AttemptItem, flagged: bool) -> None:
    item.flagged = flagged
    item.save(update_fields=["flagged"])
