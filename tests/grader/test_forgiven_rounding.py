"""How far rounding is forgiven: each entry by what it was computed from, not by the largest of all inputs."""

import numpy as np
import pytest

from grader.cases import Case
from grader.oracle import Oracle
from grader.task import read_task

HUGE, ORDINARY = 1e12, 1.0


def oracle(reference, parameters, **table):
    coding = {"function": "f", "parameters": parameters.split(), "reference": reference, **table}
    return Oracle(read_task({"coding": coding}))


def judged(asked, args, change):
    case = Case("one", "extreme", tuple(map(np.array, args)))
    right = np.asarray(asked.expectation(case).value)
    return asked.judge(change(right), case).fits


@pytest.mark.parametrize(("place", "fits"), [((0, 0), True), ((0, 1), False)])
def test_an_entry_is_forgiven_by_its_own_inputs(place, fits):
    asked = oracle("mse", "y p", gives="gradient", options={"reduction": "sum"})
    y, p = [[HUGE, ORDINARY]], [[HUGE, 2.0]]

    def change(right):
        moved = right.copy()
        moved[place] += 1e-4
        return moved

    assert judged(asked, (y, p), change) is fits


@pytest.mark.parametrize(("row", "fits"), [(0, True), (1, False)])
def test_a_row_is_forgiven_by_its_own_entries(row, fits):
    asked = oracle("logsumexp", "x", rtol=0.0)
    x = [[HUGE, 0.0, 0.0], [1.0, 2.0, 3.0]]
    assert judged(asked, (x,), lambda right: right + 1e-4 * (np.arange(2) == row)) is fits


def test_a_sum_is_forgiven_by_the_largest_of_all():
    asked = oracle("mae", "y p", options={"reduction": "sum"})
    assert judged(asked, ([HUGE, 1.0], [HUGE, 2.0]), lambda right: float(right) + 1e-4)


def test_a_function_of_one_number_is_forgiven_what_its_argument_moves():
    asked = oracle("softplus", "x", atol=0.0)
    x = [-40.0, 1000.0]
    assert judged(asked, (x,), lambda right: right * (1.0 + 1e-9))
    assert not judged(asked, (x,), lambda right: np.where(right < 1e-10, 0.0, right))


NAIVE = "def f(x):\n    return np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))"


def test_relative_accuracy_is_asked_by_a_tolerance_of_zero(graded):
    # 1 + exp(−40) is 1: the logarithm gives 0 where 4e-18 is right.
    stable = NAIVE.replace("np.log(1 + ", "np.log1p(")
    assert graded("softplus", stable, "x", atol=0.0).outcome == "correct"
    assert graded("softplus", NAIVE, "x", atol=0.0).outcome == "partial"
    assert graded("softplus", NAIVE, "x").outcome == "correct"
