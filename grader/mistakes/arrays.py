"""Mistakes in single arrays that go in: their shapes, their signs, what they are taken for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Change, Mistake, given
from grader.mistakes.inputs import OF_DIFFERENCES, is_signed, is_valued
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


# -- shapes -------------------------------------------------------------------------------------------------------


def _all_pairs(*, flat: bool, wide: bool) -> Change:
    """Reduce over all pairs: a column against a vector. Of two axes, a flattened one, one more axis, or an error."""

    def changed(view: View) -> View | None:
        places = view.task.target or 0, view.task.prediction
        y, x = (np.asarray(view.case.args[place]) for place in places)
        if x.ndim == 1 or flat:
            x, y = np.tile(x.reshape(-1), x.size), np.repeat(y.reshape(-1), x.size)
        elif wide:
            x, y = np.broadcast_to(x, (len(x), *x.shape)).copy(), np.repeat(y[:, None], len(y), axis=1)
        else:
            return None
        return view.put(dict(zip(places, (y, x), strict=True)))

    return changed


def _weighs(task: Task) -> bool:
    """Whether there are weights, which belong to the terms and not to their pairs."""
    return any(p.name == "weights" for p in task.hypers)


def _meets_a_column(task: Task) -> bool:
    alike = len(task.arrays) == 2 and not task.on_rows and not _weighs(task) and task.target is not None
    return alike and task.gives == "value" and task.batched and task.reduction != "none" and not task.loss.coupled  # type: ignore[union-attr]


def _whole_batch_in_each_row(view: View) -> View:
    """Give each row the entries of all: its norm is then the Frobenius norm of the batch."""
    places = [i for i, p in enumerate(view.task.arrays) if p.shape == "rows"]
    arrays = {i: np.asarray(view.case.args[i], dtype=np.float64) for i in places}
    return view.put({i: np.tile(a.reshape(1, -1), (len(a), 1)) for i, a in arrays.items()})


def _has_norms(task: Task) -> bool:
    normed = task.loss is not None and "norm" in task.loss.guards.values()
    embedded = normed and not task.loss.coupled  # type: ignore[union-attr]
    return embedded and task.gives == "value" and task.batched and task.on_rows


SHAPES: tuple[Mistake, ...] = (
    *(given("X4", "(N,) against (N, 1)", "A column met a vector: the loss runs over all N × N pairs.",
            _all_pairs(flat=flat, wide=wide), _meets_a_column)
      for flat, wide in ((False, False), (True, False), (False, True))),
    given("X6", "norm over the whole batch", "The norm or product runs over all rows at once; each row has its own "
          "(axis=1).", _whole_batch_in_each_row, _has_norms),
)  # fmt: skip


# -- signs and scales of single arguments -------------------------------------------------------------------------


def _negated(*places: int) -> Change:
    return lambda view: view.put({place: -np.asarray(view.case.args[place], np.float64) for place in places})


def _negates(place: int) -> Callable[[Task], bool]:
    """Whether the sign of one array among several decides what is rewarded."""

    def applies(task: Task) -> bool:
        signed = task.loss is not None and task.loss.family in {"generative", "preference"} and task.gives == "value"
        return signed and place < len(task.arrays) and all(p.domain == "real" for p in task.arrays)

    return applies


def _scored(view: View) -> View:
    return view.predicting(-view.x)


def _has_scores(task: Task) -> bool:
    ranked = task.loss is not None and task.loss.name in {"margin_ranking", "hinge_embedding", "cosine_embedding"}
    return is_signed(task) and not ranked and task.gives in {"value", "gradient"}


def _of_ranks(task: Task) -> bool:
    return task.loss is not None and task.loss.name == "margin_ranking" and task.gives == "value"


def _is_difference(task: Task) -> bool:
    return task.loss is not None and task.loss.name in OF_DIFFERENCES and task.gives == "value"


def _moved(name: str, change: Callable[[Array], Array]) -> Change:
    def changed(view: View) -> View:
        place = [p.name for p in view.task.arguments].index(name)
        return view.put({place: change(np.asarray(view.case.args[place], dtype=np.float64))})

    return changed


def _has(*names: str, loss: str = "") -> Callable[[Task], bool]:
    def applies(task: Task) -> bool:
        named = task.loss is not None and loss in {"", task.loss.name}
        return named and is_valued(task) and set(names) <= {p.name for p in task.arrays}

    return applies


def _cut(view: View) -> View:
    floating = {i: np.trunc(a) for i, a in enumerate(view.case.args) if np.ndim(a) and a.dtype.kind == "f"}
    return view.put(floating)


def _of_numbers(task: Task) -> bool:
    return is_valued(task) and all(p.domain == "real" for p in task.arrays if p.dtype == "float64")


_SIGN = "A product or a score enters with the wrong sign: what should be rewarded is punished."
_SPREAD = "The variance is asked; a standard deviation, or its logarithm, is another number."
_REFERENCE = "The same reference log-probability is subtracted from itself, so that the reference has no effect."

SIGNS: tuple[Mistake, ...] = (
    given("D2", "inputs cut to integers", "The inputs are cut to integers before they enter.", _cut, _of_numbers),
    given("S2", "wrong sign in one term", _SIGN, _scored, _has_scores),
    given("S2", "wrong sign in one term", _SIGN, _negated(0, 1), _of_ranks),
    *(given("S2", "wrong sign in one term", _SIGN, _negated(place), _negates(place)) for place in (0, 1)),
    given("S2", "wrong sign in one term", _SIGN, _negated(0, 1), lambda t: _negates(1)(t) and _is_difference(t)),
    given("S2", "wrong sign in one term", _SIGN, _negated(0, 1, 2, 3), _negates(3)),
    given("A9", "standard deviation for variance", _SPREAD, _moved("variance", np.square), _has("variance")),
    given("A9", "log variance for variance", _SPREAD, _moved("variance", np.exp), _has("variance")),
    given("A9", "variance for standard deviation", _SPREAD, _moved("variance", np.sqrt), _has("variance")),
    given("A9", "log standard deviation for log variance", _SPREAD, _moved("logvar", lambda v: 2.0 * v),
          _has("logvar")),
    given("A9", "variance for log variance", _SPREAD, _moved("logvar", lambda v: np.log(np.abs(v))), _has("logvar")),
    given("A9", "standard deviation for log variance", _SPREAD, _moved("logvar", lambda v: np.log(v * v)),
          _has("logvar")),
    given("A6", "reference term cancels", _REFERENCE, lambda v: v.put({3: v.case.args[2]}), _has(loss="dpo")),
    given("A6", "reference term cancels", _REFERENCE, lambda v: v.put({2: v.case.args[3]}), _has(loss="dpo")),
    given("A6", "reference left out", "The reference's log-probabilities do not enter.",
          lambda v: v.put({2: 0.0 * np.asarray(v.case.args[2]), 3: 0.0 * np.asarray(v.case.args[3])}),
          _has(loss="dpo")),
)  # fmt: skip
