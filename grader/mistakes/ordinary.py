"""The ways in which wrong numbers on ordinary cases are explained, the simplest first."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.blunders import blunders
from grader.mistakes.general import last_resorts
from grader.mistakes.metrics import LASTS
from grader.mistakes.search import LOOSE_RTOL, Explanation, Search
from grader.mistakes.steps import ASCENT, backwards
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

Found = tuple[Explanation, dict[str, Any]]

_HALF_PRECISION = 2e-3
_FEWEST = 3


def _reduces(task: Task) -> bool:
    return task.gives == "value" and task.reduction != "none" and task.batched


NO_REDUCTION = Mistake(
    "R2",
    "no reduction",
    "One value for each term is returned; they still have to be reduced to one number.",
    lambda view: view.terms,
    lambda task: _reduces(task) and task.loss is not None,
    opened_by="reduction",
)
_LEFT_OVER = Mistake(
    "D6",
    "array of one entry",
    "The number is in an array of one entry; return the number itself.",
    lambda view: view.expected.reshape(1),
    lambda task: task.gives != "step",
)
_REDUCED = Mistake(
    "R2",
    "reduced where each term is asked",
    "One number is returned; one for each term is asked.",
    lambda view: np.asarray(view.expected.mean()),
    lambda task: task.gives == "value",
)
_ONE_SLOPE = Mistake(
    "G6",
    "gradient reduced to a number",
    "The gradient was averaged or summed to one number; it has an entry for each entry of the argument.",
    lambda view: np.asarray(view.expected.mean()),
    lambda task: task.gives == "gradient",
)
_BATCH_SIZE = Mistake(
    "R7",
    "batch size written into the code",
    "The sum is divided by a number that is the same for all inputs; divide by how many there are.",
    lambda view: view.expected * view.count / 100.0,
    lambda task: task.gives in {"value", "gradient"} and task.reduction == "mean" and task.batched,
    opened_by="reduction",
    constant=lambda ratio: _is_whole(100.0 / ratio) if ratio else False,
    beside=frozenset({"sign", "base"}),
)


def _is_whole(size: float) -> bool:
    return 2.0 <= size <= 4096.0 and abs(size - round(size)) < 1e-3 * size / 100.0


def explanations(
    oracle: Oracle,
    ordinary: Sequence[Observation],
    views: Sequence[View],
    mistakes: Sequence[Mistake],
    further: Sequence[tuple[Array | None, View]] = (),
) -> Iterator[Found]:
    """Yield what explains the answers, the simplest first.

    `mistakes` are those that are no mere factor; `further` answers, to edge and extreme cases, choose between two that
    explain the ordinary ones alike.
    """
    answers = [o.array for o in ordinary]
    given = [a for a in answers if a is not None]
    if len(given) < _FEWEST:
        return
    search = dataclasses.replace(_of_shapes(oracle, answers, views), further=further)
    yield from _in_turn(search, mistakes)
    yield from _behind_the_last(search, mistakes)
    yield from _stored_coarsely(search, ordinary, mistakes)
    yield from ((e, {}) for e in [dataclasses.replace(search, rtol=LOOSE_RTOL).single(mistakes)] if e)
    slips = tuple(blunders(oracle.task, views[0]))
    yield from ((e, {}) for e in [search.single(slips)] if e)
    if oracle.task.gives == "step":
        yield from ((e, {}) for e in _uphill(search, (*mistakes, *slips)))
    yield from ((e, {}) for e in [search.single(last_resorts(oracle.task))] if e)
    yield from ((e, {}) for e in [search.pairs(mistakes)] if e)


def _uphill(search: Search, mistakes: Sequence[Mistake]) -> Iterator[Explanation]:
    """Yield one mistake made in a step that goes along the gradient."""
    found = search.both([((ASCENT, mistake), _backwards(mistake.predict)) for mistake in mistakes])
    if found is not None:
        yield found


def _backwards(predict: Prediction) -> Callable[[View], Array | None]:
    def predicted(view: View) -> Array | None:
        step = predict(view)
        return None if step is None else backwards(view, np.asarray(step))

    return predicted


def _in_turn(search: Search, mistakes: Sequence[Mistake]) -> Iterator[Found]:
    """Yield factors alone, one mistake, and factors with all that is free beside them."""
    task = search.oracle.task
    for find in (search.scaled, lambda: search.single(mistakes)):
        yield from ((e, {}) for e in [find()] if e)
    if _BATCH_SIZE.applies(task) and _BATCH_SIZE.opened_by not in task.open:
        by_size = search.tried((_BATCH_SIZE,), _BATCH_SIZE.predict)
        yield from ((e, {}) for e in [by_size] if e)
    yield from ((e, {}) for e in [search.judged()] if e)


def _of_shapes(oracle: Oracle, answers: Sequence[Array | None], views: Sequence[View]) -> Search:
    """Compare sums or means where the answers were not reduced, or reduced too far."""
    task = oracle.task
    pairs = [(a, v.expected) for a, v in zip(answers, views, strict=True) if a is not None]
    if all(a.ndim and not e.ndim and a.size == 1 for a, e in pairs):
        folded = [None if a is None else a.reshape(()) for a in answers]
        return Search(oracle, folded, views, first=(_LEFT_OVER,))
    if all(a.ndim and not e.ndim and a.size for a, e in pairs) and _reduces(task) and "reduction" not in task.open:
        fold = np.sum if task.reduction == "sum" else np.mean
        folded = [None if a is None else np.asarray(fold(a)) for a in answers]
        return Search(oracle, folded, views, first=(NO_REDUCTION,), unnamed="divisor")
    most = 0 if task.gives == "gradient" else 1
    arrays = [(a, e) for a, e in pairs if e.size > 1]
    too_far = bool(arrays) and all(a.size < e.size and a.ndim <= most for a, e in arrays)
    if too_far and task.gives in {"value", "gradient"}:
        first = _ONE_SLOPE if task.gives == "gradient" else _REDUCED
        folded = [None if a is None else np.asarray(a.sum()) for a in answers]
        return _Folded(oracle, folded, views, first=(first,), unnamed="divisor", fold=_sum)
    return Search(oracle, answers, views)


def _sum(array: Array) -> Array:
    return np.asarray(array.sum())


class _Folded(Search):
    """Compares sums; a mean is one over the number of entries."""

    def scaled(self) -> Explanation | None:
        """Explain by factors alone, for the sum of what is asked and for its mean."""
        return self.tried((), lambda view: view.expected) or self.tried((), lambda view: view.expected.mean())


def _behind_the_last(search: Search, mistakes: Sequence[Mistake]) -> Iterator[Found]:
    """Undo what may have been done last, and look behind it."""
    for last in LASTS:
        if not last.mistake.applies(search.oracle.task) or search.first:
            continue
        undone = [None if a is None else last.undone(a) for a in search.answers]
        if any(a is not None and not np.isfinite(a).all() for a in undone):
            continue
        behind = dataclasses.replace(search, answers=undone, first=(last.mistake,))
        for find in (behind.scaled, lambda b=behind: b.single(mistakes)):
            explanation = find()
            if explanation is not None and len(explanation.mistakes) <= 2:
                yield explanation, {}


# -- rounded, cut, or kept with few digits ------------------------------------------------------------------------


def _decimals(arrays: Sequence[Array]) -> int | None:
    """Give to how many decimals all answers are rounded, if they are."""
    for decimals in range(7):
        if all(np.allclose(a, np.round(a, decimals), rtol=1e-12, atol=1e-12) for a in arrays):
            return decimals
    return None


def _rounded(decimals: int, view: View) -> Array:
    return np.round(view.expected, decimals)


def _coarse(code: str, name: str, sentence: str, predict: Callable[[View], Array]) -> Mistake:
    return Mistake(code, name, sentence, predict, lambda task: task.gives != "step")


def _stored_coarsely(search: Search, ordinary: Sequence[Observation], mistakes: Sequence[Mistake]) -> Iterator[Found]:
    """D3, D2 and D1: the digits are those of something else, as far as they go."""
    arrays = [o.array for o in ordinary if o.array is not None and np.isfinite(o.array).all()]
    if len(arrays) < len(ordinary):
        return
    cut = _coarse("D2", "cut to integers", "The result is cut to integers.", lambda v: np.trunc(v.expected))
    if all(np.array_equal(a, np.trunc(v.expected)) for a, v in zip(arrays, search.views, strict=True)):
        yield Explanation((cut,), cut.predict), {}
    decimals = _decimals(arrays)
    if decimals is not None:
        sentence = f"The result is rounded to {decimals} decimals; return it as it is."
        mistake = _coarse("D3", "rounding", sentence, functools.partial(_rounded, decimals))
        slack = 0.5000001 * 10.0**-decimals + 1e-12
        coarse = dataclasses.replace(search, slack=slack, rtol=1e-9, first=(*search.first, mistake))
        yield from _seen_coarsely(coarse, mistakes, {"decimals": decimals})
    if all(getattr(o.value, "dtype", None) == np.float16 for o in ordinary):
        sentence = "The numbers are kept in 16 bits, which hold three digits."
        mistake = _coarse("D1", "half precision", sentence, lambda v: v.expected.astype(np.float16))
        coarse = dataclasses.replace(search, rtol=_HALF_PRECISION, slack=1e-3, first=(*search.first, mistake))
        yield from _seen_coarsely(coarse, mistakes, {})


def _seen_coarsely(search: Search, mistakes: Sequence[Mistake], words: dict[str, Any]) -> Iterator[Found]:
    """Look for what was rounded; numbers that are smaller than the rounding prove nothing."""
    telling = [a is not None and float(np.abs(a).max(initial=0.0)) > 20.0 * search.slack for a in search.answers]
    if sum(telling) < _FEWEST:
        return
    for find in (search.scaled, lambda: search.single(mistakes)):
        explanation = find()
        if explanation is not None and len(explanation.mistakes) <= 1 + len(search.first) <= 3:
            yield explanation, words
