"""What a candidate's pages do while a sitting runs, tried out in practice tests and in a second browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.pages import DEMO_ASSESSMENT, Recruiter, Sitting
from tests.browser.visitors import Visitors, assert_accessible
from tests.demo import Demo


@pytest.fixture(scope="module")
def link(recruiter: Recruiter, width: int) -> str:
    recruiter.assessment(DEMO_ASSESSMENT)
    return recruiter.invite("Pia Practice", f"pia{width}@example.org")


@pytest.fixture(scope="module")
def practice(visitors: Visitors, link: str) -> Sitting:
    """A practice test, whose feedback is full."""
    return Sitting(visitors.arrive(), link).open().practise()


def test_landing_page_tells_rules_and_checks_the_browser(visitors, link):
    page = Sitting(visitors.arrive(), link).open().page
    assert link not in page.url, "the secret stays out of the address"
    expect(page.get_by_role("heading", level=1)).to_have_text(DEMO_ASSESSMENT)
    expect(page.locator("#system-check [data-passed=True]")).to_have_count(4)
    assert_accessible(page)


def test_code_typed_in_the_editor_is_run_on_samples_and_graded(practice):
    practice.go_to_kind("coding")
    practice.answer(answers.right(practice.title, practice.statement))
    practice.run()
    sample = practice.samples.locator(".sample").first
    expect(sample.locator(".badge")).to_have_text("passed")
    expect(sample.locator("dt")).to_contain_text(["Expected", "Got"])
    practice.submit_and_see("correct")
    expect(practice.result).to_contain_text("score 1 of 1")
    assert_accessible(practice.page)


def test_wrong_code_is_told_its_mistake_and_syntax_errors_their_line(practice):
    practice.go_to_kind("coding")
    text, code = answers.wrong(practice.title, practice.statement)
    assert code, "the bank's coding questions name the mistakes of their wrong solutions"
    practice.answer(text)
    practice.run()
    expect(practice.samples.locator(".sample .badge").first).to_have_text("failed")
    expect(practice.samples.locator("dt", has_text="Difference").first).to_be_visible()
    practice.submit_and_see("wrong")
    expect(practice.result.locator(".notice[data-kind=warning]").first).to_be_visible()
    practice.answer("def mse_gradient(y_true, y_pred):\n    return (y_pred -\n")
    practice.submit_and_see("rejected")
    expect(practice.result).to_contain_text("line 2")
    assert_accessible(practice.page)


def test_derivation_is_typeset_while_typed_and_its_errors_have_a_caret(practice):
    practice.go_to_kind("derivation")
    preview = practice.page.locator("#preview")
    practice.answer(answers.right(practice.title, practice.statement))
    expect(preview.locator("math")).to_be_visible()
    practice.submit_and_see("correct")
    practice.answer("2*(z +")
    expect(preview.locator("pre.caret")).to_contain_text("^")
    practice.answer(answers.CODE_AS_FORMULA)
    expect(preview.locator(".error-text")).to_be_visible()
    expect(preview.locator("math")).to_have_count(0)
    assert_accessible(practice.page)
    practice.submit_and_see("rejected")


def test_number_is_taken_as_an_expression(practice):
    practice.go_to_kind("numeric")
    practice.answer(answers.wrong(practice.title, practice.statement)[0])
    practice.submit_and_see("wrong")
    practice.answer(answers.right(practice.title, practice.statement))
    practice.submit_and_see("correct")
    assert_accessible(practice.page)


def test_text_that_cannot_be_kept_is_refused_and_stays_in_the_page(practice, visitors):
    practice.go_to_kind("derivation")
    visitors.expect_refusal(422)
    practice.answer("1\0")
    expect(practice.page.locator("#answer-problem")).to_contain_text("NUL")
    practice.answer("x" * 100_001)
    expect(practice.page.locator("#answer-problem")).to_contain_text("100,001 of 100,000")
    practice.answer("1")
    practice.wait_until_saved()


def test_review_page_lists_what_is_missing_flagged_and_newer(practice):
    practice.go_to_kind("numeric")
    practice.flag()
    practice.answer("12345")
    practice.wait_until_saved()
    title = practice.title
    practice.review()
    page = practice.page
    expect(page.locator(".notice", has_text="You flagged 1:")).to_contain_text(title)
    missing = page.locator("#navigator a").and_(page.locator("[data-state=unseen], [data-state=empty]")).count()
    assert missing
    expect(page.locator(".notice", has_text=f"{missing} without an answer:")).to_be_visible()
    newer = page.locator(".card", has_text="Drafts newer than what you submitted").locator("li", has_text=title)
    assert_accessible(page)
    newer.get_by_role("button", name="Submit the draft").click()
    expect(newer).to_have_count(0)


def test_practice_ends_with_its_own_report(practice):
    practice.review()
    practice.finish()
    assert_accessible(practice.page)
    practice.page.get_by_role("link", name="See your results").click()
    expect(practice.page.get_by_role("heading", name="Your results: Practice")).to_be_visible()
    assert_accessible(practice.page)


def test_second_browser_goes_on_and_the_first_overwrites_nothing(visitors, invited):
    first = Sitting(visitors.arrive(), invited).open().start()
    first.go_to_kind("written")
    first.answer("Typed in the first browser.")
    first.wait_until_saved()
    second = Sitting(visitors.arrive(), invited).open()
    second.go_to_kind("written")
    expect(second.field).to_have_value("Typed in the first browser.")
    second.answer("Continued in the second browser.")
    second.wait_until_saved()
    visitors.expect_refusal(409)
    # Whether the page heard of the other browser already or hears of it when it saves.
    first.field.focus()
    first.page.keyboard.type("The first browser types on.")
    banner = first.page.locator("#banner")
    expect(banner).to_contain_text("You went on in another tab or on another device")
    assert_accessible(first.page)
    second.page.reload()
    expect(second.field).to_have_value("Continued in the second browser.")
    banner.get_by_role("button", name="Go on here").click()
    expect(first.field).to_have_value("Continued in the second browser.")


def test_pages_without_scripts_take_answers(visitors: Visitors, invited: str, site: Demo):
    context = visitors.browser.new_context(java_script_enabled=False)
    sitting = Sitting(context.new_page(), invited).open().start()
    sitting.go_to_kind("numeric")
    sitting.answer(answers.right(sitting.title, sitting.statement))
    sitting.page.get_by_role("button", name="Submit answer").click()
    expect(sitting.result).to_contain_text("Your answer is received")
    context.close()
