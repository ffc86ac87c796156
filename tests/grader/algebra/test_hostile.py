"""Input made to break, to hang or to cheat: each ends quickly, and none is accepted."""

import time

import pytest

from grader.algebra import preview
from grader.algebra.service import answer
from grader.sandbox import AskFault, Sandbox

VARIABLES = {"z": "real", "y": "{0,1}"}

HOSTILE = {
    "power tower": "9**9**9",
    "nested powers": "(((9^9)^9)^9)^9",
    "10 MB of brackets": "(" * 10_000_000,
    "2 MB sum": "z" + "+z" * 1_000_000,
    "deep functions": "sin(" * 39 + "z" + ")" * 39,
    "deep brackets": "(" * 41 + "z" + ")" * 41,
    "many signs": "-" * 699 + "z",
    "chain of powers": "z" + "^2" * 340,
    "chain of terms": "+".join(["z"] * 340),
    "iterated exponential": "exp(exp(exp(100)))",
    "exponential in z": "exp(" * 30 + "z" + ")" * 30,
    "nested sums": "sum(sum(sum(z,i,1,200),j,1,200),k,1,200)",
    "huge sum": "sum(z^i, i, 1, 10^9)",
    "huge product": "prod(z+i, i, 1, 200)",
    "huge expansion": "(z+y+1)^3000",
    "many roots": "*".join(f"(z^2+{k})^(1/{k})" for k in (2, 3, 5, 7, 11, 13)),
    "many angles": "+".join(f"sin({k}*z)" for k in range(1, 80)),
    "many kinks": "+".join(f"abs(z-{k}*y)" for k in range(60)),
    "many units": "+".join(f"exp(z/{k})" for k in (2, 3, 5, 7, 11, 13, 17, 19, 23)),
    "factorials": "3000!" + "!" * 600,
    "large factorial": "factorial(10^7)*z",
    "long literal": "0." + "0" * 200 + "1",
    "bars": "|" * 2000,
    "Python call": "__import__('os').system('id')",
    "attribute chain": "z.__class__.__mro__",
    "lambda": "(lambda: z)()",
    "comment": "z # right",
    "format": "%s%n{0}",
    "null": "z\x00",
    "right-to-left": "\u202ez",
    "Cyrillic": "\u0443-z",
    "emoji": "😀",
    "surrogate": "\ud800",
    "no value": "0/0",
    "tiny constant": "sigma(z)-y+exp(-10^4)*z",
    "huge degree": "root(z, 10^9)",
    "zero window": "(sigma(z)-y)*ind(z>-10^15)*(1+exp(-3)^9999)",
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("syntax", ["calculator", "latex"])
def test_hostile_input_ends_within_a_second_and_is_not_accepted(typed, syntax):
    started = time.process_time()
    result = answer({"variables": VARIABLES, "reference": "sigma(z)-y", "answer": typed, "syntax": syntax})
    assert time.process_time() - started < 1.0
    assert result["equivalent"] in {False, "invalid", "undecided"}
    assert result["reason"]


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_a_preview_of_hostile_input_is_cheap(typed):
    times = []
    for _ in range(3):  # the collector may run in one of them
        started = time.process_time()
        shown = preview(typed, VARIABLES)
        times.append(time.process_time() - started)
    assert min(times) < 0.05
    assert bool(shown.latex) is not bool(shown.errors)


def test_a_hostile_true_answer_costs_no_more_than_its_budget():
    terms = "+".join(f"log(1+exp(z+{k}))" for k in range(14))
    shuffled = "+".join(f"softplus(z+{k})" for k in reversed(range(14)))
    started = time.process_time()
    result = answer({"variables": VARIABLES, "reference": terms, "answer": shuffled})
    assert time.process_time() - started < 1.0
    assert result["equivalent"] in {True, "undecided"}


ARRAYS = {"n": "integer[2,3]", "A": "real[n,n]", "w": "real[n]"}
HOSTILE_ARRAYS = {
    "huge ones": "ones(10^9)*w",
    "huge outer product": "outer(ones(200),ones(200))*w",
    "tower of products": "*".join(["A"] * 200) + "*w",
    "powers of powers": "(" * 9 + "A" + "^12)" * 9 + "*w",
    "nested softmax": "softmax(" * 30 + "w" + ")" * 30,
    "nested rows": "rowsoftmax(" * 30 + "A" + ")" * 30 + "*w",
    "many norms": "+".join(f"norm(A^{k}*w)*w" for k in range(2, 12)),
    "transposes": "A" + "'" * 500 + "*w",
    "no rows": "ones(0)*w",
    "negative size": "eye(-3)*w",
    "powers of entries": "w" + ".^12" * 60,
}


@pytest.mark.parametrize("typed", HOSTILE_ARRAYS.values(), ids=HOSTILE_ARRAYS)
def test_hostile_arrays_end_within_their_time_and_are_not_accepted(typed):
    started = time.process_time()
    result = answer({"variables": ARRAYS, "reference": "A*w", "answer": typed, "mode": "vector"})
    assert time.process_time() - started < 1.0
    assert result["equivalent"] in {False, "invalid", "undecided"}


@pytest.mark.parametrize("typed", [text for text in HOSTILE.values() if len(text) < 100_000])
def test_a_hostile_line_costs_no_more_than_a_derivation_may(typed):
    task = {"loss": "softplus(z)-y*z", "wrt": "z", "variables": VARIABLES}
    lines = [
        {"role": "loss", "expr": typed},
        {"role": "gradient", "expr": typed},
        {"role": "let", "expr": f"s={typed}"},
    ]
    started = time.process_time()
    result = answer({"steps": True, "task": task, "lines": lines})
    assert time.process_time() - started < 2.5
    # A definition may be anything that can be read; no line that claims something is true.
    assert all(line["value_ok"] is not True for line in result["lines"][:2])


def test_definitions_that_double_forty_times_cost_no_more_than_a_derivation_may():
    task = {"loss": "softplus(z)-y*z", "wrt": "z", "variables": VARIABLES}
    doubled = [{"role": "let", "expr": f"s{n}=s{n - 1}*s{n - 1}"} for n in range(1, 18)]
    lines = [
        {"role": "let", "expr": "s0=z+y"},
        *doubled,
        {"role": "loss", "expr": "s17"},
        {"role": "gradient", "expr": "s17"},
    ]
    started = time.process_time()
    result = answer({"steps": True, "task": task, "lines": lines})
    assert time.process_time() - started < 2.5
    assert [line["value_ok"] for line in result["lines"][-2:]] == [False, False]


def test_the_check_after_a_hostile_one_is_unharmed():
    right = {"variables": VARIABLES, "reference": "sigma(z)-y", "answer": "1/(1+exp(-z))-y^2"}
    with Sandbox("algebra") as sandbox:
        for name, typed in HOSTILE.items():
            try:
                decided = sandbox.ask({**right, "answer": typed[:1_000_000], "seconds": 0.8}, 2.0)["equivalent"]
            except AskFault:
                decided = "undecided"
            assert decided in {False, "invalid", "undecided"}, name
            assert sandbox.ask(right, 2.0)["equivalent"] is True, name
