"""Training labs: what a right and a wrong loss come to, and that nothing an answer does gets past its checks."""

from __future__ import annotations

import json

import pytest

from grader.contract import GradeRequest
from grader.verdict import Outcome, Verdict

TABLE = {
    "scenario": "outliers",
    "function": "huber",
    "reference": "huber",
    "options": {"delta": 1.0},
    "pinned": True,
    "thresholds": {"convergence": 0.9, "held_out": 0.9},
}
OPEN = {**TABLE, "pinned": False}
HEAD = "import numpy as np\n\ndef huber(y_true, y_pred):\n    r = y_pred - y_true\n"
HUBER = (
    HEAD
    + """    small = np.abs(r) <= 1
    return np.mean(np.where(small, r**2 / 2, np.abs(r) - 0.5)), np.where(small, r, np.sign(r)) / r.size
"""
)
SUMMED = HUBER.replace("np.mean", "np.sum").replace(" / r.size", "")
ABSOLUTE = HEAD + "    return np.mean(np.abs(r)), np.sign(r) / r.size\n"
SQUARED = HEAD + "    return np.mean(r**2), 2 * r / r.size\n"
RATES = {
    "scenario": "long_valley",
    "thresholds": {"convergence": 0.9, "held_out": 0.9},
    "choice": [
        {"text": "0.001", "loss": "mean_squared_error", "learning_rate": 0.001, "feedback": "Too slow."},
        {"text": "0.4", "loss": "mean_squared_error", "learning_rate": 0.4, "right": True},
        {"text": "1.3", "loss": "mean_squared_error", "learning_rate": 1.3},
    ],
}


@pytest.fixture
def judged(grader):
    def judge(answer: str, table=TABLE, *, seed: int = 7, mode="full", **tables) -> Verdict:
        return grader.decide(GradeRequest("lab", {"lab": table, **tables}, answer, seed, mode))

    return judge


def passed(verdict: Verdict) -> dict[str, bool | None]:
    return {check.name: check.passed for check in verdict.checks}


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("seed", range(6))
def test_the_named_loss_is_correct_on_every_seed(judged, seed):
    verdict = judged(HUBER, seed=seed)
    assert verdict.outcome is Outcome.CORRECT
    assert passed(verdict) == {"correctness": True, "convergence": True, "held_out": True}
    assert verdict.findings == ()
    assert verdict.training["diagnosis"]["code"] == "fine"


def test_a_sum_is_named_diverges_and_earns_nothing(judged):
    verdict = judged(SUMMED)
    assert (verdict.outcome, verdict.score) == (Outcome.WRONG, 0.0)
    assert {"R1", "G1", "diverged"} <= set(codes(verdict))
    assert passed(verdict) == {"correctness": False, "convergence": None, "held_out": None}


def test_another_loss_is_wrong_where_the_statement_names_one_and_right_where_it_is_free(judged):
    assert judged(ABSOLUTE).outcome is Outcome.WRONG
    assert judged(ABSOLUTE, OPEN).outcome is Outcome.CORRECT


def test_a_loss_that_aims_elsewhere_earns_its_gradient_and_no_more(judged):
    verdict = judged(SQUARED, OPEN)
    assert (verdict.outcome, verdict.score) == (Outcome.PARTIAL, 0.6)
    assert passed(verdict) == {"correctness": True, "convergence": True, "held_out": False}
    assert codes(verdict) == ["off_target"]
    assert "aims at another quantity" in verdict.findings[0].recruiter


def test_weights_are_the_authors(judged):
    verdict = judged(SQUARED, OPEN, weights={"correctness": 1, "convergence": 1, "held_out": 8})
    assert verdict.score == pytest.approx(0.2)


@pytest.mark.parametrize("seed", range(4))
def test_a_gradient_that_is_not_the_slope_of_its_value_is_wrong(judged, seed):
    verdict = judged(ABSOLUTE.replace("np.sign(r) / r.size", "0.9 * np.sign(r) / r.size"), OPEN, seed=seed)
    assert verdict.outcome is Outcome.WRONG
    assert "not the slope of the value" in verdict.checks[0].message


