from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import EffectiveScore, Purpose, ScoreEvent, Submission
from assessments.people.models import AuditEvent, Organisation, User
from assessments.review.scoring import summarise
from assessments.review.selectors import report_items
from assessments.sittings.models import Attempt, AttemptItem, Draft
from tests.assessments.review.conftest import logged_in
from tests.factories import AttemptFactory, AttemptItemFactory, InvitationFactory, QuestionVersionFactory

pytestmark = pytest.mark.django_db

FINDING = {
    "code": "R1",
    "name": "sum instead of mean",
    "message": "Your value is N times the reference.",
    "evidence": {
        "cases": 18,
        "first": [{"shape": [14], "answer": 13.5, "right": 0.96875, "mistake_gives": 13.5}],
        "samples": {"sample 1": "1.4961092"},
    },
}
SAMPLE = {
    "name": "sample 1",
    "arguments": {"p": "[0.8, 0.3, 0.4]"},
    "expected": "0.49870308",
    "got": "1.4961092",
    "difference": "0.997",
    "printed": "",
    "passed": False,
    "message": "the value is wrong",
}
PROVENANCE = {
    "seed": 7,
    "lossref": "0.1.0",
    "grader": "0.2.0",
    "sandbox_level": "bwrap+seccomp",
    "limits": {"case_seconds": 2.0, "total_seconds": 10.0, "memory_bytes": 1 << 30, "output_bytes": 1 << 20},
    "spec_hash": "1d9a31c2",
}


def verdict(outcome: str, score: float | None, **more: Any) -> dict[str, Any]:
    check = {"name": "correctness", "weight": 6, "passed": score == 1, "message": "seen on 12 cases", "share": 0.0}
    empty = {"findings": [], "timing": {}, "provenance": {"seed": 7}, "samples": []}
    return {"outcome": outcome, "score": score, "checks": [check], **empty, **more}


def answered(attempt: Attempt, kind: str, answer: str, said: dict[str, Any], weight: float = 1.0) -> AttemptItem:
    version = QuestionVersionFactory(kind=kind, question__organisation=attempt.invitation.organisation)
    item = AttemptItemFactory(attempt=attempt, response__version=version, weight=weight)
    submission = grading.submit(response=item.response, answer=answer, purpose=Purpose.FINAL)
    run = submission.runs.get()
    assert grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=said)
    return item


@pytest.fixture
def attempt(organisation: Organisation) -> Attempt:
    invitation = InvitationFactory(version__assessment__organisation=organisation, version__pass_mark=0.5)
    attempt = AttemptFactory(invitation=invitation, finished_at=timezone.now(), finished_by="candidate")
    answered(attempt, "numeric", "3/4", verdict("correct", 1.0), weight=3)
    answered(attempt, "coding", "def f(): ...\n<b>x</b>", verdict("wrong", 0.0, findings=[FINDING]))
    answered(attempt, "written", "Because.\x0bI think so.", verdict("pending_review", None))
    return attempt


def report(attempt: Attempt) -> str:
    return f"/o/{attempt.invitation.organisation.slug}/candidates/{attempt.public_id}/"


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_score_weighs_what_is_graded_and_leaves_out_what_waits(attempt: Attempt) -> None:
    summary = summarise(report_items(attempt))
    assert (summary.score, summary.graded, summary.pending, summary.ungradable) == (0.75, 2, 1, 0)
    assert summary.margin is None


def test_an_ungradable_item_leaves_the_denominator_and_is_told(attempt: Attempt, as_recruiter: Client) -> None:
    ungradable(attempt)
    summary = summarise(report_items(attempt))
    assert (summary.score, summary.graded, summary.ungradable) == (0.0, 1, 1)
    assert "1 could not be graded through our fault" in as_recruiter.get(report(attempt)).content.decode()


def ungradable(attempt: Attempt) -> Submission:
    """Let the grading of the first question fail twice by a fault of ours."""
    submission = grading.submit(response=attempt.items.first().response, answer="3/4", purpose=Purpose.FINAL)
    for _ in range(2):
        run = submission.runs.get()
        grading.record_fault(run_id=run.pk, token=run.lease_token, reason="the sandbox fell over")
    return submission


