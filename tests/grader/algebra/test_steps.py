import json
import subprocess
import sys

import pytest

from grader.algebra.service import answer

BCE = {"loss": "-(y*log(sigma(z))+(1-y)*log(1-sigma(z)))", "wrt": "z", "variables": {"z": "real", "y": "{0,1}"}}
MSE = {
    "loss": "sum((w*x[i]-y[i])^2,i,1,n)/n",
    "wrt": "w",
    "variables": {"n": "integer[1,4]", "x": "real[n]", "y": "real[n]", "w": "real"},
}
HINGE = {"loss": "max(0,1-y*s)", "wrt": "s", "variables": {"s": "real", "y": "{-1,1}"}}


def checked(task, *lines):
    return answer({"steps": True, "task": task, "lines": [{"role": role, "expr": expr} for role, expr in lines]})


def test_a_right_derivation_has_no_wrong_line():
    result = checked(
        BCE,
        ("loss", "softplus(z)-y*z"),
        ("gradient", "exp(z)/(1+exp(z))-y"),
        ("gradient", "sigma(z)-y^2"),
    )
    assert [(line["value_ok"], line["step_ok"]) for line in result["lines"]] == [(True, True)] * 3
    assert (result["first_wrong_line"], result["score"]) == (None, 1.0)


def test_honest_work_after_a_mistake_is_a_valid_step_from_a_wrong_line():
    result = checked(
        MSE,
        ("gradient", "2*sum((w*x[i]-y[i])*x[i],i,1,n)"),
        ("gradient", "2*w*sum(x[i]^2,i,1,n)-2*sum(x[i]*y[i],i,1,n)"),
    )
    assert [(line["value_ok"], line["step_ok"]) for line in result["lines"]] == [(False, False), (False, True)]
    assert result["lines"][0]["slip"] == "average over n lost"
    assert (result["first_wrong_line"], result["score"]) == (1, 0.25)


def test_two_mistakes_that_cancel_are_two_invalid_steps():
    result = checked(HINGE, ("loss", "max(0,1-y*s)"), ("gradient", "y*ind(y*s<1)"), ("gradient", "-y*ind(y*s<1)"))
    assert [line["value_ok"] for line in result["lines"]] == [True, False, True]
    assert [line["step_ok"] for line in result["lines"]] == [True, False, False]
    assert result["first_wrong_line"] == 2


def test_a_line_written_twice_earns_once():
    twice = checked(HINGE, ("gradient", "-y*ind(y*s<1)"), ("gradient", "-y*ind(y*s<1)"))
    assert twice["score"] == 0.5


def test_a_line_that_cannot_be_read_is_wrong_and_the_next_follows_the_one_before():
    result = checked(HINGE, ("loss", "max(0,1-y*s)"), ("gradient", "-y*(s<"), ("gradient", "-y*ind(y*s<1)"))
    assert [line["value_ok"] for line in result["lines"]] == [True, False, True]
    assert result["lines"][1]["slip"] == "cannot be read"
    assert result["lines"][2]["step_ok"] is True


@pytest.mark.parametrize(
    "payload",
    [
        {"task": BCE, "lines": []},
        {"task": BCE, "lines": [{"role": "hessian", "expr": "1"}]},
        {"task": {"loss": "z"}, "lines": [{"role": "loss", "expr": "z"}]},
        {"lines": [{"role": "loss", "expr": "z"}]},
    ],
)
def test_a_malformed_derivation_is_told_what_is_missing(payload):
    result = answer({**payload, "steps": True})
    assert result["fault"] == "call"
    assert result["reason"]


def test_the_command_line_checks_derivations_in_the_sandbox():
    line = {"id": "x", "task": HINGE, "lines": [{"role": "gradient", "expr": "y*ind(y*s<1)"}]}
    ran = subprocess.run(
        [sys.executable, "-m", "grader", "algebra", "--jsonl", "--steps"],
        input=json.dumps(line),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    result = json.loads(ran.stdout)
    assert (result["id"], result["first_wrong_line"], result["lines"][0]["slip"]) == ("x", 1, "sign")
    assert result["ms"] > 0
