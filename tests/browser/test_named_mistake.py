"""A wrong binary cross-entropy: its mistake is named with its numbers in practice and in the report, and not before."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.pages import Draw, Recruiter, Sitting
from tests.browser.visitors import Visitors, assert_accessible

QUESTION = "Binary cross-entropy that survives certainty"
HEAD = "import numpy as np\n\n\ndef binary_cross_entropy(y_true, p):\n"
SUMMED = HEAD + "    return -np.sum(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))\n"
NAIVE = HEAD + "    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))\n"
# What only the hidden cases know; an honest page of a running test has none of it.
HIDDEN = re.compile(r"\d+ of \d+ (ordinary|edge|extreme)|hidden,|sum instead of mean|points|score \d", re.IGNORECASE)


def begin(visitors: Visitors, recruiter: Recruiter, feedback: str) -> tuple[str, Sitting]:
    """Let somebody start an assessment of the one question, with that feedback."""
    name = f"Bea {feedback.partition(' ')[0]} {visitors.width}"
    recruiter.compose(f"Asked of {name}", feedback=feedback)
    recruiter.add("Questions", Draw(question=QUESTION))
    link = recruiter.invite(name, f"{name.lower().replace(' ', '.')}@example.org")
    return name, Sitting(visitors.arrive(), link).open().start()


def evidence(place: Locator) -> list[list[str]]:
    """Read the table of numbers that prove a mistake."""
    inputs = place.locator(".evidence tbody").all()
    return [[" ".join(cell.inner_text().split()) for cell in each.locator("th, td").all()] for each in inputs]


SAMPLE = ["Sample 1 y_true = [1, 0, 1] p = [0.8, 0.3, 0.4]", "0.49870308", "1.4961092", "1.4961092"]


@pytest.fixture(scope="module")
def practice(visitors: Visitors, recruiter: Recruiter) -> Sitting:
    return begin(visitors, recruiter, "Everything at once (practice)")[1]


def test_practice_names_the_mistake_and_shows_its_numbers_on_the_printed_cases_only(practice):
    practice.answer(SUMMED)
    practice.submit_and_see("wrong")
    expect(practice.result.locator(".notice")).to_have_text(re.compile("^Sum instead of mean."))
    assert evidence(practice.result) == [SAMPLE]
    assert_accessible(practice.page)


def test_practice_splits_the_score(practice):
    practice.answer(NAIVE)
    practice.submit_and_see("partial")
    expect(practice.result.locator(".checks li")).to_contain_text(["6 of 6 points", "0 of 2 points", "2 of 2 points"])
    expect(practice.result).to_contain_text("Together 8 of 10 points: a score of 0.80.")
    assert [row[-1] for row in evidence(practice.result)] == ["nan"]
    assert_accessible(practice.page)


def test_real_attempt_shows_its_sample_cases_and_nothing_else_and_the_report_shows_all(visitors, recruiter):
    name, real = begin(visitors, recruiter, "Results of the sample cases")
    real.answer(SUMMED)
    real.run()
    expect(real.samples).to_contain_text("0.49870308")
    real.submit()
    expect(real.result).to_contain_text("Your answer is received")
    assert not HIDDEN.search(real.result.inner_text() + real.samples.inner_text())
    assert_accessible(real.page)
    real.review()
    real.finish()
    assert not HIDDEN.search(real.page.locator("main").inner_text())

    report = recruiter.report_of(name)
    report.wait_until_graded(but=0)
    row = report.open(QUESTION)
    expect(row.locator(".notice")).to_have_text(re.compile(r"^Sum instead of mean\. \(R1\)"))
    shown = evidence(row)
    assert shown[0] == SAMPLE
    assert [cells[0].startswith("Hidden, shape") for cells in shown[1:]] == [True, True, True]
    assert all(cells[2] == cells[3] != cells[1] for cells in shown)
    expect(row.locator(".checks li")).to_contain_text(["0 of 6 points", "0 of 2 points", "0 of 2 points"])
    row.get_by_text("What this score came from").click()
    for words in ("Sandbox", "lossref 0", "2 s a case, 10 s in all", "Seed of the hidden cases", "Hash of the spec"):
        expect(row.locator(".provenance")).to_contain_text(words)
    assert_accessible(recruiter.page)

    _regrade_changes_nothing(recruiter, name)


def _regrade_changes_nothing(recruiter: Recruiter, name: str) -> None:
    """Grade the answers again: the same grader says the same, so there is nothing to apply."""
    recruiter.assessment(f"Asked of {name}")
    page = recruiter.page
    page.get_by_role("link", name="Regrades").click()
    assert_accessible(page)
    page.get_by_label("Reason").fill("A second look")
    page.get_by_role("button", name="Grade again and compare").click()
    expect(page.get_by_text("Nothing would change")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Cancel the regrade").click()
    expect(page.get_by_text("every score stays as it was")).to_be_visible()


def test_health_page_reads_well(visitors):
    page = visitors.arrive()
    page.goto(f"{visitors.demo.url}/health/")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Health: (green|yellow)"))
    expect(page.get_by_role("row", name="live@")).to_contain_text("bwrap")
    assert_accessible(page)


def test_parameter_that_no_database_takes_is_answered_in_words(visitors):
    visitors.expect_refusal(400)
    page = visitors.arrive()
    page.goto(f"{visitors.demo.url}/mailbox/?to=%00")
    expect(page.get_by_role("main")).to_contain_text("NUL character (%00): remove it")
    assert_accessible(page)
