from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.grading.models import EffectiveScore, GradingRun, Purpose, RunState, ScoreEvent, Submission
from assessments.people.models import Organisation
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptItem, Draw
from tests.factories import (
    AssessmentVersionFactory,
    AttemptFactory,
    AttemptItemFactory,
    CandidateFactory,
    OrganisationFactory,
    QuestionVersionFactory,
)


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(name="Acme", slug="acme")


def frozen(organisation: Organisation, *kinds: str, **fields) -> AssessmentVersion:
    """A frozen assessment that asks one named question of each kind."""
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False, **fields)
    section = version.sections.get()
    for position, kind in enumerate(kinds, start=1):
        question = QuestionVersionFactory(kind=kind, question__organisation=organisation).question
        Draw.objects.create(section=section, position=position, question=question)
    version.frozen_at = timezone.now()
    version.save()
    return version


def sat(version: AssessmentVersion, *scores: float | None, minutes: float = 10, simulated: bool = False) -> Attempt:
    """A finished sitting of the assessment; its question k was answered for scores[k], None: not graded yet."""
    now = timezone.now()
    candidate = CandidateFactory(organisation=version.assessment.organisation, is_simulated=simulated)
    attempt = AttemptFactory(
        invitation__version=version,
        invitation__candidate=candidate,
        started_at=now - timedelta(minutes=minutes),
        finished_at=now,
    )
    for position, (draw, score) in enumerate(zip(draws(version), scores, strict=True), start=1):
        asked = draw.question.versions.get(state="published")
        item = AttemptItemFactory(attempt=attempt, position=position, response__version=asked)
        answered(item, score)
    return attempt


def draws(version: AssessmentVersion) -> list[Draw]:
    return list(Draw.objects.filter(section__version=version).order_by("position"))


def answered(item: AttemptItem, score: float | None, answer: str = "[0]", outcome: str = "") -> EffectiveScore | None:
    """Hand an answer in as graded with a score; without score and outcome its run still waits."""
    number = item.response.submissions.count() + 1
    submission = Submission.objects.create(
        response=item.response, number=number, purpose=Purpose.FINAL, answer=answer, by_deadline=True
    )
    run = GradingRun(
        submission=submission,
        spec=item.response.version.specs.get(live=True),
        number=1,
        queue="live",
        lease_expires_at=timezone.now(),
    )
    if score is None and not outcome:
        run.save()
        return None
    run.state, run.verdict, run.score = RunState.DONE, {}, score
    run.outcome = outcome or {0: "wrong", 1: "correct"}.get(score, "partial")
    run.save()
    effective, _ = EffectiveScore.objects.update_or_create(
        response=item.response, defaults={"run": run, "outcome": run.outcome, "score": score}
    )
    ScoreEvent.objects.create(response=item.response, run=run, after=score, outcome=run.outcome, reason="graded")
    return effective
