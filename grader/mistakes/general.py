"""Mistakes that any loss may suffer: an argument negated, thresholded or left out; a factor of the chain rule lost."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

import lossref
from grader.mistakes.base import Mistake, Prediction, given
from grader.mistakes.inputs import USUAL_EPS, domain, is_signed, is_valued, sigmoid
from grader.mistakes.slopes import spread
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


# -- what goes in -------------------------------------------------------------------------------------------------


def _subtracts(task: Task) -> bool:
    """Whether a loss is of the difference of two arrays of numbers."""
    alike = task.loss is not None and task.loss.family == "regression" and len(task.arrays) == 2
    return is_valued(task) and alike and all(p.domain in {"real", "nonzero"} for p in task.arrays)


def _is_scored(task: Task) -> bool:
    return is_signed(task) and domain(task) == "real" and task.arguments[task.prediction].shape == "elements"


def _has_rows_of_labels(task: Task) -> bool:
    onehot = task.target is not None and task.arguments[task.target].domain == "onehot"
    return onehot and is_valued(task) and domain(task) in {"simplex", "logits"}


def _is_probable(task: Task) -> bool:
    labels = {"label01", "onehot", "class_index"}
    labelled = task.target is not None and task.arguments[task.target].domain in labels
    apart = task.arguments[task.prediction].shape != "whole"
    return labelled and apart and is_valued(task) and domain(task) in {"probability", "simplex"}


def _shifted_by_one(view: View) -> View:
    places = view.task.target or 0, view.task.prediction
    return view.put({place: np.asarray(view.case.args[place], np.float64) - 1.0 for place in places})


def _takes_log1p(task: Task) -> bool:
    return is_valued(task) and all(p.domain == "above_minus_one" for p in task.arrays)


def _put_apart(change: Callable[[Array], Array]) -> Callable[[View], Array]:
    """Give the difference of what was made of each array, where what is made of their difference is asked."""
    return lambda view: view.folded(change(view.y) - change(view.x))


def _is(name: str) -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name == name and task.gives == "value"


def _has_no_threshold(task: Task) -> bool:
    own = {p.name for p in task.loss.hypers} if task.loss else set()
    return _is_probable(task) and not task.on_rows and "threshold" not in own


def _thresholded(eps: float) -> Callable[[View], View]:
    return lambda view: view.predicting(np.clip(view.x >= 0.5, eps, 1.0 - eps))


def _bends_at_one(task: Task) -> bool:
    hinged = task.loss is not None and task.loss.name in {"hinge", "squared_hinge"}
    return hinged and task.gives == "value"


def _bent_at(margin: float) -> Callable[[View], View]:
    """Shift each score along its label: 1 − y·s' is margin − y·s."""
    return lambda view: view.predicting(view.x + view.signs * (1.0 - margin))


def _is_of_two_rows(task: Task) -> bool:
    """Whether two arrays of rows become one number."""
    rows = len(task.arrays) == 2 and all(p.shape == "rows" for p in task.arrays)
    return rows and task.gives == "value" and task.batched and task.axis == -1


def _ranks(task: Task) -> bool:
    return task.loss is not None and task.loss.name in {"average_precision", "dcg", "ndcg", "top_k_accuracy"}


