"""Which questions a candidate gets: a blueprint's lines and rules filled from the bank, no question twice."""

from __future__ import annotations

import dataclasses
import functools
import math
import random
from collections import Counter
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assessments.bank.facility import Prediction, predict
from assessments.bank.models import GradingSpec, Kind, Level, QuestionVersion, State, Topic, Variant
from assessments.bank.selectors import observed_facilities
from assessments.people.models import Candidate, Organisation
from assessments.sittings import selectors
from assessments.sittings.assembly import Form, Item, Line, Rules, assemble
from assessments.sittings.models import AssessmentVersion, Draw

# How far the mean score that is expected of a form may lie from the blueprint's.
FACILITY_WINDOW = 0.03
# What it costs to ask somebody again what they have seen, and to ask what was asked twice as often as its like:
# preferences, between the random cost of any question (up to 1) and what a broken rule costs.
_SEEN, _WEAR = 10.0, 1.0


class NotEnoughQuestions(ValueError):  # noqa: N818 - what it is, not what failed
    """The bank cannot fill a blueprint; `problems` names each line that falls short."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    draw: Draw
    version: QuestionVersion
    facility: Prediction


@dataclasses.dataclass(frozen=True, slots=True)
class DrawnForm:
    """One candidate's questions in their order, and what is missing.

    `shortfalls` are lines without their questions, `imbalances` broken rules of the form as a whole.
    """

    questions: list[Drawn]
    shortfalls: list[str]
    imbalances: list[str]

    @property
    def minutes(self) -> int:
        return sum(drawn.version.minutes for drawn in self.questions)

    @property
    def points(self) -> float:
        return math.fsum(drawn.draw.weight for drawn in self.questions)

    @property
    def facility(self) -> float:
        """The mean score, as a fraction, that is expected of those who sit this form."""
        return math.fsum(drawn.draw.weight * drawn.facility.mean for drawn in self.questions) / (self.points or 1.0)

    @property
    def facility_sd(self) -> float:
        """How far the facility may be off, for what is not known yet of each question."""
        squares = math.fsum((drawn.draw.weight * drawn.facility.sd) ** 2 for drawn in self.questions)
        return math.sqrt(squares) / (self.points or 1.0)


def eligible(organisation: Organisation) -> QuerySet[QuestionVersion]:
    """Give what may be asked: published, with a certified live spec, of the organisation's own or the library."""
    certified = GradingSpec.objects.filter(live=True, certification__isnull=False)
    return QuestionVersion.objects.filter(
        Q(question__organisation=organisation) | Q(question__organisation__is_library=True),
        Exists(certified.filter(version=OuterRef("pk"))),
        Exists(Variant.objects.filter(version=OuterRef("pk"), retired_at=None)),
        state=State.PUBLISHED,
    )


def draw_form(version: AssessmentVersion, rng: random.Random, candidate: Candidate | None = None) -> DrawnForm:
    """Draw a form; what `candidate` has seen comes last, then what others were asked often.

    Raises
    ------
    NotEnoughQuestions : where a line has fewer questions than it asks for. A rule that cannot be held keeps nobody
        from starting: the form is the nearest there is, and `imbalances` tell.
    """
    seen = selectors.seen_questions(candidate) if candidate else {}
    form = Composition(version).draw(rng, seen=seen, asked=selectors.recently_asked(version.assessment.organisation))
    if form.shortfalls:
        raise NotEnoughQuestions(form.shortfalls)
    return form


