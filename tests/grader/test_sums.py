"""The sums that single parts of are named: each of them is the reference."""

import numpy as np
import pytest

import lossref
from grader.cases import draw
from grader.mistakes import View
from grader.mistakes.sums import SUMS
from grader.oracle import Oracle
from grader.task import read_task

PINNED = {"poisson_nll": {"log_input": False}}


def tasks():
    """Give an oracle for each loss, and for the gradient by each argument."""
    for name in lossref.names():
        loss = lossref.get(name)
        parameters = [each for each in loss.parameter_names if each not in {"label_smoothing", "eps"}]
        table = {"function": "f", "parameters": parameters, "reference": name}
        if loss.gives == "value":
            yield from (Oracle(read_task({"coding": {**table, "options": o}})) for o in ({}, PINNED.get(name, {})))
        for wrt in loss.slopes:
            options = {"with_respect_to": wrt}
            yield Oracle(read_task({"coding": {**table, "gives": "gradient", "options": options}}))


ORACLES = tuple(tasks())


@pytest.mark.parametrize("place", range(len(SUMS)))
def test_the_parts_of_a_sum_come_to_the_reference(place):
    own = SUMS[place]
    asked = [oracle for oracle in ORACLES if own.applies(oracle.task)]
    assert asked
    whole = own.changed(0, 1.0)
    for oracle in asked:
        for case in draw(oracle.task, 3):
            if case.group == "ordinary":
                view = View(oracle, case)
                np.testing.assert_allclose(whole(view), view.expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("place", range(len(SUMS)))
def test_each_part_is_named_once(place):
    words = [part.words for part in SUMS[place].parts]
    assert len(set(words)) == len(words)
