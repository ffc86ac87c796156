"""Focal losses: their ties to the cross-entropy, alpha, ends of the range."""

import math

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


@pytest.mark.parametrize("policy", ["exact", "clip", "log_clamp"])
def test_every_policy_with_gamma_0_is_that_of_the_cross_entropy(policy):
    p, y = np.array([0.0, 1e-9, 0.3, 1.0, 0.7, 0.0, 1.0]), np.array([1, 1, 1, 1, 0, 0, 0])
    focal, entropy = get("binary_focal"), get("bce")
    terms = focal.value(y, p, 0.0, eps_policy=policy, reduction="none")
    np.testing.assert_allclose(terms, entropy.value(y, p, eps_policy=policy, reduction="none"), rtol=1e-14)
    for ends in zip(
        focal.subdifferential(y, p, 0.0, eps_policy=policy),
        entropy.subdifferential(y, p, eps_policy=policy),
        strict=True,
    ):
        np.testing.assert_allclose(*ends, rtol=1e-14)
    np.testing.assert_allclose(
        focal.hessian_diagonal(y, p, 0.0, eps_policy=policy),
        entropy.hessian_diagonal(y, p, eps_policy=policy),
        rtol=1e-14,
    )


def test_a_bound_holds_the_logarithm_of_the_focal_loss_and_not_its_power():
    # At p = 0 and y = 1 the power is 1: what is left is the clamp, −2 times which is the slope of (1 − p)² there.
    clip, clamp = -math.log(1e-7), 100.0
    for policy, bound in (("clip", clip), ("log_clamp", clamp)):
        value, slope = get("binary_focal").value_and_gradient([1, 0], [0.0, 1.0], eps_policy=policy, reduction="none")
        np.testing.assert_allclose(value, [bound, bound], rtol=1e-8)
        np.testing.assert_allclose(slope, [-2.0 * bound, 2.0 * bound], rtol=1e-8)
    assert lossref.binary_focal([1], [0.0], alpha=0.25, eps_policy="log_clamp") == pytest.approx(25.0)
    assert lossref.binary_focal([0], [1.0], alpha=0.25, eps_policy="log_clamp") == pytest.approx(75.0)


def test_the_ends_of_the_slope_at_the_corner_are_those_beside_it():
    # At p = eps = 1/4 of y = 1 and γ = 2: −2 w s beyond the bound, and −w²/p more within, for w = 3/4 and s = log 4.
    beyond, within = -1.5 * math.log(4.0), -1.5 * math.log(4.0) - 2.25
    for policy in ("clip", "log_clamp"):
        options = {"eps_policy": policy, "eps": 0.25, "reduction": "sum"}
        np.testing.assert_allclose(get("binary_focal").subdifferential([1], [0.25], **options), [[within], [beyond]])
        np.testing.assert_allclose(get("binary_focal").subdifferential([0], [0.75], **options), [[-beyond], [-within]])
    for policy, high in (("clip", 0.0), ("log_clamp", beyond)):
        low_and_high = get("categorical_focal").subdifferential(
            [[1, 0]], [[0.25, 0.75]], eps_policy=policy, eps=0.25, reduction="sum"
        )
        np.testing.assert_allclose(low_and_high, [[[within, 0.0]], [[high, 0.0]]])


def test_keras_clips_the_power_of_many_classes_too():
    # keras, CategoricalFocalCrossentropy(alpha=1) with an epsilon of 0.1: −(1 − 0.1)² log 0.1, with the slope 0.
    spec = get("categorical_focal")
    value, slope = spec.value_and_gradient([[1, 0]], [[0.0, 1.0]], eps_policy="clip", eps=0.1)
    assert value == pytest.approx(0.81 * math.log(10.0), rel=1e-14)
    np.testing.assert_array_equal(slope, [[0.0, 0.0]])
    value, slope = spec.value_and_gradient([[1, 0]], [[0.0, 1.0]], eps_policy="log_clamp", eps=0.1)
    assert value == pytest.approx(math.log(10.0), rel=1e-14)
    np.testing.assert_allclose(slope, [[-2.0 * math.log(10.0), 0.0]], rtol=1e-14)
    by_label = spec.gradient([[1, 0]], [[0.0, 1.0]], wrt="y_true", eps_policy="clip", eps=0.1)
    np.testing.assert_allclose(by_label, [[0.81 * math.log(10.0), -0.01 * math.log(0.9)]], rtol=1e-13)
