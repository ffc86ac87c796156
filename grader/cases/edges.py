"""Edge cases: one element, ties, probabilities of 0 and 1, all labels of one class, kinks, zeros."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.cases.drawing import LABELS, NUMBERS, Case, Drawer, Shape, onehot
from grader.cases.listed import in_float32, nothing


def edge(drawer: Drawer) -> Iterator[Case]:
    """Draw the edge cases that the task has."""
    task = drawer.task
    base = drawer.sized((4,) if not task.batched else ((5, 3) if task.on_rows else (6,)))
    counts = task.gives == "metric" and not task.on_rows
    # One label has no rate, one target no variance, one embedding no pair.
    if task.batched and not counts and task.arguments[task.target or 0].domain != "integer":
        yield Case("one element", "edge", drawer.shaped(drawer.arguments((1, 3) if task.on_rows else (1,))))
    if task.batched and not task.on_rows and not counts:
        yield Case("one column", "edge", drawer.shaped(drawer.arguments((5, 1))))
    yield from nothing(drawer)
    for name, change in (_RELATED if task.draws_itself else _EDGES).items():
        args = with_both_labels(drawer, drawer.arguments(base))
        if change(drawer, args, base):
            case = Case(name, "edge", drawer.shaped(args))
            yield case
            if "float32" in task.draw and name in _NEAR_THE_ENDS:
                yield in_float32(case)


def with_both_labels(drawer: Drawer, args: list[Any]) -> list[Any]:
    """Make sure that a small case of two classes has both: what breaks often breaks for one label only."""
    task = drawer.task
    if task.target is not None and np.ndim(args[task.target]):
        domain = task.arguments[task.target].domain
        if domain in LABELS:
            lowest = -1 if domain == "plus_minus_one" and not drawer.labels_from_zero else 0
            args[task.target].flat[:2] = (lowest, 1)
    return args


def _fits_perfectly(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    task, place = drawer.task, drawer.task.target
    if place is None:
        return False
    target, prediction = task.arguments[place], task.arguments[task.prediction]
    same_shape = np.shape(args[place]) == np.shape(args[task.prediction])
    if target.domain in {"label01", "onehot", "class_index"}:
        fits = prediction.domain not in {"logits", "log_probability"} and not task.draws_itself
    else:
        fits = target.domain in NUMBERS | {"probability", "simplex"} and same_shape
        fits = fits and prediction.domain in {*NUMBERS, target.domain}
    if not fits or prediction.role != "prediction":
        return False
    goal = args[place] if same_shape else drawer.goal(args[place], shape)
    args[task.prediction] = np.array(goal, dtype=prediction.dtype)
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
    # Of a target that excludes nothing, the prediction excludes all classes but one.
    goal = goal if task.arguments[target].domain != "simplex" else onehot(goal.argmax(axis=-1), classes)
    prediction.reshape(-1, classes)[0] = np.roll(goal[0], 1)
    return True


def _all_of_one_class(label: int) -> Callable[[Drawer, list[Any], Shape], bool]:
    def change(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
        task = drawer.task
        if task.target is None:
            return False
        if task.gives == "metric" and task.loss is not None and "zero_division" not in task.loss.conventions:
            return False  # what is not defined there has no convention
        if task.options.get("ignore_index") == label and "empty" not in task.draw:
            return False  # nothing would count
        domain = task.arguments[task.target].domain
        size = np.shape(args[task.target])
        if domain == "onehot":
            args[task.target] = onehot(np.full(shape[:-1], label), shape[-1])
        elif domain == "plus_minus_one" and not drawer.labels_from_zero:
            args[task.target] = np.full(size, 2 * label - 1, dtype=np.int64) if size else 2 * label - 1
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
    hypers = {p.name for p in task.loss.hypers} if task.loss else set()
    if "threshold" in hypers or (task.gives == "metric" and (task.on_rows or domain == "label01")):
        return False  # on either side of a threshold, and in any order, they are right
    if task.gives == "metric" and task.target is not None and task.arguments[task.target].domain == "label01":
        args[task.target].sort()  # the order in which ties come must not look like one half
    if domain == "probability":
        prediction[...] = 0.5
    elif domain == "simplex":
        prediction[...] = 1.0 / shape[-1]
    elif domain == "log_probability":
        prediction[...] = -np.log(shape[-1])
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


def _first_step(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Start an optimizer: moments of zero at t = 1, where a bias correction matters most."""
    found = False
    for place, parameter in enumerate(drawer.task.arguments):
        if parameter.role == "state":
            args[place] = 1 if parameter.shape == "scalar" else np.zeros(shape)
            found = True
    return found


