"""Edge cases: one element, ties, probabilities of 0 and 1, all labels of one class, kinks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.cases.drawing import Case, Drawer, Shape, onehot


def edge(drawer: Drawer) -> Iterator[Case]:
    """Draw the edge cases that the task has."""
    task = drawer.task
    base = (4,) if not task.batched else ((5, 3) if task.on_rows else (6,))
    if task.batched:
        yield Case("one element", "edge", drawer.shaped(drawer.arguments((1, 3) if task.on_rows else (1,))))
    if task.batched and not task.on_rows:
        yield Case("one column", "edge", drawer.shaped(drawer.arguments((5, 1))))
    if task.batched and "empty" in task.draw:
        yield Case("empty", "edge", drawer.shaped(drawer.arguments((0, 3) if task.on_rows else (0,))))
    for name, change in _EDGES.items():
        args = with_both_labels(drawer, drawer.arguments(base))
        if change(drawer, args, base):
            yield Case(name, "edge", drawer.shaped(args))


def with_both_labels(drawer: Drawer, args: list[Any]) -> list[Any]:
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
    dtype = task.arguments[task.prediction].dtype
    args[task.prediction] = np.array(drawer.goal(args[target], shape), dtype=dtype)
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


def _first_step(drawer: Drawer, args: list[Any], shape: Shape) -> bool:
    """Start an optimizer: moments of zero at t = 1, where a bias correction matters most."""
    found = False
    for place, parameter in enumerate(drawer.task.arguments):
        if parameter.role == "state":
            args[place] = 1 if parameter.shape == "scalar" else np.zeros(shape)
            found = True
    return found


_EDGES: dict[str, Callable[[Drawer, list[Any], Shape], bool]] = {
    "perfect fit": _fits_perfectly,
    "wrong end": _sits_on_the_wrong_end,
    "all labels 0": _all_of_one_class(0),
    "all labels 1": _all_of_one_class(1),
    "ties": _ties,
    "kinks": _on_kinks,
    "first step": _first_step,
}
