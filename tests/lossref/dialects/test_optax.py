"""optax's losses: values by hand, masks, and jax's slopes at kinks."""

import itertools
import math

import numpy as np
import pytest

from lossref.dialects import call, gradient
from lossref.errors import DomainError, OptionError, ShapeError

O = "optax.losses."  # noqa: E741 - as in optax's own examples
Z = np.array([[1.0, 2.0, 4.0], [0.5, -1.0, 0.0]])
Y = np.array([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]])
POINTS = np.array([[1.0, 0.2], [0.3, 0.9], [-0.7, 0.4], [0.8, 0.5]])

SMOOTH = {
    "squared_error": {"predictions": Z, "targets": Y},
    "l2_loss": {"predictions": Z, "targets": Y},
    "huber_loss": {"predictions": Z, "targets": Y},
    "log_cosh": {"predictions": Z, "targets": Y},
    "hinge_loss": {"predictor_outputs": Z, "targets": Y},
    "perceptron_loss": {"predictor_outputs": Z, "targets": Y - 0.4},
    "cosine_similarity": {"predictions": Z, "targets": Y, "epsilon": 0.5},
    "cosine_distance": {"predictions": Z, "targets": Y, "axis": 0},
    "triplet_margin_loss": {"anchors": Z, "positives": Y, "negatives": 0.5 * Z},
    "ntxent": {"embeddings": POINTS, "labels": [0, 1, 0, 1], "temperature": 0.5},
    "smooth_labels": {"labels": Y, "alpha": 0.1},
    "softmax_cross_entropy": {"logits": Z, "labels": Y},
    "safe_softmax_cross_entropy": {"logits": Z, "labels": Y},
    "softmax_cross_entropy_with_integer_labels": {"logits": Z, "labels": [2, 0]},
    "sigmoid_binary_cross_entropy": {"logits": Z, "labels": Y},
    "sigmoid_focal_loss": {"logits": Z, "labels": 0.9 * Y + 0.05, "alpha": 0.3, "gamma": 1.5},
    "poly_loss_cross_entropy": {"logits": Z, "labels": Y},
    "kl_divergence": {"log_predictions": Z, "targets": Y + 0.1},
    "kl_divergence_with_log_targets": {"log_predictions": Z, "log_targets": Y},
    "generalized_kl_divergence": {"log_predictions": Z, "targets": Y + 0.1},
    "ranking_softmax_loss": {"logits": Z, "labels": Y, "weights": 0.5 + Y},
    "sparsemax_loss": {"logits": Z / 4.0, "labels": Y > 0.25},
    "multiclass_hinge_loss": {"scores": Z, "labels": [1, 2]},
    "multiclass_perceptron_loss": {"scores": Z, "labels": [1, 2]},
    "multiclass_sparsemax_loss": {"scores": Z / 5.0, "labels": [1, 2]},
    "dice_loss": {"predictions": Z, "targets": Y, "alpha": 0.3, "class_weights": np.array([1.0, 2.0, 3.0])},
    "binary_dice_loss": {"predictions": Z, "targets": Y},
}


