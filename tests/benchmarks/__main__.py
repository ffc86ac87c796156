"""Every benchmark in turn, then one table of what the targets speak of: `python -m tests.benchmarks`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import NamedTuple

from tests.conftest import CHROMIUM

BENCHMARKS = ("sandbox", "grading", "pipeline", "browser")
NO_CHROMIUM = """
!!! THE BROWSER BENCHMARK IS LEFT OUT: there is no Chromium on this machine.
!!! Bring it with:  sudo apt-get install chromium   and run make bench again.
"""


class Goal(NamedTuple):
    """A figure over another of the same run; with `limit` it is a time in milliseconds that must not be passed."""

    what: str
    benchmark: str
    figure: str
    baseline: str
    least: float = 0.0
    most: float = float("inf")
    limit: float = float("inf")


GOALS = (
    Goal("a right submission, graded, over a bare fork", "grading", "right", "bare fork", most=2.5),
    Goal("a wrong one (sum for mean) over a bare fork", "grading", "wrong: sum", "bare fork"),
    Goal("a wrong one (base 2) over a bare fork", "grading", "wrong: base 2", "bare fork"),
    Goal("a fresh sandbox over a right submission, graded", "grading", "fresh sandbox", "right", least=12),
    Goal("through the whole pipeline over graded in place", "pipeline", "through the pipeline", "graded here"),
    Goal("submit → verdict, code, over a page", "browser", "right coding answer", "page round trip", limit=400),
    Goal("  the same, 95th percentile", "browser", "right coding answer, p95", "page round trip, p95", limit=1000),
    Goal("submit → verdict, a number, over a page", "browser", "right numeric answer", "page round trip", limit=400),
    Goal("  the same, 95th percentile", "browser", "right numeric answer, p95", "page round trip, p95", limit=1000),
)


def main() -> None:
    measured: dict[str, Mapping[str, float]] = {}
    for name in BENCHMARKS:
        if importlib.util.find_spec(f"tests.benchmarks.{name}") is None:
            continue
        print(f"\n--- {name}", flush=True)
        if name == "browser" and not CHROMIUM:
            print(NO_CHROMIUM)
            continue
        measured[name] = importlib.import_module(f"tests.benchmarks.{name}").main() or {}
    print_table(measured)
    if not CHROMIUM:
        print(NO_CHROMIUM)


def print_table(measured: Mapping[str, Mapping[str, float]]) -> None:
    print(f"\n{'':<52}{'figure':>12}{'baseline':>12}{'ratio':>9}   target")
    for goal in GOALS:
        if goal.benchmark not in measured:
            continue
        figures = measured[goal.benchmark]
        figure, baseline = figures[goal.figure], figures[goal.baseline]
        row = f"{goal.what:<52}{figure:>9.1f} ms{baseline:>9.1f} ms{figure / baseline:>9.2f}"
        print(f"{row}   {judged(goal, figure, baseline)}".rstrip())


def judged(goal: Goal, figure: float, baseline: float) -> str:
    """Say the target and whether it is met."""
    ratio = figure / baseline
    targets = {
        f"at least {goal.least:g}": (goal.least > 0, ratio >= goal.least),
        f"at most {goal.most:g}": (goal.most < float("inf"), ratio <= goal.most),
        f"at most {goal.limit:g} ms": (goal.limit < float("inf"), figure <= goal.limit),
    }
    return ", ".join(f"{words}: {'met' if met else 'MISSED'}" for words, (set_, met) in targets.items() if set_)


if __name__ == "__main__":
    main()
