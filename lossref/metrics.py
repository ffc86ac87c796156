"""Metrics of predicted labels; they have no gradient and no symbolic form."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.errors import DomainError, EmptyError
from lossref.spec import LossSpec, Parameter

_LABELS = (
    Parameter("y_true", "target", "label01", admits="integer", plausible=(0.0, 1.0), dtype="int64"),
    Parameter("y_pred", "prediction", "label01", admits="integer", plausible=(0.0, 1.0), dtype="int64"),
)
_AVERAGES = {"average": ("binary", "macro", "micro", "weighted"), "zero_division": (0, 1, "nan")}
_REFERENCES = ("C. J. van Rijsbergen, Information Retrieval, 2nd ed., 1979, chapter 7",)


def _accuracy(y: Array, p: Array) -> float:
    _refuse_nothing(y)
    return float((y == p).mean())


ACCURACY = LossSpec(
    name="accuracy",
    aliases=("accuracy_score",),
    family="metrics",
    summary="Share of labels that are predicted right.",
    latex=r"\frac{1}{N} \sum_{i=1}^{N} \left[\hat y_i = y_i\right]",
    references=_REFERENCES,
    parameters=_LABELS,
    gives="metric",
    terms=_accuracy,
    slopes={},
)


def accuracy(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Count the share of entries where y_pred equals y_true.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels, not probabilities or scores: those are refused.
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.accuracy_score.

    Examples
    --------
    >>> print(accuracy([0, 1, 2, 2], [0, 1, 1, 2]))
    0.75
    """
    return ACCURACY.value(y_true, y_pred, **options)


def _precision(y: Array, p: Array, average: str, zero_division: float | str) -> float:
    hits, predicted, actual = _counts(y, p, average)
    return _averaged(hits, predicted, actual, average, float(zero_division))


PRECISION = LossSpec(
    name="precision",
    aliases=("precision_score",),
    family="metrics",
    summary="Share of the predictions of a class that are right.",
    latex=r"\frac{TP}{TP + FP}",
    references=_REFERENCES,
    parameters=_LABELS,
    options=_AVERAGES,
    gives="metric",
    terms=_precision,
    slopes={},
)


def precision(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide the true positives by the predicted positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        `average` binary (default: of class 1), macro, micro or weighted (by the classes' counts in y_true);
        `zero_division` 0 (default), 1 or "nan" for a class that is never predicted ("nan" leaves it out of averages).

    Returns
    -------
    numpy floating scalar

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


def _recall(y: Array, p: Array, average: str, zero_division: float | str) -> float:
    hits, _, actual = _counts(y, p, average)
    return _averaged(hits, actual, actual, average, float(zero_division))


RECALL = LossSpec(
    name="recall",
    aliases=("recall_score", "sensitivity"),
    family="metrics",
    summary="Share of the members of a class that are found.",
    latex=r"\frac{TP}{TP + FN}",
    references=_REFERENCES,
    parameters=_LABELS,
    options=_AVERAGES,
    gives="metric",
    terms=_recall,
    slopes={},
)


def recall(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide the true positives by the actual positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        `average` and `zero_division` as for `precision`.

    Returns
    -------
    numpy floating scalar

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


def _f1(y: Array, p: Array, average: str, zero_division: float | str) -> float:
    hits, predicted, actual = _counts(y, p, average)
    return _averaged(2.0 * hits, predicted + actual, actual, average, float(zero_division))


F1 = LossSpec(
    name="f1",
    aliases=("f1_score",),
    family="metrics",
    summary="Harmonic mean of precision and recall; a macro average is the mean of the classes' F1.",
    latex=r"\frac{2\,TP}{2\,TP + FP + FN}",
    references=_REFERENCES,
    parameters=_LABELS,
    options=_AVERAGES,
    gives="metric",
    terms=_f1,
    slopes={},
)


def f1(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Divide twice the true positives by the predicted plus the actual positives.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels; 0 and 1 for `average="binary"`.
    **options
        `average` and `zero_division` as for `precision`.

    Returns
    -------
    numpy floating scalar

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


def _counts(y: Array, p: Array, average: str) -> tuple[Array, Array, Array]:
    """Hits, predictions and members of each class; of class 1 alone for `binary`, of all together for `micro`."""
    _refuse_nothing(y)
    labels = np.union1d(y, p)
    if average == "binary":
        other = labels[(labels != 0.0) & (labels != 1.0)]
        if other.size:
            raise DomainError("y_true, y_pred", "labels 0 and 1 for average binary", (), float(other[0]))
        labels = np.array([1.0])
    members, predictions = y.ravel() == labels[:, None], p.ravel() == labels[:, None]
    counts = [np.asarray(mask.sum(axis=1), dtype=np.float64) for mask in (members & predictions, predictions, members)]
    hits, predicted, actual = [count.sum(keepdims=True) for count in counts] if average == "micro" else counts
    return hits, predicted, actual


def _averaged(numerator: Array, denominator: Array, actual: Array, average: str, nothing: float) -> float:
    scores = np.full_like(numerator, nothing)
    np.divide(numerator, denominator, out=scores, where=denominator > 0.0)
    counted = ~np.isnan(scores)
    weights = (actual if average == "weighted" else np.ones_like(scores))[counted]
    return float((scores[counted] * weights).sum() / weights.sum()) if weights.sum() else nothing


def _refuse_nothing(y: Array) -> None:
    if not y.size:
        raise EmptyError("a share of no labels has no value; leave the case out")


SPECS = (ACCURACY, PRECISION, RECALL, F1)
