"""Cross-entropies with a layer of their own: against their logits, and against values of torch."""

import math

import numpy as np
import pytest

import lossref
from lossref import get


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


# Two frequent classes, clusters of the classes 2 and 3 and of 4, 5 and 6; the second has one hidden feature, and a 0.
HEAD = np.array([[0.5, -1.0, 0.0, 0.25], [1.0, 0.5, -0.5, 0.0], [-0.25, 0.0, 1.0, 0.5], [0.0, 0.75, -1.0, 1.0]])
BIAS = np.array([0.5, 0.0, -0.5, 0.25])
PROJECTION = np.array([[[1.0, 0.0, -0.5, 0.5], [0.25, 1.0, 0.0, -1.0]], [[0.5, 1.0, -1.0, 0.0], [0.0] * 4]])
TAIL = np.array([[1.0, -0.5], [0.5, 2.0], [1.0, 0.0], [-1.0, 0.0], [0.5, 0.0]])
X = np.array([[1.0, 0.0, -1.0, 0.5], [0.5, 2.0, 0.0, -1.0], [-1.0, 0.25, 1.0, 0.0]])
LEVELS = (X, HEAD, BIAS, PROJECTION, TAIL, [2, 4])


def test_two_levels_give_what_torch_gives():
    # torch 2.13, nn.AdaptiveLogSoftmaxWithLoss(4, 7, [2, 4], div_value=2.0, head_bias=True) with these weights.
    spec = get("adaptive_log_softmax")
    terms = spec.value([1, 6, 2], *LEVELS, reduction="none")
    np.testing.assert_allclose(terms, [1.1056215873209978, 2.63112028258763, 1.7001707190112425], rtol=1e-14)
    expected = {
        "x": [
            [-0.18645558515175714, -0.08107650294913754, -0.024680561804024476, 0.1633776225050738],
            [0.27076498595311627, 0.038784379574142575, 0.024598423668566044, -0.2244167059573857],
            [0.1217612895315253, 0.5458084773228512, -0.14936952807995077, -0.6258281394648381],
        ],
        "head_bias": [0.15605416116886683, 0.008706882278216439, -0.1229215089636537, -0.04183953448342955],
        "projection": [
            [
                [0.1131964498625655, -0.028299112465641374, -0.1131964498625655, 0.0],
                [-0.5659822493128275, 0.14149556232820687, 0.5659822493128275, 0.0],
            ],
            [[0.060307237763679786, 0.24122895105471914, 0.0, -0.12061447552735957], [0.0] * 4],
        ],
        "tail_weight": [
            [0.3395893495876965, 0.0],
            [-0.3395893495876965, 0.0],
            [0.5614774945012646, 0.0],
            [0.0062374515427155094, 0.0],
            [-0.5677149460439802, 0.0],
        ],
    }
    for wrt, gradient in expected.items():
        np.testing.assert_allclose(spec.gradient([1, 6, 2], *LEVELS, wrt=wrt), gradient, rtol=1e-13, atol=1e-16)


def test_the_probabilities_of_all_classes_of_both_levels_sum_to_one():
    losses = [lossref.adaptive_log_softmax([label] * 3, *LEVELS, reduction="none") for label in range(7)]
    np.testing.assert_allclose(np.exp(-np.array(losses)).sum(axis=0), 1.0, rtol=1e-14)