@pytest.mark.parametrize(
    ("name", "wrt"),
    [
        (name, wrt)
        for name, given in SMOOTH.items()
        for wrt, x in given.items()
        if isinstance(x, np.ndarray) and x.dtype.kind == "f"
    ],
)
def test_slopes_are_those_of_central_differences(name, wrt):
    arguments = SMOOTH[name]
    found = gradient(O + name, wrt, **arguments)
    numeric = np.zeros_like(arguments[wrt])
    for index in np.ndindex(numeric.shape):
        sides = []
        for step in (1e-6, -1e-6):
            moved = arguments[wrt].copy()
            moved[index] += step
            sides.append(np.sum(call(O + name, **{**arguments, wrt: moved})))
        numeric[index] = (sides[0] - sides[1]) / 2e-6
    at_kink = (arguments[wrt] == 0.0) | (arguments[wrt] == 1.0)
    np.testing.assert_allclose(found[~at_kink], numeric[~at_kink], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_that_of_the_floating_operands(dtype):
    integers = np.array([[0, 0, 1], [0, 1, 0]])
    assert call(O + "softmax_cross_entropy", Z.astype(dtype), integers).dtype == dtype
    assert gradient(O + "softmax_cross_entropy", "logits", Z.astype(dtype), integers).dtype == dtype


def test_errors_of_predictions_alone_are_taken_from_0():
    np.testing.assert_array_equal(call(O + "l2_loss", np.array([-2.0, 4.0])), [2.0, 8.0])
    assert call(O + "huber_loss", -2.0, 0.0, delta=1.0) == 1.5


def test_slopes_at_kinks_are_those_of_jax():
    assert gradient(O + "hinge_loss", "predictor_outputs", np.array([1.0]), np.array([1.0])) == -0.5
    assert gradient(O + "perceptron_loss", "predictor_outputs", np.array([0.0]), np.array([1.0])) == -0.5
    assert gradient(O + "huber_loss", "predictions", np.array([1.0]), np.array([0.0])) == 1.0
    tied = gradient(O + "multiclass_perceptron_loss", "scores", np.array([[1.0, 3.0, 3.0]]), [0])
    np.testing.assert_array_equal(tied, [[-1.0, 0.5, 0.5]])


def test_softmax_losses_of_integer_labels_and_of_rows_agree():
    rows = np.eye(3)[[2, 0]]
    expected = call(O + "softmax_cross_entropy", Z, rows)
    np.testing.assert_allclose(call(O + "softmax_cross_entropy_with_integer_labels", Z, [2, 0]), expected)
    np.testing.assert_allclose(call(O + "softmax_cross_entropy_with_integer_labels", Z, [-1, -3]), expected)
    np.testing.assert_allclose(call(O + "safe_softmax_cross_entropy", Z, rows), expected)
    np.testing.assert_allclose(call(O + "poly_loss_cross_entropy", Z, rows, epsilon=0.0), expected)


def test_a_label_that_is_no_class_gives_nan():
    np.testing.assert_equal(call(O + "softmax_cross_entropy_with_integer_labels", Z[:1], [3]), [np.nan])


def test_classes_over_two_axes_are_counted_in_the_order_of_the_axes():
    logits = np.arange(6.0).reshape(1, 2, 3)
    total = math.log(sum(math.exp(z) for z in range(6)))
    rows_first = call(O + "softmax_cross_entropy_with_integer_labels", logits, [1], axis=(1, 2))
    columns_first = call(O + "softmax_cross_entropy_with_integer_labels", logits, [1], axis=[2, 1])
    np.testing.assert_allclose([rows_first[0], columns_first[0]], [total - 1.0, total - 3.0])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("softmax_cross_entropy", (Z, Y)),
        ("poly_loss_cross_entropy", (Z, Y)),
        ("kl_divergence", (Z, Y)),
        ("generalized_kl_divergence", (Z, Y)),
        ("kl_divergence_with_log_targets", (Z, Y)),
        ("cosine_similarity", (Z, Y)),
    ],
)
def test_what_a_mask_leaves_out_is_as_if_it_were_not_there(name, arguments):
    where = np.array([[True, True, False], [True, True, False]])
    masked = call(O + name, *arguments, where=where)
    np.testing.assert_allclose(masked, call(O + name, *(x[:, :2] for x in arguments)), rtol=1e-12)
    first = {"kl_divergence": "log_predictions", "cosine_similarity": "predictions"}.get(name)
    if first:
        np.testing.assert_array_equal(gradient(O + name, first, *arguments, where=where)[:, 2], [0.0, 0.0])


@pytest.mark.parametrize("axis", [-1, 0, (0, 1)])
def test_a_mask_of_whole_rows_gets_their_axes(axis):
    rows = {-1: np.array([True, False]), 0: np.array([True, False, True]), (0, 1): np.array(True)}[axis]
    labels = {-1: [2, 0], 0: [1, 0, 1], (0, 1): 4}[axis]
    wide = np.broadcast_to(np.expand_dims(rows, axis), Z.shape)
    for name, target in (("softmax_cross_entropy", Y), ("softmax_cross_entropy_with_integer_labels", labels)):
        arguments = {"logits": Z, "labels": target, "axis": axis}
        masked = call(O + name, **arguments, where=rows)
        np.testing.assert_array_equal(masked, call(O + name, **arguments, where=wide))
        np.testing.assert_allclose(masked, np.where(rows, call(O + name, **arguments), 0.0), rtol=1e-15)


