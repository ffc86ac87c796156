"""Values that libraries and textbooks fixed: each case names whose convention it is."""

import math

import numpy as np
import pytest

import lossref
from lossref import EmptyError, OptionError, get


def test_huber_is_delta_times_smooth_l1_as_in_torch_and_keras():
    # torch.nn.functional.huber_loss and keras.losses.Huber at e = 3: 1.375 for delta 0.5, 4 for delta 2.
    assert lossref.huber([0.0], [3.0], 0.5) == 1.375
    assert lossref.huber([0.0], [3.0], 2.0) == 4.0


def test_the_missing_half_is_a_loss_of_its_own():
    # optax.losses.l2_loss is half of optax.losses.squared_error.
    assert 2.0 * lossref.half_squared_error([1.0, 4.0], [3.0, 5.0]) == lossref.mean_squared_error(
        [1.0, 4.0], [3.0, 5.0]
    )


def test_quantile_weighs_what_lies_above_by_q_as_scikit_learn():
    # sklearn.metrics.mean_pinball_loss(y, pred, alpha=0.9) for y = [1, 2, 3], pred = [0, 2, 4]: (0.9 + 0 + 0.1) / 3.
    assert lossref.quantile([1.0, 2.0, 3.0], [0.0, 2.0, 4.0], 0.9) == pytest.approx(1.0 / 3.0, rel=1e-14)
    low, high = get("pinball").subdifferential([1.0], [1.0], q=0.9)
    np.testing.assert_allclose([low[0], high[0]], [-0.9, 0.1], rtol=1e-14)


def test_bce_clamps_as_torch_keras_and_scikit_learn():
    # p = 0 at y = 1: torch bounds the log at −100, keras clips by 1e−7, scikit-learn by the dtype's resolution.
    def at_the_wrong_end(**policy):
        return lossref.binary_cross_entropy([1], [0.0], **policy)

    assert at_the_wrong_end() == np.inf
    assert at_the_wrong_end(eps_policy="log_clamp") == pytest.approx(100.0)
    assert at_the_wrong_end(eps_policy="clip") == pytest.approx(16.11809565095832)
    assert at_the_wrong_end(eps_policy="clip", eps=np.finfo(float).eps) == pytest.approx(36.04365338911715)


def test_a_right_end_is_zero_under_every_policy_but_clip():
    for policy in ("exact", "log_clamp"):
        assert lossref.binary_cross_entropy([1, 0], [1.0, 0.0], eps_policy=policy) == 0.0
    assert lossref.binary_cross_entropy([1, 0], [1.0, 0.0], eps_policy="clip") == pytest.approx(1e-7, rel=1e-6)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "binary_cross_entropy_with_logits"])
def test_log_base_converts_nats(name, rng):
    y, p = np.array([0, 1, 1]), np.array([0.2, 0.7, 0.4])
    spec, nats = get(name), get(name).value(y, p)
    assert spec.value(y, p, log_base=2) == pytest.approx(1.4426950408889634 * nats, rel=1e-14)
    assert spec.value(y, p, log_base="10") == pytest.approx(0.4342944819032518 * nats, rel=1e-14)
    np.testing.assert_allclose(spec.gradient(y, p, log_base=2), spec.gradient(y, p) / math.log(2), rtol=1e-14)


def test_logits_and_probabilities_agree():
    z = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]])
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    y = np.array([2, 0])
    expected = lossref.sparse_categorical_cross_entropy(y, p)
    assert lossref.sparse_categorical_cross_entropy_with_logits(y, z) == pytest.approx(expected, rel=1e-14)
    assert lossref.categorical_cross_entropy_with_logits(np.eye(3)[y], z) == pytest.approx(expected, rel=1e-14)
    assert lossref.categorical_cross_entropy(np.eye(3)[y], p) == pytest.approx(expected, rel=1e-14)


