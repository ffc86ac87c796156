"""What a question holds to be right, computed a second way: with 50 digits, by lossref, from a loss's symbolic form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases import Case, draw
from grader.kinds.arithmetic import evaluate_precisely
from grader.kinds.numeric import DEFAULT_ATOL, DEFAULT_RTOL, key_by_lossref, key_of
from grader.task import Task, read_task

if TYPE_CHECKING:
    from lossref.symbolic import SymbolicTerm

Array = np.ndarray[Any, Any]

# Two ways to the same key differ by rounding only; that has to be far below what answers are allowed.
RTOL = 1e-9
ATOL = 1e-12
_OF_TOLERANCE = 1e-3
_CASES = 2
# Longer forms take minutes with 50 digits; `python -m lossref certify` has its own way with them.
_LONGEST = 150
# Options that a value is put together by here; any other has to be at its default.
_HANDLED = frozenset({"reduction", "batch", "axis", "log_base"})
_REDUCTIONS = frozenset({"mean", "sum", "none"})
_UNITS = {"e": 1.0, "2": float(np.log(2.0)), "10": float(np.log(10.0))}


def disagreements(kind: str, spec: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Compute the keys of a realised spec again.

    Returns
    -------
    How many numbers were computed two ways (0 where there is no second way), and a sentence for each that differs.
    """
    ways = {"numeric": _of_number, "coding": _of_reference}.get(kind)
    pairs = list(ways(spec[kind] if kind == "numeric" else spec)) if ways else []
    return len(pairs), [problem for problem in pairs if problem]


def _of_number(table: Mapping[str, Any]) -> Iterator[str]:
    key = key_of(table)
    tolerance = float(table.get("atol", DEFAULT_ATOL)) + float(table.get("rtol", DEFAULT_RTOL)) * abs(key)
    allowed = max(RTOL * abs(key) + ATOL, _OF_TOLERANCE * tolerance)
    second = {"lossref gives": key_by_lossref(table)}
    if isinstance(table["answer"], str):
        second["50 digits give"] = evaluate_precisely(table["answer"])
    for way, other in second.items():
        if other is not None:
            agree = abs(other - key) <= allowed
            yield "" if agree else f"the key is {key:.12g} by its expression, and {way} {other:.12g}"


def _of_reference(spec: Mapping[str, Any]) -> Iterator[str]:
    """Compare the reference with its symbolic form, on the smallest of the ordinary cases."""
    from lossref import symbolic

    task = read_task(spec)
    if task.loss is None or task.loss.name not in symbolic.FORMS or not _is_plain(task):
        return
    ordinary = [case for case in draw(task, 0) if case.group == "ordinary" and case.name.startswith("ordinary")]
    for case in sorted(ordinary, key=lambda case: int(np.prod(case.shape)))[:_CASES]:
        expected = np.asarray(task.expected(case), dtype=np.float64)
        other = _by_symbols(task, case)
        if other is None:
            return
        agree = other.shape == expected.shape and np.allclose(other, expected, rtol=RTOL, atol=ATOL)
        came = f"{expected.flat[0]:.12g}, and its symbolic form gives {other.flat[0]:.12g}" if expected.size else ""
        yield "" if agree else f"the reference gives {came} on a drawn case"


def _is_plain(task: Task) -> bool:
    loss = task.loss
    if loss is None or (task.reduction not in _REDUCTIONS and loss.gives == "value"):
        return False
    hypers = {p.name for p in loss.hypers}
    given = {name: value for name, value in task.options.items() if name not in _HANDLED | hypers}
    plain = all(name in loss.conventions and value == loss.conventions[name][0] for name, value in given.items())
    return plain and all(p.name != "weights" for p in task.hypers)


def _by_symbols(task: Task, case: Case) -> Array | None:
    """Put the value or gradient together from the terms' symbolic form; None where there is no form to evaluate."""
    from lossref import symbolic

    assert task.loss is not None
    points = _points(task, case)
    if points is None:
        return None
    widths = {len(entry) for entry in points[0] if np.ndim(entry)}
    form = symbolic.form(task.loss.name, max(widths, default=3))
    if len(widths) > 1 or sum(term.count_ops() for term in symbolic.flat(form.expression)) > _LONGEST:
        return None
    terms = np.array([_term(form, point, task.wrt) for point in points], dtype=np.float64)
    terms = terms / _UNITS[str(task.options.get("log_base", "e"))]
    if task.gives == "gradient":
        scale = len(points) if task.reduction == "mean" and task.loss.gives == "value" else 1
        return _shaped_like_the_argument(task, case, terms / scale)
    if task.loss.gives == "step":
        return _shaped_like_the_argument(task, case, terms.T)  # a part after the other, where terms go entry by entry
    if task.gives == "transform" or task.reduction == "none":
        return _shaped_like_the_argument(task, case, terms)
    return np.asarray(terms.mean() if task.reduction == "mean" else terms.sum())


def _term(form: SymbolicTerm, point: list[Any], wrt: str | None) -> Any:
    from lossref import symbolic

    found = symbolic.evaluate(form, point, wrt)
    return [float(entry) for entry in found] if isinstance(found, list) else float(found)


def _points(task: Task, case: Case) -> list[list[Any]] | None:
    """Give the arguments of each term: a number or a row for each parameter of the loss."""
    assert task.loss is not None
    _, args, options = task.asked_of_lossref(case)
    arrays = dict(zip((p.name for p in task.arrays), args, strict=True))
    columns: list[Any] = []
    for parameter in task.loss.parameters:
        if parameter.name in arrays:
            array = np.asarray(arrays[parameter.name], dtype=np.float64)
            rows = parameter.shape == "rows"
            array = np.moveaxis(array, task.axis, -1) if rows else array
            column = array.reshape(-1, array.shape[-1]) if rows else array.reshape(-1)
            columns.append(float(array) if parameter.shape == "scalar" else column)
        else:
            columns.append(options.get(parameter.name, parameter.default))
    if any(column is None for column in columns):
        return None
    count = max(len(column) for column in columns if np.ndim(column))
    return [[c[i] if np.ndim(c) else c for c in columns] for i in range(count)]


def _shaped_like_the_argument(task: Task, case: Case, terms: Array) -> Array:
    expected = np.asarray(task.expected(case))
    if terms.size != expected.size:
        return terms
    if task.on_rows and task.axis != -1 and expected.ndim > 1:
        moved = np.moveaxis(expected, task.axis, -1).shape
        return np.moveaxis(terms.reshape(moved), -1, task.axis)
    return terms.reshape(expected.shape)
