"""The training of a lab's verdict as people see it: what was reached, the diagnosis, and four plots."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assessments import plots
from assessments.plots import Array, Figure, Line, number

_ROWS = 9
_STEPS = "step"
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


def of(verdict: Mapping[str, Any]) -> Training | None:
    """Give the training that a verdict tells of; None where it tells of none."""
    told = verdict.get("training")
    if not told:
        return None
    found = told["diagnosis"]
    return Training(
        trained=told["trained"],
        diagnosis=found["name"],
        badge=_BADGES.get(found["code"], "bad"),
        sentence=found["sentence"],
        facts=_facts(told),
        figures=_figures(told),
        size=plots.SIZE,
    )


def _facts(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    metric, convergence = told["metric"], told["convergence"]
    start, answer, reference = (number(float(metric[name])) for name in ("start", "answer", "reference"))
    way = f"came {_percent(convergence['share'])} of the way down to where the reference run ended"
    return [
        (
            f"Held-out {metric['name']}",
            f"{answer} at the end, {start} at the start; the reference run comes to {reference}",
        ),
        ("Gain in it", f"{_percent(metric['share'])} of the reference run's; {_percent(metric['asked'])} are asked"),
        ("Training loss", f"{way}; {_percent(convergence['asked'])} are asked"),
    ]


def _percent(share: float | str) -> str:
    # A verdict's JSON holds what is not finite as a word.
    share = float(share)
    return f"{number(round(100 * share))} %" if np.isfinite(share) else "none"


def _figures(told: Mapping[str, Any]) -> list[Figure]:
    # Ids are their own on a page that shows several trainings.
    mark = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
    answer, reference = told["answer"], told["reference"]
    metric = f"Held-out {told['metric']['name']}"
    return [
        _figure(f"loss-{mark}", "Loss of the answer", "loss", _losses(answer)),
        _figure(f"reference-{mark}", "Loss of the reference run", "loss", _losses(reference)),
        _figure(f"metric-{mark}", metric, "metric", _runs(answer, reference, "held_out_metric", "held_out_steps")),
        _figure(f"norm-{mark}", "Length of the gradient", "log₁₀ ‖∇‖", _runs(answer, reference, "norm", "norm_steps")),
    ]


def _losses(run: Mapping[str, Any]) -> list[_Series]:
    return [
        _Series("training data", _TRAINING, _array(run["loss_steps"]), _array(run["loss"])),
        _Series("held-out data", _HELD_OUT, _array(run["held_out_steps"]), _array(run["held_out_loss"])),
    ]


def _runs(answer: Mapping[str, Any], reference: Mapping[str, Any], values: str, steps: str) -> list[_Series]:
    named = (("the answer", _ANSWER, answer), ("the reference run", _REFERENCE, reference))
    return [_Series(label, style, _array(run[steps]), _measured(values, run)) for label, style, run in named]


def _measured(values: str, run: Mapping[str, Any]) -> Array:
    found = _array(run[values])
    if values != "norm":
        return found
    # Lengths go over many orders of magnitude; what is 0 has no logarithm and is left out.
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(found))


def _array(values: Sequence[float | str]) -> Array:
    return np.array([float(value) for value in values])


def _figure(key: str, title: str, y_label: str, series: Sequence[_Series]) -> Figure:
    last = max(float(one.steps[-1]) for one in series)
    x = plots.across(np.array([0.0, max(last, 1.0)]))
    y = plots.upright(np.concatenate([one.values for one in series]))
    return Figure(
        key=key,
        title=title,
        description=". ".join(_told(one) for one in series) + ".",
        x_label=_STEPS,
        y_label=y_label,
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
        lines=tuple(Line(one.label, one.style, plots.curve(one.steps, one.values, x, y)) for one in series),
        rows=tuple(_rows(series)),
    )


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