def test_label_smoothing_spreads_over_all_classes_as_torch_keras_and_optax():
    z, a = np.array([[1.0, 2.0, 4.0]]), 0.3
    logs = z[0] - np.log(np.exp(z).sum())
    expected = -(1 - a) * logs[1] - a / 3 * logs.sum()
    assert lossref.sparse_categorical_cross_entropy_with_logits([1], z, a) == pytest.approx(expected, rel=1e-14)
    assert lossref.categorical_cross_entropy_with_logits([[0, 1, 0]], z, a) == pytest.approx(expected, rel=1e-14)
    p = np.exp(logs)[None]
    assert lossref.sparse_categorical_cross_entropy([1], p, a) == pytest.approx(expected, rel=1e-14)


def test_an_impossible_class_counts_only_where_it_is_the_label():
    # optax.losses.safe_softmax_cross_entropy: 0·∞ = 0.
    z = np.array([[0.0, -np.inf, 0.0]])
    assert lossref.categorical_cross_entropy_with_logits([[1, 0, 0]], z) == pytest.approx(math.log(2))
    assert lossref.sparse_categorical_cross_entropy_with_logits([0], z) == pytest.approx(math.log(2))
    assert lossref.sparse_categorical_cross_entropy_with_logits([1], z) == np.inf
    np.testing.assert_allclose(get("sparse_cce_with_logits").gradient([0], z), [[-0.5, 0.0, 0.5]], rtol=1e-15)


def test_a_row_of_impossible_classes_is_refused():
    with pytest.raises(lossref.DomainError, match="not all −inf"):
        lossref.sparse_categorical_cross_entropy_with_logits([0], [[-np.inf, -np.inf]])


def test_the_class_axis_can_be_any():
    # torch has the classes on axis 1 of (N, C, d).
    z = np.random.default_rng(3).normal(size=(2, 3, 4))
    y = np.array([[0, 1, 2, 0], [2, 2, 1, 0]])
    spec = get("sparse_cce_with_logits")
    last = np.moveaxis(z, 1, -1)
    np.testing.assert_array_equal(spec.value(y, z, axis=1, reduction="none"), spec.value(y, last, reduction="none"))
    np.testing.assert_array_equal(spec.gradient(y, z, axis=1), np.moveaxis(spec.gradient(y, last), -1, 1))
    with pytest.raises(lossref.OptionError, match="axis 3 is out of range"):
        spec.value(y, z, axis=3)


def test_rows_that_do_not_sum_to_one_are_refused_and_not_rescaled():
    # keras.losses.CategoricalCrossentropy would rescale [0.5, 0.2]: −log(0.5/0.7) = 0.336.
    with pytest.raises(lossref.DomainError, match=r"p \(sum of a row\)\[1\] is 0.7"):
        lossref.categorical_cross_entropy([[1, 0], [1, 0]], [[0.5, 0.5], [0.5, 0.2]])
    unchecked = lossref.categorical_cross_entropy([[1, 0]], [[0.5, 0.2]], check_domain=False)
    assert unchecked == pytest.approx(math.log(2))


def test_a_negative_class_index_does_not_count_from_the_end():
    with pytest.raises(lossref.DomainError, match=r"class indices from 0 to 1; y_true\[1\] is -1"):
        lossref.sparse_categorical_cross_entropy([0, -1], [[0.5, 0.5], [0.5, 0.5]])


def test_class_indices_are_whole_numbers():
    with pytest.raises(TypeError, match="class indices"):
        lossref.sparse_categorical_cross_entropy([0.0], [[0.5, 0.5]])


def test_hinge_takes_zero_one_labels_only_when_told():
    # optax.losses.hinge_loss would give 1 for every label 0.
    with pytest.raises(lossref.DomainError, match="label_encoding zero_one"):
        lossref.hinge([1, 0], [0.5, -2.0])
    with pytest.raises(lossref.DomainError, match="labels 0 or 1"):
        lossref.hinge([1, -1], [0.5, -2.0], label_encoding="zero_one")
    assert lossref.hinge([1, 0], [0.5, -0.7], label_encoding="zero_one", reduction="sum") == pytest.approx(0.8)


