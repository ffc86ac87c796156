"""Where a question is used: which assessments name it or can draw it, and how often each version was asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q

from assessments.bank.models import Question, QuestionVersion, Topic
from assessments.grading.models import Response
from assessments.people.models import Organisation
from assessments.sittings.drawing import eligible, practised
from assessments.sittings.models import Assessment, AssessmentVersion, Draw, TopicRule
from assessments.sittings.roles import Cell, durations, roles


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """An assessment that has a line for the question: by its name, or by chance.

    `rules` are those of the assessment's rules on topics that the question helps to keep.
    """

    line: Draw
    named: bool
    newest: bool
    invited: int
    rules: Sequence[TopicRule]

    @property
    def version(self) -> AssessmentVersion:
        return self.line.section.version

    @property
    def assessment(self) -> Assessment:
        return self.version.assessment


@dataclasses.dataclass(frozen=True, slots=True)
class Blueprint:
    """A role's ready-made blueprint that can draw the question: in forms of which minutes, for which of its topics."""

    role: str
    minutes: Sequence[int]
    topics: Sequence[Topic]


def uses(question: Question, organisation: Organisation) -> list[Use]:
    """List the lines of an organisation's assessments that can bring the question, those that name it first.

    Of each assessment the newest version counts, and older ones that people are invited to.
    """
    offered = _offered(question, organisation)
    rules = TopicRule.objects.filter(topic__in=offered.topics.all() if offered else []).select_related("topic")
    lines = (
        Draw.objects.filter(_brings(question, offered), section__version__assessment__organisation=organisation)
        .select_related("section__version__assessment", "topic")
        .prefetch_related(Prefetch("section__version__topic_rules", queryset=rules, to_attr="rules_of_question"))
        .annotate(
            newest=Max("section__version__assessment__versions__number"),
            invited=Count("section__version__invitations", distinct=True),
        )
        .order_by("section__version__assessment__title", "-section__version__number", "section__position", "position")
    )
    found = [_use(line, question) for line in lines]
    return sorted((use for use in found if use.newest or use.invited), key=lambda use: not use.named)


def _use(line: Draw, question: Question) -> Use:
    version, named = line.section.version, line.question_id == question.pk
    return Use(
        line=line,
        named=named,
        newest=version.number == line.newest,  # type: ignore[attr-defined]
        invited=line.invited,  # type: ignore[attr-defined]
        rules=version.rules_of_question,  # type: ignore[attr-defined]
    )


def blueprints(question: Question, organisation: Organisation) -> list[Blueprint]:
    """List the roles' blueprints that can draw the question, should an assessment be composed from them."""
    offered = _offered(question, organisation)
    if offered is None or is_practised(question):
        return []
    topics = list(offered.topics.all())
    found = []
    for role in roles().values():
        minutes = [n for n in durations() if any(_fits(cell, offered) for cell in role.cells(n))]
        wanted = [topic for topic in topics if topic.slug in role.shares]
        if minutes and wanted:
            found.append(Blueprint(role.title, minutes, wanted))
    return found


def is_practised(question: Question) -> bool:
    """Say whether a practice test names the question: it shows the answer, so that no other random line draws it."""
    return question.pk in practised()


def _fits(cell: Cell, offered: QuestionVersion) -> bool:
    return cell.kind == offered.kind and cell.level in {"", offered.level}


def _offered(question: Question, organisation: Organisation) -> QuestionVersion | None:
    """Give the version that a random line may draw."""
    return eligible(organisation).filter(question=question).first()


@dataclasses.dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many assessments of other organisations name a question, and how many have a line that can draw it."""

    named: int
    drawing: int


def elsewhere(question: Question, organisation: Organisation) -> Elsewhere:
    """Count the assessments of others that use a question; whose they are is theirs to tell."""
    # What others can draw is what the library offers to all; of another's own questions they know nothing.
    offered = _offered(question, organisation) if organisation.is_library else None
    lines = Draw.objects.filter(_brings(question, offered))
    lines = lines.exclude(section__version__assessment__organisation=organisation)
    by_name = Count("section__version__assessment", filter=Q(question=question), distinct=True)
    by_chance = Count("section__version__assessment", filter=Q(question=None), distinct=True)
    return Elsewhere(**lines.aggregate(named=by_name, drawing=by_chance))


def _brings(question: Question, offered: QuestionVersion | None) -> Q:
    """Match the draws that name the question, or that can draw its offered version as `drawing.Composition` does."""
    named = Q(question=question)
    if offered is None:
        return named
    topics = offered.topics.all()
    rules = TopicRule.objects.filter(version=OuterRef("section__version"))
    by_topic = Q(topic__in=topics) | (Q(topic=None) & (~Exists(rules) | Exists(rules.filter(topic__in=topics))))
    fits = by_topic & Q(question=None, kind__in=["", offered.kind], level__in=["", offered.level])
    if is_practised(question):
        fits &= Q(section__version__assessment__is_practice=True)
    return named | fits


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    version: QuestionVersion
    ours: int
    others: int
    practice: int
    problems: int


def asked(versions: Sequence[QuestionVersion], organisation: Organisation) -> list[Asked]:
    """Count for each version the attempts that got it, ours and others', in practice, and the problems reported of it.

    Simulated attempts are none: nobody sat them.
    """
    ours, practice = Q(organisation=organisation), Q(item__attempt__is_practice=True)
    rows = (
        Response.objects.filter(version__in=versions, item__attempt__invitation__candidate__is_simulated=False)
        .values("version")
        .annotate(
            ours=Count("pk", filter=ours & ~practice, distinct=True),
            others=Count("pk", filter=~ours & ~practice, distinct=True),
            practice=Count("pk", filter=practice, distinct=True),
            problems=Count("item__problem_reports", distinct=True),
        )
        .values_list("version", "ours", "others", "practice", "problems")
    )
    counted = {row[0]: row[1:] for row in rows}
    return [Asked(version, *counted.get(version.pk, (0, 0, 0, 0))) for version in versions]
