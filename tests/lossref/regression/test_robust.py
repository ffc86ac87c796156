import math

import mpmath
import numpy as np
import pytest

import lossref
from lossref import get

Y = np.zeros(5)
E = np.array([0.5, -1.0, 3.0, 0.0, -2.5])


def test_huber_by_hand():
    np.testing.assert_array_equal(lossref.huber(Y, E, reduction="none"), [0.125, 0.5, 2.5, 0.0, 2.0])
    np.testing.assert_array_equal(lossref.huber(Y, E, delta=2.0, reduction="none"), [0.125, 0.5, 4.0, 0.0, 3.0])
    np.testing.assert_array_equal(get("huber").gradient(Y, E, reduction="none"), [0.5, -1.0, 1.0, 0.0, -1.0])
    np.testing.assert_array_equal(get("huber").hessian_diagonal(Y, E, reduction="none"), [1.0, 1.0, 0.0, 1.0, 0.0])


def test_smooth_l1_by_hand():
    np.testing.assert_array_equal(lossref.smooth_l1(Y, E, beta=2.0, reduction="none"), [0.0625, 0.25, 2.0, 0.0, 1.5])
    slopes = get("smooth_l1").gradient(Y, E, beta=2.0, reduction="none")
    np.testing.assert_array_equal(slopes, [0.25, -0.5, 1.0, 0.0, -1.0])
    second = get("smooth_l1").hessian_diagonal(Y, E, beta=2.0, reduction="none")
    np.testing.assert_array_equal(second, [0.5, 0.5, 0.0, 0.5, 0.0])


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0])
def test_huber_is_delta_times_smooth_l1(delta, rng):
    y, p = rng.normal(size=(2, 100)) * 2.0
    huber, smooth = lossref.huber(y, p, delta), lossref.smooth_l1(y, p, beta=delta)
    assert huber == pytest.approx(delta * smooth, rel=1e-15)
    assert lossref.huber([0.0], [3.0], 0.5) == 1.375
    assert lossref.smooth_l1([0.0], [3.0], 0.5) == 2.75


def test_the_branches_of_huber_meet():
    for delta in (0.3, 1.0, 2.5):
        beside = np.array([np.nextafter(delta, 0.0), delta, np.nextafter(delta, 9.0)])
        values = lossref.huber(np.zeros(3), beside, delta, reduction="none")
        np.testing.assert_allclose(values, delta**2 / 2, rtol=1e-15)


def test_smooth_l1_with_beta_0_is_the_absolute_error_kink_and_all():
    for name, options in (("smooth_l1", {"beta": 0.0}), ("mae", {})):
        low, high = get(name).subdifferential(Y, E, reduction="none", **options)
        np.testing.assert_array_equal(low, [1.0, -1.0, 1.0, -1.0, -1.0])
        np.testing.assert_array_equal(high, [1.0, -1.0, 1.0, 1.0, -1.0])
        np.testing.assert_array_equal(get(name).value(Y, E, reduction="none", **options), np.abs(E))
        np.testing.assert_array_equal(get(name).hessian_diagonal(Y, E, reduction="none", **options), np.zeros(5))


def test_a_delta_of_0_is_refused_and_a_beta_below_0():
    with pytest.raises(lossref.DomainError, match="delta"):
        lossref.huber(Y, E, delta=0.0)
    with pytest.raises(lossref.DomainError, match="beta"):
        lossref.smooth_l1(Y, E, beta=-1.0)


@pytest.mark.parametrize("e", [1e-300, 1e-9, 1e-5, 0.01, 0.3, 1.0, 19.0, 354.0, 356.0, 709.0, 711.0, 1e8, 1e300])
def test_log_cosh_has_all_its_digits_at_any_size(e):
    with mpmath.workdps(60):
        x = mpmath.mpf(e)
        exact = (
            x - mpmath.log(2) + mpmath.log1p(mpmath.exp(-2 * x))
            if e > 50
            else mpmath.log1p(2 * mpmath.sinh(x / 2) ** 2)
        )
        for sign in (1.0, -1.0):
            assert lossref.log_cosh([0.0], [sign * e]) == pytest.approx(float(exact), rel=5e-16, abs=0.0)


def test_log_cosh_in_float32_has_the_digits_that_float32_has():
    e = np.array([1e-4, 0.1, 5.0, 43.0, 45.0, 90.0, 1e30], dtype=np.float32)
    exact = lossref.log_cosh(np.zeros(7), e.astype(np.float64), reduction="none")
    given = lossref.log_cosh(np.zeros_like(e), e, reduction="none")
    assert given.dtype == np.float32
    np.testing.assert_allclose(given, exact, rtol=3e-7)


def test_slope_and_curvature_of_log_cosh():
    np.testing.assert_allclose(get("log_cosh").gradient(Y, E, reduction="none"), np.tanh(E), rtol=1e-15)
    second = get("log_cosh").hessian_diagonal([0.0, 0.0, 0.0], [0.0, 20.0, 1e3], reduction="none")
    np.testing.assert_allclose(second, [1.0, 4.0 * math.exp(-40.0), 0.0], rtol=1e-14)
