"""What torch's functions give: their denominators, clamps, kinks and shapes, by hand."""

import math

import numpy as np
import pytest

from lossref import dialects
from lossref.errors import DomainError, OptionError, ShapeError

F = "torch.nn.functional."
FLOOR = float(np.float32(1e-12))


def value(name, *args, **options):
    return dialects.call(F + name if name.islower() else "torch.nn." + name, *args, **options)


def slope(name, wrt, *args, **options):
    return dialects.gradient(F + name if name.islower() else "torch.nn." + name, wrt, *args, **options)


def test_mean_of_weighted_terms_has_four_denominators():
    x, y, w = np.array([3.0, 1.0]), np.zeros(2), np.array([1.0, 3.0])
    assert value("mse_loss", x, y, weight=w) == (9.0 + 3.0) / 4.0
    assert value("l1_loss", x, y, weight=w) == (3.0 + 3.0) / 4.0
    assert value("huber_loss", x, y, weight=w, delta=2.0) == (4.0 + 1.5) / 2.0
    assert value("binary_cross_entropy", np.full(2, 0.5), y, weight=w) == pytest.approx(math.log(2) * 4 / 2)
    logits, labels = np.zeros((2, 2)), np.array([1, 0])
    assert value("cross_entropy", logits, labels, w) == pytest.approx(math.log(2))
    assert value("cross_entropy", logits, np.eye(2)[labels], w) == pytest.approx(2 * math.log(2))


def test_older_flags_go_before_the_reduction():
    x, y = np.array([1.0, 3.0]), np.zeros(2)
    assert value("mse_loss", x, y, size_average=False, reduction="none") == 10.0
    assert value("mse_loss", x, y, reduce=True, reduction="none") == 5.0
    assert value("mse_loss", x, y, None, False).tolist() == [1.0, 9.0]
    with pytest.raises(OptionError, match="reduction: expected one of none, mean, sum; 'batchmean' came"):
        value("mse_loss", x, y, reduction="batchmean")


def test_a_column_against_a_row_is_stretched_to_a_square():
    x, y = np.array([[0.0], [2.0]]), np.array([0.0, 1.0])
    assert value("mse_loss", x, y) == (0.0 + 1.0 + 4.0 + 1.0) / 4.0
    assert slope("mse_loss", "target", x, y, reduction="sum").tolist() == [-4.0, 0.0]


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "binary_cross_entropy"])
def test_mean_over_nothing_is_nan(name):
    empty = np.zeros((0, 3))
    assert np.isnan(value(name, empty, empty))
    assert value(name, empty, empty, reduction="sum") == 0.0
    assert slope(name, "input", empty, empty).shape == (0, 3)


