"""Mistakes that ordinary inputs do not show: 0·log 0, overflow in exp, the log of a saturated probability.

Each is a naive form of the loss, evaluated as it would be: where it gives NaN or infinity is its signature.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.formulas import BCE, BCE_LOGITS, CCE, CCE_LOGITS, SPARSE, SPARSE_LOGITS, WEIGHTED, on
from grader.mistakes.inputs import LARGE_EPS, USUAL_EPS
from grader.mistakes.slopes import gradient_on, spread
from grader.mistakes.view import Array, View

SOFTMAX, LOG_SOFTMAX = "softmax", "log_softmax"


def _naive(make: Callable[[View], Array]) -> Prediction:
    def predict(view: View) -> Array | None:
        with np.errstate(all="ignore"):
            return view.reduced(_weights(view) * make(view))

    return predict


def _weights(view: View) -> Array | float:
    """Weights of the two classes, which stand before whatever the terms give."""
    if not on(*WEIGHTED)(view.task):
        return 1.0
    return np.where(view.y == 1, view.hyper("pos_weight"), 1.0)


def _plain_binary(y: Array, p: Array) -> Array:
    return np.asarray(-(y * np.log(p) + (1.0 - y) * np.log(1.0 - p)))


def _plain_rows(y: Array, p: Array) -> Array:
    return np.asarray(-(y * np.log(p)).sum(axis=-1))


def _shifted_by_eps(eps: float) -> Prediction:
    return _naive(lambda v: _plain_binary(v.y, v.x + eps))


def _clipped(eps: float) -> Prediction:
    def make(view: View) -> Array:
        p = np.clip(view.x, eps, 1.0 - eps)
        return _plain_rows(view.labels, p) if view.task.on_rows else _plain_binary(view.y, p)

    return _naive(make)


def _sigmoid(z: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))


def _sigmoid_of_growing(z: Array) -> Array:
    return np.asarray(np.exp(z) / (1.0 + np.exp(z)))


def _unshifted(z: Array) -> Array:
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _shifted(z: Array, *, over_all: bool = False) -> Array:
    e = np.exp(z - (z.max() if over_all else z.max(axis=-1, keepdims=True)))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _picked(labels: Array, log_p: Array) -> Array:
    """Take the entry of the true class by index, where a one-hot product would give 0·inf."""
    return np.asarray(-np.take_along_axis(log_p, labels.argmax(axis=-1)[..., None], axis=-1)[..., 0])


def _chosen(y: Array, p: Array) -> Array:
    """Take the term of the label's class with `where`, where a product would give 0·inf."""
    return np.asarray(np.where(y > 0.5, -np.log(p), -np.log(1.0 - p)))


Squash = Callable[[Array], Array]


def _guarded_binary(squash: Squash, eps: float, *, clip: bool) -> Prediction:
    def make(view: View) -> Array:
        p = squash(view.x)
        if clip:
            return _plain_binary(view.y, np.clip(p, eps, 1.0 - eps))
        return np.asarray(-(view.y * np.log(p + eps) + (1.0 - view.y) * np.log(1.0 - p + eps)))

    return _naive(make)


def _guarded_rows(squash: Squash, eps: float, *, clip: bool, by_index: bool = False) -> Prediction:
    def make(view: View) -> Array:
        p = squash(view.x)
        inside = np.clip(p, eps, 1.0 - eps) if clip else p + eps
        return _picked(view.labels, np.log(inside)) if by_index else _plain_rows(view.labels, inside)

    return _naive(make)


def _slope(squash: Squash) -> Prediction:
    def predict(view: View) -> Array | float | None:
        with np.errstate(all="ignore"):
            return spread(lambda v: squash(v.x) - v.labels_or_y)(view)

    return predict


def _unshifted_log_softmax(z: Array) -> Array:
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def _over_one_shift(z: Array) -> Array:
    return _shifted(z, over_all=True)


