"""What the nodes of a program do, at any precision, with the largest term of what they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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

BITS = (170, 256, 512, 1250, 2500)
_FAR = 40.0  # log2 of numbers whose exponential mpmath takes long over, at many bits
_TWO = 2  # numbers whose sum is rounded once
HUGE, NEGLIGIBLE = 1024.0, -1150.0  # log2 of what is beyond float64, and of what is far below its smallest number
MARGIN = 200.0  # bits by which a sum exceeds what does not matter to it


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
            cancelled_all = HUGE - MARGIN / 2.0 < lost < math.inf and magnitude(number.value) < lost + self.bits / 2.0
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
        if self.bits < BITS[-1]:
            raise UnsureError
        return number._replace(doubt=SURE)


Operation = Callable[[Run], Number]


def constant(expression: sp.Expr) -> Operation:
    if isinstance(expression, sp.Integer):
        whole = unless_rounded(libmp.from_int(int(expression)))
        return lambda _: whole
    if isinstance(expression, sp.Rational):
        return lambda run: unless_rounded(libmp.from_rational(int(expression.p), int(expression.q), run.bits))
    return lambda run: rounded(expression._to_mpmath(run.bits)._mpf_)  # noqa: SLF001 - π, e: sympy's own conversion


def _sum(places: list[int]) -> Operation:
    first, others = places[0], places[1:]

    def add(run: Run) -> Number:
        total, size, exact, doubt = run[first]
        for place in others:
            term = run[place]
            # The exact sum of exact terms tells whether float64 holds it too.
            exact = exact and term.exact
            total = libmp.mpf_add(total, term.value, 0 if exact else run.bits, "n")
            size = max(size, term.size)
            doubt = max(doubt, term.doubt)
        if exact and len(places) == _TWO:
            return unless_rounded(total)
        if total == libmp.fnan:
            return UNDEFINED
        own = magnitude(total)
        number = Number(total, max(own, size), False)
        if doubt == SURE or own >= doubt + MARGIN:
            return number
        return number._replace(doubt=doubt) if total == libmp.fzero else run.settle(number)

    return add


def _product(places: list[int]) -> Operation:
    def multiply(run: Run) -> Number:
        product, exact, cancelled = libmp.fone, True, 0.0
        for place in places:
            factor = run[place]
            value, size = factor.value, factor.size
            if not value[1]:
                return _special_product(run, [run[each] for each in places])
            exact = exact and factor.exact
            product = libmp.mpf_mul(product, value, 0 if exact else run.bits, "n")
            cancelled = max(cancelled, size - (value[2] + value[3] - 1))
        return unless_rounded(product) if exact else Number(product, magnitude(product) + cancelled, False)

    return multiply


def _special_product(run: Run, factors: list[Number]) -> Number:
    """Multiply numbers of which some are 0, infinite or undefined."""
    if any(is_sure_zero(factor) for factor in factors):
        return LIMIT if any(factor.size == math.inf for factor in factors) else ZERO
    product = libmp.fone
    for factor in factors:
        product = libmp.mpf_mul(product, factor.value, run.bits, "n")
    if product == libmp.fnan:
        return UNDEFINED if all(factor.doubt == SURE for factor in factors) else run.settle(UNDEFINED)
    if product != libmp.fzero:
        return INFINITY._replace(value=product)
    size, doubt = (sum(max(factor[i], magnitude(factor.value)) for factor in factors) for i in (1, 3))
    return Number(product, size, False, doubt)


def _cancelled(number: Number) -> float:
    """Bits by which the largest term exceeds the number itself."""
    return max(number.size - magnitude(number.value), 0.0) if number.value[1] else 0.0


def _with_condition(value: Raw, of: Number, condition: float) -> Number:
    """Value of a function whose relative error is `condition` times that of its argument, where terms cancel there."""
    excess = condition * (math.exp2(min(_cancelled(of), 1000.0)) - 1.0)
    return Number(value, magnitude(value) + math.log2(1.0 + excess), False)


def power_of(base: int, exponent: int, *, own: bool) -> Operation:
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


def _exp(x: Raw, bits: int) -> Raw:
    """e^x; of a large x as 2^n e^r with x = n log 2 + r, which takes the digits of log 2 once."""
    if not x[1] or magnitude(x) < _FAR:
        return libmp.mpf_exp(x, bits, "n")
    working = bits + int(magnitude(x)) + 20
    count, rest = divmod(libmp.to_fixed(x, working), libmp.libelefun.ln2_fixed(working))
    return libmp.mpf_shift(libmp.mpf_exp(libmp.from_man_exp(rest, -working), bits, "n"), int(count))


def _exponential(places: list[int]) -> Operation:
    def exponential(run: Run) -> Number:
        x = run[places[0]]
        condition = math.exp2(min(magnitude(x.value) + 1.0, 1000.0))
        return _with_condition(_exp(x.value, run.bits), x, condition)

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
            return constant(below if x.value[0] else above)(run)._replace(size=FLOAT_BITS, exact=False)
        side = zero if x.value == libmp.fzero else below if x.value[0] or x.value == libmp.fninf else above
        return constant(side)(run)

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


def other(expression: sp.Expr, places: list[int]) -> Operation:
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


OPERATIONS: dict[Any, Callable[[list[int]], Operation]] = {
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
