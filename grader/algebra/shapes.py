"""Shapes of vectors and matrices: every product and function of arrays given its one meaning, or refused.

A shape is (rows, columns) in the declared sizes, such as ("n", "d"); a vector is a column, a number is ("1", "1").
After `Shapes.of`, the operations + - * / ^ work entry by entry, and what is not is spelled out as a call of

    product(A, B)   inner(a, b)   power(A, k)   transpose(A)   outer(a, b)   diag(a)   diagonal(A)   eye(n)   ones(n, m)
    total(A)   largest(A)   smallest(A)   mean(A)   norm(A)   softmax(a)   rowsoftmax(A)
    trace(A)   determinant(A)   inverse(A)

gradient(A, w) is what nobody types: the derivative of a number in the shape of w, of a vector with a row for each of
its entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from grader.algebra.domains import Domain
from grader.algebra.printing import to_text
from grader.algebra.tree import Node, call, children, operation, rebuild, words

Size: TypeAlias = str
Shape: TypeAlias = tuple[Size, Size]
Typed: TypeAlias = tuple[Node, Shape]
SCALAR: Shape = ("1", "1")
MINUS_ONE: Node = ("neg", ("num", Fraction(1)))
ELEMENTWISE = frozenset({"+", "-", ".*", "./", ".^", "<", "<=", ">", ">=", "==", "!=", "and", "or"})
# One array to one number: what is typed, and its name once it is known to take a whole array.
REDUCTIONS: Mapping[str, str] = {
    "sum": "total",
    "max": "largest",
    "min": "smallest",
    "mean": "mean",
    "norm": "norm",
}
ARRAY_FUNCTIONS = frozenset(words("transpose dot outer diag eye ones softmax rowsoftmax tr det inv")) | set(REDUCTIONS)


class ShapeError(Exception):
    """An operation of arrays without a meaning.

    Attributes
    ----------
    notation : whether only the notation is at fault (an entry-by-entry sign is missing).
    """

    def __init__(self, message: str, *, notation: bool = False) -> None:
        super().__init__(message)
        self.notation = notation


def shown(shape: Shape) -> str:
    """Put a shape in words: a number, a column of n, n×d."""
    rows, columns = shape
    if shape == SCALAR:
        return "a number"
    if columns == "1":
        return f"a column of {rows}"
    return f"a row of {columns}" if rows == "1" else f"{rows}×{columns}"


def is_vector(shape: Shape) -> bool:
    return shape != SCALAR and "1" in shape


def length(shape: Shape) -> Size:
    return shape[0] if shape[1] == "1" else shape[1]


class Shapes:
    """Finds the shape of every expression of a question.

    Parameters
    ----------
    domains : declared name to domain.
    definitions : abbreviation to its indices and body.
    """

    def __init__(self, domains: Mapping[str, Domain], definitions: Mapping[str, tuple[tuple[str, ...], Node]]) -> None:
        self.domains = domains
        self.definitions = definitions
        self.known: dict[Node, Typed] = {}
        self.open: list[str] = []

    def of(self, tree: Node) -> Typed:
        """Give the tree with one meaning for every operation, and its shape; raises ShapeError."""
        if tree not in self.known:
            self.known[tree] = self._of(tree)
        return self.known[tree]

    def size(self, name: Size) -> Size:
        """Write a size that is always the same as its number."""
        domain = self.domains.get(name)
        return domain.bounds[0] if domain is not None and domain.bounds[0] == domain.bounds[1] else name

    def _of(self, tree: Node) -> Typed:
        tag = tree[0]
        if tag == "var":
            return tree, self._named(tree[1])
        if tag == "call":
            return self._call(tree)
        if tag == "op":
            return self._operation(tree)
        typed = [self.of(part) for part in children(tree)]
        parts = tuple(part for part, _ in typed)
        if tag == "neg":
            return ("neg", *parts), typed[0][1]
        numbers = typed[1:] if tag == "bind" else typed
        for part, shape in numbers:
            self._number(part, shape)
        return rebuild(tree, parts), typed[0][1] if tag == "bind" else SCALAR

    def _named(self, name: str) -> Shape:
        if name in self.definitions:
            if name in self.open:
                raise ShapeError(f"the definition of {name} refers to itself")
            self.open.append(name)
            shape = self.of(self.definitions[name][1])[1]
            self.open.pop()
            return shape
        sizes = self.domains[name].sizes if name in self.domains else ()
        rows, columns = (*map(self.size, sizes), "1", "1")[:2]
        return rows, columns

    def _number(self, part: Node, shape: Shape) -> None:
        if shape != SCALAR:
            raise ShapeError(f"{to_text(part)} is {shown(shape)}, and a number is needed there")

    # -- operations

    def _operation(self, tree: Node) -> Typed:
        _, symbol, left, right = tree
        (a, first), (b, second) = self.of(left), self.of(right)
        if symbol in ELEMENTWISE:
            core = symbol[1:] if symbol in {".*", "./", ".^"} else symbol
            return operation(core, a, b), self._alike(symbol, [(left, first), (right, second)])
        if symbol == "*":
            return self._product((left, a, first), (right, b, second))
        if symbol == "/":
            if second != SCALAR:
                raise ShapeError(
                    f"{to_text(right)} is {shown(second)}: write ./ to divide entry by entry", notation=True
                )
            return operation("/", a, b), first
        return self._power((left, a, first), (right, b, second))

    def _alike(self, symbol: str, parts: list[tuple[Node, Shape]]) -> Shape:
        arrays = [(part, shape) for part, shape in parts if shape != SCALAR]
        for part, shape in arrays[1:]:
            if shape != arrays[0][1]:
                here = f"{to_text(arrays[0][0])} is {shown(arrays[0][1])} and {to_text(part)} is {shown(shape)}"
                raise ShapeError(f"{here}: {symbol} needs equal shapes")
        return arrays[0][1] if arrays else SCALAR

    def _product(self, left: tuple[Node, Node, Shape], right: tuple[Node, Node, Shape]) -> Typed:
        (typed, a, first), (other, b, second) = left, right
        if SCALAR in {first, second}:
            return operation("*", a, b), second if first == SCALAR else first
        if first[1] != second[0]:
            here = f"{to_text(typed)} is {shown(first)} and {to_text(other)} is {shown(second)}"
            raise ShapeError(f"{here}: the inner sizes {first[1]} and {second[0]} of their product differ")
        return call("product", a, b), (first[0], second[1])

    def _power(self, left: tuple[Node, Node, Shape], right: tuple[Node, Node, Shape]) -> Typed:
        (typed, a, first), (other, b, second) = left, right
        self._number(other, second)
        if first == SCALAR or is_vector(first):
            return operation("^", a, b), first
        if first[0] == first[1] and b == MINUS_ONE:
            return call("inverse", a), first
        if first[0] != first[1] or b[0] != "num" or b[1].denominator != 1 or not 1 <= b[1] <= 12:
            raise ShapeError(f"{to_text(typed)} is {shown(first)}: write .^ for powers of its entries", notation=True)
        return call("power", a, b), first

    # -- functions

    def _call(self, tree: Node) -> Typed:
        _, name, arguments = tree
        if name in {"eye", "ones"}:
            return self._filled(name, arguments)
        typed = [self.of(argument) for argument in arguments]
        if name in REDUCTIONS and len(arguments) == 1:
            return call(REDUCTIONS[name], typed[0][0]), SCALAR
        if name in WHOLE:
            parts = [(argument, part, shape) for argument, (part, shape) in zip(arguments, typed, strict=True)]
            return WHOLE[name](self, *parts)
        shapes = [(argument, shape) for argument, (_, shape) in zip(arguments, typed, strict=True)]
        return call(name, *(part for part, _ in typed)), self._alike(name, shapes)

    def _filled(self, name: str, arguments: tuple[Node, ...]) -> Typed:
        sizes = []
        for argument in arguments:
            text = to_text(argument)
            if argument[0] != "num" and self.domains.get(text, Domain("real")).kind != "integer":
                raise ShapeError(f"{name} takes a declared size or a number, not {text}")
            sizes.append(self.size(text))
        rows = sizes[0]
        columns = rows if name == "eye" else (*sizes, "1")[1]
        second = arguments[0] if name == "eye" else (*arguments, ("num", 1))[1]
        return call(name, arguments[0], second), (rows, columns)

    def transpose(self, part: tuple[Node, Node, Shape]) -> Typed:
        _, a, shape = part
        return call("transpose", a), (shape[1], shape[0])

    def dot(self, left: tuple[Node, Node, Shape], right: tuple[Node, Node, Shape]) -> Typed:
        """Take the inner product of two vectors, and the product of anything else."""
        first, second = left[2], right[2]
        if is_vector(first) and is_vector(second) and length(first) == length(second):
            return call("inner", left[1], right[1]), SCALAR
        return self._product(left, right)

    def outer(self, left: tuple[Node, Node, Shape], right: tuple[Node, Node, Shape]) -> Typed:
        for typed, _, shape in (left, right):
            self._vector("outer", typed, shape)
        return call("outer", left[1], right[1]), (length(left[2]), length(right[2]))

    def trace(self, part: tuple[Node, Node, Shape]) -> Typed:
        return call("trace", self._square("tr", part)), SCALAR

    def determinant(self, part: tuple[Node, Node, Shape]) -> Typed:
        return call("determinant", self._square("det", part)), SCALAR

    def inverse(self, part: tuple[Node, Node, Shape]) -> Typed:
        return call("inverse", self._square("inv", part)), part[2]

    def _square(self, name: str, part: tuple[Node, Node, Shape]) -> Node:
        typed, a, shape = part
        if shape[0] != shape[1]:
            raise ShapeError(f"{name} takes a square matrix, and {to_text(typed)} is {shown(shape)}")
        return a

    def diag(self, part: tuple[Node, Node, Shape]) -> Typed:
        typed, a, shape = part
        if shape[0] == shape[1] and shape != SCALAR:
            return call("diagonal", a), (shape[0], "1")
        self._vector("diag", typed, shape)
        return call("diag", a), (length(shape), length(shape))

    def softmax(self, part: tuple[Node, Node, Shape]) -> Typed:
        typed, a, shape = part
        self._vector("softmax", typed, shape)
        return call("softmax", a), shape

    def rowsoftmax(self, part: tuple[Node, Node, Shape]) -> Typed:
        _, a, shape = part
        return call("rowsoftmax", a), shape

    def gradient(self, part: tuple[Node, Node, Shape], by: tuple[Node, Node, Shape]) -> Typed:
        typed, a, shape = part
        if shape == SCALAR:
            return call("gradient", a, by[1]), by[2]
        if not (is_vector(shape) and (is_vector(by[2]) or by[2] == SCALAR)):
            here = f"{to_text(typed)} is {shown(shape)} and {to_text(by[0])} is {shown(by[2])}"
            raise ShapeError(f"{here}: the derivative of the one by the other is no matrix")
        return call("gradient", a, by[1]), (length(shape), length(by[2]))

    def _vector(self, name: str, typed: Node, shape: Shape) -> None:
        if not is_vector(shape):
            hint = "; rowsoftmax takes the rows of a matrix" if name == "softmax" else ""
            raise ShapeError(f"{name} takes a vector, and {to_text(typed)} is {shown(shape)}{hint}")


WHOLE: Mapping[str, Callable[..., Typed]] = {
    "transpose": Shapes.transpose,
    "dot": Shapes.dot,
    "outer": Shapes.outer,
    "diag": Shapes.diag,
    "tr": Shapes.trace,
    "det": Shapes.determinant,
    "inv": Shapes.inverse,
    "softmax": Shapes.softmax,
    "rowsoftmax": Shapes.rowsoftmax,
    "gradient": Shapes.gradient,
}
