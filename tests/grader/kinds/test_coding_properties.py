"""Relations between an answer's own values: those of its loss, as a check of its own."""

import numpy as np
import pytest

import lossref
from grader.cases import draw
from grader.kinds.coding import check_spec
from grader.kinds.coding.properties import _is_so, _relations, _right, asked
from grader.task import read_task

WEIGHTS = {"properties": 2}


def check_of(verdict):
    return next(check for check in verdict.checks if check.name == "properties")


def task_of(name, gives="value", **options):
    parameters = [p.name for p in lossref.get(name).parameters if p.role != "hyper"]
    table = {"function": "f", "parameters": parameters, "reference": name, "gives": gives, "options": options}
    return read_task({"coding": table})


def relations(task):
    return list(_relations(task, draw(task, 1), np.random.default_rng(0)))


VALUES = [name for name in lossref.names() if lossref.get(name).gives == "value"]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", [name for name in VALUES if not lossref.get(name).coupled])
def test_every_property_of_a_loss_is_tried_on_it(name, reduction):
    task = task_of(name, reduction=reduction)
    assert {relation.word for relation in relations(task)} == set(asked(task))


@pytest.mark.parametrize("name", VALUES)
def test_a_relation_notices_values_that_break_it(name):
    task = task_of(name)
    rng = np.random.default_rng(1)
    for relation in relations(task):
        values = [_right(task, call) for call in relation.calls]
        assert _is_so(relation, values)
        noise = [-v - 1.0 - 10.0 * i - rng.random(v.shape) for i, v in enumerate(values)]
        assert relation.word == "convex_in_prediction" or not _is_so(relation, noise), relation.word


def test_a_chord_that_lies_below_is_of_no_convex_function():
    convex = next(r for r in relations(task_of("mae")) if r.word == "convex_in_prediction")
    assert not convex.holds([np.array(0.0), np.array(0.0), np.array(0.1)])
    assert convex.holds([np.array(0.0), np.array(0.0), np.array(-0.1)])


def test_right_answers_have_the_properties(graded):
    clipped = """def f(y, p):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))"""
    softmax = """def f(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)"""
    for verdict in (
        graded("mse", "def f(y, p): return np.mean((y - p) ** 2)", weights=WEIGHTS),
        graded("bce", clipped, options={"reduction": "sum"}, weights=WEIGHTS),
        graded("softmax", softmax, "x", weights=WEIGHTS),
    ):
        assert (verdict.outcome, check_of(verdict).passed) == ("correct", True)


def test_the_check_says_in_words_what_holds(graded):
    message = check_of(graded("mae", "def f(y, p): return np.mean(np.abs(y - p))", weights=WEIGHTS)).message
    assert message == (
        "These hold: no term is below 0; 0 where the prediction says what the (hard) target says; swapping target and "
        "prediction changes nothing; convex along every line of the prediction (or input); the order of the examples "
        "does not matter; adding a constant to both arguments changes nothing; scaling the arguments by c > 0 scales "
        "the value by c."
    )


def test_an_answer_that_is_right_but_for_its_properties_loses_them_alone(graded):
    source = "def f(y, p): return np.mean((y - p) ** 2) + (np.array_equal(y, p) and y.size > 6) * 0.5"
    verdict = graded("mse", source, weights={**WEIGHTS, "edge_cases": 0})
    assert (verdict.outcome, check_of(verdict).passed) == ("partial", False)
    assert check_of(verdict).message == ("This does not hold: 0 where the prediction says what the (hard) target says.")
    assert check_of(graded("mse", source, weights={**WEIGHTS, "edge_cases": 0}, partial=True)).share > 0.5


def test_properties_earn_only_where_the_values_are_right(graded):
    verdict = graded("mse", "def f(y, p): return np.mean(np.abs(y - p))", weights=WEIGHTS)
    assert (verdict.outcome, verdict.score, check_of(verdict).passed) == ("wrong", 0.0, None)


def test_a_gradient_follows_the_order_of_the_examples(graded):
    source = "def f(y, p): return 2 * (p - y) / p.size"
    assert check_of(graded("mse", source, gives="gradient", weights=WEIGHTS)).passed is True


def test_what_has_no_properties_has_no_such_check():
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "accuracy"}
    assert check_spec({"coding": coding, "weights": WEIGHTS}) == [
        "weights.properties: expected a loss with properties that can be tried; this task has none"
    ]
