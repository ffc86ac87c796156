"""Certification makes right and wrong answers of a derivation by rule; a wrong key cannot pass."""

import pytest

from grader.algebra.problem import Problem
from grader.algebra.second import differ
from grader.contract import GradeRequest
from grader.kinds.derivation.trials import right_answers, verdict_on, wrong_answers
from grader.kinds.specs import BrokenQuestion
from grader.verdict import Outcome

LOGIT = {
    "variables": {"z": "real", "y": "{0,1}"},
    "definitions": {"p": "sigma(z)"},
    "loss": "-y*log(sigma(z))-(1-y)*log(1-sigma(z))",
    "wrt": "z",
    "reference": "sigma(z)-y",
}
MEAN = {
    "variables": {"n": "integer[1,3]", "x": "real[n]", "y": "real[n]", "w": "real"},
    "loss": "sum((w*x[i]-y[i])^2,i,1,n)/n",
    "wrt": "w",
    "reference": "2/n*sum(x[i]*(w*x[i]-y[i]),i,1,n)",
}
HUBER = {
    "variables": {"r": "real", "d": "positive"},
    "loss": "if(abs(r)<=d,r^2/2,d*(abs(r)-d/2))",
    "wrt": "r",
    "reference": "max(-d,min(d,r))",
}
ARRAYS = {
    "mode": "vector",
    "variables": {"n": "integer[2,3]", "d": "integer[1,2]", "X": "real[n,d]", "w": "real[d]", "y": "real[n]"},
    "reference": "X'*(X*w-y)/n",
}
LEAST_SQUARES = {**ARRAYS, "loss": "norm(X*w-y)^2/(2*n)", "wrt": "w"}
TABLES = {
    "arrays with their loss": LEAST_SQUARES,
    "lines about arrays": {**LEAST_SQUARES, "steps": True, "min_lines": 2},
    "an expression": LOGIT,
    "a mean": MEAN,
    "kinks": HUBER,
    "arrays": ARRAYS,
    "LaTeX": {**LOGIT, "syntax": "latex"},
    "lines": {**LOGIT, "steps": True, "min_lines": 3},
    "a form": {**LOGIT, "form": {"names": ["p", "y"]}, "reference": "p-y"},
    "a second derivative": {**LOGIT, "steps": True, "goal": "hessian", "reference": "p*(1-p)"},
}


def outcome(table, text):
    return verdict_on(GradeRequest(kind="derivation", spec={"derivation": table}, answer=text, seed=1)).outcome


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_made_right_answers_are_accepted_and_made_wrong_ones_rejected(table):
    right, wrong = right_answers(table), wrong_answers(table)
    assert {made.text: outcome(table, made.text) for made in right} == {made.text: Outcome.CORRECT for made in right}
    outcomes = {made.text: outcome(table, made.text) for made in wrong}
    assert set(outcomes.values()) <= {Outcome.WRONG, Outcome.PARTIAL}
    assert len(wrong) >= 6


def test_a_wrong_key_is_not_the_derivative_that_is_made():
    table = {**LOGIT, "reference": "sigma(z)+y"}
    derivative = next(made for made in right_answers(table) if made.name == "the derivative of the loss")
    assert outcome(table, derivative.text) is Outcome.WRONG


def test_a_wrong_key_about_arrays_breaks_the_question_and_the_other_layout_does_not():
    with pytest.raises(BrokenQuestion, match="not the derivative of the loss"):
        right_answers({**LEAST_SQUARES, "reference": "X'*(X*w-y)"})
    assert right_answers({**LEAST_SQUARES, "reference": "(X*w-y)'*X/n"})


def test_the_slips_of_the_subject_are_among_the_wrong_answers():
    names = " ".join(made.name for made in (*wrong_answers(LOGIT), *wrong_answers(MEAN)))
    for slip in ("sign", "factor 2 or ½", "average over n lost", "σ' taken as σ", "term lost", "inner derivative lost"):
        assert slip in names


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        ("sigma(z)*(1-sigma(z))", "1/(exp(z)+2+exp(-z))", False),
        ("sigma(z)", "sigma(z)+10^-9", True),
        ("abs(z)", "z", True),
        ("y^2", "y", False),
        ("if(z>0 or z<-1, z, 0)", "if(z>=-1 and z<=0, 0, z)", False),
        ("root(z,3)^3", "z", False),
    ],
)
def test_the_second_evaluation_tells_values_apart(first, second, differs):
    problem = Problem(LOGIT["variables"])
    assert differ(problem, problem.read(first), problem.read(second), seed=1) is differs