def test_masked_integer_labels_and_lists():
    where = np.array([[True, True, False], [False, False, False]])
    values = call(O + "softmax_cross_entropy_with_integer_labels", Z, [0, 0], where=where)
    np.testing.assert_allclose(values, [math.log1p(math.e), 0.0])
    mean = call(O + "ranking_softmax_loss", Z, Y, where=where)
    sums = call(O + "ranking_softmax_loss", Z, Y, where=where, reduce_fn=None)
    np.testing.assert_allclose(mean, sums[0])  # the list of nothing is not counted
    assert call(O + "ranking_softmax_loss", Z, Y, where=where, reduce_fn=np.sum) == sums.sum()


def test_a_zero_label_hides_a_logit_of_minus_infinity_in_the_safe_form_only():
    logits, labels = np.array([[0.0, -np.inf, 1.0]]), np.array([[0.0, 0.0, 1.0]])
    np.testing.assert_allclose(call(O + "safe_softmax_cross_entropy", logits, labels), [math.log1p(math.exp(-1.0))])
    np.testing.assert_equal(call(O + "softmax_cross_entropy", logits, labels), [np.nan])


def test_cross_entropy_and_focal_loss_far_out():
    np.testing.assert_array_equal(call(O + "sigmoid_binary_cross_entropy", [1e9, -1e9], [0.0, 0.0]), [1e9, 0.0])
    slopes = gradient(O + "sigmoid_focal_loss", "logits", np.array([1e3, -1e3]), np.array([1.0, 1.0]), gamma=0.5)
    np.testing.assert_array_equal(slopes, [0.0, -1.0])
    tiny = call(O + "sigmoid_focal_loss", np.array([40.0]), np.array([1.0]))
    np.testing.assert_allclose(tiny, math.exp(-120.0), rtol=1e-12)


def test_focal_weight_of_the_positive_class():
    value = call(O + "sigmoid_focal_loss", np.zeros(2), np.array([1.0, 0.0]), alpha=0.25)
    np.testing.assert_allclose(value, np.array([0.25, 0.75]) * 0.25 * math.log(2.0))


