"""Which questions a candidate gets: a blueprint's draws filled from the bank, no question twice."""

from __future__ import annotations

import dataclasses
import random

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assessments.bank.models import GradingSpec, QuestionVersion, State, Topic, Variant
from assessments.people.models import Organisation
from assessments.sittings.models import AssessmentVersion, Draw


class NotEnoughQuestions(ValueError):  # noqa: N818 - what it is, not what failed
    """The bank cannot fill a blueprint; `problems` names each draw that falls short."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    draw: Draw
    version: QuestionVersion


def eligible(organisation: Organisation) -> QuerySet[QuestionVersion]:
    """Give what may be asked: published, with a certified live spec, of the organisation's own or the library."""
    certified = GradingSpec.objects.filter(live=True, certification__isnull=False)
    return QuestionVersion.objects.filter(
        Q(question__organisation=organisation) | Q(question__organisation__is_library=True),
        Exists(certified.filter(version=OuterRef("pk"))),
        Exists(Variant.objects.filter(version=OuterRef("pk"))),
        state=State.PUBLISHED,
    )


def draw_questions(version: AssessmentVersion, rng: random.Random) -> list[Drawn]:
    """Fill every draw, in the order of the sections; raises NotEnoughQuestions where the bank cannot."""
    filled = _fill(version, rng)
    problems = [_shortfall(draw, found) for draw, found in filled if len(found) < draw.count]
    if problems:
        raise NotEnoughQuestions(problems)
    return [Drawn(draw, question) for draw, found in filled for question in found]


def coverage(version: AssessmentVersion) -> dict[int, int]:
    """Count for each draw, by its primary key, the questions that fit it."""
    draws, bank, practised = _read(version)
    return {draw.pk: len(_fitting(draw, bank, practised)) for draw in draws}


def shortfalls(version: AssessmentVersion) -> list[str]:
    """Say for each draw that the bank cannot fill what it asks for and what there is."""
    filled = _fill(version, random.Random(0))  # noqa: S311 - only the counts matter here
    if not filled:
        return ["The assessment asks for no questions yet: add some to a section."]
    return [_shortfall(draw, found) for draw, found in filled if len(found) < draw.count]


def _fill(version: AssessmentVersion, rng: random.Random) -> list[tuple[Draw, list[QuestionVersion]]]:
    draws, bank, practised = _read(version)
    slots = [draw for draw in draws for _ in range(draw.count)]
    choices = [_fitting(draw, bank, practised) for draw in slots]
    for pool in choices:
        rng.shuffle(pool)
    matched = _match(choices)
    found: dict[int, list[QuestionVersion]] = {draw.pk: [] for draw in draws}
    for draw, question in zip(slots, matched, strict=True):
        if question is not None:
            found[draw.pk].append(question)
    return [(draw, found[draw.pk]) for draw in draws]


def _read(version: AssessmentVersion) -> tuple[list[Draw], list[QuestionVersion], set[int]]:
    draws = list(
        Draw.objects.filter(section__version=version)
        .select_related("section", "question", "topic")
        .order_by("section__position", "position")
    )
    bank = list(
        eligible(version.assessment.organisation)
        .only("question_id", "kind", "level", "title")
        .prefetch_related(Prefetch("topics", queryset=Topic.objects.only("pk")))
    )
    return draws, bank, _practised(version)


def _practised(version: AssessmentVersion) -> set[int]:
    """Questions of practice tests: their full feedback gives the answer away, so no random draw takes them."""
    if version.assessment.is_practice:
        return set()
    practice = Draw.objects.filter(section__version__assessment__is_practice=True, question__isnull=False)
    return set(practice.values_list("question_id", flat=True))


def _fitting(draw: Draw, bank: list[QuestionVersion], practised: set[int]) -> list[QuestionVersion]:
    if draw.question_id is not None:
        return [version for version in bank if version.question_id == draw.question_id]
    return [
        version
        for version in bank
        if version.question_id not in practised
        and draw.kind in {"", version.kind}
        and draw.level in {"", version.level}
        and (draw.topic_id is None or draw.topic_id in {topic.pk for topic in version.topics.all()})
    ]


def _match(choices: list[list[QuestionVersion]]) -> list[QuestionVersion | None]:
    """Give each slot a question of its own where that is possible at all (Kuhn's augmenting paths).

    Filling slot by slot would starve a narrow draw whose questions a wide one had taken before it.
    """
    holder: dict[int, int] = {}
    given: list[QuestionVersion | None] = [None] * len(choices)

    def place(slot: int, tried: set[int]) -> bool:
        for version in choices[slot]:
            if version.pk in tried:
                continue
            tried.add(version.pk)
            if version.pk not in holder or place(holder[version.pk], tried):
                holder[version.pk], given[slot] = slot, version
                return True
        return False

    for slot in sorted(range(len(choices)), key=lambda slot: len(choices[slot])):
        place(slot, set())
    return given


def _shortfall(draw: Draw, found: list[QuestionVersion]) -> str:
    where = f"Section «{draw.section.title}», line {draw.position}"
    if draw.question is not None:
        return f"{where}: the question {draw.question.slug} is not published and certified, or is asked for twice."
    wanted = [str(draw.topic) if draw.topic else "", draw.get_kind_display(), draw.get_level_display()]
    words = ", ".join(word for word in wanted if word) or "any topic, kind and level"
    return f"{where}: asks for {draw.count} of {words}; the bank has {len(found)} left to give."
