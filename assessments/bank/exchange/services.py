"""Bringing what a file holds into the bank, and trying out how that would go."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.bank import folders
from assessments.bank.exchange.report import Item, summary
from assessments.bank.models import Question, QuestionVersion
from assessments.bank.services import save_version
from assessments.people.models import Organisation, User
from assessments.people.services import audit
from grader.questions import QuestionFolder


@transaction.atomic
def bring_in(
    *, organisation: Organisation, items: Iterable[Item], author: User | None, named: bool
) -> list[QuestionVersion]:
    """Save every question of a file as a draft, all in one transaction, and note with each item what became of it.

    `named` says that the file's slugs name questions of the bank, as a bundle's do: the content becomes the next
    version of the question of that slug. Otherwise the content becomes a question of its own.
    """
    items = list(items)
    versions = [version for item in items if (version := _bring_in(organisation, item, author, named=named))]
    told = {"report": summary(items), "versions": [version.pk for version in versions]}
    audit(organisation=organisation, actor=author, verb="bank.imported", subject=organisation, data=told)
    return versions


def rehearse(*, organisation: Organisation, items: Iterable[Item], author: User | None, named: bool) -> None:
    """Do all that `bring_in` does, note with each item what became of it, and undo it."""
    with transaction.atomic():
        bring_in(organisation=organisation, items=items, author=author, named=named)
        transaction.set_rollback(True)


def _bring_in(organisation: Organisation, item: Item, author: User | None, *, named: bool) -> QuestionVersion | None:
    if item.question is None:
        return None
    question = item.question if named else _as_its_own(organisation, item.question)
    before = _latest(organisation, question.slug)
    try:
        # A savepoint: what the database refuses of one question leaves the others as they are.
        with transaction.atomic():
            version = save_version(organisation=organisation, question=question, author=author)
    except ValidationError as error:
        item.leave_out("a question that the bank can hold", " ".join(error.messages))
        return None
    if before is not None and before.pk == version.pk:
        item.done = f"{question.slug} has this content already"
    else:
        item.done = f"new draft {question.slug}" if before is None else f"version {version.number} of {question.slug}"
    return version


def _latest(organisation: Organisation, slug: str) -> QuestionVersion | None:
    return QuestionVersion.objects.filter(question__organisation=organisation, question__slug=slug).first()


def _as_its_own(organisation: Organisation, question: QuestionFolder) -> QuestionFolder:
    """Give the question the slug under which it stands already, else the first free one: it overwrites nobody's."""
    digest = folders.content_hash(question)
    taken = Question.objects.filter(organisation=organisation, slug__startswith=question.slug[:95])
    for number in range(1, taken.count() + 3):
        slug = question.slug if number == 1 else f"{question.slug[:95]}-{number}"
        latest = _latest(organisation, slug)
        if (latest is None and slug not in folders.RESERVED) or (latest is not None and latest.content_hash == digest):
            return dataclasses.replace(question, slug=slug)
    raise AssertionError("one more number than there are questions is free")
