"""The line along which a loss of a whole batch is plotted: one entry of the worked example's prediction moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from assessments.atlas import examples
from assessments.atlas.slices import Array, Curve, Slice, family, grid
from lossref import LossSpec, Parameter

HELD = "all else is as in the worked example below"


def of(spec: LossSpec) -> Slice | None:
    """Give the line through the worked example; None where there is no such example."""
    inputs = examples.ordinary(spec)
    if inputs is None:
        return None
    moving = next(p for p in spec.arrays if p.role in {"prediction", "input"} and p.name in spec.slopes)
    points, place = grid(moving), ", ".join("0" * inputs[moving.name].ndim)
    curves = []
    for m, member in enumerate(family(spec)):
        value, low, high = _along(spec, inputs, moving, {member.name: member.value} if member.name else {})
        curves.append(Curve(member.words, m, 0, value, low, high, None))
    return Slice(f"first entry of {moving.name}", f"{moving.name}[{place}]", HELD, points, tuple(curves))


def _along(spec: LossSpec, inputs: Mapping[str, Any], moving: Parameter, given: Mapping[str, Any]) -> Array:
    """Give the value and both ends of the subdifferential at each point."""
    points, given_rows = grid(moving), inputs[moving.name]
    rows_of_one = moving.domain == "probability" and given_rows.ndim == 2 and np.allclose(given_rows.sum(axis=1), 1.0)
    found = np.empty((3, len(points)))
    for i, point in enumerate(points):
        moved = given_rows.copy()
        moved.flat[0] = point
        if rows_of_one:
            moved[0, 1:] = (1.0 - point) / (moved.shape[1] - 1)
        arguments = {**inputs, moving.name: moved, **given}
        ends = spec.subdifferential(**arguments, wrt=moving.name)
        found[:, i] = [spec.value(**arguments), *(end.flat[0] for end in ends)]
    return found
