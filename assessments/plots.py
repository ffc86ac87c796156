"""The geometry of plots: everything that the SVG template `_plot.html` needs, as finished text.

A page that shows plots links `css/plots.css`; nothing in the markup has a style of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

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
_MINUS = "\N{MINUS SIGN}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    stems: tuple[tuple[str, str, str], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One plot with the numbers beside it; `key` begins its ids, so that it is its own on a page."""

    key: str
    title: str
    description: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, ...], ...]
    has_jumps: bool = False


class Axis:
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
        return tuple(Tick(f"{float(self(n * step)):.1f}", number(n * step), n == 0) for n in range(first, last + 1))


def across(points: Array) -> Axis:
    """Give the horizontal axis of these points."""
    return Axis(float(points[0]), float(points[-1]), PLANE_WIDTH)


def upright(values: Array, *, whole: bool = False) -> Axis:
    """Give the vertical axis that shows all finite values, or leaves out a few near a pole that would flatten the rest.

    With `whole` none is left out.
    """
    values = values[np.isfinite(values)]
    if not values.size:
        return Axis(-1.0, 1.0, PLANE_HEIGHT, flipped=True)
    low, high = float(values.min()), float(values.max())
    near = np.quantile(values, [0.04, 0.96])
    room = 1.6 * float(near[1] - near[0])
    if room > 0.0 and not whole:
        low, high = max(low, float(near[1]) - room), min(high, float(near[0]) + room)
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 1.0, high + 1.0
    margin = 0.05 * (high - low)
    return Axis(low - margin, high + margin, PLANE_HEIGHT, flipped=True)


def _round_step(wish: float) -> float:
    power = 10.0 ** math.floor(math.log10(wish))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= wish * 0.999)


def path(pixels: Array) -> str:
    """Write points (N, 2) as one piece of an SVG path."""
    kept = pixels[_corners(pixels)]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in kept)


def curve(points: Array, values: Array, x: Axis, y: Axis) -> str:
    """Write a curve as an SVG path that is broken where a value is not finite."""
    finite = np.isfinite(values)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]]).astype(int)))
    pieces = [slice(first, last) for first, last in ends.reshape(-1, 2) if last - first > 1]
    return "".join(path(np.column_stack([x(points[piece]), y(values[piece])])) for piece in pieces)


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


def spread(count: int, rows: int) -> Sequence[int]:
    """Choose places for the table beside a plot, the first and the last among them."""
    return sorted({int(place) for place in np.linspace(0, count - 1, rows).round()})


def number(value: float) -> str:
    """Write a number with up to five significant digits.

    Examples
    --------
    >>> number(-1.3862943611198906), number(float("inf")), number(2.0)
    ('−1.3863', '+∞', '2')
    >>> number(1e-7)
    '1·10⁻⁷'
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else f"{_MINUS}∞"
    text = f"{value + 0.0:.5g}"
    mantissa, e, exponent = text.partition("e")
    return mantissa.replace("-", _MINUS) + (f"·10{str(int(exponent)).translate(_RAISED)}" if e else "")
