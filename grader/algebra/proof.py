"""Exact proof that grounded trees are equal in pairs wherever both are defined, and defined alike, on every cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.algebra.budget import Budget
from grader.algebra.cells import CONSTANT, inside
from grader.algebra.field import Branch, Field, NeedsEnumeration, Poly, Rat, Restart, Undefined, Unsupported, terms_of
from grader.algebra.translation import Space, Translator
from grader.algebra.tree import Node

MAX_CELLS = 512
MAX_RESTARTS = 80


@dataclasses.dataclass(frozen=True)
class Proof:
    """What was proved.

    Attributes
    ----------
    equal : True where the equality is proved; False says only that it is not.
    needs_values : the finite variables must be enumerated before anything can be said.
    cells : number of cells that were looked at.
    point : a point in the cell where the proof failed, where one is known.
    reason : why there is no proof.
    """

    equal: bool
    needs_values: bool = False
    cells: int = 1
    point: Mapping[str, Fraction] = dataclasses.field(default_factory=dict)
    reason: str = ""


@dataclasses.dataclass
class _Cell:
    signs: dict[str, int]
    inequalities: list[dict[str, Fraction]]
    point: dict[str, Fraction] = dataclasses.field(default_factory=dict)


def linear_form(field: Field, poly: Poly, sign: int) -> list[dict[str, Fraction]]:
    """Write sign·poly > 0 over monomials, with a form m > 0 for each monomial that is known to be positive."""
    form: dict[str, Fraction] = {}
    known = []
    for exponents, coefficient in terms_of(poly):
        factors = [(field.generators[i], e) for i, e in enumerate(exponents) if e]
        name = "*".join(g.label if e == 1 else f"{g.label}^{e}" for g, e in factors) or CONSTANT
        form[name] = sign * Fraction(int(coefficient.p), int(coefficient.q))
        if name != CONSTANT and all(g.sign > 0 or e % 2 == 0 for g, e in factors):
            known.append({name: Fraction(1)})
    return [form, *known]


def prove_equal(left: Sequence[Node], right: Sequence[Node], space: Space, budget: Budget) -> Proof:
    """Prove that grounded trees are equal in pairs and defined alike, almost everywhere.

    Raises
    ------
    OutOfBudget
        Where the time or the steps are spent.
    """
    units: dict[str, Fraction] = {}
    waiting = [_Cell({}, [])]
    cells = restarts = 0
    while waiting:
        cell = waiting.pop()
        field = Field(budget, cell.signs, units)
        translator = None
        try:
            translator = Translator(field, space)
            if not all(_equal_in_cell(translator, *pair) for pair in zip(left, right, strict=True)):
                return Proof(equal=False, cells=cells + 1, point=translator.point_from(cell.point), reason="not proved")
            cells += 1
        except Branch as branch:
            waiting += _split(field, cell, branch)
        except Restart:
            restarts += 1
            waiting.append(cell)
        except NeedsEnumeration:
            return Proof(equal=False, needs_values=True, cells=cells, reason="the values decide")
        except Unsupported as error:
            return Proof(equal=False, cells=cells, reason=str(error))
        if cells + len(waiting) > MAX_CELLS or restarts > MAX_RESTARTS:
            return Proof(equal=False, cells=cells, reason="too many cases")
    return Proof(equal=True, cells=cells)


def _split(field: Field, cell: _Cell, branch: Branch) -> list[_Cell]:
    """Make the two cells on either side of a polynomial's zeros, without those that no point lies in."""
    halves = []
    for sign in (1, -1):
        inequalities = [*cell.inequalities, *linear_form(field, branch.poly, sign)]
        point = inside(inequalities)
        if point is not None:
            halves.append(_Cell({**cell.signs, branch.key: sign}, inequalities, point))
    return halves


def _equal_in_cell(translator: Translator, left: Node, right: Node) -> bool:
    values: list[Rat | None] = []
    for side in (left, right):
        try:
            values.append(translator.value(side))
        except Undefined:
            values.append(None)
    first, second = values
    if first is None or second is None:
        return first is second  # both undefined
    return translator.field.sub(first, second).is_zero()
