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
LABELS = frozenset({"label01", "plus_minus_one"})
NUMBERS = frozenset({"real", "nonnegative", "positive", "nonzero", "above_minus_one"})


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One call of the candidate's function.

    Attributes
    ----------
    args : arguments in the order of the task's parameters, in the shapes that the reference takes.
    sent : the same as the candidate's function gets them, where that differs.
    """

    name: str
    group: Group
    args: tuple[Any, ...]
    sent: tuple[Any, ...] | None = None

    @property
    def call(self) -> tuple[Any, ...]:
        """What the candidate's function is called with."""
        return self.args if self.sent is None else self.sent

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
        self.labels_from_zero = task.options.get("label_encoding") == "zero_one"

    def sized(self, shape: Shape) -> Shape:
        """Give a shape as many classes as the pinned class weights are for."""
        weights = self.task.options.get("class_weights")
        return shape if weights is None or not self.classes else (*shape[:-1], len(weights))

    def arguments(self, shape: Shape, nearness: float = 0.0) -> list[Any]:
        """Draw all arguments; the prediction lies nearer to the target as `nearness` goes from 0 to 1."""
        task = self.task
        shape = self.sized(shape) + (3,) * (task.least_axes - len(shape))
        drawn: list[Any] = self.related(shape) if task.draws_itself else []
        target: np.ndarray[Any, Any] | None = None
        for place, parameter in enumerate(task.arguments[len(drawn) :], start=len(drawn)):
            if parameter.shape == "scalar":
                drawn.append(self.number(parameter))
                continue
            own = self.widened(parameter, shape)
            if parameter.role in PREDICTED:
                drawn.append(self.predicted(parameter, own, target, nearness if place == task.prediction else 0.0))
            else:
                drawn.append(self.given(parameter, own))
            if nearness and self.has_a_size_of_its_own(place, target):
                drawn[-1] = (1.0 - nearness) * drawn[-1]
            target = drawn[-1] if parameter.role == "target" else target
        return self.with_every_count(drawn) if task.gives == "metric" else drawn

    def has_a_size_of_its_own(self, place: int, target: np.ndarray[Any, Any] | None) -> bool:
        """Whether a loss is small where this argument is: a weight, an embedding, a relevance, a second prediction."""
        parameter = self.task.arguments[place]
        if self.task.gives not in {"value", "gradient"} or parameter.domain not in {"real", "nonnegative"}:
            return False
        if parameter.role == "target":
            return parameter.domain == "nonnegative"
        return parameter.role == "input" or (target is not None and place != self.task.prediction)

    def related(self, shape: Shape) -> list[Any]:
        """Let the reference draw arrays that depend on one another."""
        assert self.task.loss is not None
        assert self.task.loss.sample is not None
        arrays = self.task.loss.sample(self.rng, *shape[-2:])
        return [np.asarray(a, dtype=p.dtype) for a, p in zip(arrays, self.task.arrays, strict=True)]

    def widened(self, parameter: Parameter, shape: Shape) -> Shape:
        """Give rows of another width than the first ones a length of their own, which differs from all others."""
        if parameter.shape != "rows" or parameter.width == next(
            p.width for p in self.task.arguments if p.shape == "rows"
        ):
            return shape
        return (*shape[:-1], shape[-1] % 3 + 2)

    def with_every_count(self, args: list[Any]) -> list[Any]:
        """Let each label, and each pair of a label with a predicted one, occur: no rate is 0/0."""
        task = self.task
        for place, wanted in ((task.target, (0, 0, 1, 1)), (task.prediction, (0, 1, 0, 1))):
            if place is not None and task.arguments[place].domain == "label01" and np.size(args[place]) >= 4:
                args[place].flat[:4] = wanted
        return args

    def number(self, parameter: Parameter) -> float | int:
        """Draw a single number with few digits."""
        low, high = parameter.plausible
        if parameter.dtype == "int64":
            return int(self.rng.integers(int(low), int(high) + 1))
        return float(f"{low + (high - low) * self.rng.random():.3g}")

    def given(self, parameter: Parameter, shape: Shape) -> Any:
        """Draw a target, or whatever else is not predicted."""
        rng, domain = self.rng, self.task.domain_of(parameter)
        size = shape[:-1] if parameter.shape == "row" else shape
        if domain == "label01" or (domain == "plus_minus_one" and self.labels_from_zero):
            return rng.integers(0, 2, size)
        if domain == "plus_minus_one":
            return 2 * rng.integers(0, 2, size) - 1
        if domain == "class_index":
            return self.with_ignored(rng.integers(0, shape[-1], size), shape[-1])
        if domain == "onehot":
            return onehot(rng.integers(0, shape[-1], shape[:-1]), shape[-1])
        if domain == "label_list":
            lists = rng.permuted(np.broadcast_to(np.arange(shape[-1]), shape), axis=-1)
            return np.where(np.arange(shape[-1]) < rng.integers(1, shape[-1] + 1, (*shape[:-1], 1)), lists, -1)
        return self.free(parameter, size)

    def with_ignored(self, labels: Any, classes: int) -> Any:
        """Let some labels be the one that does not count, where the options name one, but never all."""
        ignored = self.task.options.get("ignore_index")
        if ignored is None or not np.size(labels):
            return labels
        marked = np.where(self.rng.random(np.shape(labels)) < 0.3, ignored, labels)
        marked.flat[0] = (ignored + 1) % classes if 0 <= ignored < classes else labels.flat[0]
        return marked

    def free(self, parameter: Parameter, shape: Shape) -> Any:
        """Draw values of a continuous domain within the plausible range."""
        low, high = parameter.plausible
        if parameter.domain in {"simplex", "log_probability"}:
            weights = self.rng.exponential(size=shape) + 0.08
            p = weights / weights.sum(-1, keepdims=True)
            return p if parameter.domain == "simplex" else np.log(p)
        drawn = low + (high - low) * self.rng.random(shape)
        # On either side of 0, which is all that this domain leaves out.
        return drawn * self.rng.choice((-1.0, 1.0), shape) if parameter.domain == "nonzero" else drawn

    def predicted(
        self, parameter: Parameter, shape: Shape, target: np.ndarray[Any, Any] | None, nearness: float
    ) -> Any:
        """Draw a prediction, drawn towards its target."""
        if parameter.domain in {*LABELS, "class_index"}:
            return self.guessed(parameter, shape, target)
        drawn = self.free(parameter, shape)
        if target is None or nearness == 0.0:
            return drawn
        if parameter.domain == "logits" and self.classes:
            # Small spread and a raised true class: losses around 0.1, where a rounded result shows.
            return (1.0 - nearness) * drawn + 5.0 * nearness * self.goal(target, shape)
        if parameter.domain == "logits":
            return (1.0 - nearness) * drawn + 3.0 * nearness * (2.0 * target - 1.0)
        if parameter.domain == "log_probability":
            return np.log((1.0 - nearness) * np.exp(drawn) + nearness * self.goal(target, shape))
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
        if self.task.axis != -1:
            args = [np.moveaxis(a, -1, self.task.axis) if np.ndim(a) > 1 else a for a in args]
        # The label of a single example is a plain int.
        return tuple(a if isinstance(a, int | float) or a.ndim else int(a) for a in args)


def onehot(indices: Any, classes: int) -> Any:
    """One-hot rows as integers."""
    return (np.asarray(indices)[..., None] == np.arange(classes)).astype(np.int64)
