"""The atlas's plots: a loss, its slope and its curvature along the line on which one prediction moves.

A curve is broken where its value is not finite and where its slope jumps; there a stem shows the subdifferential.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assessments import plots
from assessments.atlas import batches, runs, slices, words
from assessments.atlas.slices import Array, Curve, Slice
from assessments.plots import Axis, Figure, Line
from lossref import LossSpec

_TABLE_ROWS = 9
_NAMES = {"value": ("Loss", "ℓ"), "transform": ("Value", "f"), "step": ("Parameter", "w")}


@dataclasses.dataclass(frozen=True, slots=True)
class _Data:
    """One curve of one figure: two ends, which differ where the derivative jumps."""

    curve: Curve
    low: Array
    high: Array


def figures(spec: LossSpec) -> tuple[str, tuple[Figure, ...]]:
    """Plot a loss, its derivative and its second derivative; also says what is held."""
    line = _line(spec)
    if line is None:
        return "", ()
    thing, symbol = _NAMES[spec.gives]
    wanted: tuple[tuple[str, str, str, Callable[[Curve], tuple[Array | None, Array | None]]], ...] = (
        ("value", thing, symbol, lambda c: (c.value, c.value)),
        ("gradient", "Derivative", f"∂{symbol}/∂{line.symbol}", lambda c: (c.low, c.high)),
        ("curvature", "Second derivative", f"∂²{symbol}/∂{line.symbol}²", lambda c: (c.second, c.second)),
    )
    found = []
    for key, title, y_label, ends in wanted:
        data = [_Data(c, low, high) for c in line.curves for low, high in [ends(c)] if low is not None is not high]
        if data:
            found.append(_figure(key, title, y_label, line, data))
    return line.held, tuple(found)


def _line(spec: LossSpec) -> Slice | None:
    if spec.gives == "step":
        return runs.of(spec)
    return batches.of(spec) if spec.coupled else slices.of(spec)


def _figure(key: str, title: str, y_label: str, line: Slice, data: Sequence[_Data]) -> Figure:
    x, y = plots.across(line.points), _vertical(data)
    drawn = tuple(
        Line(d.curve.label, _style(d.curve, line), _path(d, line.points, x, y), tuple(_stems(d, line.points, x, y)))
        for d in data
    )  # fmt: skip
    return Figure(
        key=key,
        title=title,
        description=". ".join(_told(d, line) for d in data) + ".",
        x_label=line.axis,
        y_label=y_label,
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
        lines=drawn,
        rows=tuple(_rows(data, line.points)),
        has_jumps=any(entry.stems for entry in drawn),
    )


def _style(curve: Curve, line: Slice) -> str:
    """Colour tells the member of the family and dashes the label; where there is one label, dashes tell both."""
    several = any(other.choice for other in line.curves)
    return f"line-{curve.member % 4} dash-{(curve.choice if several else curve.member) % 4}"


def _vertical(data: Sequence[_Data]) -> Axis:
    return plots.upright(np.concatenate([end for d in data for end in (d.low, d.high)]))


def _path(data: _Data, points: Array, x: Axis, y: Axis) -> str:
    return "".join(plots.path(np.column_stack([x(xs), y(ys)])) for xs, ys in _pieces(data, points))


def _leaps(data: _Data) -> Array:
    """Find the steps between neighbours that are no slope: large beside the whole, and beside the steps around."""
    steps = np.abs(np.diff(data.low))
    around = np.maximum(np.append(steps[1:], 0.0), np.append(0.0, steps[:-1]))
    finite = data.low[np.isfinite(data.low)]
    whole = float(np.ptp(finite)) if finite.size else 0.0
    return np.asarray((steps > 0.15 * whole) & (around < 0.1 * steps))


def _pieces(data: _Data, points: Array) -> Iterator[tuple[Array, Array]]:
    """Break a curve where it is not finite and where it jumps; both sides of a jump reach it."""
    low, high, leaps = data.low, data.high, _leaps(data)
    finite = np.isfinite(low) & np.isfinite(high)
    run: list[tuple[float, float]] = []
    for i, point in enumerate(points):
        if not finite[i]:
            yield from _drawn(run)
            run = []
        elif low[i] == high[i]:
            if i and leaps[i - 1] and low[i - 1] == high[i - 1]:
                yield from _drawn(run)
                run = []
            run.append((point, low[i]))
        else:
            ends = (low[i], high[i])
            if run:
                run.append((point, min(ends, key=lambda end: abs(end - run[-1][1]))))
            yield from _drawn(run)
            following = low[i + 1] if i + 1 < len(points) and finite[i + 1] else high[i]
            run = [(point, min(ends, key=lambda end: abs(end - following)))]
    yield from _drawn(run)


def _drawn(run: Sequence[tuple[float, float]]) -> Iterator[tuple[Array, Array]]:
    if len(run) > 1:
        xs, ys = zip(*run, strict=True)
        yield np.array(xs), np.array(ys)


def _stems(data: _Data, points: Array, x: Axis, y: Axis) -> Iterator[tuple[str, str, str]]:
    for i in np.flatnonzero(data.low != data.high):
        if np.isfinite([data.low[i], data.high[i]]).all():
            ends = (f"{float(y(data.low[i])):.1f}", f"{float(y(data.high[i])):.1f}")
            yield (f"{float(x(points[i])):.1f}", *ends)


def _told(data: _Data, line: Slice) -> str:
    """Describe a curve in a sentence for those who do not see it."""
    shown = [0, len(line.points) // 2, len(line.points) - 1]
    named = f"{data.curve.label}: " if data.curve.label else ""
    places = [f"{words.interval(*_ends(data, i))} at {words.number(float(line.points[i]))}" for i in shown]
    jumps = np.flatnonzero(data.low != data.high)
    also = "; jumps at " + words.listed(words.number(float(line.points[i])) for i in jumps[:4]) if jumps.size else ""
    return f"{named}{words.listed(places)}{also}"


def _ends(data: _Data, i: int) -> tuple[float, float]:
    return float(data.low[i]), float(data.high[i])


def _rows(data: Sequence[_Data], points: Array) -> Iterator[tuple[str, ...]]:
    """Give the numbers at places spread evenly and at every jump."""
    jumps = itertools.chain.from_iterable(np.flatnonzero(d.low != d.high) for d in data)
    for i in sorted({*plots.spread(len(points), _TABLE_ROWS), *(int(j) for j in jumps)}):
        yield (words.number(float(points[i])), *(words.interval(*_ends(d, i)) for d in data))
