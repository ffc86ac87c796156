"""Name the slip behind a wrong answer: an equality that holds at every point looked at, or no name at all."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from grader.algebra.balls import Evaluation, NoValue, Unclear, as_fmpq, to_ball
from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.derivative import mutants
from grader.algebra.domains import DomainError, Space
from grader.algebra.edits import one_edits, one_mends
from grader.algebra.ground import LimitError, OutsideError
from grader.algebra.printing import to_text
from grader.algebra.problem import Case, Problem, Values
from grader.algebra.rules import NoDerivative
from grader.algebra.shapes import SCALAR, ShapeError
from grader.algebra.substitution import substituted
from grader.algebra.tree import Node, call, children, number, operation
from grader.algebra.witness import Search

POINTS = 8
LADDER = (160, 1200)
SHOWN = 2
MAX_MENDS = 160


@dataclasses.dataclass(frozen=True)
class Slip:
    """A named mistake that gives exactly the candidate's values."""

    code: str
    name: str
    message: str


@dataclasses.dataclass(frozen=True)
class _Place:
    case: Case
    values: Values
    point: dict[str, Any]
    answer: Any


class _Matcher:
    """Says whether a tree has the answer's values at all of a few points."""

    def __init__(self, problem: Problem, answer: Node, known: tuple[Node, ...], seed: int, budget: Budget) -> None:
        self.problem = problem
        self.budget = budget
        self.shape = problem.shape(answer)
        places = itertools.islice(self._places(answer, known, random.Random(seed)), POINTS)  # noqa: S311
        # Most candidates fall at the first place: let it be a small one.
        self.places = sorted(places, key=lambda place: len(place.case.space.domains))

    def _places(self, answer: Node, known: tuple[Node, ...], rng: random.Random) -> Iterator[_Place]:
        cases = list(self.problem.cases(answer, *known))
        for turn in range(POINTS * 4):
            # The large sizes tell 1 from 1/n and a sum from one of its terms.
            case = cases[-1 - turn % min(len(cases), 3)] if turn % 2 else rng.choice(cases)
            values: dict[str, Fraction] = {}
            for choice in case.choices:
                values.update(rng.choice(choice.alternatives))
            domains = {name: domain for name, domain in case.space.domains.items() if name not in values}
            search = Search((), (), Space(domains, case.space.simplexes), rng, self.budget)
            point = {name: as_fmpq(value) for name, value in next(search.points(1, wide=turn % 4 == 3)).items()}
            value = self._value(answer, case, values, point)
            # 1 − σ(10^5) is too small for any precision: such a point would speak against every name.
            if value is not None and self._value(known[0], case, values, point) is not None:
                yield _Place(case, values, point, value)

    def _value(self, tree: Node, case: Case, values: Values, point: dict[str, Any]) -> list[Any] | None:
        """Give all entries to 25 digits (or as true zeros), None where that cannot be had."""
        self.budget.spend(20)
        try:
            entries = self.problem.grounder(case, values, self.budget)(tree)
            for bits in LADDER:
                balls = _balls(entries, point, bits)
                if all(ball.rel_accuracy_bits() > 83 or ball.is_zero() for ball in balls):
                    return balls
        except (Unclear, NoValue, NoDerivative, OutsideError, LimitError, ShapeError, KeyError):
            pass
        return None

    def fits(self, tree: Node) -> bool:
        if len(self.places) < POINTS or not self._shaped_alike(tree):
            return False
        for place in self.places:
            entries = self._value(tree, place.case, place.values, place.point)
            if entries is None or len(entries) != len(place.answer):
                return False
            if not all(mine.overlaps(other) for mine, other in zip(entries, place.answer, strict=True)):
                return False
        return True

    def _shaped_alike(self, tree: Node) -> bool:
        try:
            return self.problem.shape(tree) == self.shape
        except ShapeError:
            return False


def _balls(entries: tuple[Node, ...], point: dict[str, Any], bits: int) -> list[Any]:
    evaluation = Evaluation(point, bits)
    return [to_ball(evaluation.value(entry)) for entry in entries]


def name_slips(
    problem: Problem,
    reference: Node,
    answer: Node,
    *,
    loss: Node | None,
    wrt: Node | None,
    seed: int,
    budget: Budget,
    mend: bool = True,
) -> list[Slip]:
    """Find at most two slips that explain a wrong answer.

    Parameters
    ----------
    problem : the declared names.
    reference, answer : trees of the right and of the given expression.
    loss, wrt : what was to be differentiated and by what, where the question says so.
    seed : draws the points.
    mend : whether to look in the answer's own form where nothing else explains it.
    """
    found: list[Slip] = []
    known = tuple(tree for tree in (reference, loss) if tree is not None)
    try:
        matcher = _Matcher(problem, answer, known, seed, budget)
        if matcher.fits(reference):
            return []  # They differ in where they have a value: what gives the right values is no slip.
        for build in (_layout, _ratios, _loss_itself, _misapplied_rules, _chain_factors, _edits):
            if found and build in {_chain_factors, _edits}:
                break
            for slip, tree in build(problem, reference, loss, wrt):
                if matcher.fits(tree) and all(slip.name != other.name for other in found):
                    found.append(slip)
                if len(found) == SHOWN:
                    return found
        if mend and not found:
            found += _mended(problem, reference, answer, seed, budget)
    except (OutOfBudget, NoDerivative, DomainError, ShapeError, RecursionError):
        pass
    return found


