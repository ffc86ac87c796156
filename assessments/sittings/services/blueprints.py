"""Composing an assessment: every write to its versions, sections and draws. A frozen version never changes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from assessments.bank.models import Question, Topic
from assessments.people.models import Organisation, User
from assessments.sittings import drawing
from assessments.sittings.models import Assessment, AssessmentVersion, Draw, Section


@transaction.atomic
def create_assessment(
    *,
    organisation: Organisation,
    user: User | None,
    title: str,
    minutes: int,
    feedback: str,
    introduction: str = "",
    pass_mark: float | None = None,
    is_practice: bool = False,
) -> AssessmentVersion:
    assessment = Assessment(organisation=organisation, title=title, created_by=user, is_practice=is_practice)
    assessment.full_clean(exclude=["created_by"])
    assessment.save()
    version = AssessmentVersion(
        assessment=assessment,
        number=1,
        minutes=minutes,
        feedback=feedback,
        introduction=introduction,
        pass_mark=pass_mark,
    )
    version.full_clean()
    version.save()
    return version


def latest_version(assessment: Assessment) -> AssessmentVersion:
    return assessment.versions.order_by("-number")[0]


@transaction.atomic
def editable_version(*, assessment: Assessment) -> AssessmentVersion:
    """Return the newest version, or a copy of it where it is frozen already."""
    # Two tabs that change a frozen one at once would both make the next version.
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    latest = latest_version(assessment)
    if latest.frozen_at is None:
        return latest
    return _copy(latest, assessment=assessment, number=latest.number + 1)


@transaction.atomic
def clone_assessment(*, assessment: Assessment, user: User, title: str) -> AssessmentVersion:
    clone = Assessment(organisation=assessment.organisation, title=title, created_by=user)
    clone.full_clean()
    clone.save()
    return _copy(latest_version(assessment), assessment=clone, number=1)


def _copy(source: AssessmentVersion, *, assessment: Assessment, number: int) -> AssessmentVersion:
    version = AssessmentVersion.objects.create(
        assessment=assessment,
        number=number,
        introduction=source.introduction,
        minutes=source.minutes,
        pass_mark=source.pass_mark,
        feedback=source.feedback,
    )
    for old in source.sections.prefetch_related("draws"):
        section = Section.objects.create(version=version, position=old.position, title=old.title)
        draws = list(old.draws.all())
        for draw in draws:
            draw.pk, draw.section = None, section
        Draw.objects.bulk_create(draws)
    return version


@transaction.atomic
def change_settings(
    *, version: AssessmentVersion, title: str, minutes: int, feedback: str, introduction: str, pass_mark: float | None
) -> None:
    version.assessment.title = title
    version.assessment.full_clean(exclude=["created_by"])
    version.assessment.save(update_fields=["title"])
    version.minutes, version.feedback = minutes, feedback
    version.introduction, version.pass_mark = introduction, pass_mark
    version.full_clean()
    version.save()


@transaction.atomic
def add_section(*, version: AssessmentVersion, title: str) -> Section:
    last = version.sections.aggregate(last=Max("position"))["last"] or 0
    section = Section(version=version, position=last + 1, title=title)
    section.full_clean()
    section.save()
    return section


@transaction.atomic
def remove_section(*, section: Section) -> None:
    section.delete()


@transaction.atomic
def add_draw(
    *,
    section: Section,
    question: Question | None = None,
    topic: Topic | None = None,
    kind: str = "",
    level: str = "",
    count: int = 1,
    weight: float = 1.0,
) -> Draw:
    last = section.draws.aggregate(last=Max("position"))["last"] or 0
    draw = Draw(
        section=section,
        position=last + 1,
        question=question,
        topic=topic,
        kind=kind,
        level=level,
        count=count,
        weight=weight,
    )
    draw.full_clean()
    draw.save()
    return draw


@transaction.atomic
def remove_draw(*, draw: Draw) -> None:
    draw.delete()


@transaction.atomic
def freeze(*, version: AssessmentVersion) -> None:
    """Fix the blueprint for good, after seeing that the bank can fill it; a no-op where it is frozen already."""
    locked = AssessmentVersion.objects.select_for_update().get(pk=version.pk)
    if locked.frozen_at is None:
        problems = drawing.shortfalls(locked)
        if problems:
            raise ValidationError(problems)
        locked.frozen_at = timezone.now()
        locked.save(update_fields=["frozen_at"])
    version.frozen_at = locked.frozen_at
