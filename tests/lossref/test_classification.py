"""Cross-entropies, focal losses, sparsemax and scores: values by hand, conventions, edges."""

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


def test_sparsemax_of_two_classes_is_that_of_many():
    # Of the scores (0, z) the loss of many classes is that of two.
    z = np.array([-3.0, -1.0, -0.4, 0.0, 0.7, 1.0, 5.0])
    rows, label = np.stack([np.zeros_like(z), z], axis=1), np.ones(len(z), dtype=int)
    many = lossref.multiclass_sparsemax(label, rows, reduction="none")
    np.testing.assert_allclose(lossref.sparsemax(label, z, reduction="none"), many, rtol=1e-15)
    gradient = get("multiclass_sparsemax").gradient(label, rows, reduction="sum")
    np.testing.assert_allclose(get("sparsemax").gradient(label, z, reduction="sum"), gradient[:, 1], rtol=1e-15)


def test_the_slope_of_sparsemax_is_the_projection_less_the_label():
    z = np.array([[0.9, 0.6, 0.1, -4.0]])  # projected on the simplex: (0.65, 0.35, 0, 0)
    np.testing.assert_allclose(
        get("multiclass_sparsemax").gradient([1], z), [[0.65, -0.65, 0.0, 0.0]], rtol=1e-14, atol=1e-16
    )
    assert lossref.multiclass_sparsemax([1], z) == pytest.approx(-0.6 + 0.5 * (0.81 + 0.36 - 2 * 0.0625) + 0.5)


def test_sparsemax_near_its_zero_keeps_its_digits():
    # A gap of 1 − 2d gives d².
    gap = 1.0 - 2.0**-39
    assert lossref.multiclass_sparsemax([0], [[gap, 0.0]]) == pytest.approx(2.0**-80, rel=1e-15)
    assert get("multiclass_sparsemax").gradient([0], [[gap, 0.0]])[0, 0] == pytest.approx(-(2.0**-40), rel=1e-15)


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


COST = np.array([[0.0, 1.0, 5.0], [2.0, 0.0, 1.0], [4.0, 3.0, 0.0]])


def test_expected_costs_are_linear_in_the_probabilities():
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    spec = get("expected_cost")
    np.testing.assert_allclose(spec.value([0, 2], p, COST, reduction="none"), [0.3 + 1.0, 0.4 + 0.3], rtol=1e-15)
    np.testing.assert_array_equal(spec.gradient([0, 2], p, COST), COST[[0, 2]] / 2.0)
    by_cost = spec.gradient([0, 0], p, COST, wrt="cost", reduction="sum")
    np.testing.assert_allclose(by_cost, [p.sum(axis=0), np.zeros(3), np.zeros(3)], rtol=1e-15)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 3], np.full((2, 3), 1 / 3), COST), "class indices from 0 to 2"),
        (([0], np.full((2, 3), 1 / 3), COST), r"y_true: expected shape \(2,\)"),
        (([0, 1], np.full((2, 3), 1 / 3), COST[:2]), r"cost: expected shape \(3, 3\)"),
        (([0, 1], np.full((2, 3), 0.3), COST), "each row sums to 1"),
        (([0, 1], np.full(3, 1 / 3), COST), r"expected shape \(N, C\)"),
    ],
)
def test_costs_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises((lossref.DomainError, lossref.ShapeError), match=message):
        lossref.cost_sensitive_cross_entropy(*arguments)


def test_the_linear_cross_entropy_is_that_of_its_logits(rng):
    x, weight, bias = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=5)
    y, logits = np.array([4, 0, 2]), x @ weight.T + bias
    spec = get("linear_cross_entropy")
    by_logits = get("sparse_cce_with_logits")
    for smoothing in (0.0, 0.1):
        expected = by_logits.value(y, logits, smoothing)
        assert spec.value(y, x, weight, bias, smoothing) == pytest.approx(expected, rel=1e-14)
        slope = by_logits.gradient(y, logits, smoothing)
        for wrt, exact in (("x", slope @ weight), ("weight", slope.T @ x), ("bias", slope.sum(axis=0))):
            np.testing.assert_allclose(spec.gradient(y, x, weight, bias, smoothing, wrt=wrt), exact, rtol=1e-12)


@pytest.mark.parametrize(
    ("weight", "bias", "message"),
    [
        (np.ones((2, 3)), np.ones(2), r"weight: expected shape \(2, 2\)"),
        (np.ones((2, 2)), np.ones(3), r"bias: expected shape \(2,\)"),
        (np.ones(2), np.ones(2), "weight of shape"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(weight, bias, message):
    with pytest.raises(lossref.ShapeError, match=message):
        lossref.linear_cross_entropy([0], np.ones((1, 2)), weight, bias)


def test_the_curvature_of_focal_logits_ends_at_0_and_not_in_nan():
    for z in (1e150, 1e308):
        assert get("binary_focal_with_logits").hessian_diagonal([0.0, 1.0], [z, -z]).tolist() == [0.0, 0.0]
