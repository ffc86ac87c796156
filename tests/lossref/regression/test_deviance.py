import math

import mpmath
import numpy as np
import pytest

import lossref
from lossref import get

POWERS = (-2.5, -1.0, 0.0, 1.0, 1.0 + 1e-9, 1.3, 1.5, 2.0 - 1e-9, 2.0, 2.7, 3.0)


def by_integration(y, mean, power):
    with mpmath.workdps(40):
        y, mean, power = map(mpmath.mpf, (y, mean, power))
        return float(2 * mpmath.quad(lambda t: (y - t) * t**-power, [mean, y]))


@pytest.mark.parametrize("power", POWERS)
def test_the_deviance_is_the_integral_that_defines_it(power):
    for y, mean in ((0.7, 2.0), (3.0, 0.4), (1.0, 1.01)):
        assert lossref.tweedie_deviance([y], [mean], power) == pytest.approx(by_integration(y, mean, power), rel=1e-13)


def test_the_named_members_of_the_family():
    y, mean = np.array([0.5, 2.0, 3.0]), np.array([1.0, 1.5, 3.0])
    normal, poisson, gamma, inverse = (
        lossref.tweedie_deviance(y, mean, p, reduction="none") for p in (0.0, 1.0, 2.0, 3.0)
    )
    np.testing.assert_array_equal(normal, (y - mean) ** 2)
    np.testing.assert_allclose(poisson, 2.0 * (y * np.log(y / mean) - y + mean), rtol=1e-14)
    np.testing.assert_allclose(gamma, 2.0 * (np.log(mean / y) + y / mean - 1.0), rtol=1e-14)
    np.testing.assert_allclose(inverse, (y - mean) ** 2 / (y * mean**2), rtol=1e-14)


@pytest.mark.parametrize("power", POWERS)
def test_it_is_0_at_a_perfect_fit_and_never_below(power, rng):
    y = rng.uniform(1e-3, 1e3, size=10_000)
    assert (lossref.tweedie_deviance(y, y, power, reduction="none") == 0.0).all()
    beside = y * (1.0 + 2.0**-52 * rng.integers(-5, 6, size=y.size))
    assert (lossref.tweedie_deviance(y, beside, power, reduction="none") >= 0.0).all()


def test_a_target_of_0():
    mean = 4.0
    assert lossref.tweedie_deviance([0.0], [mean], 1.0) == 8.0  # y log y is 0
    assert lossref.tweedie_deviance([0.0], [mean], 1.5) == 8.0  # 2 μ^½/½
    assert lossref.tweedie_deviance([0.0], [mean], 2.0) == np.inf
    assert lossref.tweedie_deviance([0.0], [mean], 3.0) == np.inf
    assert get("tweedie_deviance").gradient([0.0], [mean], 1.5) == 1.0  # 2 μ^(1−p)


def test_targets_below_0_go_with_powers_below_0():
    # 2 (μ^(2−p)/(2−p) − y μ^(1−p)/(1−p)), the term in y^(2−p) left out
    assert lossref.tweedie_deviance([-2.0], [3.0], -1.0) == pytest.approx(
        2.0 * (27.0 / 3.0 + 2.0 * 9.0 / 2.0), rel=1e-15
    )
    assert lossref.tweedie_deviance([-2.0], [-3.0], 0.0) == 1.0
    with pytest.raises(lossref.DomainError, match="y_true"):
        lossref.tweedie_deviance([-2.0], [3.0], 1.5)
    with pytest.raises(lossref.DomainError, match="y_pred"):
        lossref.tweedie_deviance([2.0], [-3.0], -1.0)
    with pytest.raises(lossref.DomainError, match="y_pred"):
        lossref.tweedie_deviance([2.0], [0.0], 1.5)


@pytest.mark.parametrize("power", [0.2, 0.5, 0.99])
def test_there_is_no_distribution_of_a_power_between_0_and_1(power):
    with pytest.raises(lossref.DomainError, match="from 1"):
        lossref.tweedie_deviance([1.0], [1.0], power)


@pytest.mark.parametrize("power", POWERS)
def test_gradients_and_second_derivatives(power):
    y, mean = np.array([0.5, 2.0, 3.0]), np.array([1.0, 1.5, 3.5])
    spec, options, step = get("tweedie_deviance"), {"power": power, "reduction": "none"}, 1e-6
    np.testing.assert_allclose(spec.gradient(y, mean, **options), 2.0 * (mean - y) / mean**power, rtol=1e-14)
    for wrt, moves in (("y_pred", (0.0, step)), ("y_true", (step, 0.0))):
        up, down = (
            spec.gradient(y + sign * moves[0], mean + sign * moves[1], wrt=wrt, **options) for sign in (1.0, -1.0)
        )
        np.testing.assert_allclose(
            spec.hessian_diagonal(y, mean, wrt=wrt, **options), (up - down) / (2 * step), rtol=1e-7, atol=1e-9
        )


def test_half_the_deviance():
    whole = lossref.tweedie_deviance([1.0, 2.0], [2.0, 1.0])
    assert lossref.tweedie_deviance([1.0, 2.0], [2.0, 1.0], half=True) == pytest.approx(whole / 2.0, rel=1e-15)
    spec = get("tweedie_deviance")
    gradient = spec.gradient([1.0, 2.0], [2.0, 1.0], half=True)
    np.testing.assert_allclose(gradient, spec.gradient([1.0, 2.0], [2.0, 1.0]) / 2.0, rtol=1e-15)


def test_ratios_far_beyond_the_floats_range_do_no_harm():
    assert lossref.tweedie_deviance([1e200], [1e-200], 1.5) == pytest.approx(4e300, rel=1e-12)
    assert lossref.tweedie_deviance([1e-200], [1e200], 1.5) == pytest.approx(4e100, rel=1e-12)
    assert lossref.tweedie_deviance([1e200], [1e-200], 2.0) == np.inf
    assert lossref.tweedie_deviance([1e-200], [1e200], 2.0) == pytest.approx(
        2.0 * (400.0 * math.log(10.0) - 1.0), rel=1e-14
    )
    assert not np.isnan(get("tweedie_deviance").gradient([1e200], [1e-200], 1.5)).any()
