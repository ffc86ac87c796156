"""What a form of an assessment holds by topic, as the compose page and the sample form show it."""

from __future__ import annotations

import dataclasses

from assessments.bank.models import Topic
from assessments.sittings.drawing import Composition, DrawnForm


@dataclasses.dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic: what is asked of it (None: nothing), what the bank has of it, and what one form holds."""

    topic: Topic
    at_least: int | None
    in_bank: int | None
    questions: int
    points: float
    share: float


def topic_rows(composition: Composition, form: DrawnForm) -> list[TopicRow]:
    """Give the topics with a rule or with questions in the form; a question of two topics counts in both."""
    held: dict[Topic, list[float]] = {}
    for drawn in form.questions:
        for topic in drawn.version.topics.all():
            held.setdefault(topic, []).append(drawn.draw.weight)
    in_bank = composition.topic_coverage()
    rows = [
        TopicRow(
            topic=topic,
            at_least=composition.topics.get(topic),
            in_bank=in_bank.get(topic.pk),
            questions=len(weights),
            points=sum(weights),
            share=sum(weights) / (form.points or 1.0),
        )
        for topic in dict.fromkeys([*composition.topics, *held])
        for weights in [held.get(topic, [])]
    ]
    return sorted(rows, key=lambda row: (-(row.at_least or 0), -row.points, row.topic.position))