def _unshifted_logsumexp(view: View) -> Array:
    return np.asarray(np.log(np.exp(view.x).sum(axis=-1)) - (view.labels * view.x).sum(axis=-1))


def _globally_shifted_logsumexp(view: View) -> Array:
    top = view.x.max()
    return np.asarray(top + np.log(np.exp(view.x - top).sum(axis=-1)) - (view.labels * view.x).sum(axis=-1))


_ZERO = "0·log 0 is NaN in floating point; it counts as 0. It shows even where the predictions are perfect."
_OVERFLOW = "exp overflows for large logits. Subtract the largest logit of each row first, or use log1p(exp(−|z|))."
_LOG_OF = "The logarithm of a probability that has underflowed to 0. Work with the logits: log-sum-exp or softplus."
_SATURATES = "A clip or an eps after the squashing function caps the loss; from logits it grows without bound."
_ONE_SHIFT = (
    "The largest logit of the whole batch was subtracted; rows far below it underflow. Subtract each row's own."
)
_ROWS = (CCE_LOGITS, SPARSE_LOGITS)
_BINARY = (BCE_LOGITS, WEIGHTED[1])

EDGES: tuple[Mistake, ...] = (
    Mistake("E1", "0·log 0", _ZERO, _naive(lambda v: _plain_binary(v.y, v.x)), on(BCE, WEIGHTED[0]), "edge"),
    Mistake("E1", "0·log 0", _ZERO, _naive(lambda v: _plain_rows(v.labels, v.x)), on(CCE, SPARSE), "edge"),
    *(Mistake("E2", "eps added before both logarithms", "p + eps goes beyond 1 at p = 1: log(1 − p − eps) is NaN.",
              _shifted_by_eps(eps), on(BCE, WEIGHTED[0]), "edge") for eps in USUAL_EPS),
    *(Mistake("E4", "eps too large", "The eps in the logarithm is so large that it caps the loss early.",
              _clipped(eps), on(BCE, WEIGHTED[0], CCE), "edge") for eps in LARGE_EPS),
)  # fmt: skip

