"""Every benchmark in turn, then one table of what the targets speak of: `python -m tests.benchmarks`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import NamedTuple

from tests.conftest import CHROMIUM

BENCHMARKS = ("sandbox", "grading", "algebra", "scaling", "pipeline", "browser")
START = ("worker start to first verdict", "an interpreter with numpy")
NO_CHROMIUM = """
!!! THE BROWSER BENCHMARK IS LEFT OUT: there is no Chromium on this machine.
!!! Bring it with:  sudo apt-get install chromium   and run make bench again.
"""


class Goal(NamedTuple):
    """A figure over another of the same run; with `limit` the figure itself must not pass it."""

    what: str
    benchmark: str
    figure: str
    baseline: str
    least: float = 0.0
    most: float = float("inf")
    limit: float = float("inf")
    unit: str = "ms"


GOALS = (
    Goal("execution alone over a bare fork", "sandbox", "code, warm", "code, bare fork", most=1.0),
    Goal("a fresh sandbox over a warm one", "sandbox", "code, fresh", "code, warm", least=10),
    Goal("algebra: a pair over a bare fork", "sandbox", "algebra, warm", "algebra, bare fork", most=1.0),
    Goal("algebra: a fresh sandbox over a warm one", "sandbox", "algebra, fresh", "algebra, warm", least=10),
    Goal("a lab's step over a submission", "sandbox", "code, step", "code, warm"),
    Goal("a right submission, graded, over a bare fork", "grading", "right", "bare fork", most=2.0),
    Goal("a wrong one (sum for mean) over a bare fork", "grading", "wrong: sum", "bare fork", most=4.0),
    Goal("a wrong one (base 2) over a bare fork", "grading", "wrong: base 2", "bare fork", most=4.0),
    Goal("a wrong one without a name over a bare fork", "grading", "wrong: no name", "bare fork", most=4.0),
    Goal("a fresh sandbox over a right submission, graded", "grading", "fresh sandbox", "right", least=10),
    Goal("algebra: a pair over sympy.simplify", "algebra", "ours, p50", "sympy.simplify, p50", limit=5),
    Goal("  the same, 95th percentile", "algebra", "ours, p95", "sympy.simplify, p95", limit=50),
    Goal("240 cases over 30", "scaling", "240 cases", "30 cases", most=8.0),
    Goal("a case more, late over early", "scaling", *("a case more, from 120 to 240", "a case more, from 30 to 60")),
    Goal("one worker over two, a submission", "scaling", "one worker", "two workers", least=1.8),
    Goal("worker start to first verdict", "scaling", *START, limit=1000),
    *(
        Goal(f"{what}, after all over before", "scaling", f"{what}, after", f"{what}, before", most=1.02, unit="")
        for what in ("MiB resident", "descriptors", "processes")
    ),
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
        row = f"{goal.what:<52}{figure:>9.1f} {goal.unit:<2}{baseline:>9.1f} {goal.unit:<2}{figure / baseline:>9.2f}"
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
