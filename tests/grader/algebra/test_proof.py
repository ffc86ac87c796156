"""The parts of the prover, each against a fact of its own."""

import random
import time
from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.algebra import Symbols, parse
from grader.algebra.balls import NoValue, Unclear, evaluate
from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.cells import inside, simplest_between
from grader.algebra.constants import proved_equal_numbers
from grader.algebra.domains import Space, read_domain
from grader.algebra.ground import Grounder
from grader.algebra.proof import prove_equal
from grader.algebra.service import answer

XY = Symbols({"x": 0, "y": 0})


def grounded(text):
    return Grounder({}, {}, {}, {}, Budget(2)).ground(parse(text, XY))


fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
forms = st.fixed_dictionaries({"x": fractions, "y": fractions, "": fractions})


@settings(deadline=None, max_examples=300)
@given(st.lists(forms, min_size=1, max_size=6))
def test_a_point_given_for_a_cell_lies_inside_it(inequalities):
    point = inside(inequalities)
    if point is None:
        rng = random.Random(1)
        for _ in range(300):
            x, y = Fraction(rng.randint(-90, 90), 9), Fraction(rng.randint(-90, 90), 9)
            assert any(form["x"] * x + form["y"] * y + form[""] <= 0 for form in inequalities)
    else:
        x, y = point.get("x", Fraction(1)), point.get("y", Fraction(1))
        assert all(form["x"] * x + form["y"] * y + form[""] > 0 for form in inequalities)


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50))
def test_the_simplest_fraction_lies_strictly_between(a, b):
    low, high = sorted((a, b))
    if low < high:
        assert low < simplest_between(low, high) < high


@pytest.mark.parametrize(
    ("left", "right", "cells"),
    [
        # A sign is an element with s² = 1 and cuts no cells,
        ("abs(x)", "max(x,-x)", 1),
        ("abs(x)*abs(y)", "abs(x*y)", 1),
        ("max(x,1)-min(x,1)", "abs(x-1)", 1),
        ("ind(x>1)*sign(x-1)", "ind(x>1)", 1),
        # but where two signs depend on each other, or a root or a logarithm needs one.
        ("ind(x>1)*ind(x<0)", "0", 3),
        ("sqrt(x^2)", "abs(x)", 2),
    ],
)
def test_kinks_are_split_into_cells_only_where_they_must_be(left, right, cells):
    space = Space({name: read_domain("real") for name in XY.arity})
    proof = prove_equal([grounded(left)], [grounded(right)], space, Budget(2))
    assert (proof.equal, proof.cells) == (True, cells)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1/(1+sign(x))", "1/2"),  # no value for x < 0
        ("if(x>0, 1, log(-1))", "1"),
        ("sign(b*x)^2", "1"),  # 0 where b = 0
        ("abs(b*x)/(b*x)", "sign(x)"),
        ("1/(b-1)", "1/(b-1)*b/b"),
    ],
)
def test_a_sign_as_an_element_proves_nothing_where_half_has_no_value(left, right):
    symbols = Symbols({"x": 0, "b": 0})
    space = Space({"x": read_domain("real"), "b": read_domain("{0,1}")})
    sides = ([Grounder({}, {}, {}, {}, Budget(2)).ground(parse(text, symbols))] for text in (left, right))
    assert not prove_equal(*sides, space, Budget(2)).equal


def test_a_failed_proof_gives_a_point_of_the_narrow_cell():
    space = Space({"x": read_domain("real")})
    proof = prove_equal([grounded("0")], [grounded("ind(abs(x-2/3)<10^-12)")], space, Budget(2))
    assert not proof.equal
    assert 0 < abs(proof.point["x"] - Fraction(2, 3)) < Fraction(1, 10**12) or proof.point["x"] == Fraction(2, 3)


def test_a_finite_variable_that_decides_a_branch_is_left_to_enumeration():
    space = Space({"x": read_domain("{0,1}"), "y": read_domain("real")})
    proof = prove_equal([parse("if(x==1, y, 0)", XY)], [parse("0", XY)], space, Budget(2))
    assert (proof.equal, proof.reason) == (False, "the values decide")


@pytest.mark.parametrize(
    ("domains", "left", "right"),
    [
        ({"x": "{0,1}", "y": "real"}, "x^3*y", "x*y"),
        ({"x": "{-1,1}", "y": "real"}, "x^3*y^2", "x*y^2"),
        ({"x": "{-1,0,2}", "y": "real"}, "x^3", "x^2+2*x"),
        ({"x": "{-1,1}", "y": "real"}, "abs(1-x*y)*x^2", "max(1-x*y,x*y-1)"),
    ],
)
def test_what_labels_obey_proves_without_their_values(domains, left, right):
    space = Space({name: read_domain(text) for name, text in domains.items()}, lawful=True)
    assert prove_equal([grounded(left)], [grounded(right)], space, Budget(2)).equal
    assert not prove_equal([grounded(left)], [grounded(f"{right}+y")], space, Budget(2)).equal


