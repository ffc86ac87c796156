"""Mistakes in what goes into the formula: exchanged arguments, other encodings, a function applied once too often."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Change, Mistake, given
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

# What people write into a logarithm to keep it finite.
USUAL_EPS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
LARGE_EPS = (1e-5, 1e-4, 1e-3, 1e-2, 5e-2, 1e-1)
_EXCHANGED_EPS = 1e-12
_LABELS = frozenset({"label01", "onehot", "plus_minus_one"})
_PROBABILITIES = frozenset({"probability", "simplex"})
# How these combine two arrays tells them apart by sign alone: the first less the second.
OF_DIFFERENCES = frozenset({"margin_ranking", "bpr", "bradley_terry"})


def sigmoid(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, e) / (1.0 + e))


def softmax(z: Array, axis: int | None = -1) -> Array:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def squash(task: Task, x: Array) -> Array:
    """Make probabilities of logits as the loss does."""
    return softmax(x, task.axis) if task.on_rows else sigmoid(x)


def domain(task: Task) -> str:
    """Domain of the prediction."""
    return task.domain_of(task.arguments[task.prediction])


def is_valued(task: Task) -> bool:
    """Whether a value, a metric or a gradient is asked."""
    return task.gives in {"value", "metric", "gradient"}


def has_twin(task: Task) -> bool:
    """Whether the loss of logits has a form on probabilities in the catalogue."""
    return (
        task.loss is not None and task.gives == "value" and task.loss.name.endswith("_with_logits") and task.axis == -1
    )


def of_probabilities(view: View, p: Array) -> View:
    """Ask for the same loss on probabilities."""
    assert view.loss is not None
    of_logits = view.loss.name.endswith("_with_logits")
    return view.predicting(p).of(view.loss.name.removesuffix("_with_logits")) if of_logits else view.predicting(p)


# -- exchanged arguments ------------------------------------------------------------------------------------------


def _alike(task: Task) -> tuple[int, int] | None:
    """Give the places of two arrays that may be taken for one another."""
    if task.loss is not None and task.loss.name == "info_nce":
        return (0, 1)
    if task.loss is None or task.draws_itself or not is_valued(task) or len(task.arrays) < 2:
        return None
    if "symmetric_in_arguments" in task.loss.properties and task.gives != "gradient":
        return None
    shapes = [p.shape for p in task.arrays]
    roles = [p.role for p in task.arrays]
    if task.loss.name in {"zero_one", "hamming"}:
        return None
    if task.loss.family in {"generative", "preference"} or task.loss.name == "margin_ranking":
        return (0, 1)
    if task.loss.name == "triplet_margin":
        return (1, 2)
    if task.target is None or len(task.arrays) != 2 or sorted(roles) != ["prediction", "target"]:
        return None
    return (task.target, task.prediction) if shapes[0] == shapes[1] else None


def exchanged(view: View) -> View | None:
    """Ask for two arguments in each other's places."""
    places = _alike(view.task)
    if places is None:
        return None
    first, second = places
    x, y = view.case.args[first], view.case.args[second]
    of_logs = domain(view.task) in _PROBABILITIES and view.task.arguments[first].domain in _LABELS
    if of_logs and _of_logs(view.task):
        # Put the labels into the logarithm, kept finite by an eps.
        x = np.clip(np.asarray(x, dtype=np.float64), _EXCHANGED_EPS, 1.0 - _EXCHANGED_EPS)
    names = [p.name for p in view.task.arguments]
    wrt = None
    if view.wrt in {names[first], names[second]}:
        wrt = names[second] if view.wrt == names[first] else names[first]
    return view.put({first: y, second: x}, wrt=wrt)


def _of_logs(task: Task) -> bool:
    """Whether the value is made of logarithms of probabilities."""
    if task.loss is None:
        return False
    return task.loss.name == "log_loss" or (task.gives == "value" and "log_base" in task.loss.conventions)


def _is_log_of_labels(task: Task) -> bool:
    places = _alike(task)
    return (
        places is not None
        and domain(task) in _PROBABILITIES
        and task.arguments[places[0]].domain in _LABELS
        and _of_logs(task)
    )


def _plainly_exchangeable(task: Task) -> bool:
    if _alike(task) is None or _is_log_of_labels(task) or task.draws_itself:
        return False
    places = _alike(task)
    alike = places is not None and len({task.arguments[place].domain for place in places}) == 1
    return alike or task.gives != "gradient"


def _family(task: Task) -> str:
    assert task.loss is not None
    return "preference" if task.loss.name in OF_DIFFERENCES else task.loss.family


