"""The search for what explains wrong numbers: one mistake, one with a factor, two at once; always on all cases.

A mistake is first tried on one case, against all factors at once; only what fits there is tried on the others.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import ATOL, MIN_CASES, REFUSED, RTOL, Change, Mistake, same
from grader.mistakes.scaling import Scaling, factors, matching
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.oracle import Oracle

# A step moves its parameters by little: what is compared must be closer than the step.
STEP_RTOL = 1e-8
# An eps that is free inside of a mistaken formula moves its value by no more.
LOOSE_RTOL = 1e-3
# How many pairs are tried before the search ends without a name; on one case each, since few fit there.
MAX_PAIRS = 64
# All pairs of entries, in one way for each shape.
_PAIRS = "X4"
# How many mistakes are named at the most.
_MOST = 3

Predict = Callable[[View], "Array | float | None"]
Rows = np.ndarray[Any, np.dtype[np.intp]]


def _nothing() -> Rows:
    return np.zeros(0, dtype=np.intp)


def _as_it_is(array: Array) -> Array:
    return array


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that together give the answer on every case, and what they give on a case."""

    mistakes: tuple[Mistake, ...]
    predict: Predict


@dataclasses.dataclass
class Search:
    """Explains the answers to ordinary cases.

    Attributes
    ----------
    oracle : what is right, and under which convention.
    answers : what was returned; None where the call raised.
    views : the cases as mistakes see them.
    slack : absolute difference that is forgiven, where answers were rounded.
    fold : what is done to predictions before they are compared.
    known : predictions of single mistakes, by case; the same for all searches through the same answers.
    first : mistakes that are proved by then, such as a missing reduction.
    unnamed : part of the factors that the first mistakes leave open.
    further : answers to other cases, which choose between mistakes that explain these alike.
    combinations, factors, few : the factors that may stand beside mistakes, in each case, and of how many each is made.
    """

    oracle: Oracle
    answers: Sequence[Array | None]
    views: Sequence[View]
    slack: float = ATOL
    rtol: float = 0.0
    fold: Callable[[Array], Array] = _as_it_is
    first: tuple[Mistake, ...] = ()
    unnamed: str = ""
    further: Sequence[tuple[Array | None, View]] = ()
    known: dict[tuple[Mistake, int], Array | None] = dataclasses.field(default_factory=dict)
    combinations: tuple[tuple[Scaling, ...], ...] = ()
    factors: Array = dataclasses.field(default_factory=_nothing)
    few: Rows = dataclasses.field(default_factory=_nothing)

    def __post_init__(self) -> None:
        self.rtol = self.rtol or (STEP_RTOL if self.oracle.task.gives == "step" else RTOL)
        # A search that is made of another has the same factors.
        if not self.combinations:
            self.combinations = matching(self.oracle.task)
            self.factors = factors(self.combinations, self.views)
            self.few = np.array([len(c) for c in self.combinations])

    def scaled(self) -> Explanation | None:
        """Explain by factors alone."""
        return self.tried((), lambda view: view.expected)

    def single(self, mistakes: Sequence[Mistake]) -> Explanation | None:
        """Explain by one mistake, else by one with a factor."""
        values = [(self._known((m,), m.predict, 0), m.constant is not None) for m in mistakes]
        likely = [mistakes[place] for place in self._likely(values)]
        tried = (self.tried((mistake,), mistake.predict) for mistake in likely)
        found = [explanation for explanation in tried if explanation is not None]
        fewest = min((len(e.mistakes) for e in found), default=0)
        simplest = [e for e in found if len(e.mistakes) == fewest]
        return max(simplest, key=self._agreeing, default=None) if len(simplest) > 1 else next(iter(simplest), None)

    def _likely(self, values: Sequence[tuple[Array | None, bool]]) -> list[int]:
        """Give the places of the values that may be the answer to the first case under some factor, or under any.

        They are looked at all at once, which costs little; what stays is tried one by one.
        """
        answer = self.answers[0]
        if answer is None or not answer.size or (answer.ndim and self.slack > ATOL):
            return list(range(len(values)))
        places = [place for place, (value, _) in enumerate(values) if value is not None and value.shape == answer.shape]
        if not places:
            return []
        near = self._near_multiples(answer, np.stack([np.ravel(values[place][0]) for place in places]))  # type: ignore[arg-type]
        return [place for place, fits in zip(places, near.tolist(), strict=True) if fits or values[place][1]]

    def _near_multiples(self, answer: Array, values: Array) -> Array:
        """Tell which rows of values are the answer under some factor; those not finite are left to be looked at."""
        ratios = (values @ answer.reshape(-1)) / (values * values).sum(axis=1)
        difference = np.abs(answer.reshape(-1) - ratios[:, None] * values).max(axis=1)
        largest = np.abs(answer).max()
        proportional = ~(difference > 2.0 * (self.slack + self.rtol * largest))
        given = np.sort(self.factors[:, 0])
        above = np.searchsorted(given, ratios).clip(max=len(given) - 1)
        gap = np.minimum(np.abs(given[above] - ratios), np.abs(given[above - 1] - ratios))
        # The slack of a small value moves its ratio by more than the tolerance.
        size = np.abs(values).max(axis=1)
        allowed = 2.0 * (self.rtol * np.abs(ratios) + self.slack / size)
        return np.asarray(proportional & ~(gap > allowed))

    def _agreeing(self, explanation: Explanation) -> int:
        """Count the further answers that an explanation gives."""
        return sum(same(a, self._value(explanation.predict, v), rtol=self.rtol) for a, v in self.further)

    def pairs(self, mistakes: Sequence[Mistake]) -> Explanation | None:
        """Explain by two mistakes, of which one lies in what goes in; variants of a mistake count as the first."""
        return self.both(list(itertools.islice(self._made_of_two(mistakes), MAX_PAIRS)))

    def both(self, made: Sequence[tuple[tuple[Mistake, Mistake], Predict]]) -> Explanation | None:
        """Explain by the first of two mistakes at once that needs no factor beside them."""
        for place in self._likely([(self._value(predict, self.views[0]), False) for _, predict in made]):
            explanation = self.tried(*made[place])
            if explanation is not None and len(explanation.mistakes) == 2 + len(self.first):
                return explanation
        return None

    def _made_of_two(self, mistakes: Sequence[Mistake]) -> Iterator[tuple[tuple[Mistake, Mistake], Predict]]:
        kinds = list({(m.code, m if m.code == _PAIRS else m.name): m for m in reversed(mistakes)}.values())[::-1]
        # The pairs of all entries have another count than the entries, so that their sum is no factor known.
        changes = [(m, functools.cache(m.change)) for m in kinds if m.change is not None]
        for first, change in changes:
            others = self._divisors() if first.code == _PAIRS else ()
            yield from (((first, s), _after(change, s)) for s in others)
        for first, change in changes:
            yield from (((first, s), _after(change, s)) for s in kinds if s.code != first.code)

    def _divisors(self) -> Iterator[Mistake]:
        yield from (c[0].mistake for c in self.combinations if len(c) == 1 and c[0].part == "divisor")

    def tried(self, mistakes: tuple[Mistake, ...], predict: Predict) -> Explanation | None:
        """Try one prediction, and its multiples; gives the one with the fewest mistakes that fits everywhere."""
        rows = self._rows(mistakes)
        constants: Array | None = None
        compared = 0
        for place, answer in enumerate(self.answers):
            value = self._known(mistakes, predict, place)
            if value is None and answer is None:
                continue
            if value is None or answer is None or answer.shape != value.shape or not answer.size:
                return None
            if mistakes and mistakes[0].constant is not None:
                rows, constants = self._constant(mistakes[0].constant, rows, constants, answer, value, place)
            else:
                rows = self._fitting(rows, answer, value, place)
            if not rows.size:
                return None
            compared += 1
        return None if compared < MIN_CASES else self._explained(mistakes, predict, self.combinations[rows[0]])

    def _rows(self, mistakes: Sequence[Mistake]) -> Rows:
        """Give the rows of factors that may stand beside these mistakes."""
        rows = np.flatnonzero(self.few <= _MOST - len(mistakes))
        if not mistakes or mistakes[0].constant is None:
            return rows
        beside = mistakes[0].beside
        return np.array([row for row in rows if all(s.part in beside for s in self.combinations[row])])

    def _explained(self, mistakes: tuple[Mistake, ...], predict: Predict, scalings: tuple[Scaling, ...]) -> Explanation:
        def predicted(view: View) -> Array | None:
            value = self._value(predict, view)
            return None if value is None else math.prod((s.factor(view) for s in scalings), start=1.0) * value

        named = (s.mistake for s in scalings if s.part != self.unnamed)
        only = self.first[0].predict if len(self.first) == 1 and not mistakes and not scalings else predicted
        return Explanation((*self.first, *mistakes, *named), only)

    def _known(self, mistakes: tuple[Mistake, ...], predict: Predict, place: int) -> Array | None:
        """Give a prediction; that of a single mistake is asked for again with other tolerances."""
        if len(mistakes) != 1:
            return self._value(predict, self.views[place])
        key = (mistakes[0], place)
        if key not in self.known:
            self.known[key] = self._value(predict, self.views[place])
        return self.known[key]

    def _value(self, predict: Predict, view: View) -> Array | None:
        """Evaluate a prediction; what cannot be evaluated on a case is no prediction."""
        try:
            value = predict(view)
        except REFUSED:
            return None
        return None if value is None else self.fold(np.asarray(value, dtype=np.float64))

    def _fitting(self, rows: Rows, answer: Array, value: Array, place: int) -> Rows:
        """Keep the rows of factors under which a prediction is the answer."""
        given = self.factors[rows, place]
        if value.ndim and self.slack > ATOL:
            return rows[[same(answer, f * value, rtol=self.rtol, atol=self.slack) for f in given]]
        if value.ndim:
            ratio = _ratio(answer, value)
            if ratio is None:  # nothing but zeros, or not finite: as it is, or never
                return rows if same(answer, value, rtol=self.rtol, atol=self.slack) else rows[:0]
            if not same(answer, ratio * value, rtol=self.rtol, atol=self.slack):
                return rows[:0]
            return np.asarray(rows[np.abs(given - ratio) <= self.rtol * np.abs(given)])
        if not np.isfinite(answer) or not np.isfinite(value):
            return rows[:1] if rows[0] == 0 and same(answer, value) else rows[:0]
        expected = given * float(value)
        return np.asarray(rows[np.abs(float(answer) - expected) <= self.slack + self.rtol * np.abs(expected)])

    def _constant(
        self, allowed: Callable[[float], bool], rows: Rows, before: Array | None, *now: *tuple[Array, Array, int]
    ) -> tuple[Rows, Array]:
        """Keep the rows of factors beside which the answer has one allowed constant on all cases."""
        answer, value, place = now
        constants = self._only_ratio(answer, value) / self.factors[rows, place]
        if before is None:
            fits = np.array([math.isfinite(c) and allowed(c) for c in constants.tolist()], dtype=bool)
            return rows[fits], constants[fits]
        fits = np.abs(constants - before) <= self.rtol * np.abs(before)
        return rows[fits], before[fits]

    def _only_ratio(self, answer: Array, value: Array) -> float:
        """Give the number that a prediction is multiplied by, NaN where there is none."""
        ratio = _ratio(answer, value)
        proportional = ratio is not None and same(answer, ratio * value, rtol=self.rtol, atol=self.slack)
        return ratio if proportional and ratio is not None else math.nan

    def judged(self) -> Explanation | None:
        """Explain by factors alone, with every freedom: the answer over the factor has to be right."""
        cases = list(zip(self.answers, self.views, strict=True))
        for scalings, given in zip(self.combinations[1:], self.factors[1:], strict=True):
            near = all(a is not None and _near(a, f * v.expected) for (a, v), f in zip(cases, given, strict=True))
            if near and all(self._is_right(a, f, v) for (a, v), f in zip(cases, given, strict=True)):
                return self._explained((), lambda view: view.expected, scalings)
        return None

    def _is_right(self, answer: Array | None, factor: float, view: View) -> bool:
        if answer is None:
            return False
        value = answer / factor
        return self.oracle.judge(value if np.ndim(value) else float(value), view.case).fits


def _ratio(answer: Array, value: Array) -> float | None:
    """Give what a prediction has to be multiplied by to come closest to the answer."""
    norm = float(np.vdot(value, value))
    ratio = float(np.vdot(answer, value)) / norm if norm > 0.0 else np.nan
    return ratio if np.isfinite(ratio) else None


def _after(change: Change, second: Mistake) -> Predict:
    def predict(view: View) -> Array | float | None:
        changed = change(view)
        return None if changed is None else second.predict(changed)

    return predict


def _near(answer: Array, expected: Array) -> bool:
    """Whether a freedom could make up for the difference."""
    if not answer.ndim and not expected.ndim:
        return bool(abs(float(answer) - float(expected)) <= 0.1 * abs(float(expected)) + ATOL)
    largest = float(np.abs(expected).max(initial=0.0))
    return answer.shape == expected.shape and bool(
        np.allclose(answer, expected, rtol=0.05, atol=0.05 * largest + ATOL, equal_nan=True)
    )
