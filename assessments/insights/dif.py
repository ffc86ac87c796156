"""Differential item functioning by Mantel and Haenszel: whether equals in score but for the group find an item harder.

Part scores count as they are. The chi-square is Mantel's (1963), for 0/1 scores Mantel & Haenszel's (1959); the odds
ratio reads a score of 0.6 as that share of a right answer, and its error (Robins, Breslow & Greenland 1986) is scaled
by how much less such scores vary than right and wrong do.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist
from typing import Any, Literal

import numpy as np

from assessments.insights.classical import TOO_FEW, checked, item_means

Array = np.ndarray[Any, Any]
Level = Literal["A", "B", "C"]

# ETS asks for as many before it speaks of DIF (Zwick 2012, RR-12-08): 200 in the smaller group, 500 in all.
FEW_IN_GROUP, FEW_IN_ALL = 200, 500
# One unit of ETS's delta scale: 4/1.7, from logits to the normal scale of standard deviation 4.
_DELTA = -2.35
_MOST_ROUNDS = 10
_ONE_SIDED = NormalDist().inv_cdf(0.95)
_SIGNIFICANT = 0.05


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One item's DIF; figures are None under `TOO_FEW` persons in either group, or where scores leave them undefined.

    `odds_ratio` is that of a right answer, reference to focal; `delta` its ETS form, negative where the item is harder
    for the focal group. Both are None where the ratio is 0 or infinite; the level is C then if `chi_square` is
    significant. Else A is negligible (not significant, or |delta| under 1), C large (|delta| at least 1.5 and
    significantly over 1), B between. `few` warns of fewer persons than ETS asks for.
    """

    reference: int
    focal: int
    few: bool
    odds_ratio: float | None = None
    delta: float | None = None
    delta_error: float | None = None
    chi_square: float | None = None
    p_value: float | None = None
    level: Level | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """All items; `purified` are the places of those left out of the matching score, after `rounds` of looking."""

    items: tuple[Item, ...]
    purified: tuple[int, ...]
    rounds: int
    settled: bool


def mantel_haenszel(
    scores: Array, groups: Sequence[Hashable], *, reference: Hashable, focal: Hashable, purify: bool = True
) -> Report:
    """Compare two groups item by item; persons of any other label are left aside.

    Persons are matched by their score on all items without DIF and the studied one, to the nearest whole item. Where
    forms differ it is the mean score over what they had, each less its item's mean, on a form of mean length.
    Purification leaves items of level B and C out of the matching score and looks again until none joins or leaves.
    """
    scores = checked(scores)
    labels = np.fromiter(((label == reference) - (label == focal) for label in groups), int, len(groups))
    if len(labels) != len(scores):
        raise ValueError(f"expected a group label for each of the {len(scores)} persons, got {len(labels)}")
    scores, is_focal = scores[labels != 0], labels[labels != 0] < 0
    left_out: frozenset[int] = frozenset()
    seen: list[frozenset[int]] = []
    while True:
        items = tuple(_item(scores, is_focal, place, left_out) for place in range(scores.shape[1]))
        seen.append(left_out)
        flagged = frozenset(place for place, item in enumerate(items) if item.level in {"B", "C"})
        settled = not purify or flagged == left_out
        if settled or flagged in seen or len(seen) > _MOST_ROUNDS:
            return Report(items, tuple(sorted(left_out)), len(seen), settled)
        left_out = flagged


def _item(scores: Array, is_focal: Array, place: int, left_out: frozenset[int]) -> Item:
    presented = ~np.isnan(scores[:, place])
    focal = int(is_focal[presented].sum())
    reference = int(presented.sum()) - focal
    few = min(reference, focal) < FEW_IN_GROUP or reference + focal < FEW_IN_ALL
    if min(reference, focal) < TOO_FEW:
        return Item(reference, focal, few)
    kept = [item for item in range(scores.shape[1]) if item == place or item not in left_out]
    strata = _strata(scores[presented][:, kept])
    return _compare(scores[presented, place], is_focal[presented], strata, Item(reference, focal, few))