def _mended(problem: Problem, reference: Node, answer: Node, seed: int, budget: Budget) -> Iterator[Slip]:
    """Look in the answer's own form for the one place that makes it right once it is mended."""
    names = sorted(problem.used_names(reference) & {n for n, d in problem.domains.items() if not d.sizes})
    factors = [*(("var", name) for name in names), number(2)]
    matcher = _Matcher(problem, reference, (answer,), seed, budget)
    simplest_first = itertools.chain(one_mends(answer, ()), one_mends(answer, factors))
    for mend in itertools.islice(simplest_first, MAX_MENDS):
        if matcher.fits(mend.tree):
            yield Slip(mend.code, mend.name, mend.sentence)
            return


def wrong_forms(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Iterator[tuple[Slip, Node]]:
    """Give wrong forms of the reference, taken in turn from each family of slips; some may be right by chance."""
    builders = (_layout, _ratios, _loss_itself, _misapplied_rules, _edits)
    families = [_until_no_derivative(build(problem, reference, loss, wrt)) for build in builders]
    for row in itertools.zip_longest(*families):
        yield from (found for found in row if found is not None)


def _until_no_derivative(candidates: Candidates) -> Candidates:
    with contextlib.suppress(NoDerivative):
        yield from candidates


Candidates = Iterator[tuple[Slip, Node]]
Builder = Callable[[Problem, Node, Node | None, Node | None], Candidates]


def _layout(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    if problem.shape(reference) != SCALAR:
        slip = Slip("layout", "transposed layout", "the answer is the transpose of the right one")
        yield slip, call("transpose", reference)


def _ratios(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    yield Slip("S1", "sign", "the sign is the opposite of the right one"), ("neg", reference)
    for factor, words in ((2, "twice"), (Fraction(1, 2), "half of")):
        slip = Slip("G2", "factor 2 or ½", f"the answer is {words} the right one")
        yield slip, operation("*", number(factor), reference)
    for name in problem.structural(reference):
        if not any(name in domain.sizes for domain in problem.domains.values()):
            continue
        size = ("var", name)
        lost = Slip("G1", f"average over {name} lost", f"the factor 1/{name} is missing: a sum where the mean is meant")
        yield lost, operation("*", size, reference)
        extra = Slip("G1", f"averaged over {name}", f"the answer is divided by {name} once too often")
        yield extra, operation("/", reference, size)
    for name, domain in problem.domains.items():
        if not domain.sizes and domain.kind != "integer" and name in problem.used_names(reference):
            slip = Slip("factor", f"factor {name}", f"the answer is the right one divided by {name}")
            yield slip, operation("/", reference, ("var", name))
            slip = Slip("factor", f"factor {name}", f"the answer is the right one times {name}")
            yield slip, operation("*", reference, ("var", name))


def _complement(tree: Node) -> Node:
    return operation("-", number(1), tree)


def _chain_factors(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    """Look for p, 1−p or p(1−p) too many or missing: the factor that a probability brings through the chain rule."""
    for p in _probabilities(problem, reference, loss):
        shown = to_text(p)
        both = operation("*", p, _complement(p))
        for factor, words in ((both, f"{shown}*(1-{shown})"), (p, shown), (_complement(p), f"1-{shown}")):
            lost = Slip("chain_rule", "chain factor lost", f"the answer is the right one divided by {words}")
            yield lost, operation("/", reference, factor)
            extra = Slip("chain_rule", "extra chain factor", f"the answer is the right one times {words}")
            yield extra, operation("*", reference, factor)


def _probabilities(problem: Problem, *trees: Node | None) -> list[Node]:
    found: dict[Node, None] = {}
    waiting = [tree for tree in trees if tree is not None]
    while waiting:
        node = waiting.pop()
        domain = problem.domains.get(node[1]) if node[0] == "var" else None
        interval = domain is not None and domain.is_probability
        if interval or node[:2] == ("call", "sigma"):
            found[node] = None
        if node[0] != "bind":
            waiting.extend(children(node))
    return list(found)[:4]


def _loss_itself(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    if loss is None:
        return
    yield Slip("G3", "not differentiated", "the answer is the loss itself, not its derivative"), loss
    for name, domain in problem.domains.items():
        whole = problem.symbols.vector or not domain.sizes
        if whole and not domain.is_discrete and wrt is not None and name != wrt[1]:
            slip = Slip("other_variable", f"derivative by {name}", f"the answer is the derivative by {name}")
            yield slip, problem.derivative(loss, ("var", name))


def _misapplied_rules(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    if loss is None or wrt is None or problem.symbols.vector:
        return
    for bug, tree in mutants(loss, wrt, problem.definitions):
        yield Slip(bug.code, bug.name, f"the answer is what one gets if {bug.sentence}"), tree


def _edits(problem: Problem, reference: Node, loss: Node | None, wrt: Node | None) -> Candidates:  # noqa: ARG001
    for edit in itertools.islice(one_edits(reference), 120):
        yield Slip(edit.code, edit.name, edit.sentence), edit.tree
    for name in sorted(problem.used_names(reference)):
        domain = problem.domains.get(name)
        if domain is None or domain.sizes or domain.is_discrete:
            continue
        alone = substituted(reference, {name: number(1)}, itertools.count())
        yield Slip("factor", f"{name} lost", f"{name} is missing: it stands as if it were 1"), alone
        if domain.is_probability:
            swapped = substituted(reference, {name: _complement(("var", name))}, itertools.count())
            yield Slip("complement", f"{name} and 1−{name}", f"{name} and 1−{name} are exchanged"), swapped
