from __future__ import annotations

import random

import pytest
from django.utils import timezone

from assessments.bank.facility import SPREAD, prior
from assessments.bank.models import GradingSpec, ItemStatistics, State
from assessments.sittings.drawing import FACILITY_WINDOW, Composition, NotEnoughQuestions, draw_form, eligible
from assessments.sittings.models import Draw, TopicRule
from tests.assessments.sittings.conftest import blueprint
from tests.factories import (
    AssessmentVersionFactory,
    AttemptItemFactory,
    CandidateFactory,
    OrganisationFactory,
    QuestionVersionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return AssessmentVersionFactory(draws=False)


def question(version, **fields):
    return QuestionVersionFactory(question__organisation=version.assessment.organisation, **fields)


def draw(version, position=1, **fields):
    return Draw.objects.create(section=version.sections.get(), position=position, **fields)


def drawn(version, seed=1):
    return [found.version for found in draw_form(version, random.Random(seed)).questions]


def test_only_published_certified_questions_of_ones_own_or_of_the_library_are_eligible(version):
    own = question(version)
    library = QuestionVersionFactory(question__organisation=OrganisationFactory(is_library=True))
    QuestionVersionFactory()
    question(version, state=State.IN_REVIEW)
    uncertified = question(version)
    GradingSpec.objects.filter(version=uncertified).update(live=False)
    assert set(eligible(version.assessment.organisation)) == {own, library}


def test_a_random_draw_takes_what_fits_topic_kind_and_level(version):
    wanted = question(version, kind="choice", level="judge", topics=[TopicFactory(slug="margin")])
    question(version, kind="choice", level="judge", topics=[TopicFactory(slug="binary")])
    question(version, kind="numeric", level="judge", topics=[TopicFactory(slug="margin")])
    question(version, kind="choice", level="recall", topics=[TopicFactory(slug="margin")])
    draw(version, topic=TopicFactory(slug="margin"), kind="choice", level="judge")
    assert drawn(version) == [wanted]


def test_no_question_comes_twice_and_a_wide_draw_leaves_the_narrow_one_its_only_question(version):
    only_choice = question(version, kind="choice")
    others = {question(version) for _ in range(3)}
    draw(version, 1, count=3)
    draw(version, 2, kind="choice")
    for seed in range(20):
        found = drawn(version, seed)
        assert found[3] == only_choice
        assert set(found[:3]) == others


def test_different_candidates_get_different_questions(version):
    for _ in range(6):
        question(version)
    draw(version, count=2)
    assert len({tuple(found.pk for found in drawn(version, seed)) for seed in range(20)}) > 5


def test_a_bank_that_is_too_small_is_told_by_line_and_draws_nothing(version):
    question(version, kind="choice")
    draw(version, 1, kind="choice", count=2)
    sentence = "Section «Section», line 1: asks for 2 of Choice; the bank has 1 left to give."
    assert Composition(version).problems() == [sentence]
    with pytest.raises(NotEnoughQuestions) as caught:
        drawn(version)
    assert caught.value.problems == [sentence]


def test_questions_of_the_practice_test_are_not_drawn_at_random_since_it_gives_their_answers(version):
    organisation = version.assessment.organisation
    blueprint("numeric", organisation=organisation, practice=True)
    fresh = question(version)
    draw(version)
    assert {tuple(drawn(version, seed)) for seed in range(10)} == {(fresh,)}


def test_where_topics_have_rules_every_form_holds_them_and_random_draws_keep_to_them(version):
    topics = [TopicFactory(slug=slug) for slug in ("margin", "binary", "metrics")]
    for topic in topics:
        for _ in range(4):
            question(version, topics=[topic])
    draw(version, count=4)
    TopicRule.objects.create(version=version, topic=topics[0], at_least=3)
    TopicRule.objects.create(version=version, topic=topics[1], at_least=0)
    for seed in range(10):
        slugs = [topic.slug for found in drawn(version, seed) for topic in found.topics.all()]
        assert slugs.count("margin") >= 3
        assert "metrics" not in slugs


def test_a_topic_that_runs_short_is_told_with_what_the_lines_could_draw_and_nobody_is_turned_away(version):
    margin, binary = TopicFactory(slug="margin"), TopicFactory(slug="binary")
    question(version, kind="choice", level="recall", topics=[margin])
    question(version, kind="choice", level="apply", topics=[margin])
    question(version, kind="choice", level="apply", topics=[binary])
    draw(version, kind="choice", count=2)
    TopicRule.objects.create(version=version, topic=margin, at_least=2)
    TopicRule.objects.create(version=version, topic=binary, at_least=1)
    form = draw_form(version, random.Random(1))
    assert len(form.questions) == 2
    (told,) = form.imbalances
    rest = "can be had beside the other rules. Of what the lines draw, the bank has 1 Choice · Apply"
    assert told in {
        f"Topic «Margin»: asks for at least 2; 1 {rest}, 1 Choice · Recall.",
        f"Topic «Binary»: asks for at least 1; 0 {rest}.",
    }


def test_forms_keep_to_the_minutes_and_the_expected_score_that_are_asked_for(version):
    for minutes in (2, 4, 6):
        for facility in (0.1, 0.9):
            for _ in range(3):
                row = question(version, minutes=minutes)
                ItemStatistics.objects.create(version=row, facility=facility, n=500, measured_at=timezone.now())
    draw(version, count=4)
    version.minutes, version.least_minutes, version.target_facility = 20, 18, 0.5
    forms = [draw_form(version, random.Random(seed)) for seed in range(10)]
    assert {form.minutes for form in forms} <= {18, 20}
    assert all(abs(form.facility - 0.5) <= FACILITY_WINDOW + 1e-6 for form in forms)
    assert [form.imbalances for form in forms] == [[]] * 10
    version.target_facility = 0.99
    assert Composition(version).problems()[-1].startswith("Difficulty: asks for an expected mean score of 99%")


def test_the_expected_score_moves_from_kind_and_level_to_what_was_seen(version):
    row = question(version, kind="choice", level="recall")
    draw(version, kind="choice")
    before = Composition(version).sample
    assert before.facility == prior("choice", "recall")
    ItemStatistics.objects.create(version=row, facility=0.2, n=10_000, measured_at=timezone.now())
    after = Composition(version).sample
    assert after.facility == pytest.approx(0.2, abs=0.002)
    assert after.facility_sd < 0.01 < before.facility_sd == SPREAD


def test_who_comes_back_gets_what_they_have_not_seen(version):
    seen, fresh = question(version), question(version)
    draw(version)
    attempt = AttemptItemFactory(attempt__invitation__version=version, response__version=seen).attempt
    same, other = attempt.invitation.candidate, CandidateFactory(organisation=version.assessment.organisation)
    rng = random.Random(0)
    assert {draw_form(version, rng, same).questions[0].version for _ in range(10)} == {fresh}
    assert {draw_form(version, rng, other).questions[0].version for _ in range(40)} == {seen, fresh}


def test_what_was_asked_often_is_asked_less(version):
    often, seldom = question(version), question(version)
    draw(version)
    for _ in range(8):
        AttemptItemFactory(attempt__invitation__version=version, response__version=often)
    rng = random.Random(0)
    assert {draw_form(version, rng).questions[0].version for _ in range(10)} == {seldom}


def test_a_draw_costs_the_same_queries_whatever_it_draws(version, django_assert_num_queries):
    for _ in range(20):
        question(version)
    draw(version, count=3)
    candidate = CandidateFactory(organisation=version.assessment.organisation)
    with django_assert_num_queries(8):
        draw_form(version, random.Random(1), candidate)
    draw(version, 2, count=15)
    with django_assert_num_queries(8):
        draw_form(version, random.Random(1), candidate)
