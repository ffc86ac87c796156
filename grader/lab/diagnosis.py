"""What a training run shows: that it diverged, stands still, overfits, goes elsewhere, or is fine; with the numbers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from grader.lab.metrics import Metric
from grader.lab.training import Run

# A model of fewer weights than this share of its rows has no room to learn them by heart.
ROOM = 0.5
# Of the drop of the held-out loss, so much may be lost again before that is called overfitting.
LOST_AGAIN = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnosis:
    """`code` is fine, diverged, plateau, overfit or off_target; the evidence is the numbers of the sentence."""

    code: str
    name: str
    sentence: str
    evidence: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Shares:
    """How far a run came, as shares of what the reference run gained from the same start.

    `training` is how far the run's own loss fell on the training data, over how far that same loss falls from the
    start to where the reference run ended: losses of different kinds cannot be compared by their values. `metric` is
    of the held-out data, by the metric that counts.
    """

    training: float
    metric: float


def shares(run: Run, reference: Run, there: float, metric: Metric) -> Shares:
    """Compare a run with the reference run; `there` is the run's own loss of where the reference run ended."""
    if run.stopped:
        return Shares(-math.inf, -math.inf)
    first, last = run.losses[0], run.losses[-1]
    return Shares(_share(first - last, first - there), _share(metric.gain(*run.metric), metric.gain(*reference.metric)))


def _share(part: float, whole: float) -> float:
    # Where there was nothing to gain, not to have lost is all of it.
    if whole > 0:
        return part / whole
    return 1.0 if part >= 0 else -math.inf


def diagnose(run: Run, reached: Shares, *, training_needed: float, metric_needed: float) -> Diagnosis:
    """Name the first that holds: diverged, plateau, overfit, off target, fine."""
    return (
        _diverged(run)
        or _plateau(run, reached, training_needed)
        or _overfit(run)
        or _off_target(run, reached, metric_needed)
        or _fine(run, reached)
    )


def _diverged(run: Run) -> Diagnosis | None:
    first, last = run.losses[0], run.losses[-1]
    if run.stopped:
        what = {"loss": "the loss", "gradient": "the gradient", "weights": "a prediction"}[run.stopped]
        steps = f"{len(run.losses)} step{'s' if len(run.losses) > 1 else ''}"
        sentence = f"Training stopped after {steps}: {what} was no finite number any more."
    elif last > max(first, 0.0) + 0.5 * abs(first):
        sentence = f"The training loss rose from {first:.4g} to {last:.4g}."
    else:
        return None
    evidence = {"steps": len(run.losses), "first_loss": first, "last_loss": last, "stopped": run.stopped}
    return Diagnosis("diverged", "training diverged", sentence, evidence)


def _plateau(run: Run, reached: Shares, needed: float) -> Diagnosis | None:
    if reached.training >= needed:
        return None
    sentence = (
        f"The training loss went {_percent(reached.training)} of the way down to where the reference run ended. "
        f"The gradient's length was {run.norms[0]:.3g} at the first step and {run.norms[-1]:.3g} at the last."
    )
    evidence = {"share_of_way": reached.training, "first_norm": run.norms[0], "last_norm": run.norms[-1]}
    return Diagnosis("plateau", "training stands still", sentence, evidence)


def _overfit(run: Run) -> Diagnosis | None:
    rows = len(run.predictions)
    if run.weights < ROOM * rows:
        return None
    losses = [look.loss for look in run.looks]
    lowest = min(range(len(losses)), key=losses.__getitem__)
    lost = losses[-1] - losses[lowest]
    if lost <= LOST_AGAIN * (losses[0] - losses[lowest]) or run.losses[-1] >= run.losses[0]:
        return None
    step = run.looks[lowest].step
    sentence = (
        f"The held-out loss was lowest after {step} steps, at {losses[lowest]:.4g}, and rose to {losses[-1]:.4g}, "
        f"while the training loss went on to {run.losses[-1]:.4g}: {run.weights} weights learn {rows} rows by heart."
    )
    evidence = {"lowest_step": step, "lowest": losses[lowest], "last": losses[-1], "last_training": run.losses[-1]}
    return Diagnosis("overfit", "overfitting", sentence, evidence)


def _off_target(run: Run, reached: Shares, needed: float) -> Diagnosis | None:
    if reached.metric >= needed:
        return None
    gain = f"gained only {_percent(reached.metric)} of the reference run's gain" if reached.metric > 0 else "got worse"
    sentence = (
        f"The training loss fell from {run.losses[0]:.4g} to {run.losses[-1]:.4g}, and yet the held-out metric {gain}: "
        f"this loss asks for something else."
    )
    evidence = {"share_of_reference": reached.metric, "first_loss": run.losses[0], "last_loss": run.losses[-1]}
    return Diagnosis("off_target", "trains toward something else", sentence, evidence)


def _fine(run: Run, reached: Shares) -> Diagnosis:
    sentence = (
        f"The training loss fell from {run.losses[0]:.4g} to {run.losses[-1]:.4g}, and the held-out loss with it."
    )
    return Diagnosis("fine", "fine", sentence, {"share_of_reference": reached.metric})


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share > 0 else "nothing"
