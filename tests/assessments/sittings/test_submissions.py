"""Submit and Run: what is handed in, what is refused, and that a refusal loses nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from assessments.grading.models import GradingRun, Purpose, Submission
from assessments.sittings import selectors
from tests.assessments.sittings.conftest import begin, blueprint

pytestmark = pytest.mark.django_db

CODE = "def mean_squared_error(y_true, y_pred):\n    return ((y_true - y_pred) ** 2).mean()\n"


def handed_in(sitting, n=1, purpose=Purpose.FINAL):
    rows = Submission.objects.filter(response=sitting.item(n).response, purpose=purpose)
    return list(rows.values_list("number", "answer"))


def test_submitting_saves_the_draft_and_queues_its_grading(sitting):
    response = sitting.submit("0.75", n=2)
    assert response.status_code == 200
    assert handed_in(sitting, 2) == [(1, "0.75")]
    assert selectors.last_draft(sitting.item(2)).text == "0.75"
    assert GradingRun.objects.get().queue == "live"
    assert '"revision": 1' in response.headers["HX-Trigger"]


def test_the_ticked_options_become_a_list_of_indices_whatever_their_order_on_the_page(sitting):
    sitting.submit(["1", "0"], n=1)
    assert handed_in(sitting, 1) == [(1, "[0, 1]")]


@pytest.mark.parametrize("options", [[], ["x"], ["-1"], ["9" * 5000], ["1.5"]])
def test_a_choice_of_nothing_that_is_an_option_is_no_answer(sitting, options):
    refusal = sitting.submit(options, n=1)
    assert (refusal.status_code, "no answer to submit yet" in refusal.text) == (422, True)
    assert handed_in(sitting, 1) == []


def test_a_draft_of_a_thousand_digits_shows_as_nothing_chosen(sitting):
    sitting.draft("[" + "9" * 5000 + "]", n=1)
    assert "checked" not in sitting.get("question", 1).text.split('id="answer"')[1].split("</form>")[0]


def test_the_code_arrives_as_typed_with_its_line_ends_mended(sitting):
    sitting.submit(CODE.replace("\n", "\r\n"), n=4)
    assert handed_in(sitting, 4) == [(1, CODE)]


def test_the_last_of_several_submissions_counts_and_supersedes_the_runs_before(sitting):
    sitting.submit("0.7", n=2)
    sitting.submit("0.75", n=2, base=1)
    assert handed_in(sitting, 2) == [(1, "0.7"), (2, "0.75")]
    assert list(GradingRun.objects.order_by("pk").values_list("state", flat=True)) == ["superseded", "queued"]


@pytest.mark.parametrize("answer", ["", "   ", "\n\n"])
def test_an_empty_answer_is_not_submitted_and_the_message_says_so(sitting, answer):
    refusal = sitting.submit(answer, n=2)
    assert (refusal.status_code, "no answer to submit yet" in refusal.text) == (422, True)
    assert handed_in(sitting, 2) == []


@pytest.mark.parametrize("answer", ["a\0b", "x" * 100_001])
def test_an_answer_that_cannot_be_kept_is_refused_in_words(sitting, answer):
    refusal = sitting.submit(answer, n=5)
    assert refusal.status_code == 422
    assert 'data-kind="error"' in refusal.text
    assert handed_in(sitting, 5) == []


def test_without_scripts_the_form_works_and_a_refusal_is_a_page(sitting):
    good = sitting.submit("0.75", n=2, htmx=False)
    assert good.headers["Location"] == sitting.url("question", 2)
    refusal = sitting.submit("", n=3, htmx=False)
    assert (refusal.status_code, "This was not submitted" in refusal.text) == (422, True)


def test_running_asks_for_the_sample_cases_only_and_is_no_submission(sitting):
    sitting.submit(CODE, n=4, name="run")
    assert handed_in(sitting, 4, Purpose.SAMPLE) == [(1, CODE)]
    assert handed_in(sitting, 4) == []
    assert GradingRun.objects.get().queue == "sample"


@pytest.mark.parametrize("feedback", ["none", "received"])
def test_where_sample_results_are_not_shown_nothing_can_be_run(feedback):
    sitting = begin(blueprint("coding", feedback=feedback))
    assert "Run on sample cases" not in sitting.get("question", 1).text
    assert sitting.submit(CODE, name="run").status_code == 400
    assert GradingRun.objects.count() == 0


def test_only_code_can_be_run(sitting):
    assert sitting.submit("0.75", n=2, name="run").status_code == 400


def test_within_the_grace_submit_is_late_and_run_is_refused():
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sitting = begin(blueprint("coding"))
        clock.move_to(sitting.attempt.deadline + dt.timedelta(seconds=10))
        assert sitting.submit(CODE, name="run").status_code == 410
        assert sitting.submit(CODE, base=1).status_code == 200
        assert Submission.objects.get().late


def test_after_the_end_nothing_is_submitted_and_the_text_is_kept(sitting):
    with time_machine.travel(sitting.attempt.deadline + dt.timedelta(minutes=5), tick=False):
        refusal = sitting.submit("0.75", n=2)
        assert (refusal.status_code, "Your text is kept" in refusal.text) == (410, True)
    assert handed_in(sitting, 2) == []
    draft = selectors.last_draft(sitting.item(2))
    assert (draft.text, draft.late) == ("0.75", True)


def test_the_review_page_offers_to_submit_a_draft_newer_than_the_submission(sitting):
    sitting.submit("0.7", n=2)
    sitting.draft("0.75", n=2, base=1)
    page = sitting.get("review").text
    assert "Drafts newer than what you submitted" in page
    assert "Submit the draft of question 2" in page
    response = sitting.client.post(sitting.url("submit_draft", 2), follow=True)
    assert "Drafts newer than what you submitted" not in response.text
    assert handed_in(sitting, 2) == [(1, "0.7"), (2, "0.75")]


def test_only_a_post_changes_anything(sitting):
    for name, n in (("submit", 2), ("run", 4), ("draft", 2), ("flag", 1), ("finish", None), ("submit_draft", 2)):
        assert sitting.get(name, n).status_code == 405


def test_three_megabytes_from_a_form_are_a_page_that_says_what_to_do(sitting, settings):
    settings.DEBUG = False
    sitting.client.raise_request_exception = False
    refusal = sitting.submit("x" * 3_000_000, n=5)
    assert refusal.status_code == 400
    assert "shorten the answer" in refusal.text
    assert handed_in(sitting, 5) == []
