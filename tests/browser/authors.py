"""What an author does on the pages of the bank, in their words."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitors import Visitors


class Writer:
    """Somebody who writes questions for the library."""

    def __init__(self, visitors: Visitors, role: str = "author") -> None:
        self.page: Page = visitors.staff(role)
        self.bank = f"{visitors.demo.url}/o/library/bank/"

    def begin(self, kind: str, title: str, topic: str) -> None:
        self.page.goto(self.bank)
        self.page.get_by_text("New question", exact=True).click()
        self.page.get_by_role("link", name=kind, exact=True).click()
        self.drop_what_was_kept()
        self.fill("Title", title)
        self.page.get_by_label(topic, exact=True).check()

    def drop_what_was_kept(self) -> None:
        if self.page.get_by_text("You go on where you stopped").is_visible():
            self.page.get_by_role("button", name="Begin anew").click()

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        (within or self.page.locator("#question-form")).get_by_label(label, exact=True).fill(text)

    def fill_code(self, label: str, text: str, within: Locator | None = None) -> None:
        """Type into the code editor of a field."""
        field = (within or self.page).locator(".field").filter(has=self.page.locator("label", has_text=label)).first
        field.locator(".ace_content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        expect(field.locator("textarea[name]")).to_have_value(text)

    def row(self, one: str, number: int) -> Locator:
        return self.page.get_by_role("group", name=f"{one} {number}", exact=True)

    def solution(self, name: str) -> Locator:
        card = self.page.locator("details.row").filter(has=self.page.locator("summary", has_text=name))
        if card.get_attribute("open") is None:
            card.locator("> summary").click()
        return card

    def open(self, summary: str) -> None:
        details = self.page.locator("#question-form details").filter(
            has=self.page.locator("> summary", has_text=summary)
        )
        if details.get_attribute("open") is None:
            details.locator("> summary").click()

    @property
    def preview(self) -> Locator:
        return self.page.locator("#as-candidate")

    def save_and_certify(self) -> None:
        self.page.get_by_role("button", name="Save and certify").click()
        expect(self.page.locator("#checks .badge").first).not_to_have_text("Being certified", timeout=120_000)

    def expect_checks(self, word: str, *, because: str = "") -> None:
        expect(self.page.locator("#checks .badge").first).to_have_text(word)
        if because:
            expect(self.page.locator("#checks .notice[data-kind=error]")).to_contain_text(because)

    def edit(self) -> None:
        self.page.get_by_role("link", name="Edit", exact=True).click()
        expect(self.page.locator("#question-form")).to_be_visible()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def state(self) -> Locator:
        return self.page.locator(".page-title .badge").first

    def tab_to(self, target: Locator, most: int = 150) -> None:
        """Reach a control with the Tab key alone; a trap on the way fails."""
        for _ in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by {most} presses of Tab")


def publish(ana: Writer, olu: Writer) -> None:
    """Ana cannot publish what is hers: she asks for review, and another one publishes."""
    expect(ana.page.get_by_role("button", name="Publish version")).to_have_count(0)
    ana.press("Ask for review")
    expect(ana.state()).to_have_text("In review")
    olu.page.goto(ana.page.url)
    olu.press("Publish version")
    expect(olu.state()).to_have_text("Published")


def retire(olu: Writer) -> None:
    """Take it out of the draws again: the other tests answer questions that they know."""
    olu.page.reload()
    olu.page.locator("summary", has_text="Retire").click()
    olu.page.get_by_label("Why").fill("Written for a test.")
    olu.press("Retire version")
    expect(olu.state()).to_have_text("Retired")
