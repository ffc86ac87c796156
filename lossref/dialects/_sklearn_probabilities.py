"""Losses of predicted probabilities and margins, as `sklearn.metrics` clips, scales and averages them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._sklearn_targets import as_array, average, flat, indicators, kind_of, weights_of

_DEPRECATED = "deprecated"


def _probabilities(y_proba: Any) -> Array:
    p = np.asarray(y_proba)
    p = p if p.dtype.kind == "f" else p.astype(np.float64)
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ValueError("y_proba: expected probabilities in [0, 1]")
    return p


def _rows(y_true: Any, y_proba: Any, labels: Any) -> tuple[Array, Array]:
    """One-hot rows of the targets, and the probabilities of the classes in their sorted order."""
    y, p = as_array(y_true), _probabilities(y_proba)
    if kind_of(y) == "multilabel":
        onehot = y
        if labels is not None:
            raise ValueError("labels do not go with rows of indicators")
    else:
        y = flat(y, "y_true")
        classes = np.unique(y if labels is None else as_array(labels))
        if labels is not None and len(labels) != len(classes):
            raise ValueError("labels: expected distinct ones")
        if len(classes) < 2:
            raise ValueError("y_true has one label only: give `labels`")
        if not np.isin(y, classes).all():
            raise ValueError("y_true holds labels that are not among `labels`")
        onehot = indicators(y, classes)
    p = p[:, None] if p.ndim == 1 else p
    p = np.concatenate((1 - p, p), axis=1) if p.shape[1] == 1 else p
    if onehot.shape != p.shape:
        raise ValueError(f"y_proba: expected shape {onehot.shape}, got {p.shape}")
    return onehot, p


def _log_losses(onehot: Array, p: Array) -> Array:
    eps = np.finfo(p.dtype).eps
    clipped = np.clip(p, eps, 1 - eps)
    losses: Array = -np.where(onehot == 0, 0.0, np.log(clipped)).sum(axis=1)
    return losses


def _given(y_proba: Any, y_pred: Any) -> Any:
    """Probabilities under the new name of the argument or under the old one."""
    return y_proba if isinstance(y_pred, str) and y_pred == _DEPRECATED else y_pred


@register("sklearn.metrics.log_loss", positional=("y_true", "y_proba"))
def log_loss(
    y_true: Any,
    y_proba: Any = None,
    *,
    normalize: bool = True,
    sample_weight: Any = None,
    labels: Any = None,
    y_pred: Any = _DEPRECATED,
) -> Any:
    onehot, p = _rows(y_true, _given(y_proba, y_pred), labels)
    losses, weights = _log_losses(onehot, p), weights_of(sample_weight, len(onehot))
    if normalize:
        return float(average(losses, weights))
    return float(losses.sum() if weights is None else losses @ weights)


def _frequencies(onehot: Array, weights: Array | None) -> Array:
    return np.broadcast_to(average(onehot, weights, 0), onehot.shape)


@register("sklearn.metrics.d2_log_loss_score", positional=("y_true", "y_proba"))
def d2_log_loss_score(
    y_true: Any, y_proba: Any = None, *, sample_weight: Any = None, labels: Any = None, y_pred: Any = _DEPRECATED
) -> Any:
    p = _given(y_proba, y_pred)
    if len(p) < 2:
        return float("nan")
    onehot, p = _rows(y_true, p, labels)
    weights = weights_of(sample_weight, len(onehot))
    missed, by_constant = (average(_log_losses(onehot, q), weights) for q in (p, _frequencies(onehot, weights)))
    return float(1 - np.divide(missed, by_constant))


def _binary_rows(y_true: Any, p: Array, pos_label: Any) -> tuple[Array, Array]:
    y = flat(y_true, "y_true")
    if kind_of(y) != "binary":
        raise ValueError("y_true: expected two classes for probabilities of one of them")
    classes = np.unique(y)
    if pos_label is None:
        if classes.dtype.kind in "OUS":
            raise ValueError("y_true holds strings: give `pos_label`")
        pos_label = 1 if set(classes.tolist()) <= {0, 1} or set(classes.tolist()) <= {-1, 1} else classes[-1]
    positive = (y == pos_label).astype(np.int64)
    return np.stack((1 - positive, positive), axis=1), np.stack((1 - p, p), axis=1)


def _brier_rows(y_true: Any, y_proba: Any, labels: Any, pos_label: Any) -> tuple[Array, Array]:
    p = _probabilities(y_proba)
    if p.ndim == 1 or p.shape[1] == 1:
        return _binary_rows(y_true, p.ravel(), pos_label)
    return _rows(y_true, p, labels)


@register("sklearn.metrics.brier_score_loss")
def brier_score_loss(
    y_true: Any,
    y_proba: Any,
    *,
    sample_weight: Any = None,
    pos_label: Any = None,
    labels: Any = None,
    scale_by_half: Any = "auto",
) -> Any:
    onehot, p = _brier_rows(y_true, y_proba, labels, pos_label)
    score = average(((onehot - p) ** 2).sum(axis=1), weights_of(sample_weight, len(onehot)))
    halved = np.asarray(y_proba).ndim == 1 or p.shape[1] < 3 if scale_by_half == "auto" else scale_by_half
    return float(0.5 * score if halved else score)


@register("sklearn.metrics.d2_brier_score")
def d2_brier_score(
    y_true: Any, y_proba: Any, *, sample_weight: Any = None, pos_label: Any = None, labels: Any = None
) -> Any:
    if len(y_proba) < 2:
        return float("nan")
    onehot, p = _brier_rows(y_true, y_proba, labels, pos_label)
    weights = weights_of(sample_weight, len(onehot))
    missed, by_constant = (
        average(((onehot - q) ** 2).sum(axis=1), weights) for q in (p, _frequencies(onehot, weights))
    )
    return float(1 - np.divide(missed, by_constant))


@register("sklearn.metrics.hinge_loss")
def hinge_loss(y_true: Any, pred_decision: Any, *, labels: Any = None, sample_weight: Any = None) -> Any:
    y, scores = flat(y_true, "y_true"), np.asarray(pred_decision)
    weights = weights_of(sample_weight, len(y))
    classes = np.unique(y if labels is None else as_array(labels))
    if len(classes) > 2:
        if scores.ndim < 2 or scores.shape[1] != len(classes):
            raise ValueError(f"pred_decision: expected a column for each of {len(classes)} classes; give all `labels`")
        own = indicators(y, classes).astype(bool)
        margins = scores[own] - np.where(own, -np.inf, scores).max(axis=1)
    else:
        # A single class is the negative one.
        own = np.unique(y)
        margins = np.where((y == own[-1]) & (len(own) > 1), 1, -1) * scores.ravel()
    return float(average(np.maximum(1 - margins, 0), weights))