def test_divergences_of_a_distribution_from_itself_are_0_and_of_others_as_by_hand():
    p = np.array([0.25, 0.75])
    for name in ("kl_divergence", "generalized_kl_divergence"):
        assert call(O + name, np.log(p), p) == 0.0
    np.testing.assert_allclose(call(O + "kl_divergence", np.log([0.5, 0.5]), np.array([0.0, 1.0])), math.log(2.0))
    generalized = call(O + "generalized_kl_divergence", np.log([1.0, 1.0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(generalized, 1.0)


def test_sparsemax_losses_by_hand():
    values = call(O + "sparsemax_loss", np.array([-2.0, 0.0, 0.5, 3.0]), [0, 0, 0, 0])
    np.testing.assert_array_equal(values, [0.0, 0.25, 0.5625, 3.0])
    np.testing.assert_allclose(call(O + "multiclass_sparsemax_loss", np.array([[1.0, 3.0, 3.0]]), [1]), [0.25])


def test_dice_of_classes_of_one_channel_and_without_background():
    p, y = np.array([[[0.1, 0.9], [0.8, 0.2]]]), np.array([[[0.0, 1.0], [1.0, 0.0]]])
    each = [1.0 - 1.8 / 1.95, 1.0 - 1.9 / 2.05]
    options = {"apply_softmax": False}
    np.testing.assert_allclose(call(O + "dice_loss", p, y, reduction="none", **options), [each])
    np.testing.assert_allclose(call(O + "dice_loss", p, y, **options), [np.mean(each)])
    np.testing.assert_allclose(call(O + "dice_loss", p, y, ignore_background=True, **options), [each[1]])
    one = call(O + "dice_loss", np.zeros((1, 2, 1)), np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(one, [1.0 - 1.5 / 2.0])  # the sigmoid of one channel is ½
    np.testing.assert_allclose(call(O + "binary_dice_loss", np.zeros((1, 2)), np.array([[1.0, 0.0]])), one)


@pytest.mark.parametrize("labels", [[1, 2], [1, 1], [1], []])
def test_ctc_sums_over_all_alignments(labels, rng):
    frames, classes, longest = 4, 3, 2
    logits = rng.normal(size=(1, frames, classes))
    log_p = logits[0] - np.log(np.exp(logits[0]).sum(axis=-1, keepdims=True))
    paths = itertools.product(range(classes), repeat=frames)
    told = [p for p in paths if [k for k, _ in itertools.groupby(p) if k] == labels]
    expected = -math.log(sum(math.exp(sum(log_p[t, k] for t, k in enumerate(path))) for path in told))
    row, padding = np.zeros((1, longest), dtype=int), np.ones((1, longest))
    row[0, : len(labels)], padding[0, : len(labels)] = labels, 0.0
    arguments = {"logit_paddings": np.zeros((1, frames)), "labels": row, "label_paddings": padding}
    np.testing.assert_allclose(call(O + "ctc_loss", logits, **arguments), [expected], rtol=1e-10)
    slopes = gradient(O + "ctc_loss", "logits", logits, **arguments)
    np.testing.assert_allclose(slopes.sum(axis=-1), np.zeros((1, frames)), atol=1e-12)


def test_ctc_leaves_out_padded_frames(rng):
    logits, labels, none = rng.normal(size=(1, 5, 3)), np.array([[2, 1]]), np.zeros((1, 2))
    padded = call(O + "ctc_loss", logits, np.array([[0.0, 0.0, 0.0, 1.0, 1.0]]), labels, none)
    np.testing.assert_allclose(padded, call(O + "ctc_loss", logits[:, :3], np.zeros((1, 3)), labels, none))


def test_ntxent_takes_a_squared_length_below_eps_for_eps():
    points, labels = np.array([[0.0, 0.0], [3e-9, 4e-9], [0.0, 2.0], [1.0, 0.0]]), [0, 0, 1, 1]
    cosines = np.array([[0.0, 0.0], [0.8 * 5e-9 / 2.0**-26, 0.6 * 5e-9 / 2.0**-26]])  # with the third and the fourth
    surprises = [np.log(1.0 + np.exp(row).sum()) for row in cosines]  # each the other's, whose cosine is 0
    surprises += [np.log(1.0 + np.exp(cosines[:, k]).sum()) for k in (0, 1)]
    assert call(O + "ntxent", points, labels, temperature=1.0) == pytest.approx(np.mean(surprises), rel=1e-12)


def test_labels_that_choose_a_side_have_the_slope_0():
    labels = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    np.testing.assert_array_equal(gradient(O + "sparsemax_loss", "labels", Z, labels), np.zeros_like(labels))


def test_a_focal_loss_of_single_numbers_may_overflow_in_its_slope():
    assert call(O + "sigmoid_focal_loss", 1000.0, 0.25, gamma=0.0) == pytest.approx(750.0)


def test_nt_xent_of_two_pairs():
    points = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    value = call(O + "ntxent", points, [0, 0, 1], temperature=0.5)
    np.testing.assert_allclose(value, -math.log(math.exp(2.0) / (math.exp(2.0) + 1.0)))


def test_wrong_calls_say_what_is_expected():
    with pytest.raises(ShapeError, match="targets"):
        call(O + "dice_loss", Z, Y[:1])
    with pytest.raises(DomainError, match="sum to 1"):
        call(O + "dice_loss", Z, Y, apply_softmax=False)
    with pytest.raises(OptionError, match="reduction"):
        call(O + "dice_loss", Z, Y, reduction="batch")
    with pytest.raises(OptionError, match="reduce_fn"):
        call(O + "ranking_softmax_loss", Z, Y, reduce_fn=np.max)
