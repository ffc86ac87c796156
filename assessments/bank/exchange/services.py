"""Bringing what a file holds into the bank, and trying out how that would go."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.bank import folders
from assessments.bank.exchange import archives, formats
from assessments.bank.exchange.formats import Format
from assessments.bank.exchange.report import Defaults, Item, counts, lines, summary
from assessments.bank.models import Question, QuestionVersion, Upload
from assessments.bank.services import save_version
from assessments.people.models import Organisation, User
from assessments.people.services import audit
from grader.questions import QuestionFolder

# A page answers within its server's patience; what takes longer is for the command.
MOST_QUESTIONS = 200
KEPT = timedelta(days=1)


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


@transaction.atomic
def hold(
    *, organisation: Organisation, author: User, name: str, content: bytes, form: str, defaults: Defaults
) -> Upload:
    """Keep a file while its author reads what it would bring; files that were forgotten go.

    Raises
    ------
    ArchiveError : where the file is refused, is of none of the formats, or holds too much for a page.
    """
    Upload.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    found, items = _read(name, content, form, dataclasses.replace(defaults, most=MOST_QUESTIONS))
    rehearse(organisation=organisation, items=items, author=author, named=found.named)
    upload = Upload(
        organisation=organisation,
        author=author,
        name=name,
        content=content,
        format=found.name,
        topic=defaults.topic,
        level=defaults.level,
        counts=counts(items),
        report=[dataclasses.asdict(line) for line in lines(items)],
    )
    upload.full_clean()
    upload.save()
    return upload


@transaction.atomic
def bring_in_upload(*, upload: Upload, actor: User) -> list[QuestionVersion]:
    """Bring in all that a kept file holds, and forget the file."""
    defaults = Defaults(topic=upload.topic, level=upload.level)
    found, items = _read(upload.name, bytes(upload.content), upload.format, defaults)
    versions = bring_in(organisation=upload.organisation, items=items, author=actor, named=found.named)
    upload.delete()
    return versions


@transaction.atomic
def discard(*, upload: Upload) -> None:
    upload.delete()


def _read(name: str, content: bytes, form: str, defaults: Defaults) -> tuple[Format, list[Item]]:
    files = archives.unpack(content, name)
    found = formats.of(files, form)
    return found, found.read(files, defaults)
