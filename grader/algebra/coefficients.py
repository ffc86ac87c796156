"""Zero test of polynomials whose coefficients are numbers with roots and angles: √(7+4√3)·x is (2+√3)·x."""

from __future__ import annotations

from fractions import Fraction

from grader.algebra.constants import proved_equal_numbers
from grader.algebra.field import Field, Generator, Poly, terms_of, used
from grader.algebra.tree import Node, call, number, operation

MAX_COEFFICIENTS = 20


def vanishes(field: Field, poly: Poly) -> bool:
    """Prove that a polynomial is zero, coefficient by coefficient; False says only that this is not proved."""
    numbers = {i: tree for i in used(poly) if (tree := _as_number(field, field.generators[i])) is not None}
    if not numbers:
        return bool(poly == 0)
    coefficients: dict[tuple[int, ...], Node] = {}
    for exponents, coefficient in terms_of(poly):
        rest = tuple(0 if i in numbers else e for i, e in enumerate(exponents))
        term = _product(coefficient, {i: exponents[i] for i in numbers}, numbers)
        coefficients[rest] = operation("+", coefficients[rest], term) if rest in coefficients else term
    few = len(coefficients) <= MAX_COEFFICIENTS
    return few and all(proved_equal_numbers(tree, number(0), field.budget) for tree in coefficients.values())


def _product(coefficient: object, powers: dict[int, int], numbers: dict[int, Node]) -> Node:
    term: Node = number(Fraction(str(coefficient)))
    for i, exponent in powers.items():
        if exponent:
            term = operation("*", term, operation("^", numbers[i], number(int(exponent))))
    return term


def _as_number(field: Field, generator: Generator) -> Node | None:
    """Write a generator as a tree where it is a root of a number, or the cosine or sine of a part of π."""
    body = generator.body
    if body is None or not body.den.is_constant():
        return None
    if generator.kind == "root":
        inside = _number_tree(field, body.num)
        return None if inside is None else call("root", call("abs", inside), number(generator.degree))
    if generator.kind in {"cos", "sin"} and body.num.total_degree() == 1 and len(body.num) == 1:
        turns = number(Fraction(str(body.num.leading_coefficient())) / Fraction(str(body.den.leading_coefficient())))
        half_turn = field.generators[used(body.num)[0]].label == "pi"
        return call(generator.kind, operation("*", turns, ("const", "pi"))) if half_turn else None
    return None


def _number_tree(field: Field, poly: Poly) -> Node | None:
    total: Node = number(0)
    numbers = {i: _as_number(field, field.generators[i]) for i in used(poly)}
    known = {i: tree for i, tree in numbers.items() if tree is not None}
    if len(known) < len(numbers):
        return None
    for exponents, coefficient in terms_of(poly):
        total = operation("+", total, _product(coefficient, {i: exponents[i] for i in known}, known))
    return total
