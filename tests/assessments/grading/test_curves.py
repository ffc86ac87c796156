"""Curves of a training as figures: what is drawn, on which scale, and what the table beside says."""

from __future__ import annotations

import copy
import json

import pytest

from assessments.grading import curves
from grader.verdict import jsonable

NAN, INF = float("nan"), float("inf")
RUN = {
    "loss_steps": [0, 1, 2, 3],
    "loss": [4.0, 3.0, 2.0, 1.0],
    "norm_steps": [0, 1, 2],
    "norm": [1.0, 0.1, 0.0],
    "held_out_steps": [0, 3],
    "held_out_loss": [5.0, 2.0],
    "held_out_metric": [0.2, 0.8],
}
RECORD = {
    "trained": "A model.",
    "metric": {
        "name": "accuracy",
        "goal": "higher",
        "start": 0.2,
        "answer": 0.8,
        "reference": 0.9,
        "share": 0.857,
        "asked": 0.9,
    },
    "convergence": {"share": 1.0, "asked": 0.9},
    "answer": RUN,
    "reference": {**RUN},
    "diagnosis": {"code": "plateau", "name": "training stands still", "sentence": "It stands.", "evidence": {}},
}


def training(*, told=(), **changes) -> curves.Training:
    """Read a record as it comes out of the database: JSON, in which no number is infinite."""
    record = copy.deepcopy(RECORD)
    record["answer"] |= changes
    found = curves.of(json.loads(json.dumps({"training": jsonable(record)}, allow_nan=False)), told=told)
    assert found is not None
    return found


def test_a_verdict_without_training_has_no_curves():
    assert curves.of({"checks": [], "training": None}) is None
    assert curves.of({}) is None


def test_four_figures_of_two_curves_each_with_the_numbers_beside():
    figures = training().figures
    assert [figure.title for figure in figures] == [
        "Loss of the answer",
        "Loss of the reference run",
        "Held-out accuracy",
        "Length of the gradient",
    ]
    loss = figures[0]
    assert [line.label for line in loss.lines] == ["training data", "held-out data"]
    assert loss.rows == (("0", "4", "5"), ("1", "3", "5"), ("2", "2", "2"), ("3", "1", "2"))
    assert loss.y_label == "loss"
    assert "4 at the start, 1 at its lowest (step 3), 1 at the end (step 3)" in loss.description


def test_values_over_many_orders_of_magnitude_are_drawn_by_their_logarithms_and_told_as_they_are():
    loss = training(loss=[1.0, 1e3, 1e6, 1e9]).figures[0]
    assert loss.y_label == "log₁₀ loss"
    assert loss.rows[-1][1] == "1·10⁹"
    assert loss.lines[0].path.count("L") == 1


def test_values_below_0_are_never_drawn_by_their_logarithms():
    assert training(loss=[-1e6, -1.0, 1.0, 1e6]).figures[0].y_label == "loss"


def test_a_run_that_ended_early_has_no_numbers_after_its_end():
    early = {"held_out_steps": [0], "held_out_loss": [5.0], "held_out_metric": [0.2]}
    figures = training(loss_steps=[0, 1], loss=[4.0, NAN], **early).figures
    assert figures[0].rows == (("0", "4", "5"), ("1", "NaN", "–"))
    assert figures[2].rows[-1] == ("3", "–", "0.8")
    assert figures[2].lines[0].path == ""


def test_what_is_not_finite_breaks_the_curve():
    line = training(loss=[4.0, 3.0, INF, 1.0]).figures[0].lines[0]
    assert line.path.count("M") == 1


@pytest.mark.parametrize(
    ("share", "words"), [(0.857, "86 %"), (-3.0, "less than 0 %"), (float("-inf"), "less than 0 %")]
)
def test_shares_are_told_in_per_cent(share, words):
    record = copy.deepcopy(RECORD)
    record["metric"]["share"] = share
    found = curves.of({"training": jsonable(record)})
    assert dict(found.facts)["Gain"] == f"{words} of the reference run's; 90 % are asked"


def test_a_diagnosis_that_stands_among_the_findings_is_not_told_twice():
    assert training().sentence == "It stands."
    assert training(told={"plateau"}).sentence == ""


def test_figures_of_two_trainings_have_ids_of_their_own():
    trainings = [training(loss=[4.0, 3.0, 2.0, last]) for last in (1.0, 0.5)]
    keys = [figure.key for one in trainings for figure in one.figures]
    assert len(set(keys)) == len(keys)
