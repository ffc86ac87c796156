import math

import mpmath
import numpy as np
import pytest

import lossref
from lossref import get

HALF_LOG_TWO_PI = 0.9189385332046727


def test_poisson_from_the_log_of_the_rate_and_from_the_rate():
    y, z = np.array([0.0, 1.0, 2.0, 7.0]), np.array([0.3, -1.0, 1.0, 2.0])
    from_log = lossref.poisson_nll(y, z, reduction="none")
    np.testing.assert_allclose(from_log, np.exp(z) - y * z, rtol=1e-15)
    np.testing.assert_allclose(
        lossref.poisson_nll(y, np.exp(z), log_input=False, reduction="none"), from_log, rtol=1e-14
    )
    np.testing.assert_allclose(get("poisson_nll").gradient(y, z, reduction="none"), np.exp(z) - y, rtol=1e-15)
    rate = np.exp(z)
    slopes = get("poisson_nll").gradient(y, rate, log_input=False, reduction="none")
    np.testing.assert_allclose(slopes, 1.0 - y / rate, rtol=1e-15)
    second = get("poisson_nll").hessian_diagonal(y, rate, log_input=False, reduction="none")
    np.testing.assert_allclose(second, y / rate**2, rtol=1e-15)
    assert lossref.poisson_nll([2.0], [math.e], log_input=False) == pytest.approx(0.718281828459045, rel=1e-15)


def test_a_rate_of_0_costs_nothing_for_a_count_of_0_and_everything_for_another():
    terms = lossref.poisson_nll([0.0, 1.0], [0.0, 0.0], log_input=False, reduction="none")
    np.testing.assert_array_equal(terms, [0.0, np.inf])
    slopes = get("poisson_nll").gradient([0.0, 1.0], [0.0, 0.0], log_input=False, reduction="none")
    np.testing.assert_array_equal(slopes, [1.0, -np.inf])
    bounded = lossref.poisson_nll([1.0], [0.0], eps=1e-8, log_input=False)
    assert bounded == pytest.approx(-math.log(1e-8), rel=1e-15)


def test_a_rate_below_0_is_refused_and_its_log_is_not():
    with pytest.raises(lossref.DomainError, match="not negative"):
        lossref.poisson_nll([1.0], [-1.0], log_input=False)
    assert lossref.poisson_nll([1.0], [-1.0]) == pytest.approx(math.exp(-1.0) + 1.0, rel=1e-15)
    assert get("poisson_nll").domains()["y_pred"] == "real"
    assert get("poisson_nll").domains(log_input=False)["y_pred"] == "nonnegative"


def test_stirling_is_added_above_a_count_of_1_only():
    y, z = np.array([0.0, 1.0, 2.0, 10.0]), np.zeros(4)
    added = lossref.poisson_nll(y, z, full=True, reduction="none") - lossref.poisson_nll(y, z, reduction="none")
    stirling = y * np.log(np.maximum(y, 1.0)) - y + 0.5 * np.log(2.0 * math.pi * np.maximum(y, 1.0))
    np.testing.assert_allclose(added, [0.0, 0.0, stirling[2], stirling[3]], rtol=1e-14)
    assert added[3] == pytest.approx(math.lgamma(11.0), abs=0.01)
    gradient = get("poisson_nll").gradient(y, z, wrt="y_true", full=True, reduction="none")
    np.testing.assert_allclose(gradient, [0.0, 0.0, math.log(2.0) + 0.25, math.log(10.0) + 0.05], rtol=1e-15)


def test_a_rate_that_overflows_outweighs_a_count_that_does():
    assert lossref.poisson_nll([1e300], [1e300]) == np.inf
    assert lossref.poisson_nll([1e300], [-1e300]) == np.inf
    assert lossref.poisson_nll([3.0], [-1e300]) == 3e300


def test_gaussian_by_hand():
    y, mean, variance = [1.0, 1.0], [3.0, 1.0], [4.0, math.e]
    terms = lossref.gaussian_nll(y, mean, variance, reduction="none")
    np.testing.assert_allclose(terms, [0.5 * (math.log(4.0) + 1.0), 0.5], rtol=1e-15)
    full = lossref.gaussian_nll(y, mean, variance, full=True, reduction="none")
    np.testing.assert_allclose(full - terms, HALF_LOG_TWO_PI, rtol=1e-15)


def test_gradients_and_second_derivatives_of_the_gaussian():
    spec, y, mean, variance = get("gaussian_nll"), np.array([1.0]), np.array([3.0]), np.array([0.5])
    assert spec.gradient(y, mean, variance) == 4.0
    assert spec.gradient(y, mean, variance, wrt="y_true") == -4.0
    assert spec.gradient(y, mean, variance, wrt="variance") == 1.0 - 8.0
    assert spec.hessian_diagonal(y, mean, variance) == 2.0
    assert spec.hessian_diagonal(y, mean, variance, wrt="variance")[0] == pytest.approx(-2.0 + 32.0, rel=1e-15)


def test_the_variance_is_neither_the_deviation_nor_its_log():
    # Twice the variance adds log(2)/2 at a perfect fit; twice the deviation would add log 2.
    narrow, wide = lossref.gaussian_nll([0.0] * 2, [0.0] * 2, [1.0, 2.0], reduction="none")
    assert wide - narrow == pytest.approx(0.5 * math.log(2.0), rel=1e-15)


def test_a_variance_that_is_not_above_0_is_refused():
    for variance in (0.0, -1.0):
        with pytest.raises(lossref.DomainError, match="variance"):
            lossref.gaussian_nll([0.0], [0.0], [variance])


def test_a_bounded_variance_has_no_slope_below_the_bound_and_an_interval_on_it():
    y, mean, variance = np.zeros(3), np.ones(3), np.array([0.125, 0.25, 0.5])
    terms = lossref.gaussian_nll(y, mean, variance, eps=0.25, reduction="none")
    assert terms[0] == terms[1] == pytest.approx(0.5 * (math.log(0.25) + 4.0), rel=1e-15)
    low, high = get("gaussian_nll").subdifferential(y, mean, variance, eps=0.25, wrt="variance", reduction="none")
    np.testing.assert_array_equal(low, [0.0, 2.0 - 8.0, 1.0 - 2.0])
    np.testing.assert_array_equal(high, [0.0, 0.0, 1.0 - 2.0])
    np.testing.assert_array_equal(
        get("gaussian_nll").gradient(y, mean, variance, eps=0.25, reduction="none"), [4, 4, 2]
    )


@pytest.mark.parametrize(("e", "variance"), [(1e200, 1e200), (1e-10, 5e-324), (1e154, 0.3), (1e-200, 1e-300)])
def test_neither_the_square_nor_the_quotient_overflows_before_the_loss(e, variance):
    with mpmath.workdps(40):
        exact = (mpmath.log(variance) + mpmath.mpf(e) ** 2 / mpmath.mpf(variance)) / 2
    assert lossref.gaussian_nll([0.0], [e], [variance]) == pytest.approx(float(exact), rel=1e-15)


def test_a_variance_in_the_denormals_is_far_too_small():
    slopes = [get("gaussian_nll").gradient([0.0], [1.0], [5e-324], wrt=wrt)[0] for wrt in ("mean", "variance")]
    assert slopes == [np.inf, -np.inf]
