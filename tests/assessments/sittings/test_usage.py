"""Where a question is used: who names it, which lines, rules and blueprints can draw it, how often it was asked."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.bank import services as bank
from assessments.bank.models import Kind, Level
from assessments.sittings import usage
from assessments.sittings.drawing import Composition
from assessments.sittings.models import AttemptItem
from assessments.sittings.roles import durations, roles
from assessments.sittings.services.blueprints import compose_from_role
from assessments.sittings.services.problems import report_problem
from tests.assessments.sittings.conftest import begin, blueprint, library_sitting
from tests.bank import member
from tests.factories import (
    AssessmentVersionFactory,
    AttemptItemFactory,
    OrganisationFactory,
    QuestionVersionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def test_usage_tells_who_names_a_question_who_can_draw_it_and_how_often_it_was_asked() -> None:
    sitting, library, acme = library_sitting()
    item = AttemptItem.objects.get()
    report_problem(item=item, text="Which base?")
    question = item.response.version.question
    drawing = AssessmentVersionFactory(assessment__organisation=acme, assessment__title="By chance", draws=False)
    section = drawing.sections.get()
    section.draws.create(position=1, kind="numeric", count=2)
    section.draws.create(position=2, kind="coding")
    found = [(use.assessment.title, use.named) for use in usage.uses(question, acme)]
    assert found == [(sitting.attempt.version.assessment.title, True), ("By chance", False)]
    assert usage.uses(question, library) == []
    assert usage.elsewhere(question, library) == usage.Elsewhere(named=1, drawing=1)
    assert usage.elsewhere(question, acme) == usage.Elsewhere(named=0, drawing=0)
    page = member(library).get("/o/library/bank/thirds/usage/").content.decode()
    assert "<strong>1</strong> assessment names it and <strong>1</strong> can draw it" in page
    versions = [item.response.version]
    assert [(row.ours, row.others, row.practice, row.problems) for row in usage.asked(versions, acme)] == [(1, 0, 0, 1)]
    assert [(row.ours, row.others) for row in usage.asked(versions, library)] == [(0, 1)]
    assert "Problems reported" not in member(acme).get("/o/acme/bank/thirds/usage/").content.decode().split("<main")[1]


def test_practice_is_counted_by_itself_and_what_nobody_sat_not_at_all() -> None:
    _, _, acme = library_sitting()
    versions = [AttemptItem.objects.get().response.version]
    practice = {"attempt__is_practice": True}
    simulated = {"attempt__invitation__candidate__is_simulated": True}
    for fields in (practice, simulated, simulated):
        AttemptItemFactory(response__version=versions[0], response__organisation=acme, **fields)
    assert [(row.ours, row.others, row.practice) for row in usage.asked(versions, acme)] == [(1, 0, 1)]


def test_a_rule_on_topics_says_which_of_a_lines_questions_can_be_drawn() -> None:
    acme, metrics = OrganisationFactory(slug="acme"), TopicFactory(slug="metrics")
    question = QuestionVersionFactory(question__organisation=acme, topics=[metrics]).question
    of_metrics, of_others = (
        AssessmentVersionFactory(assessment__organisation=acme, assessment__title=title, draws=False)
        for title in ("Of metrics", "Of others")
    )
    for version, topic in ((of_metrics, metrics), (of_others, TopicFactory(slug="margin"))):
        version.sections.get().draws.create(position=1, count=3)
        version.topic_rules.create(topic=topic, at_least=2)
    (use,) = usage.uses(question, acme)
    assert (use.assessment.title, [(rule.topic, rule.at_least) for rule in use.rules]) == ("Of metrics", [(metrics, 2)])
    page = member(acme).get(f"/o/acme/bank/{question.slug}/usage/").content.decode()
    assert ("as one of 3: any topic" in page, "for its rule on Metrics, at least 2" in page) == (True, True)


def test_what_usage_says_can_be_drawn_is_what_forms_are_drawn_from() -> None:
    """Every combination of a line and a rule, on questions that fit, do not fit, or are shown in practice."""
    acme = OrganisationFactory()
    topics = [TopicFactory(slug=slug) for slug in ("metrics", "margin")]
    questions = [
        QuestionVersionFactory(question__organisation=acme, topics=of, kind=kind, level=level).question
        for of, kind, level in ((topics, "numeric", "apply"), (topics[:1], "choice", "apply"), ([], "choice", "judge"))
    ]
    questions.append(blueprint("numeric", organisation=acme, practice=True).sections.get().draws.get().question)
    retired = QuestionVersionFactory(question__organisation=acme, state="retired").question
    for topic, kind, level, rule in itertools.product([None, *topics], ["", "choice"], ["", "apply"], [None, *topics]):
        version = AssessmentVersionFactory(assessment__organisation=acme, draws=False)
        version.sections.get().draws.create(position=1, topic=topic, kind=kind, level=level)
        if rule:
            version.topic_rules.create(topic=rule)
    for question in (*questions, retired):
        told = {use.line.pk for use in usage.uses(question, acme) if not use.named}
        drawn = set()
        for version in AssessmentVersionFactory._meta.model.objects.filter(assessment__is_practice=False):
            composition = Composition(version)
            (line,), (draw,) = composition.lines, composition.draws
            if any(composition.bank[place].question_id == question.pk for place in line.fits):
                drawn.add(draw.pk)
        assert told == drawn, question


def test_the_blueprints_of_roles_that_can_draw_a_question_are_those_that_do() -> None:
    bank.create_topics()
    library = OrganisationFactory(is_library=True)
    acme = OrganisationFactory()
    topics = {slug: TopicFactory(slug=slug) for slug in ("regression", "margin", "metrics")}
    cells = itertools.product((Kind.LAB, Kind.NUMERIC), Level.values, topics.values())
    questions = [
        QuestionVersionFactory(question__organisation=library, kind=kind, level=level, topics=[topic]).question
        for kind, level, topic in cells
    ]
    told = {
        (question.pk, row.role, minutes)
        for question in questions
        for row in usage.blueprints(question, acme)
        for minutes in row.minutes
    }
    drawn = set()
    for role, minutes in itertools.product(roles().values(), durations()):
        composition = Composition(compose_from_role(organisation=acme, user=None, role=role, minutes=minutes))
        fitting = {composition.bank[place].question_id for line in composition.lines for place in line.fits}
        drawn |= {(question, role.title, minutes) for question in fitting}
    assert told == drawn


def test_a_question_of_a_practice_test_says_why_nothing_else_draws_it() -> None:
    acme = OrganisationFactory(slug="acme")
    question = blueprint("numeric", organisation=acme, practice=True).sections.get().draws.get().question
    client = member(acme)
    assert "It stands in a practice test" in client.get(f"/o/acme/bank/{question.slug}/usage/").content.decode()
    other = QuestionVersionFactory(question__organisation=acme).question
    assert "practice test" not in client.get(f"/o/acme/bank/{other.slug}/usage/").content.decode()


def test_more_assessments_cost_no_more_queries() -> None:
    acme, metrics = OrganisationFactory(slug="acme"), TopicFactory(slug="metrics")
    question = QuestionVersionFactory(question__organisation=acme, topics=[metrics]).question
    client = member(acme)

    def add() -> None:
        version = AssessmentVersionFactory(assessment__organisation=acme, draws=False)
        version.sections.get().draws.create(position=1)
        version.topic_rules.create(topic=metrics)
        begin(AssessmentVersionFactory(assessment__organisation=acme, question=question))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/o/acme/bank/{question.slug}/usage/").status_code == 200
        return len(captured)

    add()
    one = queries()
    add()
    add()
    assert queries() == one