def test_slopes_at_kinks():
    tie = np.zeros(1)
    assert slope("l1_loss", "input", tie, tie).tolist() == [0.0]
    assert slope(
        "smooth_l1_loss", "input", np.array([-1.0, 0.5, 3.0]), np.zeros(3), beta=0.0, reduction="sum"
    ).tolist() == [
        -1.0,
        1.0,
        1.0,
    ]
    assert slope("hinge_embedding_loss", "input", np.ones(1), -np.ones(1)).tolist() == [-1.0]
    assert slope("margin_ranking_loss", "input1", tie, tie, np.ones(1)).tolist() == [-1.0]
    assert slope("multi_margin_loss", "input", np.array([[1.0, 0.0]]), np.array([0])).tolist() == [[0.0, 0.0]]
    assert slope(
        "triplet_margin_loss", "negative", np.zeros((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), eps=0.0
    ).tolist() == [[-1.0]]


def test_huber_is_delta_times_smooth_l1():
    x, y = np.array([-3.0, -0.5, 0.0, 0.5, 3.0]), np.zeros(5)
    np.testing.assert_allclose(
        value("huber_loss", x, y, "none", 0.5), 0.5 * value("smooth_l1_loss", x, y, beta=0.5, reduction="none")
    )
    assert value("huber_loss", x, y, "none", 0.5).tolist() == [1.375, 0.125, 0.0, 0.125, 1.375]
    assert slope("huber_loss", "input", x, y, "sum", 0.5).tolist() == [-0.5, -0.5, 0.0, 0.5, 0.5]
    with pytest.raises(OptionError, match="delta"):
        value("huber_loss", x, y, delta=0.0)


def test_logs_of_probabilities_end_at_minus_100():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    assert value("BCELoss", p, y, reduction="none").tolist() == [100.0, 100.0, 0.0, 0.0]
    assert slope("BCELoss", "input", p, y, reduction="sum").tolist() == [-1 / FLOOR, 1 / FLOOR, 0.0, 0.0]
    assert slope("BCELoss", "target", p, y, reduction="sum").tolist() == [math.inf, -math.inf, math.inf, -math.inf]
    with pytest.raises(DomainError, match=r"input\[1\] is 1.5"):
        value("BCELoss", np.array([0.5, 1.5]), y[:2])
    with pytest.raises(ShapeError, match="target must have the shape of input"):
        value("BCELoss", p, y[:1])


def test_pos_weight_weighs_the_positive_part_alone():
    z, y = np.array([0.0, 0.0, -1000.0]), np.array([1.0, 0.0, 1.0])
    got = value("binary_cross_entropy_with_logits", z, y, reduction="none", pos_weight=np.array([3.0]))
    np.testing.assert_allclose(got, [3 * math.log(2), math.log(2), 3000.0])
    wrt_z = slope("binary_cross_entropy_with_logits", "input", z, y, reduction="sum", pos_weight=np.array([3.0]))
    np.testing.assert_allclose(wrt_z, [-1.5, 0.5, -3.0])


def test_soft_margin_is_exact_where_torch_overflows():
    assert value("soft_margin_loss", np.array([-1000.0]), np.ones(1)) == 1000.0
    assert slope("soft_margin_loss", "input", np.array([-1000.0]), np.ones(1)).tolist() == [-1.0]


def test_kl_divergence_takes_a_log_and_has_three_means():
    q, p = np.array([[0.25, 0.75]]), np.array([[0.5, 0.5]])
    exact = 0.5 * math.log(2) + 0.5 * math.log(0.5 / 0.75)
    assert value("kl_div", np.log(q), p) == pytest.approx(exact / 2)
    assert value("kl_div", np.log(q), p, reduction="batchmean") == pytest.approx(exact)
    assert value("KLDivLoss", np.log(q), np.log(p), log_target=True, reduction="sum") == pytest.approx(exact)
    certain = value("kl_div", np.array([0.0, -np.inf]), np.array([1.0, 0.0]), reduction="none")
    np.testing.assert_array_equal(certain, [0.0, np.nan])
    assert np.isnan(slope("kl_div", "target", np.zeros(1), np.zeros(1), reduction="sum")[0])


def test_poisson_adds_stirling_s_term_above_one_only():
    y = np.array([0.0, 1.0, 3.0])
    stirling = 3 * math.log(3) - 3 + 0.5 * math.log(6 * math.pi)
    plain = value("poisson_nll_loss", np.zeros(3), y, reduction="none")
    full = value("PoissonNLLLoss", np.zeros(3), y, full=True, reduction="none")
    assert plain.tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(full - plain, [0.0, 0.0, stirling])
    rate = value("poisson_nll_loss", np.array([2.0]), np.array([3.0]), log_input=False, eps=0.0)
    assert rate == pytest.approx(2 - 3 * math.log(2))
    assert slope("PoissonNLLLoss", "log_input", np.array([2.0]), np.array([3.0]), log_input=False)[0] == pytest.approx(
        -0.5
    )


def test_variance_is_clamped_past_the_derivative():
    x, y, var = np.array([1.0]), np.array([0.0]), np.array([0.0])
    assert value("gaussian_nll_loss", x, y, var, eps=0.1) == pytest.approx(0.5 * (math.log(0.1) + 10.0))
    assert slope("gaussian_nll_loss", "var", x, y, var, eps=0.1)[0] == pytest.approx(0.5 * (10.0 - 100.0))
    full = value("GaussianNLLLoss", x, x, np.ones(1), full=True)
    assert full == pytest.approx(0.5 * math.log(2 * math.pi))
    one_each_row = value("gaussian_nll_loss", np.ones((2, 3)), np.zeros((2, 3)), np.array([1.0, 4.0]), reduction="none")
    np.testing.assert_allclose(one_each_row, np.repeat([[0.5], [0.5 * math.log(4) + 0.125]], 3, axis=1))
    with pytest.raises(ShapeError, match="var"):
        value("gaussian_nll_loss", np.ones((2, 3)), np.zeros((2, 3)), np.ones(3))
    with pytest.raises(OptionError, match="var"):
        value("gaussian_nll_loss", x, y, -np.ones(1))


def test_classes_stand_on_the_second_axis(rng):
    logits = rng.normal(size=(2, 4, 3, 5))
    labels = rng.integers(0, 4, size=(2, 3, 5))
    one_hot = np.moveaxis(np.eye(4)[labels], -1, 1)
    rows = np.moveaxis(logits, 1, -1).reshape(-1, 4)
    for reduction in ("none", "sum", "mean"):
        expected = value("cross_entropy", rows, labels.ravel(), reduction=reduction)
        for target in (labels, one_hot):
            got = value("CrossEntropyLoss", logits, target, reduction=reduction)
            np.testing.assert_allclose(np.ravel(got), np.ravel(expected))
    assert value("cross_entropy", rows[0], labels.ravel()[0]) == pytest.approx(
        value("cross_entropy", rows[:1], labels.ravel()[:1])
    )
    with pytest.raises(ShapeError, match="target"):
        value("cross_entropy", logits, labels[..., 0])


def test_ignored_labels_have_no_part_in_value_and_slope():
    logits, labels = np.array([[2.0, 0.0], [0.0, 0.0], [1.0, 5.0]]), np.array([0, 1, 7])
    loss = np.log1p(np.exp([-2.0, 0.0]))
    assert value("cross_entropy", logits, labels, ignore_index=7) == pytest.approx(loss.mean())
    assert value("cross_entropy", logits, labels, ignore_index=7, reduction="none")[2] == 0.0
    assert slope("cross_entropy", "input", logits, labels, ignore_index=7)[2].tolist() == [0.0, 0.0]
    none_left = (logits, np.full(3, -100))
    assert np.isnan(value("cross_entropy", *none_left))
    assert slope("cross_entropy", "input", *none_left).tolist() == np.zeros((3, 2)).tolist()
    with pytest.raises(DomainError, match=r"target\[2\] is 7"):
        value("nll_loss", logits, labels)


def test_label_smoothing_spreads_over_all_classes_and_is_weighted():
    logits, labels, w = np.array([[1.0, 0.0, -1.0]]), np.array([1]), np.array([1.0, 2.0, 4.0])
    surprise = np.log(np.exp(logits[0]).sum()) - logits[0]
    smoothed = 0.7 * 2.0 * surprise[1] + 0.3 / 3 * (w * surprise).sum()
    assert value("cross_entropy", logits, labels, w, label_smoothing=0.3, reduction="sum") == pytest.approx(smoothed)
    assert value("cross_entropy", logits, labels, w, label_smoothing=0.3) == pytest.approx(smoothed / 2.0)
    soft = 0.7 * np.eye(3)[labels] + 0.1
    assert value("cross_entropy", logits, np.eye(3)[labels], label_smoothing=0.3) == pytest.approx(
        (soft * surprise).sum()
    )


def test_an_impossible_class_costs_nothing_unless_a_distribution_names_it():
    logits = np.array([[0.0, -np.inf]])
    assert value("cross_entropy", logits, np.array([0])) == 0.0
    assert np.isnan(value("cross_entropy", logits, np.array([[1.0, 0.0]])))


def test_linear_cross_entropy_is_that_of_the_projection(rng):
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2))
    labels = rng.integers(0, 5, size=(4, 2))
    logits = np.einsum("nd,ckd->nck", x, w) + b
    got = value("linear_cross_entropy", x, w, labels, linear_bias=b)
    assert got == pytest.approx(value("cross_entropy", logits, labels))
    of_logits = slope("cross_entropy", "input", logits, labels)
    wrt_weight = slope("linear_cross_entropy", "linear_weight", x, w, labels, linear_bias=b)
    np.testing.assert_allclose(wrt_weight, np.einsum("nck,nd->ckd", of_logits, x), atol=1e-15)
    with pytest.raises(ShapeError, match="input"):
        value("linear_cross_entropy", x[0], w, labels[0])


