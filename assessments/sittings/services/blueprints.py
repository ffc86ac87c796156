"""Composing an assessment: every write to its versions, sections and draws. A frozen version never changes."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from assessments.bank.models import Question, Topic
from assessments.people.models import Organisation, User
from assessments.sittings import drawing
from assessments.sittings.models import Assessment, AssessmentVersion, Draw, Feedback, Section, TopicRule
from assessments.sittings.roles import FILLED, Role


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
    least_minutes: int | None = None,
    target_facility: float | None = None,
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
        least_minutes=least_minutes,
        target_facility=target_facility,
    )
    version.full_clean()
    version.save()
    return version


@transaction.atomic
def compose_from_role(
    *, organisation: Organisation, user: User | None, role: Role, minutes: int, title: str = ""
) -> AssessmentVersion:
    """Lay out a role's blueprint: sections, lines, topics, and as difficulty what the bank gives for those lines."""
    version = create_assessment(
        organisation=organisation,
        user=user,
        title=title or f"{role.title}: loss functions, {minutes} minutes",
        minutes=minutes,
        feedback=Feedback.SAMPLE,
        least_minutes=math.ceil(FILLED * minutes),
    )
    sections: dict[str, Section] = {}
    for cell in role.cells(minutes):
        section = sections.get(cell.section) or add_section(version=version, title=cell.section)
        sections[cell.section] = section
        add_draw(section=section, kind=cell.kind, level=cell.level, count=cell.count, weight=cell.weight)
    topics = Topic.objects.in_bulk(role.shares, field_name="slug")
    for slug, at_least in role.topics(minutes).items():
        set_topic_rule(version=version, topic=topics[slug], at_least=at_least)
    version.target_facility = drawing.Composition(version).expected_facility()
    version.save(update_fields=["target_facility"])
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
        least_minutes=source.least_minutes,
        target_facility=source.target_facility,
        feedback=source.feedback,
    )
    rules = [TopicRule(version=version, topic_id=r.topic_id, at_least=r.at_least) for r in source.topic_rules.all()]
    TopicRule.objects.bulk_create(rules)
    for old in source.sections.prefetch_related("draws"):
        section = Section.objects.create(version=version, position=old.position, title=old.title)
        draws = list(old.draws.all())
        for draw in draws:
            draw.pk, draw.section = None, section
        Draw.objects.bulk_create(draws)
    return version


@transaction.atomic
def change_settings(
    *,
    version: AssessmentVersion,
    title: str,
    minutes: int,
    feedback: str,
    introduction: str,
    pass_mark: float | None,
    least_minutes: int | None,
    target_facility: float | None,
) -> None:
    version.assessment.title = title
    version.assessment.full_clean(exclude=["created_by"])
    version.assessment.save(update_fields=["title"])
    version.minutes, version.feedback = minutes, feedback
    version.introduction, version.pass_mark = introduction, pass_mark
    version.least_minutes, version.target_facility = least_minutes, target_facility
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
def change_draw(*, draw: Draw, count: int, weight: float) -> None:
    draw.count, draw.weight = count, weight
    draw.full_clean()
    draw.save(update_fields=["count", "weight"])


@transaction.atomic
def remove_draw(*, draw: Draw) -> None:
    draw.delete()


@transaction.atomic
def set_topic_rule(*, version: AssessmentVersion, topic: Topic, at_least: int) -> TopicRule:
    """Ask for so many questions of a topic in every form, in place of what was asked of it before."""
    rule = TopicRule.objects.filter(version=version, topic=topic).first() or TopicRule(version=version, topic=topic)
    rule.at_least = at_least
    rule.full_clean()
    rule.save()
    return rule


@transaction.atomic
def remove_topic_rule(*, rule: TopicRule) -> None:
    rule.delete()


@transaction.atomic
def freeze(*, version: AssessmentVersion) -> None:
    """Fix the blueprint for good, after seeing that the bank can fill it; a no-op where it is frozen already."""
    locked = AssessmentVersion.objects.select_for_update().get(pk=version.pk)
    if locked.frozen_at is None:
        problems = drawing.Composition(locked).problems()
        if problems:
            raise ValidationError(problems)
        locked.frozen_at = timezone.now()
        locked.save(update_fields=["frozen_at"])
    version.frozen_at = locked.frozen_at
