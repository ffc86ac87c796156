"""Focal losses: their ties to the cross-entropy, alpha, ends of the range."""

import numpy as np
import pytest

import lossref
from lossref import get

Z = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0], [1.0, 1.0, 1.0]])
LOG_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
Y = np.array([2, 0, 1])


def test_the_focal_loss_with_gamma_0_is_the_cross_entropy():
    y, p = np.array([1, 0, 1]), np.array([0.3, 0.9, 1.0])
    np.testing.assert_allclose(
        lossref.binary_focal(y, p, 0.0, reduction="none"), lossref.binary_cross_entropy(y, p, reduction="none")
    )
    np.testing.assert_allclose(get("binary_focal").gradient(y, p, 0.0), get("bce").gradient(y, p), rtol=1e-15)
    onehot = np.eye(3)[Y]
    assert lossref.categorical_focal(onehot, np.exp(LOG_P), 0.0) == pytest.approx(
        lossref.categorical_cross_entropy(onehot, np.exp(LOG_P)), rel=1e-15
    )


def test_alpha_of_the_focal_loss_is_off_unless_given():
    # Of y = 1: off as in optax and keras' binary loss; 0.25 in torchvision.
    off, on = lossref.binary_focal_with_logits([1], [0.3]), lossref.binary_focal_with_logits([1], [0.3], alpha=0.25)
    assert on == pytest.approx(0.25 * off, rel=1e-15)
    assert lossref.binary_focal([0], [0.3], alpha=0.25) == pytest.approx(0.75 * lossref.binary_focal([0], [0.3]))
    with pytest.raises(lossref.DomainError, match="alpha"):
        lossref.binary_focal([0], [0.3], alpha=2.0)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_the_focal_gradient_at_a_perfect_prediction_is_a_number(gamma):
    # (1 − p)^γ has an infinite derivative at p = 1 for γ < 1, and it is multiplied by log 1.
    np.testing.assert_array_equal(get("binary_focal").gradient([1, 0], [1.0, 0.0], gamma), [0.0, 0.0])
    np.testing.assert_array_equal(get("categorical_focal").gradient([[1, 0]], [[1.0, 0.0]], gamma), [[0.0, 0.0]])


def test_focal_losses_of_probabilities_and_logits_agree():
    z = np.array([-3.0, 0.0, 2.0, 40.0])
    p, y = 1.0 / (1.0 + np.exp(-z)), np.array([1, 0, 1, 0])
    terms = lossref.binary_focal_with_logits(y[:3], z[:3], 1.5, 0.3, reduction="none")
    np.testing.assert_allclose(terms, lossref.binary_focal(y[:3], p[:3], 1.5, 0.3, reduction="none"), rtol=1e-13)
    assert lossref.binary_focal_with_logits([1], [-1000.0]) == 1000.0


def test_the_curvature_of_focal_logits_ends_at_0_and_not_in_nan():
    for z in (1e150, 1e308):
        assert get("binary_focal_with_logits").hessian_diagonal([0.0, 1.0], [z, -z]).tolist() == [0.0, 0.0]
