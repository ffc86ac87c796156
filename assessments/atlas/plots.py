"""The geometry of the atlas's plots: everything that the SVG template needs, as finished text.

A curve is broken where its value is not finite and where its slope jumps; there a stem shows the subdifferential.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assessments.atlas import batches, runs, slices, words
from assessments.atlas.slices import Array, Curve, Slice
from lossref import LossSpec

WIDTH, HEIGHT = 420, 280
LEFT, TOP = 54, 22
PLANE_WIDTH, PLANE_HEIGHT = WIDTH - LEFT - 14, HEIGHT - TOP - 46
SIZE = {
    "width": WIDTH,
    "height": HEIGHT,
    "left": LEFT,
    "top": TOP,
    "plane_width": PLANE_WIDTH,
    "plane_height": PLANE_HEIGHT,
    "middle": PLANE_WIDTH // 2,
}
# A pixel's fraction: points nearer than this to the line through their neighbours are left out.
_FLAT = 0.15
_TABLE_ROWS = 9
_NAMES = {"value": ("Loss", "ℓ"), "transform": ("Value", "f"), "step": ("Parameter", "w")}


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    at: str
    text: str
    is_zero: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One curve: its pieces as SVG paths, the stems of its jumps, and which style it has."""

    label: str
    style: str
    path: str
    stems: tuple[tuple[str, str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One plot with the numbers beside it."""

    key: str
    title: str
    description: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, ...], ...]
    has_jumps: bool


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
    x, y = _Axis(float(line.points[0]), float(line.points[-1]), PLANE_WIDTH), _vertical(data)
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


class _Axis:
    """A linear scale from values to pixels; `flipped` grows upwards."""

    def __init__(self, low: float, high: float, length: float, *, flipped: bool = False) -> None:
        self.low, self.high, self.length, self.flipped = low, high, length, flipped

    def __call__(self, values: Array | float) -> Array:
        share = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        # Far outside of the plane nothing is seen, and browsers dislike huge coordinates.
        return np.clip((1.0 - share if self.flipped else share) * self.length, -3.0 * self.length, 4.0 * self.length)

    def ticks(self) -> tuple[Tick, ...]:
        """Give four to eight round numbers."""
        step = _round_step((self.high - self.low) / 6.0)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(
            Tick(f"{float(self(n * step)):.1f}", words.number(n * step), n == 0) for n in range(first, last + 1)
        )


def _round_step(wish: float) -> float:
    power = 10.0 ** math.floor(math.log10(wish))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= wish * 0.999)


def _vertical(data: Sequence[_Data]) -> _Axis:
    """Show everything, unless a few values near a pole would flatten the rest."""
    values = np.concatenate([end[np.isfinite(end)] for d in data for end in (d.low, d.high)])
    if not values.size:
        return _Axis(-1.0, 1.0, PLANE_HEIGHT, flipped=True)
    low, high = float(values.min()), float(values.max())
    near = np.quantile(values, [0.04, 0.96])
    room = 1.6 * float(near[1] - near[0])
    if room > 0.0:
        low, high = max(low, float(near[1]) - room), min(high, float(near[0]) + room)
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 1.0, high + 1.0
    margin = 0.05 * (high - low)
    return _Axis(low - margin, high + margin, PLANE_HEIGHT, flipped=True)


def _path(data: _Data, points: Array, x: _Axis, y: _Axis) -> str:
    return "".join(_piece(np.column_stack([x(xs), y(ys)])) for xs, ys in _pieces(data, points))


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


def _piece(pixels: Array) -> str:
    kept = pixels[_corners(pixels)]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in kept)


def _corners(pixels: Array) -> list[int]:
    """Leave out the points that lie on the line through those kept (Ramer, Douglas and Peucker)."""
    kept, spans = {0, len(pixels) - 1}, [(0, len(pixels) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        along = pixels[last] - pixels[first]
        away = pixels[first + 1 : last] - pixels[first]
        distances = np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / max(float(np.hypot(*along)), 1e-12)
        furthest = int(distances.argmax())
        if distances[furthest] > _FLAT:
            middle = first + 1 + furthest
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return sorted(kept)


def _stems(data: _Data, points: Array, x: _Axis, y: _Axis) -> Iterator[tuple[str, str, str]]:
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
    even = np.linspace(0, len(points) - 1, _TABLE_ROWS).round().astype(int)
    for i in sorted({*even.tolist(), *(int(j) for j in jumps)}):
        yield (words.number(float(points[i])), *(words.interval(*_ends(d, i)) for d in data))
