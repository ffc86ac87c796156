"""Simulated cohorts: whole sittings of nobody, drawn from known abilities, so that statistics can be seen and tried.

Nothing is graded for them. Every run says in its provenance that it was drawn, every candidate is marked, and no page
counts simulated sittings with real ones. The rows go in by the thousand, not through the services of a sitting.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.bank.models import GradingSpec, QuestionVersion, Variant
from assessments.grading.models import (
    EffectiveScore,
    GradingRun,
    Purpose,
    Queue,
    Response,
    RunState,
    ScoreEvent,
    Submission,
)
from assessments.grading.services.scores import UNANSWERED
from assessments.insights import irt, simulation
from assessments.insights.models import IrtModel
from assessments.insights.services.vectors import refresh
from assessments.people.models import Candidate, CandidateIdentity, User
from assessments.people.services import audit
from assessments.sittings.drawing import Composition, Drawn
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptItem, Invitation
from assessments.sittings.services import blueprints
from grader.kinds.specs import options_of
from grader.verdict import Outcome

MOST_PERSONS = 20_000
_TOGETHER = 250
# So many different forms are drawn; persons share them.
_FORMS = 60
_OMISSION = 0.1
# Of the assessment's time, what the slowest use.
_MOST_OF_THE_TIME = 0.95


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a cohort was drawn from: the parameters of each question version, and the ability of each candidate."""

    model: str
    seed: int
    versions: Sequence[QuestionVersion]
    items: simulation.Items
    candidates: Sequence[str]
    ability: simulation.Array

    def to_json(self) -> dict[str, Any]:
        parameters = zip(self.versions, self.items.difficulty, self.items.discrimination, strict=True)
        return {
            "model": self.model,
            "seed": self.seed,
            "items": [
                {
                    "question": version.question.slug,
                    "version": version.number,
                    "id": version.pk,
                    "difficulty": float(difficulty),
                    "discrimination": float(discrimination),
                }
                for version, difficulty, discrimination in parameters
            ],
            "persons": [
                {"candidate": candidate, "ability": float(ability)}
                for candidate, ability in zip(self.candidates, self.ability, strict=True)
            ],
        }


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """A version as the cohort is asked it; `choices` are whole answers, the right one first."""

    version: QuestionVersion
    spec: GradingSpec
    variants: Sequence[Variant]
    order: Sequence[int]
    choices: Sequence[str]


def simulate_cohort(
    *,
    version: AssessmentVersion,
    persons: int,
    seed: int,
    model: IrtModel = IrtModel.TWO_PL,
    actor: User | None = None,
) -> Truth:
    """Let `persons` people who do not exist sit the assessment, which this freezes."""
    if not 1 <= persons <= MOST_PERSONS:
        raise ValidationError(f"Expected 1 to {MOST_PERSONS} persons, got {persons}.")
    blueprints.freeze(version=version)
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    composition = Composition(version)
    drawn = [composition.draw(rng).questions for _ in range(min(persons, _FORMS))]
    forms = [drawn[person % len(drawn)] for person in range(persons)]
    asked = _asked(drawn)
    items = simulation.draw_items(len(asked), seed=seed, model=cast("irt.Model", model.value))
    place = {row.version.pk: column for column, row in enumerate(asked)}
    presented = np.zeros((persons, len(asked)), bool)
    for person, form in enumerate(forms):
        presented[person, [place[question.version.pk] for question in form]] = True
    options = [len(row.choices) if len(row.choices) > 1 else 0 for row in asked]
    cohort = simulation.draw_cohort(items, persons, seed=seed, presented=presented, options=options, omission=_OMISSION)
    writer = _Writer(version, asked, place, cohort, f"drawn from a {model.label} model with seed {seed}", rng)
    candidates: list[str] = []
    for first in range(0, persons, _TOGETHER):
        some = range(first, min(first + _TOGETHER, persons))
        candidates += writer.write(some, [forms[person] for person in some])
    organisation = version.assessment.organisation
    told = {"persons": persons, "seed": seed, "model": model.value}
    audit(organisation=organisation, actor=actor, verb="cohort.simulated", subject=version.assessment, data=told)
    refresh(attempts=Attempt.objects.filter(version=version, finished_at__isnull=False, is_practice=False))
    return Truth(model.value, seed, [row.version for row in asked], items, candidates, cohort.ability)


def _asked(forms: Sequence[Sequence[Drawn]]) -> list[_Asked]:
    keys = {question.version.pk for form in forms for question in form}
    versions = QuestionVersion.objects.filter(pk__in=keys).select_related("question").order_by("pk")
    specs = {spec.version_id: spec for spec in GradingSpec.objects.filter(version__in=keys, live=True)}
    variants: dict[int, list[Variant]] = {}
    for variant in Variant.objects.filter(version__in=keys).only("pk", "version_id"):
        variants.setdefault(variant.version_id, []).append(variant)
    return [_one(version, specs[version.pk], variants[version.pk]) for version in versions]


