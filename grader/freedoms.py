"""Which values are as right as the reference's: intervals that its guards and the ends of its domain leave open.

`LossSpec.guards` says where an implementation may put an eps: there the loss is evaluated once more with the eps in
place, on either side, and everything between is right. Where a probability sits on the end that its label excludes,
the exact value is infinite, and so is any clamp of it right.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.task import Task

Array = np.ndarray[Any, Any]
Interval = tuple[Array, Array]

FREE_EPS = 1.05e-6
# A clamp may put any value from here up where the exact one is infinite; in nats, for a term of weight 1.
LOWEST_CLAMP = 10.0
_CLIPPED = -math.log(FREE_EPS)
_RIGHT_SIGN = 1e-12
_JUMP = 0.1
UNITS = {"e": 1.0, "2": math.log(2.0), "10": math.log(10.0)}
# Under these the argument is not clamped by anything that the candidate needs: from logits no value is infinite.
_OF_LOGITS = frozenset({"sigmoid", "softmax", "surprise"})


def free_values(task: Task, case: Case, overrides: Mapping[str, Any]) -> Interval | None:
    """Give the lowest and the highest right value of each term, or of the whole where there are no terms."""
    assert task.loss is not None
    guards = {n: g for n, g in task.loss.guards.items() if not (case.group == "extreme" and g in _OF_LOGITS)}
    if not guards and task.gives != "metric":
        return None
    unit = UNITS[str({**task.options, **overrides}.get("log_base", "e"))]
    smoothings = {p.name for p in task.loss.hypers}
    with np.errstate(all="ignore"):
        exact = _numbers(task, case, overrides)
        low = high = np.zeros_like(exact)
        clamped = np.full_like(exact, np.inf)
        for name, guard in guards.items():
            if name == "term":
                below, above = _of_term(exact, guard, unit)
                low, high = low + below, high + above
                continue
            moved = [_numbers(task, other, {**overrides, **more}) for other, more in _moves(task, case, name, guard)]
            if name in smoothings:  # what jumps was 0/0, and no number between is right
                moved = [np.where(np.abs(m - exact) < _JUMP, m, exact) for m in moved]
            low, high = low + _least([m - exact for m in moved]), high - _least([exact - m for m in moved])
            clamped = np.fmin.reduce([clamped, *(np.abs(m) for m in moved)])
        slack = 2.0 * FREE_EPS * (1.0 + np.abs(np.where(np.isfinite(exact), exact, 0.0)))
        return _with_clamps(exact, exact + low - slack, exact + high + slack, clamped * (LOWEST_CLAMP / _CLIPPED))


def _numbers(task: Task, case: Case, options: Mapping[str, Any]) -> Array:
    """Give the terms of a value, else what the task gives."""
    if task.gives != "value":
        return np.asarray(task.expected(case, **options), dtype=np.float64)
    return task.terms(case, **{name: option for name, option in options.items() if name != "reduction"})


def free_gradients(task: Task, case: Case, overrides: Mapping[str, Any]) -> Interval:
    """Give the lowest and the highest right gradient: the closed subdifferential, widened by what an eps may do."""
    assert task.loss is not None
    low, high = task.subdifferential(case, **overrides)
    guards = {n: g for n, g in task.loss.guards.items() if g in {"itself", "norm"}}
    if not guards:
        return low, high
    least, most = np.zeros_like(low), np.zeros_like(high)
    with np.errstate(all="ignore"):
        for name, guard in guards.items():
            ends = [task.subdifferential(c, **{**overrides, **o}) for c, o in _moves(task, case, name, guard)]
            cut = tuple(slice(n) for n in np.shape(low))
            least = least + _least([end[0][cut] - low for end in ends])
            most = most - _least([high - end[1][cut] for end in ends])
        nearest = low * _shrunk(task, case, guards)
    finite = np.abs(low[np.isfinite(low)])
    slack = 2.0 * FREE_EPS * float(finite.max()) if finite.size else 0.0
    lowest, highest = _with_clamps(low, low + least - slack, high + most + slack, np.full(np.shape(low), _RIGHT_SIGN))
    return np.fmin(lowest, nearest), np.fmax(highest, nearest)


def _with_clamps(exact: Array, low: Array, high: Array, clamped: Array) -> Interval:
    """Leave everything beyond the lowest clamp right where the exact value is infinite."""
    low = np.where(exact == np.inf, clamped, np.where(exact == -np.inf, -np.inf, low))
    return low, np.where(exact == -np.inf, -clamped, np.where(exact == np.inf, np.inf, high))


def _least(changes: list[Array]) -> Array:
    """Give the lowest of some changes, and of none; inf − inf is no change."""
    kept = [np.where(np.isfinite(change), change, 0.0) for change in changes]
    return np.minimum(0.0, np.minimum.reduce(kept)) if kept else np.zeros(())


def _of_term(terms: Array, guard: str, unit: float) -> Interval:
    """Change of terms that are a logarithm themselves: −log(p + eps) = l − log(1 + eps e^l) for l = −log p."""
    with np.errstate(over="ignore"):
        if guard == "surprise":
            return -np.log1p(FREE_EPS * np.exp(terms * unit)) / unit, np.zeros_like(terms)
        if guard == "logarithm":
            return np.zeros_like(terms), np.log1p(FREE_EPS * np.exp(-terms * unit)) / unit
    return np.zeros_like(terms), np.sqrt(terms * terms + FREE_EPS) - terms


Move = tuple["Case", dict[str, Any]]


def _moves(task: Task, case: Case, name: str, guard: str) -> Iterator[Move]:
    """Yield the case with the eps at work on one argument, on either side."""
    place = next((i for i, p in enumerate(task.arguments) if p.name == name), None)
    if place is None:  # a hyper-parameter that the candidate's function does not take
        assert task.loss is not None
        default = next(p.default for p in task.loss.hypers if p.name == name)
        yield case, {name: float(task.options.get(name, default) or 0.0) + FREE_EPS}
        return
    if guard == "norm":
        norms = [i for i, p in enumerate(task.arguments) if task.loss and task.loss.guards.get(p.name) == "norm"]
        for sign in (1.0, -1.0):
            entries = {i: sign * math.sqrt(FREE_EPS) * (i == place) for i in norms}
            yield _put(case, {i: _padded(case.args[i], entry, task.axis) for i, entry in entries.items()}), {}
        return
    argument = np.asarray(case.args[place], dtype=np.float64)
    for moved in _MOVES[guard](argument, task.domain_of(task.arguments[place]), task.axis):
        yield _put(case, {place: moved if argument.ndim else float(moved)}), {}


def _put(case: Case, changed: Mapping[int, Any]) -> Case:
    return dataclasses.replace(case, args=tuple(changed.get(i, argument) for i, argument in enumerate(case.args)))


def _padded(rows: Any, entry: float, axis: int) -> Array:
    """Add a feature: the norm of a row x becomes √(|x|² + entry²), dot products with rows padded by 0 stay."""
    rows = np.asarray(rows, dtype=np.float64)
    feature = np.take(rows, [0], axis=axis)
    return np.concatenate([rows, np.full_like(feature, entry)], axis=axis)


def _shifted(x: Array, domain: str, _: int) -> Iterator[Array]:
    for shift in (FREE_EPS, -FREE_EPS):
        if domain in {"probability", "simplex"}:
            yield np.clip(x + shift, FREE_EPS, 1.0 - FREE_EPS)
        elif domain in {"nonnegative", "positive"}:
            yield np.maximum(x + shift, FREE_EPS)
        else:
            yield x + shift


def _of_sigmoid(z: Array, _domain: str, _axis: int) -> Iterator[Array]:
    """Give the logits of σ(z) + eps and 1 − σ(z) + eps."""
    e = np.exp(-np.abs(z))
    near, far = np.log(1.0 / (1.0 + e) + FREE_EPS), np.log(e / (1.0 + e) + FREE_EPS)
    yield np.where(z > 0.0, near - far, far - near)


def _of_softmax(z: Array, _domain: str, axis: int) -> Iterator[Array]:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    yield np.log(e / e.sum(axis=axis, keepdims=True) + FREE_EPS)


_MOVES: Mapping[str, Callable[[Array, str, int], Iterator[Array]]] = {
    "itself": _shifted,
    "sigmoid": _of_sigmoid,
    "softmax": _of_softmax,
}


def _shrunk(task: Task, case: Case, guards: Mapping[str, str]) -> Array | float:
    """Factor of a slope whose denominator p(1 − p), or p in a row, has an eps; 0 at the ends, where a clip has none."""
    parameter = next(p for p in task.arguments if p.name == task.wrt)
    domain = task.domain_of(parameter)
    if guards.get(parameter.name) != "itself" or domain not in {"probability", "simplex"}:
        return 1.0
    p = np.asarray(case.args[task.arguments.index(parameter)], dtype=np.float64)
    product = p * (1.0 - p) if domain == "probability" else p
    return np.asarray(product / (product + FREE_EPS))
