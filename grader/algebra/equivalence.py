"""Decide whether an answer equals the reference: right only by proof, wrong only by a witness, else undecided."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.algebra.balls import NoValue, Unclear, evaluate, to_ball
from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.constants import is_number, proved_equal_numbers
from grader.algebra.ground import Grounder, LimitError, OutsideError
from grader.algebra.problem import Case, Problem, Values
from grader.algebra.proof import prove_equal
from grader.algebra.translation import Space
from grader.algebra.tree import Node, children, is_condition, names_in
from grader.algebra.witness import THOROUGH, Difference, Search

SECONDS = 0.8
PROVED_CASES = 60
MAX_COMBINATIONS = 200
FEW_COMBINATIONS = 16
SMALLEST, LARGEST = Fraction(1, 10**15), Fraction(10**15)


@dataclasses.dataclass(frozen=True)
class Decision:
    """What is known of a pair.

    Attributes
    ----------
    equal : True (proved), False (a witness shows the difference) or None (undecided).
    reason : how it is known, in words; names the constraint that a proof used.
    witness : values of the variables as text, with "reference" and "answer" as numbers (None where undefined).
    laws : the constraints that the proof used.
    """

    equal: bool | None
    reason: str
    witness: Mapping[str, str | float | None] | None = None
    laws: tuple[str, ...] = ()


class _Refuted(Exception):  # noqa: N818 - ends the search with what it found
    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


class Comparison:
    """Compares one answer with one reference.

    Parameters
    ----------
    problem : the declared names.
    reference, answer : trees as `Problem.read` gives them.
    seed : draws the points; the same seed gives the same decision.
    """

    def __init__(self, problem: Problem, reference: Node, answer: Node, seed: int, budget: Budget) -> None:
        self.problem = problem
        self.reference = reference
        self.answer = answer
        self.rng = random.Random(seed)  # noqa: S311 - repeatable points, no secret
        self.budget = budget
        self.agreed = 0
        self.laws: dict[str, None] = {}

    def decide(self) -> Decision:
        """Run the stages: look at a few points, prove, and where there is no proof search on.

        Raises
        ------
        LimitError
            Where the answer asks for more than is ever computed.
        DomainError
            Where the question's own declarations cannot hold.
        """
        check_magnitudes(self.answer, self.budget)
        cases = list(self.problem.cases(self.reference, self.answer))
        if not cases:
            return Decision(None, "the declared ranges leave no case to look at")
        try:
            return self._decide(cases)
        except _Refuted as refuted:
            return refuted.decision
        except OutOfBudget:
            return Decision(None, "the time was not enough for a proof, and no counter-example was found")

    def _decide(self, cases: list[Case]) -> Decision:
        self._probe(dict.fromkeys([0, len(cases) // 2, len(cases) - 1]), cases, points=3)
        proving = cases[:PROVED_CASES]
        for case in proving:
            failure = self._prove(case)
            if failure is not None:
                self._search(case, failure)
                return Decision(None, f"no proof ({failure.reason}) and no counter-example was found")
        beyond = cases[PROVED_CASES:]
        if beyond:
            self._probe(dict.fromkeys([0, len(beyond) // 2, len(beyond) - 1]), beyond, points=4)
        self._probe(range(min(len(cases), 8)), cases, points=2, every=True)
        if not self.agreed:
            return Decision(None, "no point was found where both have a value")
        return Decision(True, self._words(cases, proving), laws=tuple(self.laws))

    def _words(self, cases: list[Case], proving: list[Case]) -> str:
        words = "proved"
        names = list(cases[0].integers)
        if names:
            shown = []
            for name in names:
                values = sorted({case.integers[name] for case in proving})
                shown.append(f"{name} = {values[0]} to {values[-1]}" if len(values) > 1 else f"{name} = {values[0]}")
            words += " for " + ", ".join(shown)
            if len(proving) < len(cases):
                last = cases[-1].integers
                words += ", probed up to " + ", ".join(f"{name} = {last[name]}" for name in names)
        return f"{words} ({'; '.join(self.laws)})" if self.laws else words

    # -- grounded pairs

    def _pair(self, case: Case, values: Values) -> tuple[Node, Node]:
        """Ground both sides; an answer that reads what does not exist is refuted."""
        interned: dict[object, Node] = {}
        reference = self.problem.ground(self.reference, case, values, self.budget, interned)
        try:
            return reference, self.problem.ground(self.answer, case, values, self.budget, interned)
        except OutsideError as error:
            witness: dict[str, str | float | None] = {name: str(value) for name, value in case.integers.items()}
            raise _Refuted(Decision(False, f"the answer has no value: {error}", witness)) from error

    def _search_for(self, case: Case, values: Values) -> Search:
        left, right = self._pair(case, values)
        used = names_in(left) | names_in(right)
        tied = {name for group in case.space.simplexes for name in group}
        domains = {n: d for n, d in case.space.domains.items() if n not in values and (n in used or n in tied)}
        return Search(left, right, Space(domains, case.space.simplexes), self.rng, self.budget)

    def _refute(self, case: Case, values: Values, difference: Difference) -> None:
        point: dict[str, str | float | None] = {name: str(value) for name, value in case.integers.items()}
        point.update({name: str(value) for name, value in {**values, **difference.point}.items()})
        used = self.problem.used_names(self.reference, self.answer)
        shown = {name: value for name, value in point.items() if name.partition("[")[0] in used}
        shown |= {"reference": difference.reference, "answer": difference.answer}
        if difference.reference == difference.answer:
            shown["difference"] = difference.gap
        if difference.answer is None:
            reason = "the answer has no value where the reference has one"
        elif difference.reference is None:
            reason = "the answer has a value where the reference has none"
        else:
            reason = "the values differ"
        raise _Refuted(Decision(False, f"{reason} (at {_at(shown)})", shown))

    # -- stages

    def _probe(self, which: object, cases: list[Case], *, points: int, every: bool = False) -> None:
        for place in which:  # type: ignore[attr-defined]
            case = cases[place]
            combinations = list(itertools.islice(self._combinations(case), MAX_COMBINATIONS))
            if not every or len(combinations) > 32:
                combinations = self.rng.sample(combinations, min(len(combinations), 3))
            for values in combinations:
                search = self._search_for(case, values)
                for number, point in enumerate(search.points(points, wide=False)):
                    found = search.look(point if number % 2 == 0 else next(search.points(1, wide=True)))
                    if found is not None:
                        self._refute(case, values, found)
                self.agreed += search.tally.agreed

    def _combinations(self, case: Case) -> Iterator[Values]:
        """Give all joint values of the finite scalars."""
        for chosen in itertools.product(*(choice.alternatives for choice in case.choices)):
            yield {name: value for part in chosen for name, value in part.items()}

    def _prove(self, case: Case) -> _Failure | None:
        combinations = math.prod(len(choice.alternatives) for choice in case.choices)
        # Where smaller sizes needed the values of the labels, larger ones do too.
        if not self.laws or not 1 < combinations <= FEW_COMBINATIONS:
            failure = self._prove_for(case, {})
            if failure is None or not case.choices:
                return failure
            if combinations > MAX_COMBINATIONS:
                return dataclasses.replace(failure, reason="too many values of the finite variables")
        for values in self._combinations(case):
            failure = self._prove_for(case, values)
            if failure is not None:
                return failure
        self.laws.update(dict.fromkeys(choice.law for choice in case.choices))
        return None

    def _prove_for(self, case: Case, values: Values) -> _Failure | None:
        left, right = self._pair(case, values)
        if left == right:
            return None
        domains = {name: domain for name, domain in case.space.domains.items() if name not in values}
        proof = prove_equal(left, right, Space(domains, case.space.simplexes), self.budget)
        if proof.equal or (is_number(left) and is_number(right) and proved_equal_numbers(left, right, self.budget)):
            return None
        return _Failure(values, proof.point, proof.reason)

    def _search(self, case: Case, failure: _Failure) -> None:
        """Search the case where the proof failed: its cell, both sides of the boundaries, wide points."""
        combinations = itertools.islice(self._combinations(case), 12)
        for values in [failure.values, *combinations] if failure.values or not case.choices else combinations:
            search = self._search_for(case, values)
            first = next(search.points(1, wide=False))
            given = {**first, **{n: v for n, v in failure.point.items() if n in first}}
            rounds = itertools.chain(
                [given], search.points(8, wide=True), search.boundary_points(), search.points(24, wide=True)
            )
            for point in rounds:
                found = search.look(point, THOROUGH)
                if found is not None:
                    self._refute(case, values, found)


@dataclasses.dataclass(frozen=True)
class _Failure:
    values: Values
    point: Mapping[str, Fraction]
    reason: str


def _at(shown: Mapping[str, object]) -> str:
    return (
        ", ".join(
            f"{name} = {value}" for name, value in shown.items() if name not in {"reference", "answer", "difference"}
        )
        or "every point"
    )


def check_magnitudes(tree: Node, budget: Budget) -> None:
    """Refuse constants outside 10^±15: below any precision a difference could hide behind them."""
    for constant in _constants(tree):
        try:
            grounded = Grounder({}, {}, {}, {}, budget).ground(constant)
        except OutsideError as error:
            raise LimitError(str(error)) from error
        if grounded[0] == "num":
            value = abs(grounded[1])
            if value and not SMALLEST <= value <= LARGEST:
                raise LimitError("a constant is outside 10^-15 to 10^15")
            continue
        try:
            ball = abs(to_ball(evaluate(grounded, {}, 128)))
        except NoValue:
            continue
        except Unclear:
            raise LimitError("a constant cannot be computed: it is too large, too small or not defined") from None
        if ball.contains(0):
            continue
        if ball > 10**15 or ball < to_ball(evaluate(("num", SMALLEST), {}, 128)):
            raise LimitError("a constant is outside 10^-15 to 10^15")


def _constants(tree: Node) -> Iterator[Node]:
    """List the largest sub-trees that are numbers."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if is_number(node):
            if node[0] != "const" and not is_condition(node):
                yield node
        else:
            waiting.extend(children(node))
