"""What the pages of statistics share: which sittings are counted, and the figures of versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db.models import QuerySet

from assessments.bank.models import QuestionVersion
from assessments.bank.selectors import live_spec
from assessments.insights import selectors, services
from assessments.insights.figures import Asked
from assessments.insights.vectors import Answers
from assessments.people.access import StaffRequest
from assessments.sittings.models import Assessment, Attempt
from grader.kinds.specs import options_of


@dataclasses.dataclass(frozen=True, slots=True)
class Population:
    """The sittings a page counts: real ones, or simulated ones where those are asked for or there are no others."""

    attempts: QuerySet[Attempt]
    simulated: bool
    real_count: int
    simulated_count: int

    @property
    def count(self) -> int:
        return self.simulated_count if self.simulated else self.real_count

    def answers(self) -> Answers:
        services.refresh(attempts=self.attempts)
        return selectors.answers(self.attempts)


def population(request: StaffRequest, assessment: Assessment | None = None) -> Population:
    sittings = selectors.sittings(request.organisation, assessment)
    real, made_up = selectors.counts(sittings)
    wished = request.GET.get("answers", "")
    simulated = wished == "simulated" or (wished != "real" and made_up > 0 and real == 0)
    return Population(selectors.of_population(sittings, simulated=simulated), simulated, real, made_up)


def asked(versions: Iterable[QuestionVersion]) -> dict[int, Asked]:
    """Read of each version what its figures need to know."""
    return {version.pk: Asked(version.minutes, options(version)) for version in versions}


def options(version: QuestionVersion) -> list[tuple[str, bool]]:
    """Give the options of a version as its author wrote them, each with whether it is a key."""
    if version.kind not in selectors.CHOSEN:
        return []
    rows = options_of(version.kind, live_spec(version).spec)
    return [(str(row["text"]), float(row.get("credit", row.get("right", 0))) > 0) for row in rows]