def test_subdifferentials_hold_what_libraries_return_at_kinks():
    # |e| at 0: torch 0, jax 1, scikit-learn −1; hinge at margin 1 for y = 1: −1, −0.5 and 0.
    low, high = get("mae").subdifferential([2.0], [2.0])
    assert (low[0], high[0]) == (-1.0, 1.0)
    low, high = get("hinge").subdifferential([1, -1], [1.0, -1.0], reduction="sum")
    np.testing.assert_array_equal([low, high], [[-1.0, 0.0], [0.0, 1.0]])


def test_gradient_at_the_wrong_end_is_infinite_and_at_the_right_end_one_sided():
    # torch gives −1e12 and 0 there; the one-sided derivatives are −∞ and −1.
    gradient = get("bce").gradient([1, 1, 0, 0], [0.0, 1.0, 1.0, 0.0], reduction="sum")
    np.testing.assert_array_equal(gradient, [-np.inf, -1.0, np.inf, 1.0])


@pytest.mark.parametrize(("policy", "eps"), [("clip", 1e-3), ("log_clamp", 1e-3)])
def test_the_gradient_of_a_clamped_log_is_zero_beyond_the_clamp(policy, eps):
    options = {"eps_policy": policy, "eps": eps, "reduction": "sum"}
    y, p = np.array([1, 1, 1]), np.array([eps / 2, eps, 2 * eps])
    low, high = get("bce").subdifferential(y, p, **options)
    np.testing.assert_allclose(low, [0.0, -1 / eps, -0.5 / eps])
    np.testing.assert_allclose(high, [0.0, 0.0, -0.5 / eps])
    low, high = get("bce").subdifferential(1 - y, 1.0 - p, **options)
    assert (low[0], high[0]) == (0.0, 0.0)
    assert low[2] == high[2] == pytest.approx(0.5 / eps)


@pytest.mark.parametrize("eps", [0.0, 0.5, -1e-7, math.nan])
def test_an_eps_out_of_range_is_refused(eps):
    with pytest.raises(lossref.DomainError, match="eps"):
        lossref.binary_cross_entropy([1], [0.5], eps_policy="clip", eps=eps)


def test_clip_swallows_an_eps_below_the_resolution_of_one():
    # 1 − 1e−17 is 1 in float64: such a clip bounds only the end at 0.
    value = lossref.binary_cross_entropy([0, 1], [1.0, 0.0], eps_policy="clip", eps=1e-17, reduction="none")
    assert value[0] == np.inf
    assert value[1] == pytest.approx(-math.log(1e-17))


def test_float32_probabilities_near_one_keep_their_digits():
    p = np.float32(1.0) - np.float32(2.0**-24)
    value = lossref.binary_cross_entropy(np.array([0]), np.array([p]))
    assert value.dtype == np.float32
    assert float(value) == pytest.approx(24 * math.log(2), rel=1e-7)


def test_mixed_dtypes_take_the_widest_float():
    assert lossref.mean_squared_error(np.zeros(2, np.float64), np.zeros(2, np.float32)).dtype == np.float64
    assert lossref.mean_squared_error(np.zeros(2, np.int64), np.zeros(2, np.float32)).dtype == np.float32
    assert lossref.mean_squared_error(np.zeros(2, np.longdouble), np.zeros(2, np.float32)).dtype == np.float64


def test_unsigned_residuals_do_not_wrap():
    assert lossref.mean_absolute_error(np.array([1], np.uint8), np.array([0], np.uint8)) == 1.0


def test_overflow_is_infinity_without_a_warning():
    assert lossref.mean_squared_error([1e200], [-1e200]) == np.inf
    assert lossref.mean_squared_error(np.float32([0.0]), np.float32([1e30])) == np.inf


