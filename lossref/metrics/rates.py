"""Precision, recall and what is made of both: shares of the entries that a class was predicted for, or has."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.metrics._counting import LABELS, Counts, binary_labels, counting, mean_of_known, ratio
from lossref.spec import LossSpec, Parameter, Peer

_OPTIONS = {
    "average": ("binary", "macro", "micro", "weighted", "none"),
    "zero_division": (0, 1, "nan"),
    "pos_label": (1, 0),
}
_REFERENCES = ("C. J. van Rijsbergen, Information Retrieval, 2nd ed., 1979, chapter 7",)
_OURS = {"y_true": "y_true", "y_pred": "y_pred"}


def fbeta_of(counts: Counts, beta: float, nothing: float) -> Array:
    """(1 + β²) TP / (β² (TP + FN) + TP + FP); for β = ∞ that is TP / (TP + FN)."""
    if np.isinf(beta):
        return ratio(counts.hits, counts.actual, nothing)
    square = beta * beta
    return ratio((1.0 + square) * counts.hits, square * counts.actual + counts.predicted, nothing)


def precision_of(counts: Counts, nothing: float) -> Array:
    return ratio(counts.hits, counts.predicted, nothing)


def recall_of(counts: Counts, nothing: float) -> Array:
    return ratio(counts.hits, counts.actual, nothing)


def jaccard_of(counts: Counts, nothing: float) -> Array:
    """TP / (TP + FP + FN)."""
    return ratio(counts.hits, counts.predicted + counts.actual - counts.hits, nothing)


def _counts(y: Array, p: Array, weights: Array | None, average: str, pos_label: int) -> Counts:
    mass, y, p = counting(weights, y, p)
    labels = binary_labels(y, p, float(pos_label)) if average == "binary" else np.union1d(y, p)
    counts = Counts.of(y, p, labels, mass)
    return counts.together() if average == "micro" else counts


def _averaged(scores: Array, counts: Counts, average: str) -> Any:
    return scores if average == "none" else mean_of_known(scores, counts.actual if average == "weighted" else None)


def _precision(
    y: Array, p: Array, *, weights: Array | None, average: str, zero_division: float | str, pos_label: int
) -> Any:
    counts = _counts(y, p, weights, average, pos_label)
    return _averaged(precision_of(counts, float(zero_division)), counts, average)


def _recall(
    y: Array, p: Array, *, weights: Array | None, average: str, zero_division: float | str, pos_label: int
) -> Any:
    counts = _counts(y, p, weights, average, pos_label)
    return _averaged(recall_of(counts, float(zero_division)), counts, average)


def _fbeta(
    y: Array, p: Array, beta: float, *, weights: Array | None, average: str, zero_division: float | str, pos_label: int
) -> Any:
    counts = _counts(y, p, weights, average, pos_label)
    return _averaged(fbeta_of(counts, beta, float(zero_division)), counts, average)


def _f1(y: Array, p: Array, *, weights: Array | None, average: str, zero_division: float | str, pos_label: int) -> Any:
    return _fbeta(y, p, 1.0, weights=weights, average=average, zero_division=zero_division, pos_label=pos_label)


def _jaccard(
    y: Array, p: Array, *, weights: Array | None, average: str, zero_division: float | str, pos_label: int
) -> Any:
    counts = _counts(y, p, weights, average, pos_label)
    return _averaged(jaccard_of(counts, float(zero_division)), counts, average)


PRECISION = LossSpec(
    name="precision",
    aliases=("precision_score",),
    family="metrics",
    summary="Share of the predictions of a class that are right.",
    latex=r"\frac{TP}{TP + FP}",
    references=_REFERENCES,
    parameters=LABELS,
    options=_OPTIONS,
    gives="metric",
    terms=_precision,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.precision_score", _OURS),),
)


def precision(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide the true positives by the predicted positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        `average` binary (default: of the class `pos_label`, 1 or 0), macro, micro, weighted (by the classes' counts
        in y_true) or none (one number for each label that occurs, sorted); `zero_division` 0 (default), 1 or "nan"
        for a class that is never predicted ("nan" leaves it out of averages); `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar, or ndarray for average none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.precision_score.

    Examples
    --------
    >>> print(precision([1, 0, 1, 0], [1, 1, 1, 1]))
    0.5
    """
    return PRECISION.value(y_true, y_pred, **options)


