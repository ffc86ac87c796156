"""Decide whether an answer equals the reference: right only by proof, wrong only by a witness, else undecided."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from grader.algebra.balls import NoValue, Unclear, evaluate, to_ball
from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.constants import is_number, proved_equal_numbers
from grader.algebra.domains import DomainError, Space
from grader.algebra.ground import Grounder, LimitError, OutsideError
from grader.algebra.problem import Case, Problem, Values
from grader.algebra.proof import prove_equal
from grader.algebra.shapes import ARRAY_FUNCTIONS, SCALAR, ShapeError, shown
from grader.algebra.tree import Node, call, children, is_condition, names_in
from grader.algebra.witness import DEEP, THOROUGH, Difference, Search

SECONDS = 0.8
PROVED_CASES = 60
# Sizes with more variables than this are looked at in balls: the claim that is proved names its sizes.
PROVED_SCALARS = 14
MAX_COMBINATIONS = 200
# Points that are drawn where the first few all lie outside the domain of both sides.
MANY = 30
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
        self.pairs: dict[int, tuple[tuple[Node, ...], tuple[Node, ...]]] = {}
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
        mismatch = self._mismatch()
        if mismatch is not None:
            return mismatch
        cases = list(self.problem.cases(self.reference, self.answer))
        if not cases:
            return Decision(None, "the declared ranges leave no case to look at")
        try:
            return self._decide(cases)
        except _Refuted as refuted:
            return refuted.decision
        except OutOfBudget:
            return Decision(None, "the time was not enough for a proof, and no counter-example was found")

    def _mismatch(self) -> Decision | None:
        """Compare the shapes; raises ShapeError where only the answer's notation is at fault."""
        try:
            wanted = self.problem.shape(self.reference)
        except ShapeError as error:
            raise DomainError(f"the reference has no meaning: {error}") from error
        try:
            given = self.problem.shape(self.answer)
        except ShapeError as error:
            if error.notation:
                raise
            return Decision(False, f"the shapes do not fit: {error}", self._sizes())
        if given == wanted:
            return None
        words = f"yours is {shown(given)} where {shown(wanted)} is asked"
        witness = self._sizes() | {"reference": shown(wanted), "answer": shown(given)}
        turned = Comparison(self.problem, self.reference, call("transpose", self.answer), 0, self.budget)
        if given == wanted[::-1] and turned.decide().equal:
            return Decision(False, f"transposed layout: the entries are right, but {words}", witness)
        return Decision(False, f"the shapes differ: {words}", witness)

    def _sizes(self) -> dict[str, str | float | None]:
        """Give the largest sizes: those at which different shapes show."""
        case = list(self.problem.cases(self.reference, self.answer))[-1]
        return {name: str(value) for name, value in case.integers.items()}

    def _decide(self, cases: list[Case]) -> Decision:
        self._probe([cases[place] for place in sorted({0, len(cases) // 2, len(cases) - 1})], combinations=2, points=3)
        small = [case for case in cases if len(case.space.domains) <= PROVED_SCALARS]
        proving = small[:PROVED_CASES] or cases[:1]
        for case in proving:
            failure = self._prove(case)
            if failure is not None:
                self._search(case, failure)
                return Decision(None, f"no proof ({failure.reason}) and no counter-example was found")
        proved = set(map(id, proving))
        self._probe([case for case in cases if id(case) not in proved], combinations=1, points=1)
        self._probe(cases[:8], combinations=2, points=2)
        if not self.agreed:
            self._probe(cases[:1], combinations=2, points=MANY)
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
                if len(proving) < PROVED_CASES:
                    words += f" where there are at most {PROVED_SCALARS} variables"
                last = cases[-1].integers
                words += ", probed up to " + ", ".join(f"{name} = {last[name]}" for name in names)
        return f"{words} ({'; '.join(self.laws)})" if self.laws else words

    # -- grounded pairs

    def _pair(self, case: Case, values: Values) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """Ground the entries of both sides; an answer that reads what does not exist is refuted."""
        grounder = self.problem.grounder(case, values, self.budget)
        reference = grounder(self.reference)
        try:
            return reference, grounder(self.answer)
        except OutsideError as error:
            witness: dict[str, str | float | None] = {name: str(value) for name, value in case.integers.items()}
            raise _Refuted(Decision(False, f"the answer has no value: {error}", witness)) from error

    def _open_pair(self, case: Case) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """Ground both sides with the labels left open, once."""
        if id(case) not in self.pairs:
            self.pairs[id(case)] = self._pair(case, {})
        return self.pairs[id(case)]

    def _search_for(self, case: Case, values: Values) -> Search:
        """Prepare the search of a case; its labels are values of a point, so that no tree is written twice."""
        left, right = self._open_pair(case)
        used = names_in(*left, *right)
        tied = {name for group in case.space.simplexes for name in group}
        domains = {n: d for n, d in case.space.domains.items() if n not in values and (n in used or n in tied)}
        space = Space(domains, case.space.simplexes)
        return Search(left, right, space, self.rng, self.budget, fixed=values)

    def _refute(self, case: Case, values: Values, difference: Difference) -> None:
        point: dict[str, str | float | None] = {name: str(value) for name, value in case.integers.items()}
        point.update({name: str(value) for name, value in {**values, **difference.point}.items()})
        used = self.problem.used_names(self.reference, self.answer)
        used |= {size for name in used & set(self.problem.domains) for size in self.problem.domains[name].sizes}
        seen = {name: value for name, value in point.items() if name.partition("[")[0] in used}
        if self.problem.shape(self.reference) != SCALAR:
            seen["entry"] = self._entry(case, difference.entry)
        seen |= {"reference": difference.reference, "answer": difference.answer}
        if difference.reference == difference.answer:
            seen["difference"] = difference.gap
        if difference.answer is None:
            reason = "the answer has no value where the reference has one"
        elif difference.reference is None:
            reason = "the answer has a value where the reference has none"
        else:
            reason = "the values differ"
        raise _Refuted(Decision(False, f"{reason} (at {_at(seen)})", seen))

    def _entry(self, case: Case, place: int) -> str:
        """Name an entry by its row and column, of a vector by its index."""
        rows, columns = self.problem.shape(self.reference)
        if "1" in {rows, columns}:
            return str(place + 1)
        width = case.integers[columns] if columns in case.integers else int(columns)
        return f"{place // width + 1},{place % width + 1}"

    # -- stages

    def _probe(self, cases: Iterable[Case], *, combinations: int, points: int) -> None:
        for case in cases:
            every = list(itertools.islice(self._combinations(case), MAX_COMBINATIONS))
            for values in every if len(every) <= combinations else self.rng.sample(every, combinations):
                search = self._search_for(case, values)
                for number, point in enumerate(search.points(points, wide=False)):
                    found = search.look(point if number % 2 == 0 else next(search.points(1, wide=True)))
                    if found is not None:
                        self._refute(case, values, found)
                self.agreed += search.agreed

    def _combinations(self, case: Case) -> Iterator[Values]:
        """Give all joint values of the finite scalars."""
        for chosen in itertools.product(*(choice.alternatives for choice in case.choices)):
            yield {name: value for part in chosen for name, value in part.items()}

    def _prove(self, case: Case) -> _Failure | None:
        """Prove a case with its labels open, then by what labels obey, then value by value."""
        failure = None
        # Where smaller sizes needed what labels obey, larger ones do too.
        if not (self.laws and case.choices):
            failure = self._prove_for(case, {})
            if failure is None or not case.choices:
                return failure
        laws = dict.fromkeys(choice.law for choice in case.choices)
        if self._prove_for(case, {}, lawful=True) is None:
            self.laws.update(laws)
            return None
        combinations = math.prod(len(choice.alternatives) for choice in case.choices)
        if combinations > MAX_COMBINATIONS:
            return _Failure({}, {}, "too many values of the finite variables")
        for values in self._combinations(case):
            failure = self._prove_for(case, values)
            if failure is not None:
                return failure
        self.laws.update(laws)
        return None

    def _prove_for(self, case: Case, values: Values, *, lawful: bool = False) -> _Failure | None:
        left, right = self._pair(case, values) if values else self._open_pair(case)
        if left == right:
            return None
        domains = {name: domain for name, domain in case.space.domains.items() if name not in values}
        space = dataclasses.replace(case.space, domains=domains, lawful=lawful)
        proof = prove_equal(left, right, space, self.budget)
        if proof.equal or self._equal_numbers(left, right):
            return None
        return _Failure(values, proof.point, proof.reason)

    def _equal_numbers(self, left: tuple[Node, ...], right: tuple[Node, ...]) -> bool:
        return all(map(is_number, (*left, *right))) and all(
            proved_equal_numbers(*pair, self.budget) for pair in zip(left, right, strict=True)
        )

    def _search(self, case: Case, failure: _Failure) -> None:
        """Search the case where the proof failed: its cell, both sides of the boundaries, wide points."""
        combinations = itertools.islice(self._combinations(case), 12)
        for values in [failure.values, *combinations] if failure.values or not case.choices else combinations:
            search = self._search_for(case, values)
            first = next(search.points(1, wide=False))
            given = {**first, **{n: v for n, v in failure.point.items() if n in first}}
            rounds = itertools.chain(
                ((given, DEEP),),
                ((point, THOROUGH) for point in search.points(8, wide=True)),
                ((point, DEEP[:-1]) for point in search.boundary_points()),
                ((point, THOROUGH) for point in search.corners()),
                ((point, THOROUGH) for point in search.points(24, wide=True)),
            )
            for point, ladder in rounds:
                found = search.look(point, ladder)
                if found is not None:
                    self._refute(case, values, found)


@dataclasses.dataclass(frozen=True)
class _Failure:
    values: Values
    point: Mapping[str, Fraction]
    reason: str


def _at(seen: Mapping[str, object]) -> str:
    return (
        ", ".join(
            f"{name} = {value}" for name, value in seen.items() if name not in {"reference", "answer", "difference"}
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
        if is_number(node) and not (node[0] == "call" and node[1] in ARRAY_FUNCTIONS):
            if node[0] != "const" and not is_condition(node):
                yield node
        else:
            waiting.extend(children(node))
