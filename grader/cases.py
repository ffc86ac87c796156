"""Cases drawn for one submission: ordinary, edge and extreme inputs from what lossref says of each parameter."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from grader.task import Task
    from lossref import Parameter

Group = Literal["ordinary", "edge", "extreme", "sample"]
Shape = tuple[int, ...]

# The printed cases are the same for everybody.
PUBLIC_SEED = 20_240_229
PREDICTED = frozenset({"prediction", "input"})
# What `draw` may list beyond the default.
DRAWS = ("float32", "uint8", "soft_labels", "3-D", "empty")


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
        rng = self.rng
        drawn: list[Any] = []
        target: np.ndarray[Any, Any] | None = None
        for parameter in self.task.arguments:
            if parameter.shape == "scalar" or parameter.role == "hyper":
                low, high = parameter.plausible
                drawn.append(round(float(low + (high - low) * rng.random()), 3))
                continue
            if parameter.role in PREDICTED:
                drawn.append(self.predicted(parameter, shape, target, nearness))
            else:
                drawn.append(self.given(parameter, shape))
                target = drawn[-1] if parameter.role == "target" else target
        return drawn

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

    def goal(self, target: np.ndarray[Any, Any], shape: Shape) -> np.ndarray[Any, Any]:
        """Give the prediction that fits the target perfectly."""
        return onehot(target, shape[-1]) if self.classes and target.shape != shape else target

    def shaped(self, args: list[Any]) -> tuple[Any, ...]:
        """Put drawn arguments into the form that the task asks for: class axis, one example, label dtype."""
        if self.axis != -1 and self.classes:
            args = [np.moveaxis(a, -1, self.axis) if np.ndim(a) > 1 else a for a in args]
        # The label of a single example is a plain int.
        return tuple(int(a) if np.ndim(a) == 0 and not isinstance(a, float) else a for a in args)


def draw(task: Task, seed: int) -> tuple[Case, ...]:
    """Draw all cases of one submission: the printed ones first, then ordinary, edge and extreme ones.

    Parameters
    ----------
    task : what is asked; its parameters' domains and shapes decide what is drawn.
    seed : the same seed gives the same cases.

    Examples
    --------
    >>> from grader.task import read_task
    >>> table = {"function": "mse", "parameters": ["y", "p"], "reference": "mse"}
    >>> cases = draw(read_task({"coding": table}), seed=1)
    >>> [len([case for case in cases if case.group == group]) for group in ("sample", "ordinary", "edge", "extreme")]
    [2, 18, 4, 3]
    """
    drawer = Drawer(task, np.random.default_rng(seed))
    return (*samples(task), *_ordinary(drawer), *_edge(drawer), *_extreme(drawer))


@functools.lru_cache(maxsize=256)
def samples(task: Task) -> tuple[Case, ...]:
    """Give the printed cases: those of [[coding.samples]], else two small ones that are the same for everybody."""
    if task.samples:
        return tuple(_declared(task, number, row) for number, row in enumerate(task.samples, start=1))
    drawer = Drawer(task, np.random.default_rng(PUBLIC_SEED))
    shapes: list[Shape] = [(3, 3), (2, 4)] if task.on_rows else [(3,), (2, 2)]
    if not task.batched:
        shapes = [(3,), (4,)]
    cases = []
    for number, shape in enumerate(shapes, start=1):
        args = [np.round(a, 2) if np.ndim(a) and a.dtype.kind == "f" else a for a in drawer.arguments(shape)]
        for place, parameter in enumerate(task.arguments):
            if parameter.domain == "simplex":
                # Two decimals that still sum to 1.
                args[place][..., -1] = np.round(1.0 - args[place][..., :-1].sum(-1), 2)
        cases.append(Case(f"sample {number}", "sample", drawer.shaped(args)))
    return tuple(cases)


def _declared(task: Task, number: int, row: Any) -> Case:
    values = []
    for name, parameter in zip(task.parameters, task.arguments, strict=True):
        value = row["args"][name]
        values.append(np.array(value, parameter.dtype) if isinstance(value, list) else value)
    return Case(str(row.get("name", f"sample {number}")), "sample", tuple(values))


def _ordinary(drawer: Drawer) -> Iterator[Case]:
    """Shapes with distinct N, C and D first (constants are measured on them), square ones among the rest."""
    for number, shape in enumerate(_shapes(drawer)):
        nearness = (0.0, 0.0, 0.9)[number % 3] if number > 2 else 0.0
        args = drawer.arguments(shape, nearness)
        yield Case(f"ordinary {number + 1}", "ordinary", drawer.shaped(args))
    yield from _listed_draws(drawer)


def _shapes(drawer: Drawer) -> list[Shape]:
    n = [int(x) for x in drawer.rng.permutation(np.arange(5, 17))]
    k = [int(x) for x in drawer.rng.permutation(np.arange(2, 5))]
    if not drawer.task.batched:
        return [(x,) for x in n + n[:6]]
    tall: list[Shape] = [(n[i], k[i % 3]) for i in range(6)]
    wide: list[Shape] = [*tall, *((k[i % 3], n[i + 6]) for i in range(4)), (k[0], k[0]), (3, 3)]
    if drawer.task.on_rows:
        return [*wide[:12], *((n[11 - i], n[i]) for i in range(4)), (2, 6), (4, 4)]
    return [(n[0],), (n[1],), wide[2], (n[3],), wide[4], wide[7], *((x,) for x in n[4:9]), *wide[6:12], (n[9],)]


def _listed_draws(drawer: Drawer) -> Iterator[Case]:
    """Draw what the spec lists beyond the default."""
    task = drawer.task
    base = (6, 3) if task.on_rows else (7,)
    if "3-D" in task.draw:
        yield Case("three axes", "ordinary", drawer.shaped(drawer.arguments((2, 3, 4))))
    if "soft_labels" in task.draw and task.target is not None:
        args = drawer.arguments(base)
        soft = drawer.rng.random(np.shape(args[task.target]))
        args[task.target] = soft / soft.sum(-1, keepdims=True) if task.on_rows else soft
        yield Case("soft labels", "ordinary", drawer.shaped(args))
    if "uint8" in task.draw:
        args = [drawer.rng.integers(0, 256, base).astype(np.uint8) if np.ndim(a) else a for a in drawer.arguments(base)]
        yield Case("uint8", "ordinary", drawer.shaped(args))
    if "float32" in task.draw:
        args = [a.astype(np.float32) if np.ndim(a) and a.dtype.kind == "f" else a for a in drawer.arguments(base)]
        yield Case("float32", "ordinary", drawer.shaped(args))


def onehot(indices: Any, classes: int) -> Any:
    """One-hot rows as integers."""
    return (np.asarray(indices)[..., None] == np.arange(classes)).astype(np.int64)


# --- edge ------------------------------------------------------------------------------------------------------


def _edge(drawer: Drawer) -> Iterator[Case]:
    task = drawer.task
    base = (4,) if not task.batched else ((5, 3) if task.on_rows else (6,))
    if task.batched:
        yield Case("one element", "edge", drawer.shaped(drawer.arguments((1, 3) if task.on_rows else (1,))))
    if task.batched and not task.on_rows:
        yield Case("one column", "edge", drawer.shaped(drawer.arguments((5, 1))))
    if task.batched and "empty" in task.draw:
        yield Case("empty", "edge", drawer.shaped(drawer.arguments((0, 3) if task.on_rows else (0,))))
    for name, change in _EDGES.items():
        args = _with_both_labels(drawer, drawer.arguments(base))
        if change(drawer, args, base):
            yield Case(name, "edge", drawer.shaped(args))


def _with_both_labels(drawer: Drawer, args: list[Any]) -> list[Any]:
    """Make sure that a small case of two classes has both: what breaks often breaks for one label only."""
    task = drawer.task
    if task.target is not None:
        domain = task.arguments[task.target].domain
        if domain in {"label01", "plus_minus_one"}:
            lowest = -1 if domain == "plus_minus_one" and not drawer.labels_from_zero else 0
            args[task.target].flat[:2] = (lowest, 1)
    return args


def _fits_perfectly(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    task, target = drawer.task, drawer.task.target
    domain = task.arguments[task.prediction].domain
    if target is None or domain == "logits" or task.arguments[target].domain == "plus_minus_one":
        return False
    args[task.prediction] = np.array(drawer.goal(args[target], shape), dtype=np.float64)
    return True


def _sits_on_the_wrong_end(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Put some probabilities on the end that their label excludes; the others stay ordinary."""
    task, target = drawer.task, drawer.task.target
    domain = task.arguments[task.prediction].domain
    if target is None or domain not in {"probability", "simplex"}:
        return False
    prediction = args[task.prediction]
    if domain == "probability":
        prediction[:2] = 1.0 - np.asarray(args[target])[:2]
        return True
    classes = shape[-1]
    goal = np.asarray(drawer.goal(args[target], shape)).reshape(-1, classes)
    prediction.reshape(-1, classes)[0] = np.roll(goal[0], 1)
    return True


