"""Nothing typed is lost: without a line, after a closed tab, in two tabs, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.pages import Sitting
from tests.browser.visitors import Visitors, assert_accessible


@pytest.fixture
def sitting(visitors: Visitors, invited: str) -> Sitting:
    return Sitting(visitors.arrive(), invited).open().start()


def cut_line(visitors: Visitors, context: BrowserContext) -> None:
    visitors.forgiven.append("ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)


def state(page: Page):
    return page.locator("#save-state")


def test_what_is_typed_without_a_line_is_sent_when_it_is_back(visitors, sitting):
    sitting.go_to_kind("written")
    cut_line(visitors, sitting.page.context)
    sitting.answer("Typed without a line.")
    expect(state(sitting.page)).to_contain_text("No connection: kept in this page")
    assert_accessible(sitting.page)
    sitting.page.context.set_offline(False)
    sitting.wait_until_saved()
    sitting.page.reload()
    expect(sitting.field).to_have_value("Typed without a line.")


def test_what_was_typed_in_a_tab_that_was_closed_without_a_line_is_sent_from_any_later_page(visitors, sitting):
    sitting.go_to_kind("written")
    address, context = sitting.page.url, sitting.page.context
    cut_line(visitors, context)
    sitting.answer("Typed, then the tab was gone.")
    expect(state(sitting.page)).to_contain_text("No connection")
    sitting.page.close()
    context.set_offline(False)
    elsewhere = Sitting(context.new_page(), sitting.link)
    with elsewhere.page.expect_response("**/draft/") as sent:
        elsewhere.open()
    assert elsewhere.page.url != address
    assert sent.value.status == 200
    elsewhere.page.goto(address)
    expect(elsewhere.field).to_have_value("Typed, then the tab was gone.")


def test_an_older_tab_is_told_at_once_and_its_unsent_text_goes_on_in_the_newer(sitting):
    sitting.go_to_kind("written")
    sitting.answer("Typed before the second tab.")
    newer = sitting.page.context.new_page()
    newer.goto(sitting.page.url)
    expect(sitting.page.locator("#banner")).to_contain_text("You went on in another tab")
    expect(sitting.field).not_to_be_editable()
    expect(newer.locator("#answer-text")).to_have_value("Typed before the second tab.")
    expect(state(newer)).to_contain_text("Saved")


def test_the_code_editor_is_entered_and_left_by_keyboard(sitting):
    sitting.go_to_kind("coding")
    page = sitting.page
    # The editor moves the focus by itself, after the key: each step waits for it.
    around, inside = page.locator("#editor .ace_scroller"), page.locator("#editor textarea")
    expect(around).to_have_attribute("tabindex", "0")
    page.locator("#plain-mode").focus()
    page.keyboard.press("Tab")
    expect(around).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("return 1")
    page.keyboard.press("Escape")
    expect(around).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Submit answer")).to_be_focused()
    assert "return 1" in sitting.field.input_value()


def test_the_plain_box_has_the_editors_text_and_gives_it_back(sitting):
    sitting.go_to_kind("coding")
    page = sitting.page
    page.get_by_role("button", name="Plain text box").click()
    sitting.field.fill("def mean():\n    return 2\n")
    sitting.wait_until_saved()
    assert_accessible(page)
    page.get_by_role("button", name="Code editor").click()
    expect(page.locator("#editor .ace_content")).to_contain_text("return 2")


def test_the_time_can_be_hidden_and_stays_so(sitting):
    page = sitting.page
    page.get_by_role("button", name="Hide time").click()
    expect(page.locator("#time-left")).to_be_hidden()
    page.reload()
    expect(page.locator("#time-left")).to_be_hidden()
    page.get_by_role("button", name="Show time").click()
    expect(page.locator("#time-left")).to_be_visible()


def test_help_closes_by_escape_and_when_the_focus_goes_on(sitting):
    page = sitting.page
    summary, rules = page.locator(".help summary"), page.locator(".help .card")
    summary.click()
    expect(rules).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(rules).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("#navigator a").first.focus()
    expect(rules).to_be_hidden()
