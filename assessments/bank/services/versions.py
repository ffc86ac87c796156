"""Content becomes a version: from a folder, from the editor, by cloning."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.bank import folders, keys, rendering
from assessments.bank.models import GradingSpec, Question, QuestionVersion, State, Topic, Variant
from assessments.bank.selectors import UNPUBLISHED
from assessments.bank.topics import TOPICS
from assessments.people.models import Organisation, User
from assessments.people.services import audit
from grader.contract import hash_of_spec
from grader.questions import QuestionFolder, realise


@transaction.atomic
def create_topics() -> None:
    rows = [Topic(slug=slug, title=title, position=position) for position, (slug, title) in enumerate(TOPICS)]
    Topic.objects.bulk_create(rows, update_conflicts=True, unique_fields=["slug"], update_fields=["title", "position"])


def import_folder(*, organisation: Organisation, folder: Path, author: User | None = None) -> QuestionVersion:
    """Bring a question folder into the bank; the same content twice changes nothing.

    Raises
    ------
    QuestionError : with every problem of the folder.
    """
    return save_version(organisation=organisation, question=folders.read_checked(folder), author=author)


@transaction.atomic
def save_version(*, organisation: Organisation, question: QuestionFolder, author: User | None) -> QuestionVersion:
    """Store content as the question's next version, a draft; where it is the newest version's content, return that.

    An older draft gives way: it is kept, retired, so that a question has one draft at a time.
    """
    row = _question(organisation, question.slug)
    latest = row.versions.first()
    digest = folders.content_hash(question)
    if latest is not None and latest.content_hash == digest:
        return latest
    if latest is not None and latest.state in UNPUBLISHED:
        latest.state = State.RETIRED
        latest.save(update_fields=["state"])
    version = _version(row, question, digest, author, number=latest.number + 1 if latest else 1)
    _spec(version, question)
    for number in range(max(1, len(question.variants))):
        _variant(version, question, number)
    audit(organisation=organisation, actor=author, verb="version.saved", subject=version)
    return version


def _question(organisation: Organisation, slug: str) -> Question:
    # Locked, so that two who save at once get two numbers.
    found = Question.objects.select_for_update().filter(organisation=organisation, slug=slug).first()
    if found is not None:
        return found
    question = Question(organisation=organisation, slug=slug)
    question.full_clean()
    question.save()
    return question


def _version(
    row: Question, question: QuestionFolder, digest: str, author: User | None, *, number: int
) -> QuestionVersion:
    version = QuestionVersion(
        question=row,
        number=number,
        title=question.title,
        kind=question.kind,
        level=question.level,
        minutes=int(question.minutes),
        points=int(question.points),
        tags=list(question.tags),
        language=question.language,
        licence=question.licence,
        source=question.source,
        statement=question.statement,
        explanation=question.explanation,
        ranges=dict(question.ranges) or None,
        content_hash=digest,
        created_by=author,
    )
    version.full_clean(exclude=["created_by", "published_by"])
    version.save()
    topics = Topic.objects.filter(slug__in=question.topics)
    if len(topics) != len(set(question.topics)):
        raise ValidationError("The topics are not in the database: run `manage.py load_bank` once.")
    version.topics.set(topics)
    return version


def _spec(version: QuestionVersion, question: QuestionFolder) -> GradingSpec:
    spec = GradingSpec(
        version=version,
        number=1,
        spec=dict(question.spec),
        reference_source=question.reference_source or "",
        solutions=folders.solution_rows(question),
        spec_hash=hash_of_spec(question.spec, question.reference_source),
        live=True,
    )
    spec.full_clean()
    spec.save()
    return spec


def _variant(version: QuestionVersion, question: QuestionFolder, number: int) -> Variant:
    parameters = question.parameters(number)
    variant = Variant(
        version=version,
        number=number,
        parameters=dict(parameters),
        key=keys.right_answer(question, number),
        statement_html=rendering.render(str(realise(question.statement, parameters))),
        explanation_html=rendering.render(str(realise(question.explanation, parameters))),
    )
    variant.full_clean()
    variant.save()
    return variant


@transaction.atomic
def clone(*, question: Question, organisation: Organisation, actor: User) -> QuestionVersion:
    """Copy a question into an organisation as a draft of its own.

    Of the library that is its published version, under the same slug; of the organisation's own the version that
    stands, under a slug that is free.
    """
    if question.organisation == organisation:
        original = question.versions.filter(state=State.PUBLISHED).first() or question.versions.latest("number")
        copied = _renamed(folders.question_of(original), organisation)
    elif question.organisation.is_library:
        original = question.versions.get(state=State.PUBLISHED)
        copied = folders.question_of(original)
    else:
        raise ValidationError("Only questions of the library and your own can be cloned.")
    if Question.objects.filter(organisation=organisation, slug=copied.slug).exists():
        raise ValidationError(f"{organisation} has a question called {copied.slug} already: edit that one.")
    version = save_version(organisation=organisation, question=copied, author=actor)
    audit(organisation=organisation, actor=actor, verb="question.cloned", subject=version, data={"from": original.pk})
    return version


def _renamed(question: QuestionFolder, organisation: Organisation) -> QuestionFolder:
    taken = set(Question.objects.filter(organisation=organisation).values_list("slug", flat=True))
    slug = next(slug for n in itertools.count(2) if (slug := f"{question.slug[:94]}-{n}") not in taken)
    return dataclasses.replace(question, slug=slug, title=f"{question.title[:190]} (copy)")
