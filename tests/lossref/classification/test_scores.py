"""Brier scores and counted errors."""

import numpy as np
import pytest

import lossref
from lossref import get


def test_the_brier_score_of_two_classes_is_half_of_that_over_both():
    y, p = np.array([1, 0]), np.array([0.8, 0.3])
    both = np.stack([1.0 - p, p], axis=1)
    assert lossref.brier(y, p) == pytest.approx(0.065, rel=1e-14)
    assert lossref.multiclass_brier(np.eye(2)[y], both) == pytest.approx(0.13, rel=1e-14)
    assert lossref.multiclass_brier(np.eye(2)[y], both, half=True) == pytest.approx(0.065, rel=1e-14)


def test_errors_are_counted_for_labels_and_for_probabilities():
    assert lossref.zero_one([0, 1, 2, 2], [0, 2, 2, 1], reduction="sum") == 2.0
    np.testing.assert_array_equal(lossref.zero_one([1, 1, 0], [0.5, 0.51, 0.5], reduction="none"), [1.0, 0.0, 0.0])
    assert lossref.zero_one([1], [0.6], threshold=0.7) == 1.0
    assert lossref.zero_one([1], [1.0], threshold=1.0) == 0.0
    assert lossref.hamming([[1, 0], [0, 1]], [[1, 1], [1, 1]]) == 0.5
    np.testing.assert_array_equal(get("zero_one").gradient([1, 0], [0.3, 0.3]), [0.0, 0.0])
    with pytest.raises(lossref.DomainError, match="labels"):
        lossref.zero_one([1], [1.5])


def test_half_of_the_brier_score_has_half_of_its_derivatives():
    y, p = [[1, 0, 0]], [[0.5, 0.25, 0.25]]
    spec = get("multiclass_brier")
    for wrt in ("p", "y_true"):
        for of in (spec.gradient, spec.hessian_diagonal):
            np.testing.assert_array_equal(of(y, p, wrt=wrt, half=True), 0.5 * of(y, p, wrt=wrt))
    np.testing.assert_array_equal(spec.hessian_diagonal(y, p), [[2.0, 2.0, 2.0]])
