"""The other kinds from nothing to published, in Chromium; what authors try on their own questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.authors import Writer, publish, retire
from tests.browser.visitors import assert_accessible

RANGES = """count = 3
constraints = ["@{a} < @{b}"]
parameters.a = { from = 2, to = 9, step = 1 }
parameters.b = [4, 8, 11]
"""
ROBUST = """Write `robust_loss(y_true, y_pred)`, which returns the mean loss and its gradient by `y_pred`:

```python
def robust_loss(y_true, y_pred):
    ...
```
"""


def numeric(ana: Writer) -> None:
    ana.fill("Statement", "What is the mean of @{a} and @{b}?")
    ana.fill("Answer", "(@{a} + @{b})/2", ana.page.locator(".spec-fields"))
    ana.open("Variants")
    ana.fill("Variants", RANGES)
    ana.fill("Answer", "(@{a} + @{b})/2", ana.solution("correct/number.txt"))
    ana.fill("Answer", "# expects: correctness\n@{a} + @{b}", ana.solution("wrong/not_number.txt"))
    ana.preview.get_by_text("All 3 variants").click()
    expect(ana.preview.locator("#preview-variants tbody tr")).to_have_count(3)


def matching(ana: Writer) -> None:
    expect(ana.preview).to_contain_text("Still as it was begun: the statement, “One thing”")
    ana.fill("Statement", "Match each loss with what it estimates.")
    for number, (left, right) in enumerate((("Squared error", "The mean"), ("Absolute error", "The median")), start=1):
        ana.fill("Item", left, ana.row("Pair", number))
        ana.fill("Its partner", right, ana.row("Pair", number))
    expect(ana.preview).not_to_contain_text("Still as it was begun")


def ordering(ana: Writer) -> None:
    ana.fill("Statement", "Put the parts of a training step in their order.")
    for number, item in enumerate(("Compute the loss", "Compute the gradient", "Move the weights"), start=1):
        ana.fill("Item", item, ana.row("Item", number))


def lab(ana: Writer) -> None:
    ana.fill("Statement", ROBUST)


def written(ana: Writer) -> None:
    ana.fill("Statement", "Explain in 100 words why the squared error follows outliers.")
    ana.fill("Criterion", "Says that the loss grows with the square", ana.row("Criterion", 1))
    ana.fill("What is looked for", "In words or as a formula.", ana.row("Criterion", 1))


@pytest.mark.parametrize("write", [numeric, matching, ordering, lab, written])
def test_a_question_of_every_other_kind_goes_from_nothing_to_published(
    ana: Writer, olu: Writer, width: int, write: Callable[[Writer], None]
) -> None:
    kind = {"lab": "Training lab"}.get(write.__name__, write.__name__.capitalize())
    ana.begin(kind, f"Written for a test of {write.__name__} {width}", "Foundations")
    write(ana)
    expect(ana.preview.get_by_text("Fields in order")).to_be_visible()
    assert_accessible(ana.page)
    ana.save_and_certify()
    ana.expect_checks("Certified")
    assert_accessible(ana.page)
    publish(ana, olu)
    retire(olu)


def test_an_author_tries_a_derivation_line_by_line_with_its_preview(ana: Writer) -> None:
    ana.page.goto(f"{ana.bank}weight-of-a-line-step-by-step/1/try/")
    lines = ana.page.locator("#lines")
    lines.get_by_label("Line 1", exact=True).fill("sum((w*x[i] - y[i])^2, i, 1, n)/n")
    expect(ana.page.locator("#preview math").first).to_be_visible()
    ana.page.keyboard.press("Enter")
    lines.get_by_label("What line 2 is").select_option("gradient")
    second = lines.get_by_label("Line 2", exact=True)
    second.fill("2*(")
    expect(second).to_have_attribute("aria-invalid", "true")
    assert_accessible(ana.page)
    second.fill("w")
    ana.page.get_by_role("button", name="Insert a maximum").click()
    expect(second).to_have_value("wmax(, )")
    second.fill("2*w")
    ana.press("Grade this answer")
    expect(ana.page.locator("#trial .badge").first).to_have_text("partial", timeout=30_000)
    expect(lines.get_by_label("Line 2", exact=True)).to_have_value("2*w")


def test_an_author_runs_the_sample_cases_before_the_full_trial(ana: Writer) -> None:
    ana.page.goto(f"{ana.bank}quantile-loss/1/try/?solution=correct/by_case.py")
    ana.press("Run on sample cases")
    samples = ana.page.locator("#trial .sample")
    expect(samples.first).to_contain_text("passed", timeout=30_000)
    expect(samples).to_have_count(2)
    assert_accessible(ana.page)


def test_a_question_is_cloned_and_the_clone_is_edited_by_itself(ana: Writer, width: int) -> None:
    ana.page.goto(f"{ana.bank}quantile-loss/")
    ana.press("Clone")
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text("(copy)")
    ana.fill("Title", f"A clone {width}")
    ana.press("Save as a new draft")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text(f"A clone {width}")
    ana.page.goto(f"{ana.bank}quantile-loss/")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Implement the quantile loss")