def test_multi_margin_divides_by_the_classes():
    scores, labels = np.array([[1.0, 0.5, 2.0]]), np.array([0])
    assert value("multi_margin_loss", scores, labels) == pytest.approx((0.5 + 2.0) / 3)
    assert value("MultiMarginLoss", scores, labels, p=2, weight=np.array([2.0, 1, 1])) == pytest.approx(2 * 4.25 / 3)
    assert value("multi_margin_loss", scores[0], 0).shape == ()
    with pytest.raises(OptionError, match="p: expected 1 or 2"):
        value("multi_margin_loss", scores, labels, p=3)


def test_labels_after_the_first_minus_one_are_padding():
    scores = np.array([0.1, 0.2, 0.4, 0.8])
    # Labels 3 and 0 against the other classes, 1 and 2: the example of torch's documentation.
    expected = ((1 - (0.1 - 0.2)) + (1 - (0.1 - 0.4)) + (1 - (0.8 - 0.2)) + (1 - (0.8 - 0.4))) / 4
    assert value("multilabel_margin_loss", scores, np.array([3, 0, -1, 1])) == pytest.approx(expected)
    with pytest.raises(ShapeError, match="target"):
        value("multilabel_margin_loss", scores, np.array([3, 0]))


def test_multilabel_soft_margin_is_a_mean_over_classes_first():
    logits, labels = np.array([[0.0, 1000.0], [0.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    got = value("multilabel_soft_margin_loss", logits, labels, reduction="none")
    np.testing.assert_allclose(got, [math.log(2) / 2, math.log(2)])
    assert value("multilabel_soft_margin_loss", logits, labels, np.array([2.0, 1.0]), reduction="none")[
        0
    ] == pytest.approx(math.log(2))


def test_zero_vectors_have_a_cosine_of_zero():
    zero, one = np.zeros((1, 2)), np.array([[3.0, 4.0]])
    assert value("cosine_similarity", zero, one).tolist() == [0.0]
    np.testing.assert_allclose(slope("cosine_similarity", "x1", zero, one), one / 5.0 * 1e8)
    assert value("cosine_embedding_loss", zero, one, np.ones(1)) == 1.0
    assert value("cosine_embedding_loss", one, one, -np.ones(1), margin=0.25) == pytest.approx(0.75)
    assert value("cosine_similarity", one[:, None], -one[None], dim=-1).tolist() == [[-1.0]]
    with pytest.raises(ShapeError, match="target"):
        value("cosine_embedding_loss", one, one, np.ones((1, 1)))


@pytest.mark.parametrize(("p", "length"), [(1.0, 7.0), (2.0, 5.0), (3.0, 91 ** (1 / 3)), (np.inf, 4.0), (0.0, 2.0)])
def test_distances_by_their_power(p, length):
    difference = np.array([[3.0, -4.0, 0.0]])
    assert value("pairwise_distance", difference, np.zeros(3), p, 0.0)[0] == pytest.approx(length)
    assert slope("pairwise_distance", "x1", np.zeros((1, 3)), np.zeros(3), p, 0.0).tolist() == [[0.0] * 3]


def test_distance_adds_eps_to_each_difference():
    assert value("pairwise_distance", np.zeros((1, 4)), np.zeros((1, 4)), eps=0.5, keepdim=True).tolist() == [[1.0]]


def test_triplet_takes_the_nearer_of_two_negatives_when_swapped():
    a, near, far = np.array([[0.0]]), np.array([[2.0]]), np.array([[3.0]])
    assert value("triplet_margin_loss", a, near, far, eps=0.0) == 0.0
    assert value("TripletMarginLoss", a, near, far, eps=0.0, swap=True) == 2.0
    between = np.array([[1.0]])
    wrt_negative = slope("triplet_margin_loss", "negative", a, near, between, eps=0.0, swap=True, margin=5.0)
    assert wrt_negative.tolist() == [[0.0]]  # half of +1 and half of −1
    with pytest.raises(OptionError, match="margin"):
        value("triplet_margin_loss", a, near, far, margin=0.0)


def test_elementary_functions():
    def call(name, *args, **options):
        return dialects.call("torch." + name, *args, **options)

    x = np.array([1.0, 25.0, -800.0])
    np.testing.assert_array_equal(value("softplus", x, 1.0, 20.0)[1:], [25.0, 0.0])
    assert value("softplus", np.array([10.0]), beta=2.0, threshold=30.0)[0] == pytest.approx(10.0 + math.exp(-20) / 2)
    np.testing.assert_allclose(value("logsigmoid", x), [-math.log1p(math.exp(-1)), -math.exp(-25), -800.0])
    assert call("sigmoid", np.array([0, 1])).dtype == np.float32
    np.testing.assert_allclose(value("softmin", np.zeros((2, 4))), np.full((2, 4), 0.25))
    np.testing.assert_allclose(value("softmin", np.zeros((2, 4, 3))), np.full((2, 4, 3), 0.5))
    np.testing.assert_allclose(call("logsumexp", np.full((2, 3), 1e9), [0, 1], True), [[1e9 + math.log(6)]])
    np.testing.assert_allclose(
        call("log_softmax", np.array([1e9, 1e9 + 1]), -1), [-1.3132616875182228, -0.31326168751822286]
    )
    np.testing.assert_array_equal(call("logit", np.array([0.0, 1.0, 2.0])), [-np.inf, np.inf, np.nan])
    assert call("logit", np.array([0.0]), 0.25)[0] == pytest.approx(-math.log(3))
    np.testing.assert_array_equal(call("xlogy", np.zeros(3), np.array([0.0, -1.0, np.nan])), [0.0, 0.0, np.nan])
    np.testing.assert_array_equal(call("special.entr", np.array([-1.0, 0.0, 1.0])), [-np.inf, 0.0, 0.0])
    assert call("special.xlog1py", np.array([2.0]), np.array([1e-20]))[0] == pytest.approx(2e-20)
    assert call("logaddexp", np.array([-1000.0]), np.array([-1000.0]))[0] == pytest.approx(-1000 + math.log(2))
    assert dialects.gradient("torch.logit", "input", np.array([0.1, 0.5]), 0.2).tolist() == [0.0, 4.0]


OPERANDS = {
    "gaussian_nll_loss": (np.ones((2, 3)), np.zeros((2, 3)), np.ones((2, 3))),
    "binary_cross_entropy": (np.full((2, 3), 0.5), np.ones((2, 3))),
    "margin_ranking_loss": (np.ones(3), np.zeros(3), np.ones(3)),
    "cosine_embedding_loss": (np.ones((2, 3)), np.eye(2, 3), np.ones(2)),
    "triplet_margin_loss": (np.ones((2, 3)), np.eye(2, 3), np.zeros((2, 3))),
    "cross_entropy": (np.ones((2, 3)), np.array([0, 1])),
    "nll_loss": (np.ones((2, 3)), np.array([0, 1])),
    "multi_margin_loss": (np.ones((2, 3)), np.array([0, 1])),
    "multilabel_margin_loss": (np.ones((2, 3)), np.array([[0, -1, -1], [1, 2, -1]])),
    "linear_cross_entropy": (np.ones((2, 3)), np.ones((4, 3)), np.array([0, 1])),
    "ctc_loss": (np.full((4, 1, 3), -1.0), np.array([[1, 2]]), [4], [2]),
    **{
        name: (np.full((2, 3), 0.5), np.ones((2, 3)))
        for name in (
            "mse_loss",
            "l1_loss",
            "huber_loss",
            "smooth_l1_loss",
            "poisson_nll_loss",
            "kl_div",
            "soft_margin_loss",
            "hinge_embedding_loss",
            "multilabel_soft_margin_loss",
            "binary_cross_entropy_with_logits",
        )
    },
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPERANDS)
def test_value_and_gradients_keep_the_dtype_and_leave_the_operands_alone(name, dtype):
    operands = [np.asarray(x, dtype) if np.asarray(x).dtype == np.float64 else x for x in OPERANDS[name]]
    copies = [np.array(x) for x in operands]
    for reduction in ("mean", "sum", "none"):
        assert value(name, *operands, reduction=reduction).dtype == dtype
        for wrt, operand in zip(dialects.signature(F + name).parameters, operands, strict=False):
            if getattr(operand, "dtype", None) == dtype:
                gradient = slope(name, wrt, *operands, reduction=reduction)
                assert (gradient.dtype, gradient.shape) == (dtype, operand.shape)
    for operand, copy in zip(operands, copies, strict=True):
        np.testing.assert_array_equal(operand, copy)


def test_arguments_by_place_and_by_name():
    assert dialects.call("torch.nn.functional.softmin", input=np.zeros(2), arg1=0).tolist() == [0.5, 0.5]
    assert list(dialects.signature("torch.nn.MSELoss").parameters) == [
        "input",
        "target",
        "size_average",
        "reduce",
        "reduction",
    ]
    for arguments, message in [
        ({"input": 1.0}, "lacks the argument.s. target"),
        ({"input": 1.0, "target": 1.0, "weight": 1.0}, "no argument 'weight'"),
        ({"input": 1.0, "arg0": 1.0, "target": 1.0}, "'input' came twice"),
    ]:
        with pytest.raises(TypeError, match=message):
            dialects.call("torch.nn.MSELoss", **arguments)
    with pytest.raises(TypeError, match="takes 2 arguments by position"):
        dialects.call("torch.nn.HuberLoss", 1.0, 2.0, "sum")
    with pytest.raises(dialects.UnknownApi, match=r"did you mean torch\.nn\.HuberLoss"):
        dialects.call("torch.nn.HuberLos", 1.0, 2.0)
    with pytest.raises(TypeError, match="no 'weight' came"):
        dialects.gradient("torch.nn.functional.mse_loss", "weight", 1.0, 2.0)
    with pytest.raises(TypeError, match="must be of numbers"):
        dialects.gradient("torch.nn.functional.mse_loss", "reduction", 1.0, 2.0, reduction="sum")
    assert dialects.gradient("torch.nn.functional.mse_loss", "input", [3], [1]).tolist() == [4.0]
    with pytest.raises(TypeError, match="gives no second derivatives"):
        dialects.hessian_diagonal("torch.nn.MSELoss", 1.0, 2.0)
