"""What a regrade would change, for whom and by how much: read from the runs before it and those of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from assessments.grading.models import BatchState, GradingRun, RegradeBatch, RunState
from assessments.review import selectors
from assessments.review.scoring import Graded, Summary, effective, summarise
from assessments.sittings.models import Attempt, AttemptItem


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One answer whose outcome or score changes."""

    item: AttemptItem
    before: Graded
    after: Graded


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """One attempt with its score before and after."""

    attempt: Attempt
    before: Summary
    after: Summary
    changes: list[Change]

    @property
    def difference(self) -> float:
        return (self.after.score or 0.0) - (self.before.score or 0.0)

    @property
    def crosses(self) -> str:
        """Say whether the pass mark lies between the two scores."""
        reached = [self._reaches(summary) for summary in (self.before, self.after)]
        return {(False, True): "now reached", (True, False): "no longer reached"}.get((reached[0], reached[1]), "")

    def _reaches(self, summary: Summary) -> bool:
        mark = self.attempt.version.pass_mark
        return mark is not None and summary.score is not None and summary.score >= mark


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """What a batch would change, or has changed."""

    people: list[Person]
    unchanged: int
    waiting: int
    ungradable: int
    answers: int

    @property
    def has_pass_mark(self) -> bool:
        return any(person.attempt.version.pass_mark is not None for person in self.people)

    @property
    def crossing(self) -> list[Person]:
        return [person for person in self.people if person.crosses]


def outlook(batch: RegradeBatch) -> Outlook:
    """Compare each answer's run of this batch with the one that counted before it."""
    runs = list(selectors.regraded(batch))
    by_attempt: dict[Attempt, list[GradingRun]] = {}
    for run in runs:
        by_attempt.setdefault(run.submission.response.item.attempt, []).append(run)
    people = [_person(attempt, own) for attempt, own in by_attempt.items()]
    changed = [person for person in people if person.changes]
    changed.sort(key=lambda person: (not person.crosses, -abs(person.difference)))
    return Outlook(
        people=changed,
        unchanged=len(people) - len(changed),
        waiting=sum(run.state in {RunState.QUEUED, RunState.RUNNING} for run in runs),
        ungradable=sum(run.state == RunState.UNGRADABLE for run in runs),
        answers=len(runs),
    )


def _person(attempt: Attempt, runs: Iterable[GradingRun]) -> Person:
    before: dict[int, Graded] = {}
    after: dict[int, Graded] = {}
    for run in runs:
        earlier = _before(run)
        if earlier is None:
            continue
        response = run.submission.response_id
        before[response] = earlier
        after[response] = run if run.state == RunState.DONE else earlier
    items = list(attempt.items.all())
    changes = [
        Change(item, before[item.response_id], after[item.response_id])
        for item in items
        if item.response_id in before and _differ(before[item.response_id], after[item.response_id])
    ]
    return Person(
        attempt,
        summarise(items, lambda item: before.get(item.response_id) or effective(item)),
        summarise(items, lambda item: after.get(item.response_id) or effective(item)),
        changes,
    )


def _before(run: GradingRun) -> GradingRun | None:
    """Give the run that counted when this one was made; None where a person has marked the answer since."""
    counted = getattr(run.submission.response, "effective", None)
    if counted is not None and counted.mark_id is not None:
        return None
    earlier = [each for each in run.submission.runs.all() if each.number < run.number and _counts(each)]
    return max(earlier, key=lambda each: each.number, default=None)


def _counts(run: GradingRun) -> bool:
    if run.batch is None:
        return run.state in {RunState.DONE, RunState.UNGRADABLE}
    return run.state == RunState.DONE and run.batch.state == BatchState.APPLIED


def _differ(before: Graded, after: Graded) -> bool:
    return (before.outcome, before.score) != (after.outcome, after.score)
