"""Write sizes, indices and labels into a tree: what is left has only scalars, and its sums are written out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from grader.algebra.budget import Budget
from grader.algebra.domains import DomainError
from grader.algebra.tree import MAX_EXPONENT, MAX_FACTORIAL, MAX_TERMS, Node, children, names_in, number

MAX_BITS = 40_000
MAX_DEPTH = 20
MAX_GROUNDED = 30_000
Definition = tuple[tuple[str, ...], Node]


class LimitError(Exception):
    """The expression asks for more than is ever computed; the message says which limit."""


class OutsideError(Exception):
    """An entry that does not exist, or an index that is no whole number."""


class Grounder:
    """Replaces names by what they stand for.

    Parameters
    ----------
    definitions : name to its indices and body.
    sizes : name of an array to its sizes.
    integers : integer variables whose value is written in.
    values : scalars ("y" or "y[2]") whose value is written in.

    Equal sub-trees become one object, so that each is evaluated once: trees to be compared share a grounder.
    """

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        sizes: Mapping[str, tuple[int, ...]],
        integers: Mapping[str, int],
        values: Mapping[str, Fraction],
        budget: Budget,
    ) -> None:
        self.definitions = definitions
        self.sizes = sizes
        self.integers = integers
        self.values = values
        self.budget = budget
        self.made = 0
        self.interned: dict[object, Node] = {}
        self.known: dict[tuple[str, tuple[int, ...]], Node] = {}
        self.open: list[str] = []
        self.free: dict[int, tuple[str, ...]] = {}
        self.sums: dict[tuple[int | None, ...], Node] = {}

    def ground(self, node: Node, bound: Mapping[str, int] | None = None) -> Node:
        """Give the tree without sums, indices and definitions; constants are folded."""
        self.spend()
        return self.keep(self._ground(node, bound or {}))

    def spend(self) -> None:
        """Count a node that is made."""
        self.budget.spend()
        self.made += 1
        if self.made > MAX_GROUNDED:
            raise LimitError("its sums and abbreviations have too many terms when written out")

    def keep(self, node: Node) -> Node:
        """Give the one object that stands for this tree; the sub-trees of a new one are known already."""
        if node[0] in {"num", "const", "var"}:
            key: object = node
        elif node[0] == "call":
            key = ("call", node[1], *map(id, node[2]))
        else:
            key = tuple(part if isinstance(part, str) else id(part) for part in node)
        return self.interned.setdefault(key, node)

    def _ground(self, node: Node, bound: Mapping[str, int]) -> Node:
        tag = node[0]
        if tag in {"num", "const"}:
            return node
        if tag == "var":
            return self._variable(node[1], bound)
        if tag == "idx":
            return self._entry(node, bound)
        if tag == "bind":
            return self._sum(node, bound)
        if node[:2] in {("call", "if"), ("call", "ind")}:
            return self._choice(node, bound)
        return self.join(node, tuple(self.ground(part, bound) for part in children(node)))

    def _variable(self, name: str, bound: Mapping[str, int]) -> Node:
        if name in bound:
            return number(bound[name])
        if name in self.definitions:
            return self._defined(name, ())
        if name in self.integers:
            return number(self.integers[name])
        return ("num", self.values[name]) if name in self.values else ("var", name)

    def _defined(self, name: str, indices: tuple[int, ...]) -> Node:
        if (name, indices) not in self.known:
            if name in self.open or len(self.open) > MAX_DEPTH:
                raise DomainError(f"the definition of {name} refers to itself")
            names, body = self.definitions[name]
            self.open.append(name)
            self.known[name, indices] = self.ground(body, dict(zip(names, indices, strict=True)))
            self.open.pop()
        return self.known[name, indices]

    def whole(self, node: Node, bound: Mapping[str, int]) -> int:
        value = self.ground(node, bound)
        if value[0] != "num" or value[1].denominator != 1:
            raise OutsideError("an index or an end of a sum is not a whole number")
        return int(value[1])

    def _entry(self, node: Node, bound: Mapping[str, int]) -> Node:
        _, name, arguments = node
        indices = tuple(self.whole(argument, bound) for argument in arguments)
        if name in self.definitions:
            return self._defined(name, indices)
        for index, size in zip(indices, self.sizes[name], strict=True):
            if not 1 <= index <= size:
                raise OutsideError(f"{name} has entries 1 to {size}, and entry {index} is read")
        entry = f"{name}[{','.join(map(str, indices))}]"
        return ("num", self.values[entry]) if entry in self.values else ("var", entry)

    def _sum(self, node: Node, bound: Mapping[str, int]) -> Node:
        """Write out a sum, once for each value of the indices around it that it uses."""
        if id(node) not in self.free:
            self.free[id(node)] = tuple(names_in(node))
        key = (id(node), *(bound.get(name) for name in self.free[id(node)]))
        if key not in self.sums:
            self.sums[key] = self._written_sum(node, bound)
        return self.sums[key]

    def _written_sum(self, node: Node, bound: Mapping[str, int]) -> Node:
        _, kind, body, index, low, high = node
        first, last = self.whole(low, bound), self.whole(high, bound)
        if last - first >= MAX_TERMS:
            raise LimitError(f"a sum has at most {MAX_TERMS} terms, this one has {last - first + 1}")
        result = number(0 if kind == "sum" else 1)
        for value in range(first, last + 1):
            term = self.ground(body, {**bound, index: value})
            result = term if value == first else self.keep(fold("+" if kind == "sum" else "*", result, term))
        return result

    def _choice(self, node: Node, bound: Mapping[str, int]) -> Node:
        """Choose a branch before the other is grounded: it may read an entry that does not exist."""
        _, name, arguments = node
        condition = self.ground(arguments[0], bound)
        decided = truth(condition)
        branches = arguments[1:] if name == "if" else (number(1), number(0))
        if decided is not None:
            return self.ground(branches[0 if decided else 1], bound)
        return ("call", "if", (condition, *(self.ground(branch, bound) for branch in branches)))

    def join(self, node: Node, parts: tuple[Node, ...]) -> Node:
        """Apply an operation or a function to grounded parts, computing where they are numbers."""
        if node[0] == "neg":
            return _fold_neg(parts[0])
        return fold(node[1], *parts) if node[0] == "op" else self._applied(node[1], parts)

    def _applied(self, name: str, parts: tuple[Node, ...]) -> Node:
        if name in {"if", "ind"}:
            decided = truth(parts[0])
            branches = parts[1:] if name == "if" else (number(1), number(0))
            return ("call", "if", (parts[0], *branches)) if decided is None else branches[0 if decided else 1]
        if name in {"factorial", "binomial"}:
            return ("num", _counted(name, parts))
        if name == "clip":
            inner = self.keep(("call", "min", (parts[0], parts[2])))
            return ("call", "max", (parts[1], inner))
        if name in {"abs", "sign", "max", "min"} and all(part[0] == "num" for part in parts):
            return ("num", _fold_call(name, [part[1] for part in parts]))
        return ("call", name, parts)


def _counted(name: str, parts: tuple[Node, ...]) -> Fraction:
    values = [part[1] if part[0] == "num" else None for part in parts]
    if any(value is None or value.denominator != 1 or not 0 <= value <= MAX_FACTORIAL for value in values):
        raise OutsideError(f"{name} needs whole numbers from 0 to {MAX_FACTORIAL}")
    numbers = [int(value) for value in values if value is not None]
    return Fraction(math.factorial(numbers[0]) if name == "factorial" else math.comb(*numbers))


def _fold_call(name: str, values: list[Fraction]) -> Fraction:
    if name == "sign":
        return Fraction((values[0] > 0) - (values[0] < 0))
    return abs(values[0]) if name == "abs" else max(values) if name == "max" else min(values)


def truth(node: Node) -> bool | None:
    """Say whether a grounded condition holds, None where it depends on a variable."""
    _, symbol, left, right = node
    if symbol in {"and", "or"}:
        sides = (truth(left), truth(right))
        absorbing = bool(symbol == "or")
        if absorbing in sides:
            return absorbing
        return None if None in sides else not absorbing
    if left[0] != "num" or right[0] != "num":
        return None
    return compare(symbol, int(left[1] > right[1]) - int(left[1] < right[1]))


def compare(symbol: str, sign: int) -> bool:
    """Say whether a comparison holds when left minus right has this sign."""
    allowed = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "==": (0,), "!=": (-1, 1)}[symbol]
    return sign in allowed


def _fold_neg(node: Node) -> Node:
    return ("num", -node[1]) if node[0] == "num" else ("neg", node)


def fold(symbol: str, left: Node, right: Node) -> Node:
    """Join two grounded trees, computing where both are numbers; 1/0 is left for the judge of definedness."""
    if left[0] != "num" or right[0] != "num":
        if symbol == "^" and right[0] == "num" and abs(right[1]) > MAX_EXPONENT:
            raise LimitError(f"an exponent is at most {MAX_EXPONENT}")
        return ("op", symbol, left, right)
    a, b = left[1], right[1]
    if symbol == "^":
        return _fold_power(a, b)
    if symbol == "/" and b == 0:
        return ("op", symbol, left, right)
    if symbol in {"+", "-", "*", "/"}:
        value = a + b if symbol == "+" else a - b if symbol == "-" else a * b if symbol == "*" else a / b
        check_bits(value)
        return ("num", value)
    return ("op", symbol, left, right)


def _fold_power(a: Fraction, b: Fraction) -> Node:
    if abs(b) > MAX_EXPONENT:
        raise LimitError(f"an exponent is at most {MAX_EXPONENT}")
    if b.denominator != 1 or (a == 0 and b < 0):
        return ("op", "^", ("num", a), ("num", b))
    size = max(a.numerator.bit_length(), a.denominator.bit_length()) * abs(b)
    if size > MAX_BITS:
        raise LimitError("a number is too large to be computed")
    return ("num", a ** int(b))


def check_bits(value: Fraction) -> None:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise LimitError("a number is too large to be computed")
