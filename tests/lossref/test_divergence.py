"""Divergences: values by hand, direction, edges."""

import math

import numpy as np
import pytest

import lossref
from lossref import get

LOG2 = math.log(2.0)
P, Q = np.array([[0.5, 0.25, 0.25]]), np.array([[0.25, 0.5, 0.25]])


def test_the_direction_of_the_divergence():
    p, q = [[0.5, 0.5]], [[0.25, 0.75]]
    forward = 0.5 * LOG2 + 0.5 * math.log(2.0 / 3.0)
    backward = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert lossref.kl_divergence(p, q) == pytest.approx(forward, rel=1e-14)
    assert lossref.reverse_kl(p, q) == pytest.approx(backward, rel=1e-14)
    assert lossref.reverse_kl(p, q) == lossref.kl_divergence(q, p)


def test_a_class_without_probability_adds_nothing_and_one_without_belief_is_infinite():
    assert lossref.kl_divergence([[1.0, 0.0]], [[0.5, 0.5]]) == pytest.approx(LOG2)
    assert lossref.kl_divergence([[1.0, 0.0]], [[1.0, 0.0]]) == 0.0
    assert lossref.kl_divergence([[0.5, 0.5]], [[1.0, 0.0]]) == np.inf
    np.testing.assert_array_equal(get("kl").gradient([[1.0, 0.0]], [[1.0, 0.0]]), [[-1.0, 0.0]])


def test_near_distributions_keep_the_digits_of_their_difference():
    # Of p = (½ + d, ½ − d) and q = (½, ½) it is 2 d² + …; log p − log q would leave six digits of it.
    d = 1e-9
    assert lossref.kl_divergence([[0.5 + d, 0.5 - d]], [[0.5, 0.5]]) == pytest.approx(2 * d * d, rel=1e-6)
    assert lossref.jensen_shannon_divergence([[0.5 + d, 0.5 - d]], [[0.5, 0.5]]) == pytest.approx(d * d / 2, rel=1e-12)


def test_probabilities_far_apart_do_not_overflow():
    assert lossref.kl_divergence([[1.0, 0.0]], [[5e-324, 1.0]]) == pytest.approx(1074 * LOG2, rel=1e-15)


def test_the_mean_is_over_rows_and_not_over_entries():
    # torch.nn.functional.kl_div: batchmean is this mean, its mean divides by N·C.
    rows = np.repeat(P, 4, axis=0), np.repeat(Q, 4, axis=0)
    assert lossref.kl_divergence(*rows) == pytest.approx(0.25 * LOG2, rel=1e-14)
    assert lossref.kl_divergence(*rows, reduction="sum") == pytest.approx(LOG2, rel=1e-14)
    assert lossref.kl_divergence(*rows, log_base=2) == pytest.approx(0.25, rel=1e-14)


def test_the_generalized_divergence_of_distributions_is_the_divergence():
    assert lossref.generalized_kl(P, Q) == pytest.approx(lossref.kl_divergence(P, Q), rel=1e-14)
    assert lossref.generalized_kl([[2.0, 0.0]], [[1.0, 3.0]]) == pytest.approx(2.0 * LOG2 - 1.0 + 3.0, rel=1e-15)
    gradient = get("generalized_kl").gradient([[2.0, 0.0, 0.0]], [[1.0, 3.0, 0.0]])
    np.testing.assert_array_equal(gradient, [[-1.0, 1.0, 1.0]])
    with pytest.raises(lossref.DomainError, match="not negative"):
        lossref.generalized_kl([[-1.0]], [[1.0]])


def test_jensen_shannon_is_symmetric_and_at_most_one_bit():
    assert lossref.jensen_shannon_divergence(P, Q) == lossref.jensen_shannon_divergence(Q, P)
    assert lossref.jensen_shannon_divergence([[1.0, 0.0]], [[0.0, 1.0]]) == pytest.approx(LOG2, rel=1e-15)
    # Not the mean of both directions, which is infinite here.
    assert lossref.jensen_shannon_divergence([[1.0, 0.0]], [[0.5, 0.5]]) == pytest.approx(
        0.5 * (math.log(4 / 3) + 0.5 * math.log(2 / 3) + 0.5 * LOG2), rel=1e-14
    )