def _one(version: QuestionVersion, spec: GradingSpec, variants: Sequence[Variant]) -> _Asked:
    options = options_of(version.kind, spec.spec)
    credit = [float(option.get("credit", option.get("right", 0))) for option in options]
    keys = [index for index, share in enumerate(credit) if share > 0]
    several = version.kind == "choice" and spec.spec["choice"].get("multiple", False)
    wrong = [[index] for index, share in enumerate(credit) if share <= 0]
    right = keys if several else keys[:1]
    choices = [json.dumps(answer) for answer in (right, *wrong)] if options else []
    return _Asked(version, spec, variants, range(len(options)), choices)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Writer:
    """Writes the sittings of some persons at a time, each time in one transaction."""

    version: AssessmentVersion
    asked: Sequence[_Asked]
    place: dict[int, int]
    cohort: simulation.Cohort
    source: str
    rng: random.Random

    @transaction.atomic
    def write(self, persons: range, forms: Sequence[Sequence[Drawn]]) -> list[str]:
        """Write their sittings; give the candidates' public ids."""
        now = timezone.now()
        attempts = self._attempts(persons, forms, now)
        places = [
            (person, attempt, position, question, self.place[question.version.pk])
            for person, attempt, form in zip(persons, attempts, forms, strict=True)
            for position, question in enumerate(form, start=1)
        ]
        responses = Response.objects.bulk_create([self._response(column) for *_, column in places])
        opened = self._opened(persons, attempts, forms)
        AttemptItem.objects.bulk_create(
            AttemptItem(
                attempt=attempt,
                section=question.draw.section,
                position=position,
                response=response,
                weight=question.draw.weight,
                option_order=list(self.asked[column].order),
                seen_at=opened[person, position],
            )
            for (person, attempt, position, question, column), response in zip(places, responses, strict=True)
        )
        self._grade([(person, column) for person, *_, column in places], responses, now)
        return [str(attempt.invitation.candidate.public_id) for attempt in attempts]

    def _attempts(self, persons: range, forms: Sequence[Sequence[Drawn]], now: datetime) -> list[Attempt]:
        organisation = self.version.assessment.organisation
        candidates = Candidate.objects.bulk_create(
            Candidate(organisation=organisation, is_simulated=True) for _ in persons
        )
        CandidateIdentity.objects.bulk_create(
            CandidateIdentity(
                candidate=candidate,
                name=f"Simulated {person + 1}",
                email=f"{candidate.public_id}@simulated.invalid",
            )
            for person, candidate in zip(persons, candidates, strict=True)
        )
        invitations = Invitation.objects.bulk_create(
            Invitation(
                organisation=organisation,
                version=self.version,
                candidate=candidate,
                expires_at=now,
                sent_at=now,
                opened_at=now,
            )
            for candidate in candidates
        )
        return Attempt.objects.bulk_create(
            Attempt(
                invitation=invitation,
                version=self.version,
                started_at=now - timedelta(seconds=sum(self._seconds(person, form))),
                finished_at=now,
                finished_by="candidate",
            )
            for person, invitation, form in zip(persons, invitations, forms, strict=True)
        )

    def _seconds(self, person: int, form: Sequence[Drawn]) -> list[float]:
        taken = [float(self.cohort.seconds[person, self.place[question.version.pk]]) for question in form]
        most = self.version.minutes * 60 * _MOST_OF_THE_TIME
        return [seconds * min(1.0, most / sum(taken)) for seconds in taken]

    def _opened(
        self, persons: range, attempts: Sequence[Attempt], forms: Sequence[Sequence[Drawn]]
    ) -> dict[tuple[int, int], datetime]:
        """Say when each person opened each question, by position: as the one before was done."""
        opened: dict[tuple[int, int], datetime] = {}
        for person, attempt, form in zip(persons, attempts, forms, strict=True):
            at = attempt.started_at
            for position, seconds in enumerate(self._seconds(person, form), start=1):
                opened[person, position] = at
                at += timedelta(seconds=seconds)
        return opened

    def _response(self, column: int) -> Response:
        row = self.asked[column]
        return Response(
            organisation=self.version.assessment.organisation,
            version=row.version,
            variant=self.rng.choice(row.variants),
            seed=self.rng.getrandbits(62),
        )

    def _grade(self, places: Sequence[tuple[int, int]], responses: Sequence[Response], now: datetime) -> None:
        answered = [
            (person, column, response)
            for (person, column), response in zip(places, responses, strict=True)
            if not self.cohort.omitted[person, column]
        ]
        submissions = Submission.objects.bulk_create(
            Submission(response=response, number=1, purpose=Purpose.FINAL, answer=self._answer(person, column))
            for person, column, response in answered
        )
        runs = GradingRun.objects.bulk_create(
            self._run(submission, self.asked[column].spec, float(self.cohort.scores[person, column]), now)
            for (person, column, _), submission in zip(answered, submissions, strict=True)
        )
        run_of = {response.pk: run for (*_, response), run in zip(answered, runs, strict=True)}
        ends = [(response, run_of.get(response.pk)) for response in responses]
        found = [
            (response, run, run.outcome if run else UNANSWERED, run.score if run else 0.0) for response, run in ends
        ]
        EffectiveScore.objects.bulk_create(
            EffectiveScore(response=response, run=run, outcome=outcome, score=score)
            for response, run, outcome, score in found
        )
        ScoreEvent.objects.bulk_create(
            ScoreEvent(response=response, run=run, outcome=outcome, after=score, reason="simulated")
            for response, run, outcome, score in found
        )

    def _answer(self, person: int, column: int) -> str:
        chosen = int(self.cohort.chosen[person, column])
        return self.asked[column].choices[chosen] if chosen >= 0 else "(simulated: there is no answer)"

    def _run(self, submission: Submission, spec: GradingSpec, score: float, now: datetime) -> GradingRun:
        outcome = str(Outcome.CORRECT if score >= 1 else Outcome.PARTIAL if score > 0 else Outcome.WRONG)
        told = {"simulated": f"{self.source}: nobody answered, and nothing was graded"}
        return GradingRun(
            submission=submission,
            spec=spec,
            number=1,
            queue=Queue.BULK,
            state=RunState.DONE,
            lease_expires_at=now,
            finished_at=now,
            outcome=outcome,
            score=score,
            verdict={
                "outcome": outcome,
                "score": score,
                "checks": [],
                "findings": [],
                "timing": {},
                "provenance": told,
            },
        )
