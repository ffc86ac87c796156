"""The README's screenshots, taken anew: `python -m tests.browser.take_screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests import demo
from tests.browser import answers
from tests.browser.pages import Recruiter, Sitting
from tests.browser.story import sit
from tests.browser.visitors import Visitors, chromium

FOLDER = Path(__file__).parent / "screenshots"
WIDTH = 1280


def shoot(page: Page, name: str, *, height: int) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"{name}.png")


def question(visitors: Visitors, link: str) -> None:
    """A coding question whose answer was run on the sample cases."""
    sitting = Sitting(visitors.arrive(), link).open().practise()
    sitting.go_to_kind("coding")
    sitting.answer(answers.wrong(sitting.title, sitting.statement)[0])
    sitting.run()
    shoot(sitting.page, "question", height=960)


def report(visitors: Visitors, link: str, marker: Path) -> None:
    """A report with right and wrong answers, one of them open."""
    sat = sit("Cam Candidate 1", Sitting(visitors.arrive(), link).open().start(), marker, hostile=False)
    recruiter = Recruiter(visitors)
    report = recruiter.report_of(sat.name)
    report.wait_until_graded(but=1)
    report.open(next(iter(sat.mistakes)))
    shoot(recruiter.page, "report", height=1200)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        demo.running(Path(folder)) as site,
        chromium() as browser,
    ):
        visitors = Visitors(browser, site, WIDTH)
        question(visitors, site.candidate)
        report(visitors, site.candidate, Path(folder) / "owned")
        visitors.close()


if __name__ == "__main__":
    main()
