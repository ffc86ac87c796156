"""Mistakes that a single loss invites: a part left out, a constant, a direction, another norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, given
from grader.mistakes.formulas import on
from grader.mistakes.inputs import exchanged, softmax
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


def _is(*names: str) -> Callable[[Task], bool]:
    """Applicable to these losses, whatever is asked of them."""
    return lambda task: task.loss is not None and task.loss.name in names


def _smooth_l1(quadratic: Callable[[Array, float], Array], linear: Callable[[Array, float], Array]) -> Mistake:
    def predict(view: View) -> Array | None:
        e, beta = np.abs(view.x - view.y), view.hyper("beta")
        return view.reduced(np.where(e < beta, quadratic(e, beta), linear(e, beta)))

    sentence = "The branches are e²/(2β) and |e| − β/2, which meet at β."
    return Mistake("W9", "branches not continuous", sentence, predict, on("smooth_l1"))


def _twice_less(hyper: str, value: float) -> Callable[[View], Array]:
    """Turn the sign of the part that vanishes with a hyper-parameter."""
    return lambda view: 2.0 * view.under(**{hyper: value}).expected - view.expected


def _one_part(l1: float) -> Callable[[View], View]:
    """Leave one of both penalties out, the weight of the other as it is."""

    def changed(view: View) -> View:
        share = view.hyper("l1_ratio") if l1 else 1.0 - view.hyper("l1_ratio")
        return view.under(l1_ratio=l1, strength=view.hyper("strength") * share)

    return changed


def _both_penalties(view: View) -> Array:
    ones = [view.under(l1_ratio=l1).expected for l1 in (1.0, 0.0)]
    return ones[0] + ones[1]


def _without_regularizer(view: View) -> Array:
    return view.expected - view.put({0: np.zeros_like(view.y)}).expected


def _stepped(direction: Callable[[Array], Array]) -> Callable[[View], Array]:
    def predict(view: View) -> Array:
        x, gradient = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
        return np.clip(x + view.hyper("eps") * direction(gradient), view.hyper("low"), view.hyper("high"))

    return predict


def _length(array: Array) -> float:
    return float(np.sqrt((array**2).sum()))


def _of_squares(view: View) -> Array:
    overlap = (view.x * view.y).sum()
    return np.asarray(1.0 - overlap / ((view.x**2).sum() + (view.y**2).sum() - overlap))


def _plain_overlap(task: Task) -> bool:
    return on("jaccard")(task) and task.options.get("axis") is None and not task.options.get("smooth")


def _without_one(view: View) -> Array:
    gradients = np.asarray(view.case.args[0], dtype=np.float64)
    return view.hyper("strength") * view.folded((gradients**2).sum(axis=-1))


def _gradient_of(*names: str) -> Callable[[Task], bool]:
    return on(*names, gives="gradient")


_PART = "One of the parts that are added is missing."
_DIRECTION: Mapping[str, str] = {
    "as it is": "The gradient enters as it is; its sign is asked.",
    "by length": "The gradient is divided by its length; its sign is asked.",
}

SPECIALS: tuple[Mistake, ...] = (
    _smooth_l1(lambda e, b: 0.5 * e * e / b, lambda e, _: e),
    _smooth_l1(lambda e, b: 0.5 * e * e / b, lambda e, b: e - b),
    _smooth_l1(lambda e, b: 0.5 * e * e / b, lambda e, b: e - 0.5 + 0.0 * b),
    Mistake("R6", "missing factor 1/2 in the quadratic branch", "The quadratic branch is e²/β, without its factor 1/2.",
            lambda v: v.reduced(np.where(np.abs(v.x - v.y) < v.hyper("beta"), (v.x - v.y) ** 2 / v.hyper("beta"),
                                         np.abs(v.x - v.y) - 0.5 * v.hyper("beta"))), on("smooth_l1")),
    Mistake("W11", "log 2 not subtracted", "log(e^x + e^−x) is more than log cosh x by log 2.",
            lambda v: None if v.terms is None else v.folded(v.terms + np.log(2.0)), on("log_cosh")),
    Mistake("S2", "wrong sign in one term", "epsilon·(1 − p_t) is subtracted; it is added.",
            _twice_less("epsilon", 0.0), on("poly_cross_entropy")),
    Mistake("S2", "wrong sign in one term", "The masses enter with the wrong signs: they are − p + q.",
            lambda v: 2.0 * v.of("kl_divergence").expected - v.expected, on("generalized_kl")),
    given("W7", "labels inverted", "The labels are read the other way round: similar for dissimilar.",
          lambda v: v.aiming(-v.y), _is("hinge_embedding", "cosine_embedding")),
    Mistake("W3", "l1_ratio ignored", "Both penalties enter whole; l1_ratio divides the strength between them.",
            _both_penalties, _is("elastic_net")),
    given("W11", "squares missing", _PART, _one_part(1.0), _is("elastic_net")),
    given("W11", "magnitudes missing", _PART, _one_part(0.0), _is("elastic_net")),
    Mistake("W11", "regularizer missing", "Without the log variances themselves, growing them costs nothing.",
            _without_regularizer, on("uncertainty_weighting")),
    Mistake("W20", "gradient without its sign", _DIRECTION["as it is"], _stepped(lambda g: g),
            on("adversarial_fgsm", gives="transform")),
    Mistake("W20", "gradient by its length", _DIRECTION["by length"], _stepped(lambda g: g / _length(g)),
            on("adversarial_fgsm", gives="transform")),
    Mistake("W4", "sizes squared", "The sizes in the denominator are squared.", _of_squares, _plain_overlap),
    Mistake("W20", "length not compared with 1", "The lengths of the gradients are penalized; their distance from 1 "
            "is asked.", _without_one, on("gradient_penalty")),
    given("X2", "wrong axis", "The softmax runs over the queries of each key; each query has its own.", exchanged,
          on("info_nce")),
    Mistake("W1", "absolute value missing", "The differences enter with their signs.",
            lambda v: np.max(v.y - v.x), on("max_error", gives="metric")),
    Mistake("W1", "absolute value missing", "The differences enter with their signs.",
            lambda v: np.max(v.x - v.y), on("max_error", gives="metric")),
    Mistake("W20", "squared correlation", "The squared correlation is that of the best line; r² is that of the "
            "predictions as they are.", lambda v: np.corrcoef(v.x.ravel(), v.y.ravel())[0, 1] ** 2,
            on("r2", gives="metric")),
    Mistake("G3", "derivative of the logarithm missing", "The chain rule has a factor 1/(1 + y_pred).",
            lambda v: v.expected * (1.0 + v.x), _gradient_of("mean_squared_logarithmic_error")),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row has its own.",
            lambda v: softmax(v.x, None), _gradient_of("logsumexp")),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            lambda v: softmax(v.x, 0), _gradient_of("logsumexp")),
)  # fmt: skip