def test_a_list_is_no_value_of_an_option():
    with pytest.raises(lossref.OptionError, match="expected plain values for reduction"):
        lossref.mean_squared_error([0.0], [1.0], reduction=["mean"])
    with pytest.raises(lossref.OptionError, match="expected plain values for axis"):
        lossref.categorical_cross_entropy([[1, 0]], [[0.5, 0.5]], axis=1.5)


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, np.nan], [np.inf, 1.0]])
def test_weights_are_finite_and_not_negative(weights):
    with pytest.raises(lossref.DomainError, match="weights"):
        lossref.mean_squared_error([0.0, 1.0], [1.0, 1.0], weights=weights)


def test_weights_have_one_entry_for_each_term():
    with pytest.raises(lossref.ShapeError, match=r"shape \(2,\); got shape \(3,\)"):
        lossref.mean_squared_error([0.0, 1.0], [1.0, 1.0], weights=[1.0, 1.0, 1.0])


def test_weights_that_sum_to_zero_have_no_mean():
    with pytest.raises(lossref.EmptyError, match="mean_by_weight"):
        lossref.mean_squared_error([0.0], [1.0], weights=[0.0], reduction="mean_by_weight")


def test_vectors_for_a_row_loss_need_batch_false():
    with pytest.raises(lossref.ShapeError, match="batch=False"):
        lossref.categorical_cross_entropy([1, 0], [0.5, 0.5])
    with pytest.raises(lossref.ShapeError, match="one example"):
        lossref.categorical_cross_entropy([[1, 0]], [[0.5, 0.5]], batch=False)
    with pytest.raises(lossref.ShapeError, match="one example"):
        lossref.mean_squared_error([[1.0]], [[1.0]], batch=False)


def test_a_single_number_is_one_element():
    assert lossref.mean_squared_error(1.0, 3.0) == 4.0
    assert lossref.mean_squared_error(1.0, 3.0, reduction="batchmean") == 4.0


def test_rows_need_a_class():
    with pytest.raises(lossref.ShapeError, match="at least one class"):
        lossref.categorical_cross_entropy(np.zeros((2, 0)), np.zeros((2, 0)))


def test_class_weights_that_are_none_are_refused():
    y, z = [0, 1], [[0.0, 1.0, 2.0], [1.0, 0.0, 0.5]]
    for wrong, fault, words in (
        ([1.0, 2.0], lossref.ShapeError, r"class_weights: expected one for each class, shape \(3,\)"),
        ([1.0, -2.0, 1.0], lossref.DomainError, r"class_weights\[1\] is -2.0"),
        ([1.0, 2.0, np.inf], lossref.DomainError, r"class_weights\[2\] is inf"),
    ):
        with pytest.raises(fault, match=words):
            lossref.sparse_categorical_cross_entropy_with_logits(y, z, class_weights=wrong)


def test_a_weight_of_zero_is_a_weight():
    spec = lossref.get("mse")
    assert spec.value([0.0, 0.0], [1.0, 2.0], weights=[0.0, 1.0], reduction="sum") == 4.0
    assert spec.value([0.0, 0.0], [1.0, 2.0], weights=[0.0, 2.0], reduction="mean_by_weight") == 4.0


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_root_of_a_weighted_mean(dtype):
    y, p = np.zeros((2, 2), dtype=dtype), np.array([[3.0, 4.0], [1.0, 2.0]], dtype=dtype)
    w = np.array([[1.0, 2.0], [0.0, 1.0]])
    spec = get("rmse")
    assert spec.value(y, p, weights=w, reduction="mean_by_weight") == pytest.approx(np.sqrt(45 / 4))
    assert spec.value(y, p, weights=w) == pytest.approx(np.sqrt(45 / 4))
    gradient = spec.gradient(y, p, weights=w, reduction="mean_by_weight")
    assert gradient == pytest.approx(w * p / 4 / np.sqrt(45 / 4))
    assert gradient.dtype == p.dtype
    low, high = spec.subdifferential(y, y, weights=w, reduction="mean_by_weight")
    assert high == pytest.approx(np.sqrt(w / 4))
    assert (low == -high).all()


