"""What a person can do on each page, in their words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.browser import answers
from tests.browser.visitors import Visitors, reload_until

DEMO_ASSESSMENT = "Machine learning engineer: loss functions"


class Sitting:
    """The candidate's pages from the link on."""

    def __init__(self, page: Page, link: str) -> None:
        self.page, self.link = page, link

    def open(self) -> Sitting:
        self.page.goto(self.link)
        return self

    def start(self) -> Sitting:
        self.page.get_by_role("button", name="Start the assessment").click()
        self.page.locator("#question-title").wait_for()
        return self

    def practise(self) -> Sitting:
        self.page.get_by_role("button", name="Take the practice test").click()
        self.page.locator("#question-title").wait_for()
        return self

    @property
    def count(self) -> int:
        return self.page.locator("#navigator a[data-state]").count()

    @property
    def title(self) -> str:
        return self.page.locator("#question-title").inner_text().replace("\n", " ")

    @property
    def kind(self) -> str:
        return self.page.locator("form#answer").get_attribute("data-kind") or ""

    @property
    def statement(self) -> str:
        return self.page.locator(".statement .prose").inner_text()

    @property
    def field(self) -> Locator:
        return self.page.locator("#answer-text")

    @property
    def result(self) -> Locator:
        return self.page.locator("#final-shown")

    @property
    def samples(self) -> Locator:
        return self.page.locator("#sample-shown")

    def go(self, number: int) -> None:
        self.page.locator("#navigator a[data-state]").nth(number - 1).click()
        expect(self.page.locator(f"form#answer[data-n='{number}']")).to_be_attached()

    def go_to_kind(self, kind: str) -> None:
        """Go to the first question of that kind, which the bank knows by its title."""
        for number, link in enumerate(self.page.locator("#navigator a[data-state]").all(), start=1):
            title = (link.get_attribute("title") or "").rpartition(": ")[0]
            if answers.bank()[title].kind == kind:
                self.go(number)
                return
        raise AssertionError(f"no {kind} question among the {self.count}")

    def answer(self, text: str) -> None:
        """Put an answer in by the controls that its kind has."""
        if self.kind == "choice":
            self._choose(json.loads(text))
        elif self.kind in {"ordering", "matching"}:
            for place, index in zip(self.page.locator("select[name=place]").all(), json.loads(text), strict=True):
                place.select_option(str(index))
        elif self.kind == "coding":
            self._type_code(text)
        else:
            # A derivation line by line has a field a line; the plain box holds them all.
            plain = self.page.get_by_role("button", name="Plain text box")
            if self.kind == "derivation" and plain.is_visible():
                plain.click()
            self.field.fill(text)

    def _choose(self, indices: Sequence[int]) -> None:
        boxes = self.page.locator("input[name=option]")
        for box in boxes.all():
            if int(box.get_attribute("value") or -1) in indices:
                box.check()
            elif box.get_attribute("type") == "checkbox":
                box.uncheck()

    def _type_code(self, text: str) -> None:
        """Type into the editor; a plain box holds what it will send."""
        self.page.locator("#editor .ace_content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        expect(self.field).to_have_value(text)

    def submit(self) -> None:
        """Press Submit and wait until the page tells that the answer arrived."""
        with self.page.expect_response("**/submit/") as told:
            self.page.get_by_role("button", name="Submit answer").click()
        assert told.value.status == 200, told.value.text()
        expect(self.result).to_contain_text("ubmitted")

    def submit_and_see(self, outcome: str) -> None:
        """Submit where the feedback is full, and wait for the verdict."""
        self.submit()
        expect(self.result.locator(".verdict .badge").first).to_have_text(outcome)

    def run(self, button: str = "Run on sample cases") -> None:
        with self.page.expect_response("**/run/"):
            self.page.get_by_role("button", name=button).click()
        expect(self.samples.locator(".verdict")).to_be_visible()

    def wait_until_saved(self) -> None:
        expect(self.page.locator("#save-state")).to_have_text(re.compile(r"^Saved "))

    def flag(self) -> None:
        self.page.get_by_role("button", name="Flag for review").click()
        expect(self.page.get_by_role("button", name="Remove the flag")).to_be_visible()

    def review(self) -> None:
        self.page.get_by_role("link", name="Review and finish").first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Review before you finish")

    def finish(self) -> None:
        """Confirm on the review page that this is the end."""
        self.page.get_by_label("I have looked through my answers").check()
        self.page.get_by_role("button", name="Finish the").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("finished")


class Draw(NamedTuple):
    """One line of a section; what is empty is any."""

    topic: str = ""
    kind: str = ""
    question: str = ""
    count: int = 1
    weight: float = 1


class Recruiter:
    """The recruiter's pages."""

    def __init__(self, visitors: Visitors) -> None:
        self.page = visitors.staff("recruiter")
        self.site = visitors.demo.url
        self.rooms = f"{self.site}/o/example"

    def assessment(self, title: str) -> None:
        self.page.goto(f"{self.rooms}/assessments/")
        self.page.get_by_role("link", name=title, exact=True).first.click()

    def invite(self, name: str, email: str) -> str:
        """Invite somebody to the assessment on the page; give the link of their mail."""
        self.page.get_by_label("People to invite, one a line").fill(f"{name}, {email}")
        self.page.get_by_role("button", name="Invite").click()
        expect(self.page.get_by_text("Invited: 1.")).to_be_visible()
        return self.mailed_link(email)

    def mailed_link(self, email: str) -> str:
        """Wait for the newest mail to somebody in the mailbox and take the link out of it."""
        self.page.goto(f"{self.site}/mailbox/?to={email}")
        link = self.page.locator("article a[href*='/i/']").first
        reload_until(self.page, lambda _: link.count(), what=f"the mail to {email}")
        return link.get_attribute("href") or ""

    def another_link(self, email: str, before: str) -> str:
        """Wait for a mail whose link is another one."""
        self.page.goto(f"{self.site}/mailbox/?to={email}")
        link = self.page.locator("article a[href*='/i/']").first
        reload_until(self.page, lambda _: link.get_attribute("href") != before, what=f"a new link for {email}")
        return link.get_attribute("href") or ""

    def compose(self, title: str, minutes: int = 20, feedback: str = "Results of the sample cases") -> None:
        """Make an empty assessment."""
        self.page.goto(f"{self.rooms}/assessments/")
        self.page.get_by_role("link", name="New assessment").click()
        form = self.page.get_by_role("region", name="From nothing")
        form.get_by_label("Title").fill(title)
        form.get_by_label("Minutes", exact=True).fill(str(minutes))
        form.get_by_label("What candidates see during the test").select_option(label=feedback)
        form.get_by_role("button", name="Make it and choose questions").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def add_section(self, title: str) -> None:
        self.page.get_by_label("Title of the new section").fill(title)
        self.page.get_by_role("button", name="Add section").click()
        expect(self.section(title)).to_be_visible()

    def section(self, title: str) -> Locator:
        return self.page.locator("article").filter(has=self.page.get_by_role("heading", name=title, exact=True))

    def add(self, section: str, draw: Draw) -> None:
        """Add questions to a section."""
        card = self.section(section)
        before = card.locator("tbody tr").count()
        if not card.get_by_label("How many").is_visible():
            card.get_by_text("Add questions").click()
        for label, value in (("Topic", draw.topic), ("Kind", draw.kind), ("Or one question", draw.question)):
            if value:
                card.get_by_label(label).select_option(label=value)
        card.get_by_label("How many").fill(str(draw.count))
        card.get_by_label("Weight of each", exact=True).fill(str(draw.weight))
        card.get_by_role("button", name="Add to").click()
        expect(card.locator("tbody tr")).to_have_count(before + 1)

    def report_of(self, name: str) -> Report:
        self.page.goto(f"{self.rooms}/candidates/")
        self.page.get_by_role("link", name=name, exact=True).click()
        return Report(self.page)


class Report:
    """The report on one candidate."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def score(self) -> str:
        return self.page.locator(".score").inner_text()

    def row(self, title: str) -> Locator:
        heading = self.page.locator("h3", has_text=f". {title}")
        return self.page.locator("details.report-item").filter(has=heading)

    def outcome(self, title: str) -> str:
        return self.row(title).locator("summary .badge").inner_text()

    def open(self, title: str) -> Locator:
        row = self.row(title)
        if row.get_attribute("open") is None:
            row.locator("> summary").click()
        return row

    def wait_until_graded(self, *, but: int) -> None:
        """Wait until all but so many questions have a grade."""
        words = (
            re.compile(rf"^{but} questions? waits? for a mark") if but else re.compile("questions? waits? for a mark")
        )
        notice = self.page.get_by_text(words)
        done = (lambda _: notice.count() == 1) if but else (lambda _: notice.count() == 0)
        reload_until(self.page, done, what=f"all grades but {but}")


class Author:
    """A question of the library, as its author has it."""

    def __init__(self, visitors: Visitors, slug: str, role: str = "author") -> None:
        self.page = visitors.staff(role)
        self.address = f"{visitors.demo.url}/o/library/bank/{slug}/"

    def open(self) -> None:
        self.page.goto(self.address)

    def open_newest_version(self) -> None:
        self.open()
        self.page.get_by_role("link", name=re.compile(r"^Version \d+$")).first.click()

    def save_new_version(self, sentence: str) -> None:
        """Put a sentence at the end of the statement and save it as a new draft."""
        self.page.get_by_role("link", name="Edit", exact=True).click()
        statement = self.page.get_by_role("textbox", name="Statement")
        statement.fill(f"{statement.input_value().rstrip()}\n\n{sentence}\n")
        expect(self.page.locator("#as-candidate")).to_contain_text(sentence)
        self.page.get_by_role("button", name="Save as a new draft").click()
        expect(self.page.locator(".statement")).to_contain_text(sentence)

    def certify(self) -> None:
        self.page.get_by_role("button", name="Certify").click()
        expect(self.page.locator("#checks .badge").first).to_have_text("Certified")

    def publish(self) -> None:
        self.page.get_by_role("button", name="Publish version").click()
