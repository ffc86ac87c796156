"""Where a question is used: which assessments name it or can draw it, and how often each version was asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db.models import Count, Max, Q

from assessments.bank.models import Question, QuestionVersion, State
from assessments.grading.models import Response
from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, AssessmentVersion, Draw


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """An assessment that has a line for the question: by its name, or by chance."""

    assessment: Assessment
    version: AssessmentVersion
    section: str
    named: bool
    newest: bool
    invited: int


def uses(question: Question, organisation: Organisation) -> list[Use]:
    """List the lines of an organisation's assessments that can bring the question, those that name it first.

    Of each assessment the newest version counts, and older ones that people are invited to.
    """
    lines = (
        Draw.objects.filter(_brings(question), section__version__assessment__organisation=organisation)
        .select_related("section__version__assessment")
        .annotate(
            newest=Max("section__version__assessment__versions__number"),
            invited=Count("section__version__invitations", distinct=True),
        )
        .order_by("section__version__assessment__title", "-section__version__number", "section__position", "position")
    )
    found = [
        Use(
            assessment=line.section.version.assessment,
            version=line.section.version,
            section=line.section.title,
            named=line.question_id == question.pk,
            newest=line.section.version.number == line.newest,
            invited=line.invited,
        )
        for line in lines
    ]
    return sorted((use for use in found if use.newest or use.invited), key=lambda use: not use.named)


def named_elsewhere(question: Question, organisation: Organisation) -> int:
    """Count the assessments of other organisations that name the question; whose they are is theirs to tell."""
    lines = Draw.objects.filter(question=question).exclude(section__version__assessment__organisation=organisation)
    return lines.values("section__version__assessment").distinct().count()


def _brings(question: Question) -> Q:
    """Match the draws that name the question, or that its published version fits."""
    named = Q(question=question)
    published = question.versions.filter(state=State.PUBLISHED).first()
    if published is None:
        return named
    fits = Q(question=None, kind__in=["", published.kind], level__in=["", published.level])
    return named | (fits & (Q(topic=None) | Q(topic__in=published.topics.all())))


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    version: QuestionVersion
    ours: int
    others: int
    problems: int


def asked(versions: Sequence[QuestionVersion], organisation: Organisation) -> list[Asked]:
    """Count for each version the attempts that got it, ours and others', and the problems reported of it."""
    ours = Q(organisation=organisation)
    rows = (
        Response.objects.filter(version__in=versions, item__isnull=False)
        .values("version")
        .annotate(
            ours=Count("pk", filter=ours, distinct=True),
            others=Count("pk", filter=~ours, distinct=True),
            problems=Count("item__problem_reports", distinct=True),
        )
        .values_list("version", "ours", "others", "problems")
    )
    counted = {row[0]: row[1:] for row in rows}
    return [Asked(version, *counted.get(version.pk, (0, 0, 0))) for version in versions]
