"""The reference with one edit: a term or factor lost or doubled, a sign turned, a power off by one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from grader.algebra.printing import to_text
from grader.algebra.tree import Node, children, is_condition, number, operation, rebuild


class Edit(NamedTuple):
    """An edited tree, with the code, the name and the sentence of what was done to it."""

    code: str
    name: str
    sentence: str
    tree: Node


def one_edits(tree: Node) -> Iterator[Edit]:
    """Give the tree with one edit each, the outermost places first."""
    if is_condition(tree) or tree[0] == "idx":
        return
    yield from _edits_here(tree)
    parts = children(tree)
    for place, part in enumerate(parts):
        for edit in one_edits(part):
            yield edit._replace(tree=rebuild(tree, (*parts[:place], edit.tree, *parts[place + 1 :])))


def _edits_here(tree: Node) -> Iterator[Edit]:
    if tree[0] == "neg":
        yield Edit("S2", "sign inside", f"the minus sign before {to_text(tree[1])} is missing", tree[1])
    if tree[0] != "op":
        return
    _, symbol, left, right = tree
    if symbol in {"+", "-"}:
        yield from _edits_of_sum(symbol, left, right)
    elif symbol == "*":
        for lost, kept in ((left, right), (right, left)):
            yield Edit("factor", "factor lost", f"the factor {to_text(lost)} is missing", kept)
    elif symbol == "/":
        yield Edit("factor", "divisor lost", f"the division by {to_text(right)} is missing", left)
    elif symbol == "^" and right[0] == "num":
        for step in (-1, 1):
            wrong = operation("^", left, number(right[1] + step))
            yield Edit("power", "power off by one", f"the power of {to_text(left)} is off by one", wrong)
        yield Edit("power", "power lost", f"the power {to_text(right)} of {to_text(left)} is missing", left)


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


def _scaled(factor: Fraction, term: Node) -> Node:
    return operation("*", number(factor), term)
