"""Exact zero test of numbers made from whole numbers by + − × ÷, roots and angles that are parts of π: the BFMSS bound.

C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra and S. Schmitt, "A separation bound for real algebraic expressions",
Algorithmica 55 (2009): an expression E with degree product D is 0 or |E| ≥ 1/(u(E)^(D−1)·l(E)). A ball of that
precision around zero is a proof that E = 0. u bounds the conjugates of E's numerator, l those of its denominator, both
algebraic integers; for an angle a·π, 2·cos and 2·sin are such integers with conjugates of at most 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from flint import arb, ctx, fmpz

from grader.algebra.balls import NoValue, Unclear, evaluate, to_ball
from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.tree import Node, distinct, operation

MAX_PRECISION = 60_000
Bounds = tuple[float, float]
# log2 of u and l: cos is the integer 2·cos over 2, tan the quotient of two such integers.
ANGLES: Mapping[str, Bounds] = {
    **dict.fromkeys(["cos", "sin", "sec", "csc"], (1.0, 1.0)),
    **dict.fromkeys(["tan", "cot"], (1.0, 1.0)),
}


class NotAlgebraic(Exception):  # noqa: N818
    """The number is not made by roots alone."""


def is_number(tree: Node) -> bool:
    """Say whether a tree has no variables."""
    return all(node[0] not in {"var", "idx", "bind"} for node in distinct(tree))


def proved_equal_numbers(left: Node, right: Node, budget: Budget) -> bool:
    """Prove that two numbers are equal; False says only that this is not proved."""
    difference = operation("-", left, right)
    bounds = _Bounds()
    try:
        log_u, log_l = bounds.of(difference)
        needed = (bounds.field_degree() - 1) * log_u + log_l
        if needed > MAX_PRECISION:
            return False
        budget.spend(10)
        value = to_ball(evaluate(difference, {}, int(needed) + 200))
    except (NotAlgebraic, NoValue, Unclear, OutOfBudget, OverflowError):
        return False
    ctx.prec = int(needed) + 200
    return bool(abs(value) < arb(2) ** (-math.ceil(needed) - 1))


class _Bounds:
    """Computes log2 of u and l, and the product of the degrees of all different roots."""

    def __init__(self) -> None:
        self.degree = 1
        self.turn = 1
        self.roots: dict[Node, Bounds] = {}

    def field_degree(self) -> int:
        """Bound the degree of the field that the number lies in."""
        return self.degree * (int(fmpz(math.lcm(4, self.turn)).euler_phi()) if self.turn > 1 else 1)

    def of(self, node: Node) -> Bounds:
        tag = node[0]
        if tag == "num":
            return (_log2(abs(node[1].numerator)), _log2(node[1].denominator))
        if tag == "neg":
            return self.of(node[1])
        if tag == "call":
            return self._call(node)
        if tag != "op" or node[1] not in {"+", "-", "*", "/", "^"}:
            raise NotAlgebraic
        if node[1] == "^":
            return self._power(node)
        (u1, l1), (u2, l2) = self.of(node[2]), self.of(node[3])
        if node[1] == "*":
            return u1 + u2, l1 + l2
        if node[1] == "/":
            return u1 + l2, l1 + u2
        return max(u1 + l2, u2 + l1) + 1, l1 + l2

    def _call(self, node: Node) -> Bounds:
        _, name, arguments = node
        if name == "sqrt":
            return self._root(arguments[0], 2)
        if name == "root" and arguments[1][0] == "num" and arguments[1][1].denominator == 1:
            return self._root(arguments[0], int(arguments[1][1]))
        if name == "abs":
            return self.of(arguments[0])
        if name in ANGLES:
            self.turn = math.lcm(self.turn, 2 * _half_turns(arguments[0]).denominator)
            return ANGLES[name]
        raise NotAlgebraic

    def _root(self, inside: Node, degree: int) -> Bounds:
        key = ("call", "root", (inside, degree))
        if key not in self.roots:
            u, low = self.of(inside)
            self.degree *= degree
            spread = (u + (degree - 1) * low) / degree
            other = ((degree - 1) * u + low) / degree
            self.roots[key] = (spread, low) if u >= low else (u, other)
        return self.roots[key]

    def _power(self, node: Node) -> Bounds:
        exponent = node[3]
        if exponent[0] == "neg" and exponent[1][0] == "num":
            exponent = ("num", -exponent[1][1])
        if exponent[0] != "num":
            raise NotAlgebraic
        value: Fraction = exponent[1]
        base = self.of(node[2]) if value.denominator == 1 else self._root(node[2], value.denominator)
        times = abs(value.numerator)
        u, low = base[0] * times, base[1] * times
        return (u, low) if value >= 0 else (low, u)


def _half_turns(angle: Node) -> Fraction:
    """Write an angle as a rational multiple of π; raises NotAlgebraic where it is none."""
    if angle == ("const", "pi"):
        return Fraction(1)
    if angle == ("num", 0):
        return Fraction(0)
    if angle[0] == "neg":
        return -_half_turns(angle[1])
    if angle[0] != "op":
        raise NotAlgebraic
    _, symbol, left, right = angle
    if symbol in {"+", "-"}:
        return _half_turns(left) + (1 if symbol == "+" else -1) * _half_turns(right)
    if symbol == "*" and left[0] == "num":
        return Fraction(left[1]) * _half_turns(right)
    if symbol in {"*", "/"} and right[0] == "num" and right[1]:
        return _half_turns(left) * Fraction(right[1]) ** (1 if symbol == "*" else -1)
    raise NotAlgebraic


def _log2(value: int) -> float:
    return math.log2(value) if value else 0.0