def _is_of(*families: str) -> Callable[[Task], bool]:
    return lambda task: _plainly_exchangeable(task) and _family(task) in families


def _is_of_others(*families: str) -> Callable[[Task], bool]:
    return lambda task: _plainly_exchangeable(task) and _family(task) not in families


def _log_of_some_eps(ratio: float) -> bool:
    """Whether a multiple of log 1e-12 is the logarithm of an eps from 1e-4 down to 1e-300, and not to base 2 or 10."""
    of_base = any(_is_usual(ratio * math.log(base)) for base in (2.0, 10.0))
    return 0.33 < ratio < 26.0 and not of_base


def _log_of_usual_eps(ratio: float) -> bool:
    return 0.33 < ratio < 26.0 and _is_usual(ratio)


def _is_usual(ratio: float) -> bool:
    """Whether that eps is a power of ten, or the resolution of a number, as people write it."""
    power = -12.0 * ratio
    return abs(power - round(power)) < 2e-4 or abs(power - math.log10(2.0**-52)) < 1e-4


# Twice log eps is log eps², so that no half is told apart; another base is, from an eps that people write.
_OPEN_EPS = (
    (_log_of_usual_eps, frozenset({"divisor", "sign", "base"})),
    (_log_of_some_eps, frozenset({"divisor", "sign"})),
)


def _infinite(view: View) -> Array | None:
    shape = view.x.shape[:-1] if view.task.on_rows else view.x.shape
    return view.reduced(np.full(shape, np.inf))


_SWAPPED = "The target and the prediction are swapped."
_EXCHANGED = "Two arguments are exchanged."

EXCHANGED: tuple[Mistake, ...] = (
    *(given("A1", "swapped arguments", _SWAPPED, exchanged, _is_log_of_labels, constant=constant, beside=beside)
      for constant, beside in _OPEN_EPS),
    Mistake("A1", "swapped arguments", _SWAPPED, _infinite, _is_log_of_labels),
    given("A2", "divergence the wrong way round", "The divergence is taken from the second distribution to the first.",
          exchanged, _is_of("divergence")),
    given("A1", "swapped arguments", _EXCHANGED, exchanged, _is_of_others("divergence", "preference")),
)  # fmt: skip
# Behind the wrong signs, which give the same numbers where only a difference enters.
EXCHANGED_LAST: tuple[Mistake, ...] = (
    given("A1", "swapped arguments", _EXCHANGED, exchanged, _is_of("preference")),
)  # fmt: skip


# -- encodings ----------------------------------------------------------------------------------------------------


def is_signed(task: Task) -> bool:
    """Whether labels are −1 and +1."""
    return task.target is not None and task.arguments[task.target].domain == "plus_minus_one" and is_valued(task)


def _as_they_come(view: View) -> View:
    """Labels of 0 and 1 in a formula for −1 and +1."""
    return view.aiming(view.y).under(label_encoding="plus_minus_one")


def _converted_twice(view: View) -> View:
    return view.aiming(2.0 * view.y - 1.0)


def _from_zero(task: Task) -> bool:
    return is_signed(task) and task.options.get("label_encoding") == "zero_one"


def _from_minus_one(task: Task) -> bool:
    return is_signed(task) and not _from_zero(task)


def _smoothed(change: Callable[[Array, float, int], Array]) -> Change:
    """Smooth labels in another way than (1 − a)·y + a/C."""

    def changed(view: View) -> View:
        a, task = view.hyper("label_smoothing"), view.task
        assert task.loss is not None
        classes = view.classes if task.on_rows else 2
        if task.loss.name.startswith("sparse_"):
            view = view.aiming(view.labels).of(task.loss.name.removeprefix("sparse_"))
        return view.aiming(change(view.labels_or_y, a, classes)).under(label_smoothing=0.0)

    return changed


def _smooths(task: Task) -> bool:
    smooths = task.loss is not None and any(p.name == "label_smoothing" for p in task.loss.hypers)
    classified = smooths and task.loss.family == "classification" and not task.loss.coupled  # type: ignore[union-attr]
    return classified and is_valued(task)


_SMOOTHED = "The smoothed labels are (1 − a)·y + a/C: a is shared by all C classes, the true one included."

