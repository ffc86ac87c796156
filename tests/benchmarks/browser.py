"""From the press on Submit to the verdict on the page: Chromium, the demo, its practice test, whose feedback is full.

    python -m tests.benchmarks.browser [repeats]

1. page round trip: the page of the same question, fetched by the browser from where it stands. The baseline.
2. right code, right number: from the click to the next frame after the verdict is in the page.

A practice test takes so many submissions a minute and no more, so the repeats spread over several practice tests, in
which the first submission of each kind is warm-up.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from assessments.sittings import limits
from tests import demo
from tests.browser import answers
from tests.browser.pages import Sitting
from tests.browser.visitors import chromium

KINDS = ("coding", "numeric")
TARGETS = {"p50": 400.0, "p95": 1000.0}
# Of each kind in one practice test: two kinds share what a minute allows, and one of each is warm-up.
EACH = limits.PER_MINUTE // len(KINDS) - 1

FETCH_PAGE = """async () => {
  const started = performance.now();
  await (await fetch(location.href)).text();
  return performance.now() - started;
}"""
SUBMIT = """() => new Promise((resolve) => {
  const shown = document.querySelector("#final-shown");
  const observer = new MutationObserver(() => {
    if (!shown.querySelector(".verdict")) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - started));
  });
  observer.observe(shown, { childList: true, subtree: true });
  const started = performance.now();
  document.querySelector("#answer .submit.primary").click();
})"""

Times = dict[str, list[float]]


def practise(sitting: Sitting, each: int, taken: Times) -> None:
    """Take one practice test from its first submission to its end."""
    for kind in KINDS:
        sitting.go_to_kind(kind)
        sitting.answer(answers.right(sitting.title, sitting.statement))
        sitting.submit_and_see("correct")
        for _ in range(each):
            taken["page round trip"].append(sitting.page.evaluate(FETCH_PAGE))
            taken[f"right {kind} answer"].append(sitting.page.evaluate(SUBMIT))
            assert sitting.result.locator(".verdict .badge").first.inner_text() == "correct"
    sitting.review()
    sitting.finish()


def measure(browser: Browser, link: str, repeats: int) -> Times:
    taken: Times = {"page round trip": []} | {f"right {kind} answer": [] for kind in KINDS}
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    while repeats > 0:
        practise(Sitting(page, link).open().practise(), min(EACH, repeats), taken)
        repeats -= EACH
    return taken


def main(repeats: int = 36) -> dict[str, float]:
    """Print what was measured; give medians and 95th percentiles in milliseconds."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        demo.running(Path(folder)) as site,
        chromium() as browser,
    ):
        taken = measure(browser, site.candidate, repeats)
    return report(taken)


def report(taken: Times) -> dict[str, float]:
    medians = {name: statistics.median(values) for name, values in taken.items()}
    slow = {name: statistics.quantiles(values, n=20)[-1] for name, values in taken.items()}
    print(f"submit to verdict shown in Chromium{'n':>8}{'p50':>13}{'p95':>13}{'of a page':>12}")
    for name, values in taken.items():
        ratio = medians[name] / medians["page round trip"]
        print(f"  {name:<32}{len(values):>9}{medians[name]:>10.0f} ms{slow[name]:>10.0f} ms{ratio:>12.1f}")
    print(f"targets: p50 at most {TARGETS['p50']:.0f} ms, p95 at most {TARGETS['p95']:.0f} ms")
    return medians | {f"{name}, p95": value for name, value in slow.items()}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 36)
