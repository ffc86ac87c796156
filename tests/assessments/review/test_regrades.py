"""A regrade as a set: seen before it counts, applied or cancelled as one, undone as one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import EffectiveScore, GradingRun, Purpose, RegradeBatch, Response, RunState, ScoreEvent
from assessments.grading.selectors import latest_run, with_scores
from assessments.people.models import AuditEvent, CandidateIdentity, Organisation, User
from assessments.review.regrades import outlook
from assessments.sittings.models import Assessment, AssessmentVersion, Attempt, AttemptItem
from tests.factories import (
    AssessmentVersionFactory,
    AttemptFactory,
    AttemptItemFactory,
    InvitationFactory,
    QuestionVersionFactory,
)

pytestmark = pytest.mark.django_db


def verdict(score: float | None, outcome: str = "") -> dict[str, Any]:
    outcome = outcome or {1.0: "correct", 0.0: "wrong"}.get(score, "partial")
    empty = {"checks": [], "findings": [], "timing": {}, "provenance": {}, "samples": []}
    return {"outcome": outcome, "score": score, **empty}


def tell(run: GradingRun, score: float | None, outcome: str = "") -> None:
    assert grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict(score, outcome))


@pytest.fixture
def version(organisation: Organisation) -> AssessmentVersion:
    return AssessmentVersionFactory(assessment__organisation=organisation, pass_mark=0.5)


def sat(version: AssessmentVersion, name: str, *scores: float, kind: str = "numeric") -> Attempt:
    """Somebody's finished attempt with a graded answer for each score."""
    invitation = InvitationFactory(version=version)
    CandidateIdentity.objects.filter(candidate=invitation.candidate).update(name=name)
    attempt = AttemptFactory(invitation=invitation, finished_at=timezone.now(), finished_by="candidate")
    for score in scores:
        question = QuestionVersionFactory(kind=kind, question__organisation=invitation.organisation)
        item = AttemptItemFactory(attempt=attempt, response__version=question)
        tell(grading.submit(response=item.response, answer="0.75", purpose=Purpose.FINAL).runs.get(), score)
    return attempt


def address(version: AssessmentVersion) -> str:
    assessment = version.assessment
    return f"/o/{assessment.organisation.slug}/assessments/{assessment.public_id}/regrades/"


def opened(client: Client, version: AssessmentVersion) -> RegradeBatch:
    response = client.post(address(version), {"question": "", "reason": "a better reference"})
    assert response.status_code == 302, response.content.decode()
    return RegradeBatch.objects.get()


def tell_batch(batch: RegradeBatch, *scores: float) -> None:
    for run, score in zip(batch.runs.order_by("pk"), scores, strict=True):
        tell(run, score)


def page_of(batch: RegradeBatch) -> str:
    assessment = batch.runs.first().submission.response.item.attempt.version.assessment
    return f"/o/{batch.organisation.slug}/assessments/{assessment.public_id}/regrades/{batch.public_id}/"


def page(client: Client, batch: RegradeBatch) -> str:
    return client.get(page_of(batch)).content.decode()


def decide(client: Client, batch: RegradeBatch, decision: str) -> str:
    return client.post(f"{page_of(batch)}decide/", {"decision": decision}, follow=True).content.decode()


def counted() -> list[float | None]:
    return list(EffectiveScore.objects.order_by("response").values_list("score", flat=True))


