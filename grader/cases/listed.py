"""Cases that a spec lists beyond the default: other dtypes, soft labels, more axes, a column, nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases.drawing import NUMBERS, Case, Drawer

if TYPE_CHECKING:
    from grader.task import Task

# What `draw` may list beyond the default; "3d" and "soft labels" are read as well.
DRAWS = ("float32", "uint8", "soft_labels", "3-D", "empty", "mixed")
_BY_SPELLING = {re.sub(r"\W|_", "", word.lower()): word for word in DRAWS}


def spelled(word: str) -> str:
    """Give the word of `DRAWS` that is meant, else the word itself.

    Examples
    --------
    >>> spelled("3d"), spelled("soft labels"), spelled("float16")
    ('3-D', 'soft_labels', 'float16')
    """
    return _BY_SPELLING.get(re.sub(r"\W|_", "", word.lower()), word)


def refusals(task: Task) -> Iterator[str]:
    """Say of each listed word why nothing of it can be drawn for this task, where that is so."""
    for word in sorted(task.draw):
        reason = _WHY_NOT[word](task) if word in _WHY_NOT else ""
        if reason:
            yield f"{word}: {reason}"


def listed(drawer: Drawer) -> Iterator[Case]:
    """Draw what the spec lists; it counts among the ordinary cases."""
    task = drawer.task
    shape = (6, 3) if task.on_rows else (7,)
    for word, make in _MAKERS.items():
        if word in task.draw:
            yield from make(drawer, shape)


def nothing(drawer: Drawer) -> Iterator[Case]:
    """Draw the edge case of no entries, where the spec lists it."""
    if drawer.task.batched and "empty" in drawer.task.draw:
        yield Case("empty", "edge", drawer.shaped(drawer.arguments((0, 3) if drawer.task.on_rows else (0,))))


def in_float32(case: Case) -> Case:
    """Give the same case with its floating arrays in float32, and its numbers as those round."""
    args = tuple(a.astype(np.float32) if _is_floating(a) else a for a in case.args)
    return Case(f"{case.name} in float32", case.group, args)


def _float32(drawer: Drawer, shape: tuple[int, ...]) -> Iterator[Case]:
    for nearness in (0.0, 0.9):
        yield in_float32(Case("entries", "ordinary", drawer.shaped(drawer.arguments(shape, nearness))))


def _uint8(drawer: Drawer, shape: tuple[int, ...]) -> Iterator[Case]:
    """Give what may be small whole numbers as such: their differences wrap around."""
    args = drawer.arguments(shape)
    for place, parameter in enumerate(drawer.task.arguments):
        if not np.ndim(args[place]):
            continue
        if _holds_labels(drawer.task, place) and args[place].min() >= 0:
            args[place] = args[place].astype(np.uint8)
        elif _may_be_bytes(drawer.task, place):
            least = 1 if parameter.domain in {"positive", "nonzero"} else 0
            args[place] = drawer.rng.integers(least, 256, args[place].shape).astype(np.uint8)
    yield Case("uint8", "ordinary", drawer.shaped(args))


def _soft_labels(drawer: Drawer, shape: tuple[int, ...]) -> Iterator[Case]:
    task = drawer.task
    if task.target is None or not task.batched or _is_soft(task):
        return
    args = drawer.arguments(shape)
    soft = drawer.rng.random(np.shape(args[task.target]))
    args[task.target] = soft / soft.sum(-1, keepdims=True) if task.on_rows else soft
    yield Case("soft labels", "ordinary", drawer.shaped(args))


def _three_axes(drawer: Drawer, shape: tuple[int, ...]) -> Iterator[Case]:
    yield Case("three axes", "ordinary", drawer.shaped(drawer.arguments((2, 3, shape[-1] if len(shape) > 1 else 4))))


def _mixed(drawer: Drawer, shape: tuple[int, ...]) -> Iterator[Case]:
    """Hand the target over as a column (N, 1) beside the vector (N,) that it belongs to."""
    args = drawer.shaped(drawer.arguments(shape))
    place = drawer.task.target or 0
    sent = tuple(a[:, None] if i == place else a for i, a in enumerate(args))
    yield Case("column beside a vector", "ordinary", args, sent)


_MAKERS: dict[str, Callable[[Drawer, tuple[int, ...]], Iterator[Case]]] = {
    "3-D": _three_axes,
    "soft_labels": _soft_labels,
    "uint8": _uint8,
    "float32": _float32,
    "mixed": _mixed,
}


def _is_floating(argument: Any) -> bool:
    return bool(np.ndim(argument)) and argument.dtype.kind == "f"


def _holds_labels(task: Task, place: int) -> bool:
    return task.arguments[place].dtype == "int64"


def _may_be_bytes(task: Task, place: int) -> bool:
    parameter = task.arguments[place]
    return not task.draws_itself and task.domain_of(parameter) in NUMBERS and parameter.shape != "scalar"


def _is_soft(task: Task) -> bool:
    return task.target is not None and task.domain_of(task.arguments[task.target]) in {"probability", "simplex"}


def _no_bytes(task: Task) -> str:
    places = range(len(task.arguments))
    signed = {i for i in places if task.domain_of(task.arguments[i]) in {"plus_minus_one", "label_list"}}
    fits = any((_holds_labels(task, i) and i not in signed) or _may_be_bytes(task, i) for i in places)
    return "" if fits else "no argument takes whole numbers from 0 to 255"


def _no_soft_labels(task: Task) -> str:
    if task.target is None:
        return "there is no target"
    target = task.arguments[task.target]
    admitted = task.loss is None and target.domain in {"label01", "onehot"}
    if not task.batched:
        return "one example has one label"
    if admitted or _is_soft(task) or target.admits in {"probability", "simplex"}:
        return ""
    return f"the target {target.name} takes no probabilities"


def _no_three_axes(task: Task) -> str:
    if not task.batched:
        return "batch = false asks for vectors"
    return "the arrays depend on one another and have shapes of their own" if task.draws_itself else ""


def _no_column(task: Task) -> str:
    target = None if task.target is None else task.arguments[task.target]
    if target is None or not task.batched or task.draws_itself:
        return "there is no target that could be a column beside a vector"
    if task.on_rows and target.shape != "row":
        return f"the target {target.name} holds rows"
    return "the gradient would have the column's shape" if task.wrt == target.name else ""


def _not_empty(task: Task) -> str:
    if not task.batched:
        return "batch = false asks for one example"
    if task.gives == "metric":
        return "a metric of no entries has no value"
    return "the arrays depend on one another" if task.draws_itself else ""


_WHY_NOT: dict[str, Callable[[Task], str]] = {
    "uint8": _no_bytes,
    "soft_labels": _no_soft_labels,
    "3-D": _no_three_axes,
    "mixed": _no_column,
    "empty": _not_empty,
}
