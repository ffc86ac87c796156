"""Classical test theory on scores in [0, 1], NaN where an item was not presented or has no score.

A figure of fewer than `TOO_FEW` answers is None, with its n; so is one that the answers leave undefined (a correlation
where nobody differs). Forms are taken to be drawn at random, so that persons of different forms are alike on average.
"""

from __future__ import annotations

import dataclasses
import math
from statistics import NormalDist
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

TOO_FEW = 30
# Kelley (1939): with normal scores the outer 27 % separate best.
OUTER = 0.27
_Z = NormalDist().inv_cdf(0.975)


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of answers it rests on."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Reliability:
    """Of the mean score over a form of `length` items; `error` is its standard error of measurement.

    With 0/1 scores alpha is KR-20 (`dichotomous`). Where forms differ (`complete` is false), variances and covariances
    are those of the persons who were presented both items, and alpha is that of a form of the mean length.
    """

    alpha: Estimate
    error: float | None
    length: float
    dichotomous: bool
    complete: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Distribution:
    """Mean, standard deviation and quartiles of scores, and how many fall in each of equal bins of [0, 1]."""

    n: int
    counts: tuple[int, ...]
    mean: float | None = None
    deviation: float | None = None
    quartiles: tuple[float, float, float] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Durations:
    n: int
    lower: float | None = None
    median: float | None = None
    upper: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Curves:
    """For each option its share of answers in each score group, lowest group first; `unanswered` likewise.

    A share is None where its group is empty, which ties can do; all are where fewer than `TOO_FEW` answered.
    """

    sizes: tuple[int, ...]
    options: tuple[tuple[float | None, ...], ...]
    unanswered: tuple[float | None, ...]


def checked(scores: Array) -> Array:
    """Refuse what is no matrix of scores."""
    if scores.ndim != 2 or ((scores < 0) | (scores > 1)).any():
        raise ValueError(
            f"expected persons × items of scores in [0, 1], NaN where there is none; got the shape {scores.shape} "
            f"with values from {np.nanmin(scores, initial=np.inf)} to {np.nanmax(scores, initial=-np.inf)}"
        )
    return scores


def item_means(scores: Array) -> Array:
    """Mean score of each column of a matrix; 0 where nobody has one."""
    means: Array = np.nansum(scores, 0) / np.maximum((~np.isnan(scores)).sum(0), 1)
    return means


