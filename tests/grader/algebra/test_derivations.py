"""Derivations of the subject: every right form is proved, every wrong one refuted, every key is the derivative."""

import tomllib
from pathlib import Path

import pytest

from grader.algebra.derivative import derivative
from grader.algebra.printing import to_text
from grader.algebra.problem import Problem
from grader.algebra.service import answer

pytestmark = pytest.mark.usefixtures("own_time_only")

DERIVATIONS = tomllib.loads(Path(__file__).with_name("derivations.toml").read_text("utf-8"))["derivation"]
DIFFERENTIATED = [task for task in DERIVATIONS if "loss" in task]


def names(tasks):
    return [task["name"] for task in tasks]


def ask(task, text):
    keys = {key: task[key] for key in ("variables", "definitions", "reference") if key in task}
    return answer({**keys, "answer": text})


def test_there_are_sixty_with_three_right_and_three_wrong_forms_each():
    assert len(DERIVATIONS) >= 60
    assert len(set(names(DERIVATIONS))) == len(DERIVATIONS)
    # The key itself is a right form too.
    assert all(len({task["reference"], *task["right"]}) >= 3 and len(set(task["wrong"])) >= 3 for task in DERIVATIONS)


@pytest.mark.parametrize("task", DERIVATIONS, ids=names(DERIVATIONS))
def test_every_right_form_is_proved(task):
    results = {text: ask(task, text) for text in [task["reference"], *task["right"]]}
    assert {text: result["reason"] for text, result in results.items() if result["equivalent"] is not True} == {}
    assert all(result["reason"].startswith("proved") for result in results.values())


@pytest.mark.parametrize("task", DERIVATIONS, ids=names(DERIVATIONS))
def test_every_wrong_form_is_refuted_by_a_witness(task):
    results = {text: ask(task, text) for text in task["wrong"]}
    assert {text: result["reason"] for text, result in results.items() if result["equivalent"] is not False} == {}
    assert all(result["witness"] for result in results.values())


@pytest.mark.parametrize("task", DIFFERENTIATED, ids=names(DIFFERENTIATED))
def test_every_key_is_the_derivative_of_its_loss(task):
    problem = Problem(task["variables"], task.get("definitions"))
    tree, wrt = problem.read(task["loss"]), problem.read(task["wrt"])
    for _ in range(task.get("order", 1)):
        tree = derivative(tree, wrt, problem.definitions)
    result = ask(task, to_text(tree))
    assert result["equivalent"] is True, result["reason"]
