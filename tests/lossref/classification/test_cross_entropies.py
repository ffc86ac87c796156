"""Cross-entropies: smoothing, class weights, ignored classes, edges."""

import math

import numpy as np
import pytest

import lossref
from lossref import get

LOG2 = math.log(2.0)
Z = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0], [1.0, 1.0, 1.0]])
LOG_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
Y = np.array([2, 0, 1])
W = np.array([0.5, 2.0, 3.0])


def test_two_labels_are_smoothed_towards_a_half():
    # keras: y (1 − a) + a/2; of p = 1/4 at y = 1 and a = 0.2 it is −0.9 log(1/4) − 0.1 log(3/4).
    expected = 0.9 * math.log(4.0) + 0.1 * math.log(4.0 / 3.0)
    assert lossref.binary_cross_entropy([1], [0.25], 0.2) == pytest.approx(expected, rel=1e-14)
    assert lossref.binary_cross_entropy_with_logits([1], [-math.log(3.0)], 0.2) == pytest.approx(expected, rel=1e-14)
    weighted = 5.0 * 0.9 * math.log(4.0) + 0.1 * math.log(4.0 / 3.0)
    assert lossref.weighted_binary_cross_entropy([1], [0.25], 5.0, 0.2) == pytest.approx(weighted, rel=1e-14)


def test_a_smoothed_label_keeps_its_digits_far_from_the_wrong_end():
    # At z = 1000 and y = 1 only the share a/2 of the label 0 is left: 1000 · a/2.
    assert lossref.binary_cross_entropy_with_logits([1], [1000.0], 1e-9) == pytest.approx(5e-7, rel=1e-15)
    slope = get("bce_with_logits").gradient([1], [1000.0], 1e-9)
    assert slope[0] == pytest.approx(5e-10, rel=1e-15)


@pytest.mark.parametrize("z", [0.0, -0.0])
def test_the_slope_at_a_logit_of_either_zero_is_half_less_the_label(z):
    np.testing.assert_array_equal(get("bce_with_logits").gradient([1, 0], [z, z], reduction="sum"), [-0.5, 0.5])


def test_tails_of_the_logit_loss_keep_their_digits():
    value, slope = get("bce_with_logits").value_and_gradient([1, 0], [50.0, -700.0], reduction="none")
    np.testing.assert_allclose(value, [math.exp(-50.0), math.exp(-700.0)], rtol=1e-13)
    np.testing.assert_allclose(slope, [-math.exp(-50.0), math.exp(-700.0)], rtol=1e-13)


def test_pos_weight_multiplies_the_label_1_alone_and_the_mean_divides_by_the_number():
    # torch.nn.functional.binary_cross_entropy_with_logits(pos_weight=3) of z = 0: (3 log 2 + log 2) / 2.
    assert lossref.weighted_binary_cross_entropy_with_logits([1, 0], [0.0, 0.0], 3.0) == pytest.approx(2.0 * LOG2)
    slope = get("weighted_bce_with_logits").gradient([1, 0], [0.0, 0.0], 3.0, reduction="sum")
    np.testing.assert_allclose(slope, [-1.5, 0.5], rtol=1e-15)
    with pytest.raises(lossref.DomainError, match="pos_weight"):
        lossref.weighted_binary_cross_entropy([1], [0.5], -1.0)


def test_class_weights_multiply_terms_and_have_a_mean_of_their_own():
    nll = -LOG_P[np.arange(3), Y]
    weighted = W[Y] * nll
    for name, prediction in (
        ("sparse_cce_with_logits", Z),
        ("sparse_cce", np.exp(LOG_P)),
        ("nll", np.minimum(LOG_P, 0.0)),
    ):
        spec = get(name)
        assert spec.value(Y, prediction, class_weights=W) == pytest.approx(weighted.mean(), rel=1e-14)
        by_weight = spec.value(Y, prediction, class_weights=W, reduction="mean_by_weight")
        assert by_weight == pytest.approx(weighted.sum() / W[Y].sum(), rel=1e-14)
        gradient = spec.gradient(Y, prediction, class_weights=W, reduction="sum")
        np.testing.assert_allclose(gradient, W[Y][:, None] * spec.gradient(Y, prediction, reduction="sum"), rtol=1e-14)