def facility(scores: Array) -> Estimate:
    """Mean score with Wilson's interval (1927), which serves for any proportion.

    Wilson counts Bernoulli trials. A fractional score is worth as many as its variance says: n·p(1 − p)/variance, which
    is n for 0/1 scores. One more score of Bernoulli's variance keeps that finite where all scores are equal.
    """
    known = scores[~np.isnan(scores)]
    n = len(known)
    if n < TOO_FEW:
        return Estimate(n)
    p = float(known.mean())
    bernoulli = p * (1 - p)
    variance = (n * float(known.var()) + bernoulli) / (n + 1)
    trials = n * bernoulli / variance if variance else float(n)
    shrink = 1 + _Z**2 / trials
    middle = (p + _Z**2 / (2 * trials)) / shrink
    half = _Z * math.sqrt(bernoulli / trials + _Z**2 / (4 * trials**2)) / shrink
    # Both ends hold p; at 0 and 1 rounding alone would part them from it.
    return Estimate(n, p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def rest_scores(scores: Array, persons: Array, items: Array) -> Array:
    """For each record of a score, with its person's and its item's number, the mean of the person's other scores.

    Each is taken less the mean of its item: on one form that ranks persons as the rest score does, and where forms
    differ an easy form brings no advantage. NaN where the score is, or where the person has no other.
    """
    known = ~np.isnan(scores)
    _, items = np.unique(items, return_inverse=True)
    filled = np.where(known, scores, 0.0)
    means = np.bincount(items, filled) / np.maximum(np.bincount(items, known), 1)
    centred = np.where(known, scores - means[items], 0.0)
    others = np.bincount(persons, known)[persons] - known
    rest = (np.bincount(persons, centred)[persons] - centred) / np.maximum(others, 1)
    # Equal scores must tie, in whatever order they were added.
    return np.where(known & (others > 0), rest.round(12), np.nan)


def discrimination(scores: Array, rest: Array) -> Estimate:
    """Item-rest correlation with Fisher's z interval."""
    known = ~(np.isnan(scores) | np.isnan(rest))
    n = int(known.sum())
    if n < TOO_FEW:
        return Estimate(n)
    x, y = scores[known] - scores[known].mean(), rest[known] - rest[known].mean()
    # No BLAS: it would call threads together for each of hundreds of short sums.
    scale = math.sqrt(float((x * x).sum()) * float((y * y).sum()))
    if scale <= np.finfo(float).eps * n:
        return Estimate(n)
    r = min(1.0, max(-1.0, float((x * y).sum()) / scale))
    with np.errstate(divide="ignore"):
        z, half = np.arctanh(r), _Z / math.sqrt(n - 3)
    return Estimate(n, r, float(np.tanh(z - half)), float(np.tanh(z + half)))


def d_index(scores: Array, rest: Array, share: float = OUTER) -> float | None:
    """Facility in the upper `share` by rest score less that in the lower; ties lie on one side together."""
    known = ~(np.isnan(scores) | np.isnan(rest))
    if known.sum() < TOO_FEW:
        return None
    standing = _standing(rest[known])
    lower, upper = scores[known][standing <= share], scores[known][standing >= 1 - share]
    return float(upper.mean() - lower.mean()) if len(lower) and len(upper) else None


def score_groups(totals: Array, count: int = 3) -> Array:
    """Cut persons into `count` groups of like size by score, 0 the lowest, ties together; −1 where the score is NaN."""
    known = ~np.isnan(totals)
    groups = np.full(len(totals), -1)
    groups[known] = np.minimum((_standing(totals[known]) * count).astype(int), count - 1)
    return groups


def option_curves(ticked: Array, totals: Array, count: int = 3) -> Curves:
    """Give the distractor curves of an item: `ticked` is persons × options (bool), `totals` are rest scores."""
    groups = score_groups(totals, count)
    inside = np.array([groups == group for group in range(count)])
    sizes = inside.sum(1)
    columns = np.column_stack([ticked, ~ticked.any(1)]).astype(float)
    enough = sizes.sum() >= TOO_FEW
    shares = (inside @ columns / np.maximum(sizes, 1)[:, None]).T
    rows = [
        tuple(float(share) if enough and size else None for share, size in zip(row, sizes, strict=True))
        for row in shares
    ]
    return Curves(tuple(sizes.tolist()), tuple(rows[:-1]), rows[-1])


def reliability(scores: Array) -> Reliability:
    """Cronbach's alpha (1951) with Bonett's interval (2002), and the standard error of measurement: persons × items.

    With mean item variance v, mean covariance c and m items a form, alpha is m·c/(v + (m − 1)·c): Cronbach's where all
    were presented all, Spearman and Brown's step to the mean length where forms differ. A mean over m items has the
    variance (v + (m − 1)·c)/m, of which (v − c)/m is error.
    """
    presented = ~np.isnan(checked(scores))
    known = presented.sum(1) >= 2
    n, length = int(known.sum()), float(presented[known].sum(1).mean()) if known.any() else 0.0
    dichotomous = bool(np.isin(scores[presented], (0.0, 1.0)).all())
    complete = bool(presented[:, presented.any(0)].all())
    variance, covariance = _pooled(scores[known])
    total = variance + (length - 1) * covariance
    if n < TOO_FEW or not total > 0:
        return Reliability(Estimate(n), None, length, dichotomous, complete)
    alpha = length * covariance / total
    half = _Z * math.sqrt(2 * length / ((length - 1) * (n - 2)))
    low, high = (1 - (1 - alpha) * math.exp(sign * half) for sign in (1, -1))
    error = math.sqrt(max(0.0, variance - covariance) / length)
    return Reliability(Estimate(n, alpha, low, high), error, length, dichotomous, complete)


def distribution(totals: Array, bins: int = 20) -> Distribution:
    """Describe the persons' scores on the scale 0 to 1."""
    known = totals[~np.isnan(totals)]
    counts = tuple(np.histogram(known, bins, (0.0, 1.0))[0].tolist())
    if len(known) < TOO_FEW:
        return Distribution(len(known), counts)
    lower, median, upper = (float(cut) for cut in np.quantile(known, (0.25, 0.5, 0.75)))
    return Distribution(len(known), counts, float(known.mean()), float(known.std(ddof=1)), (lower, median, upper))


def durations(seconds: Array) -> Durations:
    """Give median and quartiles of the times; NaN where none was measured."""
    known = seconds[~np.isnan(seconds)]
    if len(known) < TOO_FEW:
        return Durations(len(known))
    return Durations(len(known), *(float(cut) for cut in np.quantile(known, (0.25, 0.5, 0.75))))


def _standing(values: Array) -> Array:
    """Share of persons below each value, ties counted half."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return ((np.cumsum(counts) - counts / 2) / len(values))[place]


def _pooled(scores: Array) -> tuple[float, float]:
    """Mean variance of an item and mean covariance of a pair, each weighted by its degrees of freedom."""
    presented = (~np.isnan(scores)).astype(float)
    centred = np.nan_to_num(scores - item_means(scores))
    pairs = presented.T @ presented
    sums = centred.T @ presented
    products = centred.T @ centred - sums * sums.T / np.maximum(pairs, 1)
    freedom = np.maximum(pairs - 1, 0)
    own, both = np.trace(freedom), freedom.sum()
    if both == own:
        return 0.0, 0.0
    return float(np.trace(products) / own), float((products.sum() - np.trace(products)) / (both - own))
