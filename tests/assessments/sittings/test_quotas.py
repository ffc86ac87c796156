"""What one sitting may ask of the graders, and that a quota loses nothing of what was typed or handed in."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import EffectiveScore, GradingRun, Purpose, RunState, Submission
from assessments.sittings import limits, selectors
from assessments.sittings.services import attempts, submissions
from tests.assessments.sittings.conftest import Sitting, begin, blueprint

pytestmark = pytest.mark.django_db

CODE = "def mean_squared_error(y_true, y_pred):\n    return ((y_true - y_pred) ** 2).mean()\n"


def tell(run: GradingRun, seconds: float = 0.01, named: str = "run_seconds") -> None:
    """Say what a worker says at the end of a run."""
    plain = {"outcome": "correct", "score": 1.0, "checks": [], "findings": [], "provenance": {}}
    grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict={**plain, "timing": {named: seconds}})


def tell_all(seconds: float = 0.01) -> None:
    for run in GradingRun.objects.filter(run_seconds=None).exclude(state=RunState.POSTPONED):
        tell(run, seconds)


def start(run: GradingRun) -> None:
    assert grading.record_started(run_id=run.pk, token=run.lease_token)


def text_of(sitting: Sitting, n: int = 1) -> str:
    return selectors.last_draft(sitting.item(n)).text


def states() -> list[str]:
    return list(GradingRun.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(("name", "what"), [("submit", "submissions"), ("run", "runs")])
def test_more_in_a_minute_than_the_limit_is_refused_until_the_first_is_a_minute_old(name, what):
    sitting = begin(blueprint("coding"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for base in range(limits.PER_MINUTE):
            assert sitting.submit(f"{CODE}#{base}", base=base, name=name).status_code == 200
            tell_all()
            clock.shift(1)
        refusal = sitting.submit(f"{CODE}#more", base=limits.PER_MINUTE, name=name)
        assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "40")
        assert f"20 {what} within a minute" in refusal.text
        assert "Your text is saved; try again in 40 seconds." in refusal.text
        assert text_of(sitting) == f"{CODE}#more"
        clock.shift(40)
        assert sitting.submit(f"{CODE}#more", base=limits.PER_MINUTE + 1, name=name).status_code == 200


def test_one_job_runs_one_waits_and_a_third_run_is_refused_with_the_time_when_there_is_room():
    sitting = begin(blueprint("coding", "coding", "coding"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for n in (1, 2):
            assert sitting.submit(CODE, n=n, name="run").status_code == 200
        assert "room again once their turn has come" in sitting.submit(CODE, n=3, name="run").text
        start(GradingRun.objects.earliest("pk"))
        clock.shift(4)
        refusal = sitting.submit(CODE, n=3, name="run", base=1)
        assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "7")
        assert "another one waits. Your text is saved; there is room again in 7 seconds at the latest." in refusal.text
        assert text_of(sitting, 3) == CODE
        tell(GradingRun.objects.earliest("pk"))
        assert sitting.submit(CODE, n=3, name="run", base=1).status_code == 200


def test_a_superseded_run_takes_its_place_until_its_worker_is_through():
    sitting = begin(blueprint("coding"))
    for base in range(2):
        assert sitting.submit(f"{CODE}#{base}", base=base, name="run").status_code == 200
    assert states() == ["superseded", "queued"]
    assert sitting.submit(f"{CODE}#2", base=2, name="run").status_code == 429
    superseded = GradingRun.objects.earliest("pk")
    tell(superseded, 1.5)
    superseded.refresh_from_db()
    assert (superseded.state, superseded.run_seconds, superseded.verdict) == (RunState.SUPERSEDED, 1.5, None)
    assert sitting.submit(f"{CODE}#2", base=3, name="run").status_code == 200


def test_a_superseded_run_whose_worker_never_tells_gives_its_place_back_with_its_lease():
    sitting = begin(blueprint("coding"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for base in range(2):
            sitting.submit(f"{CODE}#{base}", base=base, name="run")
        clock.shift(60)
        assert sitting.submit(f"{CODE}#2", base=2, name="run").status_code == 200


def test_a_loop_of_runs_without_end_keeps_two_jobs_and_its_last_text():
    sitting = begin(blueprint("coding"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        told = []
        for number in range(100):
            base = selectors.last_draft(sitting.item()).revision if number else 0
            told.append(sitting.submit(f"{CODE}#{number}", base=base, name="run").status_code)
            assert selectors.unfinished_jobs(sitting.attempt).count() <= limits.UNFINISHED_JOBS
            if number % 10 == 9:
                tell_all(10.0)
            clock.shift(0.1)
        assert set(told) == {200, 429}
        assert told.count(200) == limits.PER_MINUTE
        assert text_of(sitting) == f"{CODE}#99"
        assert selectors.computing_seconds(sitting.attempt) == 10.0 * limits.PER_MINUTE


def test_what_is_submitted_while_two_jobs_are_unfinished_counts_and_is_graded_when_there_is_room():
    sitting = begin(blueprint("coding", "coding", "coding", "choice", feedback="full"))
    for n in (1, 2, 3):
        assert sitting.submit(CODE, n=n).status_code == 200
    assert states() == ["queued", "queued", "postponed"]
    assert "Received and kept" in sitting.get("question", 3).text
    assert sitting.submit(["0"], n=4).status_code == 200
    assert states()[-1] == "queued", "what needs no sandbox is not held up"
    assert submissions.release_postponed() == 0
    tell(GradingRun.objects.earliest("pk"))
    assert submissions.release_postponed() == 1
    assert states() == ["done", "queued", "queued", "queued"]
    assert submissions.release_postponed() == 0


def test_a_newer_submission_takes_the_place_of_a_postponed_one():
    sitting = begin(blueprint("coding", "coding", "coding"))
    for n in (1, 2, 3):
        sitting.submit(CODE, n=n)
    tell_all()
    sitting.submit(f"{CODE}#", n=3, base=1)
    assert states() == ["done", "done", "superseded", "queued"]
    assert submissions.release_postponed() == 0


def test_a_sitting_that_used_up_its_computing_runs_nothing_more_and_is_graded_whole_after_the_end(monkeypatch):
    monkeypatch.setattr(limits, "COMPUTING_SECONDS", 5.0)
    sitting = begin(blueprint("coding", "numeric"))
    sitting.submit(f"{CODE}#0", name="run")
    tell(GradingRun.objects.latest("pk"), 4.0)
    sitting.submit(f"{CODE}#1", base=1, name="run")
    sitting.submit(f"{CODE}#2", base=2, name="run")
    tell(GradingRun.objects.filter(state=RunState.SUPERSEDED).get(), 3.0)
    refusal = sitting.submit(f"{CODE}#3", base=3, name="run")
    assert refusal.status_code == 429
    assert "used the 5 seconds of computing" in refusal.text
    assert "you can still submit: it is graded after the end" in refusal.text
    assert sitting.submit("0.7", n=2).status_code == 200

    assert sitting.submit(f"{CODE}#4", base=4).status_code == 200
    assert submissions.release_postponed() == 0
    attempts.finish_attempt(attempt=sitting.attempt)
    last = GradingRun.objects.get(submission__response=sitting.item().response, submission__purpose=Purpose.FINAL)
    assert (last.state, last.submission.answer) == (RunState.QUEUED, f"{CODE}#4")
    tell(last)
    assert EffectiveScore.objects.get(response=sitting.item().response).score == 1.0


@pytest.mark.parametrize("named", ["run_seconds", "total_seconds"])
def test_the_time_is_charged_by_the_clock_of_the_answer_or_of_the_whole_grading(named):
    sitting = begin(blueprint("coding"))
    sitting.submit(CODE)
    tell(GradingRun.objects.get(), 2.5, named)
    assert selectors.computing_seconds(sitting.attempt) == 2.5


def test_a_fault_of_ours_is_charged_to_nobody():
    sitting = begin(blueprint("coding"))
    sitting.submit(CODE)
    for _ in range(2):
        run = GradingRun.objects.get()
        grading.record_fault(run_id=run.pk, token=run.lease_token, reason="the zygote died")
    assert selectors.computing_seconds(sitting.attempt) == 0.0


def test_what_the_clock_submits_at_the_end_is_under_no_quota():
    sitting = begin(blueprint("coding", "coding", "coding"))
    for n in (1, 2, 3):
        sitting.draft(CODE, n=n)
    with time_machine.travel(sitting.attempt.deadline + dt.timedelta(minutes=5), tick=False):
        assert attempts.close_overdue() == 1
    assert states() == ["queued"] * 3
    assert Submission.objects.filter(by_deadline=True).count() == 3


def test_a_sitting_that_has_typed_more_than_a_person_can_saves_more_slowly_and_loses_nothing(sitting, monkeypatch):
    monkeypatch.setattr(limits, "CHARACTERS_AT_FULL_SPEED", 10)
    monkeypatch.setattr(limits, "SLOW_SAVES_PER_MINUTE", 3)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for base in range(3):
            assert sitting.draft("x" * (4 + base), n=5, base=base).status_code == 200
        refusal = sitting.draft("one more", n=5, base=3)
        assert (refusal.status_code, "kept in this page" in refusal.json()["message"]) == (429, True)
        clock.shift(61)
        assert sitting.draft("one more", n=5, base=3).status_code == 200
    sitting.attempt.refresh_from_db()
    assert sitting.attempt.typed_characters == 4 + 5 + 6 + 8
