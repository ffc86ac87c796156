"""What each feedback level lets through. Words that only a hidden result holds must not be in any answer."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import GradingRun, RunState
from assessments.sittings.services import attempts
from tests.assessments.sittings.conftest import Sitting, begin, blueprint

pytestmark = pytest.mark.django_db

SECRETS = ("hidden-check-text", "hidden-finding", "hidden-evidence", "0.375", "hidden-printed", "partial")
CHECK = {"name": "edge_cases", "weight": 2.0, "passed": False, "message": "hidden-check-text", "share": 0.0}
EVIDENCE = {
    "case": "hidden-evidence",
    "first": [{"shape": [1], "answer": 0.375}],
    "samples": {"sample 1": "mistake-gives"},
}
FINDING = {"code": "R1", "name": "hidden-finding", "message": "a sum", "evidence": EVIDENCE}
SAMPLE = {
    "name": "sample 1",
    "arguments": {"y_true": "[1.0, 2.0]"},
    "expected": "0.5",
    "got": "sample-got",
    "difference": "sample-difference",
    "printed": "sample-printed",
    "passed": False,
    "message": "sample-message",
}


def verdict(**fields):
    plain = {"outcome": "partial", "score": 0.375, "checks": [CHECK], "findings": [FINDING], "timing": {}}
    return {**plain, "provenance": {"note": "hidden-printed"}, "samples": [], **fields}


def answered(feedback: str, *, name: str = "submit", **fields) -> Sitting:
    """A sitting whose one coding answer was graded."""
    sitting = begin(blueprint("coding", feedback=feedback))
    sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n", name=name)
    run = GradingRun.objects.get()
    grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict(**fields))
    return sitting


def everything(sitting: Sitting) -> str:
    """All that the candidate's pages and fragments say while the sitting runs, and after it without release."""
    texts = [sitting.get("question", 1).text, sitting.get("review").text, sitting.get("clock").text]
    for purpose in ("final", "sample"):
        texts += [sitting.get("result", 1, purpose=purpose, poll=poll).text for poll in ("", "0", "5")]
    texts.append(sitting.submit("def other(): pass", base=1).text)
    attempts.finish_attempt(attempt=sitting.attempt)
    texts += [sitting.get("done").text, sitting.get("resume").text]
    return "\n".join(texts)


@pytest.mark.parametrize("feedback", ["none", "received", "sample"])
def test_hidden_results_show_nowhere_before_release(feedback):
    sitting = answered(feedback)
    text = everything(sitting)
    assert [secret for secret in SECRETS if secret in text] == []
    assert sitting.get("report").status_code == 404


@pytest.mark.parametrize("feedback", ["none", "sample"])
def test_no_poll_tells_whether_the_hidden_cases_are_through(feedback):
    sitting = answered(feedback)
    done = sitting.get("result", 1, purpose="final").text
    GradingRun.objects.filter(state=RunState.DONE).update(state=RunState.SUPERSEDED)
    assert sitting.get("result", 1, purpose="final").text == done
    assert "is received" in done


def test_received_tells_that_it_was_processed_and_not_how_it_went():
    text = answered("received").get("result", 1, purpose="final").text
    assert "received and processed" in text
    assert not any(word in text for word in ("correct", "partial", "wrong", "score"))


def test_sample_level_shows_the_whole_sample_case_of_a_run():
    text = answered("sample", name="run", samples=[SAMPLE]).get("result", 1, purpose="sample").text
    for word in ("y_true", "[1.0, 2.0]", "0.5", "sample-got", "sample-difference", "sample-printed", "sample-message"):
        assert word in text
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("feedback", ["none", "received"])
def test_a_sample_run_left_from_elsewhere_is_not_shown_where_the_level_forbids_it(feedback):
    sitting = begin(blueprint("coding", feedback=feedback))
    grading.submit(response=sitting.item().response, answer="x", purpose="sample")
    run = GradingRun.objects.get()
    grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict(samples=[SAMPLE]))
    text = sitting.get("result", 1, purpose="sample").text + sitting.get("question", 1).text
    assert "sample-got" not in text