_THRESHOLD = "The probabilities become labels first; the loss is of the probabilities themselves."
INPUTS: tuple[Mistake, ...] = (
    given("S2", "sum instead of difference", "The prediction is added to the target; it is subtracted.",
          lambda v: v.predicting(-v.x), _subtracts),
    *(Mistake("W12", "squares subtracted", "The difference is squared; here the squares are subtracted.",
              _put_apart(change), _is(name))
      for name, change in (("mean_squared_error", np.square), ("mean_absolute_error", np.abs))),
    given("L3", "log for log1p", "log(x) is taken where log(1 + x) is asked.", _shifted_by_one, _takes_log1p),
    given("W17", "score replaced by its sign", "The sign of the score enters; its size belongs there too.",
          lambda v: v.predicting(np.sign(v.x)), lambda t: _is_scored(t) and t.gives == "value"),
    given("W17", "label missing", "The label is missing as a factor: every example counts as positive.",
          lambda v: v.aiming(np.ones_like(v.y)).under(label_encoding="plus_minus_one"), _is_scored),
    given("W17", "labels missing", "All classes cost; only the true class does.",
          lambda v: v.aiming(np.ones_like(v.x)), _has_rows_of_labels),
    given("W7", "probability of the other classes", "1 − p enters where p belongs.",
          lambda v: v.predicting(1.0 - v.x), _is_probable),
    *(given("M7", "probabilities made labels first", _THRESHOLD, _thresholded(eps), _has_no_threshold)
      for eps in (0.0, *USUAL_EPS)),
    *(given("W15", "another margin", f"The loss bends at {margin:g}; it bends at 1.", _bent_at(margin), _bends_at_one)
      for margin in (0.5, 2.0, 0.1, 0.2)),
    given("X2", "wrong axis", "Columns are taken for rows: the last axis holds what belongs together.",
          lambda v: v.put({place: np.swapaxes(a, 0, 1) for place, a in enumerate(v.case.args[:2])}), _is_of_two_rows),
    given("S2", "lowest first", "The scores are sorted the other way round.", lambda v: v.predicting(-v.x), _ranks),
    given("W11", "1 missing", "alpha is the evidence plus 1.", lambda v: v.predicting(v.x - 1.0), _is("evidential")),
    given("X5", "largest probability instead of the true class's", "The largest probability of each row enters; that "
          "of the true class is asked.", lambda v: v.predicting(_largest(v)),
          lambda t: _is_probable(t) and t.on_rows and t.gives == "value"),
)  # fmt: skip


def _largest(view: View) -> Array:
    """Put the largest probability of each row in all its places."""
    return np.broadcast_to(view.x.max(axis=-1, keepdims=True), view.x.shape).copy()


# -- gradients and transforms -------------------------------------------------------------------------------------


def _is_gradient(task: Task) -> bool:
    return task.gives == "gradient" and task.loss is not None


def _derivative(view: View) -> Array:
    """Give the derivative where the function is asked."""
    assert view.loss is not None
    return np.asarray(view.loss.gradient(view.x, check_domain=False), dtype=np.float64)


def _second_derivative(view: View) -> Array | None:
    assert view.loss is not None
    if view.wrt not in view.loss.curvatures:
        return None
    options = {name: o for name, o in view.task.options_of(view.case).items() if o is not None}
    return np.asarray(view.loss.hessian_diagonal(*view.case.args[: len(view.task.arrays)], wrt=view.wrt, **options))


def _elementwise(task: Task) -> bool:
    of_one = task.loss is not None and bool(task.loss.slopes) and len(task.arrays) == 1
    return task.gives == "transform" and of_one and not task.on_rows


def _by(place: int) -> Callable[[View], View]:
    return lambda view: view.put({}, wrt=view.task.arguments[place].name)


def _has_slope_by(place: int) -> Callable[[Task], bool]:
    """Whether another array of the same shape has a slope."""

    def applies(task: Task) -> bool:
        if not _is_gradient(task) or task.loss is None or place >= len(task.arrays):
            return False
        asked = next(p for p in task.arguments if p.name == task.wrt)
        other = task.arguments[place]
        return other is not asked and other.name in task.loss.slopes and other.shape == asked.shape

    return applies


def _has_residual(task: Task) -> bool:
    alike = task.target is not None and len({p.shape for p in task.arrays[:2]}) == 1
    own = task.wrt == task.arguments[task.prediction].name
    return _is_gradient(task) and alike and own and task.loss.gives == "value"  # type: ignore[union-attr]


# What a factor of the chain rule may be, of one argument.
_FACTORS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("{}", lambda a: a),
    ("1 + {}", lambda a: 1.0 + a),
    ("1 − {}", lambda a: 1.0 - a),
    ("{0}·(1 − {0})", lambda a: a * (1.0 - a)),
    ("{}²", np.square),
    ("the root of {}", lambda a: np.sqrt(np.abs(a))),
    ("exp({})", np.exp),
    ("the sigmoid of {}", sigmoid),
    ("1 less the sigmoid of {}", lambda a: sigmoid(-a)),
    ("σ·(1 − σ) of {}", lambda a: sigmoid(a) * sigmoid(-a)),
    ("1 + {0}, and {0} below it", lambda a: (1.0 + a) / a),
)


