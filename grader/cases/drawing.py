"""How the arguments of one call are drawn from what lossref says of each parameter."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from grader.task import Task
    from lossref import Parameter

Group = Literal["ordinary", "edge", "extreme", "sample"]
Shape = tuple[int, ...]

PREDICTED = frozenset({"prediction", "input"})


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One call of the candidate's function. `args` are in the order of the task's parameters."""

    name: str
    group: Group
    args: tuple[Any, ...]

    @property
    def shape(self) -> Shape:
        """Shape of the largest argument."""
        return max((np.shape(argument) for argument in self.args), key=len)


class Drawer:
    """Draws the arguments of one task from one generator."""

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        self.task = task
        self.rng = rng
        self.classes = task.on_rows
        self.axis = int(task.options.get("axis", -1))
        self.labels_from_zero = task.options.get("label_encoding") == "zero_one"

    def arguments(self, shape: Shape, nearness: float = 0.0) -> list[Any]:
        """Draw all arguments; predictions lie nearer to the targets as `nearness` goes from 0 to 1."""
        drawn: list[Any] = []
        target: np.ndarray[Any, Any] | None = None
        for parameter in self.task.arguments:
            if parameter.shape == "scalar" or parameter.role == "hyper":
                drawn.append(self.number(parameter))
                continue
            if parameter.role in PREDICTED:
                drawn.append(self.predicted(parameter, shape, target, nearness))
            else:
                drawn.append(self.given(parameter, shape))
                target = drawn[-1] if parameter.role == "target" else target
        return drawn

    def number(self, parameter: Parameter) -> float | int:
        """Draw a single number with few digits."""
        low, high = parameter.plausible
        if parameter.dtype == "int64":
            return int(self.rng.integers(int(low), int(high) + 1))
        return float(f"{low + (high - low) * self.rng.random():.3g}")

    def given(self, parameter: Parameter, shape: Shape) -> Any:
        """Draw a target, or whatever else is not predicted."""
        rng, domain = self.rng, parameter.domain
        size = shape[:-1] if parameter.shape == "row" else shape
        if domain == "label01" or (domain == "plus_minus_one" and self.labels_from_zero):
            return rng.integers(0, 2, size)
        if domain == "plus_minus_one":
            return 2 * rng.integers(0, 2, size) - 1
        if domain == "class_index":
            return rng.integers(0, shape[-1], size)
        if domain == "onehot":
            return onehot(rng.integers(0, shape[-1], shape[:-1]), shape[-1])
        return self.free(parameter, size)

    def free(self, parameter: Parameter, shape: Shape) -> Any:
        """Draw values of a continuous domain within the plausible range."""
        low, high = parameter.plausible
        if parameter.domain == "simplex":
            weights = self.rng.exponential(size=shape) + 0.08
            return weights / weights.sum(-1, keepdims=True)
        return low + (high - low) * self.rng.random(shape)

    def predicted(
        self, parameter: Parameter, shape: Shape, target: np.ndarray[Any, Any] | None, nearness: float
    ) -> Any:
        """Draw a prediction, drawn towards its target."""
        if parameter.domain in {"label01", "plus_minus_one", "class_index"}:
            return self.guessed(parameter, shape, target)
        drawn = self.free(parameter, shape)
        if target is None or nearness == 0.0:
            return drawn
        if parameter.domain == "logits" and self.classes:
            # Small spread and a raised true class: losses around 0.1, where a rounded result shows.
            return (1.0 - nearness) * drawn + 5.0 * nearness * self.goal(target, shape)
        if parameter.domain == "logits":
            return (1.0 - nearness) * drawn + 3.0 * nearness * (2.0 * target - 1.0)
        if self.task.arguments[self.task.target or 0].domain == "plus_minus_one":
            signs = 2 * target - 1 if self.labels_from_zero else target
            return (1.0 - nearness) * drawn + 0.7 * nearness * signs
        return (1.0 - nearness) * drawn + nearness * self.goal(target, shape)

    def guessed(self, parameter: Parameter, shape: Shape, target: np.ndarray[Any, Any] | None) -> Any:
        """Draw predicted labels, right in about half of the entries beyond chance."""
        drawn = self.given(parameter, shape)
        if target is None:
            return drawn
        return np.where(self.rng.random(np.shape(drawn)) < 0.5, target, drawn)

    def goal(self, target: np.ndarray[Any, Any], shape: Shape) -> np.ndarray[Any, Any]:
        """Give the prediction that fits the target perfectly."""
        return onehot(target, shape[-1]) if self.classes and target.shape != shape else target

    def shaped(self, args: list[Any]) -> tuple[Any, ...]:
        """Put drawn arguments into the form that the task asks for: class axis, one example, label dtype."""
        if self.axis != -1 and self.classes:
            args = [np.moveaxis(a, -1, self.axis) if np.ndim(a) > 1 else a for a in args]
        # The label of a single example is a plain int.
        return tuple(int(a) if np.ndim(a) == 0 and not isinstance(a, float) else a for a in args)


def onehot(indices: Any, classes: int) -> Any:
    """One-hot rows as integers."""
    return (np.asarray(indices)[..., None] == np.arange(classes)).astype(np.int64)
