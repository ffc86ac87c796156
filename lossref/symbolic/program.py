"""Expressions as programs of arbitrary precision, which also know the largest term of what they compute.

A node gives a number x with three facts about it. `size`, the base-2 logarithm of its largest term: that of |x| where
nothing cancels, more where x is a sum whose terms cancel, or is made of such a sum. `exact`, whether float64 computes
it without any rounding (labels, and sums and products of few bits). `doubt`, for a 0 that may be a small number at a
higher precision (log(1 + e^−1000) at 50 digits), the base-2 logarithm of what it may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import mpmath
import sympy as sp
from mpmath import libmp
from sympy.functions.special.delta_functions import DiracDelta

_SURE = -math.inf
_FAR = 1e5  # beyond it e^x is 0 or infinite to float64, and needs no more digits than _FAR_BITS
_FAR_BITS = 256
_FLOAT_BITS = 53
_BITS = (170, 256, 512, 1250, 2500)
_NEGLIGIBLE = -1150.0  # log2 of what is far below the smallest number of float64
_MARGIN = 200.0  # bits by which a sum exceeds what does not matter to it

Raw = Any  # mpmath's own (sign, mantissa, exponent, bits)


class Number(NamedTuple):
    """Value of a node with what is known about it."""

    value: Raw
    size: float
    exact: bool
    doubt: float = _SURE


class UnsureError(ArithmeticError):
    """The result depends on whether a number is 0, which takes a higher precision to tell."""


def magnitude(value: Raw) -> float:
    """log2 |value|, −inf for 0."""
    _, mantissa, exponent, bits = value
    if not mantissa:
        return -math.inf if value == libmp.fzero else math.inf
    shift = max(bits - 64, 0)
    return float(exponent + shift) + math.log2(mantissa >> shift)


def _rounded(value: Raw) -> Number:
    return Number(value, magnitude(value), False)


def _unless_rounded(value: Raw) -> Number:
    return Number(value, magnitude(value), value[3] <= _FLOAT_BITS)


def _agree(number: Number, other: Number, agreement: int, negligible: float) -> bool:
    if number.value == other.value:
        return True
    difference = magnitude(libmp.mpf_sub(number.value, other.value))
    return difference <= max(max(number.size, magnitude(number.value)) - agreement, negligible)


ZERO = Number(libmp.fzero, -math.inf, True)
INFINITY = Number(libmp.finf, math.inf, False)
UNDEFINED = Number(libmp.fnan, math.inf, False)  # the second derivative at a kink


def _is_sure_zero(number: Number) -> bool:
    return number.value == libmp.fzero and number.size == -math.inf and number.doubt == _SURE


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
            if number.doubt <= negligible and (best is None or number.size < best.size):
                best = number
        if best is None:
            raise UnsureError
        return best

    def sure(self, index: int) -> Number:
        """Give a number of which it matters whether it is 0."""
        number = self[index]
        return number if number.doubt == _SURE else self.settle(number)

    def settle(self, number: Number) -> Number:
        """Call for a higher precision; at the last, what looks like 0 is 0."""
        if self.bits < _BITS[-1]:
            raise UnsureError
        return number._replace(doubt=_SURE)


Operation = Callable[[Run], Number]
Condition = Callable[[Run], bool]


class Program:
    """Several expressions in the same symbols, with their common parts computed once.

    Several forms of one number may stand in the place of an expression: the one that cancels least is given.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> (number,), _ = Program([x - sp.exp(x)], [x]).run([0.0], bits=170)
    >>> mpmath.mpf(number.value)
    mpf('-1.0')
    """

    def __init__(self, expressions: Sequence[sp.Expr | Sequence[sp.Expr]], symbols: Sequence[sp.Symbol]) -> None:
        self._operations: list[Operation] = []
        self._places: dict[sp.Basic, int] = {}
        self._symbols = [self._place(symbol, _no_value) for symbol in symbols]
        forms = [entry if isinstance(entry, list | tuple) else [entry] for entry in expressions]
        self._outputs = [[self._node(sp.sympify(entry)) for entry in equal] for equal in forms]

    def run(self, point: Sequence[float], bits: int, negligible: float = _SURE) -> tuple[list[Number], float]:
        """Give the expressions at a point, and the largest power of the point's own that they contain."""
        run = Run(self._operations, len(self._operations), bits)
        for place, entry in zip(self._symbols, point, strict=True):
            run.cells[place] = _unless_rounded(libmp.from_float(float(entry)))
        return [run.best(places, negligible) for places in self._outputs], run.exponent

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
        whole = _unless_rounded(libmp.from_int(int(expression)))
        return lambda _: whole
    if isinstance(expression, sp.Rational):
        return lambda run: _unless_rounded(libmp.from_rational(int(expression.p), int(expression.q), run.bits))
    return lambda run: _rounded(expression._to_mpmath(run.bits)._mpf_)  # noqa: SLF001 - π, e: sympy's own conversion


