from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments import broker
from assessments.bank import folders, rendering
from assessments.bank.models import (
    CertificationRun,
    GradingSpec,
    ItemStatistics,
    Kind,
    Question,
    QuestionVersion,
    State,
    Topic,
    Variant,
)
from assessments.bank.selectors import UNPUBLISHED
from assessments.bank.topics import TOPICS
from assessments.people.models import Organisation, User
from assessments.people.selectors import Access
from assessments.people.services import audit
from grader.contract import hash_of_spec
from grader.kinds.numeric import key_of
from grader.questions import QuestionFolder, realise

# A worker tries a question out in well under a minute; after this long its message or its worker is gone.
CERTIFICATION_LEASE = timedelta(minutes=5)
CERTIFICATION_PATIENCE = timedelta(minutes=20)


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
        key=_key(question, number),
        statement_html=rendering.render(str(realise(question.statement, parameters))),
        explanation_html=rendering.render(str(realise(question.explanation, parameters))),
    )
    variant.full_clean()
    variant.save()
    return variant


def _key(question: QuestionFolder, number: int) -> str | list[str] | None:
    """Give the right answer as a person would read it; None where many answers are right."""
    table = realise(question.spec, question.parameters(number)).get(question.kind, {})
    if question.kind == Kind.NUMERIC:
        return f"{key_of(table):.6g}"
    if question.kind == Kind.CHOICE:
        return [option["text"] for option in table["options"] if option.get("credit", 0) > 0]
    if question.kind == Kind.LAB:
        return [option["text"] for option in table.get("choice", ()) if option.get("right")] or None
    return str(table["reference"]) if question.kind == Kind.DERIVATION else None


@transaction.atomic
def clone(*, question: Question, organisation: Organisation, actor: User) -> QuestionVersion:
    """Copy the published version of a library question into an organisation, as a draft of its own."""
    published = question.versions.get(state=State.PUBLISHED)
    if not question.organisation.is_library:
        raise ValidationError("Only questions of the library can be cloned.")
    if Question.objects.filter(organisation=organisation, slug=question.slug).exists():
        raise ValidationError(f"{organisation} has a question called {question.slug} already: edit that one.")
    version = save_version(organisation=organisation, question=folders.question_of(published), author=actor)
    audit(organisation=organisation, actor=actor, verb="question.cloned", subject=version, data={"from": published.pk})
    return version


