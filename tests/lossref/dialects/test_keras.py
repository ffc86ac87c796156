"""keras' losses: values by hand, its clips, masks, weights and reductions, and slopes at its kinks."""

import math

import numpy as np
import pytest

from lossref.dialects import apis, call, gradient, signature
from lossref.errors import OptionError, ShapeError

K = "keras.losses."
Y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
P = np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]])

SMOOTH = {
    "mean_squared_error": {},
    "mean_absolute_error": {},
    "mean_absolute_percentage_error": {},
    "mean_squared_logarithmic_error": {},
    "cosine_similarity": {},
    "huber": {"delta": 0.3},
    "log_cosh": {},
    "poisson": {},
    "kl_divergence": {},
    "binary_crossentropy": {"label_smoothing": 0.1},
    "binary_focal_crossentropy": {"apply_class_balancing": True, "gamma": 1.5},
    "categorical_crossentropy": {"label_smoothing": 0.1},
    "categorical_focal_crossentropy": {"alpha": [0.2, 0.3, 0.5]},
    "dice": {"axis": 1},
    "tversky": {"alpha": 0.3, "beta": 0.6},
}


@pytest.mark.parametrize("wrt", ["y_true", "y_pred"])
@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_are_those_of_central_differences(name, wrt):
    arguments = {"y_true": 0.8 * Y + 0.05, "y_pred": P, **SMOOTH[name]}
    found = gradient(K + name, wrt, **arguments)
    numeric = np.zeros_like(P)
    for index in np.ndindex(P.shape):
        sides = []
        for step in (1e-3, -1e-3):  # wide: some of keras' operations round to float32
            moved = arguments[wrt].copy()
            moved[index] += step
            sides.append(np.sum(call(K + name, **{**arguments, wrt: moved})))
        numeric[index] = (sides[0] - sides[1]) / 2e-3
    np.testing.assert_allclose(found, numeric, rtol=3e-3, atol=1e-3)


@pytest.mark.parametrize("name", ["binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy"])
def test_logits_give_what_their_probabilities_give(name):
    logits = np.log(P / (1.0 - P)) if name.startswith("binary") else np.log(P)
    from_logits = call(K + name, Y, logits, from_logits=True)
    np.testing.assert_allclose(from_logits, call(K + name, Y, P), rtol=1e-6)


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [
        ("sum_over_batch_size", (1.0 * 2 + 16.0 * 3) / 2),
        ("mean", (1.0 * 2 + 16.0 * 3) / 2),
        ("sum", 1.0 * 2 + 16.0 * 3),
        ("mean_with_sample_weight", (1.0 * 2 + 16.0 * 3) / 5),
        ("none", [2.0, 48.0]),
        (None, [2.0, 48.0]),
    ],
)
def test_reductions_of_weighted_samples(reduction, expected):
    y_true, y_pred = np.zeros((2, 2)), np.array([[1.0, 1.0], [4.0, 4.0]])
    value = call(K + "MeanSquaredError", y_true, y_pred, np.array([2.0, 3.0]), reduction=reduction)
    np.testing.assert_allclose(value, expected)


def test_mean_with_sample_weight_is_zero_where_no_weight_is():
    arguments = (np.zeros((2, 1)), np.ones((2, 1)), np.zeros(2))
    options = {"reduction": "mean_with_sample_weight"}
    assert call(K + "MeanAbsoluteError", *arguments, **options) == 0.0
    np.testing.assert_array_equal(gradient(K + "MeanAbsoluteError", "y_pred", *arguments, **options), np.zeros((2, 1)))


def test_mean_with_sample_weight_divides_by_the_weights_as_they_came():
    # One weight stands for both samples, and is counted once.
    value = call(K + "MeanAbsoluteError", [[0.0], [0.0]], [[1.0], [3.0]], 0.5, reduction="mean_with_sample_weight")
    assert value == 4.0


def test_lists_and_integers_are_float32_and_float64_stays():
    assert call(K + "MeanSquaredError", [[0.0]], [[0.1]]).dtype == np.float32
    assert call(K + "MeanSquaredError", np.array([[0]]), np.array([[2]])).dtype == np.float32
    assert call(K + "MeanSquaredError", Y, P, reduction="sum").dtype == np.float64
    assert call(K + "BinaryCrossentropy", Y, P, dtype="float32", reduction="sum").dtype == np.float32


def test_under_float64_a_mean_is_rounded_to_float32():
    assert call(K + "mean_absolute_error", [0.0], np.array([0.1])) == np.float64(np.float32(0.1))