def test_who_would_change_is_seen_before_anything_counts(version: AssessmentVersion, as_recruiter: Client) -> None:
    sat(version, "Up", 0.0, 0.5)
    sat(version, "Down", 1.0)
    sat(version, "Same", 1.0)
    batch = opened(as_recruiter, version)
    assert set(batch.runs.values_list("queue", flat=True)) == {"bulk"}
    assert "<strong>4 of 4</strong> are still being graded" in page(as_recruiter, batch)
    assert "Apply to all" not in page(as_recruiter, batch)
    tell_batch(batch, 1.0, 0.5, 0.25, 1.0)
    seen = outlook(batch)
    told = [(str(p.attempt.invitation.candidate), p.before.score, p.after.score, p.crosses) for p in seen.people]
    assert told == [("Down", 1.0, 0.25, "no longer reached"), ("Up", 0.25, 0.75, "now reached")]
    assert (seen.unchanged, seen.waiting, len(seen.people[1].changes)) == (1, 0, 1)
    shown = page(as_recruiter, batch)
    for words in (
        "\N{MINUS SIGN}75 pp",
        "+50 pp",
        "now reached",
        "no longer reached",
        "wrong 0 % → correct 100 %",
        "Apply to all",
    ):
        assert words in shown
    assert counted() == [0.0, 0.5, 1.0, 1.0]


def test_it_is_applied_as_one_and_undone_as_one_and_every_change_is_on_record(
    version: AssessmentVersion, as_recruiter: Client, recruiter: User
) -> None:
    sat(version, "Up", 0.0)
    sat(version, "Down", 1.0)
    batch = opened(as_recruiter, version)
    tell_batch(batch, 1.0, 0.25)
    assert "The new grades count now" in decide(as_recruiter, batch, "apply")
    assert counted() == [1.0, 0.25]
    assert "Applied: <strong>2</strong> changed" in page(as_recruiter, batch)
    assert "Undone" in decide(as_recruiter, batch, "undo")
    assert counted() == [0.0, 1.0]
    events = ScoreEvent.objects.filter(actor=recruiter).order_by("pk").values_list("before", "after", "reason")
    assert list(events) == [
        (0.0, 1.0, "regrade applied: a better reference"),
        (1.0, 0.25, "regrade applied: a better reference"),
        (1.0, 0.0, "regrade undone: a better reference"),
        (0.25, 1.0, "regrade undone: a better reference"),
    ]
    verbs = AuditEvent.objects.filter(verb__startswith="regrade").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["regrade.opened", "regrade.applied", "regrade.undone"]


def test_a_cancelled_regrade_changes_nothing_and_asks_graders_for_nothing_more(
    version: AssessmentVersion, as_recruiter: Client
) -> None:
    sat(version, "Up", 0.0, 0.0)
    batch = opened(as_recruiter, version)
    tell(batch.runs.earliest("pk"), 1.0)
    assert "every score stays as it was" in decide(as_recruiter, batch, "cancel")
    assert counted() == [0.0, 0.0]
    assert list(batch.runs.order_by("pk").values_list("state", flat=True)) == [RunState.DONE, RunState.SUPERSEDED]
    assert "expected one that is open" in decide(as_recruiter, batch, "apply")


def test_a_regrade_that_changes_nothing_says_so_and_offers_nothing_to_apply(
    version: AssessmentVersion, as_recruiter: Client
) -> None:
    sat(version, "Same", 0.5)
    batch = opened(as_recruiter, version)
    tell_batch(batch, 0.5)
    shown = page(as_recruiter, batch)
    assert "Nothing would change" in shown
    assert "Apply to all" not in shown


def test_a_regrade_is_found_under_its_own_assessment_only(version: AssessmentVersion, as_recruiter: Client) -> None:
    sat(version, "One", 0.0)
    batch = opened(as_recruiter, version)
    other = AssessmentVersionFactory(assessment__organisation=batch.organisation)
    assert as_recruiter.get(f"{address(other)}{batch.public_id}/").status_code == 404


def test_it_is_not_applied_while_answers_are_being_graded(version: AssessmentVersion, as_recruiter: Client) -> None:
    sat(version, "Up", 0.0)
    batch = opened(as_recruiter, version)
    assert "1 answers are still being graded" in decide(as_recruiter, batch, "apply")
    assert "Expected one of the page" in decide(as_recruiter, batch, "burn")
    batch.refresh_from_db()
    assert batch.state == "open"


