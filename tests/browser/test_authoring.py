"""Authors make questions from nothing to published, in Chromium; weak checks stop them; another one publishes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.authors import Writer, publish, retire
from tests.browser.pages import Sitting
from tests.browser.visitors import Visitors, assert_accessible

MEAN_ABSOLUTE = """import numpy as np


def mean_distance(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))
"""
TASK = """Write the **mean absolute error** of two arrays of one shape, $\\frac1N\\sum_i |y_i - \\hat y_i|$:

```python
def mean_distance(y_true, y_pred):
    ...
```
"""


def test_a_coding_question_is_stopped_by_a_tolerance_that_lets_mistakes_pass(
    ana: Writer, olu: Writer, width: int
) -> None:
    ana.begin("Coding", f"A mean distance {width}", "Regression")
    ana.fill("Statement", TASK)
    ana.fill("Function", "mean_distance")
    ana.fill("Reference", "mean_absolute_error")
    right, wrong = ana.solution("correct/numpy_mean.py"), ana.solution("wrong/not_numpy_mean.py")
    ana.fill_code("Answer", MEAN_ABSOLUTE, right)
    ana.fill_code("Answer", "# expects: correctness\n" + MEAN_ABSOLUTE.replace("np.mean", "np.sum"), wrong)
    ana.open("Further settings")
    ana.fill_code("Further settings", "[coding]\nrtol = 0.5\natol = 100.0\n")
    expect(ana.preview.locator(".statement math").first).to_be_visible()
    expect(ana.preview.get_by_text("def mean_distance(y_true, y_pred):").last).to_be_visible()
    assert_accessible(ana.page)
    ana.save_and_certify()
    ana.expect_checks("Not certified", because="is graded as right")
    expect(ana.page.get_by_role("button", name="Publish version")).to_have_count(0)
    assert_accessible(ana.page)

    ana.edit()
    ana.open("Further settings")
    ana.fill_code("Further settings", "")
    ana.save_and_certify()
    ana.expect_checks("Certified")
    expect(ana.page.locator("#checks")).to_contain_text("sum instead of mean")
    publish(ana, olu)
    assert_accessible(olu.page)
    retire(olu)


def test_a_derivation_is_stopped_by_a_key_that_its_own_loss_denies(ana: Writer, olu: Writer, width: int) -> None:
    ana.begin("Derivation", f"A slope {width}", "Optimization")
    ana.fill("Statement", "Give the derivative of $(x - y)^2$ by $x$, in the symbols $x$ and $y$.")
    ana.fill("Right answer", "2*(x + y)")
    solution = ana.solution("correct/short.txt")
    ana.fill("Answer", "2*x + 2*y", solution)
    ana.save_and_certify()
    ana.expect_checks("Not certified")
    expect(ana.page.locator("#checks .notice[data-kind=error]")).to_contain_text("variant 0")

    ana.edit()
    ana.fill("Right answer", "2*(x - y)")
    ana.fill("Answer", "2*x - 2*y", ana.solution("correct/short.txt"))
    ana.save_and_certify()
    ana.expect_checks("Certified")
    publish(ana, olu)
    retire(olu)


def test_a_choice_needs_feedback_on_what_is_wrong_and_its_second_version_is_compared(
    ana: Writer, olu: Writer, width: int
) -> None:
    ana.begin("Choice", f"What the squared error estimates {width}", "Foundations")
    ana.fill("Statement", "Which constant minimises $\\sum_i (y_i - c)^2$?")
    ana.fill("Option", "The mean", ana.row("Option", 1))
    ana.fill("Option", "The median", ana.row("Option", 2))
    ana.fill("Feedback", "", ana.row("Option", 2))
    ana.press("Add option")
    ana.fill("Option", "None of these", ana.row("Option", 3))
    ana.fill("Feedback", "The mean is among them.", ana.row("Option", 3))
    expect(ana.preview).to_contain_text("option 2 is wrong and has no feedback")
    expect(ana.preview).to_contain_text("everybody sees the options in another order")
    ana.save_and_certify()
    ana.expect_checks("Not certified", because="option 2 is wrong and has no feedback")

    ana.edit()
    ana.fill("Feedback", "It minimises the sum of distances.", ana.row("Option", 2))
    ana.page.get_by_label("Everybody sees the same order").check()
    expect(ana.preview).to_contain_text("Everybody sees this order")
    ana.save_and_certify()
    ana.expect_checks("Certified")
    ana.press("Ask for review")
    olu.page.goto(ana.page.url)
    olu.page.get_by_text("Send back", exact=True).click()
    olu.page.get_by_label("What is to be mended").fill("Say what c is.")
    olu.press("Send back with this note")
    ana.page.reload()
    expect(ana.page.get_by_text("sent it back:")).to_be_visible()
    ana.edit()
    ana.fill("Statement", "Which number $c$ minimises $\\sum_i (y_i - c)^2$?")
    ana.save_and_certify()
    publish(ana, olu)

    ana.page.reload()
    ana.page.get_by_role("link", name="Compare versions").click()
    for view in ("side by side", "one under the other"):
        ana.page.get_by_label("Shown").select_option(label=view)
        ana.press("Compare")
        expect(ana.page.locator("del", has_text="constant")).to_have_count(1)
        expect(ana.page.locator("ins", has_text="number").first).to_be_visible()
        assert_accessible(ana.page)
    retire(olu)


def test_a_question_is_written_with_the_keyboard_alone_and_what_is_typed_is_kept(ana: Writer, width: int) -> None:
    page, keyboard = ana.page, ana.page.keyboard
    page.goto(f"{ana.bank}new/?kind=choice")
    ana.drop_what_was_kept()
    ana.tab_to(page.get_by_label("Title"))
    keyboard.type(f"By keyboard {width}")
    ana.tab_to(page.get_by_label("Foundations"))
    keyboard.press("Space")
    ana.tab_to(page.get_by_role("textbox", name="Statement"))
    keyboard.type(" Which?")
    ana.tab_to(page.get_by_role("button", name="Add option"))
    keyboard.press("Enter")
    keyboard.type("A third")
    expect(ana.row("Option", 3).get_by_label("Option")).to_have_value("A third")
    ana.tab_to(ana.row("Option", 3).get_by_role("button", name="Move up"))
    with page.expect_response("**/preview/**"):
        keyboard.press("Enter")
    expect(ana.row("Option", 2).get_by_label("Option")).to_have_value("A third")
    expect(ana.preview.get_by_text("Kept ")).to_be_visible()
    expect(ana.preview).to_contain_text("A third")
    page.goto(f"{ana.bank}new/?kind=choice")
    expect(page.get_by_text("You go on where you stopped")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value(f"By keyboard {width}")
    expect(ana.row("Option", 2).get_by_label("Option")).to_have_value("A third")
    ana.tab_to(page.get_by_label("Title"))
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"By keyboard {width}")


def test_an_author_tries_an_answer_and_sees_it_as_candidate_and_as_recruiter(ana: Writer) -> None:
    ana.page.goto(f"{ana.bank}quantile-loss/")
    ana.page.get_by_role("link", name="Try an answer").click()
    ana.page.get_by_label("Answer to begin with").select_option("wrong/sum.py")
    ana.press("Begin from these")
    ana.page.get_by_label("Seed of the hidden cases").fill("41")
    ana.press("Grade this answer")
    expect(ana.page.locator("#trial .badge").first).to_have_text("wrong", timeout=30_000)
    expect(ana.page.get_by_label("What its candidate sees")).to_contain_text("Sum instead of mean")
    expect(ana.page.get_by_label("What a recruiter sees")).to_contain_text("(R1)")
    expect(ana.page.get_by_label("What its candidate sees")).not_to_contain_text("(R1)")
    assert_accessible(ana.page)
    ana.page.goto(f"{ana.bank}quantile-loss/usage/")
    assert_accessible(ana.page)


def test_a_candidate_reports_a_problem_and_the_author_reads_it_without_a_name(
    ana: Writer, visitors: Visitors, invited: str, width: int
) -> None:
    sitting = Sitting(visitors.arrive(), invited).open().start()
    page = sitting.page
    left = page.locator("#timer").get_attribute("data-deadline")
    page.get_by_text("Report a problem with this question").click()
    field = page.locator("#problem-text")
    field.fill(f"The second formula does not show ({width}).")
    page.reload()
    expect(field).to_have_value(f"The second formula does not show ({width}).")
    assert_accessible(page)
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("#problem-form")).to_contain_text("Received")
    expect(field).to_have_value("")
    expect(page.get_by_label("What you reported")).to_contain_text(f"does not show ({width})")
    expect(page.get_by_role("button", name="Send the report")).to_be_focused()
    assert page.locator("#timer").get_attribute("data-deadline") == left
    title = sitting.title

    ana.page.goto(f"{visitors.demo.url}/o/library/problems/")
    report = ana.page.locator("article").filter(has_text=f"does not show ({width})")
    expect(report.get_by_role("heading")).to_have_text(title)
    expect(report).to_contain_text("from a candidate of another organisation")
    assert "test_a_candidate_reports" not in ana.page.content()
    report.get_by_text("Answer it").click()
    report.get_by_label("Note").fill("It shows in version 2.")
    report.get_by_label("State").select_option("answered")
    report.get_by_role("button", name="Keep").click()
    expect(report.locator(".badge")).to_have_text("Answered")
    assert_accessible(ana.page)
