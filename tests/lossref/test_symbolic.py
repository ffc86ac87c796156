"""The oracle: exact numbers, and the largest term of what they are made of."""

import math

import mpmath
import pytest
import sympy as sp
from mpmath import libmp

from lossref import get, names, symbolic
from lossref.symbolic.number import UNDEFINED
from lossref.symbolic.program import Program

X, Y = sp.symbols("x y", real=True)


def settled(expression, *point, **options):
    (number,), exponent = Program([expression], [X, Y][: len(point)], **options).settled(point)
    return number, exponent


def value(number):
    return mpmath.mp.make_mpf(number.value)


def size(expression, *point, **options):
    return 2.0 ** settled(expression, *point, **options)[0].size


@pytest.mark.parametrize(
    ("expression", "point", "expected"),
    [
        (X - Y, (1.0, 1.0 - 2.0**-53), 2.0**-53),  # float64 subtracts its own numbers without error
        (1 - X, (1e-20,), 0.5),  # just below 1, rounded down
        (sp.exp(X) - 1, (2.0**-40,), 1.0),  # as it is written; expm1 is another form
        (3 * (sp.exp(X) - 1), (2.0**-40,), 2.0),  # the factor multiplies the terms
        ((sp.exp(X) - 1) ** 2, (2.0**-40,), 2.0**-39),  # a square has twice the relative error
        (sp.log(1 + sp.exp(X)), (-100.0,), 2.0 ** math.floor(-100 / math.log(2))),
    ],
)
def test_the_size_is_that_of_the_largest_term(expression, point, expected):
    assert size(expression, *point) == pytest.approx(expected, rel=1e-9)


def test_stated_terms_are_the_size():
    assert size(sp.log(sp.exp(X) + 1), -1.0) == 0.25
    assert size(sp.log(sp.exp(X) + 1), -1.0, terms={0: (sp.Integer(8), X)}) == 8.0


def test_of_two_forms_the_one_that_cancels_less_is_given():
    (number,), _ = Program([[sp.exp(2 * X) - sp.exp(X), sp.exp(X) * (sp.exp(X) - 1), sp.Integer(0)]], [X]).settled(
        [0.0]
    )
    assert number.size == -math.inf


@pytest.mark.parametrize(("x", "digits"), [(-100.0, 60), (-700.0, 320), (-1200.0, 530)])
def test_a_tail_has_its_digits_at_any_depth(x, digits):
    number, _ = settled(sp.log(1 + sp.exp(X)), x)
    with mpmath.workdps(digits + 60):
        assert (
            abs(value(number) / mpmath.log1p(mpmath.exp(x)) - 1) < 1e-24 or abs(value(number)) < mpmath.mpf(2) ** -1100
        )


def test_what_float64_cannot_hold_is_0_and_what_it_holds_is_not():
    assert settled(sp.log(1 + sp.exp(X)), -1e300)[0].value == libmp.fzero
    assert settled(sp.log(1 + sp.exp(X)), -744.0)[0].value != libmp.fzero


def test_a_sum_with_a_number_that_may_be_0_waits_for_more_digits():
    tiny = settled(sp.log(1 + sp.exp(X)) + Y, -404.0, 1e-280)[0]
    assert float(value(tiny)) == pytest.approx(math.exp(-404.0))


def test_zero_times_infinity_is_zero_and_a_difference_of_infinities_undefined():
    assert settled(X * sp.log(Y), 0.0, 0.0)[0].value == libmp.fzero
    assert settled(sp.log(X) - sp.log(Y), 0.0, 0.0)[0] == UNDEFINED


def test_the_power_of_an_argument_is_told():
    assert settled(X**Y, 3.0, 2.5)[1] == 2.5
    assert settled(X**3 * Y, 3.0, 2.5)[1] == 0.0


def test_derivatives_of_powers_have_a_value_at_0():
    term = symbolic.form("generalized_cross_entropy", 2)
    assert symbolic.evaluate(term, [0, [0.0, 1.0], 0.5], "p")[0] == -mpmath.inf


def test_a_jacobian_is_given_row_by_row_and_a_curvature_entry_by_entry():
    softmax = symbolic.form("softmax", 2)
    assert [float(entry) for entry in symbolic.evaluate(softmax, [[0.0, 0.0]], "x")] == [0.25, -0.25, -0.25, 0.25]
    first, second = symbolic.form("logsumexp", 2).curvature("x")
    assert sp.simplify(first - second) == 0
    assert symbolic.form("mse").curvature("y_pred") == 2


def test_every_entry_that_is_certified_has_a_form_in_its_own_arguments():
    for name in symbolic.FORMS:
        term = symbolic.form(name)
        assert name in names()
        assert {symbol for entry in symbolic.flat(term.expression) for symbol in entry.free_symbols} <= set(
            term.symbols
        )
        assert list(term.arguments) == [p.name for p in get(name).parameters]
