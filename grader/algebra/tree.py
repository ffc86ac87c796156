"""The abstract syntax tree: plain tuples from a closed set of tags, the functions that exist, and the limits.

A node is one of

    ("num", Fraction)               an exact number; decimals are exact
    ("const", "e" | "pi")
    ("var", name)
    ("idx", name, (node, ...))      an entry of a declared array, counted from 1
    ("call", function, (node, ...))
    ("neg", node)
    ("op", symbol, left, right)     + - * / ^ and the elementwise .* ./ .^ ; < <= > >= == != ; and or
    ("bind", "sum" | "prod", body, index name, low, high)

Nothing in a tree is ever evaluated as Python or handed to a computer algebra system as text.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

Node = tuple[Any, ...]


def words(text: str) -> list[str]:
    """Split a readable list of names."""
    return text.split()


MAX_CHARACTERS = 2000
MAX_TOKENS = 700
MAX_BRACKETS = 40
MAX_NODES = 1500
MAX_HEIGHT = 130
MAX_DIGITS = 30
MAX_EXPONENT = 10_000
MAX_FACTORIAL = 3000
MAX_TERMS = 200
# As many numbers can be declared one by one and still be spoken of by index.
COUNTED = range(1, 21)

ARITHMETIC = frozenset({"+", "-", "*", "/", "^", ".*", "./", ".^"})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
CONNECTIVES = frozenset({"and", "or"})

# Function name: fewest and most arguments.
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(words("exp sqrt abs sign sigma softplus relu log1p expm1 erf factorial ind"), (1, 1)),
    **dict.fromkeys(words("sin cos tan sec csc cot asin acos atan asec acsc acot"), (1, 1)),
    **dict.fromkeys(words("sinh cosh tanh sech csch coth asinh acosh atanh asech acsch acoth"), (1, 1)),
    "log": (1, 2),
    "root": (2, 2),
    "binomial": (2, 2),
    "max": (2, 20),
    "min": (2, 20),
    "clip": (3, 3),
    "if": (3, 3),
    "sum": (4, 4),
    "prod": (4, 4),
}
# Only where the question works with vectors and matrices.
VECTOR_FUNCTIONS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(words("norm mean softmax rowsoftmax diag eye transpose tr det inv"), (1, 1)),
    **dict.fromkeys(words("dot outer"), (2, 2)),
    "ones": (1, 2),
    "sum": (1, 4),
    "max": (1, 20),
    "min": (1, 20),
}
ALIASES: Mapping[str, str] = {
    "ln": "log",
    **dict.fromkeys(["sigmoid", "expit", "logistic"], "sigma"),
    "sgn": "sign",
    "ReLU": "relu",
    "where": "if",
    "indicator": "ind",
    **dict.fromkeys(["trace", "Tr"], "tr"),
    **{"arc" + name: "a" + name for name in words("sin cos tan sec csc cot sinh cosh tanh")},
    **{"ar" + name: "a" + name for name in words("sinh cosh tanh sech csch coth")},
}
CONSTANTS = frozenset({"e", "pi"})


class ParseError(ValueError):
    """The text cannot be read as an expression.

    Attributes
    ----------
    message : what was expected and what came.
    position : offset of the offending character in the text.
    hint : what to do about it ("" where there is nothing to add).
    code : a short stable name of the kind of error.
    """

    def __init__(self, message: str, position: int = 0, hint: str = "", code: str = "syntax") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.hint = hint
        self.code = code

    def caret(self, text: str) -> str:
        """Show the place: a window of the text, and a caret below the offending character."""
        start = max(0, self.position - 40)
        window = text[start : self.position + 30].replace("\n", " ").replace("\t", " ")
        return f"{window}\n{' ' * (self.position - start)}^"

    def sentence(self) -> str:
        return f"{self.message} {self.hint}".strip()


@dataclasses.dataclass(frozen=True)
class Symbols:
    r"""The names that a question declares.

    Attributes
    ----------
    arity : name to number of indices (0 for a scalar).
    latex : LaTeX spelling to declared name, overriding built-in commands, such as {"\hat{y}": "p"}.
    vector : whether whole arrays may stand in an expression.
    sizes : array to the size of each of its axes, as declared.
    """

    arity: Mapping[str, int]
    latex: Mapping[str, str] = dataclasses.field(default_factory=dict)
    vector: bool = False
    sizes: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def members(self, stem: str) -> tuple[str, ...]:
        """List x1, x2, … or x_1, x_2, … where these are declared as numbers and x itself is not."""
        for joint in ("", "_"):
            found = tuple(
                itertools.takewhile(lambda name: self.arity.get(name) == 0, (f"{stem}{joint}{k}" for k in COUNTED))
            )
            if len(found) > 1 and stem not in self.arity:
                return found
        return ()

    def axes(self, name: str) -> tuple[str, ...]:
        """Give the sizes over which an index of this name runs."""
        members = self.members(name)
        return (str(len(members)),) if members else tuple(self.sizes.get(name, ()))

    def functions(self) -> Mapping[str, tuple[int, int]]:
        return {**FUNCTIONS, **VECTOR_FUNCTIONS} if self.vector else FUNCTIONS


def number(value: int | Fraction) -> Node:
    return ("num", Fraction(value))


def call(name: str, *arguments: Node) -> Node:
    return ("call", name, arguments)


def operation(symbol: str, left: Node, right: Node) -> Node:
    return ("op", symbol, left, right)


def is_condition(node: Node) -> bool:
    return node[0] == "op" and (node[1] in COMPARISONS or node[1] in CONNECTIVES)


def children(node: Node) -> tuple[Node, ...]:
    """List the direct sub-expressions of a node."""
    tag = node[0]
    if tag in {"call", "idx"}:
        return node[2]  # type: ignore[no-any-return]
    if tag == "op":
        return node[2:]
    if tag == "neg":
        return node[1:]
    if tag == "bind":
        return (node[2], node[4], node[5])
    return ()


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """Give the node with other direct sub-expressions, in the order of `children`."""
    tag = node[0]
    if tag in {"call", "idx"}:
        return (tag, node[1], parts)
    if tag == "op":
        return ("op", node[1], *parts)
    if tag == "neg":
        return ("neg", *parts)
    if tag == "bind":
        return ("bind", node[1], parts[0], node[3], parts[1], parts[2])
    return node


def measure(node: Node) -> tuple[int, int]:
    """Count nodes and height without recursion, so that no tree is too deep to be measured."""
    count, height = 0, 0
    waiting = [(node, 1)]
    while waiting:
        here, depth = waiting.pop()
        count += 1
        height = max(height, depth)
        waiting.extend((child, depth + 1) for child in children(here))
    return count, height


def distinct(*trees: Node) -> Iterator[Node]:
    """Give every sub-tree once: what trees share as one object would else be met more often than can be counted."""
    seen: set[int] = set()
    waiting = list(reversed(trees))
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(children(node))


def names_in(*trees: Node) -> set[str]:
    """Collect the names of variables and arrays that trees use (bound indices included)."""
    return {node[1] for node in distinct(*trees) if node[0] in {"var", "idx"}}