def test_an_ungradable_answer_is_graded_again_on_request_and_then_counts(
    attempt: Attempt, as_recruiter: Client, recruiter: User
) -> None:
    submission = ungradable(attempt)
    position = attempt.items.first().position
    shown = as_recruiter.get(report(attempt)).content.decode()
    assert "the sandbox fell over. It stands outside the score" in shown
    assert f"Grade question {position} again" in shown
    for _ in range(2):
        shown = as_recruiter.post(f"{report(attempt)}{position}/again/", follow=True).content.decode()
        assert "It is being graded again." in shown
    again = submission.runs.get(number=2)
    assert (again.queue, submission.runs.count()) == ("bulk", 2)
    assert AuditEvent.objects.filter(actor=recruiter, verb="item.graded_again").exists()
    grading.record_verdict(run_id=again.pk, token=again.lease_token, verdict=verdict("correct", 1.0))
    assert summarise(report_items(attempt)).score == 0.75


def test_only_what_a_fault_of_ours_left_is_graded_again_here(attempt: Attempt, as_recruiter: Client) -> None:
    position = attempt.items.first().position
    refused = as_recruiter.post(f"{report(attempt)}{position}/again/", follow=True).content.decode()
    assert "This answer is not ungradable" in refused
    assert as_recruiter.post(f"{report(attempt)}999/again/").status_code == 404


def test_the_report_names_the_mistake_and_shows_the_answer_as_text(attempt: Attempt, as_recruiter: Client) -> None:
    shown = as_recruiter.get(report(attempt)).content.decode()
    assert "75 %" in shown
    assert "sum instead of mean" in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>x</b>" not in shown
    assert "1 question waits for a mark" in shown


def test_a_mistake_stands_with_its_numbers_on_printed_and_on_hidden_inputs(
    organisation: Organisation, as_recruiter: Client
) -> None:
    attempt = AttemptFactory(invitation__version__assessment__organisation=organisation, finished_at=timezone.now())
    answered(attempt, "coding", "def f(): ...", verdict("wrong", 0.0, findings=[FINDING], samples=[SAMPLE]))
    shown = words_of(as_recruiter.get(report(attempt)).content.decode())
    assert "Sum instead of mean. (R1) Your value is N times the reference." in shown
    assert "Sample 1 p = [0.8, 0.3, 0.4] 0.49870308 1.4961092 1.4961092" in shown
    assert "Hidden, shape (14,) 0.96875 13.5 13.5" in shown
    assert "Hidden cases that show it: 18." in shown


def test_the_split_of_the_score_adds_up(organisation: Organisation, as_recruiter: Client) -> None:
    attempt = AttemptFactory(invitation__version__assessment__organisation=organisation, finished_at=timezone.now())
    checks = [
        {"name": "correctness", "weight": 6, "passed": True, "message": "", "share": 1.0},
        {"name": "edge_cases", "weight": 2, "passed": False, "message": "1 of 7 is wrong.", "share": 0.0},
        {"name": "numerical_stability", "weight": 2, "passed": False, "message": "", "share": 0.5},
    ]
    answered(attempt, "coding", "def f(): ...", verdict("partial", 0.7, checks=checks))
    shown = words_of(as_recruiter.get(report(attempt)).content.decode())
    for words in (
        "Correctness passed · 6 of 6 points",
        "Edge cases failed · 0 of 2 points 1 of 7 is wrong.",
        "Numerical stability passed in part · 1 of 2 points",
        "Together 7 of 10 points: a score of 0.70.",
    ):
        assert words in shown


def test_every_score_names_what_it_came_from(organisation: Organisation, as_recruiter: Client) -> None:
    attempt = AttemptFactory(invitation__version__assessment__organisation=organisation, finished_at=timezone.now())
    timing = {"run_seconds": 0.0021, "total_seconds": 0.0154}
    answered(attempt, "coding", "def f(): ...", verdict("correct", 1.0, provenance=PROVENANCE, timing=timing))
    shown = words_of(as_recruiter.get(report(attempt)).content.decode())
    for words in (
        "What this score came from: run 1 of",
        "version 1, variant 0, spec 1",
        "Sandbox bwrap+seccomp",
        "Versions lossref 0.1.0, grader 0.2.0",
        "Limits 2 s a case, 10 s in all, 1024 MiB of memory, 1024 KiB printed",
        "Time taken 2.1 ms run, 15.4 ms in all",
        "Seed of the hidden cases 7",
        "Hash of the spec 1d9a31c2",
    ):
        assert words in shown


def test_a_draft_newer_than_the_submission_is_told(attempt: Attempt, as_recruiter: Client) -> None:
    assert "a newer draft was not submitted" not in as_recruiter.get(report(attempt)).content.decode()
    Draft.objects.create(item=attempt.items.first(), revision=1, text="another")
    assert "a newer draft was not submitted" in as_recruiter.get(report(attempt)).content.decode()