def _all_of_one_class(label: int) -> Callable[[Drawer, list[Any], Shape], bool]:
    def change(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
        task = drawer.task
        if task.target is None:
            return False
        domain = task.arguments[task.target].domain
        size = np.shape(args[task.target])
        if domain == "onehot":
            args[task.target] = onehot(np.full(shape[:-1], label), shape[-1])
        elif domain == "plus_minus_one" and not drawer.labels_from_zero:
            args[task.target] = np.full(size, 2 * label - 1, dtype=np.int64)
        elif domain in {"label01", "plus_minus_one", "class_index"}:
            args[task.target] = np.full(size, label, dtype=np.int64) if size else label
        else:
            return False
        return True

    return change


def _ties(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Make all entries of the prediction equal."""
    task = drawer.task
    prediction = args[task.prediction]
    domain = task.arguments[task.prediction].domain
    if domain == "probability":
        prediction[...] = 0.5
    elif domain == "simplex":
        prediction[...] = 1.0 / shape[-1]
    else:
        prediction[...] = prediction.flat[0]
    return True


def _on_kinks(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Put entries where a term has no derivative; for a value these are ties like any other."""
    task = drawer.task
    if task.loss is None or not task.loss.kinks:
        return False
    for place, kink in enumerate(task.loss.kinks):
        for argument, value in enumerate(kink):
            from_zero = drawer.labels_from_zero and argument == task.target
            args[argument].flat[place] = (value + 1) // 2 if from_zero else value
    return bool(shape)


_EDGES: dict[str, Callable[[Drawer, list[Any], Shape], bool]] = {
    "perfect fit": _fits_perfectly,
    "wrong end": _sits_on_the_wrong_end,
    "all labels 0": _all_of_one_class(0),
    "all labels 1": _all_of_one_class(1),
    "ties": _ties,
    "kinks": _on_kinks,
}

# --- extreme ---------------------------------------------------------------------------------------------------


def _extreme(drawer: Drawer) -> Iterator[Case]:
    task = drawer.task
    parameter = task.arguments[task.prediction]
    size = 3 if task.batched else 1
    base: Shape = (size, 4) if task.on_rows else (4,)
    if not task.batched:
        base = (4,)
    kind = parameter.domain if parameter.domain in {"probability", "simplex", "logits"} else "real"
    makers = _EXTREMES.get((kind, task.on_rows), {})
    for name, make in makers.items():
        args = _with_both_labels(drawer, drawer.arguments(base))
        args[task.prediction] = make(args[task.prediction], _goal_of_extreme(drawer, args, base))
        if name == "large offset" and task.target is not None and task.arguments[task.target].domain == "real":
            args[task.target] = args[task.target] + 1e6
        yield Case(name, "extreme", drawer.shaped(args))


def _goal_of_extreme(drawer: Drawer, args: list[Any], shape: Shape) -> Any:
    """Give where the prediction should be; an input without a target leans to where it lies already."""
    task = drawer.task
    if task.target is not None:
        return np.asarray(drawer.goal(args[task.target], shape), dtype=np.float64)
    x = args[task.prediction]
    return onehot(x.argmax(axis=-1), shape[-1]).astype(np.float64) if task.on_rows else (x > 0.0).astype(np.float64)


Maker = Callable[[Any, Any], Any]


def _far(sign: float) -> Maker:
    """Put all logits 1000 on one side: with both labels among the targets, each naive form shows where it breaks."""

    def make(z: Any, goal: Any) -> Any:
        del goal
        return np.full_like(z, sign * 1000.0) + np.round(z)

    return make


def _towards(sign: float) -> Maker:
    """Put logits 1000 towards their label, or away from it."""
    return lambda z, goal: sign * 1000.0 * (2.0 * goal - 1.0) + 0.0 * z


def _gap(sign: float) -> Maker:
    return lambda z, goal: z + sign * 1000.0 * goal


def _rows_apart(z: Any, goal: Any) -> Any:
    del goal
    return z + (1000.0 * np.arange(len(z))[::-1, None] if z.ndim > 1 else 0.0)


def _tiny(q: float) -> Maker:
    """Give the label the probability q."""
    return lambda p, goal: np.where(goal > 0.5, q, 1.0 - q) + 0.0 * p


def _tiny_rows(q: float) -> Maker:
    return lambda p, goal: np.where(goal > 0.5, q, (1.0 - q) / (p.shape[-1] - 1))


_EXTREMES: dict[tuple[str, bool], dict[str, Maker]] = {
    ("logits", False): {
        "logits towards the label": _towards(1.0),
        "logits against the label": _towards(-1.0),
        "logits of +1000": _far(1.0),
        "logits of -1000": _far(-1.0),
        "logits of ±40": lambda z, _: np.sign(z) * 40.0,
    },
    ("logits", True): {
        "true class far above": _gap(1.0),
        "true class far below": _gap(-1.0),
        "logits near +1000": lambda z, _: z + 1000.0,
        "logits near -1000": lambda z, _: z - 1000.0,
        "rows on different scales": _rows_apart,
    },
    ("probability", False): {
        "tiny probabilities": _tiny(1e-12),
        "probabilities below 1e-300": lambda p, goal: np.where(goal > 0.5, 1e-300, p),
        "probabilities near the right end": _tiny(1.0 - 1e-12),
    },
    ("simplex", True): {
        "tiny probabilities": _tiny_rows(1e-12),
        "probabilities below 1e-300": _tiny_rows(1e-300),
        "probabilities near the right end": _tiny_rows(1.0 - 1e-12),
    },
    ("real", False): {
        "large values": lambda x, _: 1000.0 * np.round(x, 1),
        "very large values": lambda x, _: 1e6 * np.round(x, 1),
        "large offset": lambda x, _: x + 1e6,
    },
    ("real", True): {
        "large values": lambda x, _: 1000.0 * np.round(x, 1),
        "large offset": lambda x, _: x + 1000.0,
    },
}
