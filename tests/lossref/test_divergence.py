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
