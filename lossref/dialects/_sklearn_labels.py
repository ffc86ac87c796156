"""Metrics of predicted labels, as `sklearn.metrics` counts them: strings, subsets of labels, rows of indicators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._sklearn_targets import as_array, average, ones_or, targets, weights_of
from lossref.metrics._counting import Counts, confusion, mean_of_known
from lossref.metrics.labels import kappa_of, matthews_of, normalized
from lossref.metrics.rates import fbeta_of, jaccard_of, precision_of, recall_of


@register("sklearn.metrics.accuracy_score")
def accuracy_score(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> Any:
    kind, y, p = targets(y_true, y_pred)
    weights = weights_of(sample_weight, len(y))
    right = (y == p).all(axis=1) if kind == "multilabel" else y == p
    if normalize:
        return float(average(right, weights))
    # Booleans times booleans are a boolean: such weights say whether any of theirs is right.
    return float(right.sum() if weights is None else np.dot(right, np.asarray(sample_weight)))


@register("sklearn.metrics.zero_one_loss")
def zero_one_loss(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> Any:
    right = accuracy_score(y_true, y_pred, normalize=normalize, sample_weight=sample_weight)
    if normalize:
        return 1.0 - right
    return float((len(as_array(y_true)) if sample_weight is None else np.sum(sample_weight)) - right)


@register("sklearn.metrics.hamming_loss")
def hamming_loss(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> Any:
    kind, y, p = targets(y_true, y_pred)
    weights = weights_of(sample_weight, len(y))
    if kind == "multilabel":
        wrong = ones_or(weights, len(y)) @ (y != p)
        return float(wrong.sum() / (y.size * (1.0 if weights is None else weights.mean())))
    return float(average(y != p, weights))


@register("sklearn.metrics.confusion_matrix")
def confusion_matrix(
    y_true: Any, y_pred: Any, *, labels: Any = None, sample_weight: Any = None, normalize: str | None = None
) -> Any:
    table = _table(y_true, y_pred, labels, sample_weight)
    integral = sample_weight is None or np.asarray(sample_weight).dtype.kind in "iub"
    table = normalized(table, normalize or "none")
    return table.astype(np.int64 if integral and normalize is None else np.float64)


def _table(y_true: Any, y_pred: Any, labels: Any, sample_weight: Any) -> Array:
    kind, y, p = targets(y_true, y_pred)
    if kind == "multilabel":
        raise ValueError("a confusion matrix takes one label for each sample")
    weights = ones_or(weights_of(sample_weight, len(y)), len(y))
    if labels is None:
        return confusion(y, p, np.union1d(y, p), weights)
    known = as_array(labels)
    if not known.size:
        raise ValueError("labels: expected at least one")
    if not y.size:
        return np.zeros((len(known), len(known)))
    if not np.isin(known, y).any():
        raise ValueError("labels: expected at least one that is in y_true")
    return confusion(y, p, known, weights)


@register("sklearn.metrics.balanced_accuracy_score")
def balanced_accuracy_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None, adjusted: bool = False) -> Any:
    table = _table(y_true, y_pred, None, sample_weight)
    recalls = np.diagonal(table) / table.sum(axis=1)
    recalls = recalls[~np.isnan(recalls)]
    score = np.mean(recalls) if recalls.size else np.float64("nan")
    if not adjusted:
        return float(score)
    by_chance = np.divide(1.0, len(recalls))
    return float(np.divide(score - by_chance, 1.0 - by_chance))


@register("sklearn.metrics.cohen_kappa_score")
def cohen_kappa_score(
    y1: Any,
    y2: Any,
    *,
    labels: Any = None,
    weights: str | None = None,
    sample_weight: Any = None,
    replace_undefined_by: Any = float("nan"),
) -> Any:
    kappa = kappa_of(_table(y1, y2, labels, sample_weight), weights or "none")
    return float(replace_undefined_by) if np.isnan(kappa) else kappa


@register("sklearn.metrics.matthews_corrcoef")
def matthews_corrcoef(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> Any:
    return matthews_of(_table(y_true, y_pred, None, sample_weight))


def _counts(
    y_true: Any, y_pred: Any, labels: Any, pos_label: Any, average_of: str | None, sample_weight: Any
) -> tuple[Counts, Array | None]:
    """Count by class (by sample for average samples); the weights of the samples come beside."""
    kind, y, p = targets(y_true, y_pred)
    weights = weights_of(sample_weight, len(y))
    if average_of == "binary" and kind != "binary":
        raise ValueError(f"average binary takes two classes, the target is {kind}: choose another average")
    if average_of == "samples" and kind != "multilabel":
        raise ValueError("average samples takes rows of indicators")
    if kind == "multilabel":
        return _counts_of_indicators(y, p, labels, average_of == "samples", weights), weights
    present = np.union1d(y, p)
    if average_of == "binary":
        if len(present) > 1 and pos_label not in present:
            raise ValueError(f"pos_label: {pos_label!r} is not among the labels {present.tolist()}")
        wanted = np.array([pos_label])
    else:
        wanted = present if labels is None else as_array(labels)
    return Counts.of(y, p, _alike(wanted, present), weights), weights


def _alike(labels: Array, present: Array) -> Array:
    """Labels of the kind that there are; numbers are none of the strings."""
    if (labels.dtype.kind in "US") == (present.dtype.kind in "US"):
        return labels
    return labels.astype(str) if present.dtype.kind in "US" else np.full(labels.shape, np.inf)


def _counts_of_indicators(y: Array, p: Array, labels: Any, by_sample: bool, weights: Array | None) -> Counts:
    if labels is not None:
        columns = np.asarray(labels)
        if columns.size and (columns.max() >= y.shape[1] or columns.min() < 0):
            raise ValueError(f"labels: expected columns from 0 to {y.shape[1] - 1}")
        y, p = y[:, columns], p[:, columns]
    parts = (y & p, p, y)
    if by_sample:
        return Counts(*(part.sum(axis=1) for part in parts))
    return Counts(*(part.sum(axis=0) if weights is None else weights @ part for part in parts))


def _rate(
    of: Callable[[Counts, float], Array], known: tuple[Counts, Array | None], how: str | None, zero_division: Any
) -> Any:
    counts, weights = known
    nothing = 0.0 if isinstance(zero_division, str) and zero_division == "warn" else float(zero_division)
    scores = of(counts.together() if how == "micro" else counts, nothing)
    if how is None:
        return scores
    if how == "samples" and weights is not None and not weights[~np.isnan(scores)].any():
        return float("nan")  # of classes, those without weight have a plain mean
    return mean_of_known(scores, {"weighted": counts.actual, "samples": weights}.get(how))


@register("sklearn.metrics.precision_score")
def precision_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    counts = _counts(y_true, y_pred, labels, pos_label, average, sample_weight)
    return _rate(precision_of, counts, average, zero_division)


@register("sklearn.metrics.recall_score")
def recall_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    counts = _counts(y_true, y_pred, labels, pos_label, average, sample_weight)
    return _rate(recall_of, counts, average, zero_division)


@register("sklearn.metrics.fbeta_score")
def fbeta_score(
    y_true: Any,
    y_pred: Any,
    *,
    beta: float,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    counts = _counts(y_true, y_pred, labels, pos_label, average, sample_weight)
    return _rate(lambda c, nothing: fbeta_of(c, beta, nothing), counts, average, zero_division)


@register("sklearn.metrics.f1_score")
def f1_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    counts = _counts(y_true, y_pred, labels, pos_label, average, sample_weight)
    return _rate(lambda c, nothing: fbeta_of(c, 1.0, nothing), counts, average, zero_division)


@register("sklearn.metrics.jaccard_score")
def jaccard_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    if zero_division != "warn" and zero_division not in {0, 1}:
        raise ValueError("zero_division: expected 'warn', 0 or 1")
    counts = _counts(y_true, y_pred, labels, pos_label, average, sample_weight)
    return _rate(jaccard_of, counts, average, zero_division)
