"""Margin losses: values by hand, kinks, conventions."""

import math

import numpy as np
import pytest

import lossref
from lossref import get


def test_squared_hinge_has_a_half_of_its_own():
    assert lossref.squared_hinge([1], [-1.0]) == 4.0
    assert lossref.squared_hinge([1], [-1.0], half=True) == 2.0
    np.testing.assert_array_equal(get("squared_hinge").gradient([1, 1], [-1.0, 1.0], half=True), [-1.0, 0.0])


def test_the_soft_margin_does_not_overflow():
    # torch.nn.functional.soft_margin_loss gives inf and a gradient of NaN.
    value, gradient = get("soft_margin").value_and_gradient([1], [-1000.0])
    assert value == 1000.0
    np.testing.assert_array_equal(gradient, [-1.0])


def test_the_soft_margin_of_0_1_labels_is_the_logit_cross_entropy():
    y, z = np.array([0, 1, 1]), np.array([0.3, -2.0, 4.0])
    assert lossref.logistic(y, z, label_encoding="zero_one") == pytest.approx(
        lossref.binary_cross_entropy_with_logits(y, z), rel=1e-15
    )


def test_the_exponential_loss_takes_0_1_labels_as_scikit_learn():
    assert lossref.exponential([0, 1], [1.0, 1.0], label_encoding="zero_one", reduction="sum") == pytest.approx(
        math.e + 1.0 / math.e
    )
    assert lossref.exponential([1], [-1000.0]) == np.inf