RECALL = LossSpec(
    name="recall",
    aliases=("recall_score", "sensitivity"),
    family="metrics",
    summary="Share of the members of a class that are found.",
    latex=r"\frac{TP}{TP + FN}",
    references=_REFERENCES,
    parameters=LABELS,
    options=_OPTIONS,
    gives="metric",
    terms=_recall,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.recall_score", _OURS),),
)


def recall(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide the true positives by the actual positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        As for `precision`.

    Returns
    -------
    numpy floating scalar, or ndarray for average none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.recall_score.

    Examples
    --------
    >>> print(recall([1, 0, 1, 0], [1, 1, 0, 0]))
    0.5
    """
    return RECALL.value(y_true, y_pred, **options)


F1 = LossSpec(
    name="f1",
    aliases=("f1_score",),
    family="metrics",
    summary="Harmonic mean of precision and recall; a macro average is the mean of the classes' F1.",
    latex=r"\frac{2\,TP}{2\,TP + FP + FN}",
    references=_REFERENCES,
    parameters=LABELS,
    options=_OPTIONS,
    gives="metric",
    terms=_f1,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.f1_score", _OURS),),
)


def f1(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide twice the true positives by the predicted plus the actual positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        As for `precision`.

    Returns
    -------
    numpy floating scalar, or ndarray for average none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.f1_score.

    Examples
    --------
    >>> print(f1([1, 0, 1, 1], [1, 1, 0, 1]).round(6))
    0.666667
    """
    return F1.value(y_true, y_pred, **options)


FBETA = LossSpec(
    name="fbeta",
    aliases=("fbeta_score", "f_beta"),
    family="metrics",
    summary="Weighted harmonic mean of precision and recall, in which recall counts β times as much.",
    latex=r"\frac{(1 + \beta^2)\,TP}{(1 + \beta^2)\,TP + \beta^2\,FN + FP}",
    references=_REFERENCES,
    parameters=(*LABELS, Parameter("beta", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.5, 3.0))),
    options=_OPTIONS,
    gives="metric",
    terms=_fbeta,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.fbeta_score", {**_OURS, "beta": "beta"}, fixed={"beta": 1.0}),),
)


def fbeta(y_true: Any, y_pred: Any, beta: float = 1.0, **options: Any) -> Any:
    """Weigh recall β times as much as precision, in their harmonic mean.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    beta : float, not negative
        0 gives precision, 1 gives F1, and recall is the limit.
    **options
        As for `precision`.

    Returns
    -------
    numpy floating scalar, or ndarray for average none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.fbeta_score, which has no default beta.

    Examples
    --------
    >>> print(fbeta([1, 1, 1, 0], [1, 0, 0, 0], beta=2.0).round(6))
    0.384615
    """
    return FBETA.value(y_true, y_pred, beta, **options)


JACCARD_SCORE = LossSpec(
    name="jaccard_score",
    aliases=("jaccard_index",),
    family="metrics",
    summary="Share of the entries of a class, actual or predicted, that are both; the loss of masks is `jaccard`.",
    latex=r"\frac{TP}{TP + FP + FN}",
    references=("P. Jaccard, The distribution of the flora in the alpine zone, New Phytologist 11, 1912",),
    parameters=LABELS,
    options=_OPTIONS,
    gives="metric",
    terms=_jaccard,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.jaccard_score", _OURS),),
)


def jaccard_score(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide the true positives by the entries that are positive, predicted so, or both.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        As for `precision`.

    Returns
    -------
    numpy floating scalar, or ndarray for average none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.jaccard_score.

    Examples
    --------
    >>> print(jaccard_score([1, 1, 0, 0], [1, 0, 1, 0]).round(6))
    0.333333
    """
    return JACCARD_SCORE.value(y_true, y_pred, **options)


SPECS = (PRECISION, RECALL, F1, FBETA, JACCARD_SCORE)