def test_slope_in_whole_numbers_is_that_in_the_same_real_ones():
    whole, real = np.array([[3, 1]]), np.array([[3.0, 1.0]])
    in_whole = gradient(K + "Dice", "y_pred", np.array([[1, 0]]), whole)
    np.testing.assert_array_equal(in_whole, gradient(K + "Dice", "y_pred", np.array([[1, 0]]), real))


@pytest.mark.parametrize(("truth", "prediction"), [((4,), (4, 1)), ((4, 1), (4,))])
def test_a_last_axis_of_one_does_not_spread_samples_over_each_other(truth, prediction):
    y_true, y_pred = np.arange(4.0).reshape(truth), np.arange(4.0).reshape(prediction) + 1.0
    np.testing.assert_array_equal(call(K + "mean_squared_error", y_true, y_pred), np.ones(4))


def test_probabilities_are_clipped_to_1e_minus_7():
    np.testing.assert_allclose(call(K + "binary_crossentropy", [1.0], np.array([0.0])), -math.log(1e-7), rtol=1e-6)
    clipped = call(K + "categorical_crossentropy", np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    np.testing.assert_allclose(clipped, -math.log(1e-7))
    assert gradient(K + "binary_crossentropy", "y_pred", [1.0], np.array([0.0])) == 0.0


def test_class_probabilities_are_divided_by_their_sum():
    value = call(K + "categorical_crossentropy", np.array([0.0, 1.0]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(value, math.log(4.0))


def test_label_smoothing_divides_by_the_classes_of_the_named_axis():
    y_true, logits = np.array([[1.0], [0.0], [0.0]]), np.array([[2.0], [0.0], [-1.0]])
    value = call(K + "categorical_crossentropy", y_true, logits, from_logits=True, label_smoothing=0.3, axis=0)
    total = math.log(math.exp(2.0) + 1.0 + math.exp(-1.0))
    np.testing.assert_allclose(value, [0.8 * (total - 2.0) + 0.1 * total + 0.1 * (total + 1.0)])


def test_hinge_takes_labels_0_and_1_for_minus_1_and_1_only_if_all_are():
    scores = np.array([0.25, 0.5])
    assert call(K + "hinge", np.array([0.0, 1.0]), scores) == (1.25 + 0.5) / 2
    assert call(K + "hinge", np.array([0.0, -1.0]), scores) == (1.0 + 1.5) / 2
    assert call(K + "squared_hinge", np.array([1.0, 1.0]), scores) == (0.75**2 + 0.5**2) / 2


def test_hinge_has_half_its_slope_at_the_margin():
    slopes = gradient(K + "hinge", "y_pred", np.array([1.0, 1.0, 1.0]), np.array([0.5, 1.0, 2.0]))
    np.testing.assert_allclose(slopes, np.array([-1.0, -0.5, 0.0]) / 3, rtol=1e-7)


def test_absolute_error_is_flat_at_0_and_percentages_are_of_at_least_1e_minus_7():
    assert gradient(K + "mean_absolute_error", "y_pred", [2.0], np.array([2.0])) == 0.0
    np.testing.assert_allclose(call(K + "mean_absolute_percentage_error", [0.0], np.array([1.0])), 1e9)


def test_categorical_hinge_compares_with_the_best_other_class():
    assert call(K + "categorical_hinge", np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.25, 1.5])) == 2.25


def test_log_cosh_loses_nothing_at_large_and_small_errors():
    np.testing.assert_allclose(call(K + "log_cosh", [0.0], np.array([500.0])), 500.0 - math.log(2.0), rtol=1e-7)
    np.testing.assert_allclose(call(K + "log_cosh", [0.0], np.array([1e-5])), 5e-11, rtol=1e-4)


def test_cosine_similarity_is_minus_one_for_one_direction_and_finite_at_zero():
    np.testing.assert_allclose(call(K + "CosineSimilarity", Y, 3.0 * Y), -1.0)
    assert call(K + "cosine_similarity", np.array([1.0, 0.0]), np.zeros(2)) == 0.0
    assert np.isfinite(gradient(K + "cosine_similarity", "y_pred", np.array([1.0, 0.0]), np.zeros(2))).all()


def test_sparse_labels_give_what_one_hot_rows_give():
    dense = call(K + "CategoricalCrossentropy", Y, P)
    assert call(K + "SparseCategoricalCrossentropy", np.array([1, 0]), P) == dense
    assert call(K + "SparseCategoricalCrossentropy", np.array([[1], [0]]), P) == dense
    assert call(K + "SparseCategoricalCrossentropy", np.array([1, 0]), P.T, axis=0) == dense


def test_an_ignored_class_leaves_the_mean_of_the_others():
    probabilities = np.vstack([P, [np.nan, 0.5, 0.5]])
    labels, options = np.array([1, 0, -1]), {"ignore_class": -1}
    ignoring = call(K + "SparseCategoricalCrossentropy", labels, probabilities, **options)
    np.testing.assert_allclose(ignoring, call(K + "CategoricalCrossentropy", Y, P), rtol=1e-6)
    slopes = gradient(K + "SparseCategoricalCrossentropy", "y_pred", labels, probabilities, **options)
    np.testing.assert_array_equal(slopes[2], np.zeros(3))


def test_generalized_cross_entropy_goes_from_absolute_error_to_cross_entropy():
    labels = np.array([1, 0])
    linear = call(K + "categorical_generalized_cross_entropy", labels, P, 1.0)
    np.testing.assert_allclose(linear, [0.3, 0.5])
    almost = call(K + "CategoricalGeneralizedCrossEntropy", labels, P, q=1e-9, reduction="none")
    np.testing.assert_allclose(almost, -np.log([0.7, 0.5]), rtol=1e-6)


def test_tversky_weighs_false_positives_by_alpha_and_before_3_16_by_beta():
    y_true, y_pred = np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.5])
    now = call(K + "Tversky", y_true, y_pred, alpha=0.2, beta=0.6)
    before = call(K + "Tversky", y_true, y_pred, alpha=0.2, beta=0.6, keras_version="3.15.1")
    np.testing.assert_allclose(now, 1.0 - 1.0 / (1.0 + 0.2 * 0.5 + 0.6), rtol=1e-6)
    np.testing.assert_allclose(before, 1.0 - 1.0 / (1.0 + 0.6 * 0.5 + 0.2), rtol=1e-6)