def _zeros_in_the_target(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let a class, or an element, have nothing: 0·log 0 counts as 0."""
    target = drawer.task.target
    domain = drawer.task.domain_of(drawer.task.arguments[target]) if target is not None else ""
    if target is None or domain not in {"simplex", "nonnegative"}:
        return False
    if domain == "simplex":
        first = args[target].reshape(-1, shape[-1])[0]
        first[0] = 0.0
        first /= first.sum()
    else:
        args[target].flat[0] = 0.0
    return True


def _coinciding(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let two embeddings be the same: their distance is 0, where a root has no slope."""
    task = drawer.task
    places = [i for i, p in enumerate(task.arguments) if p.width == "features" and p.shape == "rows"]
    if task.gives != "value" or len(places) < 2 or not task.batched:
        return False
    args[places[1]][0] = args[places[0]][0]
    return bool(shape)


def _zero_vector(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let an embedding be 0: it has no direction, and counts as orthogonal to all."""
    task = drawer.task
    parameter = task.arguments[task.prediction]
    rooted = task.loss is not None and task.loss.guards.get(parameter.name) == "norm"
    if task.gives != "value" or not rooted or not task.batched:
        return False
    args[task.prediction][0] = 0.0
    return bool(shape)


def _nothing_there(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let nothing be there and nothing be predicted, where it is a convention what 0/0 is."""
    task = drawer.task
    conventions = set(task.loss.conventions) & {"zero_division", "empty"} if task.loss else set()
    if not conventions or task.target is None or task.gives == "gradient":
        return False
    for place in (task.target, task.prediction):
        args[place] = np.zeros_like(args[place])
    return bool(shape)


def _equal_targets(*, met: bool) -> Callable[[Drawer, list[Any], Shape], bool]:
    def change(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
        """Let the targets have no spread, where the spec pins what a share of it is then."""
        task = drawer.task
        if task.target is None or "force_finite" not in task.options:
            return False
        args[task.target][...] = 2.0  # whole, so that no mean of it is rounded
        if met:
            args[task.prediction][...] = 2.0
        return bool(shape)

    return change


def _on_edges_of_bins(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Put predictions on edges of two bins, where the spec pins which bin has them; no half of 1 is rounded."""
    task = drawer.task
    places = [place for place, argument in enumerate(task.arguments) if argument.name == "bins"]
    if task.target is None or not places or "edges" not in task.options or task.on_rows:
        return False
    args[places[0]] = 2
    args[task.target][...] = np.resize((1, 1, 0, 0), shape)
    args[task.prediction][...] = np.resize((0.5, 0.75, 0.25, 1.0), shape)
    return True


def _no_gradient(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let a step have no gradient: what was gathered before still moves the parameters."""
    if drawer.task.gives != "step":
        return False
    args[drawer.task.prediction] = np.zeros(shape)
    return True


def _repeated_labels(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Let a sequence have one label again and again, which a blank has to part."""
    place = drawer.task.target
    if place is None or args[place].ndim != 2:
        return False
    args[place][0] = args[place][0, 0]
    return bool(shape)


# Where an eps below the resolution of float32 is none.
_NEAR_THE_ENDS = frozenset({"perfect fit", "wrong end"})

Change = Callable[[Drawer, list[Any], Shape], bool]
_EDGES: dict[str, Change] = {
    "perfect fit": _fits_perfectly,
    "wrong end": _sits_on_the_wrong_end,
    "all labels 0": _all_of_one_class(0),
    "all labels 1": _all_of_one_class(1),
    "ties": _ties,
    "kinks": _on_kinks,
    "first step": _first_step,
    "zeros in the target": _zeros_in_the_target,
    "equal embeddings": _coinciding,
    "zero vector": _zero_vector,
    "nothing there": _nothing_there,
    "equal targets, missed": _equal_targets(met=False),
    "equal targets, met": _equal_targets(met=True),
    "edges of bins": _on_edges_of_bins,
    "no gradient": _no_gradient,
}
_RELATED: dict[str, Change] = {"perfect fit": _fits_perfectly, "repeated labels": _repeated_labels}
