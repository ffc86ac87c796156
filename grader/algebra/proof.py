"""Exact proof that grounded trees are equal in pairs wherever both are defined, and defined alike, on every cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.algebra.budget import Budget
from grader.algebra.cells import CONSTANT, inside
from grader.algebra.coefficients import vanishes
from grader.algebra.domains import Space
from grader.algebra.evidence import confirmed
from grader.algebra.field import Field, Found, NeedsEnumeration, Poly, Rat, Restart, Undefined, Unsupported, terms_of
from grader.algebra.signs import Branch, SignedField
from grader.algebra.translation import Translator
from grader.algebra.tree import Node

MAX_CELLS = 512
MAX_RESTARTS = 80
# Kernels between −1 and 1.
BOUNDED = frozenset({"cos", "sin", "erf"})


@dataclasses.dataclass(frozen=True)
class Proof:
    """What was proved.

    Attributes
    ----------
    equal : True where the equality is proved; False says only that it is not.
    kinks : signs at kinks stood as elements of the field: cells may still prove it.
    cells : number of cells that were looked at.
    point : a point in the cell where the proof failed, where one is known.
    reason : why there is no proof.
    """

    equal: bool
    kinks: bool = False
    cells: int = 1
    point: Mapping[str, Fraction] = dataclasses.field(default_factory=dict)
    reason: str = ""


@dataclasses.dataclass
class _Cell:
    signs: dict[str, int]
    inequalities: list[dict[str, Fraction]]
    point: dict[str, Fraction] = dataclasses.field(default_factory=dict)


def linear_form(field: Field, poly: Poly, sign: int) -> list[dict[str, Fraction]]:
    """Write sign·poly > 0 over monomials, with what is known of each monomial: that it is positive, or between ±1."""
    form: dict[str, Fraction] = {}
    known = []
    for exponents, coefficient in terms_of(poly):
        factors = [(field.generators[i], e) for i, e in enumerate(exponents) if e]
        name = "*".join(g.label if e == 1 else f"{g.label}^{e}" for g, e in factors) or CONSTANT
        form[name] = sign * Fraction(int(coefficient.p), int(coefficient.q))
        if name != CONSTANT and all(g.sign > 0 or e % 2 == 0 for g, e in factors):
            known.append({name: Fraction(1)})
        if name != CONSTANT and all(g.kind in BOUNDED for g, _ in factors):
            known += [{CONSTANT: Fraction(1), name: Fraction(side)} for side in (1, -1)]
    return [form, *known]


def prove_equal(left: Sequence[Node], right: Sequence[Node], space: Space, budget: Budget) -> Proof:
    """Prove that grounded trees are equal in pairs and defined alike, almost everywhere.

    Raises
    ------
    OutOfBudget
        Where the time or the steps are spent.
    """
    joined = _prove_in_cells(left, right, space, budget, kinks=True)
    if joined.equal or not joined.kinks:
        return joined
    return _prove_in_cells(left, right, space, budget, kinks=False)


def _prove_in_cells(left: Sequence[Node], right: Sequence[Node], space: Space, budget: Budget, *, kinks: bool) -> Proof:
    """Prove cell by cell; with `kinks`, the signs at kinks are elements of the field and cut no cells."""
    found = Found()
    waiting = [_Cell({}, [])]
    cells = restarts = 0
    while waiting:
        cell = waiting.pop()
        field = SignedField(budget, cell.signs, found, kinks=kinks)
        translator = None
        try:
            translator = Translator(field, space)
            if not all(_equal_in_cell(translator, *pair) for pair in zip(left, right, strict=True)):
                return _failed(field, cells + 1, "not proved", translator.point_from(cell.point))
            if not confirmed(field, space, cell.point):
                return _failed(field, cells + 1, "a divisor or a sign may be zero everywhere")
            cells += 1
        except Branch as branch:
            waiting += _split(field, cell, branch)
        except Restart:
            restarts += 1
            waiting.append(cell)
        except NeedsEnumeration:
            return _failed(field, cells, "the values decide")
        except Unsupported as error:
            return _failed(field, cells, str(error))
        if cells + len(waiting) > MAX_CELLS or restarts > MAX_RESTARTS:
            return _failed(field, cells, "too many cases")
    return Proof(equal=True, cells=cells)


def _failed(field: Field, cells: int, reason: str, point: Mapping[str, Fraction] | None = None) -> Proof:
    kinks = any(generator.kind == "sign" for generator in field.generators)
    return Proof(equal=False, cells=cells, reason=reason, point=point or {}, kinks=kinks)


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
    return vanishes(translator.field, translator.field.sub(first, second).num)
