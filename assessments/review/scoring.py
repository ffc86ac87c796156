"""From scores of items to the score of an attempt. Nothing is stored: points are weights applied when read."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import Protocol

from assessments.grading.models import EffectiveScore
from assessments.sittings.models import AttemptItem
from grader.verdict import Outcome

FEWEST_FOR_AN_INTERVAL = 5
Z_90 = 1.645  # two-sided 90 % of the normal distribution


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """Weighted mean over the graded items. `score` is None where nothing is graded yet."""

    score: float | None
    graded: int
    pending: int
    ungradable: int
    margin: float | None

    @property
    def low(self) -> float | None:
        return None if self.score is None or self.margin is None else max(0.0, self.score - self.margin)

    @property
    def high(self) -> float | None:
        return None if self.score is None or self.margin is None else min(1.0, self.score + self.margin)


def effective(item: AttemptItem) -> EffectiveScore | None:
    return getattr(item.response, "effective", None)


class Graded(Protocol):
    """What has a score: an effective score, or a run that may come to count."""

    score: float | None
    outcome: str


def summarise(items: Iterable[AttemptItem], counting: Callable[[AttemptItem], Graded | None] = effective) -> Summary:
    """Score items whose `response__effective` was fetched with them, or by what else `counting` gives.

    An item that waits for a person or that we could not grade leaves the numerator and the denominator.
    """
    rows = [(item.weight, counting(item)) for item in items]
    graded = [(weight, row.score) for weight, row in rows if row is not None and row.score is not None]
    ungradable = sum(row is not None and row.outcome == Outcome.UNGRADABLE for _, row in rows)
    total = sum(weight for weight, _ in graded)
    score = sum(weight * share for weight, share in graded) / total if total else None
    return Summary(
        score=score,
        graded=len(graded),
        pending=len(rows) - len(graded) - ungradable,
        ungradable=ungradable,
        margin=_margin(graded, score),
    )


def _margin(graded: list[tuple[float, float]], mean: float | None) -> float | None:
    """Half-width of the 90 % interval, taking the items as a sample of those that could have been drawn.

    Standard error of a ratio estimate: sqrt(n/(n-1) · Σ w²(s − mean)²) / Σ w.
    """
    n = len(graded)
    if mean is None or n < FEWEST_FOR_AN_INTERVAL:
        return None
    spread = sum((weight * (share - mean)) ** 2 for weight, share in graded)
    return Z_90 * math.sqrt(n / (n - 1) * spread) / sum(weight for weight, _ in graded)
