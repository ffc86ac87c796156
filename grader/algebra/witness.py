"""Search for a point where two grounded trees certainly differ: two disjoint balls, or a value on one side only."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from grader.algebra.balls import Evaluation, NoValue, Unclear, as_fmpq, evaluate, sign_of, to_ball
from grader.algebra.budget import Budget
from grader.algebra.domains import Space
from grader.algebra.tree import COMPARISONS, Node, distinct, operation

QUICK = (64, 256)
THOROUGH = (128, 512, 2048)
# Where e^12346 meets 10^-9: for the points at which a proof has failed, and those beside a boundary.
DEEP = (*THOROUGH, 12_000, 40_000)
CORNERS = (Fraction(1, 10**10), Fraction(10**10))
# Halvings of a segment across a boundary: a window as narrow as the smallest constant is met.
HALVINGS = 64
# Bits of a ball that settle a quick look: what is accepted is proved besides.
SHORT = 30
NUDGE = 2**60
GENERIC = 1_000_003
Point = dict[str, Fraction]


@dataclasses.dataclass(frozen=True)
class Difference:
    """A point where the two sides differ; None is the value of a side that is undefined there.

    `entry` counts the entries of an array from 0, row by row.
    """

    point: Mapping[str, Fraction]
    reference: float | str | None
    answer: float | str | None
    gap: float | str | None = None
    entry: int = 0


class Search:
    """Looks for a difference of grounded trees in pairs.

    Parameters
    ----------
    left, right : the entries of the reference and of the answer.
    space : domains of their scalars, but for the finite ones.
    fixed : values of the finite scalars.

    `agreed` counts the points where both sides have values and agree.
    """

    def __init__(
        self,
        left: Sequence[Node],
        right: Sequence[Node],
        space: Space,
        rng: random.Random,
        budget: Budget,
        *,
        fixed: Mapping[str, Fraction] | None = None,
    ) -> None:
        self.fixed = {name: as_fmpq(value) for name, value in (fixed or {}).items()}
        self.left = left
        self.right = right
        self.space = space
        self.rng = rng
        self.budget = budget
        self.agreed = 0

    def look(self, point: Point, ladder: tuple[int, ...] = QUICK) -> Difference | None:
        """Compare at a point, and again beside it: on a kink or a single hole two right answers may differ."""
        found = self._compare(point, ladder)
        if found is None or not point:
            return found
        beside = {name: value + self._nudge(name, value) for name, value in point.items()}
        again = max(ladder, THOROUGH, key=len)
        return found if self._compare(self._normalised(beside), again) is not None else None

    def _nudge(self, name: str, value: Fraction) -> Fraction:
        domain = self.space.domains[name]
        scale = abs(value) or Fraction(1)
        step = scale * Fraction(self.rng.randrange(1, NUDGE), NUDGE * NUDGE)
        inside = domain.high is None or value + step < domain.high
        return step if inside else Fraction(0)

    def _compare(self, point: Point, ladder: tuple[int, ...]) -> Difference | None:
        exact = self._exact(point)
        waiting, defined = list(range(len(self.left))), False
        for bits in ladder:
            evaluation = Evaluation(exact, bits)
            unsure = []
            for entry in waiting:
                self.budget.spend(10)
                try:
                    first, second = (_value(evaluation, side[entry]) for side in (self.left, self.right))
                except Unclear:
                    unsure.append(entry)
                    continue
                if not _alike(first, second):
                    gap = None if first is None or second is None else _shown(first - second)
                    return Difference(dict(point), _shown(first), _shown(second), gap, entry)
                defined |= first is not None
                if bits != ladder[-1] and not _settled(first, ladder):
                    unsure.append(entry)
            waiting = unsure
        self.agreed += defined and not waiting
        return None

    def _exact(self, point: Point) -> dict[str, fmpq]:
        return self.fixed | {name: as_fmpq(value) for name, value in point.items()}

    # -- points

    def points(self, count: int, *, wide: bool) -> Iterator[Point]:
        """Draw points: short decimals that read well, or magnitudes from 10^-4 to 10^5."""
        for turn in range(count):
            point = {}
            for name, domain in self.space.domains.items():
                far = wide and self.rng.random() < (1.0 if turn % 2 else 0.4)
                point[name] = self._scalar(domain.low, domain.high, far=far)
            yield self._normalised(point)

    def corners(self) -> Iterator[Point]:
        """Give a point with every scalar close to the low end of its domain or to 0, and one with every scalar far."""
        point = next(self.points(1, wide=False))
        for scale in CORNERS:
            scaled = {}
            for name, value in point.items():
                low, high = self.space.domains[name].low, self.space.domains[name].high
                shift = (value - (low or 0)) * (min(scale, Fraction(1)) if high is not None else scale)
                scaled[name] = (low or 0) + shift
            yield self._normalised(scaled)

    def _normalised(self, point: Point) -> Point:
        for group in self.space.simplexes:
            total = sum((point[name] for name in group), Fraction(0))
            point.update({name: point[name] / total for name in group})
        return point

    def _scalar(self, low: Fraction | None, high: Fraction | None, *, far: bool) -> Fraction:
        if low is not None and high is not None:
            share = self._near_an_end() if far else Fraction(self.rng.randrange(1, 20), 20)
            return low + (high - low) * share
        size = self._magnitude() if far else Fraction(self.rng.randrange(1, 40), 10)
        if low is not None:
            return low + size
        if high is not None:
            return high - size
        return size if self.rng.random() < 0.5 else -size

    def _magnitude(self) -> Fraction:
        size = 10 ** self.rng.uniform(-4, 5)
        return Fraction(round(size * GENERIC) or 1, GENERIC)

    def _near_an_end(self) -> Fraction:
        share = Fraction(round(10 ** self.rng.uniform(-5, -0.3) * GENERIC) or 1, GENERIC)
        return share if self.rng.random() < 0.5 else 1 - share

    # -- boundaries

    def boundary_points(self) -> Iterator[Point]:
        """Give points closely on both sides of every boundary between branches, found by bisection."""
        atoms = boundaries(*self.left, *self.right)[:12]
        sample = [*self.points(12, wide=False), *self.points(28, wide=True)]
        for atom in atoms:
            sides: dict[int, Point] = {}
            for point in sample:
                sides.setdefault(self._side(atom, point), point)
            if 1 in sides and -1 in sides:
                yield from self._bisect(atom, sides[-1], sides[1])

    def _side(self, atom: Node, point: Point) -> int:
        self.budget.spend(5)
        try:
            return sign_of(evaluate(atom, self._exact(point), 128))
        except (NoValue, Unclear):
            return 0

    def _bisect(self, atom: Node, below: Point, above: Point) -> Iterator[Point]:
        for step in range(HALVINGS):
            middle = {name: (below[name] + above[name]) / 2 for name in below}
            side = self._side(atom, middle)
            if side == 0:
                break
            below, above = (middle, above) if side < 0 else (below, middle)
            if step in {6, 14, 30}:
                yield below
                yield above
        yield below
        yield above


def boundaries(*trees: Node) -> list[Node]:
    """List the expressions whose sign decides a branch."""
    found: dict[tuple[int, int], Node] = {}
    for node in distinct(*trees):
        if node[0] == "op" and node[1] in COMPARISONS:
            found[id(node[2]), id(node[3])] = operation("-", node[2], node[3])
        elif node[0] == "call" and node[1] in {"abs", "sign", "relu"}:
            found[id(node[2][0]), 0] = node[2][0]
        elif node[0] == "call" and node[1] in {"max", "min"}:
            first = node[2][0]
            found.update({(id(first), id(other)): operation("-", first, other) for other in node[2][1:]})
    return list(found.values())


def _value(evaluation: Evaluation, tree: Node) -> Any:
    try:
        return evaluation.value(tree)
    except NoValue:
        return None


def _settled(value: Any, ladder: tuple[int, ...]) -> bool:
    """Say whether balls that overlap need no higher precision: exact ones, and in a quick look short ones."""
    if value is None or isinstance(value, fmpq):
        return True
    return ladder == QUICK and bool(value.rel_accuracy_bits() > SHORT)


def _alike(first: Any, second: Any) -> bool:
    """Say whether two values may be the same; None is no value."""
    if first is None or second is None:
        return first is second
    if isinstance(first, fmpq) and isinstance(second, fmpq):
        return bool(first == second)
    return bool(to_ball(first).overlaps(to_ball(second)))


def _shown(value: Any) -> float | str | None:
    """Give a number for the reader: a float, or digits as text where no float is large enough."""
    if value is None:
        return None
    middle = to_ball(value).mid()
    return str(middle.str(6, radius=False)) if abs(middle) > 10**300 else float(middle)
