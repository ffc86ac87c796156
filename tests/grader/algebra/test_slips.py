import pytest

from grader.algebra.budget import Budget
from grader.algebra.derivative import derivative
from grader.algebra.equivalence import Comparison
from grader.algebra.problem import Problem
from grader.algebra.service import answer

pytestmark = pytest.mark.usefixtures("own_time_only")

DERIVATIVES = [
    ({"z": "real", "y": "{0,1}"}, {}, "softplus(z)-y*z", "z", "sigma(z)-y"),
    ({"z": "real", "y": "real"}, {}, "(sigma(z)-y)^2/2", "z", "(sigma(z)-y)*sigma(z)*(1-sigma(z))"),
    ({"r": "real", "d": "positive"}, {}, "if(|r|<=d, r^2/2, d*(|r|-d/2))", "r", "clip(r,-d,d)"),
    ({"s": "real", "y": "{-1,1}"}, {}, "max(0,1-y*s)^2", "s", "-2*y*max(0,1-y*s)"),
    ({"x": "real", "y": "real"}, {}, "log(cosh(x-y))", "x", "tanh(x-y)"),
    ({"x": "positive", "g": "positive"}, {}, "x^g*log(x)", "x", "x^(g-1)*(g*log(x)+1)"),
    ({"x": "real"}, {}, "2^x/(1+x^2)", "x", "2^x*(log(2)*(1+x^2)-2*x)/(1+x^2)^2"),
    ({"x": "(1,inf)"}, {}, "coth(x)+csch(x)", "x", "-csch(x)^2-coth(x)*csch(x)"),
    ({"x": "(1,inf)"}, {}, "acosh(x)+acot(x)", "x", "1/sqrt(x^2-1)-1/(1+x^2)"),
    ({"x": "(-1,1)"}, {}, "asin(x)+atan(x)+erf(x)", "x", "1/sqrt(1-x^2)+1/(1+x^2)+2*exp(-x^2)/sqrt(pi)"),
    (
        {"K": "integer[2,4]", "k": "integer[1,K]", "z": "real[K]", "y": "onehot[K]"},
        {"p[j]": "exp(z[j])/sum(exp(z[i]),i,1,K)"},
        "-sum(y[i]*log(p[i]),i,1,K)",
        "z[k]",
        "p[k]-y[k]",
    ),
]


@pytest.mark.parametrize(("variables", "definitions", "loss", "wrt", "gradient"), DERIVATIVES)
def test_the_derivative_is_proved_equal_to_the_known_gradient(variables, definitions, loss, wrt, gradient):
    problem = Problem(variables, definitions)
    derived = derivative(problem.read(loss), problem.read(wrt), problem.definitions)
    decision = Comparison(problem, problem.read(gradient), derived, 0, Budget(2)).decide()
    assert decision.equal is True, decision


BCE = {"variables": {"z": "real", "y": "{0,1}"}, "loss": "softplus(z)-y*z", "wrt": "z", "reference": "sigma(z)-y"}
MSE = {
    "variables": {"n": "integer[1,5]", "x": "real[n]", "y": "real[n]", "w": "real"},
    "loss": "sum((w*x[i]-y[i])^2,i,1,n)/n",
    "wrt": "w",
    "reference": "2/n*sum((w*x[i]-y[i])*x[i],i,1,n)",
}
BRIER = {
    "variables": {"z": "real", "y": "{0,1}"},
    "loss": "(sigma(z)-y)^2",
    "wrt": "z",
    "reference": "2*(sigma(z)-y)*sigma(z)*(1-sigma(z))",
}


@pytest.mark.parametrize(
    ("task", "typed", "code"),
    [
        (BCE, "y-sigma(z)", "S1"),
        (BCE, "softplus(z)-y*z", "G3"),
        (BCE, "sigma(z)-y*z", "term_kept"),
        (BCE, "(sigma(z)-y)*sigma(z)*(1-sigma(z))", "chain_rule"),
        (MSE, "sum((w*x[i]-y[i])*x[i],i,1,n)/n", "G2"),
        (MSE, "2*sum((w*x[i]-y[i])*x[i],i,1,n)", "G1"),
        (MSE, "2/n*sum(w*x[i]-y[i],i,1,n)", "chain_rule"),
        (BRIER, "2*(sigma(z)-y)*sigma(z)", "sigma_derivative"),
        (BRIER, "2*(sigma(z)-y)", "chain_rule"),
        (BRIER, "2*sigma(z)*sigma(z)*(1-sigma(z))", "term_lost"),
    ],
)
def test_a_known_slip_is_named(task, typed, code):
    result = answer({**task, "answer": typed, "slips": True})
    assert result["equivalent"] is False
    assert code in [slip["code"] for slip in result["slips"]], result["slips"]


