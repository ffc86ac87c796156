"""Formulas as people write them, read into trees whose parts can be replaced and evaluated one by one."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader.mistakes.inputs import sigmoid, softmax
from grader.mistakes.view import Array


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Node:
    """One part of a formula: an operation or function of other parts, a name, or a number.

    Parts are told apart by identity, so that one that is defined once and used twice is one part.
    """

    head: str
    parts: tuple[Node, ...] = ()
    number: float = 0.0


NAME, NUMBER, RESULTS = "name:", "number", "results"


def named(name: str) -> Node:
    """Give the part that is a name."""
    return Node(NAME + name)


def constant(number: float) -> Node:
    """Give the part that is a number."""
    return Node(NUMBER, (), number)


# -- reading ------------------------------------------------------------------------------------------------------

_OPERATORS: Mapping[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.USub: "neg",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Formula:
    """A formula, and the parts that it defines by name."""

    root: Node
    defined: Mapping[str, Node]


def read(text: str) -> Formula:
    """Read `name = formula; …; formula`; the last may be several results in parentheses."""
    *definitions, last = text.split(";")
    known: dict[str, Node] = {}
    for definition in definitions:
        name, formula = definition.split("=", 1)
        known[name.strip()] = _read(ast.parse(formula.strip(), mode="eval").body, known)
    return Formula(_read(ast.parse(last.strip(), mode="eval").body, known), known)


def _read(tree: ast.AST, known: Mapping[str, Node]) -> Node:
    match tree:
        case ast.Name(id=name):
            return known.get(name) or named(name)
        case ast.Constant(value=int() | float() as number):
            return constant(float(number))
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return Node(_OPERATORS[type(op)], (_read(left, known), _read(right, known)))
        case ast.UnaryOp(op=op, operand=operand):
            return Node(_OPERATORS[type(op)], (_read(operand, known),))
        case ast.Call(func=ast.Name(id=name), args=args):
            return Node(name, tuple(_read(a, known) for a in args))
        case ast.Tuple(elts=parts):
            return Node(RESULTS, tuple(_read(p, known) for p in parts))
    raise ValueError(f"expected names, numbers, operators and calls, got {ast.unparse(tree)}")


# -- evaluating ---------------------------------------------------------------------------------------------------


def _largest(x: Array, y: Array) -> Array:
    """Largest of the entries that are not labelled, in each row."""
    return np.asarray(np.where(y > 0, -np.inf, x).max(axis=-1, keepdims=True))


def _smallest(x: Array, y: Array) -> Array:
    return -_largest(-x, y)


def _mean(x: Array, y: Array) -> Array:
    return np.asarray(np.where(y > 0, 0.0, x).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1.0))


def _root_mean_square(x: Array) -> Array:
    return np.asarray(np.sqrt((x * x).mean(axis=-1, keepdims=True)))


def _fold(fold: Callable[..., Any], axis: int) -> Callable[[Array], Any]:
    """Fold one axis to a single entry; a number is what it is."""
    return lambda x: fold(x, axis=axis, keepdims=True) if np.ndim(x) else x


def _softplus(x: Array) -> Array:
    return np.asarray(np.logaddexp(0.0, x))


def _norm(axis: int | None, power: float = 2.0) -> Callable[[Array], Any]:
    return lambda x: (np.abs(x) ** power).sum(axis=axis, keepdims=True) ** (1.0 / power)


def _by_columns(x: Array) -> Array:
    return softmax(x, 0)


def _by_all(x: Array) -> Array:
    return softmax(x, None)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "neg": np.negative,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "where": np.where,
    "exp": np.exp, "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10, "sqrt": np.sqrt,
    "abs": np.abs, "sign": np.sign, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "max": np.maximum, "min": np.minimum, "sigmoid": sigmoid, "softmax": softmax,
    "sum": _fold(np.sum, -1), "mean": _fold(np.mean, -1), "top": _fold(np.max, -1), "bottom": _fold(np.min, -1),
    "columns": _fold(np.sum, 0), "top_of_columns": _fold(np.max, 0),
    "softmax_of_columns": _by_columns, "softmax_of_all": _by_all,
    "softplus": _softplus, "norm": _norm(-1), "norm_of_columns": _norm(0), "norm_of_all": _norm(None),
    "sum_of_magnitudes": _norm(-1, 1.0), "total": np.sum, "average": np.mean, "median": np.median,
    "most": np.max, "least": np.min,
    "of_the_others": _largest, "least_of_the_others": _smallest, "mean_of_the_others": _mean,
    "root_mean_square": _root_mean_square,
    "product": lambda q, k: q @ k.T, "diagonal": lambda z: np.diagonal(z)[:, None],
    "without_diagonal": lambda z: np.where(np.eye(len(z), dtype=bool), 0.0, z),
}  # fmt: skip


def evaluate(node: Node, names: Mapping[str, Array], known: dict[Node, Any]) -> Any:
    """Evaluate a part; what is in `known` is not evaluated again."""
    if node in known:
        return known[node]
    value: Any
    if node.head.startswith(NAME):
        value = names[node.head.removeprefix(NAME)]
    elif node.head == NUMBER:
        value = np.float64(node.number)
    elif node.head == RESULTS:
        value = np.stack([evaluate(p, names, known) for p in node.parts])
    else:
        value = _FUNCTIONS[node.head](*(evaluate(p, names, known) for p in node.parts))
    known[node] = value
    return value


# -- replacing ----------------------------------------------------------------------------------------------------


def every_part(root: Node) -> Iterator[Node]:
    """Yield each part once, the whole first."""
    seen: set[Node] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if node not in seen:
            seen.add(node)
            yield node
            waiting += node.parts


def replaced(root: Node, change: Callable[[Node], Node | None]) -> Node:
    """Put other parts in place of those that `change` gives one for."""
    done: dict[Node, Node] = {}

    def put(node: Node) -> Node:
        if node not in done:
            other = change(node)
            if other is None:
                parts = tuple(put(p) for p in node.parts)
                same = all(new is old for new, old in zip(parts, node.parts, strict=True))
                other = node if same else dataclasses.replace(node, parts=parts)
            done[node] = other
        return done[node]

    return put(root)


# -- writing ------------------------------------------------------------------------------------------------------

_RANKS = {"<": 0, "<=": 0, ">": 0, ">=": 0, "+": 1, "-": 1, "neg": 1, "*": 2, "/": 2, "**": 3}
_SIGNS = {"*": "·", "-": " − ", "+": " + ", "/": "/", "**": "^", "<=": " ≤ ", ">=": " ≥ ", "<": " < ", ">": " > "}


@dataclasses.dataclass(frozen=True)
class Writer:
    """Writes parts of a formula; a part that is defined by name is written by it, a name as `names` spells it."""

    defined: Mapping[Node, str]
    names: Mapping[str, str]

    def whole(self, node: Node) -> str:
        """Write a part itself, and those in it by their names."""
        if node.head.startswith(NAME):
            name = node.head.removeprefix(NAME)
            return self.names.get(name, name)
        if node.head == NUMBER:
            return f"{node.number:g}".replace("-", "−")
        if node.head == "neg":
            return f"−{self._enclosed(node.parts[0], _RANKS['*'])}"
        if node.head not in _SIGNS:
            return f"{node.head.replace('_', ' ')}({', '.join(map(self.short, node.parts))})"
        rank, (first, second) = _RANKS[node.head], node.parts
        nearer = node.head in {"-", "/", "**"}
        return f"{self._enclosed(first, rank)}{_SIGNS[node.head]}{self._enclosed(second, rank + nearer)}"

    def short(self, node: Node) -> str:
        """Write a part by its name, if it has one."""
        return self.defined.get(node) or self.whole(node)

    def _enclosed(self, node: Node, rank: int) -> str:
        text = self.short(node)
        return f"({text})" if node not in self.defined and _RANKS.get(node.head, 9) < rank else text
