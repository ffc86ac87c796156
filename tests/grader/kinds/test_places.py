"""Ordering and matching: every place counts by itself, and one may be left open."""

import json

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.kinds import matching, ordering
from grader.kinds.specs import fixed_order, is_shuffled

ITEMS = {"ordering": {"items": ["a", "b", "c", "d"]}}
NEIGHBOURS = {"ordering": {**ITEMS["ordering"], "credit": "adjacent"}}
PAIRS = {"matching": {"pairs": [["1", "one"], {"left": "2", "right": "two"}, ["3", "three"], ["4", "four"]]}}


def graded(spec, answer):
    kind = next(iter(spec))
    return Grader().grade(GradeRequest(kind=kind, spec=spec, answer=answer, seed=0))


@pytest.mark.parametrize(
    ("spec", "answer", "outcome", "score"),
    [
        (ITEMS, [0, 1, 2, 3], "correct", 1.0),
        (ITEMS, [0, 1, 3, 2], "partial", 0.5),
        (ITEMS, [1, 2, 3, 0], "wrong", 0.0),
        (ITEMS, [0, None, None, None], "partial", 0.25),
        (NEIGHBOURS, [1, 2, 3, 0], "partial", 2 / 3),
        (NEIGHBOURS, [0, None, 1, 2], "partial", 1 / 3),
        (PAIRS, [0, 1, 2, 3], "correct", 1.0),
        (PAIRS, [0, 1, 3, 2], "partial", 0.5),
        (PAIRS, [None, 1, None, None], "partial", 0.25),
        (PAIRS, [None, None, None, None], "wrong", 0.0),
    ],
)
def test_each_place_counts_and_an_open_one_earns_nothing(spec, answer, outcome, score):
    verdict = graded(spec, json.dumps(answer))
    assert (verdict.outcome, verdict.score) == (outcome, pytest.approx(score))


@pytest.mark.parametrize("spec", [ITEMS, PAIRS])
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("[0, 1, 2]", "all 4|each of the 4"),
        ("[0, 0, 1, 2]", "named once"),
        ("[0, 1, 2, 4]", "from 0 to 3"),
        ("[0, 1, 2, true]", "a JSON list"),
        ("0 1 2 3", "a JSON list"),
        ("", "nothing"),
        ("[" * 5_000, "a JSON list"),
    ],
)
def test_what_is_no_arrangement_is_rejected_in_words(spec, answer, told):
    verdict = graded(spec, answer)
    assert verdict.outcome == "rejected"
    assert any(words in verdict.checks[0].message for words in told.split("|"))


def test_more_entries_than_letters_are_refused():
    many = [str(number) for number in range(27)]
    assert "2 to 26" in ordering.check_spec({"ordering": {"items": many}})[0]
    assert "2 to 26" in matching.check_spec({"matching": {"pairs": [[item, item] for item in many]}})[0]


@pytest.mark.parametrize(
    ("kind", "spec", "order"),
    [
        (ordering, {"ordering": {"items": ["warm up", "Train", "stop"], "shuffle": False}}, [2, 1, 0]),
        (ordering, {"ordering": {"items": ["step 9", "step 10", "a step"], "shuffle": False}}, [2, 0, 1]),
        (matching, {"matching": {"pairs": [["a", "z"], {"right": "b", "left": "x"}], "shuffle": False}}, [1, 0]),
    ],
)
def test_what_is_not_shuffled_stands_by_its_text_and_never_as_its_key(kind, spec, order):
    name = next(iter(spec))
    assert (kind.check_spec(spec), fixed_order(name, spec), is_shuffled(name, spec)) == ([], order, False)


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        (ordering, {"ordering": {"items": ["9", "10"], "shuffle": False}}, "they stand as the key has them"),
        (matching, {"matching": {"pairs": [["b", "A"], ["a", "b"]], "shuffle": False}}, "they stand as the key has"),
        (ordering, {"ordering": {"items": ["b", "a"], "shuffle": "no"}}, "expected true or false, got 'no'"),
    ],
)
def test_a_locked_order_that_gives_the_key_away_is_refused(kind, spec, told):
    (problem,) = kind.check_spec(spec)
    assert told in problem
