"""Mistakes in a gradient that are none in what goes in: the value itself, a condition or a factor of the chain lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.formulas import BCE, BCE_LOGITS, CCE, CCE_LOGITS, HINGE, HUBER, SPARSE, SPARSE_LOGITS, on
from grader.mistakes.inputs import sigmoid, softmax, squash
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

_ROWS = (CCE_LOGITS, SPARSE_LOGITS)


def gradient_on(*losses: str) -> Callable[[Task], bool]:
    """Applicable to gradients of these losses with respect to the prediction."""
    return lambda task: on(*losses, gives="gradient")(task) and _of_prediction(task)


def _of_prediction(task: Task) -> bool:
    return task.wrt == task.arguments[task.prediction].name


def is_gradient(task: Task) -> bool:
    return task.gives == "gradient"


def spread(make: Callable[[View], Array]) -> Prediction:
    """Weigh the slopes of single terms as the task's reduction does."""

    def predict(view: View) -> Array:
        base = {"2": math.log(2), "10": math.log(10)}.get(str(view.task.options.get("log_base", "e")), 1.0)
        return make(view) / _divisor(view) / base

    return predict


def _divisor(view: View) -> int:
    return view.count if view.task.reduction == "mean" and view.task.batched else 1


def _value(view: View) -> Array | None:
    """Give the terms of the value, weighed like a gradient."""
    assert view.task.loss is not None
    if view.task.loss.gives != "value":
        return view.evaluated(gradient=False)
    terms = view.terms
    return None if terms is None or terms.shape != view.x.shape else terms / _divisor(view)


def _has_value(task: Task) -> bool:
    return is_gradient(task) and task.loss is not None and not task.loss.coupled and not task.on_rows


def _labelled(task: Task) -> bool:
    """Whether each entry of the gradient belongs to one of two classes."""
    labelled = task.target is not None and task.arguments[task.target].domain == "label01" and not task.on_rows
    return is_gradient(task) and labelled and _of_prediction(task) and not task.loss.coupled  # type: ignore[union-attr]


def _by_class(negative: float, positive: float) -> Prediction:
    return lambda view: np.where(view.y == 1, positive, negative) * view.expected


def _labelled_and_weighted(task: Task) -> bool:
    return _labelled(task) and any(p.name == "pos_weight" for p in task.hypers)


def _of_huber(linear: Callable[[Array, float], Array]) -> Prediction:
    def make(view: View) -> Array:
        e, delta = view.x - view.y, view.hyper("delta")
        return np.asarray(np.where(np.abs(e) <= delta, e, linear(e, delta)))

    return spread(make)


def _weighed_by_hand(change: Callable[[View, float], Array]) -> Prediction:
    def predict(view: View) -> Array:
        return change(view, view.hyper("pos_weight")) * view.under(pos_weight=1.0).expected

    return predict


def _rows_by_labels(view: View) -> Array:
    """g[:, y] −= 1: whole columns are lowered, once for each label that occurs."""
    occurs = np.isin(np.arange(view.classes), view.y.astype(int))
    return softmax(view.x) - occurs


def _diagonal(view: View) -> Array:
    p = softmax(view.x)
    return p * (1.0 - p)


def _chained_twice(view: View) -> Array:
    s = squash(view.task, view.x)
    return (s - view.labels_or_y) * s * (1.0 - s)


def _times_label(sign: float) -> Prediction:
    return lambda view: sign * view.signs * view.expected


def _by_probability(view: View) -> Array:
    s = squash(view.task, view.x)
    return -view.labels / s if view.task.on_rows else (s - view.y) / (s * (1.0 - s))


_NOT_IT = "What is returned is not the derivative."
_ACTIVE = "The slope is 0 where the margin is kept; here it is −y everywhere."
_KINK = "Beyond delta the slope is ±delta: its size, or its sign, is another here."
_CLASS = "The entries of one class have the wrong sign."
_MISSING = "Only the entries of one class have a slope; both of them have."

