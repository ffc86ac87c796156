"""Vectors and matrices written out: a tree of arrays and the sizes of a case to one grounded tree for each entry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from grader.algebra.gradients import entrywise
from grader.algebra.ground import Grounder, LimitError, OutsideError, fold
from grader.algebra.tree import Node, call, children, number, operation

MAX_ENTRIES = 200
MAX_EXPANDED = 4
ONE, ZERO = number(1), number(0)


class Array(NamedTuple):
    """A matrix of grounded trees, row by row."""

    rows: int
    columns: int
    entries: tuple[Node, ...]

    def row(self, i: int) -> tuple[Node, ...]:
        return self.entries[i * self.columns : (i + 1) * self.columns]

    def column(self, j: int) -> tuple[Node, ...]:
        return self.entries[j :: self.columns]


class ArrayGrounder(Grounder):
    """Grounds trees whose shapes are known: the meanings that `grader.algebra.shapes` gave hold here."""

    def __init__(self, *declared: Any) -> None:
        super().__init__(*declared)
        self.written: dict[str, Array] = {}

    def _ground(self, node: Node, bound: Mapping[str, int]) -> Node:
        whole = node[0] in {"neg", "op", "call", "bind"} or (node[0] == "var" and node[1] in self.definitions)
        return self.array(node, bound).entries[0] if whole else super()._ground(node, bound)

    def _entry(self, node: Node, bound: Mapping[str, int]) -> Node:
        _, name, arguments = node
        if name not in self.definitions or self.definitions[name][0]:
            return super()._entry(node, bound)
        array = self._whole_definition(name)
        row, column = (*(self.whole(argument, bound) for argument in arguments), 1)[:2]
        if not (1 <= row <= array.rows and 1 <= column <= array.columns):
            raise OutsideError(f"{name} has {array.rows}×{array.columns} entries, and entry {row},{column} is read")
        return array.row(row - 1)[column - 1]

    def array(self, node: Node, bound: Mapping[str, int]) -> Array:
        """Give every entry of a tree."""
        tag = node[0]
        if tag == "var" and node[1] in self.definitions and node[1] not in bound:
            return self._whole_definition(node[1])
        if tag == "var" and self.sizes.get(node[1]):
            return self._declared(node[1])
        if tag == "call" and node[1] in ARRAYS:
            return self._made(ARRAYS[node[1]](self, *(self._argument(node[1], part, bound) for part in node[2])))
        if tag == "bind":
            return self._sum_of_arrays(node, bound)
        if tag not in {"neg", "op", "call"}:
            return Array(1, 1, (self.ground(node, bound),))
        parts = [self.array(part, bound) for part in children(node)]
        return self._entrywise(node, parts)

    def _argument(self, name: str, part: Node, bound: Mapping[str, int]) -> Array | int:
        return self.whole(part, bound) if name in {"eye", "ones"} else self.array(part, bound)

    def _made(self, array: Array) -> Array:
        if len(array.entries) > MAX_ENTRIES:
            raise LimitError(f"an array has at most {MAX_ENTRIES} entries")
        return array

    def _whole_definition(self, name: str) -> Array:
        if name not in self.written:
            self.written[name] = self.array(self.definitions[name][1], {})
        return self.written[name]

    def _declared(self, name: str) -> Array:
        sizes = self.sizes[name]
        rows, columns = (*sizes, 1)[:2]
        indices = itertools.product(*(range(1, size + 1) for size in sizes))
        entries = tuple(self.ground(("idx", name, tuple(map(number, index)))) for index in indices)
        return self._made(Array(rows, columns, entries))

    def _sum_of_arrays(self, node: Node, bound: Mapping[str, int]) -> Array:
        _, kind, body, index, low, high = node
        values = range(self.whole(low, bound), self.whole(high, bound) + 1)
        if len(values) > MAX_ENTRIES:
            raise LimitError(f"a sum has at most {MAX_ENTRIES} terms, this one has {len(values)}")
        terms = [self.array(body, {**bound, index: value}) for value in values]
        if not terms:
            return Array(1, 1, (ZERO if kind == "sum" else ONE,))
        join = self.total if kind == "sum" else self.times
        return Array(*terms[0][:2], tuple(join(column) for column in zip(*(t.entries for t in terms), strict=True)))

    def _entrywise(self, node: Node, parts: Sequence[Array]) -> Array:
        """Apply an operation of numbers to every entry; a number goes with each."""
        widest = max(parts, key=lambda part: len(part.entries))
        spread = [part.entries * (len(widest.entries) // len(part.entries)) for part in parts]
        entries = tuple(self._join(node, row) for row in zip(*spread, strict=True))
        return self._made(Array(widest.rows, widest.columns, entries))

    def _join(self, node: Node, parts: tuple[Node, ...]) -> Node:
        self.spend()
        return self.keep(self.join(node, parts))

    # -- what the functions of arrays are made of

    def plus(self, a: Node, b: Node) -> Node:
        if ZERO in (a, b):
            return b if a == ZERO else a
        return self.keep(fold("+", a, b))

    def multiplied(self, a: Node, b: Node) -> Node:
        if ONE in (a, b):
            return b if a == ONE else a
        return ZERO if ZERO in (a, b) else self.keep(fold("*", a, b))

    def total(self, entries: Sequence[Node]) -> Node:
        result = ZERO
        for entry in entries:
            self.spend()
            result = self.plus(result, entry)
        return result

    def times(self, entries: Sequence[Node]) -> Node:
        result = ONE
        for entry in entries:
            self.spend()
            result = self.multiplied(result, entry)
        return result

    def inner(self, a: Sequence[Node], b: Sequence[Node]) -> Node:
        return self.total([self.multiplied(x, y) for x, y in zip(a, b, strict=True)])

    def quotient(self, a: Node, b: Node) -> Node:
        return self.keep(fold("/", a, b))

    def made_of(self, node: Node, parts: tuple[Node, ...]) -> Node:
        self.spend()
        return self.keep(self.join(node, parts) if parts else node)

    def function(self, name: str, *parts: Node) -> Node:
        return self.keep(self.join(call(name, *parts), parts))


def _scalar(node: Node) -> Array:
    return Array(1, 1, (node,))


def _product(g: ArrayGrounder, a: Array, b: Array) -> Array:
    entries = tuple(g.inner(a.row(i), b.column(j)) for i in range(a.rows) for j in range(b.columns))
    return Array(a.rows, b.columns, entries)


def _power(g: ArrayGrounder, a: Array, exponent: Array) -> Array:
    result = a
    for _ in range(int(exponent.entries[0][1]) - 1):
        result = _product(g, result, a)
    return result


def _outer(g: ArrayGrounder, a: Array, b: Array) -> Array:
    entries = tuple(g.multiplied(x, y) for x in a.entries for y in b.entries)
    return Array(len(a.entries), len(b.entries), entries)


def _transpose(_: ArrayGrounder, a: Array) -> Array:
    return Array(a.columns, a.rows, tuple(entry for j in range(a.columns) for entry in a.column(j)))


def _minor(a: Array, i: int, j: int) -> Array:
    kept = tuple(a.entries[r * a.columns + c] for r in range(a.rows) for c in range(a.columns) if r != i and c != j)
    return Array(a.rows - 1, a.columns - 1, kept)


def _cofactor(g: ArrayGrounder, a: Array, i: int, j: int) -> Node:
    value = _determinant(g, _minor(a, i, j)) if a.rows > 1 else ONE
    return g.multiplied(number(-1), value) if (i + j) % 2 else value


def _determinant(g: ArrayGrounder, a: Array) -> Node:
    """Expand by the first row."""
    if a.rows > MAX_EXPANDED:
        raise LimitError(f"a determinant or an inverse is written out up to {MAX_EXPANDED} rows")
    return g.inner(a.row(0), [_cofactor(g, a, 0, j) for j in range(a.columns)])


def _inverse(g: ArrayGrounder, a: Array) -> Array:
    """Divide the transposed cofactors by the determinant."""
    whole = _determinant(g, a)
    places = itertools.product(range(a.rows), range(a.columns))
    return Array(a.rows, a.columns, tuple(g.quotient(_cofactor(g, a, j, i), whole) for i, j in places))


def _diag(_: ArrayGrounder, a: Array) -> Array:
    size = len(a.entries)
    return Array(size, size, tuple(a.entries[i] if i == j else ZERO for i in range(size) for j in range(size)))


def _diagonal(_: ArrayGrounder, a: Array) -> Array:
    return Array(a.rows, 1, a.entries[:: a.columns + 1])


def _ones(_: ArrayGrounder, rows: int, columns: int) -> Array:
    if min(rows, columns) < 1 or rows * columns > MAX_ENTRIES:
        raise LimitError(f"an array has 1 to {MAX_ENTRIES} entries")
    return Array(rows, columns, (ONE,) * (rows * columns))


def _eye(g: ArrayGrounder, rows: int, columns: int) -> Array:
    return _diag(g, Array(rows, 1, _ones(g, rows, columns).column(0)))


def _gradient(g: ArrayGrounder, a: Array, by: Array) -> Array:
    entries = entrywise(a.entries, by.entries, g.made_of)
    return (
        Array(by.rows, by.columns, entries) if len(a.entries) == 1 else Array(len(a.entries), len(by.entries), entries)
    )


def _mean(g: ArrayGrounder, a: Array) -> Array:
    return _scalar(g.quotient(g.total(a.entries), number(len(a.entries))))


def _norm(g: ArrayGrounder, a: Array) -> Array:
    return _scalar(g.function("sqrt", g.total([g.keep(operation("^", x, number(2))) for x in a.entries])))


def _extreme(name: str) -> Callable[[ArrayGrounder, Array], Array]:
    return lambda g, a: _scalar(a.entries[0] if len(a.entries) == 1 else g.function(name, *a.entries))


def _rowsoftmax(g: ArrayGrounder, a: Array) -> Array:
    entries: list[Node] = []
    for i in range(a.rows):
        powers = [g.function("exp", entry) for entry in a.row(i)]
        total = g.total(powers)
        entries += [g.quotient(power, total) for power in powers]
    return Array(a.rows, a.columns, tuple(entries))


def _softmax(g: ArrayGrounder, a: Array) -> Array:
    return Array(a.rows, a.columns, _rowsoftmax(g, Array(1, len(a.entries), a.entries)).entries)


ARRAYS: Mapping[str, Callable[..., Array]] = {
    "product": _product,
    "power": _power,
    "inner": lambda g, a, b: _scalar(g.inner(a.entries, b.entries)),
    "outer": _outer,
    "transpose": _transpose,
    "diag": _diag,
    "diagonal": _diagonal,
    "trace": lambda g, a: _scalar(g.total(_diagonal(g, a).entries)),
    "determinant": lambda g, a: _scalar(_determinant(g, a)),
    "inverse": _inverse,
    "eye": _eye,
    "ones": _ones,
    "total": lambda g, a: _scalar(g.total(a.entries)),
    "mean": _mean,
    "norm": _norm,
    "largest": _extreme("max"),
    "smallest": _extreme("min"),
    "softmax": _softmax,
    "rowsoftmax": _rowsoftmax,
    "gradient": _gradient,
}
