"""The training of a lab's verdict as people see it: what was reached, the diagnosis, and four plots."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from assessments import plots
from assessments.plots import Array, Figure, Line, number

_ROWS = 9
# Values that differ by more than this factor are drawn by their logarithms.
_WIDE = 1e3
# Of the two runs: which style of line each curve has.
_ANSWER, _REFERENCE = "line-0 dash-0", "line-3 dash-1"
_TRAINING, _HELD_OUT = "line-0 dash-0", "line-1 dash-1"
_BADGES = {"fine": "good", "overfit": "warning", "off_target": "warning"}


@dataclasses.dataclass(frozen=True, slots=True)
class Training:
    """What a page shows of a training."""

    trained: str
    diagnosis: str
    badge: str
    sentence: str
    facts: list[tuple[str, str]]
    figures: list[Figure]
    size: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class _Series:
    label: str
    style: str
    steps: Array
    values: Array


def of(verdict: Mapping[str, Any], *, told: Collection[str] = ()) -> Training | None:
    """Give the training that a verdict tells of; None where it tells of none.

    A diagnosis among the codes `told` stands with the findings already.
    """
    record = verdict.get("training")
    if not record:
        return None
    found = record["diagnosis"]
    return Training(
        trained=record["trained"],
        diagnosis=found["name"],
        badge=_BADGES.get(found["code"], "bad"),
        sentence="" if found["code"] in told else found["sentence"],
        facts=_facts(record),
        figures=_figures(record),
        size=plots.SIZE,
    )


def _facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    metric, convergence = record["metric"], record["convergence"]
    start, answer, reference = (number(float(metric[name])) for name in ("start", "answer", "reference"))
    gained, came = _percent(metric["share"]), _percent(convergence["share"])
    asked, asked_way = _percent(metric["asked"]), _percent(convergence["asked"])
    return [
        ("Held-out metric", f"{metric['name']}, where {metric['goal']} is better"),
        ("Reached", f"{answer} at the end, {start} at the start; the reference run comes to {reference}"),
        ("Gain", f"{gained} of the reference run's; {asked} are asked"),
        ("Training loss", f"{came} of the way down to where the reference run ended; {asked_way} are asked"),
    ]


def _percent(share: float | str) -> str:
    # A verdict's JSON holds what is not finite as a word; what got worse is not worth a number.
    return f"{number(round(100 * float(share)))} %" if float(share) >= 0 else "less than 0 %"


def _figures(record: Mapping[str, Any]) -> list[Figure]:
    # Ids are their own on a page that shows several trainings.
    mark = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:8]
    answer, reference = record["answer"], record["reference"]
    metric = f"Held-out {record['metric']['name']}"
    return [
        _figure(f"loss-{mark}", "Loss of the answer", "loss", _losses(answer)),
        _figure(f"reference-{mark}", "Loss of the reference run", "loss", _losses(reference)),
        _figure(f"metric-{mark}", metric, "metric", _runs(answer, reference, "held_out_metric", "held_out_steps")),
        _figure(f"norm-{mark}", "Length of the gradient", "length", _runs(answer, reference, "norm", "norm_steps")),
    ]


def _losses(run: Mapping[str, Any]) -> list[_Series]:
    return [
        _Series("training data", _TRAINING, _array(run["loss_steps"]), _array(run["loss"])),
        _Series("held-out data", _HELD_OUT, _array(run["held_out_steps"]), _array(run["held_out_loss"])),
    ]


def _runs(answer: Mapping[str, Any], reference: Mapping[str, Any], values: str, steps: str) -> list[_Series]:
    named = (("the answer", _ANSWER, answer), ("the reference run", _REFERENCE, reference))
    return [_Series(label, style, _array(run[steps]), _array(run[values])) for label, style, run in named]


def _array(values: Sequence[float | str]) -> Array:
    return np.array([float(value) for value in values])


def _figure(key: str, title: str, y_label: str, series: Sequence[_Series]) -> Figure:
    last = max(float(one.steps[-1]) for one in series)
    x = plots.across(np.array([0.0, max(last, 1.0)]))
    wide = _go_far(series)
    with np.errstate(divide="ignore"):
        drawn = [np.log10(one.values) if wide else one.values for one in series]
    y = plots.upright(np.concatenate(drawn), whole=True)
    return Figure(
        key=key,
        title=title,
        description=". ".join(_told(one) for one in series) + ".",
        x_label="step",
        y_label=f"log₁₀ {y_label}" if wide else y_label,
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
        lines=tuple(
            Line(one.label, one.style, plots.curve(one.steps, heights, x, y))
            for one, heights in zip(series, drawn, strict=True)
        ),
        rows=tuple(_rows(series)),
    )


def _go_far(series: Sequence[_Series]) -> bool:
    """Whether values, none below 0, go over so many orders of magnitude that their logarithms are drawn."""
    together = np.concatenate([one.values for one in series])
    finite = together[np.isfinite(together)]
    positive = finite[finite > 0]
    return bool(positive.size) and finite.min() >= 0 and bool(positive.max() > _WIDE * positive.min())


def _told(one: _Series) -> str:
    """Describe a curve in a sentence for those who do not see it."""
    lowest = int(np.nanargmin(one.values)) if np.isfinite(one.values).any() else 0
    return (
        f"On {one.label}: {number(float(one.values[0]))} at the start, "
        f"{number(float(one.values[lowest]))} at its lowest (step {number(float(one.steps[lowest]))}), "
        f"{number(float(one.values[-1]))} at the end (step {number(float(one.steps[-1]))})"
    )


def _rows(series: Sequence[_Series]) -> list[tuple[str, ...]]:
    """Give the numbers at steps spread evenly over the longest curve; a curve that ended before has none there."""
    longest = max(series, key=lambda one: float(one.steps[-1]))
    steps = [float(longest.steps[place]) for place in plots.spread(len(longest.steps), _ROWS)]
    return [(number(step), *(_at(one, step) for one in series)) for step in steps]


def _at(one: _Series, step: float) -> str:
    if step > one.steps[-1]:
        return "–"
    return number(float(one.values[int(np.abs(one.steps - step).argmin())]))
