"""A derivation is typed, read, corrected and handed in by the keyboard alone, and reads sensibly to a screen reader."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import DEMO_ASSESSMENT, Recruiter, Sitting
from tests.browser.visitors import Visitors, assert_accessible

LINES = "The slope of the mean squared error, line by line"
EXPRESSION = "The slope of the squared hinge loss"
RIGHT = [
    "1/n*sum((w*x[i] - y[i])^2, i, 1, n)",
    "1/n*sum(2*(w*x[i] - y[i])*x[i], i, 1, n)",
    "2*w/n*sum(x[i]^2, i, 1, n) - 2/n*sum(x[i]*y[i], i, 1, n)",
]


@pytest.fixture(scope="module")
def practice(visitors: Visitors, recruiter: Recruiter, width: int) -> Sitting:
    recruiter.assessment(DEMO_ASSESSMENT)
    link = recruiter.invite("Dora Derives", f"dora{width}@example.org")
    return Sitting(visitors.arrive(), link).open().practise()


@pytest.fixture
def page(practice: Sitting) -> Page:
    return practice.page


def go_to(practice: Sitting, title: str) -> None:
    link = practice.page.locator(f"#navigator a[title*='{title}']")
    link.click()
    expect(practice.page.locator("#question-title")).to_have_text(title)


def line(page: Page, number: int) -> Locator:
    return page.get_by_role("textbox", name=f"Line {number}", exact=True)


def press_until(page: Page, key: str, wanted: Locator) -> None:
    """Press a key until the focus is where it is wanted, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press(key)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{key} never reached {wanted}")


def test_lines_are_typed_and_handed_in_by_keyboard_alone(practice, page):
    go_to(practice, LINES)
    press_until(page, "Tab", line(page, 1))
    page.keyboard.type(RIGHT[0])
    page.keyboard.press("Enter")
    expect(line(page, 2)).to_be_focused()
    page.keyboard.press("Shift+Tab")  # the remove button of line 1 lies between
    press_until(page, "Tab", page.get_by_role("combobox", name="What line 2 is"))
    page.keyboard.type("d/dw")
    page.keyboard.press("Tab")
    page.keyboard.type(RIGHT[1])
    page.keyboard.press("Enter")
    page.keyboard.type(RIGHT[2])
    expect(page.locator("#answer-text")).to_have_value(f"loss: {RIGHT[0]}\ngradient: {RIGHT[1]}\n{RIGHT[2]}")
    expect(page.locator("#preview .preview-line math")).to_have_count(3)
    press_until(page, "Tab", page.get_by_role("button", name="Submit answer"))
    with page.expect_response("**/submit/"):
        page.keyboard.press("Enter")
    expect(practice.result.locator(".verdict .badge").first).to_have_text("correct")
    assert_accessible(page)


def test_a_reloaded_page_has_the_lines_again(practice, page):
    go_to(practice, LINES)
    practice.wait_until_saved() if page.locator("#save-state").inner_text() == "" else None
    page.reload()
    expect(line(page, 2)).to_have_value(RIGHT[1])
    expect(page.get_by_role("combobox", name="What line 2 is")).to_have_value("gradient")
    expect(page.get_by_role("combobox", name="What line 3 is")).to_have_value("")


def test_a_mistake_is_told_at_its_line_with_a_caret(practice, page):
    go_to(practice, LINES)
    line(page, 3).fill("2*q")
    expect(page.locator("#preview-line-3 .caret")).to_contain_text("^")
    expect(line(page, 3)).to_have_attribute("aria-invalid", "true")
    expect(line(page, 2)).to_have_attribute("aria-invalid", "false")
    expect(line(page, 3)).to_have_accessible_description(re.compile("'q' is not a name in this question"))
    expect(page.locator("#preview-said")).to_contain_text("Line 3: 'q' is not a name in this question")
    assert_accessible(page)
    line(page, 3).fill("")
    page.keyboard.press("Backspace")
    expect(line(page, 3)).to_have_count(0)
    expect(line(page, 2)).to_be_focused()


def test_a_pasted_derivation_is_spread_over_the_lines(practice, page):
    go_to(practice, LINES)
    line(page, 1).fill("let r[i] = w*x[i]-y[i]\nloss: sum(r[i]^2,i,1,n)/n")
    expect(page.get_by_role("combobox", name="What line 2 is")).to_have_value("loss")
    expect(line(page, 2)).to_have_value("sum(r[i]^2,i,1,n)/n")


def test_the_screen_reader_hears_lines_menus_palette_and_reading(practice, page):
    go_to(practice, LINES)
    page.get_by_role("button", name="Plain text box").click()
    page.locator("#answer-text").fill(f"loss: {RIGHT[0]}\ngradient: {RIGHT[1]}")
    page.get_by_role("button", name="A field for each line").click()
    expect(page.locator("#preview math")).to_have_count(2)
    heard = page.locator("form#answer").aria_snapshot()
    for part in (
        'group "Your derivation, one line each"',
        'combobox "What line 1 is"',
        'textbox "Line 1"',
        'textbox "Line 2"',
        'button "Remove line 2"',
        'toolbar "Insert a symbol"',
        'button "Insert an entry of x"',
        'button "Insert a sum over an index"',
        'region "Read as"',
        "Line 2, gradient",
    ):
        assert part in heard, heard
    assert 'textbox "Your derivation' not in heard, "the box under the fields is hidden from it"


def test_the_palette_is_one_stop_and_its_arrows_reach_every_symbol(practice, page):
    go_to(practice, EXPRESSION)
    field = page.get_by_role("textbox", name="One expression")
    field.fill("2*")
    field.press("End")
    first = page.get_by_role("button", name="Insert s", exact=True)
    press_until(page, "Tab", first)
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    press_until(page, "ArrowRight", page.get_by_role("button", name="Insert a maximum"))
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("0")  # the caret stands in the first place
    expect(field).to_have_value("2*max(0, )")
    assert page.locator(".palette button[tabindex='0']").count() == 1


def test_the_preview_follows_a_pause_within_the_time_of_a_blink(practice, page):
    go_to(practice, EXPRESSION)
    page.locator("#answer-text").fill("s+1")
    expect(page.locator("#preview math")).to_be_visible()
    waited = page.evaluate(
        """async () => {
            const times = [];
            for (let n = 0; n < 7; n += 1) {
                const field = document.querySelector("#answer-text");
                const swapped = new Promise((done) =>
                    document.addEventListener("htmx:afterSwap", done, { once: true }));
                field.value = `s^${n + 2}`;
                const typed = performance.now();
                field.dispatchEvent(new Event("input", { bubbles: true }));
                await swapped;
                times.push(performance.now() - typed);
            }
            return Math.min(...times);
        }"""
    )
    assert waited < 150, f"{waited:.0f} ms"
