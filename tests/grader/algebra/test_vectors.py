"""Vectors and matrices: proved for the declared sizes, refuted at a point, refused where shapes do not fit."""

import tomllib
from pathlib import Path

import pytest

from grader.algebra.parser import parse
from grader.algebra.printing import to_latex, to_text
from grader.algebra.problem import Problem
from grader.algebra.service import answer

pytestmark = pytest.mark.usefixtures("own_time_only")

QUESTIONS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text("utf-8"))["question"]
RIGHT = [(question, text) for question in QUESTIONS for text in question["right"]]
WRONG = [(question, text) for question in QUESTIONS for text in question["wrong"]]
SQUARES = {"n": "integer[2,4]", "d": "integer[1,3]", "X": "real[n,d]", "w": "real[d]", "y": "real[n]"}


def ask(question, text, **more):
    keys = {key: question[key] for key in ("variables", "definitions", "reference") if key in question}
    return answer({**keys, "answer": text, "mode": "vector", **more})


def named(pairs):
    return [f"{question['name']}: {text}" for question, text in pairs]


@pytest.mark.parametrize(("question", "text"), RIGHT, ids=named(RIGHT))
def test_a_right_array_is_proved_for_its_sizes(question, text):
    result = ask(question, text)
    assert result["equivalent"] is True, result["reason"]
    assert "proved for" in result["reason"]


@pytest.mark.parametrize(("question", "text"), WRONG, ids=named(WRONG))
def test_a_wrong_array_is_refuted_with_its_sizes(question, text):
    result = ask(question, text)
    assert result["equivalent"] is False, result["reason"]
    sizes = [name for name, domain in question["variables"].items() if domain.startswith("integer")]
    assert set(sizes) <= set(result["witness"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(X*w-y)'*X/n", "transposed layout"),
        ("X*(X*w-y)/n", "the inner sizes d and n of their product differ"),
        ("w+y", "w is a column of d and y is a column of n"),
        ("X'*X", "yours is d×d where a column of d is asked"),
        ("norm(X*w-y)", "yours is a number where a column of d is asked"),
        ("softmax(X)*w", "softmax takes a vector"),
    ],
)
def test_shapes_that_do_not_fit_are_explained(text, words):
    result = ask({"variables": SQUARES, "reference": "X'*(X*w-y)/n"}, text)
    assert result["equivalent"] is False
    assert words in result["reason"]


@pytest.mark.parametrize(("text", "hint"), [("X'*(1/(X*w))", "./"), ("X'*(X^2*w)", ".^"), ("y/w", "./")])
def test_a_missing_elementwise_sign_is_no_wrong_answer_but_refused_with_the_sign(text, hint):
    result = ask({"variables": SQUARES, "reference": "X'*(X*w-y)/n"}, text)
    assert result["equivalent"] == "invalid"
    assert hint in result["reason"]


def test_the_transpose_of_a_square_answer_is_named():
    question = {"variables": {"d": "integer[2,3]", "A": "real[d,d]", "B": "real[d,d]"}, "reference": "A'*B"}
    result = ask(question, "B'*A", slips=True)
    assert result["equivalent"] is False
    assert [slip["name"] for slip in result["slips"]] == ["transposed layout"]


def test_a_lost_mean_over_the_rows_is_named():
    result = ask({"variables": SQUARES, "reference": "X'*(X*w-y)/n"}, "X'*(X*w-y)", slips=True)
    assert [slip["name"] for slip in result["slips"]] == ["average over n lost"]


def test_a_difference_at_a_single_large_size_is_found_beyond_the_proved_sizes():
    variables = SQUARES | {"n": "integer[2,6]", "d": "integer[1,5]"}
    result = ask({"variables": variables, "reference": "X'*(X*w-y)/n"}, "X'*(X*w-y)/n+ind(n==6)*ind(d==5)*w")
    assert result["equivalent"] is False
    assert (result["witness"]["n"], result["witness"]["d"]) == ("6", "5")


def test_a_difference_in_a_small_ball_alone_is_found():
    result = ask({"variables": SQUARES, "reference": "X'*(X*w-y)/n"}, "X'*(X*w-y)/n+max(0,10^-6-norm(X))*ones(d)")
    assert result["equivalent"] is False


def test_a_witness_names_the_entry():
    question = {"variables": {"K": "integer[2,2]", "z": "real[K]"}, "reference": "diag(z)"}
    result = ask(question, "diag(z)+ones(K)*ones(K)'-eye(K)")
    assert result["witness"]["entry"] in {"1,2", "2,1"}


RIDGE = {"n": "integer[1,3]", "d": "integer[1,2]", "X": "real[n,d]", "y": "real[n]", "lam": "positive"}
SQUARE = {"m": "integer[2,3]", "A": "real[m,m]", "B": "real[m,m]", "x": "real[m]"}


