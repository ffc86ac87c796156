"""Expressions as programs of arbitrary precision, which also know the largest term of what they compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sympy as sp
from mpmath import libmp

from lossref.symbolic.number import SURE, Number, UnsureError, magnitude, unless_rounded
from lossref.symbolic.operations import (
    BITS,
    HUGE,
    MARGIN,
    NEGLIGIBLE,
    OPERATIONS,
    Operation,
    Run,
    constant,
    other,
    power_of,
)

Condition = Callable[[Run], bool]


def _agree(number: Number, other: Number, agreement: int, negligible: float) -> bool:
    if number.value == other.value:
        return True
    if min(magnitude(number.value), magnitude(other.value)) > HUGE:
        return bool(number.value[0] == other.value[0])  # to float64 both are the same infinity
    difference = magnitude(libmp.mpf_sub(number.value, other.value, BITS[0], "n"))
    largest = min(max(number.size, magnitude(number.value)), HUGE)
    return difference <= max(largest - agreement, negligible)


class Program:
    """Several expressions in the same symbols, with their common parts computed once.

    Several forms of one number may stand in the place of an expression: the one that cancels least is given. `terms`
    are those of which the largest is the size of an output, by its index, where the expressions do not show them.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> (number,), _ = Program([x - sp.exp(x)], [x]).run([0.0], bits=170)
    >>> libmp.to_float(number.value)
    -1.0
    """

    def __init__(
        self,
        expressions: Sequence[sp.Expr | Sequence[sp.Expr]],
        symbols: Sequence[sp.Symbol],
        terms: Mapping[int, Sequence[sp.Expr]] = MappingProxyType({}),
    ) -> None:
        self._operations: list[Operation] = []
        self._places: dict[sp.Basic, int] = {}
        self._symbols = [self._place(symbol, _no_value) for symbol in symbols]
        forms = [entry if isinstance(entry, list | tuple) else [entry] for entry in expressions]
        self._outputs = [[self._node(sp.sympify(entry)) for entry in equal] for equal in forms]
        self._terms = {index: [self._node(sp.sympify(term)) for term in given] for index, given in terms.items()}

    def run(self, point: Sequence[float], bits: int, negligible: float = SURE) -> tuple[list[Number], float]:
        """Give the expressions at a point, and the largest power of the point's own that they contain."""
        run = Run(self._operations, len(self._operations), bits)
        for place, entry in zip(self._symbols, point, strict=True):
            run.cells[place] = unless_rounded(libmp.from_float(float(entry)))
        numbers = [run.best(places, negligible) for places in self._outputs]
        for index, places in self._terms.items():
            number = numbers[index]
            size = max(magnitude(number.value), *(magnitude(run[place].value) for place in places))
            if number.size - bits > max(size - MARGIN / 2.0, negligible):
                raise UnsureError  # what cancelled in the expression reaches into the digits that count here
            numbers[index] = number._replace(size=size)
        return numbers, run.exponent

    def settled(
        self, point: Sequence[float], agreement: int = 80, negligible: float = NEGLIGIBLE
    ) -> tuple[list[Number], float]:
        """Run with more and more bits, from 50 digits, until the expressions change no more.

        Parameters
        ----------
        agreement : bits of its largest term that each must agree in.
        negligible : log2 of what counts as 0.

        Raises
        ------
        ArithmeticError
            Where the last precision does not tell either.
        """
        runs: list[tuple[list[Number], float]] = []
        for bits in BITS:
            try:
                runs.append(self.run(point, bits, negligible))
            except UnsureError:
                continue
            numbers, before = runs[-1][0], runs[-2][0] if len(runs) > 1 else []
            if before and all(_agree(*pair, agreement, negligible) for pair in zip(numbers, before, strict=True)):
                return runs[-1]
        if len(runs) == 1:
            return runs[0]  # the last precision alone was high enough to tell every number from 0
        raise ArithmeticError(f"{BITS[-1]} bits do not tell the number at {list(point)}")

    def _place(self, expression: sp.Basic, operation: Operation) -> int:
        self._operations.append(operation)
        self._places[expression] = len(self._operations) - 1
        return len(self._operations) - 1

    def _node(self, expression: Any) -> int:
        known = self._places.get(expression)
        return self._place(expression, self._operation(expression)) if known is None else known

    def _operation(self, expression: Any) -> Operation:
        if isinstance(expression, sp.Piecewise):
            return self._choice(expression)
        if expression.is_number and not expression.args:
            return constant(expression)
        places = [self._node(entry) for entry in expression.args]
        if isinstance(expression, sp.Pow):
            return power_of(*places, own=bool(expression.exp.free_symbols))
        return OPERATIONS[expression.func](places) if expression.func in OPERATIONS else other(expression, places)

    def _choice(self, expression: sp.Piecewise) -> Operation:
        branches = [(self._condition(condition), self._node(branch)) for branch, condition in expression.args]

        def choose(run: Run) -> Number:
            for condition, branch in branches:
                if condition(run):
                    return run[branch]
            if run.bits < BITS[-1]:
                raise UnsureError  # a rounded number stands in a condition
            raise ValueError("the point lies in no branch")

        return choose

    def _condition(self, condition: Any) -> Condition:
        if condition in {sp.true, sp.false}:
            return lambda _: bool(condition)
        if isinstance(condition, sp.And | sp.Or):
            parts, every = [self._condition(part) for part in condition.args], isinstance(condition, sp.And)
            return lambda run: (all if every else any)(part(run) for part in parts)
        if isinstance(condition, sp.ITE):
            test, yes, no = (self._condition(part) for part in condition.args)
            return lambda run: yes(run) if test(run) else no(run)
        if isinstance(condition, sp.Not):
            negated = self._condition(condition.args[0])
            return lambda run: not negated(run)
        compare = _COMPARISONS[condition.func]
        left, right = self._node(condition.lhs), self._node(condition.rhs)
        return lambda run: bool(compare(run[left].value, run[right].value))


def _no_value(_: Run) -> Number:
    raise ValueError("a symbol has no value")


_COMPARISONS = {
    sp.StrictLessThan: libmp.mpf_lt,
    sp.LessThan: libmp.mpf_le,
    sp.StrictGreaterThan: libmp.mpf_gt,
    sp.GreaterThan: libmp.mpf_ge,
    sp.Equality: libmp.mpf_eq,
    sp.Unequality: lambda a, b: not libmp.mpf_eq(a, b),
}