def test_the_report_costs_the_same_queries_whatever_its_length(attempt: Attempt, as_recruiter: Client) -> None:
    with CaptureQueriesContext(connection) as three:
        as_recruiter.get(report(attempt))
    for _ in range(3):
        answered(attempt, "numeric", "1", verdict("wrong", 0.0))
    with CaptureQueriesContext(connection) as six:
        as_recruiter.get(report(attempt))
    assert len(six) == len(three)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_candidates_costs_the_same_queries_whatever_its_length(
    as_recruiter: Client, organisation: Organisation, rows: int
) -> None:
    for _ in range(rows):
        invitation = InvitationFactory(version__assessment__organisation=organisation)
        attempt = AttemptFactory(invitation=invitation, finished_at=timezone.now())
        answered(attempt, "numeric", "1", verdict("correct", 1.0))
    with CaptureQueriesContext(connection) as queries:
        shown = as_recruiter.get(f"/o/{organisation.slug}/candidates/").content.decode()
    assert shown.count("100 %") == rows
    assert len(queries) == 9


def test_a_rater_marks_blind_and_the_mark_counts(attempt: Attempt, organisation: Organisation, rater: User) -> None:
    client = logged_in(rater)
    queue = client.get(f"/o/{organisation.slug}/marking/").content.decode()
    item = attempt.items.get(response__version__kind="written")
    assert f"/o/{organisation.slug}/marking/{item.pk}/" in queue
    page = client.get(f"/o/{organisation.slug}/marking/{item.pk}/").content.decode()
    assert attempt.invitation.candidate.identity.name not in queue + page
    sent = client.post(f"/o/{organisation.slug}/marking/{item.pk}/", {"criterion_0": 1, "comment": "Half of it."})
    assert sent.status_code == 302
    effective = EffectiveScore.objects.get(response=item.response)
    assert (effective.score, effective.outcome, effective.run) == (0.5, "partial", None)
    assert effective.mark.comment == "Half of it."
    event = ScoreEvent.objects.filter(response=item.response).last()
    assert (event.before, event.after, event.actor) == (None, 0.5, rater)
    assert AuditEvent.objects.get(verb="item.marked").actor == rater


def test_marking_again_counts_and_both_markings_stay(attempt: Attempt, organisation: Organisation, rater: User) -> None:
    client = logged_in(rater)
    item = attempt.items.get(response__version__kind="written")
    for points in (2, 0):
        client.post(f"/o/{organisation.slug}/marking/{item.pk}/", {"criterion_0": points})
    marks = item.response.submissions.get().marks.all()
    assert [mark.score for mark in marks] == [1.0, 0.0]
    assert EffectiveScore.objects.get(response=item.response).score == 0.0


def test_a_mark_needs_every_criterion(attempt: Attempt, organisation: Organisation, rater: User) -> None:
    item = attempt.items.get(response__version__kind="written")
    page = logged_in(rater).post(f"/o/{organisation.slug}/marking/{item.pk}/", {"comment": "kept"})
    assert page.status_code == 422
    assert "This field is required." in page.content.decode()
    assert "kept" in page.content.decode()
    assert EffectiveScore.objects.get(response=item.response).outcome == "pending_review"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_marking_queue_costs_the_same_queries_whatever_its_length(
    organisation: Organisation, rater: User, rows: int
) -> None:
    invitation = InvitationFactory(version__assessment__organisation=organisation)
    attempt = AttemptFactory(invitation=invitation, finished_at=timezone.now())
    for _ in range(rows):
        answered(attempt, "written", "Because.", verdict("pending_review", None))
    client = logged_in(rater)
    with CaptureQueriesContext(connection) as queries:
        shown = client.get(f"/o/{organisation.slug}/marking/").content.decode()
    assert shown.count("<tr>") == rows + 1
    assert len(queries) == 5


def test_a_result_is_released_by_a_recruiter_and_audited(attempt: Attempt, as_recruiter: Client) -> None:
    as_recruiter.post(report(attempt) + "release/")
    attempt.refresh_from_db()
    assert attempt.released_at is not None
    assert AuditEvent.objects.filter(verb="attempt.released").count() == 1


def test_a_result_is_not_released_while_the_sitting_runs(as_recruiter: Client, organisation: Organisation) -> None:
    running = AttemptFactory(invitation=InvitationFactory(version__assessment__organisation=organisation))
    answer = as_recruiter.post(report(running) + "release/", follow=True)
    assert "The sitting still runs" in answer.content.decode()
    running.refresh_from_db()
    assert running.released_at is None