@pytest.mark.parametrize(
    ("variables", "reference", "text", "equal"),
    [
        (RIDGE, "inv(X'*X+lam*eye(d))*X'*y", "X'*inv(X*X'+lam*eye(n))*y", True),
        (RIDGE, "inv(X'*X+lam*eye(d))*X'*y", r"(X^\top X+lam\,\operatorname{eye}(d))^{-1}X^\top y", True),
        (RIDGE, "inv(X'*X+lam*eye(d))*X'*y", "(X'*X+lam*eye(d))*X'*y", False),
        (SQUARE, "tr(A*B)", "trace(B*A)+sum(A.*B')-tr(A'*B')", True),
        (SQUARE, "tr(A*B)", "tr(A)*tr(B)", False),
        (SQUARE, "tr(A*x*x')", r"x^\top A x", True),
        (SQUARE, "inv(A*B)", "B^-1*inv(A)", True),
        (SQUARE, "inv(A*B)", "inv(A)*inv(B)", False),
        (SQUARE, "det(A*B)", r"\det(A)\det(B')", True),
        (SQUARE, "det(2*A)", "2*det(A)", False),
    ],
)
def test_traces_determinants_and_inverses_are_decided(variables, reference, text, equal):
    result = ask({"variables": variables, "reference": reference}, text)
    assert result["equivalent"] is equal, result


def test_an_inverse_needs_a_square_matrix_of_few_rows():
    assert "square" in ask({"variables": RIDGE, "reference": "X'*X"}, "inv(X)")["reason"]
    large = {"variables": {"m": "integer[5,6]", "A": "real[m,m]"}, "reference": "tr(A)"}
    assert ask(large, "det(A)")["equivalent"] == "invalid"


def test_a_long_chain_of_matrix_products_costs_no_more_than_its_budget():
    question = {"variables": {"d": "integer[3,3]", "A": "real[d,d]"}, "reference": "A"}
    result = ask(question, "*".join(["A"] * 60))
    assert result["equivalent"] in {False, "undecided"}
    assert result["ms"] < 1000


@pytest.mark.parametrize("text", ["ones(10^9)", "eye(0)", "ones(n-9)*1", "ones(99,99)", "X^13", "((X'*X)^12)^12*w"])
def test_arrays_beyond_any_limit_are_refused_quickly(text):
    result = ask({"variables": SQUARES, "reference": "X'*(X*w-y)/n"}, text)
    assert result["equivalent"] in {False, "invalid", "undecided"}
    assert result["ms"] < 1000


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{1}{n}X^\top(Xw-y)", "1/n*X'*(X*w-y)"),
        (r"X^{T}(X w - y)", "X'*(X*w-y)"),
        (r"X^{\mathsf T}(X w - y)", "X'*(X*w-y)"),
        (r"\mathbf{X}^{\top}\left(\sigma(Xw)-y\right)", "X'*(sigma(X*w)-y)"),
        (r"(Xw-y)\odot(Xw-y)", "(X*w-y).*(X*w-y)"),
        (r"w^{\circ 2}\oslash w", "w.^2./w"),
        (r"\lVert Xw-y\rVert_2^2", "norm(X*w-y)^2"),
        (r"\left\|w\right\|", "norm(w)"),
        (r"\operatorname{diag}(w)-ww^\top", "diag(w)-w*w'"),
        (r"\operatorname{softmax}(w)", "softmax(w)"),
    ],
)
def test_latex_of_arrays_is_read_like_calculator_text(latex, text):
    symbols = Problem(SQUARES, vector=True).symbols
    assert to_text(parse(latex, symbols, "latex")) == to_text(parse(text, symbols))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("X.T @ (X @ w - y)/n", "X'*(X*w-y)/n"),
        ("Xᵀ(Xw−y)/n", "X'*(X*w-y)/n"),
        ("X^T*(X*w-y)/n", "X'*(X*w-y)/n"),
        ("||Xw-y||^2/||w||", "norm(X*w-y)^2/norm(w)"),
        ("w⊙w", "w.*w"),
        ("w_1", "w[1]"),
    ],
)
def test_arrays_are_read_as_they_are_written_elsewhere(typed, meant):
    symbols = Problem(SQUARES, vector=True).symbols
    assert parse(typed, symbols) == parse(meant, symbols)


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["name"] for question in QUESTIONS])
def test_the_shown_formula_reads_back_to_what_is_graded(question):
    symbols = Problem(question["variables"], question.get("definitions"), vector=True).symbols
    for text in (question["reference"], *question["right"], *question["wrong"]):
        tree = parse(text, symbols)
        assert parse(to_latex(tree), symbols, "latex") == tree
        assert parse(to_text(tree), symbols) == tree
