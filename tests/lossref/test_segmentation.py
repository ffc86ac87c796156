"""Losses of overlap: hand-computed values, empty masks, axes, boxes that touch."""

import numpy as np
import pytest

import lossref

MASK = np.array([[1, 1, 0, 0], [0, 0, 0, 1]])
SCORES = np.array([[0.5, 1.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.25]])


def test_dice_over_everything_and_by_row():
    assert lossref.dice(MASK, SCORES) == pytest.approx(1 - 3.5 / 5.25, rel=1e-15)
    rows = lossref.dice(MASK, SCORES, axis=-1, reduction="none")
    np.testing.assert_allclose(rows, [1 - 3.0 / 4.0, 1 - 0.5 / 1.25], rtol=1e-15)
    assert lossref.dice(MASK, SCORES, axis=-1) == pytest.approx(rows.mean(), rel=1e-15)
    assert lossref.dice(MASK, SCORES, axis=1) == lossref.dice(MASK.T, SCORES.T, axis=0)


def test_dice_smoothed_and_squared():
    assert lossref.dice(MASK, SCORES, 1.0) == pytest.approx(1 - 4.5 / 6.25, rel=1e-15)
    assert lossref.dice(MASK, SCORES, squared=True) == pytest.approx(1 - 3.5 / (3 + 1.5625), rel=1e-15)


@pytest.mark.parametrize("name", ["dice", "tversky", "jaccard"])
def test_empty_masks_follow_their_option(name):
    nothing = np.zeros((2, 3))
    spec = lossref.get(name)
    assert spec.value(nothing, nothing) == 0.0
    assert spec.value(nothing, nothing, empty=1) == 1.0
    np.testing.assert_array_equal(spec.gradient(nothing, nothing), nothing)
    smoothed = {"smooth": 1.0}
    assert spec.value(nothing, nothing, **smoothed, empty=1) == 0.0
    rows = spec.value([[0, 0], [1, 0]], [[0.0, 0.0], [0.0, 1.0]], axis=-1, reduction="none")
    np.testing.assert_array_equal(rows, [0.0, 1.0])


def test_alpha_weighs_false_positives_and_beta_false_negatives():
    y_true, p = [1, 1, 0, 0], [1.0, 0.0, 1.0, 1.0]  # one hit, one miss, two false alarms
    assert lossref.tversky(y_true, p, 0.7, 0.3) == pytest.approx(1 - 1 / (1 + 1.4 + 0.3), rel=1e-15)
    assert lossref.tversky(y_true, p, 0.3, 0.7) == pytest.approx(1 - 1 / (1 + 0.6 + 0.7), rel=1e-15)
    assert lossref.tversky(MASK, SCORES) == pytest.approx(lossref.dice(MASK, SCORES), rel=1e-14)
    assert lossref.tversky(MASK, SCORES, 1.0, 1.0) == pytest.approx(lossref.jaccard(MASK, SCORES), rel=1e-14)


def test_jaccard_by_hand():
    assert lossref.jaccard(MASK, SCORES) == pytest.approx(1 - 1.75 / 3.5, rel=1e-15)
    assert lossref.get("iou") is lossref.get("jaccard")


def boxes(*corners):
    return np.array([corners], dtype=float)


def test_boxes_that_overlap_lie_apart_and_agree():
    unit = boxes(0, 0, 1, 1)
    assert lossref.generalized_iou(unit, unit) == 0.0
    assert lossref.generalized_iou(boxes(0, 0, 2, 2), boxes(1, 1, 3, 3)) == pytest.approx(1 - 1 / 7 + 2 / 9, rel=1e-15)
    assert lossref.generalized_iou(unit, boxes(9, 0, 10, 1)) == pytest.approx(1.8, rel=1e-15)
    assert lossref.generalized_iou(boxes(0, 0, 3, 3), boxes(1, 1, 2, 2)) == pytest.approx(8 / 9, rel=1e-15)


def test_a_box_that_is_moved_towards_the_other_costs_less_even_without_overlap():
    gradient = lossref.get("generalized_iou").gradient(boxes(0, 0, 1, 1), boxes(4, 0, 5, 1))
    assert gradient[0, 0] > 0.0


def test_where_edges_meet_the_interval_spans_the_derivatives_of_both_sides():
    y_true, p = boxes(0, 0, 2, 2), boxes(1, 0.5, 2, 1.5)
    spec = lossref.get("generalized_iou")
    low, high = spec.subdifferential(y_true, p)
    for place in range(4):
        sides = []
        for step in (-1e-7, 1e-7):
            moved = p.copy()
            moved[0, place] += step
            sides.append((spec.value(y_true, moved) - spec.value(y_true, p)) / step)
        np.testing.assert_allclose([low[0, place], high[0, place]], sorted(sides), rtol=1e-5, atol=1e-6)
    assert low[0, 2] < high[0, 2]


def test_boxes_without_an_area_have_no_overlap():
    point = boxes(1, 1, 1, 1)
    assert lossref.generalized_iou(point, point) == 1.0
    assert np.isfinite(lossref.get("generalized_iou").gradient(point, point)).all()


def test_boxes_that_are_turned_are_refused_at_their_place():
    with pytest.raises(lossref.DomainError, match="left ≤ right") as caught:
        lossref.generalized_iou(np.zeros((2, 4)), [[0, 0, 1, 1], [0, 3, 1, 2]])
    assert caught.value.argument == "p"
    assert caught.value.index == (1, 1)
    with pytest.raises(lossref.ShapeError, match="4"):
        lossref.generalized_iou(np.zeros((2, 3)), np.zeros((2, 3)))