def _sum(places: list[int]) -> Operation:
    def add(run: Run) -> Number:
        terms = [run[place] for place in places]
        exact = all(term.exact for term in terms)
        bits = 0 if exact else run.bits  # 0 bits: without rounding
        total = terms[0].value
        for term in terms[1:]:
            total = libmp.mpf_add(total, term.value, bits, "n")
        if exact and (total[3] <= _FLOAT_BITS or len(terms) == 2):
            return _unless_rounded(total)
        own, doubt = magnitude(total), max(term.doubt for term in terms)
        number = Number(total, max(own, *(term.size for term in terms)), False)
        if doubt == _SURE or own >= doubt + _MARGIN:
            return number
        return number._replace(doubt=doubt) if total == libmp.fzero else run.settle(number)

    return add


def _product(places: list[int]) -> Operation:
    def multiply(run: Run) -> Number:
        factors = [run[place] for place in places]
        if any(_is_sure_zero(factor) for factor in factors):
            return ZERO  # 0 · log 0 too: the limit of x · log x
        exact = all(factor.exact for factor in factors)
        product = factors[0].value
        for factor in factors[1:]:
            product = libmp.mpf_mul(product, factor.value, 0 if exact else run.bits, "n")
        if exact:
            return _unless_rounded(product)
        if product == libmp.fnan:
            return run.settle(ZERO)
        if product == libmp.fzero:
            size, doubt = (sum(max(f[i], magnitude(f.value)) for f in factors) for i in (1, 3))
            return Number(product, size, False, doubt)
        cancelled = max(_cancelled(factor) for factor in factors)
        return Number(product, magnitude(product) + cancelled, False)

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
            return _unless_rounded(libmp.mpf_mul(x.value, x.value))
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
        side = zero if x.value == libmp.fzero else below if x.value[0] or x.value == libmp.fninf else above
        return _constant(side)(run)

    return sign


def _extreme(*, largest: bool) -> Callable[[list[int]], Operation]:
    def choose(places: list[int]) -> Operation:
        def extreme(run: Run) -> Number:
            best = run[places[0]]
            for place in places[1:]:
                other = run[place]
                if libmp.mpf_gt(other.value, best.value) == largest:
                    best = other
            return best

        return extreme

    return choose


def _delta(places: list[int]) -> Operation:
    return lambda run: UNDEFINED if run.sure(places[0]).value == libmp.fzero else ZERO


def _other(expression: sp.Expr, places: list[int]) -> Operation:
    """Any other function: as mpmath has it."""
    arguments = sp.symbols(f"x:{len(places)}")
    function = sp.lambdify(arguments, expression.func(*arguments), modules="mpmath")

    def call(run: Run) -> Number:
        numbers = [run[place] for place in places]
        with mpmath.workprec(run.bits):
            value = mpmath.mpf(function(*(mpmath.mp.make_mpf(number.value) for number in numbers)))
        if value == 0 and not all(_is_sure_zero(number) for number in numbers):
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
    DiracDelta: _delta,
}
_COMPARISONS = {
    sp.StrictLessThan: libmp.mpf_lt,
    sp.LessThan: libmp.mpf_le,
    sp.StrictGreaterThan: libmp.mpf_gt,
    sp.GreaterThan: libmp.mpf_ge,
    sp.Equality: libmp.mpf_eq,
    sp.Unequality: lambda a, b: not libmp.mpf_eq(a, b),
}
