"""optax's losses of real targets, margins and embeddings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._optax_shared import Axis, absolute, axes, floating, like, logaddexp, positive_part, sum_where
from lossref.dialects._registry import register

_O = "optax.losses."


@register(_O + "squared_error")
def squared_error(predictions: Any, targets: Any = None) -> Any:
    return _error(predictions, targets) ** 2.0


@register(_O + "l2_loss")
def l2_loss(predictions: Any, targets: Any = None) -> Any:
    return 0.5 * _error(predictions, targets) ** 2.0


@register(_O + "huber_loss")
def huber_loss(predictions: Any, targets: Any = None, *, delta: float = 1.0) -> Any:
    size = absolute(_error(predictions, targets))
    quadratic = tape.minimum(size, delta)
    return 0.5 * quadratic**2.0 + delta * (size - quadratic)


@register(_O + "log_cosh")
def log_cosh(predictions: Any, targets: Any = None) -> Any:
    error = _error(predictions, targets)
    return logaddexp(error, -error) - math.log(2.0)


def _error(predictions: Any, targets: Any) -> Any:
    if targets is None:
        return floating(predictions)[0]
    prediction, target = floating(predictions, targets)
    return prediction - target


@register(_O + "hinge_loss")
def hinge_loss(predictor_outputs: Any, targets: Any) -> Any:
    score, label = floating(predictor_outputs, targets)
    return positive_part(1.0 - score * label)


@register(_O + "perceptron_loss")
def perceptron_loss(predictor_outputs: Any, targets: Any) -> Any:
    score, label = floating(predictor_outputs, targets)
    return positive_part(-score * label)


@register(_O + "cosine_similarity")
def cosine_similarity(
    predictions: Any, targets: Any, *, epsilon: float = 0.0, axis: Axis = -1, where: Any = None
) -> Any:
    prediction, target = floating(predictions, targets)
    units = [x / _length(x, epsilon, axis, where) for x in (prediction, target)]
    return sum_where(units[0] * units[1], axis, where)


def _length(x: Any, epsilon: float, axis: Axis, where: Any) -> Any:
    return tape.sqrt(tape.maximum(sum_where(x * x, axis, where, keepdims=True), epsilon))


@register(_O + "cosine_distance")
def cosine_distance(predictions: Any, targets: Any, *, epsilon: float = 0.0, axis: Axis = -1, where: Any = None) -> Any:
    return 1.0 - cosine_similarity(predictions, targets, epsilon=epsilon, axis=axis, where=where)


@register(_O + "triplet_margin_loss")
def triplet_margin_loss(
    anchors: Any,
    positives: Any,
    negatives: Any,
    axis: int = -1,
    norm_degree: float = 2,
    margin: float = 1.0,
    eps: float = 1e-6,
) -> Any:
    anchor, positive, negative = floating(anchors, positives, negatives)

    def distance(other: Any) -> Any:
        return (tape.sum((anchor - other) ** norm_degree, axis=axes(axis)) + eps) ** (1.0 / norm_degree)

    return positive_part(distance(positive) - distance(negative) + margin)


@register(_O + "ntxent")
def ntxent(embeddings: Any, labels: Any, temperature: float = 0.07) -> Any:
    """Mean over the pairs of one label of −log(e^s / (e^s + Σ e^s of the other labels)), s = cosine / temperature."""
    (points,) = floating(embeddings)
    same = np.equal.outer(np.asarray(labels).ravel(), np.asarray(labels).ravel())
    paired = same & ~np.eye(len(same), dtype=bool)
    unit = points / _length(points, np.finfo(points.dtype).eps, -1, None)
    scores = unit @ tape.transpose(unit) / temperature
    others = tape.logsumexp(tape.where(same, -np.inf, scores), axis=1, keepdims=True)
    surprises = tape.softplus(others - scores)
    return tape.sum(tape.where(paired, surprises, 0.0)) / float(paired.sum())


@register(_O + "smooth_labels")
def smooth_labels(labels: Any, alpha: Any, *, axis: Axis = -1, where: Any = None) -> Any:
    (truth,) = floating(labels)
    kept = np.ones(truth.shape) if where is None else np.broadcast_to(np.asarray(where), truth.shape)
    categories = like(kept.sum(axis=axes(axis), keepdims=True), truth.dtype)
    return (1.0 - alpha) * truth + alpha / categories
