"""Drawing the questions of one attempt: each slot of the blueprint gets a fitting question, none comes twice."""

from __future__ import annotations

import dataclasses
import random
import secrets
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from assessments.bank.models import QuestionVersion, State
from assessments.people.models import Organisation
from assessments.sittings.models import AssessmentVersion, Draw, Section


@dataclasses.dataclass(frozen=True, slots=True)
class Pick:
    """One question of a form: where it stands, what it weighs."""

    section: Section
    weight: float
    version: QuestionVersion


def eligible(organisation: Organisation) -> QuerySet[QuestionVersion]:
    """Published versions of the organisation's own and the library's questions whose live spec is certified."""
    return QuestionVersion.objects.filter(
        Q(question__organisation=organisation) | Q(question__organisation__is_library=True),
        state=State.PUBLISHED,
        specs__live=True,
        specs__certification__isnull=False,
    ).prefetch_related("topics")


def fits(draw: Draw, version: QuestionVersion) -> bool:
    """Whether the draw may be filled by this version (fetched with its topics)."""
    if draw.question_id is not None:
        return version.question_id == draw.question_id
    return (
        (not draw.kind or version.kind == draw.kind)
        and (not draw.level or version.level == draw.level)
        and (draw.topic_id is None or draw.topic_id in {topic.pk for topic in version.topics.all()})
    )


def draw(version: AssessmentVersion) -> list[Pick]:
    """Draw one form at random; raises LookupError where the bank cannot fill the blueprint."""
    draws, pool = _read(version)
    filled = _match(draws, pool, secrets.SystemRandom())
    if None in filled:
        raise LookupError("; ".join(shortfalls(version)))
    slots = [row for row in draws for _ in range(row.count)]
    return [
        Pick(slot.section, slot.weight, pool[index])
        for slot, index in zip(slots, filled, strict=True)
        if index is not None
    ]


def coverage(version: AssessmentVersion) -> dict[int, int]:
    """How many questions fit each draw, by the draw's primary key."""
    draws, pool = _read(version)
    return {row.pk: sum(fits(row, candidate) for candidate in pool) for row in draws}


def shortfalls(version: AssessmentVersion) -> list[str]:
    """Why the blueprint cannot be filled, in sentences; empty where it can."""
    draws, pool = _read(version)
    if not draws:
        return ["The assessment has no questions yet: add a draw to a section."]
    filled = iter(_match(draws, pool, random.Random(0)))  # noqa: S311  (only whether, not which)
    missing = {row: sum(next(filled) is None for _ in range(row.count)) for row in draws}
    return [
        f"Section «{row.section.title}», draw {row.position}: the bank lacks {count} of the {row.count} "
        "that fit and stand in no other draw."
        for row, count in missing.items()
        if count
    ]


def _read(version: AssessmentVersion) -> tuple[list[Draw], list[QuestionVersion]]:
    draws = Draw.objects.filter(section__version=version).select_related("section")
    return list(draws.order_by("section__position", "position")), list(eligible(version.assessment.organisation))


def _match(draws: Iterable[Draw], pool: list[QuestionVersion], chance: random.Random) -> list[int | None]:
    """Fill the slots by a random maximum matching (augmenting paths): it fails only where no form exists at all."""
    choices: list[list[int]] = []
    for row in draws:
        fitting = [index for index, candidate in enumerate(pool) if fits(row, candidate)]
        choices += [chance.sample(fitting, len(fitting)) for _ in range(row.count)]
    taken: dict[int, int] = {}

    def place(slot: int, tried: set[int]) -> bool:
        for index in choices[slot]:
            if index in tried:
                continue
            tried.add(index)
            if index not in taken or place(taken[index], tried):
                taken[index] = slot
                return True
        return False

    for slot in chance.sample(range(len(choices)), len(choices)):
        place(slot, set())
    by_slot = {slot: index for index, slot in taken.items()}
    return [by_slot.get(slot) for slot in range(len(choices))]
