"""What thresholds on scores do: the curves under which areas are taken, and gains of rankings."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array

AnyArray = npt.NDArray[Any]


def threshold_counts(positive: AnyArray, score: AnyArray, weights: AnyArray) -> tuple[AnyArray, Array, Array]:
    """Distinct scores from the highest down, and for each the mass of the positives and negatives down to there."""
    distinct, place = np.unique(score, return_inverse=True)
    mass = [np.bincount(place, weights * part, minlength=len(distinct))[::-1] for part in (positive, ~positive)]
    return distinct[::-1], np.cumsum(mass[0]), np.cumsum(mass[1])


def area_under_roc(positive: AnyArray, score: AnyArray, weights: AnyArray) -> float:
    """Chance that a positive scores above a negative, ties counting ½; NaN without both."""
    _, hits, alarms = threshold_counts(positive, score, weights)
    if not hits[-1] or not alarms[-1]:
        return float("nan")
    # Each positive is above the negatives of the lower thresholds and tied with those of its own.
    above, tied = alarms[-1] - alarms, np.diff(alarms, prepend=0.0)
    return float(np.diff(hits, prepend=0.0) @ (above + 0.5 * tied) / (hits[-1] * alarms[-1]))


def step_precision(positive: AnyArray, score: AnyArray, weights: AnyArray) -> float:
    """Mean over the positives of the precision at their own score; 0 without any."""
    _, hits, alarms = threshold_counts(positive, score, weights)
    if not hits[-1]:
        return 0.0
    gained = np.diff(hits, prepend=0.0)
    found = gained > 0.0
    return float(np.sum(gained[found] * hits[found] / (hits + alarms)[found]) / hits[-1])


def discounts(length: int, log_base: float, k: int | None) -> Array:
    """1 / log(1 + rank), 0 beyond the rank k."""
    discount: Array = np.log(log_base) / np.log(np.arange(2, length + 2, dtype=np.float64))
    discount[length if k is None else k :] = 0.0
    return discount


def gains_in_order(gains: AnyArray, score: AnyArray, discount: Array, *, tied: bool) -> Array:
    """Discounted gain of each row; where `tied`, equal scores share their ranks' discounts evenly."""
    if tied:
        return np.array([_shared(row, by, discount) for row, by in zip(gains, score, strict=True)])
    order = np.argsort(score)[:, ::-1]
    ranked: Array = np.take_along_axis(gains, order, axis=1) @ discount
    return ranked


def _shared(gains: AnyArray, score: AnyArray, discount: Array) -> float:
    _, place, counts = np.unique(-score, return_inverse=True, return_counts=True)
    mean = np.bincount(place, gains, minlength=len(counts)) / counts
    passed = np.cumsum(discount)[np.cumsum(counts) - 1]
    return float(mean @ np.diff(passed, prepend=0.0))
