"""What goes wrong when a formula is written down: one part left out, turned, taken for another, or done elsewhere."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from grader.mistakes.inputs import LARGE_EPS, USUAL_EPS
from grader.mistakes.notation import NAME, NUMBER, Formula, Node, Writer, constant, every_part, named, replaced


class Slip(NamedTuple):
    """A formula with one thing wrong: its code, its name, what stands there and what belongs there."""

    code: str
    name: str
    formula: Node
    there: Node
    asked: Node
    everywhere: bool = False

    def sentence(self, writer: Writer) -> str:
        """Say what was written."""
        there, asked = writer.whole(self.there), writer.whole(self.asked)
        if there == asked:  # one defined part for another
            there, asked = writer.short(self.there), writer.short(self.asked)
        return f"The answer has {there} where {asked} belongs{', everywhere' if self.everywhere else ''}."


_Change = tuple[str, str, Node]
_LN2 = math.log(2.0)
# Names and the domains of what they stand for.
Domains = Mapping[str, str]
_LABELS = frozenset({"label01", "onehot", "class_index", "plus_minus_one", "count"})
_SHARES = frozenset({"probability", "simplex", "open_unit", "decay", "unit_above_zero"})

_WITHOUT = {
    "log": ("A7", "logarithm missing"), "log1p": ("A7", "logarithm missing"), "exp": ("W20", "exponential missing"),
    "sqrt": ("W13", "square root missing"), "abs": ("W1", "absolute value missing"),
    "sigmoid": ("W17", "squashing function missing"), "softmax": ("W17", "squashing function missing"),
    "sign": ("W20", "sign missing"), "softplus": ("W20", "softplus missing"),
    "tanh": ("W20", "tanh missing"),
    "cosh": ("W20", "cosh missing"),
    "log2": ("A7", "logarithm missing"),
}  # fmt: skip
_ALIKE: Mapping[str, tuple[tuple[str, str, Callable[[Node], Node]], ...]] = {
    "abs": (("W12", "squared instead of absolute", lambda a: Node("**", (a, constant(2.0)))),),
    "log": (("L3", "log1p for log", lambda a: Node("log1p", (a,))),
            ("L1", "log base 2 in one part", lambda a: Node("log2", (a,))),
            ("L2", "log base 10 in one part", lambda a: Node("log10", (a,)))),
    "exp": (("L1", "powers of 2", lambda a: Node("exp", (Node("*", (constant(_LN2), a)),))),),
    "log1p": (("L3", "log for log1p", lambda a: Node("log", (a,))),),
    "tanh": (("W20", "sinh for tanh", lambda a: Node("sinh", (a,))),
             ("W20", "sigmoid for tanh", lambda a: Node("sigmoid", (a,)))),
    "cosh": (("W20", "sinh for cosh", lambda a: Node("sinh", (a,))),),
    "sign": (("W1", "absolute value for sign", lambda a: Node("abs", (a,))),),
    "sigmoid": (("W20", "tanh for sigmoid", lambda a: Node("tanh", (a,))),
                ("G3", "derivative for function", lambda a: Node("*", (Node("sigmoid", (a,)), Node("-", (constant(1.0),
                 Node("sigmoid", (a,))))))),),
    "softmax": (("L1", "powers of 2", lambda a: Node("softmax", (Node("*", (constant(_LN2), a)),))),
                ("A5", "sigmoid for softmax", lambda a: Node("sigmoid", (a,))),
                ("X2", "wrong axis", lambda a: Node("softmax_of_columns", (a,))),
                ("X1", "softmax over the whole batch", lambda a: Node("softmax_of_all", (a,)))),
    "softplus": (("W20", "maximum for softplus", lambda a: Node("max", (constant(0.0), a))),),
    "norm": (("X6", "norm over the whole batch", lambda a: Node("norm_of_all", (a,))),
             ("X2", "wrong axis", lambda a: Node("norm_of_columns", (a,))),
             ("R3", "mean inside the root", lambda a: Node("root_mean_square", (a,))),
             ("W20", "magnitudes for lengths", lambda a: Node("sum_of_magnitudes", (a,))),
             ("W13", "square root missing", lambda a: Node("**", (Node("norm", (a,)), constant(2.0))))),
    "sum": (("R3", "mean instead of sum", lambda a: Node("mean", (a,))),
            ("X2", "wrong axis", lambda a: Node("columns", (a,))),
            ("X1", "sum over the whole batch", lambda a: Node("total", (a,))),
            ("W20", "largest instead of sum", lambda a: Node("top", (a,)))),
    "mean": (("R3", "sum instead of mean", lambda a: Node("sum", (a,))),),
    "top": (("X1", "largest of the whole batch", lambda a: Node("most", (a,))),
            ("X2", "wrong axis", lambda a: Node("top_of_columns", (a,))),
            ("W20", "smallest for largest", lambda a: Node("bottom", (a,)))),
    "total": (("R1", "mean instead of sum", lambda a: Node("average", (a,))),
              ("R3", "each entry by itself", lambda a: a),
              ("R3", "each row by itself", lambda a: Node("sum", (a,))),
              ("X2", "each column by itself", lambda a: Node("columns", (a,)))),
    "average": (("R12", "median instead of mean", lambda a: Node("median", (a,))),
                ("R1", "sum instead of mean", lambda a: Node("total", (a,)))),
    "median": (("R12", "mean instead of median", lambda a: Node("average", (a,))),),
    "most": (("R12", "mean instead of largest", lambda a: Node("average", (a,))),),
}  # fmt: skip
_POINTWISE = frozenset({"exp", "log", "log1p", "sqrt", "abs", "sigmoid", "tanh", "cosh", "sign", "softmax", "log2",
                        "softplus"})  # fmt: skip
_AGGREGATES = frozenset({"sum", "mean", "total", "average"})


def slips(formula: Formula, arrays: Domains, hypers: Domains) -> Iterator[Slip]:
    """Yield every formula with one thing wrong; `arrays` may be taken for one another, and so may `hypers`."""
    root, domains = formula.root, {**arrays, **hypers}
    for node in every_part(root):
        changes = (*_of_part(node, domains), *_taken_for(node, formula, arrays, hypers), *_of_one_use(node, formula))
        for code, name, other in changes:
            changed = replaced(root, {node: other}.get)
            yield Slip(code, name, changed, other, node)
    yield from _exchanged(formula, arrays)
    yield from _everywhere(root, domains)


def _taken_for(node: Node, formula: Formula, arrays: Domains, hypers: Domains) -> Iterator[_Change]:
    """Yield what a name or a defined part is taken for."""
    name = node.head.removeprefix(NAME)
    is_defined = node in formula.defined.values()
    if is_defined or name in arrays:
        others = [named(n) for n in sorted(arrays.keys() - {name})]
        others += [other for other in formula.defined.values() if other is not node and not _holds(other, node)]
    else:
        others = [named(n) for n in sorted(hypers.keys() - {name})] if name in hypers else []
    yield from (("A1", "one argument for another", other) for other in others)


def _of_one_use(node: Node, formula: Formula) -> Iterator[_Change]:
    """Yield what is wrong where a part that is defined by name is used, in this place alone."""
    for place, part in enumerate(node.parts):
        if part in formula.defined.values():
            for code, name, other in (
                ("W7", "complement for the thing itself", Node("-", (constant(1.0), part))),
                ("S2", "wrong sign in one term", Node("neg", (part,))),
            ):
                parts = (*node.parts[:place], other, *node.parts[place + 1 :])
                yield code, name, dataclasses.replace(node, parts=parts)


def _holds(node: Node, part: Node) -> bool:
    return any(n is part for n in every_part(node))


def _of_part(node: Node, domains: Domains) -> Iterator[_Change]:
    head, parts = node.head, node.parts
    if head.startswith(NAME):
        yield from _of_name(node, domains.get(head.removeprefix(NAME), "real"))
    elif head == NUMBER:
        yield from _of_number(node.number)
    elif head in _OPERATIONS:
        yield from _OPERATIONS[head](*parts)
    elif len(parts) == 1:
        yield from _of_function(head, parts[0])


def _of_name(node: Node, domain: str) -> Iterator[_Change]:
    yield "S2", "wrong sign in one term", Node("neg", (node,))
    yield "W11", "part missing", constant(1.0)
    yield "W11", "part missing", constant(0.0)
    yield "W20", "factor 2 too much", Node("*", (constant(2.0), node))
    yield "W20", "factor 1/2 too much", Node("*", (constant(0.5), node))
    if domain in _LABELS | _SHARES:
        yield "W7", "complement for the thing itself", Node("-", (constant(1.0), node))
    if domain in _SHARES:
        yield "M7", "probabilities made labels first", Node(">", (node, constant(0.5)))
    if domain in _SHARES | {"logits"}:
        yield "A5", "squashing function too much", Node("sigmoid", (node,))
    if domain == "label01":
        yield "A3", "labels of −1 and 1", Node("-", (Node("*", (constant(2.0), node)), constant(1.0)))
    if domain not in _LABELS:
        yield from _of_number_in_name(node, domain)


def _of_number_in_name(node: Node, domain: str) -> Iterator[_Change]:
    yield "W12", "square too much", Node("**", (node, constant(2.0)))
    yield "W13", "root too much", Node("sqrt", (Node("abs", (node,)),))
    yield "W20", "1 too much", Node("+", (node, constant(1.0)))
    if domain in {"real", "logits"}:
        yield "W1", "absolute value too much", Node("abs", (node,))
        yield "W20", "exponential too much", Node("exp", (node,))
    else:
        yield "A7", "logarithm too much", Node("log", (node,))
        yield "W20", "divided by its sum", Node("/", (node, Node("sum", (node,))))


def _of_number(number: float) -> Iterator[_Change]:
    for other in dict.fromkeys((2.0 * number, 0.5 * number, -number, 1.0 + number, number - 1.0, 0.0)):
        if other != number:
            code, name = ("S2", "wrong sign in one term") if other == -number else ("W20", "another constant")
            yield code, name, constant(other)


def _of_function(head: str, inner: Node) -> Iterator[_Change]:
    if head in _WITHOUT:
        yield (*_WITHOUT[head], inner)
    for code, name, make in _ALIKE.get(head, ()):
        yield code, name, make(inner)
    if head in _AGGREGATES:
        yield "W13", "root too much", Node("sqrt", (Node(head, (inner,)),))
        yield "W12", "square too much", Node("**", (Node(head, (inner,)), constant(2.0)))
    if head == "sum":
        yield "W17", "true class alone", Node("sum", (Node("*", (named("y"), inner)),))
        if inner.head == "*":
            yield "X5", "largest instead of the true class's", Node("top", inner.parts[1:])
    if head == "log":
        yield from _of_logarithm(inner)
    if head in _POINTWISE:
        yield "S2", "wrong sign inside", Node(head, (Node("neg", (inner,)),))
        yield "W22", "averaged too early", Node(head, (Node("average", (inner,)),))
        yield from _of_its_argument(head, inner)


def _of_logarithm(inner: Node) -> Iterator[_Change]:
    yield from (("E4", "eps too large", Node("log", (Node("+", (inner, constant(e))),))) for e in LARGE_EPS)
    if inner.head in {"sigmoid", "softmax"}:
        bare = [Node("max", (inner.parts[0], constant(e))) for e in USUAL_EPS]
        yield from ((*_WITHOUT[inner.head], Node("log", (argument,))) for argument in bare)


def _of_its_argument(head: str, inner: Node) -> Iterator[_Change]:
    """Yield what stands outside of a function and belongs inside."""
    if inner.head not in {"*", "/", "+", "-"}:
        return
    first, second = inner.parts
    yield "W20", "part outside of the function", Node(inner.head, (Node(head, (first,)), second))
    if inner.head != "/":
        yield "W20", "part outside of the function", Node(inner.head, (first, Node(head, (second,))))
    if inner.head in {"*", "/"}:
        yield "W20", "function of each", Node(inner.head, (Node(head, (first,)), Node(head, (second,))))


def _of_sum(first: Node, second: Node) -> Iterator[_Change]:
    yield "W11", "part missing", second
    yield "W11", "part missing", first
    yield "S2", "wrong sign in one term", Node("-", (first, second))
    yield "W20", "product for sum", Node("*", (first, second))


def _of_difference(first: Node, second: Node) -> Iterator[_Change]:
    yield "W11", "part missing", Node("neg", (second,))
    yield "W11", "part missing", second
    yield "W11", "part missing", first
    yield "S2", "wrong sign in one term", Node("+", (first, second))
    yield "S2", "difference the wrong way round", Node("-", (second, first))
    yield "W20", "ratio for difference", Node("/", (first, second))
    yield "W20", "product for difference", Node("*", (first, second))
    if first.head == second.head and first.head in _POINTWISE:
        difference = Node("-", (*first.parts, *second.parts))
        yield "W20", "function of the difference", Node(first.head, (difference,))
        yield "W20", "function of the difference", Node(first.head, (Node("abs", (difference,)),))
    if second.head == "**":
        base, exponent = second.parts
        yield "W12", "exponent of the whole difference", Node("**", (Node("-", (first, base)), exponent))


def _of_product(first: Node, second: Node) -> Iterator[_Change]:
    yield "W11", "factor missing", second
    yield "W11", "factor missing", first
    yield "W20", "division for product", Node("/", (first, second))
    yield "W20", "sum for product", Node("+", (first, second))
    yield "W20", "difference for product", Node("-", (first, second))
    yield "W12", "square too much", Node("**", (Node("*", (first, second)), constant(2.0)))
    if first.head == "**":
        base, exponent = first.parts
        yield "W20", "exponent of the whole product", Node("**", (Node("*", (base, second)), exponent))
    if second.head in {"+", "-"}:
        left, right = second.parts
        yield "W20", "parentheses missing", Node(second.head, (Node("*", (first, left)), right))
        yield "W20", "parentheses missing", Node(second.head, (left, Node("*", (first, right))))
    for outer, function in ((first, second), (second, first)):
        if function.head in _POINTWISE:
            inside = Node("*", (outer, function.parts[0]))
            yield "W20", "factor inside", Node(function.head, (inside,))


def _of_ratio(first: Node, second: Node) -> Iterator[_Change]:
    yield "W11", "denominator missing", first
    yield "W18", "ratio upside down", Node("/", (second, first))
    yield "W20", "product for ratio", Node("*", (first, second))
    yield "W13", "root too much", Node("sqrt", (Node("/", (first, second)),))
    yield "W1", "absolute value too much", Node("abs", (Node("/", (first, second)),))
    yield "W12", "denominator squared", Node("/", (first, Node("**", (second, constant(2.0)))))
    if first.head in {"+", "-"}:
        left, right = first.parts
        yield "W20", "parentheses missing", Node(first.head, (left, Node("/", (right, second))))
    if second.head in {"+", "-", "*"}:
        left, right = second.parts
        head = "/" if second.head == "*" else second.head
        # a/b·c for a/(b·c), and a/b + c for a/(b + c).
        yield "W20", "parentheses missing", Node("*" if head == "/" else head, (Node("/", (first, left)), right))


def _of_power(base: Node, exponent: Node) -> Iterator[_Change]:
    yield "W12", "exponent missing", base
    yield "W12", "absolute instead of squared", Node("abs", (base,))
    yield "W10", "exponent as a factor", Node("*", (exponent, base))
    yield "W22", "averaged too early", Node("**", (Node("average", (base,)), exponent))
    if base.head in {"+", "-"}:
        first, second = base.parts
        apart = Node(base.head, (Node("**", (first, exponent)), Node("**", (second, exponent))))
        yield "W12", "exponent of each part", apart


def _of_negative(inner: Node) -> Iterator[_Change]:
    yield "S2", "wrong sign in one term", inner
    if inner.head == "log":
        yield "A7", "logarithm missing", Node("-", (constant(1.0), *inner.parts))


def _of_maximum(first: Node, second: Node) -> Iterator[_Change]:
    yield "W21", "maximum missing", second
    yield "W21", "maximum missing", first
    yield "W21", "minimum for maximum", Node("min", (first, second))
    for kept, inner in ((first, second), (second, first)):
        yield "W22", "averaged too early", Node("max", (kept, Node("average", (inner,))))


def _of_the_others(scores: Node, labels: Node) -> Iterator[_Change]:
    yield "W20", "smallest for largest", Node("least_of_the_others", (scores, labels))
    yield "W20", "mean for largest", Node("mean_of_the_others", (scores, labels))


def _of_branches(condition: Node, first: Node, second: Node) -> Iterator[_Change]:
    yield "W9", "branches exchanged", Node("where", (condition, second, first))
    yield "W9", "one branch alone", first
    yield "W9", "one branch alone", second
    yield "W9", "nothing in one branch", Node("where", (condition, first, constant(0.0)))
    yield "W9", "nothing in one branch", Node("where", (condition, constant(0.0), second))


_OPERATIONS: dict[str, Callable[..., Iterator[_Change]]] = {
    "+": _of_sum, "-": _of_difference, "*": _of_product, "/": _of_ratio, "**": _of_power, "neg": _of_negative,
    "max": _of_maximum, "where": _of_branches, "of_the_others": _of_the_others,
}  # fmt: skip


def _exchanged(formula: Formula, arrays: Domains) -> Iterator[Slip]:
    """Yield what is wrong where two arrays, or two defined parts, stand in each other's places."""
    for first, second in itertools.combinations(sorted(arrays), 2):
        changed = replaced(formula.root, _renaming({first: named(second), second: named(first)}))
        yield Slip("A1", "swapped arguments", changed, named(second), named(first))
    for one, two in itertools.combinations(formula.defined.values(), 2):
        if not _holds(one, two) and not _holds(two, one):
            changed = replaced(formula.root, {one: two, two: one}.get)
            yield Slip("A1", "swapped parts", changed, two, one)


