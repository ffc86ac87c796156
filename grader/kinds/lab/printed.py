"""The printed batch of a lab: four rows of the sample data, with the value and gradient that were expected and came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.kinds.lab.answers import AnswerLoss, pair
from grader.kinds.lab.probes import batches, differences
from grader.lab import Malformed
from grader.readable import readable
from grader.verdict import SampleCase

if TYPE_CHECKING:
    from grader.kinds.lab.task import Lab
    from grader.lab.data import Array, Data

_ROWS = 4
_RTOL, _ATOL = 1e-4, 1e-6
_MAX_PRINTED = 4000


def sample_case(lab: Lab, data: Data, loss: AnswerLoss) -> SampleCase:
    """Ask for one small batch; raises answers.Ended where the call gives no value."""
    targets, predictions = (array[:_ROWS] for array in list(batches(lab, data.train, np.random.default_rng(0)))[-1])
    outcome = loss.ask(targets, predictions)
    try:
        value, gradient = pair(outcome.value, predictions.shape)
        expected = _expected(lab, loss, targets, predictions, value)
        got, message = _words(value, gradient), ""
        near = np.allclose(np.append(gradient, value), np.append(*expected[::-1]), rtol=_RTOL, atol=_ATOL)
        difference = f"{float(np.max(np.abs(np.append(gradient, value) - np.append(*expected[::-1])))):.3g}"
    except Malformed as reason:
        expected, near, got, difference, message = None, False, "", "", f"{reason}"
    return SampleCase(
        name="one small batch",
        arguments=dict(zip(lab.parameters, map(readable, (targets, predictions)), strict=True)),
        expected=_words(*expected) if expected else "a number and an array",
        got=got,
        difference=difference,
        printed=outcome.printed[:_MAX_PRINTED],
        passed=bool(near),
        message=message or _message(lab, near=bool(near)),
    )


def _expected(lab: Lab, loss: AnswerLoss, targets: Array, predictions: Array, value: float) -> tuple[float, Array]:
    """Give the reference's numbers where the loss is named, else the slope of the answer's own value."""
    if lab.pinned:
        return lab.reference(targets, predictions)
    return value, differences(loss, targets, predictions)


def _message(lab: Lab, *, near: bool) -> str:
    if lab.pinned:
        return "right" if near else "The value or the gradient differs from the loss that the statement names."
    return "right" if near else "The gradient is not the slope of the value, measured entry by entry."


def _words(value: float, gradient: Array) -> str:
    return f"value {readable(value)}\ngradient {readable(gradient)}"
