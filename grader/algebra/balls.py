"""Values of grounded trees at exact points: exact where they are rational, else balls that contain the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpz

from grader.algebra.ground import compare
from grader.algebra.tree import Node

MAX_EXACT_BITS = 20_000
MAX_BALL_EXPONENT_BITS = 4000
MAX_DEGREE = 1000
Ball = Any


class NoValue(Exception):  # noqa: N818 - a fact about the point
    """The expression is certainly undefined at this point."""


class Unclear(Exception):  # noqa: N818
    """At this precision nothing certain can be said at this point."""


def evaluate(node: Node, point: Mapping[str, fmpq], bits: int) -> Ball:
    """Give a number or a ball that certainly contains the value; raises NoValue or Unclear."""
    return Evaluation(point, bits).value(node)


def sign_of(value: Ball) -> int:
    """Give the sign; raises Unclear where the ball straddles zero."""
    if isinstance(value, fmpq):
        return (value > 0) - (value < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    raise Unclear


def to_ball(value: Ball) -> arb:
    return arb(value) if isinstance(value, fmpq) else value


def finite(value: Ball) -> Ball:
    """Give a value that can be worked with: a ball where an exact number has become too long."""
    if isinstance(value, fmpq):
        return value if value.height_bits() <= MAX_EXACT_BITS else arb(value)
    if not value.is_finite():
        raise Unclear
    return value


class Evaluation:
    """Values at one point; what trees share is computed once.

    Flint has one precision for all: the values of one object are asked for before the next is made.
    """

    def __init__(self, point: Mapping[str, fmpq], bits: int) -> None:
        ctx.prec = bits
        self.point = point
        self.known: dict[int, Ball] = {}

    def value(self, node: Node) -> Ball:
        tag = node[0]
        if tag == "num":
            return fmpq(node[1].numerator, node[1].denominator)
        if tag == "var":
            return self.point[node[1]]
        key = id(node)
        if key not in self.known:
            self.known[key] = finite(self._compute(tag, node))
        return self.known[key]

    def _compute(self, tag: str, node: Node) -> Ball:
        if tag == "const":
            return arb.pi() if node[1] == "pi" else arb(1).exp()
        if tag == "neg":
            return -self.value(node[1])
        if tag == "call":
            return self._call(node[1], node[2])
        _, symbol, left, right = node
        a, b = self.value(left), self.value(right)
        if symbol == "+":
            return a + b
        if symbol == "-":
            return a - b
        if symbol == "*":
            return a * b
        return divide(a, b) if symbol == "/" else power(a, b)

    def holds(self, condition: Node) -> bool:
        _, symbol, left, right = condition
        if symbol in {"and", "or"}:
            return self._joined(symbol, left, right)
        return compare(symbol, sign_of(self.value(left) - self.value(right)))

    def _joined(self, symbol: str, left: Node, right: Node) -> bool:
        first = self.holds(left)
        if first is (symbol == "or"):
            return first
        return self.holds(right)

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Ball:
        if name == "if":
            return self.value(arguments[1 if self.holds(arguments[0]) else 2])
        values = [self.value(argument) for argument in arguments]
        if name == "max":
            return extreme(values, largest=True)
        if name == "min":
            return extreme(values, largest=False)
        if name == "root":
            return root(values[0], values[1])
        if name == "log" and len(values) == 2:
            return divide(log(values[0]), log(values[1]))
        return FUNCTIONS[name](values[0])


def divide(a: Ball, b: Ball) -> Ball:
    if sign_of(b) == 0:
        raise NoValue
    return a / b


def extreme(values: list[Ball], *, largest: bool) -> Ball:
    if all(isinstance(value, fmpq) for value in values):
        return max(values) if largest else min(values)
    best = to_ball(values[0])
    for value in values[1:]:
        best = best.max(to_ball(value)) if largest else best.min(to_ball(value))
    return best


def log(a: Ball) -> Ball:
    if sign_of(a) <= 0:
        raise NoValue
    return to_ball(a).log()


def sqrt(a: Ball) -> Ball:
    sign = sign_of(a)
    if sign < 0:
        raise NoValue
    return fmpq(0) if sign == 0 else to_ball(a).sqrt()


def root(a: Ball, degree: Ball) -> Ball:
    if not isinstance(degree, fmpq) or degree.q != 1 or not 1 <= degree.p <= MAX_DEGREE:
        raise Unclear
    sign = sign_of(a)
    if sign == 0:
        return fmpq(0)
    if sign < 0 and degree.p % 2 == 0:
        raise NoValue
    size = to_ball(a if sign > 0 else -a).root(int(degree.p))
    return size if sign > 0 else -size


def power(a: Ball, b: Ball) -> Ball:
    """Give a^b: of a negative base only for whole exponents, 0^0 = 1."""
    if isinstance(b, fmpq) and b.q == 1:
        return whole_power(a, b.p)
    sign = sign_of(a)
    if sign == 0:
        if sign_of(b) <= 0:
            raise NoValue
        return fmpq(0)
    if sign < 0:
        if isinstance(b, fmpq):
            raise NoValue
        raise Unclear
    return (to_ball(a).log() * b).exp()


def whole_power(a: Ball, exponent: fmpz) -> Ball:
    if exponent < 0 and sign_of(a) == 0:
        raise NoValue
    if isinstance(a, fmpq):
        size = max(int(a.p).bit_length(), int(a.q).bit_length())
        if abs(int(exponent)) * size <= MAX_EXACT_BITS:
            return a ** int(exponent)
    if int(exponent).bit_length() > MAX_BALL_EXPONENT_BITS:
        raise Unclear
    return to_ball(a) ** exponent


def _within(check: Callable[[Ball], bool], function: Callable[[arb], arb]) -> Callable[[Ball], Ball]:
    """Guard a function by its domain: outside it there is no value, and at its edge nothing is certain."""

    def guarded(a: Ball) -> Ball:
        if not check(a):
            raise NoValue
        return function(to_ball(a))

    return guarded


def _unit(a: Ball) -> bool:
    return sign_of(1 - a * a) >= 0


def _reciprocal(function: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    return lambda a: divide(fmpq(1), function(a))


def _of_reciprocal(function: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    return lambda a: function(divide(fmpq(1), a))


def _plain(function: Callable[[arb], arb]) -> Callable[[Ball], Ball]:
    return lambda a: function(to_ball(a))


_asin = _within(_unit, arb.asin)
_acos = _within(_unit, arb.acos)
_acosh = _within(lambda a: sign_of(a - 1) >= 0, arb.acosh)
_atanh = _within(lambda a: sign_of(1 - a * a) > 0, arb.atanh)

FUNCTIONS: Mapping[str, Callable[[Ball], Ball]] = {
    "exp": lambda a: fmpq(1) if isinstance(a, fmpq) and a == 0 else to_ball(a).exp(),
    "log": log,
    "sqrt": sqrt,
    "abs": abs,
    "sign": lambda a: fmpq(sign_of(a)),
    "sigma": lambda a: 1 / (1 + (-to_ball(a)).exp()),
    "softplus": lambda a: to_ball(a).exp().log1p(),
    "relu": lambda a: extreme([a, fmpq(0)], largest=True),
    "log1p": lambda a: log(1 + a),
    "expm1": _plain(arb.expm1),
    "erf": _plain(arb.erf),
    "cosh": _plain(arb.cosh),
    "sinh": _plain(arb.sinh),
    "tanh": _plain(arb.tanh),
    "coth": lambda a: divide(fmpq(1), to_ball(a).tanh()),
    "sech": _plain(arb.sech),
    "csch": _reciprocal(_plain(arb.sinh)),
    "cos": _plain(arb.cos),
    "sin": _plain(arb.sin),
    "tan": _plain(arb.tan),
    "cot": lambda a: divide(to_ball(a).cos(), to_ball(a).sin()),
    "sec": _reciprocal(_plain(arb.cos)),
    "csc": _reciprocal(_plain(arb.sin)),
    "asin": _asin,
    "acos": _acos,
    "atan": _plain(arb.atan),
    "asec": _of_reciprocal(_acos),
    "acsc": _of_reciprocal(_asin),
    "acot": _of_reciprocal(_plain(arb.atan)),
    "asinh": _plain(arb.asinh),
    "acosh": _acosh,
    "atanh": _atanh,
    "asech": _of_reciprocal(_acosh),
    "acsch": _of_reciprocal(_plain(arb.asinh)),
    "acoth": _of_reciprocal(_atanh),
}


def as_fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