@pytest.mark.parametrize("seed", range(20))
def test_a_kink_beside_a_batch_is_no_reason_to_call_a_gradient_wrong(judged, seed):
    rounded = HEAD + "    r = np.round(r, 4)\n    return np.mean(np.abs(r)), np.sign(r) / r.size\n"
    body = "    k = np.abs(r)\n    return np.maximum(k, 3 * k - 2).mean(), np.sign(r) * (1 + 2 * (k > 1)) / r.size\n"
    steps = HEAD + body
    assert passed(judged(steps, OPEN, seed=seed))["correctness"] is True
    assert passed(judged(rounded, OPEN, seed=seed))["correctness"] is False


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ("None", "got None"),
        ("1.0", "got one float"),
        ("1.0, 2.0, 3.0", "got 3 of them"),
        ("np.abs(r), r", "the value: expected one number"),
        ("1.0, 1.0", "the gradient: expected the shape"),
        ("1.0, r[:, None]", "the gradient: expected the shape"),
        ("1.0, r * 1j", "the gradient: expected real numbers"),
        ("'1.0', r", "the value: expected a number"),
        ("1.0, {'r': 1}", "the gradient: expected a number or an array"),
        ("object(), r", "expected two things"),
    ],
)
def test_what_is_no_pair_of_value_and_gradient_is_told_in_words(judged, returned, told):
    verdict = judged(HEAD + f"    return {returned}\n", OPEN)
    assert verdict.outcome is Outcome.WRONG
    assert told in verdict.checks[0].message
    assert verdict.training is None


@pytest.mark.parametrize(
    ("source", "outcome", "told"),
    [
        ("def huber(y_true, y_pred):\n    raise ValueError(str(y_true))\n", "runtime_error", "ValueError on line 2"),
        ("raise KeyError('secret')\n", "runtime_error", "KeyError on line 1"),
        ("def huber(y_true, y_pred:\n", "rejected", "not valid Python"),
        ("def huber(y_true):\n    return 0\n", "rejected", "called with 2 arguments"),
        ("def other(y_true, y_pred):\n    return 0\n", "rejected", "named 'huber'"),
        ("import os\ndef huber(y_true, y_pred):\n    os._exit(0)\n", "runtime_error", "the process ended"),
        ("def huber(y_true, y_pred):\n    return [0] * 10**10, y_true\n", "memory_limit", "MiB of memory"),
        ("def huber(y_true, y_pred):\n    print('x' * 10**7)\n", "output_limit", "KiB were printed"),
    ],
)
def test_faults_are_told_without_the_answers_own_text(judged, source, outcome, told):
    verdict = judged(source)
    assert (str(verdict.outcome), verdict.score) == (outcome, 0.0)
    assert told in verdict.checks[0].message
    assert "secret" not in json.dumps(verdict.to_json())
    assert "[" not in verdict.checks[0].message


def test_a_loop_without_end_meets_the_limit(grader):
    from grader.contract import Limits

    source = "def huber(y_true, y_pred):\n    while True:\n        pass\n"
    request = GradeRequest("lab", {"lab": TABLE}, source, 7, limits=Limits(case_seconds=0.3, total_seconds=1.0))
    assert grader.decide(request).outcome is Outcome.TIME_LIMIT


AFTER = """import numpy as np
calls = 0

def huber(y_true, y_pred):
    global calls
    calls += 1
    r = y_pred - y_true
"""


