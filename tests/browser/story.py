"""One candidate's whole assessment: which answers are given, and what must come of each."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import answers
from tests.browser.pages import Sitting
from tests.browser.visitors import assert_accessible

WRITTEN = f"{answers.SCRIPT} Use the Huber loss: squared near zero, absolute beyond delta."


@dataclasses.dataclass
class Sat:
    """An assessment that was handed in: who did it, on which page, and what must come of each answer."""

    name: str
    link: str
    page: Page
    marker: Path
    outcomes: dict[str, str] = dataclasses.field(default_factory=dict)
    mistakes: dict[str, str] = dataclasses.field(default_factory=dict)
    kinds: dict[str, str] = dataclasses.field(default_factory=dict)

    def one(self, kind: str) -> str:
        return next(title for title, held in self.kinds.items() if held == kind)


def sit(name: str, sitting: Sitting, marker: Path, *, hostile: bool) -> Sat:
    """Take the assessment that was started, with right and wrong or hostile answers, up to its last page."""
    sat = Sat(name, sitting.link, sitting.page, marker)
    for number in range(1, sitting.count + 1):
        sitting.go(number)
        assert_accessible(sitting.page)
        sitting.answer(_answer(sat, sitting, hostile=hostile))
        if sat.outcomes[sitting.title] == "correct" and sitting.kind == "coding":
            sitting.run()
            expect(sitting.samples.locator(".sample .badge").first).to_have_text("passed")
        sitting.submit()
        expect(sitting.result).to_contain_text("Your answer is received")
        assert "score" not in sitting.result.inner_text(), "hidden cases show nothing before release"
    sitting.review()
    expect(sitting.page.get_by_text("Every question has an answer.")).to_be_visible()
    sitting.finish()
    return sat


def _answer(sat: Sat, sitting: Sitting, *, hostile: bool) -> str:
    """Choose an answer: the first of a kind right; the second wrong, or hostile where that is asked for."""
    title, kind, statement = sitting.title, sitting.kind, sitting.statement
    again = kind in sat.kinds.values()
    sat.kinds[title] = kind
    if kind == "written":
        sat.outcomes[title] = "pending review"
        return WRITTEN
    if again and kind == "coding" and hostile:
        sat.outcomes[title] = ""
        return answers.endless_forks(title, str(sat.marker))
    if again and kind == "coding":
        sat.outcomes[title] = "time limit"
        return answers.endless_loop(title)
    if kind == "coding" and not hostile:
        # A named mistake for the report to show; its checks may pass in part.
        text, sat.mistakes[title] = answers.wrong(title, statement)
        sat.outcomes[title] = ""
        return text
    if again or (kind == "derivation" and hostile):
        # Of a wrong choice some ticks may be right.
        sat.outcomes[title] = "" if again else "rejected"
        return answers.wrong(title, statement)[0] if again else answers.CODE_AS_FORMULA
    sat.outcomes[title] = "correct"
    return answers.right(title, statement)