def test_what_could_not_be_graded_again_keeps_its_grade(version: AssessmentVersion, as_recruiter: Client) -> None:
    sat(version, "Luckless", 1.0)
    batch = opened(as_recruiter, version)
    for _ in range(2):
        run = batch.runs.get()
        grading.record_fault(run_id=run.pk, token=run.lease_token, reason="the zygote died")
    assert "1 could not be graded through our fault" in page(as_recruiter, batch)
    decide(as_recruiter, batch, "apply")
    assert counted() == [1.0]


def test_what_a_person_marked_and_what_runs_still_stay_out_of_it(
    version: AssessmentVersion, as_recruiter: Client, recruiter: User
) -> None:
    attempt = sat(version, "Marked", 0.0, 0.5)
    running = sat(version, "Running", 0.5)
    Attempt.objects.filter(pk=running.pk).update(finished_at=None)
    marked = attempt.items.first().response.submissions.get()
    criteria = [{"criterion": "It is right", "points": 1, "of": 1}]
    grading.record_mark(submission=marked, rater=recruiter, criteria=criteria)
    batch = opened(as_recruiter, version)
    assert [run.submission.response.item.attempt_id for run in batch.runs.all()] == [attempt.pk]
    late = batch.runs.get().submission
    tell_batch(batch, 0.0)
    grading.record_mark(submission=late, rater=recruiter, criteria=criteria)
    assert outlook(batch).people == []
    decide(as_recruiter, batch, "apply")
    assert counted() == [1.0, 1.0, 0.5]


def test_one_question_alone_is_graded_again(version: AssessmentVersion, as_recruiter: Client) -> None:
    attempt = sat(version, "One", 0.0, 0.0)
    question = attempt.items.last().response.version
    assert f"{question.title} (version 1, 1 answered)" in as_recruiter.get(address(version)).content.decode()
    as_recruiter.post(address(version), {"question": question.pk, "reason": "its reference was wrong"})
    assert [run.submission.response.version for run in RegradeBatch.objects.get().runs.all()] == [question]


def test_a_second_regrade_waits_for_the_first_and_an_empty_one_is_refused(
    version: AssessmentVersion, as_recruiter: Client
) -> None:
    refused = as_recruiter.post(address(version), {"question": "", "reason": "nobody sat it"})
    assert (refused.status_code, "There is nothing to grade again" in refused.content.decode()) == (422, True)
    sat(version, "One", 0.0)
    opened(as_recruiter, version)
    refused = as_recruiter.post(address(version), {"question": "", "reason": "again"})
    assert "apply or cancel it first" in refused.content.decode()


def test_a_candidate_sees_no_proposal_of_a_regrade(version: AssessmentVersion, as_recruiter: Client) -> None:
    item: AttemptItem = sat(version, "One", 0.0).items.get()
    batch = opened(as_recruiter, version)
    assert not with_scores(Response.objects.all()).get().pending
    tell_batch(batch, 1.0)
    assert latest_run(item.response, Purpose.FINAL).score == 0.0
    decide(as_recruiter, batch, "apply")
    assert latest_run(item.response, Purpose.FINAL).score == 1.0


def test_the_page_costs_the_same_queries_whatever_its_length(version: AssessmentVersion, as_recruiter: Client) -> None:
    assessment: Assessment = version.assessment
    counts = []
    for people in (1, 3):
        for _ in range(people):
            sat(version, "Somebody", 0.0, 1.0)
        as_recruiter.post(address(version), {"question": "", "reason": "a better reference"})
        batch = RegradeBatch.objects.filter(organisation=assessment.organisation).latest("pk")
        for run in batch.runs.all():
            tell(run, 0.5)
        with CaptureQueriesContext(connection) as queries:
            page(as_recruiter, batch)
        counts.append(len(queries))
        decide(as_recruiter, batch, "cancel")
    assert counts[0] == counts[1]
