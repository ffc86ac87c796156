"""Numbers as people type them: `1/3`, `2e-3`, `ln(2)`, `-3^2`. A parser of its own; nothing is evaluated as code."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_LENGTH = 200
MAX_DEPTH = 30

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "ln": math.log,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": lambda x: math.exp(min(x, 0.0)) / (1.0 + math.exp(-abs(x))),
}
CONSTANTS = {"e": math.e, "pi": math.pi}
DIGITS = 50

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z]\w*)|(?P<sign>\*\*|[-+*/^()%]))"
)
_SPELLINGS = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/", "\N{EN DASH}": "-", "π": "pi", "√": "sqrt"})


class NumberError(ValueError):
    """The text is not a number; the message says where and what was expected."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers that an expression is computed in."""

    read: Callable[[str], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    constants: Mapping[str, Any]
    power: Callable[[Any, Any], Any]


_FLOATS = _Numbers(float, FUNCTIONS, CONSTANTS, math.pow)


@functools.cache
def _of_many_digits() -> _Numbers:
    import mpmath

    own = mpmath.MPContext()
    own.dps = DIGITS
    functions = {name: getattr(own, name) for name in ("log", "exp", "sqrt", "sin", "cos", "tanh", "log10")}
    functions |= {"ln": own.log, "abs": abs, "log2": lambda x: own.log(x, 2)}
    functions["sigmoid"] = lambda x: 1 / (1 + own.exp(-x))
    return _Numbers(own.mpf, functions, {"e": +own.e, "pi": +own.pi}, own.power)


def evaluate(text: str) -> float:
    """Read a number or a small expression.

    Parameters
    ----------
    text : digits, ``+ - * / ^ ( )``, ``%`` after a number, ``ln log log2 log10 exp sqrt abs``, ``e``, ``pi``.

    Raises
    ------
    NumberError : if the text is anything else, or its value is not a finite real number.

    Examples
    --------
    >>> evaluate("1/4 + 2e-3")
    0.252
    >>> evaluate("-3^2")
    -9.0
    """
    return float(_evaluated(text, _FLOATS))


def evaluate_precisely(text: str) -> float:
    """Read the same as `evaluate` does, computed with 50 digits and rounded once.

    Examples
    --------
    >>> evaluate("(1 + 1e-15) - 1"), evaluate_precisely("(1 + 1e-15) - 1")
    (1.1102230246251565e-15, 1e-15)
    """
    return float(_evaluated(text, _of_many_digits()))


def _evaluated(text: str, numbers: _Numbers) -> Any:
    if len(text) > MAX_LENGTH:
        raise NumberError(f"expected a number or a short expression (up to {MAX_LENGTH} characters), got {len(text)}")
    parser = _Parser(_tokens(text.translate(_SPELLINGS)), numbers)
    try:
        value = parser.whole()
    except (ArithmeticError, ValueError) as error:
        if isinstance(error, NumberError):
            raise
        raise NumberError(f"the expression has no finite value: {error}") from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise NumberError("the expression has no finite real value")
    return value


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.strip()
    if not text:
        raise NumberError("expected a number such as 0.25, 1/3, 2e-3 or ln(2); the answer is empty")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            comma = " (write a decimal point, not a comma)" if text[position] == "," else ""
            raise NumberError(f"{text[position]!r} at character {position + 1} is not part of a number{comma}")
        tokens.append(match.group().strip())
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], numbers: _Numbers) -> None:
        self.tokens = [*tokens, "end"]
        self.numbers = numbers
        self.place = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.place]

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise NumberError(f"expected {token!r}, got {self.tokens[self.place - 1]!r}")

    def whole(self) -> Any:
        value = self.sum()
        self.expect("end")
        return value

    def sum(self) -> Any:
        value = self.product()
        while self.peek() in {"+", "-"}:
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.signed()
        while self.peek() in {"*", "/"}:
            value = value * self.signed() if self.take() == "*" else value / self.signed()
        return value

    def signed(self) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NumberError(f"the expression is nested deeper than {MAX_DEPTH}")
        sign = self.take() if self.peek() in {"+", "-"} else ""
        value = self.signed() if sign else self.power()
        self.depth -= 1
        return -value if sign == "-" else value

    def power(self) -> Any:
        base = self.atom()
        if self.peek() == "%":
            self.take()
            base /= 100
        if self.peek() not in {"^", "**"}:
            return base
        self.take()
        return self.numbers.power(base, self.signed())

    def atom(self) -> Any:
        word = self.take()
        if word == "(" or word in FUNCTIONS:
            if word != "(":
                self.expect("(")
            value = self.sum()
            self.expect(")")
            return self.numbers.functions[word](value) if word in FUNCTIONS else value
        if word in CONSTANTS:
            return self.numbers.constants[word]
        if word[0].isdigit() or word[0] == ".":
            return self.numbers.read(word)
        known = ", ".join([*FUNCTIONS, *CONSTANTS])
        raise NumberError(f"{word!r} is not a number; the names that can be used are {known}")
