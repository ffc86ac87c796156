"""Derivatives by whole vectors and matrices: entry by entry, once the sizes of a case are written in.

gradient(L, w) is a call that nobody can type. Of a number it has the shape of w; of a vector by a vector it is the
Jacobian, with a row for each entry of the vector.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.algebra.derivative import Derivative
from grader.algebra.tree import Node, children


class _OfEntry(Derivative):
    """Differentiates grounded trees by one entry; what they share is differentiated once."""

    def __init__(self, wrt: Node) -> None:
        super().__init__(wrt, {})
        # The nodes are kept with what is known of them: their places in memory are the keys.
        self.results: dict[int, tuple[Node, Node]] = {}
        self.dependent: dict[int, tuple[Node, bool]] = {}

    def of(self, tree: Node) -> Node:
        return self._d(tree)

    def _depends(self, tree: Node) -> bool:
        if id(tree) not in self.dependent:
            depends = tree == self.wrt if tree[0] == "var" else any(map(self._depends, children(tree)))
            self.dependent[id(tree)] = (tree, depends)
        return self.dependent[id(tree)][1]

    def _d(self, node: Node) -> Node:
        if id(node) not in self.results:
            self.results[id(node)] = (node, super()._d(node))
        return self.results[id(node)][1]


def entrywise(
    entries: tuple[Node, ...], by: tuple[Node, ...], made: Callable[[Node, tuple[Node, ...]], Node]
) -> tuple[Node, ...]:
    """Differentiate every grounded entry by every grounded scalar, row by row.

    Parameters
    ----------
    made : makes the one object that stands for a node with these parts.

    Raises
    ------
    NoDerivative
        Where no rule applies.
    """
    rules = [_OfEntry(scalar) for scalar in by]
    known: dict[int, tuple[Node, Node]] = {}

    def kept(node: Node) -> Node:
        if id(node) not in known:
            known[id(node)] = (node, made(node, tuple(map(kept, children(node)))))
        return known[id(node)][1]

    return tuple(kept(rule.of(entry)) for entry in entries for rule in rules)
