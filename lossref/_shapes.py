"""Which shapes of arguments go together; nothing is broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossref.errors import OptionError, ShapeError

if TYPE_CHECKING:
    from lossref.spec import LossSpec

Shape = tuple[int, ...]


def term_shape(spec: LossSpec, shapes: list[Shape], *, axis: int, batched: bool) -> Shape:
    """Shape of the terms; ShapeError where the arguments do not go together."""
    if spec.on_rows:
        return _row_shape(spec, shapes, axis, batched=batched)
    shape = shapes[0]
    for parameter, other in zip(spec.arrays, shapes, strict=True):
        if other != shape and parameter.shape != "whole":
            raise ShapeError(_mismatch(spec.arrays[0].name, shape, parameter.name, other))
    if spec.coupled and not spec.shared:
        return ()  # the shape of the terms is what the kernel makes it
    if not batched and len(shape) > 1:
        raise ShapeError(f"batch=False: expected one example, a vector; got shape {shape}")
    return shape


def _row_shape(spec: LossSpec, shapes: list[Shape], axis: int, *, batched: bool) -> Shape:
    first, rows = next((p, shape) for p, shape in zip(spec.arrays, shapes, strict=True) if p.shape == "rows")
    name = first.name
    if batched and spec.gives == "value" and len(rows) < 2:
        raise ShapeError(f"{name}: expected (N, C), got {rows}; for one example without the batch axis: batch=False")
    if not rows or (not batched and len(rows) != 1):
        raise ShapeError(f"{name}: expected one example, shape (C,); got {rows}")
    if not -len(rows) <= axis < len(rows):
        raise OptionError(f"axis {axis} is out of range for {name} of shape {rows}")
    place = axis % len(rows)
    lead: Shape = rows[:place] + rows[place + 1 :]
    widths: dict[str, int] = {}
    for parameter, shape in zip(spec.arrays, shapes, strict=True):
        expected = lead
        if parameter.shape == "rows":
            own = shape[place] if len(shape) == len(rows) else rows[place]
            width = widths.setdefault(parameter.width, own)
            expected = (*rows[:place], width, *rows[place + 1 :])
        if shape != expected:
            raise ShapeError(_mismatch(name, rows, parameter.name, shape, expected))
        if parameter.shape == "rows" and width == 0:
            raise ShapeError(f"{parameter.name}: expected at least one class on axis {axis}, got shape {shape}")
    return lead


def _mismatch(first: str, shape: Shape, second: str, other: Shape, expected: Shape | None = None) -> str:
    column = sorted((shape, other), key=len)
    advice = "; a column (N, 1) against a vector (N,): reshape one of them" if column[1] == (*column[0], 1) else ""
    return f"{second}: expected shape {expected or shape} to go with {first} {shape}, got {other}{advice}"