class Composition:
    """What a version asks for and what the bank has for it, read once; `draw` makes any number of forms from it."""

    def __init__(self, version: AssessmentVersion) -> None:
        self.version = version
        self.draws = list(
            Draw.objects.filter(section__version=version)
            .select_related("section", "question", "topic")
            .order_by("section__position", "position")
        )
        self.topics = {rule.topic: rule.at_least for rule in version.topic_rules.select_related("topic")}
        self.bank = list(
            eligible(version.assessment.organisation)
            .only("question_id", "kind", "level", "title", "minutes")
            .prefetch_related(Prefetch("topics", queryset=Topic.objects.only("pk", "title", "position")))
        )
        observed = observed_facilities([row.pk for row in self.bank])
        self.facilities = [predict(row.kind, row.level, observed.get(row.pk)) for row in self.bank]
        self.topics_of = [frozenset(topic.pk for topic in row.topics.all()) for row in self.bank]
        spoilt = set() if version.assessment.is_practice else practised()
        self.lines = [Line(draw.count, self._fitting(draw, spoilt), draw.weight) for draw in self.draws]

    def _fitting(self, draw: Draw, spoilt: set[int]) -> list[int]:
        rows = enumerate(self.bank)
        if draw.question_id is not None:
            return [place for place, row in rows if row.question_id == draw.question_id]
        allowed = {draw.topic_id} if draw.topic_id else {topic.pk for topic in self.topics}
        return [
            place
            for place, row in rows
            if row.question_id not in spoilt
            and draw.kind in {"", row.kind}
            and draw.level in {"", row.level}
            and (not allowed or allowed & self.topics_of[place])
        ]

    def draw(
        self, rng: random.Random, *, seen: Mapping[int, int] | None = None, asked: Mapping[int, int] | None = None
    ) -> DrawnForm:
        """Draw a form; `seen` and `asked` say by question how often this person and anybody was given it."""
        wear = self._wear(asked or {})
        items = [
            Item(
                topics=self.topics_of[place],
                minutes=row.minutes,
                facility=self.facilities[place].mean,
                cost=rng.random() + _WEAR * wear[place] + _SEEN * (seen or {}).get(row.question_id, 0),
            )
            for place, row in enumerate(self.bank)
        ]
        form = assemble(items, self.lines, self._rules)
        questions = [
            Drawn(draw, self.bank[place], self.facilities[place])
            for draw, places in zip(self.draws, form.lines, strict=True)
            for place in rng.sample(places, len(places))
        ]
        return DrawnForm(questions, self._shortfalls(form), self._imbalances(form))

    @functools.cached_property
    def _rules(self) -> Rules:
        target, least = self.version.target_facility, self.version.least_minutes
        return Rules(
            topics={topic.pk: at_least for topic, at_least in self.topics.items()},
            minutes=None if least is None else (least, self.version.minutes),
            facility=None if target is None else (target - FACILITY_WINDOW, target + FACILITY_WINDOW),
        )

    def _wear(self, asked: Mapping[int, int]) -> list[float]:
        """Say how often each question was asked, as a multiple of what is usual for its kind."""
        times = [asked.get(row.question_id, 0) for row in self.bank]
        kinds = Counter(row.kind for row in self.bank)
        totals: Counter[str] = Counter()
        for row, count in zip(self.bank, times, strict=True):
            totals[row.kind] += count
        # The 1 in the denominator: one asking more or less says nothing while there are few.
        return [count / (totals[row.kind] / kinds[row.kind] + 1) for row, count in zip(self.bank, times, strict=True)]

    def expected_facility(self) -> float | None:
        """Give the mean score to expect of a form of these lines, to a whole percentage point; None without lines."""
        filled = [(line, [self.facilities[p].mean for p in line.fits]) for line in self.lines if line.fits]
        points = math.fsum(line.count * line.weight for line, _ in filled)
        expected = math.fsum(line.count * line.weight * math.fsum(means) / len(means) for line, means in filled)
        return round(expected / points, 2) if points else None

    def coverage(self) -> dict[int, int]:
        """Count for each draw, by its primary key, the questions that fit it."""
        return {draw.pk: len(line.fits) for draw, line in zip(self.draws, self.lines, strict=True)}

    def topic_coverage(self) -> dict[int, int]:
        """Count for each topic with a rule, by its primary key, the questions of it that fit a line."""
        fitting = {place for line in self.lines for place in line.fits}
        return {topic.pk: sum(topic.pk in self.topics_of[place] for place in fitting) for topic in self.topics}

    @functools.cached_property
    def sample(self) -> DrawnForm:
        """One form, the same for each version: what it lacks, every form lacks."""
        return self.draw(random.Random(self.version.pk))  # noqa: S311 - nobody sits it

    def problems(self) -> list[str]:
        """Say of each line and rule that cannot be held what it asks for and what there is."""
        if not self.draws:
            return ["The assessment asks for no questions yet: add some to a section."]
        return self.sample.shortfalls + self.sample.imbalances

    def _shortfalls(self, form: Form) -> list[str]:
        rows = zip(self.draws, form.short_lines, strict=True)
        return [_shortfall(draw, draw.count - short) for draw, short in rows if short]

    def _imbalances(self, form: Form) -> list[str]:
        said = [self._short_topic(topic, at_least, form.short_topics[topic.pk]) for topic, at_least in
                self.topics.items() if form.short_topics[topic.pk]]  # fmt: skip
        if form.minutes_off > 0.5:
            least, most = self._rules.minutes or (0, 0)
            said.append(
                f"Minutes: asks for questions of {least:g} to {most:g} minutes together; the nearest form is "
                f"{form.minutes_off:.0f} off. Change the minutes, or the lines."
            )
        if form.facility_off > 0.0005 and self.version.target_facility is not None:
            said.append(
                f"Difficulty: asks for an expected mean score of {self.version.target_facility:.0%}, give or take "
                f"{FACILITY_WINDOW:.0%}; the nearest form is {100 * form.facility_off:.1f} points outside. "
                "Change the expected score, or the lines."
            )
        return said

    def _short_topic(self, topic: Topic, at_least: int, short: int) -> str:
        places = {place for line in self.lines for place in line.fits if topic.pk in self.topics_of[place]}
        cells = Counter((self.bank[place].kind, self.bank[place].level) for place in places)
        there = [f"{count} {_cell(kind, level)}" for (kind, level), count in sorted(cells.items())]
        return (
            f"Topic «{topic}»: asks for at least {at_least}; {at_least - short} can be had beside the other rules. "
            f"Of what the lines draw, the bank has {', '.join(there) or 'none'}."
        )


def practised() -> set[int]:
    """Give the questions of practice tests: full feedback tells their answers, so no other random draw takes them."""
    practice = Draw.objects.filter(section__version__assessment__is_practice=True, question__isnull=False)
    return set(practice.values_list("question_id", flat=True))


def _cell(kind: str, level: str) -> str:
    return f"{Kind(kind).label} · {Level(level).label}"


def _shortfall(draw: Draw, found: int) -> str:
    where = f"Section «{draw.section.title}», line {draw.position}"
    if draw.question is not None:
        return f"{where}: the question {draw.question.slug} is not published and certified, or is asked for twice."
    wanted = [str(draw.topic) if draw.topic else "", draw.get_kind_display(), draw.get_level_display()]
    words = ", ".join(word for word in wanted if word) or "any topic, kind and level"
    return f"{where}: asks for {draw.count} of {words}; the bank has {found} left to give."