@pytest.mark.parametrize("axis", [(1, 2), [1, 2], "(1, 2)"])
def test_dice_of_each_image(axis):
    y_true, y_pred = np.ones((2, 2, 2)), np.stack([np.ones((2, 2)), np.zeros((2, 2))])
    np.testing.assert_allclose(call(K + "dice", y_true, y_pred, axis=axis), [0.0, 1.0], atol=1e-7)


def test_circle_of_two_pairs():
    embeddings = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    value = call(K + "Circle", np.array([0, 0, 1]), embeddings, gamma=2.0, margin=0.25, reduction="none")
    near = 2.0 * (0.4 + 0.25) * (0.4 - 0.25)  # distance 0.4 of the first from the one of its label
    far = 2.0 * (1.25 - 1.0) * (0.75 - 1.0)  # and 1 from the other
    np.testing.assert_allclose(value[0], math.log1p(math.exp(near + far)), rtol=1e-6)
    assert value[2] == 0.0  # it has no partner


def test_circle_against_reference_embeddings_has_slopes_in_them():
    arguments = {"y_true": np.array([0, 1]), "y_pred": np.eye(2), "ref_labels": np.array([1, 0, 1])}
    references = np.array([[0.6, 0.8], [0.8, 0.6], [0.0, 1.0]])
    slopes = gradient(K + "circle", "ref_embeddings", **arguments, ref_embeddings=references, gamma=2.0)
    assert slopes.shape == references.shape
    assert np.abs(slopes).max() > 0.1


def test_every_class_has_its_function_and_weights():
    classes = [api for api in apis() if api.startswith(K) and api[len(K)].isupper()]
    assert len(classes) == len([api for api in apis() if api.startswith(K)]) / 2
    for api in classes:
        assert list(signature(api).parameters)[:4] == ["y_true", "y_pred", "sample_weight", "reduction"]


def test_wrong_calls_say_what_is_expected():
    with pytest.raises(OptionError, match="sum_over_batch_size"):
        call(K + "Huber", Y, P, reduction="batchmean")
    with pytest.raises(ShapeError, match="y_true"):
        call(K + "categorical_crossentropy", Y[:1], P)
    with pytest.raises(ShapeError, match="without axis"):
        call(K + "sparse_categorical_crossentropy", np.array([0, 1, 2]), P)
    with pytest.raises(TypeError, match="keras_version"):
        call(K + "Dice", Y, P, keras_version="3.15.1")