@pytest.mark.parametrize("name", ["cce", "cce_with_logits"])
def test_class_weights_of_rows_weigh_every_class_smoothed_or_not(name):
    prediction = Z if "logits" in name else np.exp(LOG_P)
    labels = 0.9 * np.eye(3)[Y] + 0.1 / 3.0
    expected = (-W * labels * LOG_P).sum(axis=1)
    terms = get(name).value(np.eye(3)[Y], prediction, 0.1, class_weights=W, reduction="none")
    np.testing.assert_allclose(terms, expected, rtol=1e-14)
    by_weight = get(name).value(np.eye(3)[Y], prediction, 0.1, class_weights=W, reduction="mean_by_weight")
    assert by_weight == pytest.approx(expected.sum() / W[Y].sum(), rel=1e-14)  # as torch: by the weights of the labels
    sparse = get("sparse_" + name).value(Y, prediction, 0.1, class_weights=W, reduction="none")
    np.testing.assert_allclose(sparse, expected, rtol=1e-14)


def test_class_weights_are_one_for_each_class():
    with pytest.raises(lossref.ShapeError, match=r"class_weights: expected one for each class, shape \(3,\)"):
        lossref.sparse_categorical_cross_entropy_with_logits(Y, Z, class_weights=[1.0, 2.0])


def test_class_weights_keep_float32():
    z = Z.astype(np.float32)
    spec = get("sparse_cce_with_logits")
    assert spec.value(Y, z, class_weights=W).dtype == np.float32
    assert spec.gradient(Y, z, class_weights=W).dtype == np.float32


def test_an_ignored_index_is_in_neither_sum_nor_count():
    # torch: ignore_index −100.
    spec = get("sparse_cce_with_logits")
    kept = spec.value(Y[:2], Z[:2])
    assert spec.value([2, 0, -100], Z, ignore_index=-100) == pytest.approx(kept, rel=1e-15)
    np.testing.assert_array_equal(spec.gradient([2, 0, -100], Z, ignore_index=-100)[2], 0.0)
    with pytest.raises(lossref.EmptyError):
        spec.value([-100] * 3, Z, ignore_index=-100)
    weighted = spec.value([2, 0, -100], Z, ignore_index=-100, class_weights=W, reduction="mean_by_weight")
    terms = -LOG_P[[0, 1], [2, 0]]
    assert weighted == pytest.approx((3.0 * terms[0] + 0.5 * terms[1]) / 3.5, rel=1e-14)


def test_probabilities_for_their_logarithms_are_refused():
    # torch.nn.functional.nll_loss would give −0.5.
    with pytest.raises(lossref.DomainError, match="logarithms of probabilities"):
        lossref.nll([0], [[0.5, 0.5]])
    assert lossref.nll([0], [[0.0, -np.inf]]) == 0.0
    assert lossref.nll([1], [[0.0, -np.inf]]) == np.inf


def test_the_slope_of_a_sure_row_is_not_rounded_to_zero():
    z = np.array([[0.0, -40.0, -50.0]])
    rest = math.exp(-40.0) + math.exp(-50.0)
    for spec, label in ((get("sparse_cce_with_logits"), [0]), (get("cce_with_logits"), [[1, 0, 0]])):
        value, gradient = spec.value_and_gradient(label, z)
        assert value == pytest.approx(rest, rel=1e-14)
        np.testing.assert_allclose(gradient[0], [-rest, math.exp(-40.0), math.exp(-50.0)], rtol=1e-13)


def test_entries_that_tie_for_the_largest_share_the_probability():
    z = np.array([[5.0, 5.0, 5.0, -np.inf]])
    assert lossref.sparse_categorical_cross_entropy_with_logits([1], z) == pytest.approx(math.log(3.0), rel=1e-15)
    gradient = get("sparse_cce_with_logits").gradient([1], z)
    np.testing.assert_allclose(gradient[0], [1 / 3, -2 / 3, 1 / 3, 0.0], rtol=1e-15)


@pytest.mark.parametrize("name", ["cce", "cce_with_logits", "sparse_cce", "sparse_cce_with_logits"])
def test_labels_smoothed_wholly_are_even(name):
    label = Y if "sparse" in name else np.eye(3)[Y]
    terms = get(name).value(label, Z if "logits" in name else np.exp(LOG_P), 1.0, reduction="none")
    np.testing.assert_allclose(terms, -LOG_P.mean(axis=1), rtol=1e-14)


@pytest.mark.parametrize("policy", ["exact", "log_clamp"])
def test_pos_weight_keeps_its_digits_beside_the_smallest_label(policy):
    loss, tiny = get("weighted_bce"), 2.0**-1073
    options = {"eps_policy": policy} | ({} if policy == "exact" else {"eps": 0.5 * tiny})
    assert loss.gradient([tiny], [tiny], 2.75, **options) == pytest.approx(1.0 - 2.75)
    assert loss.gradient([1.0], [0.0], 0.0, **options) == 0.0