def test_full_level_shows_outcome_score_checks_and_mistake_but_no_evidence_of_hidden_cases():
    text = answered("full", samples=[SAMPLE]).get("result", 1, purpose="final").text
    for word in ("partial", "score 0.38 of 1", "Edge cases", "hidden-check-text", "Hidden-finding", "a sum"):
        assert word in text
    for word in ("y_true = [1.0, 2.0]", "sample-got", "mistake-gives"):
        assert word in text
    assert "hidden-evidence" not in text
    assert "0.375" not in text
    assert "hidden-printed" not in text


def test_a_fault_of_ours_is_told_as_ours_at_full_level():
    sitting = begin(blueprint("coding", feedback="full"))
    sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n")
    for _ in range(2):
        run = GradingRun.objects.get()
        grading.record_fault(run_id=run.pk, token=run.lease_token, reason="the zygote died at 0xdead")
    text = sitting.get("result", 1, purpose="final").text
    assert "A fault of ours" in text
    assert "zygote" not in text


def test_while_it_waits_the_page_says_its_place_and_asks_again_ever_more_slowly():
    first, second = (begin(blueprint("coding", feedback="full")) for _ in range(2))
    for sitting in (first, second):
        sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n")
    fresh = second.get("result", 1, purpose="final", poll="0").text
    assert "place 2" in fresh
    assert "load delay:30ms" in fresh
    assert "load delay:3000ms" in second.get("result", 1, purpose="final", poll="99").text


def test_a_poll_swaps_the_words_only_when_they_changed():
    sitting = begin(blueprint("coding", feedback="full"))
    first = sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n").text
    seen = first.split("seen=")[1].split('"')[0]
    assert "hx-swap-oob" not in sitting.get("result", 1, purpose="final", poll="1", seen=seen).text
    GradingRun.objects.update(state=RunState.RUNNING)
    assert "Being graded" in sitting.get("result", 1, purpose="final", poll="2", seen=seen).text


def test_a_verdict_is_escaped():
    hostile = {**CHECK, "message": "<script>alert(1)</script>"}
    sample = {**SAMPLE, "printed": "<img src=x onerror=alert(1)>"}
    full = answered("full", checks=[hostile]).get("result", 1, purpose="final").text
    assert "<script>alert" not in full
    assert "&lt;script&gt;" in full
    ran = answered_again(sample)
    assert "<img" not in ran
    assert "&lt;img" in ran


def answered_again(sample) -> str:
    sitting = begin(blueprint("coding", feedback="sample"))
    sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n", name="run")
    run = GradingRun.objects.filter(state=RunState.QUEUED).get()
    grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict(samples=[sample]))
    return sitting.get("result", 1, purpose="sample").text


def test_the_keys_and_credits_of_a_spec_are_on_no_page(sitting):
    pages = "".join(sitting.get("question", n).text for n in range(1, 6))
    pages = re.sub(r"/sit/[0-9a-f-]{36}/", "", pages)  # an address may end in 3 before question 4
    for secret in ("3/4", "That minimises the absolute error", "credit", "2*x", "Names the mean"):
        assert secret not in pages


def test_released_results_show_the_own_report_without_hidden_cases():
    sitting = answered("sample")
    attempts.finish_attempt(attempt=sitting.attempt)
    sitting.attempt.refresh_from_db()
    sitting.attempt.released_at = timezone.now()
    sitting.attempt.save()
    assert "See your results" in sitting.get("done").text
    text = sitting.get("report").text
    for word in ("partial", "score 0.38 of 1", "hidden-check-text", "Hidden-finding", "Regression"):
        assert word in text
    assert "hidden-evidence" not in text


def test_a_running_sitting_has_no_report_even_at_full_level():
    assert answered("full").get("report").status_code == 404
