"""How well answers fit a calibrated item, whatever forms they came from."""

from __future__ import annotations

import dataclasses
from typing import Any

import mpmath
import numpy as np

from assessments.insights.classical import score_groups
from assessments.insights.irt_likelihood import Answers, Estimates, posteriors, sigmoid

Array = np.ndarray[Any, Any]

_MOST_GROUPS = 10
# Cochran (1954): a chi-square's expected counts should be five or more.
_LEAST_EXPECTED = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """Mean squares and a chi-square.

    `outfit` and `infit` are mean squared residuals over their variance, unweighted and weighted by information, each
    taken over the person's posterior: 1 where the model holds, more with noise, less with answers too regular.

    `chi_square` compares right answers observed and expected in groups of persons, formed by and expected from the
    probability that a person's *other* answers give: Orlando & Thissen's S-X² (2000) with predictions in place of rest
    scores, so that forms may differ. None where answers are too few for `degrees` of freedom.
    """

    infit: float
    outfit: float
    chi_square: float | None = None
    degrees: int = 0
    p_value: float | None = None


def fit_of(answers: Answers, found: Estimates) -> tuple[Fit, ...]:
    predicted, squares, weighted = _residuals(answers, found)
    count = answers.presented.sum(0)
    parameters = 1 if found.tied else 2
    return tuple(
        Fit(float(weighted[place]), float(squares[place] / count[place]), *_chi_square(right, expected, parameters))
        for place, (right, expected) in enumerate(zip(answers.right.T, predicted.T, strict=True))
    )


def _residuals(answers: Answers, found: Estimates) -> tuple[Array, Array, Array]:
    """Predictions from the other answers (NaN where not presented), summed squared residuals, and infit."""
    # With odds e^x a right answer has the inverse probability 1 + e^−x, a wrong one 1 + e^x.
    odds = np.exp(found.logits)
    right = sigmoid(found.logits)
    predicted = np.full(answers.right.shape, np.nan)
    squares, raw, variance = (np.zeros(len(odds)) for _ in range(3))
    for rows, weights, _ in posteriors(answers, found.parameters):
        given, presented = answers.right[rows], answers.presented[rows]
        # Without its own answer a posterior is w/P(answer), so the probability of that answer is 1/Σ(w/P).
        hit, miss = weights @ (1 + 1 / odds).T, weights @ (1 + odds).T
        predicted[rows] = np.where(presented == 0, np.nan, np.where(given == 1, 1 / hit, 1 - 1 / miss))
        hits, misses = given.T @ weights, (presented - given).T @ weights
        squares += (hits / odds + misses * odds).sum(1)
        raw += (hits * (1 - right) ** 2 + misses * right**2).sum(1)
        variance += ((hits + misses) * right * (1 - right)).sum(1)
    return predicted, squares, raw / variance


def _chi_square(right: Array, expected: Array, parameters: int) -> tuple[float | None, int, float | None]:
    known = ~np.isnan(expected)
    rarer = min(float(expected[known].sum()), float((1 - expected[known]).sum()))
    count = min(_MOST_GROUPS, int(rarer / _LEAST_EXPECTED))
    groups = score_groups(expected.round(12), max(count, 1))[known]
    surplus = np.bincount(groups, right[known] - expected[known])
    variance = np.bincount(groups, expected[known] * (1 - expected[known]))
    filled = variance > 0
    degrees = int(filled.sum()) - parameters
    if degrees < 1:
        return None, 0, None
    statistic = float((surplus[filled] ** 2 / variance[filled]).sum())
    tail = mpmath.gammainc(degrees / 2, statistic / 2, mpmath.inf, regularized=True)
    return statistic, degrees, float(tail)
