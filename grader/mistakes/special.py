"""Mistakes that a single loss invites: a part left out, a constant, a direction, another norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, given
from grader.mistakes.formulas import on
from grader.mistakes.inputs import exchanged, sigmoid, softmax
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


def _plain_iou(view: View) -> Array:
    first, second = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    low, high = np.maximum(first[..., :2], second[..., :2]), np.minimum(first[..., 2:], second[..., 2:])
    overlap = np.maximum(0.0, high - low).prod(axis=-1)
    areas = [(box[..., 2:] - box[..., :2]).prod(axis=-1) for box in (first, second)]
    return view.folded(1.0 - overlap / (areas[0] + areas[1] - overlap))


def _without_one(view: View) -> Array:
    gradients = np.asarray(view.case.args[0], dtype=np.float64)
    return view.hyper("strength") * view.folded((gradients**2).sum(axis=-1))


def _of_distances(view: View) -> Array:
    lengths = np.sqrt((np.asarray(view.case.args[0], dtype=np.float64) ** 2).sum(axis=-1))
    return view.hyper("strength") * view.folded(np.abs(lengths - 1.0))


def _of_squared_lengths(view: View) -> Array:
    gradients = np.asarray(view.case.args[0], dtype=np.float64)
    return view.hyper("strength") * view.folded(((gradients**2).sum(axis=-1) - 1.0) ** 2)


def _with_itself(view: View) -> Array:
    """Leave each example's similarity to itself among those that it is told from."""
    rows = np.concatenate([np.asarray(a, dtype=np.float64) for a in view.case.args[:2]])
    if view.task.options.get("normalize", True):
        rows = rows / np.sqrt((rows**2).sum(axis=-1, keepdims=True))
    scores = rows @ rows.T / view.hyper("temperature")
    top = scores.max(axis=-1, keepdims=True)
    pairs = np.roll(np.arange(len(rows)), len(rows) // 2)
    lost = np.log(np.exp(scores - top).sum(axis=-1)) + top[:, 0]
    return view.folded(lost - scores[np.arange(len(rows)), pairs])


def _without_entropy(view: View) -> Array | None:
    """Give the cross-entropy with the teacher where the divergence from it is asked."""
    temperature = view.hyper("temperature")
    p = softmax(np.asarray(view.case.args[2], dtype=np.float64) / temperature)
    weight = view.hyper("alpha") * (temperature**2 if view.task.options.get("temperature_squared", True) else 1.0)
    return None if view.terms is None else view.folded(view.terms - weight * (p * np.log(p)).sum(axis=-1))


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
    Mistake("W11", "enclosing box missing", "This is 1 less the overlap; the share of the enclosing box that neither "
            "fills is missing.", _plain_iou, on("generalized_iou")),
    Mistake("W20", "hinge on the generator", "The generator's loss is −D(fake), without a hinge.",
            lambda v: v.folded(np.maximum(0.0, 1.0 - v.x)), on("hinge_gan_generator")),
    Mistake("W20", "target of the fake examples", "The generator's scores are driven to 0; it wants them to be 1.",
            lambda v: v.folded((0.5 if v.task.options.get("half", True) else 1.0) * v.x**2), on("lsgan_generator")),
    Mistake("W12", "absolute instead of squared", "The distance of the length from 1 is squared.",
            _of_distances, on("gradient_penalty")),
    given("X2", "wrong axis", "The softmax runs over the queries of each key; each query has its own.", exchanged,
          on("info_nce")),
    Mistake("W1", "absolute value missing", "The differences enter with their signs.",
            lambda v: np.max(v.y - v.x), on("max_error", gives="metric")),
    Mistake("W1", "absolute value missing", "The differences enter with their signs.",
            lambda v: np.max(v.x - v.y), on("max_error", gives="metric")),
    Mistake("W20", "squared correlation", "The squared correlation is that of the best line; r² is that of the "
            "predictions as they are.", lambda v: np.corrcoef(v.x.ravel(), v.y.ravel())[0, 1] ** 2,
            on("r2", gives="metric")),
    Mistake("W13", "square root missing", "The squared lengths are compared with 1; the lengths themselves are asked.",
            _of_squared_lengths, on("gradient_penalty")),
    Mistake("W20", "similarity to itself counted", "Each example is told from all others, not from itself.",
            _with_itself, on("nt_xent")),
    Mistake("W11", "entropy of the teacher missing", "The cross-entropy with the teacher is given; the divergence from "
            "it is asked.", _without_entropy, on("distillation")),
    Mistake("W11", "factor 1/q missing", "1 − p^q is divided by q.", lambda v: v.hyper("q") * v.expected,
            on("generalized_cross_entropy")),
    given("W12", "beta not squared", "Recall counts beta² times as much, not beta times.",
          lambda v: v.under(beta=np.sqrt(v.hyper("beta"))), on("fbeta", gives="metric")),
    Mistake("R3", "mean of the exponentials", "The exponentials are averaged; their sum is asked.",
            lambda v: v.expected - np.log(v.classes), on("logsumexp", gives="transform")),
    Mistake("G3", "derivative in terms of the argument", "s·(1 − s) is of the sigmoid's value, not of its argument.",
            lambda v: v.x * (1.0 - v.x), _gradient_of("sigmoid")),
    Mistake("S2", "wrong sign in one term", "The derivative is s·(1 − s), not s·(1 + s).",
            lambda v: sigmoid(v.x) * (1.0 + sigmoid(v.x)), _gradient_of("sigmoid")),
    Mistake("G3", "derivative in terms of the argument", "1 − t² is of the tangent's value, not of its argument.",
            lambda v: 1.0 - v.x**2, _gradient_of("tanh")),
    Mistake("W12", "square missing", "The derivative is 1 − tanh², not 1 − tanh.", lambda v: 1.0 - np.tanh(v.x),
            _gradient_of("tanh")),
    Mistake("G3", "derivative of the logarithm missing", "The chain rule has a factor 1/(1 + y_pred).",
            lambda v: v.expected * (1.0 + v.x), _gradient_of("mean_squared_logarithmic_error")),
    Mistake("X1", "softmax over the whole batch", "The softmax is normalized over all entries; each row has its own.",
            lambda v: softmax(v.x, None), _gradient_of("logsumexp")),
    Mistake("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.",
            lambda v: softmax(v.x, 0), _gradient_of("logsumexp")),
)  # fmt: skip
