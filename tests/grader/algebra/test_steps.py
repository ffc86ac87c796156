import json
import subprocess
import sys

import pytest

from grader.algebra.service import answer
from tests.services import PATIENCE

pytestmark = pytest.mark.usefixtures("own_time_only")

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


def test_a_definition_claims_nothing_and_stands_for_its_body():
    result = checked(BCE, ("let", "s = sigma(z)"), ("gradient", "s*(1-y)-(1-s)*y"), ("gradient", "s-y"))
    assert [(line["value_ok"], line["step_ok"]) for line in result["lines"]] == [(True, True)] * 3
    assert (result["first_wrong_line"], result["score"]) == (None, 1.0)


def test_a_definition_may_have_an_index_and_use_another():
    task = {**MSE, "wrt": "w"}
    lines = (("let", "r[i] = w*x[i]-y[i]"), ("let", "S = sum(r[i]*x[i],i,1,n)"), ("gradient", "2*S/n"))
    assert checked(task, *lines)["first_wrong_line"] is None


@pytest.mark.parametrize("definition", ["z = 3", "sigma = z", "s", "s = q+1", "s[i = z", "e = 2"])
def test_a_definition_that_cannot_be_had_is_the_wrong_line(definition):
    assert checked(BCE, ("let", definition), ("gradient", "sigma(z)-y"))["first_wrong_line"] == 1


def test_a_second_derivative_follows_from_the_gradient():
    right = checked(BCE, ("gradient", "sigma(z)-y"), ("hessian", "sigma(z)*(1-sigma(z))"))
    assert right["first_wrong_line"] is None
    wrong = checked(BCE, ("gradient", "sigma(z)-y"), ("hessian", "sigma(z)"))
    assert (wrong["first_wrong_line"], wrong["lines"][1]["slip"]) == (2, "σ' taken as σ")


def test_whether_the_goal_is_reached_is_said_apart_from_the_steps():
    task = {**BCE, "reference": "sigma(z)-y"}
    stopped = checked(task, ("loss", "softplus(z)-y*z"))
    assert (stopped["first_wrong_line"], stopped["goal"]) == (None, False)
    assert "still about the loss" in stopped["goal_reason"]
    assert checked(task, ("gradient", "1/(1+exp(-z))-y"))["goal"] is True


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("(w*x-y)^2+3", True),
        ("w^2*x^2-2*w*x*y", True),
        ("(w*x-y)^2+w", False),
        ("(w*x-y)^2+sign(w)", False),
        ("(w*x-y)^2+ind(w>10^6)", False),
    ],
)
def test_a_free_constant_is_free_of_the_variable_everywhere(line, right):
    names = {"x": "real", "y": "real", "w": "real"}
    task = {"loss": "(w*x-y)^2", "wrt": "w", "variables": names, "free_constant": True}
    assert checked(task, ("loss", line))["lines"][0]["value_ok"] is right


def test_a_line_that_cannot_be_read_is_wrong_and_the_next_follows_the_one_before():
    result = checked(HINGE, ("loss", "max(0,1-y*s)"), ("gradient", "-y*(s<"), ("gradient", "-y*ind(y*s<1)"))
    assert [line["value_ok"] for line in result["lines"]] == [True, False, True]
    assert result["lines"][1]["slip"] == "cannot be read"
    assert result["lines"][2]["step_ok"] is True


@pytest.mark.parametrize(
    "payload",
    [
        {"task": BCE, "lines": []},
        {"task": BCE, "lines": [{"role": "guess", "expr": "1"}]},
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
        timeout=PATIENCE,
        check=True,
    )
    result = json.loads(ran.stdout)
    assert (result["id"], result["first_wrong_line"], result["lines"][0]["slip"]) == ("x", 1, "sign")
    assert result["ms"] > 0


def test_no_slip_is_named_where_only_the_domain_is_lost_or_a_mistake_is_mended():
    square = {"loss": "x^2", "wrt": "x", "variables": {"x": "real"}}
    lines = [{"role": "gradient", "expr": text} for text in ("2*sqrt(x)^2", "-2*x", "2*x")]
    found = answer({"steps": True, "task": square, "lines": lines})["lines"]
    assert [(line["value_ok"], line["slip"]) for line in found] == [(False, None), (False, "sign"), (True, None)]
