"""Mistakes in the formula: swapped arguments, a lost term, the wrong axis, a function applied twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Array, Mistake, Prediction, View

if TYPE_CHECKING:
    from grader.task import Task

BCE, BCE_LOGITS = "binary_cross_entropy", "binary_cross_entropy_with_logits"
CCE, SPARSE = "categorical_cross_entropy", "sparse_categorical_cross_entropy"
CCE_LOGITS, SPARSE_LOGITS = f"{CCE}_with_logits", f"{SPARSE}_with_logits"
MSE, MAE, HUBER, HINGE = "mean_squared_error", "mean_absolute_error", "huber", "hinge"
QUANTILE, SOFTMAX, LOG_SOFTMAX = "quantile", "softmax", "log_softmax"
# What people write into a logarithm to keep it finite.
USUAL_EPS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
# Around labels of 0 and 1 any eps shows, however small or large.
LABEL_EPS = (1e-300, 1e-100, 1e-50, 1e-30, 1e-20, 1e-16, 2.0**-52, 1e-14, 1e-13, *USUAL_EPS, 1e-5, 1e-4, 1e-3, 1e-2)
LARGE_EPS = (1e-5, 1e-4, 1e-3, 1e-2, 5e-2, 1e-1)


def on(*losses: str, gives: str = "value") -> Callable[[Task], bool]:
    """Applicable to these losses of lossref's catalogue, at the last axis and a plain label encoding."""
    return lambda task: task.loss is not None and task.loss.name in losses and task.gives == gives and task.axis == -1


def sigmoid(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, e) / (1.0 + e))


def softmax(z: Array, axis: int | None = -1) -> Array:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def bce_logits(y: Array, z: Array) -> Array:
    return np.asarray(np.maximum(z, 0.0) - z * y + np.log1p(np.exp(-np.abs(z))))


def cross_entropy(y: Array, p: Array) -> Array:
    """−Σ y log p, where y = 0 contributes nothing."""
    logs = np.log(np.where(y == 0.0, 1.0, p))
    return np.asarray(-(y * logs).sum(axis=-1))


def _terms(make: Callable[[View], Array]) -> Prediction:
    return lambda view: view.reduced(make(view))


def _swapped_with_clip(eps: float) -> Prediction:
    """Put the labels into the logarithm, kept finite by an eps."""

    def predict(view: View) -> Array | None:
        y, p = np.maximum(view.y, eps), view.x
        if view.task.on_rows:
            return view.reduced(-(p * np.log(y)).sum(axis=-1))
        return view.reduced(-(p * np.log(y) + (1.0 - p) * np.log(np.maximum(1.0 - view.y, eps))))

    return predict


def _infinite(view: View) -> Array | None:
    shape = view.x.shape[:-1] if view.task.on_rows else view.x.shape
    return view.reduced(np.full(shape, np.inf))


def _all_pairs(*, flat: bool, wide: bool) -> Prediction:
    """Reduce over all pairs: a column against a vector. Of two axes, a flattened one, one more axis, or an error."""

    def predict(view: View) -> Array | None:
        x, y = view.x, np.asarray(view.case.args[view.task.target or 0])
        if x.ndim == 1 or flat:
            x, y = np.tile(x.reshape(-1), x.size), np.repeat(y.reshape(-1), x.size)
        elif wide:
            x, y = np.broadcast_to(x, (len(x), *x.shape)).copy(), np.repeat(y[:, None], len(y), axis=1)
        else:
            return None
        assert view.task.loss is not None
        options = {**view.task.options_of(view.case), **view.oracle.convention.overrides}
        return np.asarray(view.task.loss.value(y, x, **options), dtype=np.float64)

    return predict


def _meets_a_column(task: Task) -> bool:
    pairs = on(MSE, MAE, HUBER, BCE, BCE_LOGITS, HINGE)(task) and task.batched and task.reduction != "none"
    return pairs and all(p.name != "weights" for p in task.hypers)  # that belong to the terms, not to their pairs


def _picks_by_index(task: Task) -> bool:
    return on(SPARSE, SPARSE_LOGITS)(task) and task.batched and "ignore_index" not in task.options


def _scores_of_all_labels(view: View) -> Array | None:
    """p[y] instead of p[arange(N), y]: whole rows, chosen by the label."""
    y = view.y.astype(int)
    if view.x.ndim != 2 or y.min(initial=0) < 0 or y.max(initial=0) >= len(view.x):
        return None
    p = softmax(view.x) if "logits" in view.task.arguments[view.task.prediction].domain else view.x
    return view.reduced(-np.log(p[y]))


