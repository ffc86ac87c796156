"""How the variants of a version are worn: how often each was asked, and whether one is easier than its like."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from django.db.models import Avg, Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from assessments.bank.models import QuestionVersion, Variant
from assessments.bank.selectors import in_earnest

# The retire rule. A variant that so many were asked has been told to somebody; it makes way for one that fewer know.
# One whose difficulty drifts from its like is flagged, and an author decides: the others may be the odd ones.
EXPOSURE_LIMIT = 500
# Fewer graded answers say nothing of a difference.
ENOUGH = 30
# A difference counts where it is large enough to matter and too large for chance (two-sided, one in a hundred).
_MATTERS, _CHANCE = 0.10, 2.576
_ASKED = Count("responses", filter=in_earnest("responses"))


@dataclasses.dataclass(frozen=True, slots=True)
class VariantFigures:
    """One variant, how often it was asked, its mean score over n graded answers, and how far that is from the rest."""

    variant: Variant
    asked: int
    n: int
    facility: float | None
    margin: float | None
    difference: float | None
    drifts: bool

    @property
    def score(self) -> str:
        """The mean score with its 95 % interval, in words for the page."""
        if self.facility is None or self.margin is None:
            return "too few answers"
        return f"{self.facility * 100:.0f} % ± {self.margin * 100:.0f}"

    @property
    def against_the_rest(self) -> str:
        """The difference in percentage points, with its sign."""
        return "–" if self.difference is None else f"{self.difference * 100:+.0f} pp".replace("-", "\N{MINUS SIGN}")


def figures(version: QuestionVersion) -> list[VariantFigures]:
    """Give each variant of a version with its exposure, and its difficulty where there are answers enough."""
    rows = list(_counted(Variant.objects.filter(version=version).defer("statement_html", "explanation_html")))
    return [_figures(row, [other for other in rows if other != row]) for row in rows]


def worn(versions: Iterable[QuestionVersion]) -> list[Variant]:
    """Give the variants that reached the limit, but never the last that a version has to offer."""
    offered = Variant.objects.filter(version__in=versions, retired_at=None)
    rows = offered.annotate(asked=_ASKED).order_by("version", "-asked", "number")
    left: dict[int, list[Variant]] = {}
    for row in rows.defer("statement_html", "explanation_html"):
        left.setdefault(row.version_id, []).append(row)
    return [row for others in left.values() for row in others[:-1] if row.asked >= EXPOSURE_LIMIT]  # type: ignore[attr-defined]


def _counted(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    score, counts = "responses__effective__score", in_earnest("responses")
    return variants.annotate(
        asked=_ASKED,
        n=Count(score, filter=counts),
        total=Coalesce(Sum(score, filter=counts), 0.0),
        facility=Avg(score, filter=counts),
    )


def _figures(row: Variant, others: list[Variant]) -> VariantFigures:
    asked, n, facility = row.asked, row.n, row.facility  # type: ignore[attr-defined]
    rest_n = sum(other.n for other in others)  # type: ignore[attr-defined]
    if n < ENOUGH:
        return VariantFigures(row, asked, n, None, None, None, drifts=False)
    margin = 1.96 * math.sqrt(_variance(facility) / n)
    if rest_n < ENOUGH:
        return VariantFigures(row, asked, n, facility, margin, None, drifts=False)
    rest = sum(other.total for other in others) / rest_n  # type: ignore[attr-defined]
    error = math.sqrt(_variance(facility) / n + _variance(rest) / rest_n)
    difference = facility - rest
    drifts = abs(difference) > max(_MATTERS, _CHANCE * error)
    return VariantFigures(row, asked, n, facility, margin, difference, drifts)


def _variance(mean: float) -> float:
    # Of right and wrong, the most that scores between 0 and 1 can have; parts of points make it less.
    return max(mean * (1 - mean), 1e-4)
