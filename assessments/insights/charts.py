"""Statistics as plots: the score distribution of a test, and who chose which option."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from assessments import plots
from assessments.insights.classical import Distribution
from assessments.insights.figures import Figures, Option
from assessments.plots import PLANE_HEIGHT, PLANE_WIDTH, Axis, Figure, Line, Tick

GROUPS = ("lowest", "middle", "highest")
# The key's line is thick; the others differ in colour and dashes.
_KEY_STYLE = "line-2 dash-0"
_STYLES = ("line-3 dash-1", "line-1 dash-2", "line-0 dash-3", "line-3 dash-2", "line-1 dash-0", "line-0 dash-1")


def letter(place: int) -> str:
    return chr(ord("A") + place)


def distribution(found: Distribution) -> Figure:
    """Plot how many sittings have which score."""
    counts = np.array(found.counts)
    edges = np.linspace(0.0, 1.0, len(counts) + 1)
    x = Axis(0.0, 1.0, PLANE_WIDTH)
    y = Axis(0.0, max(1.0, float(counts.max(initial=0)) * 1.05), PLANE_HEIGHT, flipped=True)
    # The outline of the bars: each edge twice, at the height before and after it.
    outline = np.concatenate([[0], np.repeat(counts, 2), [0]])
    bins = [f"{plots.number(100 * low)} to {plots.number(100 * high)}" for low, high in itertools.pairwise(edges)]
    most = int(counts.argmax()) if counts.size else 0
    return Figure(
        key="scores",
        title="Scores",
        description=f"{found.n} sittings. The fullest bin is {bins[most]} % with {counts[most]} sittings.",
        x_label="score in %",
        y_label="sittings",
        x_ticks=_percent(x),
        y_ticks=y.ticks(),
        lines=(Line("sittings", "line-0 dash-0", plots.path(np.column_stack([x(np.repeat(edges, 2)), y(outline)]))),),
        rows=tuple((name, str(count)) for name, count in zip(bins, counts, strict=True)),
    )


def distractors(found: Figures) -> Figure | None:
    """Plot the share of each option over the thirds of the sittings by score on the other questions."""
    if found.curves is None or found.facility.value is None:
        return None
    x, y = Axis(-0.15, 2.15, PLANE_WIDTH), Axis(0.0, 1.0, PLANE_HEIGHT, flipped=True)
    names = [f"{letter(place)}{', right' if option.is_key else ''}" for place, option in enumerate(found.options)]
    curves = [*(option.curve for option in found.options), found.curves.unanswered]
    styles = _styles(found.options)
    points = np.arange(len(GROUPS), dtype=float)
    drawn = [
        Line(name, style, plots.curve(points, np.array(curve, dtype=float), x, y))
        for name, style, curve in zip([*names, "none"], styles, curves, strict=True)
    ]
    return Figure(
        key="distractors",
        title="Who chose what",
        description="; ".join(_told(name, curve) for name, curve in zip([*names, "none"], curves, strict=True)),
        x_label="third by score on the other questions",
        y_label="share in %",
        x_ticks=tuple(Tick(f"{float(x(place)):.1f}", name, is_zero=False) for place, name in enumerate(GROUPS)),
        y_ticks=_percent(y),
        lines=tuple(drawn),
        rows=tuple((group, *(_share(curve[place]) for curve in curves)) for place, group in enumerate(GROUPS)),
    )


def _styles(options: Sequence[Option]) -> list[str]:
    wrong = iter(_STYLES * (len(options) // len(_STYLES) + 1))
    return [_KEY_STYLE if option.is_key else next(wrong) for option in options] + ["line-0 dash-2"]


def _percent(axis: Axis) -> tuple[Tick, ...]:
    return tuple(Tick(tick.at, f"{float(tick.text) * 100:.0f}", tick.is_zero) for tick in axis.ticks())


def _told(name: str, curve: Sequence[float | None]) -> str:
    return f"{name}: {', '.join(_share(share) for share in curve)}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"
