"""Sums and products with their rounding errors, against exact fractions."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from lossref import _doubled


def drawn(dtype):
    rng = np.random.default_rng(3)
    return (rng.normal(size=(2, 500)) * 10.0 ** rng.integers(-9, 9, size=(2, 500))).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("function", "exact"),
    [(_doubled.two_sum, lambda a, b: a + b), (_doubled.two_product, lambda a, b: a * b)],
)
def test_high_and_low_part_are_the_exact_result(function, exact, dtype):
    a, b = drawn(dtype)
    high, low = function(a, b)
    assert high.dtype == low.dtype == dtype
    for x, y, whole, part in zip(a.tolist(), b.tolist(), high.tolist(), low.tolist(), strict=True):
        assert Fraction(whole) + Fraction(part) == exact(Fraction(x), Fraction(y))


def test_what_overflows_has_no_low_part():
    with np.errstate(over="ignore", invalid="ignore"):
        for function, a, b in ((_doubled.two_sum, 1.7e308, 1.7e308), (_doubled.two_product, 1e200, 1e200)):
            high, low = function(np.array([a]), np.array([b]))
            assert (high[0], low[0]) == (math.inf, 0.0)


def test_four_terms_that_cancel_leave_what_is_left():
    terms = [np.array([entry]) for entry in (0.17, -1.4e91, 1.4e91, -37.5)]
    high, low = _doubled.add(_doubled.two_sum(*terms[:2]), _doubled.two_sum(*terms[2:]))
    assert high[0] + low[0] == 0.17 - 37.5


def test_logarithms_have_their_digits_in_both_parts():
    x = np.concatenate([np.random.default_rng(1).uniform(0.5, 40.0, 200), [1e-300, 1.0, 1e300]])
    high, low = _doubled.log(x)
    with mpmath.workdps(40):
        for number, whole, part in zip(x.tolist(), high.tolist(), low.tolist(), strict=True):
            assert abs(mpmath.mpf(whole) + mpmath.mpf(part) - mpmath.log(mpmath.mpf(number))) < 1.2e-16


@pytest.mark.parametrize("features", [3, 100])
def test_inner_products_are_close_to_exact(features):
    a, b = np.random.default_rng(2).normal(size=(2, features, 50))
    for column, product in enumerate(_doubled.dot(a, b)):
        exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a[:, column], b[:, column], strict=True))
        size = float(np.abs(a[:, column] * b[:, column]).sum())
        assert abs(float(Fraction(float(product)) - exact)) <= 2.0**-53 * (1.0 if features == 3 else 4.0) * size