SOFTMAX = {
    "variables": {"K": "integer[2,4]", "k": "integer[1,K]", "z": "real[K]", "y": "onehot[K]"},
    "definitions": {"p[j]": "exp(z[j])/sum(exp(z[i]),i,1,K)"},
    "loss": "-sum(y[j]*log(p[j]),j,1,K)",
    "wrt": "z[k]",
    "reference": "p[k]-y[k]",
}
ROOT = {"variables": {"r": "real", "c": "positive"}, "reference": "r/sqrt(c^2+r^2)"}
LOGS = {"variables": {"p": "(0,1)", "q": "(0,1)"}, "reference": "log(p*q)+p"}


@pytest.mark.parametrize(
    ("task", "typed", "name"),
    [
        (SOFTMAX, "-y[k]*(1-p[k])", "own term only"),
        (ROOT, "r/(c+r)", "taken term by term"),
        (ROOT, "r/sqrt(1+r^2)", "c lost"),
        (MSE, "2/n*sum(w*x[i]-y[i],i,1,n)*sum(x[i],i,1,n)", "sum of products"),
        (LOGS, "log(p)*log(q)+p", "log of a product"),
        ({"variables": {"z": "real"}, "reference": "z*(1-sigma(2*z))"}, "z*sigma(2*z)", "1−u taken as u"),
        ({"variables": {"z": "real"}, "reference": "z-3*sigma(2*z)"}, "z-3/(1+exp(2*z))", "sign inside"),
    ],
)
def test_a_rule_that_does_not_hold_is_named(task, typed, name):
    result = answer({**task, "answer": typed, "slips": True})
    assert name in [slip["name"] for slip in result["slips"]], result


def test_a_step_of_rewriting_is_blamed_on_its_own_edit_before_any_rule_of_differentiation():
    task = {"loss": "(sigma(z)-y)^2", "wrt": "z", "variables": {"z": "real", "y": "real"}}
    gradient = "2*(sigma(z)-y)*sigma(z)*(1-sigma(z))"
    lines = [("loss", task["loss"]), ("gradient", gradient), ("gradient", "2*(sigma(z)-y)*(sigma(z)+sigma(z)^2)")]
    payload = {"steps": True, "task": task, "lines": [{"role": role, "expr": expr} for role, expr in lines]}
    assert answer(payload)["lines"][2]["slip"] == "sign of a term"


@pytest.mark.parametrize("typed", ["sigma(z)^3+y", "sin(z)", "exp(z)*y+17"])
def test_what_no_slip_explains_gets_no_name(typed):
    assert answer({**BCE, "answer": typed, "slips": True})["slips"] == []


def test_at_most_two_names_are_given():
    result = answer({**BRIER, "answer": "-2*(sigma(z)-y)*sigma(z)*(1-sigma(z))", "slips": True})
    assert 1 <= len(result["slips"]) <= 2


DPO = {
    "variables": {"a": "real", "c": "real", "b": "positive"},
    "loss": "-log(sigma(b*(a-c)))",
    "wrt": "a",
    "reference": "-b*sigma(-b*(a-c))",
}
GAUSS = {
    "variables": {"y": "real", "mu": "real", "s": "positive"},
    "loss": "log(s)+(y-mu)^2/(2*s^2)",
    "wrt": "mu",
    "reference": "(mu-y)/s^2",
}
CLIP = {"variables": {"r": "real", "d": "positive"}, "reference": "(|r+d|-|r-d|)/2"}


@pytest.mark.parametrize(
    ("task", "typed", "name", "words"),
    [
        (DPO, "-b/(1+exp(b*(a+c)))", "sign of a term", "the term c has the wrong sign"),
        (GAUSS, "mu/s^2-y/s", "divisor lost", "the division by s is missing in the term y/s"),
        (GAUSS, "mu/s^2-y*mu/s^2", "extra factor", "the factor mu is one too many"),
        (CLIP, "clip(r,d,d)", "sign inside", "d has the wrong sign in clip(…)"),
        (BCE, "exp(z)/(2*1+exp(z))-y", "factor in one term", "the term 2*1 is counted twice"),
        (BCE, "1/(1+exp(-z))-y+z", "extra term", "the term z is one too many"),
    ],
)
def test_a_slip_in_a_form_of_the_candidates_own_is_named_by_what_mends_it(task, typed, name, words):
    result = answer({**task, "answer": typed, "slips": True})
    assert result["equivalent"] is False
    assert [(slip["name"], slip["message"]) for slip in result["slips"]] == [(name, words)]