def test_the_perceptron_has_its_kink_at_0():
    low, high = get("perceptron").subdifferential([1, -1, 1], [0.0, 0.0, 2.0], reduction="sum")
    np.testing.assert_array_equal([low, high], [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize(
    ("variant", "power", "expected"),
    [
        ("crammer_singer", 1, 2.0),
        ("weston_watkins", 1, 3.5),
        ("multi_margin", 1, 3.5 / 4),
        ("crammer_singer", 2, 4.0),
        ("weston_watkins", 2, 6.25),
        ("multi_margin", 2, 6.25 / 4),
    ],
)
def test_the_multiclass_hinge_has_three_definitions(variant, power, expected):
    # Shortfalls of y = 0: 2, 1.5 and −1.
    scores = [[1.0, 2.0, 1.5, -1.0]]
    assert lossref.multiclass_hinge([0], scores, variant=variant, power=power) == expected


@pytest.mark.parametrize("variant", ["crammer_singer", "weston_watkins", "multi_margin"])
@pytest.mark.parametrize("power", [1, 2])
def test_the_slopes_of_every_multiclass_hinge_are_those_of_differences(variant, power, rng):
    spec, options = get("multiclass_hinge"), {"variant": variant, "power": power, "reduction": "sum"}
    y, scores, step = np.array([0, 2, 1]), rng.normal(size=(3, 4)), 1e-6
    gradient, bend = spec.gradient(y, scores, **options), spec.hessian_diagonal(y, scores, **options)
    for index in np.ndindex(scores.shape):
        up, down = scores.copy(), scores.copy()
        up[index] += step
        down[index] -= step
        slope = (spec.value(y, up, **options) - spec.value(y, down, **options)) / (2 * step)
        assert gradient[index] == pytest.approx(slope, rel=1e-6, abs=1e-8)
        change = spec.gradient(y, up, **options)[index] - spec.gradient(y, down, **options)[index]
        assert bend[index] == pytest.approx(change / (2 * step), abs=1e-6)


def test_at_a_tie_the_worst_classes_share_one_unit():
    spec = get("multiclass_hinge")
    low, high = spec.subdifferential([0], [[0.0, 1.0, 1.0, -9.0]])
    np.testing.assert_array_equal([low[0], high[0]], [[-1.0, 0.0, 0.0, 0.0], [-1.0, 1.0, 1.0, 0.0]])
    low, high = spec.subdifferential([0], [[1.0, 0.0, 0.0, -9.0]])  # a shortfall of 0
    np.testing.assert_array_equal([low[0], high[0]], [[-1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0]])
    low, high = spec.subdifferential([0], [[1.0, 0.0, 0.0, -9.0]], variant="weston_watkins")
    np.testing.assert_array_equal([low[0], high[0]], [[-2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0]])


def test_the_multiclass_perceptron_is_0_where_the_label_is_best():
    assert lossref.multiclass_perceptron([0, 1], [[1.0, 4.0], [1.0, 4.0]], reduction="sum") == 3.0
    low, high = get("multiclass_perceptron").subdifferential([0], [[2.0, 2.0, 1.0]])
    np.testing.assert_array_equal([low[0], high[0]], [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def test_hinge_embedding_gives_the_distance_itself_where_the_pair_is_alike():
    terms = lossref.hinge_embedding([-0.5, 0.25, 3.0], [1, -1, -1], 2.0, reduction="none")
    np.testing.assert_array_equal(terms, [-0.5, 1.75, 0.0])
    low, high = get("hinge_embedding").subdifferential([1.0, 1.0], [1, -1], reduction="sum")
    np.testing.assert_array_equal([low, high], [[1.0, -1.0], [1.0, 0.0]])


def test_margin_ranking_ranks_by_the_sign_of_its_target():
    terms = lossref.margin_ranking([2.0, 2.0, 1.0], [1.0, 1.0, 1.0], [1, -1, 1], 0.5, reduction="none")
    np.testing.assert_array_equal(terms, [0.0, 1.5, 0.5])
    spec = get("margin_ranking")
    first = spec.gradient([2.0], [1.0], [-1], wrt="input1")
    np.testing.assert_array_equal([first, spec.gradient([2.0], [1.0], [-1], wrt="input2")], [[1.0], [-1.0]])
    low, high = spec.subdifferential([1.0], [1.0], [1], wrt="input1")
    np.testing.assert_array_equal([low, high], [[-1.0], [0.0]])


def test_a_list_of_labels_ends_at_its_first_minus_one():
    # Labels 3 and 0 of (0.1, 0.2, 0.4, 0.8), the others 1 and 2: (0.4 + 0.6 + 1.1 + 1.3) / 4.
    scores = [[0.1, 0.2, 0.4, 0.8]]
    assert lossref.multilabel_margin(scores, [[3, 0, -1, 1]]) == pytest.approx(0.85, rel=1e-15)
    assert lossref.multilabel_margin(scores, [[-1, 3, 0, 1]]) == 0.0
    assert lossref.multilabel_margin(scores, [[0, 1, 2, 3]]) == 0.0
    gradient = get("multilabel_margin").gradient(scores, [[3, 0, -1, 1]])
    np.testing.assert_allclose(gradient, [[-0.5, 0.5, 0.5, -0.5]], rtol=1e-15)


@pytest.mark.parametrize("wrong", [4, -2, 0.5])
def test_a_list_of_labels_holds_class_indices(wrong):
    with pytest.raises(lossref.DomainError, match="class indices") as caught:
        lossref.multilabel_margin([[0.1, 0.2, 0.4, 0.8]], [[0, wrong, -1, -1]])
    assert caught.value.index == (0, 1)


def test_the_kink_of_a_label_one_above_another_class():
    low, high = get("multilabel_margin").subdifferential([[1.0, 0.0]], [[0, -1]])
    np.testing.assert_array_equal([low[0], high[0]], [[-0.5, 0.0], [0.0, 0.5]])


def test_the_multilabel_soft_margin_averages_over_the_classes():
    value = lossref.multilabel_soft_margin([[0.0, 0.0, 0.0]], [[1, 0, 0]])
    assert value == pytest.approx(math.log(2.0), rel=1e-15)
    weighted = lossref.multilabel_soft_margin([[0.0, 0.0, 0.0]], [[1, 0, 0]], class_weights=[3.0, 0.0, 1.0])
    assert weighted == pytest.approx(4.0 / 3.0 * math.log(2.0), rel=1e-15)
    by_weight = lossref.multilabel_soft_margin(
        [[0.0, 0.0, 0.0]], [[1, 0, 0]], class_weights=[3.0, 0.0, 1.0], reduction="mean_by_weight"
    )
    assert by_weight == pytest.approx(math.log(2.0), rel=1e-15)


def test_blocks_without_a_kink_lie_beside_blocks_with_one():
    score = np.full(100_000, 3.0)
    score[-1] = 1.0
    low, high = get("hinge").subdifferential(np.ones(100_000), score, reduction="sum")
    assert not low[:-1].any()
    assert not high.any()
    assert low[-1] == -1.0
