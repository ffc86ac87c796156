"""Whether an answer has the properties of its loss: relations between its own values, whatever the values are.

Each relation is tried on the reference first, under the options of the task; one that does not hold there is not asked
for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases import Case
from grader.comparison import Comparison, as_array
from grader.sandbox import Job
from grader.scoring import failed, passed
from grader.verdict import Check
from lossref.properties import PROPERTIES

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.task import Task

Array = np.ndarray[Any, Any]
Args = tuple[Any, ...]
Holds = Callable[[Sequence[Array]], bool]
Made = tuple[tuple[Args, ...], Holds]
Maker = Callable[["Task", Case, np.random.Generator], "Made | None"]

# An eps of an answer's own moves each term by up to 1e-6.
_TOLERANCE = 1e-5
_CASES = 3
_SHARE = 0.3
_FACTOR = 2.5
_SHIFT = 1.5


@dataclasses.dataclass(frozen=True, slots=True)
class Relation:
    """Calls of the answer, and what has to hold between what they return."""

    word: str
    calls: tuple[Args, ...]
    holds: Holds


def asked(task: Task) -> list[str]:
    """Give the properties that can be asked of an answer to this task, as words of lossref."""
    makers = _OF_GRADIENTS if task.gives == "gradient" else _OF_VALUES
    return [word for word in makers if task.loss is not None and word in task.loss.properties]


def properties_check(task: Task, cases: Sequence[Case], request: GradeRequest, sandboxes: Sandboxes) -> Check:
    """Try every relation on a few ordinary cases."""
    weight = task.weights["properties"]
    relations = list(_relations(task, cases, np.random.default_rng(request.seed)))
    calls = [call for relation in relations for call in relation.calls]
    job = Job(request.answer, task.function, calls, request.limits, arity_check=len(task.parameters))
    values = iter([as_array(outcome.value) for outcome in sandboxes.get("numpy").run(job).outcomes])
    held: dict[str, bool] = {}
    for relation in relations:
        got = [next(values) for _ in relation.calls]
        arrays = [array for array in got if not isinstance(array, Comparison)]
        held[relation.word] = held.get(relation.word, True) and len(arrays) == len(got) and _is_so(relation, arrays)
    broken = [word for word, holds in held.items() if not holds]
    if not broken:
        return passed("properties", weight, f"These hold: {'; '.join(PROPERTIES[word].meaning for word in held)}.")
    share = 1.0 - len(broken) / len(held) if task.partial else 0.0
    message = f"This does not hold: {'; '.join(PROPERTIES[word].meaning for word in broken)}."
    return failed("properties", weight, message, share)


def _relations(task: Task, cases: Sequence[Case], rng: np.random.Generator) -> Iterator[Relation]:
    makers = _OF_GRADIENTS if task.gives == "gradient" else _OF_VALUES
    for case in [case for case in cases if case.group == "ordinary" and case.sent is None][:_CASES]:
        for word in asked(task):
            made = makers[word](task, case, rng)
            relation = None if made is None else Relation(word, *made)
            if relation is not None and _is_so(relation, [_right(task, call) for call in relation.calls]):
                yield relation


def _right(task: Task, args: Args) -> Array:
    return np.asarray(task.expected(Case("derived", "ordinary", args)), dtype=np.float64)


def _is_so(relation: Relation, values: Sequence[Array]) -> bool:
    with np.errstate(all="ignore"):
        return all(np.isfinite(v).all() for v in values) and relation.holds([v.astype(np.float64) for v in values])


def _slack(*values: Array) -> float:
    """Tolerance in units of the values and of their number: a sum carries the eps of each term."""
    return _TOLERANCE * (1.0 + max(float(np.abs(value).max(initial=0.0)) for value in values))


def _alike(first: Array, second: Array) -> bool:
    return first.shape == second.shape and bool((np.abs(first - second) <= _slack(first, second)).all())


def _put(case: Case, place: int, value: Any) -> Args:
    return tuple(value if i == place else argument for i, argument in enumerate(case.args))


def _every(task: Task, case: Case, change: Callable[[Any], Any]) -> Args:
    """Change every argument but the hyper-parameters."""
    return tuple(change(a) if i < len(task.arrays) else a for i, a in enumerate(case.args))


def _non_negative(_: Task, case: Case, __: np.random.Generator) -> Made:
    return (case.args,), lambda v: bool((v[0] >= -_slack(v[0])).all())


def _zero_at_perfect_fit(task: Task, case: Case, _: np.random.Generator) -> Made:
    target, prediction = case.args[:2]
    assert task.loss is not None
    classes = np.shape(prediction)[-1] if np.ndim(prediction) else 1
    perfect = task.loss.perfect_prediction(target, classes, **task.options)
    allowed = _TOLERANCE * max(1, np.size(perfect))
    return (_put(case, 1, perfect),), lambda v: bool((np.abs(v[0]) <= allowed).all())


def _symmetric(_: Task, case: Case, __: np.random.Generator) -> Made:
    first, second, *rest = case.args
    return (case.args, (second, first, *rest)), lambda v: _alike(*v)


def _on_a_line(task: Task, case: Case) -> tuple[Args, Args, Array]:
    """Give the case, one with the predictions of other examples, and the way from the one to the other."""
    start = np.asarray(case.args[task.prediction], dtype=np.float64)
    end = np.roll(start, 1, axis=0)
    return case.args, _put(case, task.prediction, end), end - start


def _convex(task: Task, case: Case, _: np.random.Generator) -> Made:
    start, end, way = _on_a_line(task, case)
    between = _put(case, task.prediction, case.args[task.prediction] + _SHARE * way)

    def below_the_chord(v: Sequence[Array]) -> bool:
        return bool((v[2] <= (1.0 - _SHARE) * v[0] + _SHARE * v[1] + _slack(*v)).all())

    return (start, end, between), below_the_chord


def _monotone(task: Task, case: Case, _: np.random.Generator) -> Made:
    """Follow the gradient along a line: a convex function's never turns back."""
    start, end, way = _on_a_line(task, case)
    return (start, end), lambda v: float(np.sum((v[1] - v[0]) * way)) >= -_slack(*v)