def test_a_rare_class_costs_its_cluster_and_its_place_within():
    # All logits 0: 1 of 2 classes and 2 clusters, and 1 of the 3 classes of the second cluster.
    zeros = [np.zeros_like(array) for array in LEVELS[:-1]]
    terms = lossref.adaptive_log_softmax([0, 5, 2], *zeros, [2, 4], reduction="none")
    np.testing.assert_allclose(terms, np.log([4.0, 4.0 * 3.0, 4.0 * 2.0]), rtol=1e-15)
    assert lossref.adaptive_log_softmax([5, 5, 5], *zeros, [2, 4], log_base=2) == pytest.approx(math.log2(12.0))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, [0, 1, 7], "y_true.*class indices from 0 to 6"),
        (0, [0, -1, 6], "y_true.*class indices from 0 to 6"),
        (0, [0, 1], r"y_true: expected shape \(3,\)"),
        (1, X[0], r"x of shape \(N, D\)"),
        (2, HEAD[:3], r"head_weight: expected shape \(4, 4\)"),
        (3, BIAS[:3], r"head_bias: expected shape \(4,\)"),
        (4, PROJECTION[0], r"projection of shape \(K, H, D\)"),
        (4, PROJECTION[:, :, :3], r"projection: expected shape \(2, 2, 4\)"),
        (5, TAIL[:, :1], r"tail_weight: expected shape \(5, 2\)"),
        (6, [2], r"2, 2, 4\) and \(1,\)"),
        (6, [2, 2], r"whole numbers that increase, from 1 to 6; cutoffs\[1\] is 2"),
        (6, [2, 7], r"whole numbers that increase, from 1 to 6; cutoffs\[1\] is 7"),
    ],
)
def test_levels_that_do_not_fit_are_refused(place, value, message):
    arguments = [[1, 6, 2], *LEVELS]
    arguments[place] = value
    with pytest.raises((lossref.DomainError, lossref.ShapeError), match=message):
        lossref.adaptive_log_softmax(*arguments)


def test_a_head_without_frequent_classes_or_clusters_is_refused():
    x, weight, bias = np.ones((1, 2)), np.ones((1, 2)), np.ones(1)
    with pytest.raises(lossref.DomainError, match=r"from 1 to 1; cutoffs\[0\] is 0"):
        lossref.adaptive_log_softmax([0], x, weight, bias, np.ones((1, 1, 2)), np.ones((2, 1)), [0])
    with pytest.raises(lossref.ShapeError, match="it is linear_cross_entropy"):
        lossref.adaptive_log_softmax([0], x, weight, bias, np.ones((0, 1, 2)), np.ones((2, 1)), np.zeros(0, int))


def test_no_class_of_a_coupled_loss_can_be_ignored_by_its_index():
    with pytest.raises(lossref.OptionError, match="no option 'ignore_index'"):
        lossref.adaptive_log_softmax([1, 6, 2], *LEVELS, ignore_index=-100)


def test_a_head_and_clusters_may_hold_one_class_each():
    # All logits 0: the classes 1 and 2 are alone in their clusters, and the head is of one class and two clusters.
    zeros = [np.zeros(shape) for shape in ((3, 2), (3, 2), 3, (2, 1, 2), (2, 1))]
    terms = lossref.adaptive_log_softmax([0, 1, 2], *zeros, [1, 2], reduction="none")
    np.testing.assert_allclose(terms, math.log(3.0), rtol=1e-15)


@pytest.mark.parametrize(("cutoffs", "place", "value"), [([1, 2, 2], 2, 2), ([2, 1, 3], 1, 1), ([1, 2, 5], 2, 5)])
def test_the_cutoff_that_does_not_increase_is_named(cutoffs, place, value):
    head, tail = cutoffs[0] + 3, 5 - cutoffs[0]
    weights = [np.ones(shape) for shape in ((1, 2), (head, 2), head, (3, 1, 2), (tail, 1))]
    with pytest.raises(lossref.DomainError) as caught:
        lossref.adaptive_log_softmax([0], *weights, cutoffs)
    assert (caught.value.index, caught.value.value) == ((place,), value)


def test_drawn_levels_have_two_clusters_behind_as_many_classes_as_are_asked_for(rng):
    drawn = get("adaptive_log_softmax").sample(rng, 200, 4)
    assert [np.shape(array) for array in drawn] == [(200,), (200, 3), (6, 3), (6,), (2, 2, 3), (5, 2), (2,)]
    np.testing.assert_array_equal(drawn[-1], [4, 6])
    np.testing.assert_array_equal(np.unique(drawn[0]), np.arange(9))
