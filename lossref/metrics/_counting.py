"""Counts of labels that the metrics of labels are made of; weights count an entry more than once."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array
from lossref.errors import DomainError, EmptyError
from lossref.spec import Parameter

AnyArray = npt.NDArray[Any]

LABELS = (
    Parameter("y_true", "target", "label01", admits="integer", plausible=(0.0, 1.0), dtype="int64"),
    Parameter("y_pred", "prediction", "label01", admits="integer", plausible=(0.0, 1.0), dtype="int64"),
)


def counting(weights: Array | None, *arrays: AnyArray) -> list[Array]:
    """Weights of the entries that count, and those entries of each flattened array, in float64."""
    flat = [np.asarray(array, dtype=np.float64).reshape(-1) for array in arrays]
    if weights is None:
        weights = np.ones(flat[0].size)
    else:
        kept = weights > 0.0
        weights, flat = weights[kept], [array[kept] for array in flat]
    if not weights.size:
        raise EmptyError("a metric of no entries has no value; leave the case out")
    return [weights, *flat]


def codes(values: AnyArray, labels: AnyArray) -> npt.NDArray[np.intp]:
    """Position of each value among the labels, `len(labels)` where it is none of them."""
    order = np.argsort(labels, kind="stable")
    place = order[np.minimum(np.searchsorted(labels, values, sorter=order), len(labels) - 1)]
    found: npt.NDArray[np.intp] = np.where(labels[place] == values, place, len(labels))
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """For each class the entries that were hit, that were predicted, and that there are."""

    hits: AnyArray
    predicted: AnyArray
    actual: AnyArray

    @classmethod
    def of(cls, y: AnyArray, p: AnyArray, labels: AnyArray, weights: AnyArray | None = None) -> Counts:
        classes = len(labels)
        of_y, of_p = codes(y, labels), codes(p, labels)
        hit = of_y == of_p
        hits = np.bincount(of_y[hit], None if weights is None else weights[hit], minlength=classes + 1)[:classes]
        predicted, actual = (np.bincount(c, weights, minlength=classes + 1)[:classes] for c in (of_p, of_y))
        return cls(hits, predicted, actual)

    def together(self) -> Counts:
        """Count all classes as if they were one: the micro average."""
        return Counts(*(np.sum(counts, keepdims=True) for counts in (self.hits, self.predicted, self.actual)))


def confusion(y: AnyArray, p: AnyArray, labels: AnyArray, weights: AnyArray | None = None) -> AnyArray:
    """Entries of each class (rows) that were predicted as each class (columns); others are left out."""
    classes = len(labels)
    of_y, of_p = codes(y, labels), codes(p, labels)
    inside = (of_y < classes) & (of_p < classes)
    pairs = of_y[inside] * classes + of_p[inside]
    counts = np.bincount(pairs, None if weights is None else weights[inside], minlength=classes * classes)
    return counts.reshape(classes, classes)


def binary_labels(y: Array, p: Array, positive: float) -> Array:
    """Give the one class that a binary average looks at; DomainError where there are others than 0 and 1."""
    for name, labels in (("y_true", y), ("y_pred", p)):
        other = np.flatnonzero((labels != 0.0) & (labels != 1.0))
        if other.size:
            raise DomainError(name, "labels 0 and 1 for average binary", (int(other[0]),), float(labels[other[0]]))
    return np.array([positive])


def ratio(numerator: AnyArray, denominator: AnyArray, nothing: float) -> Array:
    """Quotients, `nothing` for 0/0."""
    quotients = np.full(np.shape(numerator), float(nothing))
    np.divide(numerator, denominator, out=quotients, where=np.not_equal(denominator, 0.0))
    return quotients


def mean_of_known(scores: Array, weights: AnyArray | None) -> float:
    """Mean of the scores that are not NaN; where these weigh nothing, their plain mean."""
    known = ~np.isnan(scores)
    if not known.any():
        return float("nan")
    if weights is None:
        return float(np.mean(scores[known]))
    mass = weights[known]
    return float(np.average(scores[known], weights=mass) if mass.any() else np.mean(scores[known]))
