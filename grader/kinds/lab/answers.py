"""The candidate's function as a loss: asked step by step in the sandbox, believed in nothing but plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.comparison import Comparison, as_array
from grader.lab import Malformed

if TYPE_CHECKING:
    from grader.lab.data import Array
    from grader.sandbox import CallOutcome, Dialogue


class Ended(Exception):  # noqa: N818 - an event, not always an error
    """A call gave no value: an exception, a limit, the end of the process."""

    def __init__(self, outcome: CallOutcome, calls: int) -> None:
        super().__init__(outcome.status)
        self.outcome = outcome
        self.calls = calls


class AnswerLoss:
    """Asks the function in the sandbox for value and gradient."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._calls = 0

    def ask(self, *arguments: Any) -> CallOutcome:
        """Make one call; raises Ended where it gives no value."""
        outcome = self._dialogue.call(*arguments)
        self._calls += 1
        if outcome.status != "ok":
            raise Ended(outcome, self._calls)
        return outcome

    def __call__(self, targets: Array, predictions: Array) -> tuple[float, Array]:
        return pair(self.ask(targets, predictions).value, predictions.shape)


def parts(returned: Any) -> tuple[Any, Any]:
    """Take a pair apart; raises Malformed where something else came."""
    if isinstance(returned, (tuple, list)) and len(returned) == 2:
        return returned[0], returned[1]
    if isinstance(returned, (tuple, list)):
        came = f"{len(returned)} of them"
    elif returned is None:
        came = "None: the function does not return anything"
    else:
        came = getattr(returned, "reason", "") or f"one {type(returned).__name__}"
    raise Malformed(f"expected two things, the value and the gradient (`return value, gradient`), got {came}")


def pair(returned: Any, shape: tuple[int, ...]) -> tuple[float, Array]:
    """Read what a call returned as a number and a gradient of this shape; raises Malformed."""
    value, gradient = (as_array(part) for part in parts(returned))
    if isinstance(value, Comparison):
        raise Malformed(f"the value: {value.message}")
    if isinstance(gradient, Comparison):
        raise Malformed(f"the gradient: {gradient.message}")
    if value.shape != ():
        raise Malformed(f"the value: expected one number, the mean over the batch, got an array of shape {value.shape}")
    if gradient.shape != shape:
        raise Malformed(f"the gradient: expected the shape {shape} of the predictions, got {gradient.shape}")
    return float(value), gradient.astype(np.float64)
