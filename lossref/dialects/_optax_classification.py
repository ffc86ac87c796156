"""optax's losses of classes: cross-entropies, divergences, rankings and the losses of several classes' margins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossref import _numerics
from lossref.dialects import _tape as tape
from lossref.dialects._optax_shared import (
    Axis,
    floating,
    like,
    log_softmax,
    mask,
    mask_beside,
    shifted,
    softmax,
    sum_where,
    times,
)
from lossref.dialects._registry import register
from lossref.errors import OptionError

_O = "optax.losses."


@register(_O + "softmax_cross_entropy")
def softmax_cross_entropy(logits: Any, labels: Any, axis: Axis = -1, where: Any = None) -> Any:
    scores, truth = floating(logits, labels)
    kept = mask_beside(scores, axis, where)
    return -sum_where(truth * log_softmax(scores, axis, kept), axis, kept)


@register(_O + "safe_softmax_cross_entropy")
def safe_softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    scores, truth = floating(logits, labels)
    return -tape.sum(times(truth, log_softmax(scores, -1)), axis=-1)


@register(_O + "softmax_cross_entropy_with_integer_labels")
def softmax_cross_entropy_with_integer_labels(logits: Any, labels: Any, axis: Axis = -1, where: Any = None) -> Any:
    (scores,) = floating(logits)
    named = [a % scores.ndim for a in (axis if isinstance(axis, list | tuple) else [axis])]
    order = [i for i in range(scores.ndim) if i not in named] + named
    # The classes in one last axis, counted in the order in which the axes were named.
    rows = tape.transpose(scores, tuple(order))
    rows = tape.reshape(rows, (*rows.shape[: -len(named)], -1))
    kept = np.ones(()) if where is None else mask_beside(scores, axis, where)
    kept = np.broadcast_to(mask(kept), scores.shape)
    kept = kept.transpose(order).reshape(rows.shape)
    rows = shifted(rows, -1, kept)
    surprises = tape.logsumexp(tape.where(kept, rows, -np.inf), axis=-1) - _picked(rows, labels)
    return tape.where(kept.any(axis=-1), surprises, 0.0)


def _picked(rows: Any, labels: Any) -> Any:
    """Entry of each row at its label, counted from the end if negative; NaN where there is none."""
    index = np.broadcast_to(np.asarray(labels), rows.shape[:-1])
    known = (-rows.shape[-1] <= index) & (index < rows.shape[-1])
    return tape.where(known, rows[(*np.indices(index.shape), np.where(known, index, 0))], np.nan)


@register(_O + "sigmoid_binary_cross_entropy")
def sigmoid_binary_cross_entropy(logits: Any, labels: Any) -> Any:
    scores, truth = floating(logits, labels)
    return truth * tape.softplus(-scores) + (1.0 - truth) * tape.softplus(scores)


@register(_O + "sigmoid_focal_loss")
def sigmoid_focal_loss(logits: Any, labels: Any, *, alpha: float | None = None, gamma: float = 2.0) -> Any:
    scores, truth = floating(logits, labels)
    terms = sigmoid_binary_cross_entropy(scores, truth) * _power_of_miss(scores, truth, gamma)
    return terms if alpha is None else (alpha * truth + (1.0 - alpha) * (1.0 - truth)) * terms


def _power_of_miss(scores: Any, truth: Any, gamma: float) -> Any:
    """m^γ for m = y σ(−z) + (1 − y) σ(z), the probability of the other label."""
    z, y = tape.plain(scores), tape.plain(truth)
    right, wrong = _numerics.sigmoid(z), _numerics.sigmoid(-z)
    miss = y * wrong + (1.0 - y) * right
    value = miss**gamma
    # (log m)' = (1 − 2y) / (y / σ(z) + (1 − y) / σ(−z)): finite where m itself has rounded to 0.
    odds = _numerics.over_or_zero(y, right) + _numerics.over_or_zero(1.0 - y, wrong)
    # Of the derivative of log m in y, (σ(−z) − σ(z)) / m, jax drops the part of a label that has no weight.
    with_label = np.where(y == 0.0, 0.0, 1.0 / (y + _numerics.times_or_zero(1.0 - y, np.exp(z))))
    without_label = np.where(y == 1.0, 0.0, 1.0 / (_numerics.times_or_zero(y, np.exp(-z)) + (1.0 - y)))
    return tape.primitive(
        value,
        (scores, lambda g: g * gamma * value * ((1.0 - 2.0 * y) / odds)),
        (truth, lambda g: g * gamma * value * (with_label - without_label)),
    )


@register(_O + "poly_loss_cross_entropy")
def poly_loss_cross_entropy(
    logits: Any, labels: Any, *, epsilon: float = 2.0, axis: Axis = -1, where: Any = None
) -> Any:
    scores, truth = floating(logits, labels)
    missed = sum_where(truth * (1.0 - softmax(scores, axis, where)), axis, where)
    return softmax_cross_entropy(scores, truth, axis, where) + epsilon * missed


@register(_O + "kl_divergence")
def kl_divergence(log_predictions: Any, targets: Any, axis: Axis = -1, where: Any = None) -> Any:
    logs, target = floating(log_predictions, targets)
    own = tape.where(tape.plain(target) == 0.0, 0.0, tape.log(target))
    return sum_where(target * (own - logs), axis, where)


@register(_O + "kl_divergence_with_log_targets")
def kl_divergence_with_log_targets(log_predictions: Any, log_targets: Any, axis: Axis = -1, where: Any = None) -> Any:
    logs, own = floating(log_predictions, log_targets)
    return sum_where(tape.exp(own) * (own - logs), axis, where)


@register(_O + "generalized_kl_divergence", _O + "convex_kl_divergence")
def generalized_kl_divergence(log_predictions: Any, targets: Any, axis: Axis = -1, where: Any = None) -> Any:
    logs, target = floating(log_predictions, targets)
    return kl_divergence(logs, target, axis, where) + sum_where(tape.exp(logs) - target, axis, where)


@register(_O + "ranking_softmax_loss")
def ranking_softmax_loss(
    logits: Any,
    labels: Any,
    *,
    where: Any = None,
    weights: Any = None,
    reduce_fn: str | Callable[[Any], Any] | None = "mean",
) -> Any:
    """Sum or mean over the lists of which the mask keeps an item; `reduce_fn` is numpy.mean, numpy.sum or None."""
    scores, truth = floating(logits, labels)
    if where is not None:
        truth = tape.where(mask(where), truth, 0.0)
    if weights is not None:
        truth = truth * like(weights, truth.dtype)
    terms = -sum_where(truth * log_softmax(scores, -1, where), -1, where)
    reduction = getattr(reduce_fn, "__name__", reduce_fn)
    if reduction not in {"mean", "sum", None}:
        raise OptionError(f"reduce_fn: expected numpy.mean, numpy.sum or None; {reduce_fn!r} came")
    if reduction is None:
        return terms
    kept = np.ones(terms.shape) if where is None else np.broadcast_to(mask(where), scores.shape).any(axis=-1)
    total = sum_where(terms, None, kept)
    return total / float(kept.sum()) if reduction == "mean" else total


@register(_O + "sparsemax_loss")
def sparsemax_loss(logits: Any, labels: Any) -> Any:
    (scores,) = floating(logits)
    x = tape.where(np.asarray(tape.plain(labels)).astype(bool), -scores, scores)
    plain = tape.plain(x)
    return tape.where(plain <= -1.0, 0.0, tape.where(plain >= 1.0, x, (x + 1.0) ** 2.0 / 4.0))


@register(_O + "multiclass_hinge_loss")
def multiclass_hinge_loss(scores: Any, labels: Any) -> Any:
    (values,) = floating(scores)
    truth = _one_hot(labels, values)
    return tape.amax(values + 1.0 - truth, axis=-1) - tape.sum(values * truth, axis=-1)


@register(_O + "multiclass_perceptron_loss")
def multiclass_perceptron_loss(scores: Any, labels: Any) -> Any:
    (values,) = floating(scores)
    return tape.amax(values, axis=-1) - tape.sum(values * _one_hot(labels, values), axis=-1)


@register(_O + "multiclass_sparsemax_loss")
def multiclass_sparsemax_loss(scores: Any, labels: Any) -> Any:
    """½ Σ (z² − τ²) over the support of sparsemax, plus ½, less the score of the label."""
    # A constant taken off all scores changes nothing: less the largest, no square is large.
    values = shifted(floating(scores)[0], -1)
    plain = tape.plain(values)
    p = _sparsemax(plain)
    squares = np.where(p > 0.0, plain**2 - (plain - p) ** 2, 0.0)
    largest = tape.primitive(0.5 * squares.sum(axis=-1) + 0.5, (values, lambda g: g[..., None] * p))
    # As jax indexes: a label beyond the classes is taken for the nearest one.
    count = plain.shape[-1]
    truth = _one_hot(np.clip(labels, -count, count - 1) % count, values)
    return largest - tape.sum(values * truth, axis=-1)


def _sparsemax(scores: Any) -> Any:
    """Projection of each row onto the simplex: max(z − τ, 0) with Σ = 1."""
    descending = -np.sort(-scores, axis=-1)
    count = np.arange(1, scores.shape[-1] + 1)
    excess = descending.cumsum(axis=-1) - 1.0
    size = (count * descending > excess).sum(axis=-1, keepdims=True)
    threshold = np.take_along_axis(excess, size - 1, axis=-1) / size
    return np.maximum(scores - threshold, 0.0).astype(scores.dtype)


def _one_hot(labels: Any, scores: Any) -> Any:
    return (np.asarray(labels)[..., None] == np.arange(scores.shape[-1])).astype(scores.dtype)