@transaction.atomic
def request_review(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Tell the other authors that a certified draft is ready for one of them to publish."""
    if version.state != State.DRAFT:
        raise ValidationError(f"Only a draft can be put up for review; this version is {version.state}.")
    _check_certified(version)
    version.state = State.IN_REVIEW
    version.full_clean(exclude=["created_by", "published_by"])
    version.save(update_fields=["state"])
    audit(organisation=version.question.organisation, actor=actor, verb="version.put_up", subject=version)
    return version


@transaction.atomic
def publish(*, version: QuestionVersion, actor: User | None, access: Access | None = None) -> QuestionVersion:
    """Offer a certified version to new attempts in place of the former one, which its own attempts keep.

    `access` is the actor's; an author does not publish what is theirs, an owner may. Without an actor it is a
    command of whoever runs the site.
    """
    if version.state not in UNPUBLISHED:
        raise ValidationError(f"Only a draft can be published; this version is {version.state}.")
    _check_certified(version)
    if actor is not None and version.created_by == actor and not (access and access.is_owner):
        raise ValidationError("Another author or an owner publishes your version, so that two have read it.")
    former = version.question.versions.filter(state=State.PUBLISHED)
    former.update(state=State.RETIRED)
    version.state, version.published_by, version.published_at = State.PUBLISHED, actor, timezone.now()
    version.full_clean(exclude=["created_by", "published_by"])
    version.save()
    audit(organisation=version.question.organisation, actor=actor, verb="version.published", subject=version)
    return version


def _check_certified(version: QuestionVersion) -> None:
    if not version.specs.filter(live=True, certification__isnull=False).exists():
        raise ValidationError("Nothing uncertified can be published: certify the version first.")


@transaction.atomic
def retire(*, version: QuestionVersion, actor: User) -> QuestionVersion:
    """Take a published version out of new attempts; those that have it keep it."""
    if version.state != State.PUBLISHED:
        raise ValidationError(f"Only a published version can be retired; this one is {version.state}.")
    version.state = State.RETIRED
    version.save(update_fields=["state"])
    audit(organisation=version.question.organisation, actor=actor, verb="version.retired", subject=version)
    return version


@transaction.atomic
def open_certification(*, spec: GradingSpec, actor: User | None) -> CertificationRun:
    """Note that a spec is being tried out; `record_certification` takes what was seen."""
    if spec.certification is not None:
        raise ValidationError("This version is certified already.")
    run = CertificationRun(spec=spec, requested_by=actor)
    run.full_clean(exclude=["requested_by"])
    run.save()
    return run


@transaction.atomic
def request_certification(*, spec: GradingSpec, actor: User | None) -> CertificationRun:
    """Ask a grader worker to try the question out; it gets the folder's files and sends back what it saw."""
    run = open_certification(spec=spec, actor=actor)
    _send_certification(run)
    return run


def _send_certification(run: CertificationRun) -> None:
    run.look_again_at = timezone.now() + CERTIFICATION_LEASE
    run.save(update_fields=["look_again_at"])
    question = folders.question_of(run.spec.version, run.spec)
    payload = {"run": run.pk, "token": str(run.token), "slug": question.slug, "files": folders.files(question)}
    broker.send("grader.certify", queue="bulk", payload=payload)


def send_lost_certifications() -> int:
    """Ask again for certifications whose message or worker was lost, and give up on what nobody answers; say how many.

    While messages wait in the queue nothing is lost: it may be among them.
    """
    overdue = CertificationRun.objects.filter(finished_at=None, look_again_at__lt=timezone.now())
    if not overdue.exists() or broker.waiting("bulk") != 0:
        return 0
    return sum(_ask_again(run_id) for run_id in list(overdue.values_list("pk", flat=True)))


@transaction.atomic
def _ask_again(run_id: int) -> bool:
    # `skip_locked`: a result that is being recorded at this moment is an answer.
    held = CertificationRun.objects.select_for_update(of=("self",), skip_locked=True)
    run = held.select_related("spec__version").filter(pk=run_id, finished_at=None).first()
    if run is None:
        return False
    if timezone.now() - run.requested_at > CERTIFICATION_PATIENCE:
        minutes = CERTIFICATION_PATIENCE.total_seconds() / 60
        problem = f"No grader answered within {minutes:.0f} minutes, which is a fault of ours: ask again."
        return record_certification(run_id=run.pk, token=run.token, passed=False, result={"problems": [problem]})
    _send_certification(run)
    return True


@transaction.atomic
def record_certification(*, run_id: int, token: uuid.UUID, passed: bool, result: Mapping[str, Any]) -> bool:
    """Store what a grader saw; False for a run that is finished or was another's."""
    run = CertificationRun.objects.select_for_update().filter(pk=run_id, token=token, finished_at__isnull=True).first()
    if run is None:
        return False
    run.passed, run.result, run.finished_at = passed, dict(result), timezone.now()
    run.full_clean(exclude=["requested_by"])
    run.save()
    spec = GradingSpec.objects.select_for_update().get(pk=run.spec_id)
    if passed and spec.certification is None:
        spec.certification = dict(result)
        spec.save(update_fields=["certification"])
    return True


@transaction.atomic
def record_item_statistics(*, figures: Mapping[int, tuple[float, int]], measured_at: datetime) -> None:
    """Keep the facility and number of answers of each version, by its primary key, in place of what was known."""
    rows = [
        ItemStatistics(version_id=version, facility=facility, n=n, measured_at=measured_at)
        for version, (facility, n) in figures.items()
    ]
    ItemStatistics.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=["facility", "n", "measured_at"],
    )