ENCODINGS: tuple[Mistake, ...] = (
    given("A3", "labels 0 and 1 in a −1/+1 loss", "Labels of 0 were not turned into −1, so each of them costs the "
          "same whatever the score.", _as_they_come, _from_zero),
    given("A3", "labels converted twice", "Labels that are −1 and +1 already were converted once more.",
          _converted_twice, _from_minus_one),
    given("A3", "labels turned into 0 and 1", "Labels of −1 became 0, so that each of them costs the same whatever the "
          "score.", lambda v: v.aiming((v.y + 1.0) / 2.0), _from_minus_one),
    given("W8", "label smoothing over the other classes", _SMOOTHED,
          _smoothed(lambda y, a, c: (1 - a) * y + a / max(1, c - 1) * (1 - y)), _smooths),
    given("W8", "smoothed labels do not sum to 1", _SMOOTHED, _smoothed(lambda y, a, _: (1 - a) * y + a), _smooths),
    given("W8", "smoothed labels do not sum to 1", _SMOOTHED, _smoothed(lambda y, a, _: (1 - a) * y), _smooths),
    given("W8", "smoothed labels do not sum to 1", _SMOOTHED, _smoothed(lambda y, a, _: (1 - a) * y + 0.5 * a),
          lambda t: _smooths(t) and t.on_rows),
    given("W8", "true class not lowered", _SMOOTHED, _smoothed(lambda y, a, c: y + a / c), _smooths),
)  # fmt: skip


# -- what the prediction is taken for -----------------------------------------------------------------------------


def _squashed(view: View) -> View:
    if domain(view.task) == "logits":
        return view.predicting(squash(view.task, view.x))
    return of_probabilities(view, squash(view.task, view.x))


def _is_squashed(task: Task) -> bool:
    classified = task.loss is not None and task.loss.family == "classification"
    probable = domain(task) in _PROBABILITIES and task.gives == "value"
    return classified and (probable or (domain(task) == "logits" and is_valued(task)))


def _sigmoid_for_softmax(view: View) -> View:
    return of_probabilities(view, sigmoid(view.x))


def _not_squashed(eps: float) -> Change:
    return lambda view: of_probabilities(view, np.clip(view.x, eps, 1.0 - eps))


def _large_eps(eps: float, *, clip: bool) -> Change:
    """Clip probabilities, or add an eps in each logarithm: p + eps and 1 − p + eps."""

    def changed(view: View) -> View:
        p = view.x if domain(view.task) in _PROBABILITIES else squash(view.task, view.x)
        if clip:
            return of_probabilities(view, np.clip(p, eps, 1.0 - eps))
        return of_probabilities(view, p + eps if view.task.on_rows else p + eps * (2.0 * view.y - 1.0))

    return changed


def _takes_logs(task: Task) -> bool:
    if task.loss is None or not (task.loss.family == "classification" or task.loss.name == "log_loss"):
        return False
    of_logs = task.loss.name == "log_loss" or "log_base" in task.loss.conventions
    return of_logs and ((domain(task) in _PROBABILITIES and is_valued(task)) or has_twin(task))


def _over(axis: int | None) -> Change:
    return lambda view: of_probabilities(view, softmax(view.x, axis))


def _is_softmax(task: Task) -> bool:
    return has_twin(task) and task.on_rows and task.batched


def _logits_clipped(view: View) -> View:
    return view.predicting(np.clip(view.x, 0.0, 1.0))


_TWICE = "The squashing function is applied twice: what it gets are probabilities already."
_LARGE = "The eps in the logarithm is so large that it changes ordinary values."

PREDICTIONS: tuple[Mistake, ...] = (
    given("A5", "double sigmoid", _TWICE, _squashed, lambda t: _is_squashed(t) and not t.on_rows),
    given("A5", "double softmax", _TWICE, _squashed, lambda t: _is_squashed(t) and t.on_rows),
    given("A5", "sigmoid for softmax", "Each class has a sigmoid of its own; the classes exclude one another, so that "
          "a softmax is asked.", _sigmoid_for_softmax, _is_softmax),
    given("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
          "distribution of its own.", _over(None), _is_softmax),
    given("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
          _over(0), _is_softmax),
    given("E8", "logits clipped to [0, 1]", "The logits are clipped as if they were probabilities; clip after the "
          "sigmoid, if at all.", _logits_clipped, lambda t: domain(t) == "logits" and _is_squashed(t)),
    *(given("W17", "squashing function missing", "The logits enter the logarithm as they are; they become "
            "probabilities by a sigmoid or softmax.", _not_squashed(eps), has_twin) for eps in USUAL_EPS),
    *(given("E4", "eps too large", _LARGE, _large_eps(eps, clip=clip), _takes_logs)
      for eps in LARGE_EPS for clip in (True, False)),
)  # fmt: skip