@pytest.mark.parametrize(
    ("turn", "outcome", "told"),
    [
        ("1 / 0", "runtime_error", "ZeroDivisionError on line 9 (at call 41"),
        ("return None", "wrong", "In training: expected two things"),
        ("return 1.0, r[:-1]", "wrong", "In training: the gradient"),
    ],
)
def test_an_answer_that_turns_bad_in_training_is_caught_there(judged, turn, outcome, told):
    body = f"    if calls > 40:\n        {turn}\n    return np.mean(np.abs(r)), np.sign(r) / r.size\n"
    verdict = judged(AFTER + body, OPEN)
    assert str(verdict.outcome) == outcome
    assert told in verdict.checks[0].message


def test_nan_in_training_is_divergence_and_the_verdict_stays_json(judged):
    body = "    if calls > 60:\n        return float('nan'), r\n    return np.mean(np.abs(r)), np.sign(r) / r.size\n"
    verdict = judged(AFTER + body, OPEN)
    assert passed(verdict) == {"correctness": True, "convergence": False, "held_out": False}
    assert codes(verdict) == ["diverged"]
    told = json.loads(json.dumps(verdict.to_json(), allow_nan=False))
    assert told["training"]["answer"]["loss"][-1] == "nan"
    assert Verdict.from_json(told).to_json() == told


def test_the_record_holds_curves_and_no_data(judged):
    training = judged(SQUARED, OPEN).training
    for run in (training["answer"], training["reference"]):
        assert {key: len(values) <= 100 for key, values in run.items()} == dict.fromkeys(run, True)
        assert len(run["loss"]) == len(run["loss_steps"])
        assert len(run["norm"]) == len(run["norm_steps"])
        assert run["held_out_steps"][0] == 0
        assert run["held_out_steps"][-1] == 150
    assert len(json.dumps(training)) < 20_000


def test_the_same_request_gives_the_same_verdict(judged):
    first, second = (judged(SQUARED, OPEN).to_json() for _ in range(2))
    assert {**first, "timing": 0} == {**second, "timing": 0}


def test_another_seed_is_another_training(judged):
    first, second = (judged(HUBER, seed=seed).training["answer"]["loss"] for seed in (1, 2))
    assert first != second


def test_a_run_on_sample_data_is_public_and_the_same_for_all(judged):
    first, second = (judged(HUBER, seed=seed, mode="sample") for seed in (1, 2))
    assert first.outcome is Outcome.CORRECT
    assert first.training == second.training
    assert first.training["answer"]["loss"] != judged(HUBER, seed=1).training["answer"]["loss"]
    (case,) = first.samples
    assert case.passed
    assert case.expected.startswith("value ")


def test_a_run_on_sample_data_shows_the_exceptions_text(judged):
    verdict = judged("def huber(y_true, y_pred):\n    raise ValueError('mine')\n", mode="sample")
    assert "ValueError on line 2: mine" in verdict.checks[0].message


def test_sample_batch_holds_a_wrong_gradient_against_the_slope_of_the_value(judged):
    verdict = judged(ABSOLUTE.replace("np.sign(r) / r.size", "np.sign(r)"), OPEN, mode="sample")
    (case,) = verdict.samples
    assert not case.passed
    assert case.got != case.expected
    assert "slope" in case.message


@pytest.mark.parametrize(
    ("answer", "score", "code"), [("[0]", 0.0, "plateau"), ("[1]", 1.0, None), ("[2]", 0.0, "diverged")]
)
def test_a_chosen_rate_is_right_where_its_training_shows_it(judged, answer, score, code):
    verdict = judged(answer, RATES)
    assert verdict.score == score
    assert codes(verdict) == ([code] if code else [])
    assert len(verdict.training["answer"]["loss"]) >= 2


def test_feedback_of_the_chosen_option_stands_with_what_was_seen(judged):
    assert "Too slow." in judged("[0]", RATES).checks[0].message


@pytest.mark.parametrize("answer", ["", "[]", "[0, 1]", "[3]", "[-1]", "1", "[true]", "def f(): pass"])
def test_what_is_no_single_option_is_rejected(judged, answer):
    assert judged(answer, RATES).outcome is Outcome.REJECTED
