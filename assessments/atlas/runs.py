"""Optimizer steps, shown at work: the same start on the same bowl, at three step sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from assessments.atlas import words
from assessments.atlas.slices import Curve, Slice
from lossref import LossSpec

STEPS = 40
START = 2.0
RATES = (0.05, 0.2, 0.8)
HELD = f"on f(w) = w²/2, whose gradient is w, from w = {words.number(START)}"


def of(spec: LossSpec) -> Slice:
    """Give the parameter after each step; one curve for each step size."""
    runs = [(f"lr = {words.number(rate)}", _run(spec, rate)) for rate in RATES]
    curves = [Curve(label, i, 0, path, None, None, None) for i, (label, path) in enumerate(runs)]
    return Slice("steps", "", HELD, np.arange(STEPS + 1.0), tuple(curves))


def _run(spec: LossSpec, rate: float) -> np.ndarray[Any, Any]:
    parameter, *others = (p for p in spec.parameters if p.role != "hyper")
    states = [p.name for p in others if p.role == "state" and p.shape != "scalar"]
    counts = [p.name for p in others if p.shape == "scalar"]
    held = dict.fromkeys(states, np.zeros(1))
    path = [np.array([START])]
    for step in range(1, STEPS + 1):
        gradient = path[-1]
        moved = spec.value(
            **{parameter.name: path[-1], "grad": gradient, **held, **dict.fromkeys(counts, step), "lr": rate}
        )
        after, *states_after = moved if isinstance(moved, tuple) else (moved,)
        path.append(np.asarray(after))
        held = dict(zip(states, states_after, strict=True))
    return np.concatenate(path)
