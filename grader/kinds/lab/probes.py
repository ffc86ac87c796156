"""Whether value and gradient are right, on small batches before any training.

Where the statement names the loss they are compared with lossref's. Where the loss is free, the gradient has to be the
slope of the function's own value, measured along random directions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases import draw
from grader.kinds.lab.answers import AnswerLoss, parts
from grader.lab import Loss, Malformed
from grader.mistakes import diagnose
from grader.oracle import Oracle
from grader.scoring import CORRECTNESS, failed, passed
from grader.verdict import Check, Finding

if TYPE_CHECKING:
    from grader.kinds.lab.task import Lab
    from grader.lab.data import Array, Data, Part
    from grader.observations import Observation
    from grader.sandbox import CallOutcome

STEP = 1e-5
RTOL = 1e-4
ATOL = 1e-7
SIZES = (1, 2, 5, 8)
_CASES = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Probed:
    """The check of value and gradient, and the mistakes that it proves."""

    check: Check
    findings: tuple[Finding, ...] = ()


def probe(lab: Lab, data: Data, loss: AnswerLoss, seed: int, source: str) -> Probed:
    """Try value and gradient; raises answers.Ended where a call gives no value."""
    weight = lab.weights[CORRECTNESS]
    try:
        return _compared(lab, loss, seed, source) if lab.pinned else _measured(lab, data, loss, seed)
    except Malformed as reason:
        return Probed(failed(CORRECTNESS, weight, f"On a small batch: {reason}."))


def _compared(lab: Lab, loss: AnswerLoss, seed: int, source: str) -> Probed:
    oracles = [Oracle(lab.coding(gives)) for gives in ("value", "gradient")]
    cases = [case for case in draw(oracles[0].task, seed) if _is_batch(lab, case)][:_CASES]
    outcomes = [loss.ask(*case.call) for case in cases]
    seen = [
        [oracle.observed(case, _part(outcome, place)) for case, outcome in zip(cases, outcomes, strict=True)]
        for place, oracle in enumerate(oracles)
    ]
    told = [
        f"the {what} is wrong on {len(wrong)} of {len(cases)} batches{_why(wrong[0])}"
        for what, observations in zip(("value", "gradient"), seen, strict=True)
        if (wrong := [o for o in observations if not o.fits])
    ]
    weight = lab.weights[CORRECTNESS]
    found = [finding for oracle, rows in zip(oracles, seen, strict=True) for finding in diagnose(oracle, rows, source)]
    findings = tuple({finding.code: finding for finding in reversed(found)}.values())[::-1]
    if told:
        message = "; ".join(told)
        return Probed(failed(CORRECTNESS, weight, f"{message[0].upper()}{message[1:]}."), findings)
    return Probed(passed(CORRECTNESS, weight, f"Value and gradient are right on {len(cases)} small batches."), findings)


def _is_batch(lab: Lab, case: Any) -> bool:
    return case.group == "ordinary" and np.ndim(case.args[1]) == lab.dimensions


def _part(outcome: CallOutcome, place: int) -> CallOutcome:
    return dataclasses.replace(outcome, value=parts(outcome.value)[place])


def _why(observation: Observation) -> str:
    """Say what is wrong where it is not the number itself: the type, the shape, what is not finite."""
    compared = observation.comparison
    assert compared is not None
    return "" if compared.problem == "value" else ": " + compared.message.removesuffix(".")


def _measured(lab: Lab, data: Data, loss: AnswerLoss, seed: int) -> Probed:
    weight = lab.weights[CORRECTNESS]
    rng = np.random.default_rng([seed, 2])
    for targets, predictions in batches(lab, data.train, rng):
        value, gradient = loss(targets, predictions)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            what = "value" if not np.isfinite(value) else "gradient"
            message = f"On a batch of {len(targets)} the {what} is no finite number."
            return Probed(failed(CORRECTNESS, weight, message))
        wrong = _wrong_slope(loss, targets, predictions, gradient, rng)
        if wrong is not None:
            measured, claimed = wrong
            message = (
                f"On a batch of {len(targets)} the gradient is not the slope of the value: along a direction, the "
                f"value changes by {measured:.5g} a unit, and the gradient says {claimed:.5g}."
            )
            return Probed(failed(CORRECTNESS, weight, message))
    return Probed(passed(CORRECTNESS, weight, f"The gradient is the slope of the value on {len(SIZES)} small batches."))


def batches(lab: Lab, part: Part, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Give small batches of targets with the predictions of a model whose weights are random."""
    model = lab.scenario.model(part, rng)
    for layer in model.layers:
        layer[0] = layer[0] + 0.5 * rng.standard_normal(layer[0].shape)
    predictions = lab.scenario.predicted(model.outputs(part.features))
    for size in SIZES:
        rows = rng.permutation(len(part.targets))[:size]
        yield part.targets[rows], predictions[rows]


def _wrong_slope(
    loss: Loss, targets: Array, predictions: Array, gradient: Array, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Compare slopes along two directions; a kink on one of the ways is no reason to call a gradient wrong."""
    wrong = None
    for _ in range(2):
        direction = rng.standard_normal(predictions.shape)
        above, below = (loss(targets, predictions + sign * STEP * direction)[0] for sign in (1.0, -1.0))
        measured, claimed = (above - below) / (2 * STEP), float(np.sum(gradient * direction))
        if abs(measured - claimed) <= ATOL + RTOL * max(abs(claimed), float(np.abs(gradient * direction).sum())):
            return None
        wrong = measured, claimed
    return wrong


def differences(loss: Loss, targets: Array, predictions: Array) -> Array:
    """Measure the gradient of the value, entry by entry, by central differences."""
    measured = np.zeros_like(predictions)
    for place in np.ndindex(predictions.shape):
        moved = np.zeros_like(predictions)
        moved[place] = STEP
        above, below = (loss(targets, predictions + sign * moved)[0] for sign in (1.0, -1.0))
        measured[place] = (above - below) / (2 * STEP)
    return measured