_ORDINALS = ("first", "second", "third")


def _chains(place: int) -> Iterator[Mistake]:
    """Yield the gradients that lack, or have once too often, a factor made of the argument in this place."""

    def applies(task: Task) -> bool:
        continuous = place < len(task.arrays) and task.arguments[place].dtype == "float64"
        return _is_gradient(task) and continuous and task.arguments[place].shape in {"elements", "rows"}

    for words, factor in _FACTORS:
        told = words.format(f"the {_ORDINALS[place]} argument")
        much = f"A factor of the chain rule stands there once too often: {told}."
        lost = f"A factor of the chain rule is missing: {told}."
        yield Mistake("G3", "factor too much", much, _multiplied(place, factor), applies)
        yield Mistake("G3", "factor missing", lost, _multiplied(place, _inverse(factor)), applies)


def _inverse(factor: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda a: 1.0 / factor(a)


def _multiplied(place: int, factor: Callable[[Array], Array]) -> Prediction:
    def predict(view: View) -> Array | None:
        own = np.asarray(view.case.args[place], dtype=np.float64)
        return view.expected * factor(own) if own.shape == view.expected.shape else None

    return predict


DERIVATIVES: tuple[Mistake, ...] = (
    Mistake("G3", "derivative instead of function", "The derivative is given; the function itself is asked.",
            _derivative, _elementwise),
    Mistake("G3", "sign of the gradient missing", "The magnitude of the gradient is given; it has a sign.",
            lambda v: np.abs(v.expected), _is_gradient),
    *(given("G3", "derivative by another argument", "The derivative is by another argument than the one that is asked.",
            _by(place), _has_slope_by(place)) for place in range(4)),
    Mistake("A3", "gradient for labels 0 and 1", "σ(s) − y is the gradient for labels 0 and 1; these are −1 and 1.",
            spread(lambda v: sigmoid(v.x) - v.y),
            lambda t: _is_gradient(t) and t.loss is not None and t.loss.name == "logistic"
            and t.options.get("label_encoding") != "zero_one"),
)  # fmt: skip
_GENERIC: tuple[Mistake, ...] = (
    Mistake("G3", "second derivative", "The derivative of the gradient is given.", _second_derivative,
            lambda t: _is_gradient(t) and not t.on_rows),
    Mistake("G3", "sign of the gradient alone", "The sign of the gradient is given; it has a size.",
            lambda v: np.sign(v.expected), _is_gradient),
    Mistake("G3", "difference instead of gradient", "The prediction less the target is given; that is another "
            "loss's gradient.", spread(lambda v: v.x - v.labels_or_y), _has_residual),
    *(mistake for place in range(3) for mistake in _chains(place)),
)  # fmt: skip


# -- what is tried where nothing else explains the numbers --------------------------------------------------------


@functools.lru_cache(maxsize=256)
def last_resorts(task: Task) -> tuple[Mistake, ...]:
    """Give the chain rule's lost factors, and the other losses of the catalogue that take the same arguments.

    They are no mistakes that a question has to foresee: what they name is what the numbers happen to be.
    """
    generic = tuple(mistake for mistake in _GENERIC if mistake.applies(task))
    if task.loss is None or task.draws_itself:
        return generic
    own = _signature(task.loss)
    others = (other for other in map(lossref.get, lossref.names()) if other is not task.loss and other.sample is None)
    return (*generic, *(_stranger(other) for other in others if _signature(other) == own))


def _stranger(other: lossref.LossSpec) -> Mistake:
    sentence = f"The numbers are those of another entry of the catalogue, {other.name}."
    return given("W20", "another loss", sentence, lambda view: view.of(other.name), lambda _: True)


def _signature(loss: lossref.LossSpec) -> tuple[bool, tuple[tuple[str, str], ...]]:
    """Give whether it is a step, and shape and kind of each array."""
    return loss.gives == "step", tuple((p.shape, p.dtype) for p in loss.parameters if p.role != "hyper")
