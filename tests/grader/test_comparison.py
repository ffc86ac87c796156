import math

import numpy as np
import pytest

from grader.comparison import Expectation, compare
from grader.sandbox import Refused

NUMBER = Expectation(0.375, shape_of_terms=(4, 2))
ARRAY = Expectation(np.array([1.0, -2.0, 0.5]))


@pytest.mark.parametrize("got", [0.375, np.float64(0.375), np.float32(0.375), np.array(0.375)])
def test_every_form_of_a_number_is_a_number(got):
    assert compare(got, NUMBER).fits


def test_an_int_is_a_number_where_its_value_is_right():
    assert compare(2, Expectation(2.0)).fits
    assert compare(np.int64(2), Expectation(2.0)).fits


@pytest.mark.parametrize(
    ("got", "problem", "message"),
    [
        (None, "no_value", "expected a value, got None: the function does not return anything"),
        (True, "type", "expected a number or an array of numbers, got a bool"),
        (1j, "type", "expected a number or an array of numbers, got a complex"),
        ("0.375", "type", "expected a number or an array of numbers, got a str"),
        (np.array(0.375 + 0j), "type", "expected real numbers, got an array of dtype complex128"),
        (np.array(True), "type", "expected real numbers, got an array of dtype bool"),
        (Refused("masked arrays are refused"), "type", "masked arrays are refused"),
        ([[1.0], [1.0, 2.0]], "type", "expected an array of numbers, got a list whose rows differ in length"),
        (math.nan, "finite", "expected a finite number, got nan"),
        (math.inf, "finite", "expected a finite number, got inf"),
        (0.376, "value", "the value is wrong"),
    ],
)
def test_what_is_wrong_with_a_number_is_told(got, problem, message):
    result = compare(got, NUMBER)
    assert (result.problem, result.message) == (problem, message)


@pytest.mark.parametrize(
    ("expected", "got", "detail"),
    [
        (NUMBER, np.zeros((4, 2)), "missing reduction"),
        (NUMBER, np.zeros(4), "partly reduced"),
        (NUMBER, np.array([0.375]), "extra axis"),
        (NUMBER, [0.375], "extra axis"),
        (Expectation(0.375, shape_of_terms=(4,)), np.zeros((4, 4)), "broadcast"),
        (ARRAY, 0.5, "reduced"),
        (ARRAY, np.zeros((3, 1)), "extra axis"),
        (ARRAY, np.zeros((3, 3)), "broadcast"),
        (Expectation(np.zeros((2, 3))), np.zeros((3, 2)), "transposed"),
        (ARRAY, np.zeros(2), ""),
        (ARRAY, np.zeros(0), ""),
        (NUMBER, np.zeros(0), ""),
    ],
)
def test_wrong_shapes_are_told_apart_by_name(expected, got, detail):
    result = compare(got, expected)
    assert (result.problem, result.detail) == ("shape", detail)


def test_nothing_equals_only_nothing():
    assert compare(np.zeros(0), Expectation(np.zeros(0))).fits
    assert compare(np.zeros((0, 3)), Expectation(np.zeros(0))).problem == "shape"


def test_a_list_of_right_numbers_fits_and_is_told():
    result = compare([1.0, -2.0, 0.5], ARRAY)
    assert (result.fits, result.listed) == (True, True)


@pytest.mark.parametrize(
    ("got", "fits"),
    [
        ([math.nan, math.inf, -math.inf, 1.0], True),
        ([0.0, math.inf, -math.inf, 1.0], False),
        ([math.nan, -math.inf, -math.inf, 1.0], False),
        ([math.nan, math.nan, -math.inf, 1.0], False),
        ([math.nan, 1e308, -math.inf, 1.0], False),
        ([math.nan, math.inf, -math.inf, math.nan], False),
        ([math.nan, math.inf, -math.inf, math.inf], False),
    ],
)
def test_nan_and_infinity_fit_only_where_they_are_expected(got, fits):
    expected = Expectation(np.array([math.nan, math.inf, -math.inf, 1.0]))
    assert compare(np.array(got), expected).fits is fits


def test_tolerance_is_scaled_by_the_expected_value():
    assert compare(1e6 + 9.0, Expectation(1e6)).fits
    assert not compare(1e6 + 11.0, Expectation(1e6)).fits
    # An answer far off does not widen its own tolerance.
    assert not compare(1e300, Expectation(1.0)).fits
    assert compare(0.9e-7, Expectation(0.0)).fits
    assert not compare(1.1e-7, Expectation(0.0)).fits


def test_a_result_rounded_to_four_decimals_fails():
    assert not compare(round(0.123456, 4), Expectation(0.123456)).fits


def test_every_value_of_a_closed_interval_fits():
    interval = Expectation(np.array([0.0, 2.0]), low=np.array([-1.0, 2.0]), high=np.array([1.0, 2.0]))
    for inside in ([-1.0, 2.0], [1.0, 2.0], [0.3, 2.0]):
        assert compare(np.array(inside), interval).fits
    assert not compare(np.array([1.1, 2.0]), interval).fits
    assert not compare(np.array([0.0, 2.1]), interval).fits


def test_an_interval_up_to_infinity_takes_everything_above_but_nan():
    interval = Expectation(math.inf, low=10.0, high=math.inf)
    assert [compare(x, interval).fits for x in (9.9, 10.0, 36.0, math.inf, math.nan, -math.inf)] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_cancellation_is_forgiven_by_the_magnitude_of_the_inputs():
    noisy = Expectation(0.0, scale=1e9, eps=np.finfo(np.float64).eps)
    assert compare(1e-6, noisy).fits
    assert not compare(1e-5, noisy).fits


def test_a_tuple_is_compared_part_by_part():
    expected = Expectation((np.array([1.0]), 2.0))
    assert compare((np.array([1.0]), 2.0), expected).fits
    assert compare([np.array([1.0]), 2.0], expected).fits
    assert compare((np.array([1.0]), 2.5), expected).message == "value 2 of 2: the value is wrong"
    assert compare((np.array([1.0]),), expected).message == "expected a tuple of 2 values, got 1 values"
    assert compare(1.0, expected).message == "expected a tuple of 2 values, got a float"
