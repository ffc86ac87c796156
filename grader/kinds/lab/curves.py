"""The record of a training that a verdict carries: curves of the answer and of the reference, and the diagnosis.

It holds numbers of whole runs only: no row of the hidden data, no weight, no name that the answer made up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.kinds.lab.task import Lab
    from grader.lab import Diagnosis, Run
    from grader.lab.diagnosis import Shares

# So many points a curve has at most: what a plot can show.
MAX_POINTS = 100
_DIGITS = 6


def record(lab: Lab, run: Run, reference: Run, reached: Shares, found: Diagnosis) -> dict[str, Any]:
    """Give plain numbers and texts, ready for a verdict's `training`."""
    metric = lab.scenario.metric
    return {
        "trained": lab.scenario.trained,
        "metric": {
            "name": metric.words,
            "goal": metric.goal,
            "start": plain(run.metric[0]),
            "answer": plain(run.metric[1]),
            "reference": plain(reference.metric[1]),
            "share": plain(reached.metric),
            "asked": lab.thresholds.held_out,
        },
        "convergence": {"share": plain(reached.training), "asked": lab.thresholds.convergence},
        "answer": _curves(run),
        "reference": _curves(reference),
        "diagnosis": {
            "code": found.code,
            "name": found.name,
            "sentence": found.sentence,
            "evidence": evidence(found),
        },
    }


def evidence(found: Diagnosis) -> Mapping[str, Any]:
    """Give a diagnosis's numbers, rounded."""
    return {name: plain(value) if isinstance(value, float) else value for name, value in found.evidence.items()}


def _curves(run: Run) -> dict[str, Sequence[float]]:
    shown = _places(len(run.losses))
    measured = _places(len(run.norms))
    looks = [run.looks[place] for place in _places(len(run.looks))]
    return {
        "loss_steps": shown,
        "loss": [plain(run.losses[place]) for place in shown],
        "norm_steps": measured,
        "norm": [plain(run.norms[place]) for place in measured],
        "held_out_steps": [look.step for look in looks],
        "held_out_loss": [plain(look.loss) for look in looks],
        "held_out_metric": [plain(look.metric) for look in looks],
    }


def _places(count: int) -> Sequence[int]:
    """Choose places spread evenly, the first and the last among them."""
    if count <= MAX_POINTS:
        return list(range(count))
    return [round(place * (count - 1) / (MAX_POINTS - 1)) for place in range(MAX_POINTS)]


def plain(value: float) -> float:
    """Round to what a reader could use; infinities and NaN stay what they are."""
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else float(value)
