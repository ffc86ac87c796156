"""Variants of the categorical cross-entropy."""

import math

import numpy as np
import pytest

import lossref
from lossref import get

LOG2 = math.log(2.0)
Z = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0], [1.0, 1.0, 1.0]])
LOG_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
Y = np.array([2, 0, 1])


def test_poly_1_adds_the_missing_probability():
    p = np.exp(LOG_P)[np.arange(3), Y]
    terms = lossref.poly_cross_entropy(np.eye(3)[Y], Z, 2.0, reduction="none")
    np.testing.assert_allclose(terms, -np.log(p) + 2.0 * (1.0 - p), rtol=1e-14)
    assert lossref.poly_cross_entropy([[1, 0]], [[60.0, 0.0]], -1.0) < 1e-40  # −log p − (1 − p) is of second order
    with pytest.raises(lossref.DomainError, match="epsilon"):
        lossref.poly_cross_entropy([[1, 0]], [[60.0, 0.0]], -1.5)


def test_the_generalized_cross_entropy_lies_between_two_losses():
    y, p = np.array([1]), np.array([[0.75, 0.25]])
    assert lossref.generalized_cross_entropy(y, p, 1.0) == 0.75
    assert lossref.generalized_cross_entropy(y, p, 1e-9) == pytest.approx(2.0 * LOG2, rel=1e-8)
    np.testing.assert_allclose(get("gce").gradient(y, p, 0.5), [[0.0, -2.0]])
    assert get("gce").gradient([0], [[0.0, 1.0]], 0.5)[0, 0] == -np.inf
    with pytest.raises(lossref.DomainError, match="0 excluded"):
        lossref.generalized_cross_entropy(y, p, 0.0)


def test_relevances_of_a_list_need_not_sum_to_one():
    assert lossref.ranking_softmax([[3.0, 1.0]], [[0.0, 0.0]]) == pytest.approx(4.0 * LOG2, rel=1e-15)
    gradient = get("ranking_softmax").gradient([[3.0, 1.0]], [[0.0, 0.0]])
    np.testing.assert_array_equal(gradient, [[-1.0, 1.0]])


def test_the_poly_slope_of_a_sure_row_keeps_what_is_missing():
    # −(1 + ε p)(1 − p) p / p of the label: with p = 1 − r it is −(1 + ε) r for r far below 1.
    rest = 2.0 * math.exp(-40.0)
    gradient = get("poly_cross_entropy").gradient([[1, 0, 0]], [[40.0, 0.0, 0.0]], 2.0)
    np.testing.assert_allclose(gradient, [[-3.0 * rest, 1.5 * rest, 1.5 * rest]], rtol=1e-14)


def test_with_q_of_one_the_generalized_cross_entropy_is_linear_to_its_end():
    spec = get("gce")
    np.testing.assert_array_equal(spec.gradient([0, 0], [[0.0, 1.0], [0.5, 0.5]], 1.0), [[-0.5, 0.0], [-0.5, 0.0]])
    np.testing.assert_array_equal(spec.hessian_diagonal([0, 0], [[0.0, 1.0], [0.5, 0.5]], 1.0), np.zeros((2, 2)))
