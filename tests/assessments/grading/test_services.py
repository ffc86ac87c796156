"""What moves a run, what counts for a response, and what the sweeper finds. Nothing here needs a broker."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments import broker
from assessments.grading import selectors, services
from assessments.grading.models import EffectiveScore, GradingRun, Purpose, Queue, Response, RunState, ScoreEvent
from grader.verdict import Check, Outcome, SampleCase, Verdict
from tests.factories import QuestionVersionFactory, ResponseFactory, UserFactory

pytestmark = pytest.mark.django_db


def verdict(score: float | None, outcome: Outcome | None = None) -> dict:
    outcome = outcome or (Outcome.CORRECT if score == 1 else Outcome.PARTIAL if score else Outcome.WRONG)
    return Verdict(outcome, score, (Check("correctness", 1.0, passed=bool(score), message="Seen."),)).to_json()


def submit(response: Response | None = None, *, purpose: str = Purpose.FINAL) -> GradingRun:
    submission = services.submit(response=response or ResponseFactory(), answer="0.75", purpose=purpose)
    return submission.runs.get()


def record(run: GradingRun, score: float | None = 1.0, **options) -> bool:
    return services.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict(score, **options))


def expire(run: GradingRun, state: RunState) -> None:
    past = timezone.now() - timedelta(seconds=1)
    GradingRun.objects.filter(pk=run.pk).update(state=state, lease_expires_at=past)


def counted(response: Response) -> tuple[str, float | None]:
    effective = EffectiveScore.objects.get(response=response)
    return effective.outcome, effective.score


def test_a_submission_is_queued_with_the_realised_spec_and_the_seed_of_its_response(sent: list[dict]) -> None:
    spec = {"numeric": {"answer": "@{a}/4", "rtol": 0.0, "atol": 0.001}, "limits": {"total_seconds": 20.0}}
    response = ResponseFactory(version=QuestionVersionFactory(spec=spec, parameters={"a": 3}))
    run = submit(response)
    assert [message["queue"] for message in sent] == ["live"]
    request = sent[0]["request"]
    assert request["spec"]["numeric"]["answer"] == "3/4"
    assert request["limits"]["total_seconds"] == 20.0
    assert (request["seed"], request["answer"], request["mode"]) == (response.seed, "0.75", "full")
    assert sent[0]["token"] == str(run.lease_token)


def test_a_run_on_samples_waits_in_its_own_queue_and_never_counts(sent: list[dict]) -> None:
    run = submit(purpose=Purpose.SAMPLE)
    assert (sent[0]["queue"], sent[0]["request"]["mode"]) == ("sample", "sample")
    assert record(run)
    assert not EffectiveScore.objects.exists()


def test_a_verdict_counts_once(sent: list[dict]) -> None:
    run = submit()
    assert record(run, 0.5)
    assert not record(run, 1.0)
    assert counted(run.submission.response) == ("partial", 0.5)
    assert ScoreEvent.objects.count() == 1


def test_an_answer_that_prints_what_no_database_keeps_is_graded_nevertheless(sent: list[dict]) -> None:
    run = submit()
    printed = SampleCase("sample 1", {"y": "0"}, "1", "0", "1", "a\0b\ud800", passed=False, message="E: \0")
    wrong = Verdict(
        Outcome.WRONG, 0.0, (Check("correctness", 1.0, passed=False, message=""),), samples=(printed,)
    ).to_json()
    assert services.record_verdict(run_id=run.pk, token=run.lease_token, verdict=wrong)
    run.refresh_from_db()
    assert (run.state, counted(run.submission.response)) == (RunState.DONE, ("wrong", 0.0))
    assert run.verdict["samples"][0]["printed"] == "a\ufffdb?"


def test_a_verdict_with_another_lease_token_is_ignored(sent: list[dict]) -> None:
    run = submit()
    assert not services.record_verdict(run_id=run.pk, token=uuid.uuid4(), verdict=verdict(1.0))
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_a_started_run_that_is_told_started_again_changes_nothing(sent: list[dict]) -> None:
    run = submit()
    assert services.record_started(run_id=run.pk, token=run.lease_token)
    assert not services.record_started(run_id=run.pk, token=run.lease_token)


def test_a_newer_submission_supersedes_the_run_of_the_older(sent: list[dict]) -> None:
    older = submit()
    newer = submit(older.submission.response)
    assert not record(older, 1.0)
    assert record(newer, 0.0)
    older.refresh_from_db()
    assert older.state == RunState.SUPERSEDED
    assert counted(newer.submission.response) == ("wrong", 0.0)
    assert [newer.submission.number, older.submission.number] == [2, 1]


def test_a_fault_of_ours_sends_the_run_again_and_the_second_ends_it_ungradable(sent: list[dict]) -> None:
    run = submit()
    first = run.lease_token
    assert services.record_fault(run_id=run.pk, token=first, reason="the zygote died")
    run.refresh_from_db()
    assert (run.state, run.infrastructure_faults, run.enqueued) == (RunState.QUEUED, 1, 2)
    assert run.lease_token != first
    assert not services.record_fault(run_id=run.pk, token=first, reason="told twice")

    assert services.record_fault(run_id=run.pk, token=run.lease_token, reason="the zygote died again")
    run.refresh_from_db()
    assert (run.state, run.fault, run.score) == (RunState.UNGRADABLE, "the zygote died again", None)
    assert counted(run.submission.response) == ("ungradable", None)
    assert len(sent) == 2


@pytest.mark.parametrize(
    "unreadable",
    [{}, {"outcome": "correct"}, {**verdict(1.0), "score": 7}, {**verdict(1.0), "outcome": "splendid"}, [1]],
    ids=["empty", "no score", "score beyond 1", "unknown outcome", "a list"],
)
def test_a_verdict_that_cannot_be_read_is_a_fault_of_ours(sent: list[dict], unreadable) -> None:
    run = submit()
    assert services.record_verdict(run_id=run.pk, token=run.lease_token, verdict=unreadable)
    run.refresh_from_db()
    assert (run.state, run.infrastructure_faults) == (RunState.QUEUED, 1)


def test_an_ungradable_verdict_is_tried_twice_and_keeps_its_reason(sent: list[dict]) -> None:
    run = submit()
    broken = {**verdict(None, Outcome.UNGRADABLE), "provenance": {"reason": "coding.reference: unknown loss"}}
    for _ in range(2):
        run.refresh_from_db()
        assert services.record_verdict(run_id=run.pk, token=run.lease_token, verdict=broken)
    run.refresh_from_db()
    assert (run.state, run.fault) == (RunState.UNGRADABLE, "coding.reference: unknown loss")


def test_a_spec_that_names_an_unknown_parameter_costs_the_candidate_nothing(sent: list[dict]) -> None:
    version = QuestionVersionFactory(spec={"numeric": {"answer": "@{nowhere}", "rtol": 0.0, "atol": 0.1}})
    run = submit(ResponseFactory(version=version))
    assert sent == []
    assert run.state == RunState.UNGRADABLE
    assert "nowhere" in run.fault
    assert run.submission.answer == "0.75"


def test_a_returned_run_waits_again_without_blame(sent: list[dict]) -> None:
    run = submit()
    services.record_started(run_id=run.pk, token=run.lease_token)
    assert services.record_returned(run_id=run.pk, token=run.lease_token)
    run.refresh_from_db()
    assert (run.state, run.infrastructure_faults, run.started_at) == (RunState.QUEUED, 0, None)


def test_the_sweeper_sends_a_run_whose_worker_was_lost_with_a_new_token(sent: list[dict]) -> None:
    run = submit()
    expire(run, RunState.RUNNING)
    assert services.sweep().lost_workers == 1
    assert len(sent) == 2
    assert sent[1]["token"] != sent[0]["token"]


@pytest.mark.parametrize(("waiting", "again"), [(0, 2), (1, 1), (2, 0), (None, 0)])
def test_the_sweeper_sends_again_as_many_unstarted_runs_as_the_broker_lost(
    sent: list[dict], monkeypatch: pytest.MonkeyPatch, waiting: int | None, again: int
) -> None:
    runs = [submit(), submit()]
    for run in runs:
        expire(run, RunState.QUEUED)
    monkeypatch.setattr(broker, "waiting", lambda queue: waiting)
    assert services.sweep().lost_messages == again
    assert [message["run"] for message in sent[2:]] == [run.pk for run in runs[:again]]
    assert set(GradingRun.objects.values_list("infrastructure_faults", flat=True)) == {0}


def test_the_sweeper_leaves_runs_within_their_lease_alone(sent: list[dict], monkeypatch: pytest.MonkeyPatch) -> None:
    submit()
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)
    assert services.sweep() == type(services.sweep())(lost_workers=0, lost_messages=0)


def test_a_mark_counts_instead_of_the_pending_review_and_the_newest_of_two(sent: list[dict]) -> None:
    run, rater = submit(), UserFactory()
    record(run, None, outcome=Outcome.PENDING_REVIEW)
    response = run.submission.response
    assert counted(response) == ("pending_review", None)
    for points, expected in ((1, ("partial", 0.5)), (2, ("correct", 1.0))):
        criteria = [{"criterion": "Names the mean", "points": points, "of": 2}]
        services.record_mark(submission=run.submission, rater=rater, criteria=criteria, comment="Seen.")
        assert counted(response) == expected
    events = list(ScoreEvent.objects.values_list("before", "after", "actor"))
    assert events == [(None, None, None), (None, 0.5, rater.pk), (0.5, 1.0, rater.pk)]


@pytest.mark.parametrize("points", [-1, 3])
def test_points_outside_the_criterion_are_refused(sent: list[dict], points: int) -> None:
    run = submit()
    criteria = [{"criterion": "Names the mean", "points": points, "of": 2}]
    with pytest.raises(ValidationError, match="Names the mean"):
        services.record_mark(submission=run.submission, rater=UserFactory(), criteria=criteria, comment="")
    assert not run.submission.marks.exists()


def test_a_response_never_submitted_is_unanswered_and_counts_0(sent: list[dict]) -> None:
    silent, answered = ResponseFactory(), submit().submission.response
    for response in (silent, answered):
        services.settle_unanswered(response=response)
    assert counted(silent) == ("unanswered", 0.0)
    assert not EffectiveScore.objects.filter(response=answered).exists()


def test_scores_of_many_responses_come_in_one_query_and_say_what_is_pending(
    sent: list[dict], django_assert_num_queries
) -> None:
    graded, waiting = submit(), submit()
    record(graded)
    with django_assert_num_queries(1):
        rows = {
            response.pk: (getattr(response, "effective", None) and response.effective.score, response.pending)
            for response in selectors.with_scores(Response.objects.all())
        }
    assert rows == {graded.submission.response_id: (1.0, False), waiting.submission.response_id: (None, True)}


def test_the_place_in_the_queue_counts_those_before(sent: list[dict]) -> None:
    first, second, third = submit(), submit(), submit()
    record(first)
    runs = GradingRun.objects.in_bulk([first.pk, second.pk, third.pk])
    assert [selectors.place_in_queue(runs[run.pk]) for run in (first, second, third)] == [0, 1, 2]
    assert runs[third.pk].queue == Queue.LIVE