def _strata(scores: Array) -> Array:
    """Match persons by their score on these items, to the nearest whole item."""
    presented = ~np.isnan(scores)
    counts = presented.sum(1)
    means = item_means(scores)
    centred = np.where(presented, scores - means, 0.0).sum(1) / counts
    # Rounded before it is cut, so that the order of adding does not part equal scores.
    points = (centred * counts.mean() + means.sum() * counts.mean() / scores.shape[1]).round(9)
    return np.unique(np.floor(points + 0.5), return_inverse=True)[1]


def _compare(scores: Array, is_focal: Array, strata: Array, counted: Item) -> Item:
    tables = _Tables.of(scores, is_focal, strata)
    variance = tables.variance.sum()
    if not variance > 0:
        return counted
    surplus = float((tables.reference_right - tables.expected).sum())
    chi_square = max(0.0, abs(surplus) - 0.5) ** 2 / float(variance)
    # The upper tail of chi-square with one degree of freedom.
    p_value = math.erfc(math.sqrt(chi_square / 2))
    found = dataclasses.replace(counted, chi_square=chi_square, p_value=p_value)
    logarithm, error = tables.log_odds_ratio()
    if logarithm is None or error is None:
        return dataclasses.replace(found, level="C" if p_value < _SIGNIFICANT else None)
    delta, delta_error = _DELTA * logarithm, abs(_DELTA) * error
    return dataclasses.replace(
        found,
        odds_ratio=math.exp(logarithm),
        delta=delta,
        delta_error=delta_error,
        level=_level(delta, delta_error, p_value),
    )


def _level(delta: float, error: float, p_value: float) -> Level:
    """ETS's classes, as Dorans & Holland (1993) and Zieky (1993) give them."""
    if p_value >= _SIGNIFICANT or abs(delta) < 1:
        return "A"
    return "C" if abs(delta) >= 1.5 and abs(delta) - 1 > _ONE_SIDED * error else "B"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """For each stratum with both groups its table of rights and wrongs; part scores make part counts."""

    reference_right: Array
    reference_wrong: Array
    focal_right: Array
    focal_wrong: Array
    squares: Array

    @classmethod
    def of(cls, scores: Array, is_focal: Array, strata: Array) -> _Tables:
        sums = [
            np.bincount(strata, weights, strata.max() + 1)
            for side in (~is_focal, is_focal)
            for weights in (side * scores, side * (1 - scores))
        ]
        both = (sums[0] + sums[1] > 0) & (sums[2] + sums[3] > 0)
        squares = np.bincount(strata, scores**2, strata.max() + 1)
        return cls(*(column[both] for column in (*sums, squares)))

    @property
    def reference(self) -> Array:
        return self.reference_right + self.reference_wrong

    @property
    def focal(self) -> Array:
        return self.focal_right + self.focal_wrong

    @property
    def right(self) -> Array:
        return self.reference_right + self.focal_right

    @property
    def count(self) -> Array:
        return self.reference + self.focal

    @property
    def expected(self) -> Array:
        return self.reference * self.right / self.count

    @property
    def variance(self) -> Array:
        """Of the reference group's rights over all ways to deal the stratum's scores to the groups."""
        return self._variance(self.squares)

    def _variance(self, squares: Array) -> Array:
        n = self.count
        variance: Array = self.reference * self.focal * (n * squares - self.right**2) / (n**2 * (n - 1))
        return variance

    def log_odds_ratio(self) -> tuple[float | None, float | None]:
        """Mantel and Haenszel's common log odds ratio and its standard error; None where it is not finite."""
        n = self.count
        for_reference, for_focal = (
            self.reference_right * self.focal_wrong / n,
            self.reference_wrong * self.focal_right / n,
        )
        r, s = float(for_reference.sum()), float(for_focal.sum())
        if not (r > 0 and s > 0):
            return None, None
        agree, differ = (
            (self.reference_right + self.focal_wrong) / n,
            (self.reference_wrong + self.focal_right) / n,
        )
        variance = (
            float(agree @ for_reference) / (2 * r**2)
            + float(agree @ for_focal + differ @ for_reference) / (2 * r * s)
            + float(differ @ for_focal) / (2 * s**2)
        )
        # Of 0/1 scores the squares sum to the rights, and the scale is 1.
        scale = float(self.variance.sum() / self._variance(self.right).sum())
        return math.log(r / s), math.sqrt(variance * scale)
