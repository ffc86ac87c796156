"""Losses of preferences: variants, extremes, and what they leave alone."""

import math

import numpy as np
import pytest

import lossref

LOG_PROBS = (np.array([-4.0, -9.0]), np.array([-6.0, -7.0]), np.array([-5.0, -5.0]), np.array([-5.5, -6.0]))
H = np.array([1.5, -3.0])


def test_dpo_is_the_logistic_loss_of_the_difference_of_log_ratios():
    expected = [math.log1p(math.exp(-0.3 * h)) for h in H]
    np.testing.assert_allclose(lossref.dpo(*LOG_PROBS, 0.3, reduction="none"), expected, rtol=1e-15)
    smoothed = [0.9 * math.log1p(math.exp(-0.3 * h)) + 0.1 * math.log1p(math.exp(0.3 * h)) for h in H]
    np.testing.assert_allclose(
        lossref.dpo(*LOG_PROBS, 0.3, label_smoothing=0.1, reduction="none"), smoothed, rtol=1e-14
    )


def test_the_reference_matters():
    without = (*LOG_PROBS[:2], np.zeros(2), np.zeros(2))
    assert lossref.dpo(*LOG_PROBS) != lossref.dpo(*without)
    gradient = lossref.get("dpo").gradient(*LOG_PROBS, wrt="reference_chosen")
    np.testing.assert_array_equal(gradient, -lossref.get("dpo").gradient(*LOG_PROBS, wrt="policy_chosen"))


def test_the_variants_by_hand():
    np.testing.assert_allclose(
        lossref.dpo(*LOG_PROBS, 0.25, variant="ipo", reduction="none"), (H - 2.0) ** 2, rtol=1e-15
    )
    hinge = lossref.dpo(*LOG_PROBS, 0.5, variant="hinge", reduction="none")
    np.testing.assert_allclose(hinge, [0.25, 2.5], rtol=1e-15)


@pytest.mark.parametrize("variant", ["sigmoid", "ipo", "hinge"])
def test_every_variant_has_its_own_slope_and_curvature(variant):
    spec, size = lossref.get("dpo"), 1e-5
    for place, wrt in enumerate(spec.slopes):
        moved = [[a + sign * size * (i == place) for i, a in enumerate(LOG_PROBS)] for sign in (1, 0, -1)]
        up, here, down = (spec.value(*each, 0.5, variant=variant, reduction="none") for each in moved)
        given = {"wrt": wrt, "variant": variant, "reduction": "sum"}
        np.testing.assert_allclose(spec.gradient(*LOG_PROBS, 0.5, **given), (up - down) / (2 * size), rtol=1e-6)
        curvature = spec.hessian_diagonal(*LOG_PROBS, 0.5, **given)
        np.testing.assert_allclose(curvature, (up - 2 * here + down) / size**2, rtol=1e-4, atol=2e-5)


def test_the_hinge_has_an_interval_at_its_corner():
    log_probs = [np.array([entry]) for entry in (2.0, 0.0, 0.0, 0.0)]
    low, high = lossref.get("dpo").subdifferential(*log_probs, 0.5, variant="hinge")
    assert (low[0], high[0]) == (-0.5, 0.0)
    low, high = lossref.get("dpo").subdifferential(*log_probs, 0.5, variant="hinge", wrt="policy_rejected")
    assert (low[0], high[0]) == (0.0, 0.5)


@pytest.mark.parametrize("variant", ["ipo", "hinge"])
def test_smoothed_labels_are_refused_where_they_have_no_meaning(variant):
    for call in (lossref.get("dpo").value, lossref.get("dpo").gradient):
        with pytest.raises(lossref.OptionError, match="label_smoothing"):
            call(*LOG_PROBS, label_smoothing=0.1, variant=variant)


@pytest.mark.parametrize("name", ["bpr", "bradley_terry"])
def test_the_better_one_should_score_higher(name):
    spec = lossref.get(name)
    terms = spec.value([1.0, 3.0, 1e3, 0.0], [1.0, 2.0, 0.0, 1e3], reduction="none")
    np.testing.assert_allclose(terms, [math.log(2), math.log1p(math.exp(-1.0)), 0.0, 1e3], rtol=1e-15)
    better, worse = spec.slopes
    np.testing.assert_array_equal(spec.gradient([0.5], [1.0], wrt=better), -spec.gradient([0.5], [1.0], wrt=worse))


def test_a_tiny_loss_has_the_digits_of_the_exact_difference():
    # 649.79 + 0.777 rounds; e to the rounded number alone would be off by 263 units in the last place.
    value = lossref.bradley_terry([649.7908398770364], [-0.7774188752655826])
    exact = 2.8959770941480146e-283
    assert value == pytest.approx(exact, rel=1e-15, abs=0.0)
