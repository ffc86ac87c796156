"""The formulas whose slips are named: each is the reference, under the options that it is written for."""

import numpy as np
import pytest

import lossref
from grader.cases import draw
from grader.mistakes import View
from grader.mistakes.blunders import blunders, is_asked
from grader.mistakes.notation import Writer, evaluate, read
from grader.mistakes.textbook import GRADIENTS, METRICS, OTHERS, STEPS, VALUES
from grader.oracle import Oracle
from grader.task import TaskError, read_task

GIVEN = [(name, text) for table in (VALUES, METRICS, STEPS) for name in table for text in table[name]]
SLOPED = [(name, text) for name in GRADIENTS for text in GRADIENTS[name]]


# Hyper-parameters that stand in no formula, and options that are factors, axes or clamps.
OFF = {"label_smoothing", "eps", "smooth", "norm_degree", "k"}
ELSEWHERE = {"reduction", "axis", "log_base", "eps_policy"}


def views(name, gives):
    """Give an ordinary case under each convention, and for the slope by each argument."""
    loss = lossref.get(name)
    left_out = OFF | ({"alpha"} if "focal" in name else set())
    parameters = [p for p in loss.parameter_names if p not in left_out]
    conventions = {option: values for option, values in loss.conventions.items() if option not in ELSEWHERE}
    chosen = [{}, *({option: value} for option, values in conventions.items() for value in values[1:])]
    wrt = [{"with_respect_to": p} for p in loss.slopes] if gives == "gradient" else [{}]
    for options in ({**o, **w} for o in chosen for w in wrt):
        try:
            table = {"function": "f", "parameters": parameters, "reference": name, "gives": gives, "options": options}
            oracle = Oracle(read_task({"coding": table}))
            yield View(oracle, next(c for c in draw(oracle.task, 3) if c.group == "ordinary"))
        except TaskError:
            continue  # an option that goes with another one alone


@pytest.mark.parametrize(("name", "text"), GIVEN)
def test_a_formula_is_the_reference(name, text):
    assert any(is_asked(read(text), view) for view in views(name, lossref.get(name).gives))


@pytest.mark.parametrize(("name", "text"), SLOPED)
def test_a_slope_is_the_reference_s(name, text):
    assert any(is_asked(read(text), view) for view in views(name, "gradient"))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in OTHERS for _, text in OTHERS[name]])
def test_another_formula_is_not_the_reference(name, text):
    assert not any(is_asked(read(text), view) for view in views(name, lossref.get(name).gives))


def test_nothing_is_sought_in_formulas_of_another_convention():
    view = next(v for v in views("mean_squared_error", "value"))
    table = {
        "function": "f",
        "parameters": ["y", "p"],
        "reference": "mean_squared_error",
        "options": {"reduction": "none"},
    }
    oracle = Oracle(read_task({"coding": table}))
    assert list(blunders(view.task, view))
    assert list(blunders(view.task, View(oracle, view.case)))


def test_a_part_that_is_defined_once_is_one_part():
    formula = read("e = x - y; where(abs(e) <= 1, e**2, abs(e))")
    names = {"x": np.array([3.0, 0.5]), "y": np.zeros(2)}
    assert evaluate(formula.root, names, {}).tolist() == [3.0, 0.25]
    writer = Writer({node: name for name, node in formula.defined.items()}, {"x": "prediction"})
    assert writer.whole(formula.root) == "where(abs(e) ≤ 1, e^2, abs(e))"
    assert writer.whole(formula.defined["e"]) == "prediction − y"


def test_a_slip_is_told_in_the_candidate_s_own_names(graded):
    source = "def f(labels, q):\n    return -np.mean(labels * np.log(q) + np.log(1 - q))"
    (finding,) = graded("bce", source, "labels q").findings
    assert finding.code == "W11"
    assert finding.message == "The answer has log(1 − q) where (1 − labels)·log(1 − q) belongs."


def test_a_mistake_of_a_step_is_named_beside_its_direction(graded):
    source = "def f(w, g, v):\n    v = 0.9 * v + 0.1 * g ** 2\n    return w + 0.001 * g / (v + 1e-8), v"
    codes = {finding.code for finding in graded("rmsprop", source, "w g v", gives="step").findings}
    assert codes == {"S3", "W13"}
