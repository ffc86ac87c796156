import math

import numpy as np
import pytest

import lossref
from lossref import get


def test_msle_by_hand():
    terms = lossref.mean_squared_logarithmic_error([0.0, 3.0, 1.0], [math.e - 1.0, 1.0, 1.0], reduction="none")
    np.testing.assert_allclose(terms, [1.0, math.log(2.0) ** 2, 0.0], rtol=1e-15)
    gradient = get("msle").gradient([0.0, 3.0], [math.e - 1.0, 1.0], reduction="none")
    np.testing.assert_allclose(gradient, [2.0 / math.e, -math.log(2.0)], rtol=1e-15)


def test_msle_takes_numbers_down_to_minus_1_and_refuses_minus_1():
    assert lossref.mean_squared_logarithmic_error([-0.5], [1.0]) == pytest.approx(math.log(4.0) ** 2, rel=1e-15)
    with pytest.raises(lossref.DomainError, match="above −1") as caught:
        lossref.mean_squared_logarithmic_error([0.0, 0.0], [1.0, -1.0])
    assert caught.value.index == (1,)


def test_msle_keeps_its_digits_near_a_perfect_fit_and_far_from_it():
    near = lossref.mean_squared_logarithmic_error([1e8], [1e8 + 1.0])
    assert near == pytest.approx(math.log1p(1.0 / (1e8 + 1.0)) ** 2, rel=1e-15)
    tiny = lossref.mean_squared_logarithmic_error([0.0], [1e-20])
    assert tiny == pytest.approx(1e-40, rel=1e-15)
    far = lossref.mean_squared_logarithmic_error([-1.0 + 2.0**-53], [1e300])
    assert far == pytest.approx((math.log(1e300) + 53.0 * math.log(2.0)) ** 2, rel=1e-15)


def test_msle_is_convex_only_up_to_e_times_1_plus_y():
    inside, beyond = get("msle").hessian_diagonal([0.0, 0.0], [math.e - 1.01, math.e - 0.99], reduction="none")
    assert inside > 0.0 > beyond
    assert "convex_in_prediction" not in get("msle").properties


def test_mape_by_hand_in_both_scales():
    y, p = [2.0, -4.0, 5.0], [1.0, -2.0, 5.0]
    np.testing.assert_array_equal(lossref.mean_absolute_percentage_error(y, p, reduction="none"), [0.5, 0.5, 0.0])
    percent = lossref.mean_absolute_percentage_error(y, p, scale="percent", reduction="none")
    np.testing.assert_array_equal(percent, [50.0, 50.0, 0.0])
    low, high = get("mape").subdifferential(y, p, scale="percent", reduction="none")
    np.testing.assert_array_equal(low, [-50.0, 25.0, -20.0])
    np.testing.assert_array_equal(high, [-50.0, 25.0, 20.0])


def test_mape_is_no_symmetric_loss():
    assert lossref.mean_absolute_percentage_error([1.0], [2.0]) == 1.0
    assert lossref.mean_absolute_percentage_error([2.0], [1.0]) == 0.5


def test_a_target_of_0_is_refused_unless_the_denominator_is_bounded():
    with pytest.raises(lossref.DomainError, match="other than 0") as caught:
        lossref.mean_absolute_percentage_error([1.0, 0.0], [1.0, 1.0])
    assert caught.value.index == (1,)
    bounded = lossref.mean_absolute_percentage_error([1.0, 0.0], [1.0, 1.0], eps=2.0**-52, reduction="none")
    np.testing.assert_array_equal(bounded, [0.0, 2.0**52])
    assert lossref.mean_absolute_percentage_error([0.0], [0.0], eps=1e-7) == 0.0
    np.testing.assert_array_equal(get("mape").gradient([0.0, 0.0], [1.0, -1.0], eps=0.5, reduction="none"), [2.0, -2.0])


@pytest.mark.parametrize("eps", [0.0, 1.0])
def test_the_gradient_of_mape_in_the_target(eps):
    y, p = np.array([2.0, -4.0, 0.25, -0.5]), np.array([1.0, -5.0, 3.0, 0.5])
    spec, step = get("mape"), 1e-6
    difference = spec.value(y + step, p, eps, reduction="none") - spec.value(y - step, p, eps, reduction="none")
    gradient = spec.gradient(y, p, eps, wrt="y_true", reduction="none")
    np.testing.assert_allclose(gradient, difference / (2 * step), rtol=1e-7)


def test_the_median_under_weights_of_1_over_y_minimizes_mape():
    y = np.array([1.0, 2.0, 4.0])  # weights 1, ½, ¼: half of them lie at 1
    constants = np.linspace(0.5, 4.5, 401)
    losses = [lossref.mean_absolute_percentage_error(y, np.full(3, c)) for c in constants]
    assert constants[np.argmin(losses)] == pytest.approx(1.0)
