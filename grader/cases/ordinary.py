"""Ordinary cases of many shapes, and the printed ones."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases.drawing import Case, Drawer, Shape
from grader.cases.listed import listed

if TYPE_CHECKING:
    from grader.task import Task
    from lossref import Parameter

# The printed cases are the same for everybody.
PUBLIC_SEED = 20_240_229


@functools.lru_cache(maxsize=256)
def samples(task: Task) -> tuple[Case, ...]:
    """Give the printed cases: those of [[coding.samples]], else two small ones that are the same for everybody."""
    if task.samples:
        return tuple(_declared(task, number, row) for number, row in enumerate(task.samples, start=1))
    drawer = Drawer(task, np.random.default_rng(PUBLIC_SEED))
    shapes: list[Shape] = [(3, 3), (2, 4)] if task.on_rows else [(3,), (2, 2)]
    if task.gives == "metric":
        shapes = [(4, 3), (5, 4)] if task.on_rows else [(4,), (6,)]
    if not task.batched:
        shapes = [(3,), (4,)]
    cases = []
    for number, shape in enumerate(shapes, start=1):
        args = [_readable(task, p, a) for p, a in zip(task.arguments, drawer.arguments(shape), strict=True)]
        cases.append(Case(f"sample {number}", "sample", drawer.shaped(args)))
    return tuple(cases)


def _readable(task: Task, parameter: Parameter, value: Any) -> Any:
    """Keep two decimals; a distribution's still sum to 1, and between the edges of bins a third is kept."""
    if np.ndim(value) == 0 or value.dtype.kind != "f":
        return value
    rounded = np.round(value, 2)
    if parameter.domain == "simplex" or (task.draws_itself and np.allclose(value.sum(axis=-1), 1.0)):
        rounded[..., -1] = np.round(1.0 - rounded[..., :-1].sum(-1), 2)
    elif task.gives == "metric" and parameter.domain == "probability":
        rounded = np.clip(rounded, 0.0, 0.99) + 0.004
    return rounded


def _declared(task: Task, number: int, row: Any) -> Case:
    values = []
    for name, parameter in zip(task.parameters, task.arguments, strict=True):
        value = row["args"][name]
        values.append(np.array(value, parameter.dtype) if isinstance(value, list) else value)
    return Case(str(row.get("name", f"sample {number}")), "sample", tuple(values))


def ordinary(drawer: Drawer) -> Iterator[Case]:
    """Shapes with distinct N, C and D first (constants are measured on them), square ones among the rest."""
    for number, shape in enumerate(_shapes(drawer)):
        nearness = (0.0, 0.0, 0.9)[number % 3] if number > 2 else 0.0
        args = drawer.arguments(shape, nearness)
        yield Case(f"ordinary {number + 1}", "ordinary", drawer.shaped(args))
    yield from listed(drawer)


def _shapes(drawer: Drawer) -> list[Shape]:
    n = [int(x) for x in drawer.rng.permutation(np.arange(5, 17))]
    k = [int(x) for x in drawer.rng.permutation(np.arange(2, 5))]
    if not drawer.task.batched:
        return [(x,) for x in n + n[:6]]
    tall: list[Shape] = [(n[i], k[i % 3]) for i in range(6)]
    wide: list[Shape] = [*tall, *((k[i % 3], n[i + 6]) for i in range(4)), (k[0], k[0]), (3, 3)]
    if drawer.task.gives == "metric" and not drawer.task.on_rows:
        return [(x,) for x in (*n, *(2 * x for x in n[:6]))]
    if drawer.task.on_rows:
        return [*wide[:12], *((n[11 - i], n[i]) for i in range(4)), (2, 6), (4, 4)]
    return [(n[0],), (n[1],), wide[2], (n[3],), wide[4], wide[7], *((x,) for x in n[4:9]), *wide[6:12], (n[9],)]
