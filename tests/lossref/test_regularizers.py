import numpy as np
import pytest

import lossref
from lossref import get

W = np.array([[1.0, -2.0], [0.0, 0.5]])


def test_penalties_sum_over_the_weights_unless_told_otherwise():
    assert lossref.l1_penalty(W, 2.0) == 7.0
    assert lossref.l2_penalty(W, 2.0) == 10.5
    assert lossref.l2_penalty(W, 2.0, reduction="mean") == 2.625
    np.testing.assert_array_equal(lossref.l1_penalty(W, 2.0, reduction="none"), 2.0 * np.abs(W))
    assert get("l2_penalty").conventions["reduction"] == ("sum", "mean", "none")


def test_half_halves_value_and_gradient():
    spec = get("l2_penalty")
    assert 2.0 * spec.value(W, 0.3, half=True) == spec.value(W, 0.3)
    np.testing.assert_array_equal(spec.gradient(W, 0.3, half=True), 0.3 * W)
    np.testing.assert_array_equal(spec.gradient(W, 0.3), 0.6 * W)


def test_the_subdifferential_of_l1_at_zero():
    low, high = get("l1_penalty").subdifferential(W, 0.5)
    np.testing.assert_array_equal(low, [[0.5, -0.5], [-0.5, 0.5]])
    np.testing.assert_array_equal(high, [[0.5, -0.5], [0.5, 0.5]])
    assert get("l1_penalty").gradient(W, 0.5)[1, 0] == 0.0


def test_the_elastic_net_mixes_both_penalties():
    both = 0.25 * lossref.l1_penalty(W, 2.0) + 0.75 * lossref.l2_penalty(W, 2.0)
    assert lossref.elastic_net(W, 2.0, 0.25) == pytest.approx(both, rel=1e-15)
    assert lossref.elastic_net(W, 2.0, 1.0) == lossref.l1_penalty(W, 2.0)
    assert lossref.elastic_net(W, 2.0, 0.0) == lossref.l2_penalty(W, 2.0)
    halved = 0.25 * lossref.l1_penalty(W, 2.0) + 0.75 * lossref.l2_penalty(W, 2.0, half=True)
    assert lossref.elastic_net(W, 2.0, 0.25, half=True) == pytest.approx(halved, rel=1e-15)


@pytest.mark.parametrize("half", [False, True])
def test_slopes_of_the_elastic_net(half):
    ridge = (1.0 if half else 2.0) * 0.75 * W
    low, high = get("elastic_net").subdifferential(W, 2.0, 0.25, half=half)
    np.testing.assert_array_equal(low, 2.0 * (0.25 * np.where(W > 0.0, 1.0, -1.0) + ridge))
    np.testing.assert_array_equal(high, 2.0 * (0.25 * np.where(W < 0.0, -1.0, 1.0) + ridge))
    second = get("elastic_net").hessian_diagonal(W, 2.0, 0.25, half=half)
    np.testing.assert_array_equal(second, np.full((2, 2), 1.5 if half else 3.0))


def test_second_derivatives_of_the_penalties():
    np.testing.assert_array_equal(get("l1_penalty").hessian_diagonal(W, 2.0), np.zeros((2, 2)))
    np.testing.assert_array_equal(get("l2_penalty").hessian_diagonal(W, 2.0), np.full((2, 2), 4.0))
    np.testing.assert_array_equal(get("l2_penalty").hessian_diagonal(W, 2.0, half=True), np.full((2, 2), 2.0))


def test_a_ratio_outside_of_0_to_1_is_refused():
    for ratio in (-0.1, 1.1):
        with pytest.raises(lossref.DomainError, match="l1_ratio"):
            lossref.elastic_net(W, 1.0, ratio)


def test_nothing_to_penalize_is_no_penalty():
    assert lossref.l2_penalty(np.zeros((0, 3))) == 0.0
    with pytest.raises(lossref.EmptyError):
        lossref.l2_penalty([], reduction="mean")


def test_a_strength_below_zero_is_refused():
    with pytest.raises(lossref.DomainError, match="strength"):
        lossref.l1_penalty(W, -0.1)


@pytest.mark.parametrize("name", ["l1_penalty", "l2_penalty", "elastic_net"])
def test_float32_weights_stay_float32(name):
    w = W.astype(np.float32)
    assert get(name).value(w, 0.1).dtype == np.float32
    assert get(name).gradient(w, 0.1).dtype == np.float32
