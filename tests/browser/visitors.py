"""People with browsers: each has a context of their own, and every complaint of their pages is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.demo import Demo
from tests.services import PATIENCE, wait_until

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
TELL_OF_CSP = """
addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} of ${event.sourceFile}`))
"""
# What htmx prints when a newer request replaces one that is under way; a request that failed has a line of its own.
SUPERSEDED = ("htmx:afterRequest", "htmx:sendAbort")
TIMEOUT = PATIENCE * 1000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's own Chromium; as root it has no sandbox of its own."""
    arguments = ["--headless", "--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Visitors:
    """Everyone who looks at the site at one width: dark at the narrow one, light at the wide one."""

    def __init__(self, browser: Browser, demo: Demo, width: int, keys: dict[str, StorageState] | None = None) -> None:
        self.browser, self.demo, self.width = browser, demo, width
        self.keys = {} if keys is None else keys
        self.contexts: list[BrowserContext] = []
        self.heard: list[str] = []
        self.forgiven: list[str] = []
        self.logged_in: dict[str, Page] = {}

    def arrive(self, key: StorageState | None = None) -> Page:
        """Come with a browser of one's own, that has never been here or has the cookies of `key`."""
        context = self.browser.new_context(
            storage_state=key,
            viewport={"width": self.width, "height": 900},
            color_scheme="dark" if self.width < 600 else "light",
            locale="en-GB",
        )
        context.set_default_timeout(TIMEOUT)
        context.add_init_script(TELL_OF_CSP)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.heard.append(f"script: {error.error}"))
        self.contexts.append(context)
        return context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(SUPERSEDED):
            self.heard.append(f"{message.page.url if message.page else ''}: {message.text}")

    def staff(self, role: str) -> Page:
        """Come as somebody of the staff; whoever was here before is logged in still."""
        if role not in self.logged_in:
            if role not in self.keys:
                self.keys[role] = self._log_in(role)
            self.logged_in[role] = self.arrive(self.keys[role])
        return self.logged_in[role]

    def _log_in(self, role: str) -> StorageState:
        page = self.arrive()
        page.goto(f"{self.demo.url}/accounts/login/")
        page.get_by_label("Email").fill(self.demo.staff[role])
        page.get_by_label("Password").fill(self.demo.password)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Log out").wait_for()
        return page.context.storage_state()

    def expect_refusal(self, status: int) -> None:
        """Take the browser's own console line on a refused request for what it is."""
        self.forgiven.append(f"the server responded with a status of {status}")

    def complaints(self) -> list[str]:
        """Give what the pages complained of since the last call."""
        complaints = [line for line in self.heard if not any(words in line for words in self.forgiven)]
        self.heard, self.forgiven = [], []
        return complaints

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def assert_accessible(page: Page) -> None:
    """Let axe find nothing of WCAG 2.2 A and AA, and nothing stick out sideways."""
    found = Axe().run(page, options=WCAG).response["violations"]
    told = [
        {"rule": rule["id"], "where": [node["target"] for node in rule["nodes"]], "why": rule["nodes"][0]["any"][:1]}
        for rule in found
    ]
    assert told == [], f"{page.url}: {json.dumps(told, indent=1)[:4000]}"
    wide = page.evaluate(
        """() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
                  [...document.querySelectorAll("body *")].filter((element) =>
                      element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                      .slice(0, 5).map((element) => element.outerHTML.slice(0, 120))]"""
    )
    assert wide[0] <= 0, f"{page.url} is {wide[0]} px too wide: {wide[1]}"


def reload_until(page: Page, condition: Callable[[Page], object], *, what: str) -> None:
    """Load the page again and again until it shows what it is to show."""

    def seen() -> object:
        page.reload()
        return condition(page)

    wait_until(lambda: condition(page) or seen(), what=what)
