from __future__ import annotations

import random

import pytest

from assessments.bank.models import GradingSpec, State
from assessments.sittings.drawing import Composition, NotEnoughQuestions, draw_form, eligible
from assessments.sittings.models import Draw
from tests.assessments.sittings.conftest import blueprint
from tests.factories import AssessmentVersionFactory, OrganisationFactory, QuestionVersionFactory, TopicFactory

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