def test_slopes_on_the_edges_are_one_sided():
    spec = get("js")
    gradient = spec.gradient([[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    np.testing.assert_allclose(gradient, [[-np.inf, 0.5 * LOG2, 0.5 * LOG2]], rtol=1e-15)
    by_p = get("kl").gradient([[1.0, 0.0, 0.0]], [[0.5, 0.5, 0.0]], wrt="p")
    np.testing.assert_allclose(by_p, [[1.0 + LOG2, -np.inf, np.inf]], rtol=1e-15)


def test_distributions_sum_to_one():
    with pytest.raises(lossref.DomainError, match=r"q \(sum of a row\)"):
        lossref.kl_divergence([[0.5, 0.5]], [[0.5, 0.4]])


P0, Q0 = np.array([[0.75, 0.25, 0.0]]), np.array([[0.5, 0.0, 0.5]])


def test_keras_clips_both_distributions_wherever_they_stand():
    # keras.losses.KLDivergence with an epsilon of 1/8: Σ max(p, 1/8) log(max(p, 1/8)/max(q, 1/8)).
    expected = 0.75 * math.log(1.5) + 0.25 * math.log(2.0) + 0.125 * math.log(0.25)
    options = {"eps_policy": "clip", "eps": 0.125, "reduction": "sum"}
    value, slope = get("kl").value_and_gradient(P0, Q0, **options)
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(slope, [[-1.5, 0.0, -0.25]], rtol=1e-15)
    by_p = get("kl").gradient(P0, Q0, wrt="p", **options)
    np.testing.assert_allclose(by_p, [[1.0 + math.log(1.5), 1.0 + math.log(2.0), 0.0]], rtol=1e-14)
    assert lossref.reverse_kl(Q0, P0, **options) == value
    general = lossref.generalized_kl(P0, Q0, **options)  # what the clipped sums differ by is added
    assert general == pytest.approx(expected - 1.125 + 1.125, rel=1e-14)


def test_a_clamp_bounds_the_logarithms_and_leaves_the_factors():
    options = {"eps_policy": "log_clamp", "eps": 0.125, "reduction": "sum"}
    expected = 0.75 * math.log(1.5) + 0.25 * math.log(2.0)
    value, slope = get("kl").value_and_gradient(P0, Q0, **options)
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(slope, [[-1.5, 0.0, 0.0]], rtol=1e-15)
    by_p = get("kl").gradient(P0, Q0, wrt="p", **options)
    np.testing.assert_allclose(by_p, [[1.0 + math.log(1.5), 1.0 + math.log(2.0), math.log(0.25)]], rtol=1e-14)
    general = get("generalized_kl")
    assert general.value(P0, Q0, **options) == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(general.gradient(P0, Q0, **options), [[-0.5, 1.0, 1.0]], rtol=1e-15)
    np.testing.assert_allclose(general.gradient(P0, Q0, wrt="p", **options), by_p - 1.0, rtol=1e-14)


def test_at_the_bound_itself_a_divergence_has_both_slopes():
    low, high = get("kl").subdifferential([[0.5, 0.5]], [[0.125, 0.875]], eps_policy="clip", eps=0.125)
    np.testing.assert_allclose(low, [[-4.0, -0.5 / 0.875]])
    np.testing.assert_allclose(high, [[0.0, -0.5 / 0.875]])
    low, high = get("js").subdifferential([[0.5, 0.5]], [[0.125, 0.875]], eps_policy="clip", eps=0.125)
    assert low[0, 0] == pytest.approx(0.5 * math.log(0.125 / 0.3125), rel=1e-14)
    assert high[0, 0] == 0.0


def test_a_clipped_jensen_shannon_divergence_has_a_finite_slope():
    p, q, options = [[1.0, 0.0]], [[0.0, 1.0]], {"eps_policy": "clip", "eps": 0.25}
    one = math.log(1.0 / 0.625) + 0.25 * math.log(0.25 / 0.625)
    assert lossref.jensen_shannon_divergence(p, q, **options) == pytest.approx(one, rel=1e-14)
    np.testing.assert_array_equal(get("js").gradient(p, q)[0, 0], -np.inf)
    np.testing.assert_allclose(get("js").gradient(p, q, **options), [[0.0, 0.5 * math.log(1.6)]], rtol=1e-14)
    with pytest.raises(lossref.OptionError, match="eps_policy is one of exact, clip"):
        lossref.jensen_shannon_divergence(p, q, eps_policy="log_clamp")
