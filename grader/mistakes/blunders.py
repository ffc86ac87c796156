"""Mistakes made in writing a formula down: every slip in a textbook's formula, compared with what was returned.

They are sought where no mistake of the catalogue explains the numbers. No question has to foresee them: what they name
is what the numbers happen to be.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import REFUSED, RTOL, Mistake, Prediction, same
from grader.mistakes.notation import NAME, Formula, Node, Writer, evaluate, every_part, read
from grader.mistakes.slips import Slip, slips
from grader.mistakes.slopes import spread
from grader.mistakes.textbook import GRADIENTS, METRICS, OTHERS, STEPS, VALUES
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    import lossref
    from grader.task import Task

_TEXTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "value": VALUES, "transform": VALUES, "metric": METRICS, "gradient": GRADIENTS, "step": STEPS,
}  # fmt: skip
# The conventions under which these are none.
_OPENED_BY = {"L1": "log_base", "L2": "log_base", "R1": "reduction", "R3": "reduction", "R12": "reduction"}
_COUNTS = {"tp": (1, 1), "fp": (0, 1), "fn": (1, 0), "tn": (0, 0)}


class Names(dict[str, Any]):
    """What the names of a formula stand for on a case, found when first asked for."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        places = {p.name: place for place, p in enumerate(view.task.arguments)}
        self.places = {name: place for name, place in places.items() if place < len(view.task.arrays)}

    def __missing__(self, name: str) -> Any:
        value = self[name] = self._found(name)
        return value

    def _found(self, name: str) -> Any:
        view = self.view
        if name in self.places:
            return self._column(np.asarray(view.case.args[self.places[name]], dtype=np.float64))
        if name in _COUNTS:
            y, x = _COUNTS[name]
            return np.float64(((view.y == y) & (view.x == x)).sum())
        others: dict[str, Callable[[], Any]] = {
            "y": lambda: self._column(view.labels_or_y), "s": lambda: self._column(view.signs), "x": lambda: view.x,
            "C": lambda: np.float64(view.classes), "n": lambda: np.float64(view.x.size),
            "gains": lambda: _gains(view), "ranks": lambda: np.arange(1.0, view.classes + 1.0),
        }  # fmt: skip
        return others[name]() if name in others else np.float64(view.hyper(name))

    def _column(self, array: Array) -> Array:
        """Stand one number for each row beside the rows."""
        one_each = self.view.task.on_rows and array.ndim == self.view.x.ndim - 1
        return array[..., None] if one_each else array


def _gains(view: View) -> Array:
    """Give the relevances in the order of the scores."""
    return np.take_along_axis(view.y, np.argsort(-view.x, axis=-1, kind="stable"), axis=-1)


class Values:
    """What the parts of formulas are on a case; kept, since slips share most parts."""

    def __init__(self, view: View) -> None:
        self.names = Names(view)
        self.known: dict[Node, Any] = {}

    def of(self, formula: Node) -> Array:
        return np.asarray(evaluate(formula, self.names, self.known), dtype=np.float64)


def _values(view: View) -> Values:
    kept: Values | None = view.__dict__.get("_of_formulas")
    if kept is None:
        kept = view.__dict__["_of_formulas"] = Values(view)
    return kept


def _terms(view: View, formula: Node) -> Array:
    value = _values(view).of(formula)
    per_row = view.task.on_rows and value.ndim == view.x.ndim and value.shape[-1] == 1
    return value[..., 0] if per_row else value


def _reduced(formula: Node) -> Prediction:
    return lambda view: view.reduced(_terms(view, formula))


def _plain(formula: Node) -> Prediction:
    return lambda view: _values(view).of(formula)


def _of_metric(formula: Node) -> Prediction:
    return lambda view: view.folded(_terms(view, formula))


def _in_shape(formula: Node) -> Prediction:
    return lambda view: np.broadcast_to(_terms(view, formula), view.expected.shape)


