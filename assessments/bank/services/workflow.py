"""The way of a version: draft, in review, published, retired; who may take which step, and why it was taken."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.bank import selectors
from assessments.bank.models import QuestionVersion, State
from assessments.bank.selectors import UNPUBLISHED
from assessments.people.models import User
from assessments.people.selectors import Access
from assessments.people.services import audit


@transaction.atomic
def request_review(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Tell the other authors that a certified draft is ready for one of them to publish."""
    version = _locked(version)
    if version.state != State.DRAFT:
        raise ValidationError(f"Only a draft can be put up for review; this version is {version.state}.")
    _check_certified(version)
    return _step(version, State.IN_REVIEW, actor, "version.put_up")


@transaction.atomic
def send_back(*, version: QuestionVersion, actor: User, note: str) -> QuestionVersion:
    """Make a version that is in review a draft again, with a note on what is to be mended."""
    version = _locked(version)
    if version.state != State.IN_REVIEW:
        raise ValidationError(f"Only a version in review can be sent back; this one is {version.state}.")
    return _step(version, State.DRAFT, actor, "version.sent_back", note=_said(note, "what is to be mended"))


@transaction.atomic
def publish(*, version: QuestionVersion, actor: User | None, access: Access | None = None) -> QuestionVersion:
    """Offer a certified version to new attempts in place of the former one, which its own attempts keep.

    `access` is the actor's; an author does not publish what is theirs, an owner may. Without an actor it is a
    command of whoever runs the site.
    """
    version = _locked(version)
    if version.state not in UNPUBLISHED:
        raise ValidationError(f"Only a draft can be published; this version is {version.state}.")
    _check_certified(version)
    if not may_publish(version, actor, access):
        raise ValidationError("Another author or an owner publishes your version, so that two have read it.")
    _retire_former(version)
    version.state, version.published_by, version.published_at = State.PUBLISHED, actor, timezone.now()
    version.full_clean(exclude=["created_by", "published_by"])
    version.save()
    audit(organisation=version.question.organisation, actor=actor, verb="version.published", subject=version)
    return version


def may_publish(version: QuestionVersion, actor: User | None, access: Access | None) -> bool:
    return actor is None or version.created_by_id != actor.pk or bool(access and access.is_owner)


@transaction.atomic
def retire(*, version: QuestionVersion, actor: User, reason: str) -> QuestionVersion:
    """Take a published version out of new attempts; those that have it keep it."""
    version = _locked(version)
    if version.state != State.PUBLISHED:
        raise ValidationError(f"Only a published version can be retired; this one is {version.state}.")
    return _step(version, State.RETIRED, actor, "version.retired", note=_said(reason, "why nobody new should get it"))


@transaction.atomic
def reinstate(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Bring a retired version back: one that was published to new attempts, another as the question's draft."""
    version = _locked(version)
    if version.state != State.RETIRED:
        raise ValidationError(f"Only a retired version can be brought back; this one is {version.state}.")
    if version.published_at is not None:
        # Two had read it when it was published; its content is what it was then.
        _check_certified(version)
        _retire_former(version)
        return _step(version, State.PUBLISHED, actor, "version.reinstated")
    waiting = version.question.versions.filter(state__in=UNPUBLISHED).first()
    if waiting is not None:
        raise ValidationError(f"Version {waiting.number} is the question's draft: publish it or edit it instead.")
    return _step(version, State.DRAFT, actor, "version.reinstated")


def _locked(version: QuestionVersion) -> QuestionVersion:
    """Read the version anew and hold it: two who act at once act one after the other."""
    held = QuestionVersion.objects.select_for_update(of=("self",))
    return held.select_related("question__organisation", "created_by").get(pk=version.pk)


def _step(version: QuestionVersion, state: State, actor: User, verb: str, note: str = "") -> QuestionVersion:
    version.state = state
    version.full_clean(exclude=["created_by", "published_by"])
    version.save(update_fields=["state"])
    data = {"note": note} if note else {}
    audit(organisation=version.question.organisation, actor=actor, verb=verb, subject=version, data=data)
    return version


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise ValidationError(f"Say {what}: those who come after read it in the question's history.")
    return text.replace("\r\n", "\n").strip()


def _retire_former(version: QuestionVersion) -> None:
    version.question.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)


def _check_certified(version: QuestionVersion) -> None:
    if not version.specs.filter(live=True, certification__isnull=False).exists():
        raise ValidationError("Nothing uncertified can be published: certify the version first.")
    last = selectors.judged(version.specs.get(live=True))
    if last is not None and not last.passed:
        raise ValidationError("Certified once, but the last trial on other seeds failed: mend it, or certify it again.")
