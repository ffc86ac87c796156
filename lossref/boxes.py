"""Losses of bounding boxes (left, top, right, bottom)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, over_or_zero
from lossref.errors import DomainError, ShapeError
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]

_LOW, _HIGH = slice(0, 2), slice(2, 4)


def _corners(y: Array, p: Array) -> tuple[Array, Array]:
    """Coordinates on axis 0; raises for what are no boxes."""
    if y.shape != p.shape or y.ndim < 1 or y.shape[-1] != 4:
        raise ShapeError(f"expected y_true and p of the same shape (…, 4); got {y.shape} and {p.shape}")
    for name, boxes in (("y_true", y), ("p", p)):
        turned = boxes[..., _HIGH] < boxes[..., _LOW]
        if turned.any():
            index = tuple(int(i) for i in np.argwhere(turned)[0])
            expected = "boxes (left, top, right, bottom) with left ≤ right and top ≤ bottom"
            raise DomainError(name, expected, index, float(boxes[index]))
    return np.moveaxis(y, -1, 0), np.moveaxis(p, -1, 0)


class _Boxes:
    """Sides and areas of two boxes, of what they share, and of the smallest box around both."""

    def __init__(self, y: Array, p: Array) -> None:
        self.y, self.p = _corners(y, p)
        self.sides = self.p[_HIGH] - self.p[_LOW]
        self.shared_sides = np.minimum(self.y[_HIGH], self.p[_HIGH]) - np.maximum(self.y[_LOW], self.p[_LOW])
        self.hull_sides = np.maximum(self.y[_HIGH], self.p[_HIGH]) - np.minimum(self.y[_LOW], self.p[_LOW])
        self.shared = _area(np.maximum(self.shared_sides, 0.0))
        self.union = _area(self.y[_HIGH] - self.y[_LOW]) + _area(self.sides) - self.shared
        self.hull = _area(self.hull_sides)

    def terms(self) -> Array:
        # 1 − IoU + (hull − union) / hull, where 0/0 is 0.
        return 1.0 - over_or_zero(self.shared, self.union) + over_or_zero(self.hull - self.union, self.hull)

    def slope(self, direction: float) -> Array:
        """Give the derivative in the predicted coordinates from one side: as they grow (+1) or shrink (−1)."""
        slopes = [self._slope(place, direction) for place in range(4)]
        return np.moveaxis(np.stack(slopes), 0, -1)

    def _slope(self, place: int, direction: float) -> Array:
        axis, outward = place % 2, 1.0 if place >= 2 else -1.0
        other = 1 - axis
        grows = outward * direction > 0.0  # whether the box becomes larger
        # How far this corner of the prediction lies outside of the other box's.
        beyond = outward * (self.p[place] - self.y[place])
        in_shared = beyond < 0.0 if grows else beyond <= 0.0
        in_hull = beyond >= 0.0 if grows else beyond > 0.0
        overlapping = self.shared_sides[axis] >= 0.0 if grows else self.shared_sides[axis] > 0.0
        height = np.maximum(self.shared_sides[other], 0.0)
        of_shared = outward * np.where(in_shared & overlapping, height, 0.0)
        of_union = outward * self.sides[other] - of_shared
        of_hull = outward * np.where(in_hull, self.hull_sides[other], 0.0)
        union, hull = (np.where(area == 0.0, np.inf, area) for area in (self.union, self.hull))
        iou_slope = (of_shared - self.shared / union * of_union) / union
        slope: Array = (self.union / hull * of_hull - of_union) / hull - iou_slope
        return slope


def _area(sides: Array) -> Array:
    area: Array = sides[0] * sides[1]
    return area


def _generalized_iou(y: Array, p: Array) -> Array:
    return _Boxes(y, p).terms()


def _generalized_iou_slope(upstream: Array, y: Array, p: Array) -> Interval:
    boxes = _Boxes(y, p)
    weight = np.asarray(upstream)[..., None].astype(p.dtype)
    sides = [weight * boxes.slope(direction) for direction in (1.0, -1.0)]
    return np.minimum(*sides), np.maximum(*sides)


def _generalized_iou_slope_target(upstream: Array, y: Array, p: Array) -> Interval:
    return _generalized_iou_slope(upstream, p, y)


def _sample(rng: np.random.Generator, rows: int, _: int) -> list[Any]:
    """Draw boxes, and predictions that overlap most of them."""
    low = rng.uniform(0.0, 4.0, size=(rows, 2))
    moved = low + rng.uniform(-1.0, 1.0, size=(rows, 2))
    return [np.concatenate([corner, corner + rng.uniform(0.5, 3.0, size=(rows, 2))], axis=1) for corner in (low, moved)]


GENERALIZED_IOU = LossSpec(
    name="generalized_iou",
    aliases=("giou", "generalized_iou_loss"),
    family="segmentation",
    summary="1 less the intersection over union of two boxes, plus the empty share of the smallest box around both.",
    latex=r"1 - \frac{|B \cap \hat B|}{|B \cup \hat B|} + \frac{|C| - |B \cup \hat B|}{|C|}",
    references=("H. Rezatofighi et al., Generalized intersection over union, CVPR 2019",),
    parameters=(
        Parameter("y_true", "target", "real", "whole", plausible=(0.0, 4.0)),
        Parameter("p", "prediction", "real", "whole", plausible=(0.0, 4.0)),
    ),
    properties=frozenset(
        {
            "non_negative",
            "zero_at_perfect_fit",
            "symmetric_in_arguments",
            "permutation_invariant",
            "translation_invariant",
            "scale_invariant",
        }
    ),
    bounds=(0.0, 2.0),
    coupled=True,
    sample=_sample,
    guards={"y_true": "itself", "p": "itself"},
    terms=_generalized_iou,
    slopes={"p": _generalized_iou_slope, "y_true": _generalized_iou_slope_target},
)


def generalized_iou(y_true: Any, p: Any, **options: Any) -> Any:
    """Mean over boxes of 1 − intersection/union + (hull − union)/hull.

    Parameters
    ----------
    y_true, p : array_like of shape (N, 4), finite real numbers
        Boxes as left, top, right, bottom, with left ≤ right and top ≤ bottom.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    Where edges of the boxes meet, the subdifferential is the interval between the derivatives from either side. Boxes
    without an area have the intersection over union 0, and a hull without an area no empty share.

    References
    ----------
    torchvision.ops.generalized_box_iou_loss (which adds 1e-7 to the denominators).

    Examples
    --------
    >>> print(generalized_iou([[0.0, 0.0, 2.0, 1.0]], [[1.0, 0.0, 3.0, 1.0]]).round(6))
    0.666667
    >>> print(generalized_iou([[0.0, 0.0, 1.0, 1.0]], [[2.0, 0.0, 3.0, 1.0]]).round(6))
    1.333333
    """
    return GENERALIZED_IOU.value(y_true, p, **options)


SPECS = (GENERALIZED_IOU,)
