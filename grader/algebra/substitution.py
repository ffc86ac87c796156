"""Abbreviations written out, and trees put in the place of names, without capturing a bound index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.algebra.ground import Definition
from grader.algebra.rules import NoDerivative
from grader.algebra.tree import Node, children, measure, rebuild

MAX_DEPTH = 20
MAX_WRITTEN = 5000


def written_out(tree: Node, definitions: Mapping[str, Definition], fresh: Iterator[int], depth: int = 0) -> Node:
    """Replace abbreviations by what they stand for; indices bound inside them get names of their own.

    Raises
    ------
    NoDerivative
        Where they refer to each other in a circle, or what they stand for is too long.
    """
    if depth > MAX_DEPTH:
        raise NoDerivative("definitions that refer to each other in a circle")
    name = str(tree[1]) if tree[0] in {"var", "idx"} else ""
    parts = tuple(written_out(part, definitions, fresh, depth) for part in children(tree))
    if name not in definitions:
        return rebuild(tree, parts)
    indices, body = definitions[name]
    replaced = substituted(body, dict(zip(indices, parts, strict=True)), fresh)
    whole = written_out(replaced, definitions, fresh, depth + 1)
    if measure(whole)[0] > MAX_WRITTEN:
        raise NoDerivative("abbreviations that stand for something too long")
    return whole


def substituted(tree: Node, values: Mapping[str, Node], fresh: Iterator[int]) -> Node:
    """Replace scalars by trees, renaming every bound index so that none is captured."""
    if tree[0] == "var":
        return values.get(tree[1], tree)
    if tree[0] == "bind":
        _, kind, body, index, low, high = tree
        renamed = f"{index}_{next(fresh)}"
        inner = substituted(body, {**values, index: ("var", renamed)}, fresh)
        return ("bind", kind, inner, renamed, substituted(low, values, fresh), substituted(high, values, fresh))
    return rebuild(tree, tuple(substituted(part, values, fresh) for part in children(tree)))
