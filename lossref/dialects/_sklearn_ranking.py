"""Metrics of scores and rankings, as `sklearn.metrics` averages them over classes, pairs of classes and rows."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._sklearn_targets import (
    as_array,
    by_class,
    flat,
    indicators,
    kind_of,
    ones_or,
    weights_of,
)
from lossref.dialects._sklearn_targets import (
    average as mean_of,
)
from lossref.metrics._curves import area_under_roc, discounts, gains_in_order, step_precision, threshold_counts


def _area(y: Array, score: Array, weights: Array | None, max_fpr: float | None = None) -> float:
    mass = ones_or(weights, len(y))
    classes = np.unique(y)
    if len(classes) != 2:
        return float("nan")
    _refuse_nothing(mass)
    positive = y == classes[1]
    if max_fpr is None or max_fpr == 1:
        return area_under_roc(positive, score, mass)
    _, hits, alarms = threshold_counts(positive, score, mass)
    if not alarms[-1]:
        raise ValueError("max_fpr takes a negative whose weight is not 0")
    found, false = (np.concatenate(([0.0], counts / counts[-1])) for counts in (hits, alarms))
    stop = np.searchsorted(false, max_fpr, side="right")
    last = np.interp(max_fpr, false[stop - 1 : stop + 1], found[stop - 1 : stop + 1])
    area = np.trapezoid(np.append(found[:stop], last), np.append(false[:stop], max_fpr))
    # McClish: between the area of guessing and the largest that there is, from 1/2 to 1.
    guessing = 0.5 * max_fpr**2
    return float(0.5 * (1 + (area - guessing) / (max_fpr - guessing)))


@register("sklearn.metrics.roc_auc_score")
def roc_auc_score(
    y_true: Any,
    y_score: Any,
    *,
    average: str | None = "macro",
    sample_weight: Any = None,
    max_fpr: float | None = None,
    multi_class: str = "raise",
    labels: Any = None,
) -> Any:
    y, score = as_array(y_true), np.asarray(y_score)
    weights = weights_of(sample_weight, len(y), all_zero=True)
    kind = kind_of(y)
    if kind == "multiclass" or (kind == "binary" and score.ndim == 2 and score.shape[1] > 2):
        if multi_class not in {"ovr", "ovo"} or (max_fpr is not None and max_fpr != 1):
            raise ValueError("more than two classes take multi_class 'ovr' or 'ovo', and no max_fpr")
        if multi_class == "ovo" and y.ndim > 1:
            raise ValueError("y_true: multi_class 'ovo' takes a vector, no column")
        return _of_classes(flat(y), score, labels, multi_class, average, weights)
    area = functools.partial(_area, max_fpr=max_fpr)
    if kind == "binary":
        y = flat(y)
        return area(y, flat(score, "y_score"), weights)
    if kind != "multilabel" or y.shape != score.shape:
        raise ValueError(f"y_true of kind {kind} and shape {y.shape} does not go with y_score of shape {score.shape}")
    return by_class(area, (y != 0).astype(np.int64), score, average, weights)


def _of_classes(y: Array, score: Array, labels: Any, multi_class: str, how: str | None, weights: Array | None) -> Any:
    classes = np.unique(y) if labels is None else as_array(labels)
    if score.ndim != 2 or score.shape[1] != len(classes) or not np.allclose(score.sum(axis=1), 1.0):
        raise ValueError(f"y_score: expected a distribution over {len(classes)} classes in each row")
    if how == "samples":
        raise ValueError("average samples takes rows of indicators")
    if multi_class == "ovr":
        return by_class(_area, indicators(y, classes), score, how, weights)
    if weights is not None or how not in {"macro", "weighted"}:
        raise ValueError("multi_class 'ovo' takes the average macro or weighted, and no sample_weight")
    areas, shares = [], []
    for a, b in itertools.combinations(np.flatnonzero(np.isin(classes, y)), 2):
        either = (y == classes[a]) | (y == classes[b])
        both = [_area((y == classes[c])[either].astype(int), score[either, c], None) for c in (a, b)]
        areas.append(0.5 * sum(both))
        shares.append(np.mean(either))
    return float(mean_of(np.array(areas), np.array(shares) if how == "weighted" else None))


@register("sklearn.metrics.average_precision_score")
def average_precision_score(
    y_true: Any, y_score: Any, *, average: str | None = "macro", pos_label: Any = 1, sample_weight: Any = None
) -> Any:
    y, score = as_array(y_true), np.asarray(y_score)
    weights = weights_of(sample_weight, len(y), all_zero=True)
    kind, classes = kind_of(y), np.unique(y)
    if kind == "binary":
        y = flat(y)
        if len(classes) == 2 and pos_label not in classes:
            raise ValueError(f"pos_label: {pos_label!r} is not among the labels {classes.tolist()}")
        return _precision((y == pos_label).astype(np.int64), flat(score, "y_score"), weights)
    if kind not in {"multiclass", "multilabel"} or pos_label != 1:
        raise ValueError(f"y_true of kind {kind} has no average precision, or none for a pos_label")
    onehot = indicators(flat(y), classes) if kind == "multiclass" else (y != 0).astype(np.int64)
    if onehot.shape != score.shape:
        raise ValueError(f"y_score: expected shape {onehot.shape}, got {score.shape}")
    return by_class(_precision, onehot, score, average, weights)


def _precision(y: Array, score: Array, weights: Array | None) -> float:
    mass = ones_or(weights, len(y))
    _refuse_nothing(mass)
    return step_precision(y == 1, score, mass)


def _refuse_nothing(mass: Array) -> None:
    if not mass.any():
        raise ValueError("sample_weight: expected at least one that is not 0")


@register("sklearn.metrics.top_k_accuracy_score")
def top_k_accuracy_score(
    y_true: Any, y_score: Any, *, k: int = 2, normalize: bool = True, sample_weight: Any = None, labels: Any = None
) -> Any:
    y, score = flat(y_true, "y_true"), np.asarray(y_score)
    weights = weights_of(sample_weight, len(y), all_zero=not normalize)
    classes = np.unique(y) if labels is None else as_array(labels)
    if labels is not None and len(classes) != len(np.unique(classes)):
        raise ValueError("labels: expected distinct ones")
    if kind_of(y) == "binary" and len(classes) <= 2:
        if len(classes) < 2:
            raise ValueError("y_score is of two classes, there is one: give both `labels`")
        hits = _binary_hits(np.searchsorted(classes, y), flat(score, "y_score"), k)
    else:
        if score.ndim != 2 or score.shape[1] != len(classes):
            raise ValueError(f"y_score: expected a column for each of {len(classes)} classes; give all `labels`")
        order = np.argsort(score, axis=1, kind="stable")[:, ::-1][:, :k]
        hits = (order == np.searchsorted(classes, y)[:, None]).any(axis=1)
    if normalize:
        return float(mean_of(hits, weights))
    return float(hits.sum() if weights is None else np.dot(hits, np.asarray(sample_weight)))


def _binary_hits(y: Array, score: Array, k: int) -> Array:
    if k > 1:
        return np.ones(len(y), dtype=bool)
    # Scores within [0, 1] are taken for probabilities.
    threshold = 0.5 if score.min() >= 0 and score.max() <= 1 else 0
    return np.equal(score > threshold, y)


def _gains(y_true: Any, y_score: Any, sample_weight: Any) -> tuple[Array, Array, Array | None]:
    y, score = np.asarray(y_true), np.asarray(y_score)
    if y.ndim != 2 or y.shape[1] < 2 or y.shape != score.shape:
        raise ValueError(f"expected rows of at least two gains and as many scores; got {y.shape}, {score.shape}")
    return y, score, weights_of(sample_weight, len(y))


@register("sklearn.metrics.dcg_score")
def dcg_score(
    y_true: Any,
    y_score: Any,
    *,
    k: int | None = None,
    log_base: float = 2,
    sample_weight: Any = None,
    ignore_ties: bool = False,
) -> Any:
    y, score, weights = _gains(y_true, y_score, sample_weight)
    return float(mean_of(gains_in_order(y, score, discounts(y.shape[1], log_base, k), tied=not ignore_ties), weights))


@register("sklearn.metrics.ndcg_score")
def ndcg_score(
    y_true: Any, y_score: Any, *, k: int | None = None, sample_weight: Any = None, ignore_ties: bool = False
) -> Any:
    y, score, weights = _gains(y_true, y_score, sample_weight)
    if y.min() < 0:
        raise ValueError("y_true: expected gains that are not negative")
    discount = discounts(y.shape[1], 2, k)
    gained = gains_in_order(y, score, discount, tied=not ignore_ties)
    best = gains_in_order(y, y, discount, tied=False)
    return float(mean_of(np.divide(gained, best, out=np.zeros(len(y)), where=best != 0), weights))
