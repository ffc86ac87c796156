"""Expressions as programs of arbitrary precision, which also know the largest term of what they compute."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import mpmath
import sympy as sp
from mpmath import libmp
from sympy.functions.special.delta_functions import DiracDelta

from lossref.symbolic.number import (
    FLOAT_BITS,
    INFINITY,
    LIMIT,
    SURE,
    UNDEFINED,
    ZERO,
    Number,
    Raw,
    UnsureError,
    is_sure_zero,
    magnitude,
    rounded,
    unless_rounded,
)

_FAR = 1e5  # beyond it e^x is 0 or infinite to float64, and needs no more digits than _FAR_BITS
_FAR_BITS = 256
_BITS = (170, 256, 512, 1250, 2500)
_HUGE, _NEGLIGIBLE = 1024.0, -1150.0  # log2 of what is beyond float64, and of what is far below its smallest number
_MARGIN = 200.0  # bits by which a sum exceeds what does not matter to it


def _agree(number: Number, other: Number, agreement: int, negligible: float) -> bool:
    if number.value == other.value:
        return True
    if min(magnitude(number.value), magnitude(other.value)) > _HUGE:
        return bool(number.value[0] == other.value[0])  # to float64 both are the same infinity
    difference = magnitude(libmp.mpf_sub(number.value, other.value, _BITS[0], "n"))
    largest = min(max(number.size, magnitude(number.value)), _HUGE)
    return difference <= max(largest - agreement, negligible)


class Run:
    """Cells of one evaluation: each node is computed when it is asked for, and once."""

    __slots__ = ("bits", "cells", "exponent", "operations")

    def __init__(self, operations: list[Operation], count: int, bits: int) -> None:
        self.operations, self.bits = operations, bits
        self.cells: list[Number | None] = [None] * count
        self.exponent = 0.0  # largest |γ| that something was raised to, γ a hyper-parameter

    def __getitem__(self, index: int) -> Number:
        number = self.cells[index]
        if number is None:
            number = self.cells[index] = self.operations[index](self)
        return number

    def best(self, indices: Sequence[int], negligible: float) -> Number:
        """Of several forms of one number the one that cancels least."""
        best = None
        for index in indices:
            try:
                number = self[index]
            except UnsureError:
                continue
            lost = number.size - self.bits
            cancelled_all = _HUGE - _MARGIN / 2.0 < lost < math.inf and magnitude(number.value) < lost + self.bits / 2.0
            if cancelled_all or (best is not None and number == LIMIT):
                continue
            if number.doubt <= negligible and (best is None or number.size < best.size):
                best = number
        if best is None:
            raise UnsureError
        return best

    def sure(self, index: int) -> Number:
        """Give a number of which it matters whether it is 0."""
        number = self[index]
        return number if number.doubt == SURE else self.settle(number)

    def settle(self, number: Number) -> Number:
        """Call for a higher precision; at the last, what looks like 0 is 0."""
        if self.bits < _BITS[-1]:
            raise UnsureError
        return number._replace(doubt=SURE)


Operation = Callable[[Run], Number]
Condition = Callable[[Run], bool]


class Program:
    """Several expressions in the same symbols, with their common parts computed once.

    Several forms of one number may stand in the place of an expression: the one that cancels least is given. `terms`
    are those of which the largest is the size of an output, by its index, where the expressions do not show them.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> (number,), _ = Program([x - sp.exp(x)], [x]).run([0.0], bits=170)
    >>> mpmath.mpf(number.value)
    mpf('-1.0')
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
            if number.size - bits > max(size - _MARGIN / 2.0, negligible):
                raise UnsureError  # what cancelled in the expression reaches into the digits that count here
            numbers[index] = number._replace(size=size)
        return numbers, run.exponent

    def settled(
        self, point: Sequence[float], agreement: int = 80, negligible: float = _NEGLIGIBLE
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
        for bits in _BITS:
            try:
                runs.append(self.run(point, bits, negligible))
            except UnsureError:
                continue
            numbers, before = runs[-1][0], runs[-2][0] if len(runs) > 1 else []
            if before and all(_agree(*pair, agreement, negligible) for pair in zip(numbers, before, strict=True)):
                return runs[-1]
        if len(runs) == 1:
            return runs[0]  # the last precision alone was high enough to tell every number from 0
        raise ArithmeticError(f"{_BITS[-1]} bits do not tell the number at {list(point)}")

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
            return _constant(expression)
        places = [self._node(entry) for entry in expression.args]
        if isinstance(expression, sp.Pow):
            return _power(*places, own=bool(expression.exp.free_symbols))
        return _OPERATIONS[expression.func](places) if expression.func in _OPERATIONS else _other(expression, places)

    def _choice(self, expression: sp.Piecewise) -> Operation:
        branches = [(self._condition(condition), self._node(branch)) for branch, condition in expression.args]

        def choose(run: Run) -> Number:
            for condition, branch in branches:
                if condition(run):
                    return run[branch]
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


def _constant(expression: sp.Expr) -> Operation:
    if isinstance(expression, sp.Integer):
        whole = unless_rounded(libmp.from_int(int(expression)))
        return lambda _: whole
    if isinstance(expression, sp.Rational):
        return lambda run: unless_rounded(libmp.from_rational(int(expression.p), int(expression.q), run.bits))
    return lambda run: rounded(expression._to_mpmath(run.bits)._mpf_)  # noqa: SLF001 - π, e: sympy's own conversion


def _sum(places: list[int]) -> Operation:
    def add(run: Run) -> Number:
        terms = [run[place] for place in places]
        exact = all(term.exact for term in terms)
        bits = 0 if exact else run.bits  # 0 bits: without rounding
        total = terms[0].value
        for term in terms[1:]:
            total = libmp.mpf_add(total, term.value, bits, "n")
        if exact and (total[3] <= FLOAT_BITS or len(terms) == 2):
            return unless_rounded(total)
        if total == libmp.fnan:
            return UNDEFINED
        own, doubt = magnitude(total), max(term.doubt for term in terms)
        number = Number(total, max(own, *(term.size for term in terms)), False)
        if doubt == SURE or own >= doubt + _MARGIN:
            return number
        return number._replace(doubt=doubt) if total == libmp.fzero else run.settle(number)

    return add


def _product(places: list[int]) -> Operation:
    def multiply(run: Run) -> Number:
        factors = [run[place] for place in places]
        if any(is_sure_zero(factor) for factor in factors):
            return LIMIT if any(factor.size == math.inf for factor in factors) else ZERO
        exact = all(factor.exact for factor in factors)
        product = factors[0].value
        for factor in factors[1:]:
            product = libmp.mpf_mul(product, factor.value, 0 if exact else run.bits, "n")
        if exact:
            return unless_rounded(product)
        if product == libmp.fnan:
            return UNDEFINED if all(factor.doubt == SURE for factor in factors) else run.settle(UNDEFINED)
        if product == libmp.fzero:
            size, doubt = (sum(max(f[i], magnitude(f.value)) for f in factors) for i in (1, 3))
            return Number(product, size, False, doubt)
        return Number(product, magnitude(product) + max(_cancelled(factor) for factor in factors), False)

    return multiply


def _cancelled(number: Number) -> float:
    """Bits by which the largest term exceeds the number itself."""
    return max(number.size - magnitude(number.value), 0.0) if number.value[1] else 0.0


def _with_condition(value: Raw, of: Number, condition: float) -> Number:
    """Value of a function whose relative error is `condition` times that of its argument, where terms cancel there."""
    excess = condition * (math.exp2(min(_cancelled(of), 1000.0)) - 1.0)
    return Number(value, magnitude(value) + math.log2(1.0 + excess), False)


def _power(base: int, exponent: int, *, own: bool) -> Operation:
    def power(run: Run) -> Number:
        x, n = run.sure(base), run[exponent]
        if own:
            run.exponent = max(run.exponent, abs(libmp.to_float(n.value)))
        if n.value == libmp.fzero or x.value == libmp.fone:
            return Number(libmp.fone, 0.0, True)
        if x.value == libmp.fzero:
            return INFINITY if n.value[0] else ZERO
        if libmp.to_int(n.value) == 2 and n.value[2] >= 0 and x.exact:
            return unless_rounded(libmp.mpf_mul(x.value, x.value))
        return _with_condition(libmp.mpf_pow(x.value, n.value, run.bits, "n"), x, abs(libmp.to_float(n.value)))

    return power


def _exponential(places: list[int]) -> Operation:
    def exponential(run: Run) -> Number:
        x = run[places[0]]
        size = libmp.to_float(x.value) if magnitude(x.value) < 1000.0 else _FAR
        bits = min(run.bits, _FAR_BITS) if abs(size) >= _FAR else run.bits
        return _with_condition(libmp.mpf_exp(x.value, bits, "n"), x, abs(size))

    return exponential


def _logarithm(places: list[int]) -> Operation:
    def logarithm(run: Run) -> Number:
        x = run.sure(places[0])
        if x.value == libmp.fzero:
            return Number(libmp.fninf, math.inf, False)
        value = libmp.mpf_log(x.value, run.bits, "n")
        if value == libmp.fzero:
            return ZERO if x.exact else Number(value, x.size if x.size > 0.0 else -math.inf, False, 2.0 - run.bits)
        return _with_condition(value, x, math.exp2(min(-magnitude(value), 1000.0)))

    return logarithm


def _absolute(places: list[int]) -> Operation:
    def absolute(run: Run) -> Number:
        x = run[places[0]]
        return x._replace(value=libmp.mpf_abs(x.value))

    return absolute


def _sign(places: list[int], at: tuple[int, int, int] = (-1, 0, 1)) -> Operation:
    below, zero, above = (sp.Rational(entry) for entry in at)

    def sign(run: Run) -> Number:
        x = run.sure(places[0])
        if not is_sure_zero(x) and x.size - magnitude(x.value) > FLOAT_BITS - 4:
            # To float64 the side is a matter of rounding.
            return _constant(below if x.value[0] else above)(run)._replace(size=FLOAT_BITS, exact=False)
        side = zero if x.value == libmp.fzero else below if x.value[0] or x.value == libmp.fninf else above
        return _constant(side)(run)

    return sign


def _extreme(*, largest: bool) -> Callable[[list[int]], Operation]:
    def choose(places: list[int]) -> Operation:
        def extreme(run: Run) -> Number:
            best = run[places[0]]
            for place in places[1:]:
                other = run[place]
                best, least = (other, best) if libmp.mpf_gt(other.value, best.value) == largest else (best, other)
                apart = magnitude(libmp.mpf_sub(best.value, least.value, run.bits))
                if apart < max(best.size, least.size) - (FLOAT_BITS - 4):  # either, to float64
                    best = best._replace(size=max(best.size, least.size), exact=False)
            return best

        return extreme

    return choose


def _other(expression: sp.Expr, places: list[int]) -> Operation:
    """Any other function: as mpmath has it."""
    arguments = sp.symbols(f"x:{len(places)}")
    function = sp.lambdify(arguments, expression.func(*arguments), modules="mpmath")

    def call(run: Run) -> Number:
        numbers = [run[place] for place in places]
        with mpmath.workprec(run.bits):
            value = mpmath.mpf(function(*(mpmath.mp.make_mpf(number.value) for number in numbers)))
        if value == 0 and not all(is_sure_zero(number) for number in numbers):
            return Number(value._mpf_, -math.inf, False, 2.0 - run.bits)
        worst = max(numbers, key=_cancelled)
        return _with_condition(value._mpf_, worst, 1.0)

    return call


_OPERATIONS: dict[Any, Callable[[list[int]], Operation]] = {
    sp.Add: _sum,
    sp.Mul: _product,
    sp.exp: _exponential,
    sp.log: _logarithm,
    sp.Abs: _absolute,
    sp.sign: _sign,
    sp.Heaviside: lambda places: _sign(places[:1], (0, sp.Rational(1, 2), 1)),
    sp.Max: _extreme(largest=True),
    sp.Min: _extreme(largest=False),
    DiracDelta: lambda places: lambda run: UNDEFINED if run.sure(places[0]).value == libmp.fzero else ZERO,
}
_COMPARISONS = {
    sp.StrictLessThan: libmp.mpf_lt,
    sp.LessThan: libmp.mpf_le,
    sp.StrictGreaterThan: libmp.mpf_gt,
    sp.GreaterThan: libmp.mpf_ge,
    sp.Equality: libmp.mpf_eq,
    sp.Unequality: lambda a, b: not libmp.mpf_eq(a, b),
}