def _with_eps(eps: float, *, clip: bool) -> Prediction:
    """Cross-entropy with an eps that is too large to be free."""

    def predict(view: View) -> Array | None:
        p = _probabilities(view)
        inside = np.clip(p, eps, 1.0 - eps) if clip else p + eps
        if view.task.on_rows:
            return view.reduced(-(view.labels * np.log(inside)).sum(axis=-1))
        other = 1.0 - inside if clip else 1.0 - p + eps
        return view.reduced(-(view.y * np.log(inside) + (1.0 - view.y) * np.log(other)))

    return predict


def _probabilities(view: View) -> Array:
    if view.task.arguments[view.task.prediction].domain != "logits":
        return view.x
    return softmax(view.x) if view.task.on_rows else sigmoid(view.x)


def _signs(view: View) -> Array:
    return 2.0 * view.y - 1.0 if view.task.options.get("label_encoding") == "zero_one" else view.y


def _huber_without_offset(view: View) -> Array:
    e, delta = np.abs(view.x - view.y), view.hyper("delta")
    return np.asarray(np.where(e <= delta, 0.5 * e * e, delta * e))


def _huber_without_half(view: View) -> Array:
    e, delta = np.abs(view.x - view.y), view.hyper("delta")
    return np.asarray(np.where(e <= delta, e * e, delta * (e - 0.5 * delta)))


def _huber_default(view: View) -> Array:
    e = np.abs(view.x - view.y)
    q = np.minimum(e, 1.0)
    return np.asarray(q * (e - 0.5 * q))


def _sides_exchanged(view: View) -> Array:
    assert view.task.loss is not None
    options = {**view.task.options_of(view.case), "q": 1.0 - view.hyper("q")}
    return np.asarray(view.task.loss.value(view.y, view.x, **options), dtype=np.float64)


def _takes_delta(task: Task) -> bool:
    return on(HUBER)(task) and any(p.name == "delta" for p in task.hypers)


_SWAPPED = "The target and the prediction are swapped."
_TWICE = "The squashing function is applied twice: the predictions are already probabilities."
_LARGE = "The eps in the logarithm is so large that it changes ordinary values."

