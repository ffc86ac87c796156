"""Losses of generative models: hand-computed values, conventions and kinks."""

import math

import numpy as np
import pytest

import lossref


def test_the_discriminator_s_loss_is_two_cross_entropies():
    real, fake = np.array([0.7, -2.0]), np.array([0.1, 3.0])
    expected = lossref.binary_cross_entropy_with_logits([1, 1], real, reduction="none")
    expected = expected + lossref.binary_cross_entropy_with_logits([0, 0], fake, reduction="none")
    np.testing.assert_allclose(lossref.gan_discriminator(real, fake, reduction="none"), expected, rtol=1e-15)


def test_the_generator_s_variants():
    fake = np.array([-800.0, 0.5, 800.0])
    np.testing.assert_allclose(
        lossref.gan_generator(fake, reduction="none"), [800.0, math.log1p(math.exp(-0.5)), 0.0], rtol=1e-15
    )
    minimax = lossref.gan_generator(fake, variant="minimax", reduction="none")
    np.testing.assert_allclose(minimax, [0.0, -math.log1p(math.exp(0.5)), -800.0], rtol=1e-15)
    spec = lossref.get("gan_generator")
    np.testing.assert_allclose(spec.gradient(fake, reduction="sum"), [-1.0, -1 / (1 + math.exp(0.5)), 0.0], rtol=1e-15)
    saturating = spec.gradient(fake, reduction="sum", variant="minimax")
    np.testing.assert_allclose(saturating, [0.0, -1 / (1 + math.exp(-0.5)), -1.0], rtol=1e-15)


def test_hinges_end_at_one_and_minus_one():
    spec = lossref.get("hinge_gan_discriminator")
    assert spec.value([0.25], [-0.5]) == 0.75 + 0.5
    low, high = spec.subdifferential([1.0], [-1.0], wrt="real")
    assert (low[0], high[0]) == (-1.0, 0.0)
    low, high = spec.subdifferential([1.0], [-1.0], wrt="fake")
    assert (low[0], high[0]) == (0.0, 1.0)


def test_least_squares_with_and_without_the_half():
    assert lossref.lsgan_discriminator([3.0], [2.0]) == 2.0 + 2.0
    assert lossref.lsgan_discriminator([3.0], [2.0], half=False) == 8.0
    assert lossref.lsgan_generator([3.0], half=False) == 4.0


def test_the_critic_and_its_generator():
    assert lossref.wasserstein_critic([1.0, 5.0], [2.0, -4.0], reduction="sum") == -8.0
    assert lossref.wasserstein_generator([2.0, -4.0]) == 1.0
    assert lossref.hinge_gan_generator([2.0, -4.0]) == 1.0


def test_the_penalty_on_short_and_long_gradients():
    gradients = np.array([[0.3, 0.4], [3.0, 4.0]])
    np.testing.assert_allclose(lossref.gradient_penalty(gradients, reduction="none"), [0.25, 16.0], rtol=1e-15)
    np.testing.assert_allclose(
        lossref.gradient_penalty(gradients, 10.0, sides="one", reduction="none"), [0.0, 160.0], rtol=1e-15
    )
    low, high = lossref.get("gradient_penalty").subdifferential(np.zeros((1, 2)), 3.0)
    np.testing.assert_array_equal((low, high), ([[-6.0, -6.0]], [[6.0, 6.0]]))
    one_sided = lossref.get("gradient_penalty").subdifferential(np.zeros((1, 2)), 3.0, sides="one")
    np.testing.assert_array_equal(one_sided, np.zeros((2, 1, 2)))


def test_the_bound_sums_over_features_and_averages_over_rows():
    x, x_hat = np.array([[1.0, 0.0], [1.0, 1.0]]), np.full((2, 2), 0.5)
    mu, logvar = np.array([[2.0], [0.0]]), np.array([[0.0], [1.0]])
    divergence = (0.5 * 4.0 + 0.5 * (math.e - 2.0)) / 2
    assert lossref.vae_elbo(x, x_hat, mu, logvar) == pytest.approx(2 * math.log(2) + divergence, rel=1e-14)
    assert lossref.vae_elbo(x, x_hat, mu, logvar, 3.0) == pytest.approx(2 * math.log(2) + 3 * divergence, rel=1e-14)


@pytest.mark.parametrize(("reconstruction", "factor"), [("squared_error", 1.0), ("half_squared_error", 0.5)])
def test_squared_reconstructions_take_any_real_data(reconstruction, factor):
    x, x_hat, code = np.array([[3.0, -1.0]]), np.array([[1.0, 0.0]]), np.zeros((1, 1))
    spec = lossref.get("vae_elbo")
    assert spec.value(x, x_hat, code, code, reconstruction=reconstruction) == 5.0 * factor
    for wrt, sign in (("x_hat", 1.0), ("x", -1.0)):
        gradient = spec.gradient(x, x_hat, code, code, wrt=wrt, reconstruction=reconstruction)
        np.testing.assert_array_equal(gradient, sign * factor * np.array([[-4.0, 2.0]]))
    with pytest.raises(lossref.DomainError):
        spec.value(x, x_hat, code, code)


@pytest.mark.parametrize("policy", ["exact", "clip", "log_clamp"])
def test_a_reconstruction_that_is_sure_and_wrong_follows_the_eps_policy(policy):
    value = lossref.vae_elbo([[1.0]], [[0.0]], [[0.0]], [[0.0]], eps_policy=policy)
    assert value == pytest.approx({"exact": math.inf, "clip": -math.log(1e-7), "log_clamp": 100.0}[policy])
    low, high = lossref.get("vae_elbo").subdifferential([[1.0]], [[0.0]], [[0.0]], [[0.0]], eps_policy=policy)
    assert low[0, 0] <= high[0, 0] <= 0.0


def test_widths_of_features_and_of_the_code_are_their_own():
    with pytest.raises(lossref.ShapeError, match="logvar"):
        lossref.vae_elbo(np.ones((2, 3)), np.full((2, 3), 0.5), np.zeros((2, 2)), np.zeros((2, 3)))