def _permuted(task: Task, case: Case, rng: np.random.Generator) -> Made | None:
    rows = case.shape[0]
    if not task.batched or task.axis != -1:
        return None
    order = rng.permutation(rows)
    moved = _every(task, case, lambda a: a[order] if np.ndim(a) and len(a) == rows else a)
    return (case.args, moved), lambda v: _alike(v[0][order] if v[0].ndim else v[0], v[1])


def _moved(task: Task, case: Case, _: np.random.Generator) -> Made:
    return (case.args, _every(task, case, lambda a: a + _SHIFT)), lambda v: _alike(*v)


def _shifted(task: Task, case: Case, rng: np.random.Generator) -> Made:
    logits = np.asarray(case.args[task.prediction], dtype=np.float64)
    shift = rng.normal(size=np.delete(logits.shape, task.axis)) if task.on_rows else rng.normal()
    shift = np.expand_dims(shift, task.axis) if task.on_rows else shift
    return (case.args, _put(case, task.prediction, logits + shift)), lambda v: _alike(*v)


def _scaled(degree: int) -> Maker:
    def make(task: Task, case: Case, _: np.random.Generator) -> Made:
        return (case.args, _every(task, case, lambda a: _FACTOR * a)), lambda v: _alike(_FACTOR**degree * v[0], v[1])

    return make


_OF_VALUES: dict[str, Maker] = {
    "non_negative": _non_negative,
    "zero_at_perfect_fit": _zero_at_perfect_fit,
    "symmetric_in_arguments": _symmetric,
    "convex_in_prediction": _convex,
    "permutation_invariant": _permuted,
    "translation_invariant": _moved,
    "logit_shift_invariant": _shifted,
    "scale_invariant": _scaled(0),
    "homogeneous_degree_1": _scaled(1),
    "homogeneous_degree_2": _scaled(2),
}
# What the same words say of a gradient.
_OF_GRADIENTS: dict[str, Maker] = {
    "convex_in_prediction": _monotone,
    "permutation_invariant": _permuted,
    "translation_invariant": _moved,
    "logit_shift_invariant": _shifted,
    "homogeneous_degree_1": _scaled(0),
    "homogeneous_degree_2": _scaled(1),
}
