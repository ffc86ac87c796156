"""From the invitation to a score that a recruiter can defend, and to a question's next version: by browser alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.pages import DEMO_ASSESSMENT, Author, Draw, Recruiter, Report, Sitting
from tests.browser.story import Sat, sit
from tests.browser.visitors import Visitors, assert_accessible
from tests.demo import Demo


@pytest.fixture(scope="module")
def invitation(site: Demo, recruiter: Recruiter, width: int) -> tuple[str, str]:
    """The person whose link the demo prints, at one width; somebody new, at the other."""
    if width == 1280:
        return "Cam Candidate 1", site.candidate
    recruiter.assessment(DEMO_ASSESSMENT)
    name = f"Nia Narrow {width}"
    return name, recruiter.invite(name, f"nia{width}@example.org")


@pytest.fixture(scope="module")
def sat(visitors: Visitors, invitation: tuple[str, str], width: int, tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """The whole assessment: right and hostile answers at one width, right and wrong ones at the other."""
    name, link = invitation
    sitting = Sitting(visitors.arrive(), link).open().start()
    return sit(name, sitting, tmp_path_factory.mktemp("hostile") / "owned", hostile=width == 1280)


@pytest.fixture
def report(sat: Sat, recruiter: Recruiter) -> Report:
    report = recruiter.report_of(sat.name)
    report.wait_until_graded(but=0 if "Marked by" in recruiter.page.content() else 1)
    return report


def test_candidate_hands_everything_in(sat):
    assert_accessible(sat.page)
    expect(sat.page.get_by_role("cell", name="submitted")).to_have_count(len(sat.outcomes))
    assert sat.page.title() != "owned"
    sat.page.goto(sat.link)
    expect(sat.page.get_by_role("heading", level=1)).to_have_text("This assessment is finished")


@pytest.fixture(autouse=True)
def _forgive_the_closed_link(visitors):
    visitors.expect_refusal(410)


def test_recruiter_reads_outcome_checks_and_findings(sat, recruiter, report):
    page = recruiter.page
    assert_accessible(page)
    for title, outcome in sat.outcomes.items():
        told = report.outcome(title)
        assert told == outcome if outcome else told not in {"correct", "being graded", "ungradable"}, title
    for title, code in sat.mistakes.items():
        item = report.open(title)
        if code:
            expect(item.locator(".notice", has_text=f"({code})")).to_be_visible()
    check = report.open(sat.one("coding")).locator(".checks li", has_text="Correctness")
    expect(check).to_contain_text(re.compile("(passed|failed).*points"))
    assert_accessible(page)
    assert not sat.marker.exists(), "an answer wrote to the host's disk"


def test_written_answer_is_marked_and_moves_the_score(sat, recruiter, report):
    page, title = recruiter.page, sat.one("written")
    before = report.score
    report.open(title).get_by_role("link", name="Mark this answer").click()
    expect(page.locator(".written-answer")).to_contain_text("<script>")
    assert page.title() != "owned"
    assert_accessible(page)
    for criterion in page.locator("fieldset").all():
        criterion.get_by_role("radio").last.check()
    page.get_by_label("Comment").fill("Names the loss and says why.")
    page.get_by_role("button", name="Record the marks").click()
    page.goto(f"{recruiter.rooms}/marking/")
    assert_accessible(page)
    after = recruiter.report_of(sat.name)
    after.wait_until_graded(but=0)
    assert after.outcome(title) == "correct"
    assert after.score != before
    expect(after.open(title)).to_contain_text("Names the loss and says why.")


def test_candidates_are_listed_with_stage_and_score(sat, recruiter):
    page = recruiter.page
    page.goto(f"{recruiter.rooms}/candidates/")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=sat.name, exact=True))
    expect(row.locator(".badge")).to_have_text(re.compile("finished|marked"))
    expect(row).to_contain_text("%")
    assert_accessible(page)


def test_second_assessment_is_composed_sampled_and_sent(visitors, recruiter, width):
    title, email = f"Composed at {width}", f"cyd{width}@example.org"
    recruiter.compose(title)
    page = recruiter.page
    assert_accessible(page)
    recruiter.add("Questions", Draw(kind="Choice", count=3, weight=1.5))
    recruiter.add("Questions", Draw(topic="Regression", weight=2))
    recruiter.add_section("By name")
    recruiter.add("By name", Draw(question="Implement the Huber loss", weight=4))
    recruiter.add("By name", Draw(kind="Derivation", count=2))
    assert_accessible(page)
    page.get_by_role("link", name="See a sample form").click()
    expect(page.get_by_role("region", name="Sample form").locator("tbody tr")).to_have_count(7)
    expect(page.get_by_role("row", name="Implement the Huber loss")).to_contain_text("4")
    assert_accessible(page)
    page.go_back()
    link = recruiter.invite("Cyd Composed", email)
    assert_accessible(page)
    landing = Sitting(visitors.arrive(), link).open().page
    expect(landing.get_by_role("heading", level=1)).to_have_text(title)
    expect(landing.get_by_text("By name: 3 questions")).to_be_visible()


def test_what_the_bank_cannot_fill_is_told_before_anyone_is_invited(recruiter, width):
    recruiter.compose(f"Too much {width}")
    recruiter.add("Questions", Draw(kind="Written", count=40))
    expect(recruiter.page.locator(".notice[data-kind=warning]").first).to_contain_text("40")
    expect(recruiter.page.get_by_role("button", name="Invite")).to_be_disabled()
    assert_accessible(recruiter.page)


def test_new_version_is_for_new_attempts_and_the_old_one_keeps_its_own(sat, visitors, recruiter, report, width):
    title = sat.one("choice")
    slug, sentence = (
        answers.bank()[title].slug,
        f"Take your time with this one ({'wide' if width > 600 else 'narrow'}).",
    )
    author = Author(visitors, slug)
    author.open()
    assert_accessible(author.page)
    author.save_new_version(sentence)
    assert_accessible(author.page)
    author.certify()
    assert_accessible(author.page)
    expect(author.page.get_by_text("You wrote this version: another author or an owner publishes it")).to_be_visible()
    expect(author.page.get_by_role("button", name="Publish version")).to_have_count(0)
    owner = Author(visitors, slug, role="owner")
    owner.open_newest_version()
    owner.publish()
    expect(owner.page.get_by_text("is published. New attempts get it")).to_be_visible()

    report.page.reload()
    assert sentence not in report.page.content()
    assert _asked_now(visitors, recruiter, title, width).statement.rstrip().endswith(sentence)


def _asked_now(visitors: Visitors, recruiter: Recruiter, question: str, width: int) -> Sitting:
    """Give the question as a new candidate of a new assessment gets it."""
    recruiter.compose(f"After the edit {width}")
    recruiter.add("Questions", Draw(question=question))
    link = recruiter.invite("Ned New", f"ned{width}@example.org")
    sitting = Sitting(visitors.arrive(), link).open().start()
    assert sitting.title == question
    return sitting
