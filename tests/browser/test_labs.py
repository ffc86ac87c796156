"""A training lab: curves show on sample data, in practice and in the report, never of a running real attempt."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.pages import Draw, Recruiter, Sitting
from tests.browser.visitors import Visitors, assert_accessible

QUESTION = "Design the loss of a stock forecast"
RATES = "Pick the learning rate that gets down the valley"
SQUARED = """import numpy as np


def stock_loss(demand, order):
    r = order - demand
    return np.mean(r**2), 2 * r / r.size
"""


def begin(visitors: Visitors, recruiter: Recruiter, feedback: str, *questions: str) -> tuple[str, Sitting]:
    """Let somebody start an assessment of these labs, with that feedback."""
    name = f"Lou {feedback.split(maxsplit=1)[0]} {visitors.width}"
    recruiter.compose(f"Labs for {name}", feedback=feedback)
    for question in questions:
        recruiter.add("Questions", Draw(question=question))
    link = recruiter.invite(name, f"{name.lower().replace(' ', '.')}@example.org")
    return name, Sitting(visitors.arrive(), link).open().start()


def assert_curves(place: Locator) -> None:
    """Four plots that are drawn, each with its numbers to be opened."""
    figures = place.locator("figure.plot")
    expect(figures).to_have_count(4)
    for figure in figures.all():
        for curve in figure.locator("path.curve").all():
            assert (curve.get_attribute("d") or "").startswith("M")
        figure.locator("details summary").click()
        assert figure.locator("tbody tr").count() >= 5
        expect(figure.locator("tbody")).to_be_visible()


@pytest.fixture(scope="module")
def practice(visitors: Visitors, recruiter: Recruiter) -> Sitting:
    return begin(visitors, recruiter, "Everything at once (practice)", QUESTION, RATES)[1]


def test_practice_shows_what_the_loss_trained(practice):
    practice.answer(SQUARED)
    practice.submit_and_see("partial")
    expect(practice.result.locator(".training")).to_contain_text("trains toward something else")
    assert_curves(practice.result)
    assert_accessible(practice.page)


def test_practice_shows_what_the_chosen_rate_trained(practice):
    practice.go(2)
    practice.page.locator("label.option", has_text=re.compile(r"Option \d: 1\.3\s*$")).click()
    practice.submit_and_see("wrong")
    expect(practice.result.locator(".training")).to_contain_text("training diverged")
    assert_curves(practice.result)
    assert_accessible(practice.page)


def test_real_attempt_shows_the_training_on_sample_data_only_and_the_report_shows_all(visitors, recruiter):
    name, real = begin(visitors, recruiter, "Results of the sample cases", QUESTION)
    expect(real.page.locator("form#answer")).to_contain_text("how many units to stock")
    real.answer(SQUARED)
    real.run("Train on sample data")
    assert_curves(real.samples)
    assert_accessible(real.page)
    real.submit()
    expect(real.result).to_contain_text("Your answer is received")
    assert real.result.locator("figure").count() == 0
    real.review()
    real.finish()

    report = recruiter.report_of(name)
    report.wait_until_graded(but=0)
    row = report.open(QUESTION)
    expect(row.locator(".training")).to_contain_text("trains toward something else")
    expect(row.locator("summary .finding")).to_have_text("trains toward something else")
    assert_curves(row)
    assert_accessible(recruiter.page)
