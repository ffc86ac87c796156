"""Automated test assembly: the questions of one form as a 0-1 program over the bank, solved exactly by HiGHS.

A variable says whether a question fills a line. Coverage, minutes and difficulty are linear constraints, each with a
slack that costs far more than any preference, so that a form always comes out and its slacks say what the bank lacks
(W. J. van der Linden, Linear Models for Optimal Test Design, Springer 2005, chapters 3 to 6). Random costs make each
form another one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csc_array

# What a line short of one question costs, a topic short of one, and a minute or a percentage point outside its window.
# A preference between two questions is of the order of 1; see `Item.cost`.
_LINE, _TOPIC, _MINUTE, _POINT = 3000.0, 300.0, 30.0, 30.0
_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """A question as assembly sees it; of two that serve equally, the one of less `cost` is taken."""

    topics: frozenset[int]
    minutes: int
    facility: float
    cost: float


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """So many questions, out of those at the places `fits`, each with the same weight in the score."""

    count: int
    fits: Sequence[int]
    weight: float


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """What holds of a form as a whole: at least so many of a topic, minutes and mean score within windows."""

    topics: Mapping[int, int] = dataclasses.field(default_factory=dict)
    minutes: tuple[float, float] | None = None
    facility: tuple[float, float] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """For each line the places of its items; what is missing: questions by line, by topic, and how far off windows."""

    lines: tuple[tuple[int, ...], ...]
    short_lines: tuple[int, ...]
    short_topics: Mapping[int, int]
    minutes_off: float
    facility_off: float


def assemble(items: Sequence[Item], lines: Sequence[Line], rules: Rules) -> Form:
    """Choose the items of a form, none twice, so that as little as possible is missing; then at the least cost."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    program = _Program(items, lines)
    program.fill_lines()
    program.cover_topics(rules.topics)
    program.keep_minutes(rules.minutes)
    program.keep_facility(rules.facility)
    matrix, low, high = program.constraints()
    costs, upper = program.columns()
    found = milp(
        costs,
        integrality=(upper == 1.0).astype(int),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.01},
    )
    if found.x is None:
        # Every constraint has a slack, so only the time can have run out.
        raise RuntimeError(f"expected a form within {_SECONDS:g} s, HiGHS says: {found.message}")
    return program.form(found.x, list(rules.topics))


class _Program:
    """The program under construction: a column for each (line, item) that fits, then the slacks."""

    def __init__(self, items: Sequence[Item], lines: Sequence[Line]) -> None:
        self.items, self.lines = items, lines
        self.line_of = np.repeat(np.arange(len(lines)), [len(line.fits) for line in lines])
        self.item_of = np.array([place for line in lines for place in line.fits], dtype=int)
        self.slack_costs: list[float] = []
        self.rows: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], float, float]] = []

    def _add(self, values: np.ndarray[Any, Any], low: float, high: float, slacks: Sequence[tuple[float, float]]) -> int:
        """Add low ≤ values·x + slacks ≤ high, where a slack is (its factor, its cost); give the first one's place."""
        first = len(self.item_of) + len(self.slack_costs)
        used = np.flatnonzero(values)
        places = np.concatenate([used, np.arange(first, first + len(slacks))])
        factors = np.concatenate([values[used], [factor for factor, _ in slacks]])
        self.slack_costs += [cost for _, cost in slacks]
        self.rows.append((places, factors, low, high))
        return first

    def fill_lines(self) -> None:
        for index, line in enumerate(self.lines):
            self._add((self.line_of == index).astype(float), line.count, line.count, [(1.0, _LINE)])
        for place in np.flatnonzero(np.bincount(self.item_of, minlength=1) > 1):
            self._add((self.item_of == place).astype(float), 0, 1, [])

    def cover_topics(self, at_least: Mapping[int, int]) -> None:
        for topic, count in at_least.items():
            of_topic = np.array([topic in item.topics for item in self.items], dtype=float)
            self._add(of_topic[self.item_of], count, np.inf, [(1.0, _TOPIC)])

    def keep_minutes(self, window: tuple[float, float] | None) -> None:
        minutes = np.array([item.minutes for item in self.items], dtype=float)
        self._keep(minutes[self.item_of], window, 1.0, _MINUTE)

    def keep_facility(self, window: tuple[float, float] | None) -> None:
        facilities = np.array([item.facility for item in self.items], dtype=float)
        weights = np.array([line.weight for line in self.lines], dtype=float)
        total = float(sum(line.weight * line.count for line in self.lines)) or 1.0
        # In percentage points of the form's score.
        shares = 100 * facilities[self.item_of] * weights[self.line_of] / total
        points = window and (100 * window[0], 100 * window[1])
        self._keep(shares, points, 1.0, _POINT)

    def _keep(self, values: np.ndarray[Any, Any], window: tuple[float, float] | None, unit: float, cost: float) -> None:
        low, high = window or (-np.inf, np.inf)
        self._add(values, low, high, [(unit, cost), (-unit, cost)])

    def constraints(self) -> tuple[csc_array, list[float], list[float]]:
        from scipy.sparse import coo_array

        places = np.concatenate([row[0] for row in self.rows])
        factors = np.concatenate([row[1] for row in self.rows])
        numbers = np.repeat(np.arange(len(self.rows)), [len(row[0]) for row in self.rows])
        shape = (len(self.rows), len(self.item_of) + len(self.slack_costs))
        matrix = coo_array((factors, (numbers, places)), shape=shape).tocsc()
        return matrix, [row[2] for row in self.rows], [row[3] for row in self.rows]

    def columns(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Give each column's cost and upper bound; a slack has none."""
        costs = np.array([item.cost for item in self.items])[self.item_of] if len(self.items) else np.zeros(0)
        slacks = np.full(len(self.slack_costs), np.inf)
        return np.concatenate([costs, self.slack_costs]), np.concatenate([np.ones(len(self.item_of)), slacks])

    def form(self, solution: np.ndarray[Any, Any], topics: Sequence[int]) -> Form:
        taken = solution[: len(self.item_of)] > 0.5
        slacks = solution[len(self.item_of) :]
        lines, of_topics = len(self.lines), len(self.lines) + len(topics)
        return Form(
            lines=tuple(tuple(self.item_of[taken & (self.line_of == index)].tolist()) for index in range(lines)),
            short_lines=tuple(round(slack) for slack in slacks[:lines]),
            short_topics={topic: round(s) for topic, s in zip(topics, slacks[lines:of_topics], strict=True)},
            minutes_off=float(slacks[of_topics : of_topics + 2].sum()),
            facility_off=float(slacks[of_topics + 2 :].sum()) / 100,
        )