GRADIENTS: tuple[Mistake, ...] = (
    Mistake("A4", "gradient of the logit given for the probability", "p − y is the derivative with respect to the "
            "logit, not to the probability.", spread(lambda v: v.x - v.labels_or_y), gradient_on(BCE, CCE, SPARSE)),
    Mistake("A4", "squashing function missing", "z − y lacks the sigmoid or softmax of z.",
            spread(lambda v: v.x - v.labels_or_y), gradient_on(BCE_LOGITS, *_ROWS)),
    Mistake("S2", "wrong sign in one term", _CLASS, _by_class(-1.0, 1.0), _labelled),
    Mistake("S2", "wrong sign in one term", _CLASS, _by_class(1.0, -1.0), _labelled),
    Mistake("W11", "term of the negative class missing", _MISSING, _by_class(0.0, 1.0), _labelled),
    Mistake("W11", "term of the positive class missing", _MISSING, _by_class(1.0, 0.0), _labelled),
    Mistake("W11", "two-class terms for each class", "Each class has the two terms of a loss for two classes; only "
            "the true class has a slope.", spread(lambda v: (v.x - v.labels) / (v.x * (1.0 - v.x))),
            gradient_on(CCE, SPARSE)),
    Mistake("S2", "wrong sign in one term", "The label is added; it is subtracted from the probability.",
            spread(lambda v: squash(v.task, v.x) + v.labels_or_y), gradient_on(BCE_LOGITS, *_ROWS)),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
            "distribution of its own.", spread(lambda v: softmax(v.x, None) - v.labels), gradient_on(*_ROWS)),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            spread(lambda v: softmax(v.x, 0) - v.labels), gradient_on(*_ROWS)),
    Mistake("X7", "columns chosen by the labels", "g[:, y] takes whole columns; g[np.arange(N), y] takes one entry of "
            "each row.", spread(_rows_by_labels), gradient_on(SPARSE_LOGITS)),
    Mistake("W17", "target missing in the gradient", "The target is not subtracted: this is the probability itself.",
            spread(lambda v: squash(v.task, v.x)), gradient_on(BCE_LOGITS, *_ROWS)),
    Mistake("W17", "label missing in the gradient", "The slope is −1 for every label; it is −y.",
            spread(lambda v: np.where(v.signs * v.x < 1.0, -1.0, 0.0)), gradient_on(HINGE)),
    Mistake("G3", "condition missing", _ACTIVE, spread(lambda v: -v.signs), gradient_on(HINGE, "perceptron")),
    Mistake("G3", "condition missing", _ACTIVE, spread(lambda v: -2.0 * v.signs * (1.0 - v.signs * v.x)),
            gradient_on("squared_hinge")),
    Mistake("G3", "derivative of the squashing function too much", "The factor p(1 − p) cancels in this gradient.",
            spread(_chained_twice), gradient_on(BCE_LOGITS, *_ROWS)),
    Mistake("G3", "derivative of the squashing function missing", "This is the slope by the probability; the chain "
            "rule goes on to the logit.", spread(_by_probability), gradient_on(BCE_LOGITS, *_ROWS)),
    Mistake("G3", "condition the wrong way round", "The slope is −y where the margin is missed, else 0.",
            spread(lambda v: np.where(v.signs * v.x > 1.0, -v.signs, 0.0)), gradient_on(HINGE)),
    *(Mistake("W17", "label missing in the gradient", "The chain rule leaves the label as a factor; it is missing.",
              _times_label(sign),
              gradient_on("squared_hinge", "logistic")) for sign in (-1.0, 1.0)),
    Mistake("W17", "label missing in the gradient", "The chain rule leaves the label as a factor; it is missing.",
            _times_label(1.0), gradient_on("exponential")),
    Mistake("G3", "value instead of gradient", _NOT_IT, _value, _has_value),
    Mistake("G4", "diagonal of the softmax alone", "Each probability depends on all logits of its row; only the "
            "diagonal of the softmax's Jacobian is there.", lambda v: v.labels * v.expected, gradient_on(*_ROWS)),
    Mistake("G4", "derivative of the softmax alone", "p(1 − p) is the diagonal of the softmax's Jacobian; the slope of "
            "the loss is p − y.", spread(_diagonal), gradient_on(*_ROWS)),
    Mistake("G4", "diagonal of the Jacobian alone", "Each probability depends on all logits of its row; only p(1 − p) "
            "is there.", _diagonal, gradient_on("softmax")),
    Mistake("G4", "diagonal of the Jacobian alone", "Each probability depends on all logits of its row; the entries "
            "beside the diagonal are −p_i·p_j.", lambda v: v.expected * np.eye(v.classes), gradient_on("softmax")),
    *(Mistake("W9", "linear branch of another slope", _KINK, _of_huber(linear), gradient_on(HUBER)) for linear in (
        lambda e, d: np.sign(e) + 0.0 * d, lambda e, d: d + 0.0 * e, lambda e, d: d * e, lambda e, d: -d * np.sign(e),
        lambda e, d: 0.5 * d * np.sign(e), lambda e, d: d * np.abs(e))),
    Mistake("W12", "factor 1/2 of the square", "This is the slope of half the squared error.",
            spread(lambda v: v.x - v.y), gradient_on("mean_absolute_error", "log_cosh")),
    Mistake("W20", "sinh for tanh", "The slope is tanh of the difference; its cosh is missing.",
            spread(lambda v: np.sinh(v.x - v.y)), gradient_on("log_cosh")),
    Mistake("W12", "sigmoid for tanh", "The slope is tanh of the difference.",
            spread(lambda v: sigmoid(v.x - v.y)), gradient_on("log_cosh")),
    Mistake("W6", "weights w and 1 − w", "The weights are a pair, w and 1 − w; the negative class has the weight 1.",
            _weighed_by_hand(lambda v, w: np.where(v.y == 1, w, 1.0 - w)), _labelled_and_weighted),
    Mistake("W18", "weight of both classes", "The weight stands at both classes; it belongs to the positive one.",
            _weighed_by_hand(lambda v, w: np.full(v.shape, w)), _labelled_and_weighted),
)  # fmt: skip
