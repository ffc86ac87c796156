"""The catalogue as a whole; what mistakes look like in code stands in corpus/."""

import numpy as np
import pytest

from grader.cases import draw
from grader.kill_matrix import results
from grader.mistakes import CATALOGUE, View, applicable, diagnose
from grader.observations import Observation
from grader.oracle import Oracle
from grader.sandbox import CallOutcome
from grader.task import read_task

EIGHT = (
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
    "hinge",
)


def task(name, **table):
    import lossref

    parameters = [p.name for p in lossref.get(name).parameters if p.role != "hyper" or p.name == "delta"]
    return read_task({"coding": {"function": "f", "parameters": parameters, "reference": name, **table}})


def observe(oracle, cases, answer):
    answers = [answer(case) for case in cases]
    return [Observation(c, CallOutcome("ok", value=a), oracle.judge(a, c)) for c, a in zip(cases, answers, strict=True)]


@pytest.mark.parametrize("gives", ["value", "gradient"])
@pytest.mark.parametrize("name", EIGHT)
def test_every_applicable_mistake_fails_and_is_told_apart(name, gives):
    from grader.contract import GradeRequest

    asked = task(name, gives=gives)
    table = {"function": "f", "parameters": list(asked.parameters), "reference": name, "gives": gives}
    request = GradeRequest(kind="coding", spec={"coding": table}, answer="", seed=0)
    seen = {(m.code, m.name): result for m, result in results(request, range(4), None)}
    assert {key: result for key, result in seen.items() if result in {"survives", "unnamed"}} == {}
    assert sum(result == "named" for result in seen.values()) >= (8 if gives == "value" else 3)


@pytest.mark.parametrize("name", EIGHT)
def test_the_reference_itself_is_never_accused(name):
    for gives in ("value", "gradient"):
        oracle = Oracle(task(name, gives=gives))
        for seed in range(5):
            cases = draw(oracle.task, seed)
            right = {case: oracle.expectation(case).value for case in cases}
            assert diagnose(oracle, observe(oracle, cases, right.get)) == ()


@pytest.mark.parametrize("name", EIGHT)
def test_wrong_numbers_that_no_mistake_explains_get_no_name(name):
    oracle = Oracle(task(name))
    rng = np.random.default_rng(0)
    for seed in range(5):
        cases = draw(oracle.task, seed)
        noise = {case: 1.0 + 0.3 * rng.random() for case in cases}
        observed = observe(oracle, cases, lambda case, noise=noise: float(oracle.expectation(case).value * noise[case]))
        assert diagnose(oracle, observed) == ()


def test_a_mistake_on_all_ordinary_cases_but_one_is_not_named():
    oracle = Oracle(task("mse"))
    cases = draw(oracle.task, 1)
    odd = next(case for case in cases if case.group == "ordinary" and case.shape == cases[5].shape)

    def answer(case):
        value = float(oracle.expectation(case).value)
        return value if case is odd else 2.0 * value

    assert diagnose(oracle, observe(oracle, cases, answer)) == ()


def test_two_mistakes_at_once_are_both_named_with_their_numbers():
    oracle = Oracle(task("bce"))
    cases = draw(oracle.task, 1)

    def answer(case):
        return float(oracle.expectation(case).value) * case.args[0].size / np.log(2)

    found = diagnose(oracle, observe(oracle, cases, answer))
    assert [finding.code for finding in found] == ["R1", "L1"]
    first = found[0].evidence["first"][0]
    assert first["answer"] == pytest.approx(first["mistake_gives"])
    assert first["right"] != first["answer"]
    assert found[0].evidence["cases"] == 18


def test_what_the_spec_leaves_open_is_no_mistake():
    codes = {mistake.code for mistake in applicable(task("mse", open=["reduction", "half"]))}
    assert codes & {"R1", "R2", "R5", "R6"} == set()
    assert {"S1", "X4"} <= codes


def test_every_mistake_has_a_code_a_name_and_a_sentence():
    for mistake in CATALOGUE:
        assert mistake.code[0] in "RLSAEOXDGMWP"
        assert mistake.name
        assert mistake.sentence.endswith(".")


def test_transformations_leave_the_case_as_it_is():
    oracle = Oracle(task("categorical_cross_entropy_with_logits"))
    for case in draw(oracle.task, 1):
        before = [np.copy(argument) for argument in case.args]
        with np.errstate(all="ignore"):
            for mistake in applicable(oracle.task):
                mistake.predict(View(oracle, case))
        assert all(map(np.array_equal, before, case.args))
