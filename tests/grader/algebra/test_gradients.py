"""Lines that are differentiated by a whole vector or matrix."""

import pytest

from grader.algebra.service import answer

SIZES = {"n": "integer[2,3]", "d": "integer[1,2]", "X": "real[n,d]", "w": "real[d]"}
SQUARES = {"mode": "vector", "variables": {**SIZES, "y": "real[n]"}, "loss": "norm(X*w-y)^2/n", "wrt": "w"}
LOGISTIC = {
    "mode": "vector",
    "variables": {**SIZES, "y": "{0,1}[n]"},
    "definitions": {"h": "sigma(X*w)"},
    "loss": "-(dot(y,log(h))+dot(1-y,log(1-h)))/n",
    "wrt": "w",
}
SOFTMAX = {
    "mode": "vector",
    "variables": {"K": "integer[2,3]", "z": "real[K]", "y": "onehot[K]"},
    "definitions": {"p": "softmax(z)"},
    "loss": "-dot(y,log(p))",
    "wrt": "z",
}
FACTORS = {
    "mode": "vector",
    "variables": {"a": "integer[2,3]", "b": "integer[1,2]", "X": "real[a,b]", "U": "real[a,2]", "V": "real[2,b]"},
    "loss": "norm(X-U*V)^2",
    "wrt": "V",
}
HINGE = {
    "mode": "vector",
    "variables": {**SIZES, "y": "{-1,1}[n]"},
    "loss": "sum(max(0,1-y.*(X*w)))/n",
    "wrt": "w",
}
RIDGE = {**SQUARES, "variables": {**SQUARES["variables"], "lam": "positive"}, "loss": "norm(X*w-y)^2/n+lam*w'*w"}


def checked(task, *lines):
    split = [line.partition(": ") for line in lines]
    return answer({"steps": True, "task": task, "lines": [{"role": role, "expr": text} for role, _, text in split]})


@pytest.mark.parametrize(
    ("task", "lines"),
    [
        (SQUARES, ["loss: (X*w-y)'*(X*w-y)/n", "gradient: (2*X'*X*w-2*X'*y)/n", "hessian: 2/n*X'*X"]),
        (LOGISTIC, ["gradient: -1/n*X'*((y./h-(1-y)./(1-h)).*h.*(1-h))", "gradient: X'*(h-y)/n"]),
        (LOGISTIC, ["loss: sum(softplus(X*w))/n-y'*X*w/n", "hessian: X'*diag(h.*(1-h))*X/n"]),
        (SOFTMAX, ["loss: log(sum(exp(z)))-y'*z", "gradient: -(diag(p)-p*p')*(y./p)", "gradient: p-y"]),
        (SOFTMAX, ["gradient: p-y", "hessian: diag(p)-p*p'"]),
        (FACTORS, ["loss: sum((X-U*V).^2)", "gradient: -2*U'*(X-U*V)", "gradient: 2*U'*U*V-2*U'*X"]),
        (HINGE, ["gradient: -X'*(y.*ind(y.*(X*w)<1))/n"]),
        (RIDGE, ["let: r = X*w-y", "gradient: 2*X'*r/n+2*lam*w"]),
    ],
)
def test_right_lines_about_arrays_are_proved(task, lines):
    result = checked(task, *lines)
    assert [(line["value_ok"], line["step_ok"]) for line in result["lines"]] == [(True, True)] * len(lines), result


@pytest.mark.parametrize(
    ("task", "lines", "wrong", "slip"),
    [
        (SQUARES, ["loss: norm(X*w-y)^2/n", "gradient: X'*(X*w-y)/n"], 2, "factor 2 or ½"),
        (SQUARES, ["gradient: 2*X'*(X*w-y)", "gradient: 2*X'*X*w-2*X'*y"], 1, "average over n lost"),
        (SQUARES, ["gradient: 2*(X*w-y)'*X/n"], 1, "transposed layout"),
        (SQUARES, ["gradient: 2*X'*(X*w+y)/n"], 1, "sign of a term"),
        (SOFTMAX, ["gradient: y-p"], 1, "sign"),
        (LOGISTIC, ["gradient: X'*(h-y)/n", "hessian: X'*diag(h)*X/n"], 2, None),
        (RIDGE, ["gradient: 2*X'*(X*w-y)/n+lam*w"], 1, "factor in one term"),
        (HINGE, ["gradient: X'*(y.*ind(y.*(X*w)<1))/n"], 1, "sign"),
    ],
)
def test_the_first_wrong_line_about_arrays_is_found_and_named(task, lines, wrong, slip):
    result = checked(task, *lines)
    assert result["first_wrong_line"] == wrong
    assert result["lines"][wrong - 1]["slip"] == slip
    assert all(line["step_ok"] for number, line in enumerate(result["lines"], 1) if number != wrong)


def test_an_edit_of_the_key_names_a_slip_that_the_derivative_by_an_array_has_no_form_for():
    task = {**LOGISTIC, "reference": "X'*(h-y)/n"}
    result = checked(task, "gradient: X'*(h)/n")
    assert (result["lines"][0]["slip"], result["goal"]) == ("term lost", False)
    assert checked(task, "gradient: (X'*h-X'*y)/n")["goal"] is True


def test_the_gradient_may_be_taken_by_one_number_among_arrays():
    result = checked({**RIDGE, "wrt": "lam"}, "gradient: w'*w")
    assert result["first_wrong_line"] is None


def test_nobody_types_the_gradient_itself():
    result = checked(SQUARES, "gradient: gradient(norm(X*w-y)^2/n, w)")
    assert result["lines"][0]["slip"] == "cannot be read"
