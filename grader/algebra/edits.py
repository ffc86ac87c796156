"""A tree with one edit: a term or factor lost, added or doubled, a sign turned, a power off by one.

`one_edits` makes slips of the reference; `one_mends` undoes a slip in the answer, in the form that the answer has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from grader.algebra.printing import to_text
from grader.algebra.tree import Node, children, is_condition, number, operation, rebuild

ONE = number(1)
# Functions that are taken term by term, though none of them is linear.
SPLIT = frozenset({"sqrt", "log", "exp", "abs", "sigma", "tanh"})


class Edit(NamedTuple):
    """An edited tree, with the code, the name and the sentence of what was done to it."""

    code: str
    name: str
    sentence: str
    tree: Node


def one_edits(tree: Node) -> Iterator[Edit]:
    """Give the tree with one edit each, the outermost places first."""
    return _everywhere(tree, _edits_here)


def one_mends(tree: Node, factors: Sequence[Node]) -> Iterator[Edit]:
    """Give the tree with one slip undone each, and with one of the factors put in or divided out."""
    return _everywhere(tree, lambda part: _mends_here(part, factors))


def _everywhere(tree: Node, here: Callable[[Node], Iterator[Edit]]) -> Iterator[Edit]:
    if is_condition(tree) or tree[0] == "idx":
        return
    yield from here(tree)
    parts = children(tree)
    for place, part in enumerate(parts):
        for edit in _everywhere(part, here):
            yield edit._replace(tree=rebuild(tree, (*parts[:place], edit.tree, *parts[place + 1 :])))


def _edits_here(tree: Node) -> Iterator[Edit]:
    if tree[0] == "neg":
        yield Edit("S2", "sign inside", f"the minus sign before {to_text(tree[1])} is missing", tree[1])
    elif tree[0] == "call":
        yield from _edits_of_call(tree)
    elif tree[0] == "bind" and tree[1] == "sum":
        yield from _edits_of_bound(tree)
    elif tree[0] == "op" and tree[1] in EDITS_OF:
        yield from EDITS_OF[tree[1]](*tree[1:])


def _edits_of_bound(tree: Node) -> Iterator[Edit]:
    """Take a sum of products for a product of sums, and a sum of powers for a power of the sum."""
    body = tree[2]
    if body[0] == "op" and body[1] in {"*", "^"}:
        left = rebuild(tree, (body[2], *tree[4:]))
        right = body[3] if body[1] == "^" else rebuild(tree, (body[3], *tree[4:]))
        sentence = f"the sum of {to_text(body)} was taken factor by factor"
        yield Edit("linear", "sum of products", sentence, operation(body[1], left, right))


def _edits_of_product(_: str, left: Node, right: Node) -> Iterator[Edit]:
    for lost, kept in ((left, right), (right, left)):
        yield Edit("factor", "factor lost", f"the factor {to_text(lost)} is missing", kept)


def _edits_of_quotient(_: str, left: Node, right: Node) -> Iterator[Edit]:
    yield Edit("factor", "divisor lost", f"the division by {to_text(right)} is missing", left)
    yield from _term_by_term(f"{to_text(left)}/(…)", right, lambda part: operation("/", left, part))


def _edits_of_power(_: str, left: Node, right: Node) -> Iterator[Edit]:
    if right[0] != "num":
        return
    for step in (-1, 1):
        wrong = operation("^", left, number(right[1] + step))
        yield Edit("power", "power off by one", f"the power of {to_text(left)} is off by one", wrong)
    yield Edit("power", "power lost", f"the power {to_text(right)} of {to_text(left)} is missing", left)
    yield from _term_by_term(f"the power {to_text(right)}", left, lambda part: operation("^", part, right))


def _edits_of_call(tree: Node) -> Iterator[Edit]:
    """Take a function of a sum, or a logarithm of a product, for what it would be if it went through to the parts."""
    _, name, arguments = tree
    if name == "sigma":
        turned = ("call", name, (("neg", arguments[0]),))
        yield Edit("S2", "sign inside", f"{to_text(arguments[0])} has the wrong sign in {name}(…)", turned)
    if len(arguments) == 1 and name in SPLIT:
        yield from _term_by_term(f"{name}(…)", arguments[0], lambda part: _simple_root(name, part))
    if name == "log" and arguments[0][0] == "op" and arguments[0][1] in {"*", "/"}:
        _, symbol, left, right = arguments[0]
        split = operation(symbol, ("call", name, (left,)), ("call", name, (right,)))
        yield Edit("log_rule", "log of a product", f"{to_text(tree)} was split into {to_text(split)}", split)


def _term_by_term(what: str, argument: Node, apply: Callable[[Node], Node]) -> Iterator[Edit]:
    if argument[0] == "op" and argument[1] in {"+", "-"}:
        _, symbol, left, right = argument
        split = operation(symbol, apply(left), apply(right))
        yield Edit("linear", "taken term by term", f"{what} was applied to each term of {to_text(argument)}", split)


def _simple_root(name: str, part: Node) -> Node:
    """Apply a function, √(u²) as u: who splits a root goes on like that."""
    squared = name == "sqrt" and part[0] == "op" and part[1] == "^" and part[3] == number(2)
    return part[2] if squared else ("call", name, (part,))


def _edits_of_sum(symbol: str, left: Node, right: Node) -> Iterator[Edit]:
    other = "-" if symbol == "+" else "+"
    yield Edit("S2", "sign of a term", f"the term {to_text(right)} has the wrong sign", operation(other, left, right))
    yield Edit("term_lost", "term lost", f"the term {to_text(right)} is missing", left)
    yield Edit(
        "term_lost", "term lost", f"the term {to_text(left)} is missing", right if symbol == "+" else ("neg", right)
    )
    for factor, words in ((Fraction(2), "counted twice"), (Fraction(1, 2), "halved")):
        for term, tree in (
            (right, operation(symbol, left, _scaled(factor, right))),
            (left, operation(symbol, _scaled(factor, left), right)),
        ):
            yield Edit("G2", "factor in one term", f"the term {to_text(term)} is {words}", tree)
    if (symbol, left) == ("-", ONE):
        meant = f"{to_text(right)} stands where 1-{to_text(right)} is meant"
        yield Edit("complement", "1−u taken as u", meant, right)


EDITS_OF: Mapping[str, Callable[[str, Node, Node], Iterator[Edit]]] = {
    "+": _edits_of_sum,
    "-": _edits_of_sum,
    "*": _edits_of_product,
    "/": _edits_of_quotient,
    "^": _edits_of_power,
}


def _scaled(factor: Fraction, term: Node) -> Node:
    return operation("*", number(factor), term)


def _mends_here(tree: Node, factors: Sequence[Node]) -> Iterator[Edit]:
    if tree[0] == "neg":
        yield Edit("S2", "sign inside", f"{to_text(tree[1])} has a minus sign too many", tree[1])
    elif tree[0] == "call":
        yield from _mended_arguments(tree)
    elif tree[0] == "op":
        _, symbol, left, right = tree
        if symbol in {"+", "-"}:
            yield from _mended_sum(tree, factors)
        elif symbol in {"*", "/"}:
            word = "factor" if symbol == "*" else "divisor"
            yield Edit("factor", f"extra {word}", f"the {word} {to_text(right)} is one too many", left)
            if symbol == "*":
                yield Edit("factor", "extra factor", f"the factor {to_text(left)} is one too many", right)
        elif symbol == "^" and right[0] == "num":
            for step in (-1, 1):
                mended = operation("^", left, number(right[1] + step))
                yield Edit("power", "power off by one", f"the power of {to_text(left)} is off by one", mended)


def _mended_arguments(tree: Node) -> Iterator[Edit]:
    _, name, arguments = tree
    for place, argument in enumerate(arguments):
        if not is_condition(argument):
            turned = (*arguments[:place], ("neg", argument), *arguments[place + 1 :])
            sentence = f"{to_text(argument)} has the wrong sign in {name}(…)"
            yield Edit("S2", "sign inside", sentence, ("call", name, turned))


def _mended_sum(tree: Node, factors: Sequence[Node]) -> Iterator[Edit]:
    _, symbol, left, right = tree
    turned = operation("-" if symbol == "+" else "+", left, right)
    for term, without, other in (
        (right, left, turned),
        (left, right if symbol == "+" else ("neg", right), operation(symbol, ("neg", left), right)),
    ):
        shown = f"the term {to_text(term)}"
        yield Edit("S2", "sign of a term", f"{shown} has the wrong sign", other)
        yield Edit("term_added", "extra term", f"{shown} is one too many", without)
        for edit in _mended_term(term, shown, factors):
            parts = (left, edit.tree) if term is right else (edit.tree, right)
            yield edit._replace(tree=operation(symbol, *parts))


def _mended_term(term: Node, shown: str, factors: Sequence[Node]) -> Iterator[Edit]:
    for number_of, words in ((Fraction(2), "halved"), (Fraction(1, 2), "counted twice")):
        yield Edit("G2", "factor in one term", f"{shown} is {words}", _scaled(number_of, term))
    for factor in factors:
        lost, undone = (
            f"{words} {to_text(factor)} is missing in {shown}" for words in ("the factor", "the division by")
        )
        yield Edit("factor", "factor lost", lost, operation("*", term, factor))
        yield Edit("factor", "divisor lost", undone, operation("/", term, factor))