VALUES: tuple[Mistake, ...] = (
    *(Mistake("A1", "swapped arguments", _SWAPPED, _swapped_with_clip(eps), on(BCE, CCE)) for eps in LABEL_EPS),
    Mistake("A1", "swapped arguments", _SWAPPED, _infinite, on(BCE, CCE)),
    Mistake("A1", "swapped arguments", _SWAPPED, _terms(lambda v: bce_logits(v.x, v.y)), on(BCE_LOGITS)),
    Mistake("A1", "swapped arguments", _SWAPPED,
            _terms(lambda v: -(v.x * np.log(softmax(v.y))).sum(axis=-1)), on(CCE_LOGITS)),
    Mistake("A1", "swapped arguments", _SWAPPED,
            _terms(lambda v: np.log(np.exp(v.y).sum(axis=-1)) - (v.x * v.y).sum(axis=-1)), on(CCE_LOGITS)),
    Mistake("A5", "double sigmoid", _TWICE, _terms(lambda v: bce_logits(v.y, v.x)), on(BCE)),
    Mistake("A5", "double sigmoid", "A sigmoid is applied to what is a probability by then.",
            _terms(lambda v: bce_logits(v.y, sigmoid(v.x))), on(BCE_LOGITS)),
    Mistake("A5", "double softmax", _TWICE, _terms(lambda v: cross_entropy(v.labels, softmax(v.x))), on(CCE, SPARSE)),
    Mistake("A5", "double softmax", "A softmax is applied to what is a probability by then.",
            _terms(lambda v: cross_entropy(v.labels, softmax(softmax(v.x)))), on(CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("A7", "logarithm missing", "The probabilities enter without a logarithm.",
            _terms(lambda v: -(v.y * v.x + (1 - v.y) * (1 - v.x))), on(BCE)),
    Mistake("A7", "logarithm missing", "The probabilities enter without a logarithm.",
            _terms(lambda v: -(v.labels * _probabilities(v)).sum(axis=-1)), on(CCE, SPARSE, CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("L3", "log1p for log", "log1p(p) is log(1 + p); log(p) is asked.",
            _terms(lambda v: -(v.y * np.log1p(v.x) + (1 - v.y) * np.log1p(1 - v.x))), on(BCE)),
    Mistake("L3", "log1p for log", "log1p(p) is log(1 + p); log(p) is asked.",
            _terms(lambda v: -(v.labels * np.log1p(v.x)).sum(axis=-1)), on(CCE, SPARSE)),
    Mistake("W11", "term of the negative class missing", "Only y·log p is there; (1 − y)·log(1 − p) is missing.",
            _terms(lambda v: -v.y * np.log(_probabilities(v))), on(BCE, BCE_LOGITS)),
    Mistake("W11", "term of the positive class missing", "Only (1 − y)·log(1 − p) is there; y·log p is missing.",
            _terms(lambda v: -(1 - v.y) * np.log1p(-_probabilities(v))), on(BCE, BCE_LOGITS)),
    Mistake("S2", "wrong sign in one term", "The term of the negative class has the wrong sign.",
            _terms(lambda v: np.where(v.y > 0.5, 1.0, -1.0) * bce_logits(v.y, _logits(v))), on(BCE, BCE_LOGITS)),
    Mistake("S2", "wrong sign in one term", "The term of the positive class has the wrong sign.",
            _terms(lambda v: np.where(v.y > 0.5, -1.0, 1.0) * bce_logits(v.y, _logits(v))), on(BCE, BCE_LOGITS)),
    Mistake("S2", "wrong sign in one term", "The product y·z is added; it is subtracted from softplus(z).",
            _terms(lambda v: bce_logits(v.y, v.x) + 2.0 * v.y * v.x), on(BCE_LOGITS)),
    *(Mistake("E4", "eps too large", _LARGE, _with_eps(eps, clip=clip), on(BCE, CCE, SPARSE, BCE_LOGITS, CCE_LOGITS))
      for eps in LARGE_EPS for clip in (True, False)),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
            "distribution of its own.", _terms(lambda v: cross_entropy(v.labels, softmax(v.x, None))),
            on(CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            _terms(lambda v: cross_entropy(v.labels, softmax(v.x, 0))), on(CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("X7", "rows chosen by the labels", "p[y] takes whole rows; p[np.arange(N), y] takes one entry of each.",
            _scores_of_all_labels, _picks_by_index),
    *(Mistake("X4", "(N,) against (N, 1)", "A column met a vector: the loss runs over all N × N pairs.",
              _all_pairs(flat=flat, wide=wide), _meets_a_column)
      for flat, wide in ((False, False), (True, False), (False, True))),
    Mistake("W1", "absolute value missing", "The differences enter with their signs, so that they cancel.",
            _terms(lambda v: v.x - v.y), on(MAE, MSE, HUBER)),
    Mistake("W1", "absolute value missing", "The differences enter with their signs, so that they cancel.",
            _terms(lambda v: v.y - v.x), on(MAE, MSE, HUBER)),
    Mistake("W12", "absolute instead of squared", "The differences enter with their magnitude; the square is asked.",
            _terms(lambda v: np.abs(v.x - v.y)), on(MSE)),
    Mistake("W12", "squared instead of absolute", "The differences are squared; their magnitude is asked.",
            _terms(lambda v: (v.x - v.y) ** 2), on(MAE)),
    Mistake("W13", "square root of the mean", "The root of the mean square is given; the mean square is asked.",
            lambda v: np.sqrt(v.expected), lambda task: on(MSE)(task) and task.reduction == "mean"),
    Mistake("W9", "branches not continuous", "The linear branch lacks −δ²/2: the two branches do not meet at δ.",
            _terms(_huber_without_offset), on(HUBER)),
    Mistake("R6", "missing factor 1/2 in the quadratic branch", "The quadratic branch is e², without its factor 1/2.",
            _terms(_huber_without_half), on(HUBER)),
    Mistake("W3", "parameter ignored", "delta has no effect: its default is used.",
            _terms(_huber_default), _takes_delta),
    Mistake("W14", "smooth L1 instead of Huber", "The value is divided by delta: that is smooth L1.",
            lambda v: v.expected / v.hyper("delta"), _takes_delta),
    Mistake("A3", "labels 0 and 1 in a −1/+1 loss", "Labels of 0 were not turned into −1, so each of them costs 1.",
            _terms(lambda v: np.maximum(0.0, 1.0 - (_signs(v) + 1) / 2 * v.x)), on(HINGE)),
    Mistake("A3", "labels converted twice", "Labels that are −1 and +1 already were converted once more.",
            _terms(lambda v: np.maximum(0.0, 1.0 - (2 * _signs(v) - 1) * v.x)), on(HINGE)),
    Mistake("W15", "margin missing", "The hinge bends at 0 instead of 1: that is the perceptron's loss.",
            _terms(lambda v: np.maximum(0.0, -_signs(v) * v.x)), on(HINGE)),
    Mistake("S2", "wrong sign in one term", "The product y·score is added; it is subtracted from 1.",
            _terms(lambda v: np.maximum(0.0, 1.0 + _signs(v) * v.x)), on(HINGE)),
    Mistake("W18", "sides exchanged", "q weighs the errors above the prediction; here it weighs those below, 1 − q the "
            "others.", _sides_exchanged, on(QUANTILE)),
    Mistake("W16", "squared hinge", "The shortfall is squared.",
            _terms(lambda v: np.maximum(0.0, 1.0 - _signs(v) * v.x) ** 2), on(HINGE)),
)  # fmt: skip


TRANSFORMS: tuple[Mistake, ...] = (
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
            "distribution of its own.", lambda v: softmax(v.x, None), on(SOFTMAX, gives="transform")),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            lambda v: softmax(v.x, 0), on(SOFTMAX, gives="transform")),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
            "distribution of its own.", lambda v: np.log(softmax(v.x, None)), on(LOG_SOFTMAX, gives="transform")),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            lambda v: np.log(softmax(v.x, 0)), on(LOG_SOFTMAX, gives="transform")),
)  # fmt: skip


def _logits(view: View) -> Array:
    if view.task.arguments[view.task.prediction].domain == "logits":
        return view.x
    p = np.clip(view.x, 1e-300, 1.0 - 2**-53)
    return np.asarray(np.log(p) - np.log1p(-p))


def spread(make: Callable[[View], Array]) -> Prediction:
    """Weigh the slopes of single terms as the task's reduction does."""

    def predict(view: View) -> Array:
        divisor = view.count if view.task.reduction == "mean" else 1
        return (
            make(view)
            / divisor
            / {"2": math.log(2), "10": math.log(10)}.get(str(view.task.options.get("log_base", "e")), 1.0)
        )

    return predict


def gradient_on(*losses: str) -> Callable[[Task], bool]:
    return lambda task: on(*losses, gives="gradient")(task) and _of_prediction(task)


def _of_prediction(task: Task) -> bool:
    return task.wrt == task.arguments[task.prediction].name


def _is_gradient(task: Task) -> bool:
    return task.gives == "gradient"


GRADIENTS: tuple[Mistake, ...] = (
    Mistake("G6", "gradient averaged to a number", "The gradient was averaged to one number; it has an entry for each "
            "entry of the argument.", lambda v: np.asarray(v.expected.mean()), _is_gradient),
    Mistake("G6", "gradient summed to a number", "The gradient was summed to one number; it has an entry for each "
            "entry of the argument.", lambda v: np.asarray(v.expected.sum()), _is_gradient),
    Mistake("A4", "gradient of the logit given for the probability", "p − y is the derivative with respect to the "
            "logit, not to the probability.", spread(lambda v: v.x - v.labels_or_y), gradient_on(BCE, CCE, SPARSE)),
    Mistake("A4", "squashing function missing", "z − y lacks the sigmoid or softmax of z.",
            spread(lambda v: v.x - v.labels_or_y), gradient_on(BCE_LOGITS, CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("S2", "wrong sign in one term", "The entries of the negative class have the wrong sign.",
            lambda v: np.where(v.y > 0.5, 1.0, -1.0) * v.expected, gradient_on(BCE, BCE_LOGITS)),
    Mistake("S2", "wrong sign in one term", "The entries of the positive class have the wrong sign.",
            lambda v: np.where(v.y > 0.5, -1.0, 1.0) * v.expected, gradient_on(BCE, BCE_LOGITS)),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row is a "
            "distribution of its own.", spread(lambda v: softmax(v.x, None) - v.labels),
            gradient_on(CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            spread(lambda v: softmax(v.x, 0) - v.labels), gradient_on(CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("W17", "target missing in the gradient", "The target is not subtracted: this is the probability itself.",
            spread(lambda v: softmax(v.x) if v.task.on_rows else sigmoid(v.x)),
            gradient_on(BCE_LOGITS, CCE_LOGITS, SPARSE_LOGITS)),
    Mistake("W9", "residual not clipped", "Beyond delta the slope is delta; here it grows with the residual.",
            spread(lambda v: v.x - v.y), gradient_on(HUBER)),
    Mistake("W12", "gradient of the square", "This is the slope of the squared error.",
            spread(lambda v: 2.0 * (v.x - v.y)), gradient_on(MAE)),
    Mistake("W15", "margin missing", "The hinge bends at 0 instead of 1: that is the perceptron's loss.",
            spread(lambda v: np.where(_signs(v) * v.x < 0.0, -_signs(v), 0.0)), gradient_on(HINGE)),
    Mistake("W17", "label missing in the gradient", "The slope is −1 for every label; it is −y.",
            spread(lambda v: np.where(_signs(v) * v.x < 1.0, -1.0, 0.0)), gradient_on(HINGE)),
)  # fmt: skip