def test_one_hot_labels_obey_their_sum_and_exclude_each_other():
    group = ("x", "y")
    space = Space(dict.fromkeys(group, read_domain("{0,1}")), onehots=[group], lawful=True)
    assert prove_equal([grounded("x*y+(x+y)^2")], [grounded("x^5+y^2")], space, Budget(2)).equal
    assert not prove_equal([grounded("x+2*y")], [grounded("1")], space, Budget(2)).equal


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("sqrt(2)*sqrt(3)", "sqrt(6)", True),
        ("sqrt(5+2*sqrt(6))", "sqrt(2)+sqrt(3)", True),
        ("root(26+15*sqrt(3),3)", "2+sqrt(3)", True),
        ("sqrt(10)+sqrt(11)+sqrt(12)", "sqrt(9)+sqrt(11)+sqrt(13)", False),
        # Differ first in the twentieth digit.
        ("sqrt(10^10+1)", "10^5+1/(2*10^5)-1/(8*10^15)", False),
    ],
)
def test_roots_of_numbers_are_equal_by_the_separation_bound(left, right, equal):
    assert proved_equal_numbers(parse(left, XY), parse(right, XY), Budget(2)) is equal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sigma(x)", "1/(1+exp(-x))"),
        ("softplus(x)", "log(1+exp(x))"),
        ("log1p(x)", "log(1+x)"),
        ("sech(x)^2+tanh(x)^2", "1"),
        ("acot(x)+atan(x)", "pi/2"),
        ("asinh(x)", "log(x+sqrt(x^2+1))"),
        ("acosh(1+x)", "log(1+x+sqrt((1+x)^2-1))"),
        ("root(-8,3)", "-2"),
        ("0^0+binomial(0,0)", "2"),
    ],
)
def test_balls_of_equal_expressions_overlap_and_are_small(text, value):
    point = {"x": fmpq(7, 5)}
    first, second = (arb(evaluate(grounded(side), point, 200)) for side in (text, value))
    assert first.overlaps(second)
    assert abs(first - second) < arb(2) ** -150


@pytest.mark.parametrize(
    "text", ["log(-x)", "sqrt(-x)", "1/(x-7/5)", "(-x)^(1/2)", "asin(1+x)", "root(-x,2)", "0^(-1)"]
)
def test_what_has_no_value_is_said_to_have_none(text):
    with pytest.raises(NoValue):
        evaluate(parse(text, XY), {"x": fmpq(7, 5)}, 100)


def test_a_sign_that_the_precision_cannot_tell_is_unclear():
    with pytest.raises(Unclear):
        evaluate(parse("sign(sqrt(2)*sqrt(3)-sqrt(6))", XY), {}, 100)


def test_a_hidden_zero_is_never_accepted_as_a_sign():
    # The prover splits on the sign of what is zero; no point confirms it, so nothing is claimed.
    hidden = "(sqrt(x^2*(5+2*sqrt(6)))-abs(x)*(sqrt(2)+sqrt(3)))"
    result = answer({"variables": {"x": "real"}, "reference": "x", "answer": f"x*sign({hidden})^2"})
    assert result["equivalent"] == "undecided"


@pytest.mark.parametrize(
    "hidden",
    [
        "sqrt(5+2*sqrt(6))-sqrt(2)-sqrt(3)",
        "cos(pi/5)-(1+sqrt(5))/4",
        "16*atan(1/5)-4*atan(1/239)-pi",
        "sqrt(x^2*(5+2*sqrt(6)))-abs(x)*(sqrt(2)+sqrt(3))",
        "asin(sin(x/10000))-x/10000",
        "sqrt(2)*sqrt(x^2+2+sqrt(x^4+4*x^2))-sqrt(x^2+4)-abs(x)",
    ],
)
@pytest.mark.parametrize(
    "answer_with", ["{x}*({h})/({h})", "{x}*sign({h}+0*x)^2", "{x}+0*log({h}+0*x)", "{x}*({h})^0.5/({h})^0.5"]
)
@pytest.mark.parametrize("branch", ["if(x>0, x, {})", "if(abs(x-1/7)<10^-6, {}, x)"])
def test_a_hidden_zero_in_one_branch_is_never_accepted(hidden, answer_with, branch):
    typed = branch.format(answer_with.format(x="x", h=hidden))
    assert answer({"variables": {"x": "real"}, "reference": "x", "answer": typed})["equivalent"] is not True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x/(1+erf(x))*(1+erf(x))", "x"),
        ("log(2+sin(x))+abs(erf(x))", "log(2+sin(x))+max(erf(x),-erf(x))"),
        ("if(atan(x)>1, 2, 3)/(sqrt(2)+sqrt(3))", "if(1<atan(x), 2, 3)*(sqrt(3)-sqrt(2))"),
        ("(1/sqrt(pi)-x)^-1", "sqrt(pi)/(1-sqrt(pi)*x)"),
    ],
)
def test_what_is_seen_to_be_no_zero_may_be_divided_by(left, right):
    assert answer({"variables": {"x": "real"}, "reference": left, "answer": right})["equivalent"] is True


def test_what_would_take_seconds_to_be_factored_is_never_begun():
    names = {"x": "real", "y": "real"}
    heavy = "log(((x^300+2*y^200+7)*(x+y))^2)"
    started = time.thread_time()
    result = answer({"variables": names, "reference": heavy, "answer": f"log(|x+y|)+{heavy}/2+log(x^300+2*y^200+7)"})
    assert result["equivalent"] in {True, "undecided"}
    assert time.thread_time() - started < 1.0


def test_a_spent_budget_ends_the_work():
    space = Space({name: read_domain("real") for name in XY.arity})
    with pytest.raises(OutOfBudget):
        prove_equal([parse("(x+y)^9", XY)], [parse("(y+x)^9+0*x", XY)], space, Budget(2, steps=5))