EXTREMES: tuple[Mistake, ...] = (
    Mistake("O1", "exp without a shift", _OVERFLOW, lambda v: _unshifted(v.x),
            on(SOFTMAX, gives="transform"), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW, lambda v: np.log(_unshifted(v.x)),
            on(LOG_SOFTMAX, gives="transform"), "extreme"),
    Mistake("O2", "log of softmax", _LOG_OF, lambda v: np.log(_shifted(v.x)),
            on(LOG_SOFTMAX, gives="transform"), "extreme"),
    Mistake("O6", "sigmoid as e^z/(1 + e^z)", _OVERFLOW, lambda v: _sigmoid_of_growing(v.x),
            on("sigmoid", gives="transform"), "extreme"),
    Mistake("O5", "log(1 + exp(z)) overflows", _OVERFLOW, lambda v: np.log(1.0 + np.exp(v.x)),
            on("softplus", gives="transform"), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW, lambda v: np.log(np.exp(v.x).sum(axis=-1)),
            on("logsumexp", gives="transform"), "extreme"),
    Mistake("O5", "log(1 + exp(z)) overflows", _OVERFLOW,
            _naive(lambda v: np.log(1.0 + np.exp(v.x)) - v.y * v.x), on(*_BINARY), "extreme"),
    Mistake("O5", "log(1 + exp(−z)) overflows", _OVERFLOW,
            _naive(lambda v: np.log(1.0 + np.exp(-v.x)) + (1.0 - v.y) * v.x), on(*_BINARY), "extreme"),
    Mistake("O5", "log(1 + exp(z)) overflows", _OVERFLOW,
            _naive(lambda v: v.y * np.log(1.0 + np.exp(-v.x)) + (1.0 - v.y) * np.log(1.0 + np.exp(v.x))),
            on(*_BINARY), "extreme"),
    Mistake("O5", "log(1 + exp(±z)) overflows", _OVERFLOW,
            _naive(lambda v: np.log(1.0 + np.exp(np.where(v.y > 0.5, -v.x, v.x)))), on(*_BINARY), "extreme"),
    Mistake("O2", "log of a saturated sigmoid", _LOG_OF,
            _naive(lambda v: _plain_binary(v.y, _sigmoid(v.x))), on(*_BINARY), "extreme"),
    Mistake("O2", "log of a saturated sigmoid", _LOG_OF,
            _naive(lambda v: _chosen(v.y, _sigmoid(v.x))), on(*_BINARY), "extreme"),
    Mistake("O6", "sigmoid as e^z/(1 + e^z)", _OVERFLOW,
            _naive(lambda v: _plain_binary(v.y, _sigmoid_of_growing(v.x))), on(*_BINARY), "extreme"),
    Mistake("O6", "sigmoid as e^z/(1 + e^z)", _OVERFLOW,
            _naive(lambda v: _chosen(v.y, _sigmoid_of_growing(v.x))), on(*_BINARY), "extreme"),
    *(Mistake("O6", "sigmoid as e^z/(1 + e^z)", _OVERFLOW, _guarded_binary(_sigmoid_of_growing, eps, clip=clip),
              on(*_BINARY), "extreme") for eps in USUAL_EPS for clip in (True, False)),
    Mistake("O6", "sigmoid as e^z/(1 + e^z)", _OVERFLOW, _slope(_sigmoid_of_growing),
            gradient_on(*_BINARY), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW, _slope(_unshifted), gradient_on(*_ROWS), "extreme"),
    Mistake("O4", "one shift for all rows", _ONE_SHIFT, _slope(_over_one_shift), gradient_on(*_ROWS), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW,
            _naive(lambda v: _plain_rows(v.labels, _unshifted(v.x))), on(*_ROWS), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW,
            _naive(lambda v: _picked(v.labels, np.log(_unshifted(v.x)))), on(*_ROWS), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW, _naive(_unshifted_logsumexp), on(*_ROWS), "extreme"),
    Mistake("O1", "exp without a shift", _OVERFLOW,
            _naive(lambda v: -(v.labels * _unshifted_log_softmax(v.x)).sum(axis=-1)), on(*_ROWS), "extreme"),
    *(Mistake("O1", "exp without a shift", _OVERFLOW,
              _guarded_rows(_unshifted, eps, clip=clip, by_index=by_index), on(*_ROWS), "extreme")
      for eps in USUAL_EPS for clip in (True, False) for by_index in (True, False)),
    Mistake("O2", "log of softmax", _LOG_OF,
            _naive(lambda v: _plain_rows(v.labels, _shifted(v.x))), on(*_ROWS), "extreme"),
    Mistake("O2", "log of softmax", _LOG_OF,
            _naive(lambda v: _picked(v.labels, np.log(_shifted(v.x)))), on(*_ROWS), "extreme"),
    Mistake("O4", "one shift for all rows", _ONE_SHIFT, _naive(_globally_shifted_logsumexp), on(*_ROWS), "extreme"),
    Mistake("O4", "one shift for all rows", _ONE_SHIFT,
            _naive(lambda v: _picked(v.labels, np.log(_over_one_shift(v.x)))), on(*_ROWS), "extreme"),
    *(Mistake("E6", "clip after the sigmoid", _SATURATES, _guarded_binary(_sigmoid, eps, clip=clip),
              on(*_BINARY), "extreme")
      for eps in (*USUAL_EPS, 1e-5) for clip in (True, False)),
    *(Mistake("E6", "clip after the softmax", _SATURATES, _guarded_rows(_shifted, eps, clip=clip),
              on(*_ROWS), "extreme")
      for eps in (*USUAL_EPS, 1e-5) for clip in (True, False)),
)  # fmt: skip