def _sloped(formula: Node) -> Prediction:
    """Give the slopes of single terms, weighed as the reduction weighs them."""
    return spread(lambda view: np.broadcast_to(_values(view).of(formula), view.expected.shape))


# What becomes of a formula; of two, the one by which it is what is asked.
_FOLDS: Mapping[str, tuple[Callable[[Node], Prediction], ...]] = {
    "value": (_reduced,), "transform": (_in_shape,), "metric": (_of_metric,), "gradient": (_sloped, _in_shape),
    "step": (_plain,),
}  # fmt: skip


@functools.lru_cache(maxsize=256)
def _formulas(loss: lossref.LossSpec, gives: str) -> tuple[Formula, ...]:
    return tuple(read(text) for text in _TEXTS[gives].get(loss.name, ()))


@functools.lru_cache(maxsize=256)
def _slips_of(formula: Formula, fold: Callable[[Node], Prediction], task: Task) -> tuple[Mistake, ...]:
    assert task.loss is not None
    used = {n.head.removeprefix(NAME) for n in every_part(formula.root) if n.head.startswith(NAME)}
    hypers = {p.name: p.domain for p in task.loss.hypers if p.name in used}
    arrays = {name: _domain(task, name) for name in used - hypers.keys() - {"C"}}
    writer = Writer({node: name for name, node in formula.defined.items()}, _spelled(task))
    found = sorted(slips(formula, arrays, hypers), key=_is_rare)
    return tuple(
        Mistake(s.code, s.name, s.sentence(writer), fold(s.formula), lambda _: True)
        for s in found
        if _OPENED_BY.get(s.code) not in task.open
    )


def _domain(task: Task, name: str) -> str:
    """Give the domain of what a name stands for."""
    assert task.loss is not None
    roles = {"x": task.prediction, "y": task.target, "s": task.target}
    place = roles.get(name)
    own = {p.name: p.domain for p in task.loss.parameters}
    if name in own:
        return own[name]
    return "nonnegative" if place is None else task.arguments[place].domain


def _is_rare(slip: Slip) -> bool:
    """Whether something was added; where that gives the same numbers as something left out, this is the likelier."""
    return slip.name.endswith("too much")


def _spelled(task: Task) -> dict[str, str]:
    """Give the candidate's own names for the names of a formula."""
    own = dict(zip((p.name for p in task.arguments), task.parameters, strict=True))
    if task.target is not None:
        own.setdefault("y", task.parameters[task.target])
        own.setdefault("s", task.parameters[task.target])
    own.setdefault("x", task.parameters[task.prediction])
    return own


@functools.lru_cache(maxsize=256)
def _others(loss: lossref.LossSpec, gives: str) -> tuple[Mistake, ...]:
    """Give the other formulas that are taken for this one."""
    fold = _FOLDS[gives][0]
    return tuple(
        Mistake("W20", "another formula", f"The numbers are those of {words}.", fold(read(text).root), lambda _: True)
        for words, text in (OTHERS.get(loss.name, ()) if gives != "gradient" else ())
    )


def blunders(task: Task, view: View) -> Iterator[Mistake]:
    """Yield the slips in each formula that gives what is asked on a case."""
    if task.loss is None:
        return
    for formula in _formulas(task.loss, task.gives):
        fold = is_asked(formula, view)
        if fold:
            yield from _slips_of(formula, fold, task)
    yield from _others(task.loss, task.gives)


def is_asked(formula: Formula, view: View) -> Callable[[Node], Prediction] | None:
    """Give what has to be done to a formula so that it gives what is asked on a case, if it can be made to."""
    return next((fold for fold in _FOLDS[view.task.gives] if _is_right(fold(formula.root), view)), None)


def _is_right(predict: Prediction, view: View) -> bool:
    try:
        return same(view.expected, predict(view), rtol=RTOL / 100.0)
    except (*REFUSED, KeyError):
        return False
