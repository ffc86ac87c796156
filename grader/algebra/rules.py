"""Rules of differentiation, right ones and wrong ones that are seen: d f(u) / du of every function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from grader.algebra.tree import Node, call, number, operation

ZERO, ONE, TWO = number(0), number(1), number(2)


class NoDerivative(Exception):  # noqa: N818
    """No rule differentiates this expression."""


class Bug(NamedTuple):
    """One wrong rule: `code` as findings carry it, and the sentence that names it."""

    code: str
    name: str
    sentence: str


def add(a: Node, b: Node) -> Node:
    return b if a == ZERO else a if b == ZERO else operation("+", a, b)


def subtract(a: Node, b: Node) -> Node:
    return negate(b) if a == ZERO else a if b == ZERO else operation("-", a, b)


def multiply(a: Node, b: Node) -> Node:
    if ZERO in {a, b}:
        return ZERO
    return b if a == ONE else a if b == ONE else operation("*", a, b)


def divide(a: Node, b: Node) -> Node:
    return ZERO if a == ZERO else operation("/", a, b)


def negate(a: Node) -> Node:
    return ZERO if a == ZERO else ("neg", a)


def power(a: Node, exponent: Node) -> Node:
    return ONE if exponent == ZERO else a if exponent == ONE else operation("^", a, exponent)


def square(u: Node) -> Node:
    return power(u, TWO)


def _sqrt1(u: Node, sign: str) -> Node:
    return call("sqrt", operation(sign, ONE, square(u)))


# d f(u) / du
OUTER: Mapping[str, Callable[[Node], Node]] = {
    "exp": lambda u: call("exp", u),
    "log": lambda u: divide(ONE, u),
    "sqrt": lambda u: divide(ONE, multiply(TWO, call("sqrt", u))),
    "abs": lambda u: call("sign", u),
    "sign": lambda _: ZERO,
    "sigma": lambda u: multiply(call("sigma", u), subtract(ONE, call("sigma", u))),
    "softplus": lambda u: call("sigma", u),
    "relu": lambda u: call("ind", operation(">", u, ZERO)),
    "log1p": lambda u: divide(ONE, add(ONE, u)),
    "expm1": lambda u: call("exp", u),
    "erf": lambda u: multiply(divide(TWO, call("sqrt", ("const", "pi"))), call("exp", negate(square(u)))),
    "sin": lambda u: call("cos", u),
    "cos": lambda u: negate(call("sin", u)),
    "tan": lambda u: divide(ONE, square(call("cos", u))),
    "cot": lambda u: negate(divide(ONE, square(call("sin", u)))),
    "sec": lambda u: multiply(call("sec", u), call("tan", u)),
    "csc": lambda u: negate(multiply(call("csc", u), call("cot", u))),
    "asin": lambda u: divide(ONE, _sqrt1(u, "-")),
    "acos": lambda u: negate(divide(ONE, _sqrt1(u, "-"))),
    "atan": lambda u: divide(ONE, add(ONE, square(u))),
    "sinh": lambda u: call("cosh", u),
    "cosh": lambda u: call("sinh", u),
    "tanh": lambda u: subtract(ONE, square(call("tanh", u))),
    "sech": lambda u: negate(multiply(call("sech", u), call("tanh", u))),
    "csch": lambda u: negate(multiply(call("csch", u), call("coth", u))),
    "coth": lambda u: negate(square(call("csch", u))),
    "acot": lambda u: negate(divide(ONE, add(ONE, square(u)))),
    "asinh": lambda u: divide(ONE, _sqrt1(u, "+")),
    "acosh": lambda u: divide(ONE, call("sqrt", subtract(square(u), ONE))),
    "atanh": lambda u: divide(ONE, subtract(ONE, square(u))),
}
CHAIN = Bug("chain_rule", "inner derivative lost", "the chain rule's inner derivative is missing")
CHAIN_SIGN = Bug("chain_rule", "sign of the inner derivative", "the inner derivative has lost its sign")
TERM_KEPT = Bug("term_kept", "term not differentiated", "one term of a sum was not differentiated")
# Wrong outer derivatives that are seen: function to (bug, d f(u) / du).
WRONG_OUTER: Mapping[str, tuple[tuple[Bug, Callable[[Node], Node]], ...]] = {
    "sigma": (
        (Bug("sigma_derivative", "σ' taken as σ", "σ' was taken as σ where it is σ(1−σ)"), lambda u: call("sigma", u)),
        (
            Bug("sigma_derivative", "σ' taken as 1−σ", "σ' was taken as 1−σ where it is σ(1−σ)"),
            lambda u: subtract(ONE, call("sigma", u)),
        ),
        (
            Bug("sigma_derivative", "σ' taken as σ(1+σ)", "σ' was taken as σ(1+σ) where it is σ(1−σ)"),
            lambda u: multiply(call("sigma", u), add(ONE, call("sigma", u))),
        ),
    ),
    "log": (
        (Bug("log_derivative", "1/u of the logarithm lost", "log u was not differentiated to 1/u"), lambda _: ONE),
        (
            Bug("log_derivative", "log' taken as −1/u²", "log u was differentiated to −1/u² where it is 1/u"),
            lambda u: negate(divide(ONE, square(u))),
        ),
    ),
    "exp": (
        (
            Bug("exp_derivative", "exp taken as a power", "e^u was differentiated like a power"),
            lambda u: multiply(u, call("exp", subtract(u, ONE))),
        ),
        (Bug("exp_derivative", "exp lost", "the factor e^u is missing"), lambda _: ONE),
    ),
    "abs": ((Bug("abs_derivative", "|u|' taken as 1", "|u|' was taken as 1 where it is sign(u)"), lambda _: ONE),),
    "tanh": (
        (
            Bug("tanh_derivative", "tanh' taken as 1−tanh", "tanh' was taken as 1−tanh where it is 1−tanh²"),
            lambda u: subtract(ONE, call("tanh", u)),
        ),
    ),
}
