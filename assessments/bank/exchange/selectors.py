"""What leaves the bank: one version of each of an organisation's own questions."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from assessments.bank import folders
from assessments.bank.exchange.report import Item
from assessments.bank.models import GradingSpec, Question, QuestionVersion, State, Upload
from assessments.bank.selectors import UNPUBLISHED, live_spec
from assessments.people.models import Organisation, User


def leaving(organisation: Organisation, slugs: Collection[str] | None = None) -> list[Item]:
    """Give the organisation's questions, by slug, each in the version on which it stands.

    That is the published one, else the newest. Whole banks leave without what is retired; who names a question gets it.

    Raises
    ------
    LookupError : for slugs that the organisation has no question of.
    """
    questions = Question.objects.filter(organisation=organisation).order_by("slug")
    if slugs is not None:
        questions = questions.filter(slug__in=slugs)
    found = list(questions.prefetch_related(Prefetch("versions", queryset=_versions(), to_attr="told")))
    missing = sorted(set(slugs or ()) - {question.slug for question in found})
    if missing:
        raise LookupError(f"{organisation} has no question {', '.join(missing)}")
    return [_item(question, named=slugs is not None) for question in found]


def upload(organisation: Organisation, author: User, public_id: uuid.UUID) -> Upload | None:
    """Find a file that its author left waiting; nobody else sees it."""
    return Upload.objects.filter(organisation=organisation, author=author, public_id=public_id).first()


def _versions() -> QuerySet[QuestionVersion]:
    live = Prefetch("specs", queryset=GradingSpec.objects.filter(live=True), to_attr="live_specs")
    return (
        QuestionVersion.objects.select_related("question")
        .prefetch_related("topics", "variants", live)
        .order_by("-number")
    )


def _item(question: Question, *, named: bool) -> Item:
    versions: list[QuestionVersion] = question.told  # type: ignore[attr-defined]  # the prefetch above
    standing = next((version for version in versions if version.state == State.PUBLISHED), versions[0])
    item = Item(question.slug, standing.title)
    if standing.state == State.RETIRED and not named:
        item.leave_out("a question in use", "a retired one: name it to export it")
        return item
    item.question = folders.question_of(standing, live_spec(standing))
    if versions[0] != standing and versions[0].state in UNPUBLISHED:
        came = f"a draft, version {versions[0].number}, that waits beside it"
        item.changed("one version", came, f"the published version {standing.number} was taken")
    return item
