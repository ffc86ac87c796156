"""The roles' blueprints against the bank's own folders: what a form promises, every form holds."""

from __future__ import annotations

import functools
import random
import tomllib
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from assessments.bank.facility import predict
from assessments.bank.management import CONTENT, question_folders
from assessments.bank.models import Kind, Level
from assessments.bank.topics import TITLES
from assessments.sittings.assembly import Item, Line, Rules, assemble
from assessments.sittings.drawing import Composition
from assessments.sittings.models import AssessmentVersion
from assessments.sittings.roles import FILLED, durations, roles
from assessments.sittings.services.blueprints import compose_from_role, freeze
from tests.factories import OrganisationFactory, QuestionVersionFactory, TopicFactory

FORMS = 12
EVERY = [(role, minutes) for role in roles() for minutes in durations()]


@functools.cache
def heads() -> list[dict]:
    return [tomllib.loads((folder / "question.toml").read_text("utf-8")) for folder in question_folders(CONTENT)]


def test_the_four_roles_are_there_at_three_lengths() -> None:
    assert list(roles()) == ["data_scientist", "machine_learning_engineer", "deep_learning_engineer", "ai_engineer"]
    assert durations() == [30, 60, 90]


@pytest.mark.parametrize("slug", roles())
def test_a_role_names_known_topics_kinds_and_levels_and_shares_all_of_a_form_out(slug: str) -> None:
    role = roles()[slug]
    assert set(role.shares) <= set(TITLES)
    assert sum(role.shares.values()) == 100
    cells = [cell for minutes in durations() for cell in role.cells(minutes)]
    assert {cell.kind for cell in cells} <= set(Kind.values)
    assert {cell.level for cell in cells} <= {"", *Level.values}
    # What the sections do not list would be left out without a word.
    assert {cell.kind for cell in role.cells(90)} == {
        kind for kind, row in role.table.items() if any(n[2] for n in row.values())
    }


@pytest.mark.parametrize("slug", roles())
def test_every_length_asks_at_each_level_and_a_longer_one_asks_more(slug: str) -> None:
    role = roles()[slug]
    for minutes in durations():
        assert {cell.level for cell in role.cells(minutes)} >= set(Level.values)
    counts = [sum(cell.count for cell in role.cells(minutes)) for minutes in durations()]
    assert counts == sorted(set(counts))


@pytest.mark.parametrize(("slug", "minutes"), EVERY)
def test_forms_from_the_banks_folders_hold_coverage_minutes_and_difficulty(slug: str, minutes: int) -> None:
    """With answers that lie as far from the expectation as real ones do."""
    rng = random.Random(f"{slug} {minutes}")
    bank = [
        (head, predict(head["kind"], head["level"], (min(1.0, max(0.0, rng.gauss(0.57, 0.2))), 50)).mean)
        for head in heads()
    ]
    role = roles()[slug]
    lines = [Line(cell.count, fitting(bank, cell, set(role.shares)), cell.weight) for cell in role.cells(minutes)]
    points = sum(line.count * line.weight for line in lines)
    target = (
        sum(line.count * line.weight * sum(bank[p][1] for p in line.fits) / len(line.fits) for line in lines) / points
    )
    rules = Rules(role.topics(minutes), (FILLED * minutes, minutes), (target - 0.03, target + 0.03))
    for _ in range(FORMS):
        items = [Item(frozenset(head["topics"]), head["minutes"], mean, rng.random()) for head, mean in bank]
        form = assemble(items, lines, rules)
        assert not any(form.short_lines)
        assert not any(form.short_topics.values())
        taken = [place for places in form.lines for place in places]
        covered = Counter(topic for place in taken for topic in bank[place][0]["topics"])
        assert all(covered[topic] >= count for topic, count in role.topics(minutes).items())
        assert FILLED * minutes <= sum(bank[place][0]["minutes"] for place in taken) <= minutes
        pairs = zip(lines, form.lines, strict=True)
        score = sum(line.weight * bank[place][1] for line, places in pairs for place in places) / points
        assert abs(score - target) <= 0.03 + 1e-6


def fitting(bank, cell, topics) -> list[int]:
    return [
        place
        for place, (head, _) in enumerate(bank)
        if head["kind"] == cell.kind and cell.level in {"", head["level"]} and topics & set(head["topics"])
    ]


@pytest.fixture
def topics(db):
    return {slug: TopicFactory(slug=slug) for slug in TITLES}


def fill(organisation, role, minutes, topics) -> None:
    """Write a bank that is just large enough for one form of a role."""
    shares = list(role.shares)
    for cell in role.cells(minutes):
        for _ in range(cell.count):
            QuestionVersionFactory(
                question__organisation=organisation,
                kind=cell.kind,
                level=cell.level or "apply",
                minutes=4,
                topics=[topics[slug] for slug in shares],
            )


def test_a_role_becomes_an_assessment_of_ordinary_sections_lines_and_rules(topics) -> None:
    organisation, role = OrganisationFactory(), roles()["data_scientist"]
    fill(organisation, role, 30, topics)
    version = compose_from_role(organisation=organisation, user=None, role=role, minutes=30)
    assert (version.minutes, version.least_minutes) == (30, 27)
    assert [section.title for section in version.sections.all()] == ["Concepts", "Calculations and derivations", "Code"]
    lines = [(d.kind, d.level, d.count, d.weight) for s in version.sections.all() for d in s.draws.all()]
    assert lines == [(c.kind, c.level, c.count, c.weight) for c in role.cells(30)]
    assert {rule.topic.slug: rule.at_least for rule in version.topic_rules.all()} == role.topics(30)
    composition = Composition(version)
    (problem,) = composition.problems()
    assert problem.startswith("Minutes: asks for questions of 27 to 30 minutes together; the nearest form is 2 off.")
    assert abs(composition.sample.facility - version.target_facility) <= 0.005


def test_a_role_on_a_bank_that_lacks_a_cell_says_which(topics) -> None:
    version = compose_from_role(
        organisation=OrganisationFactory(), user=None, role=roles()["data_scientist"], minutes=30
    )
    problems = Composition(version).problems()
    assert "Section «Code», line 1: asks for 1 of Coding, Apply; the bank has 0 left to give." in problems
    assert any(line.startswith("Topic «Regression»: asks for at least 1; 0 can be had") for line in problems)
    with pytest.raises(ValidationError, match="asks for 1 of Coding, Apply"):
        freeze(version=version)


def test_trying_the_blueprints_says_what_is_short_and_leaves_nothing_behind(topics, capsys) -> None:
    OrganisationFactory(is_library=True)
    with pytest.raises(CommandError, match="10 forms do not hold their blueprint"):
        call_command("try_blueprints", "--role", "ai_engineer", "--minutes", "30", "--forms", "10")
    assert "10 of 10: Section «Code», line 1: asks for 1 of Coding, Apply" in capsys.readouterr().out
    assert not AssessmentVersion.objects.exists()