def _renaming(names: Mapping[str, Node]) -> Callable[[Node], Node | None]:
    return lambda node: names.get(node.head.removeprefix(NAME)) if node.head.startswith(NAME) else None


def _put_for(node: Node, number: float, other: Node) -> Node | None:
    return other if node.head == NUMBER and node.number == number else None


def _everywhere(root: Node, domains: Domains) -> Iterator[Slip]:
    """Yield what is wrong alike in all places: a function, an axis, a name."""
    heads = [n.head for n in every_part(root) if n.parts]
    for head in sorted({h for h in heads if heads.count(h) > 1}):
        for code, name, make in _alike(head):
            changed = replaced(root, functools.partial(_remade, head=head, make=make))
            yield Slip(code, name, changed, make(named("…")), Node(head, (named("…"),)), everywhere=True)
    numbers = [n.number for n in every_part(root) if n.head == NUMBER]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        for code, words, other in _of_number(number):
            changed = replaced(root, functools.partial(_put_for, number=number, other=other))
            yield Slip(code, words, changed, other, constant(number), everywhere=True)
    heads = [n.head for n in every_part(root)]
    for name in sorted(n for n in domains if heads.count(NAME + n) > 1):
        for code, words, other in _of_name(named(name), domains[name]):
            changed = replaced(root, _renaming({name: other}))
            yield Slip(code, words, changed, other, named(name), everywhere=True)


def _alike(head: str) -> Iterator[tuple[str, str, Callable[[Node], Node]]]:
    if head in _WITHOUT:
        yield (*_WITHOUT[head], lambda inner: inner)
    yield from _ALIKE.get(head, ())


def _remade(node: Node, head: str, make: Callable[[Node], Node]) -> Node | None:
    if node.head != head:
        return None
    (inner,) = node.parts
    return make(replaced(inner, functools.partial(_remade, head=head, make=make)))