def test_the_root_of_a_mean_sees_neither_what_is_masked_nor_what_has_no_weight():
    y, p, mask = np.zeros(3), np.array([3.0, 4.0, np.nan]), np.array([True, True, False])
    value, gradient = get("rmse").value_and_gradient(y, p, mask=mask)
    assert value == pytest.approx(np.sqrt(12.5))
    assert gradient == pytest.approx(np.array([3.0, 4.0, 0.0]) / 2 / np.sqrt(12.5))
    p[2] = 1e300
    assert get("rmse").value(y, p, weights=[1, 1, 0], reduction="mean_by_weight") == pytest.approx(np.sqrt(12.5))
    with pytest.raises(EmptyError):
        get("rmse").value(y, p, mask=[False] * 3)
    with pytest.raises(EmptyError):
        get("rmse").value(y, p, weights=[0, 0, 0], reduction="mean_by_weight")
    with pytest.raises(OptionError, match="needs the option weights"):
        get("rmse").value(y, p, reduction="mean_by_weight")


def test_values_of_options_may_be_spelled_as_libraries_and_papers_do():
    fake, labels = [0.5, -1.0], ([0, 2, 1], [0, 1, 1])
    assert get("gan_generator").value(fake, variant="non-saturating") == get("gan_generator").value(fake)
    assert get("f1").value(*labels, average=None) == pytest.approx(get("f1").value(*labels, average="none"))
    with pytest.raises(OptionError, match="variant is one of"):
        get("gan_generator").value(fake, variant="saturating")


def test_an_eps_without_a_policy_is_refused_since_it_would_do_nothing():
    with pytest.raises(OptionError, match="eps goes with eps_policy"):
        get("bce").value([1], [0.0], eps=1e-7)


def test_activations_of_elements_take_an_axis_as_those_of_rows_do():
    x = np.arange(6.0).reshape(2, 3)
    assert get("sigmoid").value(x, axis=0).tolist() == get("sigmoid").value(x).tolist()
    assert get("tanh").gradient(x, axis=0).tolist() == get("tanh").gradient(x).tolist()


@pytest.mark.parametrize("axis", [(0, 1), (-2, -1), [1, 2], np.array([0, 2]), -3])
def test_overlap_over_any_axes(axis):
    y, p = np.arange(24).reshape(2, 3, 4) % 2, np.linspace(0.1, 0.9, 24).reshape(2, 3, 4)
    along = tuple(axis) if not isinstance(axis, int) else axis
    expected = 1.0 - 2.0 * (y * p).sum(axis=along) / (y + p).sum(axis=along)
    assert get("dice").value(y, p, axis=axis, reduction="none") == pytest.approx(expected)


@pytest.mark.parametrize("axis", [3, (0, 0), (0, -3), "x", 1.5])
def test_overlap_over_axes_that_are_not_there(axis):
    with pytest.raises(OptionError, match="axis"):
        get("dice").value(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)), axis=axis)


def test_the_root_of_logarithms_is_that_of_their_residuals():
    y, p, w = np.array([0.5, 3.0, 1.0]), np.array([2.0, 1.0, 1.0]), np.array([1.0, 2.0, 0.0])
    for options in ({}, {"weights": w, "reduction": "mean_by_weight"}):
        expected = get("rmse").value(np.log1p(y), np.log1p(p), **options)
        assert get("rmsle").value(y, p, **options) == pytest.approx(expected, rel=1e-14)
        slope = get("rmse").gradient(np.log1p(y), np.log1p(p), **options) / (1.0 + p)
        assert get("rmsle").gradient(y, p, **options) == pytest.approx(slope, rel=1e-13)
    low, high = get("rmsle").subdifferential([1.0], [1.0])
    assert (low, high) == (-0.5, 0.5)


def test_true_is_no_number_even_after_the_number_that_it_equals():
    assert lossref.huber([0.0], [2.0], delta=1.0) == 1.5
    with pytest.raises(TypeError, match="expected a number, got bool"):
        lossref.get("huber").value([0.0], [2.0], delta=True)
