"""Ordering and matching as a candidate meets them: lettered entries in an order of one's own, a select a place."""

from __future__ import annotations

import re

import pytest

from assessments.bank.widgets import places_answer, places_of
from assessments.grading.models import Purpose
from tests.assessments.sittings.conftest import begin, blueprint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["ordering", "matching"])
def test_the_entries_are_shown_in_an_order_of_each_attempts_own(kind):
    version = blueprint(kind)
    orders = {tuple(begin(version).item().option_order) for _ in range(20)}
    assert len(orders) > 1
    sitting = begin(version)
    page = sitting.get("question", 1).text
    shown = re.findall(r'<option value="(\d+)">([A-Z])</option>', page.split("</select>")[0])
    assert [int(index) for index, _ in shown] == sitting.item().option_order
    assert [letter for _, letter in shown] == sorted(letter for _, letter in shown)


@pytest.mark.parametrize("kind", ["ordering", "matching"])
def test_what_was_chosen_is_submitted_and_stands_there_again(kind):
    sitting = begin(blueprint(kind))
    places = ["2", "", *["0", "1"][: len(sitting.item().option_order) - 2]]
    data = {"place": places, "base": 0, "tab": sitting.tab}
    assert sitting.client.post(sitting.url("submit", 1), data, headers={"HX-Request": "true"}).status_code == 200
    answer = sitting.item().response.submissions.get(purpose=Purpose.FINAL).answer
    assert places_of(answer) == [int(place) if place else None for place in places]
    page = sitting.get("question", 1).text
    selected = [re.search(r'<option value="(\d+)" selected>', select) for select in page.split("<select")[1:]]
    assert [found and found[1] for found in selected] == [place or None for place in places]


def test_a_right_order_by_hand_is_graded_by_the_spec_and_not_by_the_page():
    assert places_answer(["0", "1", "2"]) == "[0, 1, 2]"
    assert places_answer(["", "x", "-1"]) == ""
    assert places_of(places_answer(["", "1"])) == [None, 1]


@pytest.mark.parametrize("kind", ["ordering", "matching"])
def test_a_locked_order_is_everybodys_and_not_the_key(kind):
    table = {"ordering": {"items": ["b", "c", "a"]}, "matching": {"pairs": [["1", "b"], ["2", "c"], ["3", "a"]]}}[kind]
    version = blueprint(kind, spec={kind: {**table, "shuffle": False}})
    assert {tuple(begin(version).item().option_order) for _ in range(8)} == {(2, 0, 1)}
