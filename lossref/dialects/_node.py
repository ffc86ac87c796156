"""Arrays that remember how they came about, their operators, and the way back from a result to its gradient."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Backward = Callable[[Array], Any]
_order = itertools.count()


class Node:
    """An array with the way it came about: (parent, function from its own gradient to the parent's) pairs."""

    __slots__ = ("parents", "rank", "value")
    __array_ufunc__ = None  # numpy's operators give way to those below
    __hash__ = None  # type: ignore[assignment] # a comparison is elementwise, as an array's

    def __init__(self, value: Any, parents: Sequence[tuple[Node, Backward]] = ()) -> None:
        self.value: Array = np.asarray(value)
        self.parents = parents
        self.rank = next(_order)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    dtype = property(lambda self: self.value.dtype)
    T = property(lambda self: primitive(self.value.T, (self, lambda g: g.T)))

    def __len__(self) -> int:
        return len(self.value)

    def __add__(self, other: Any) -> Any:
        return primitive(self.value + plain(other), (self, lambda g: g), (other, lambda g: g))

    def __sub__(self, other: Any) -> Any:
        return primitive(self.value - plain(other), (self, lambda g: g), (other, lambda g: -g))

    def __rsub__(self, other: Any) -> Any:
        return primitive(plain(other) - self.value, (self, lambda g: -g), (other, lambda g: g))

    def __mul__(self, other: Any) -> Any:
        a, b = self.value, plain(other)
        return primitive(a * b, (self, lambda g: g * b), (other, lambda g: g * a))

    def __truediv__(self, other: Any) -> Any:
        return _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _quotient(other, self)

    def __pow__(self, other: Any) -> Any:
        return power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return power(other, self)

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    def __neg__(self) -> Any:
        return primitive(-self.value, (self, lambda g: -g))

    def __abs__(self) -> Any:
        return absolute(self)

    def __getitem__(self, index: Any) -> Any:
        def scattered(g: Array) -> Array:
            whole = np.zeros_like(self.value)
            np.add.at(whole, index, g)
            return whole

        return primitive(self.value[index], (self, scattered))

    # A comparison has no derivative: it gives a plain array.
    def __lt__(self, other: Any) -> Any:
        return self.value < plain(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= plain(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > plain(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= plain(other)

    def __eq__(self, other: object) -> Any:
        return self.value == plain(other)

    def __ne__(self, other: object) -> Any:
        return self.value != plain(other)

    __radd__ = __add__
    __rmul__ = __mul__


def gradient(function: Callable[..., Any], arguments: Mapping[str, Any], wrt: str) -> Array:
    """Gradient of the sum of `function(**arguments)` with respect to the argument `wrt`, in its shape and dtype."""
    leaf = Node(np.asarray(arguments[wrt]))
    result = function(**{**arguments, wrt: leaf})
    if not isinstance(result, Node):
        return np.zeros_like(leaf.value)
    gradients = {result.rank: np.ones_like(result.value)}
    for node in _newest_first(result):
        upstream = gradients[node.rank]
        for parent, backward in node.parents:
            share = _fitted(backward(upstream), parent.value)
            known = gradients.get(parent.rank)
            gradients[parent.rank] = share if known is None else known + share
    return gradients.get(leaf.rank, np.zeros_like(leaf.value))


def primitive(value: Any, *parents: tuple[Any, Backward]) -> Any:
    """`value`, whose gradient goes to each parent by the function beside it; plain where no parent is a Node.

    A parent's gradient may come in the broadcast shape: it is summed over what was stretched.
    """
    nodes = tuple((parent, backward) for parent, backward in parents if isinstance(parent, Node))
    return Node(value, nodes) if nodes else value


def plain(x: Any) -> Any:
    """Give the value alone."""
    return x.value if isinstance(x, Node) else x


def _newest_first(result: Node) -> list[Node]:
    found, waiting = {result.rank: result}, [result]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent.rank not in found:
                found[parent.rank] = parent
                waiting.append(parent)
    return [found[rank] for rank in sorted(found, reverse=True)]


def _fitted(share: Any, to: Array) -> Array:
    """Gradient of an array that was broadcast: summed over the stretched axes."""
    share = np.asarray(share)
    if share.shape != to.shape:
        share = np.broadcast_to(share, np.broadcast_shapes(share.shape, to.shape))
        share = share.sum(axis=tuple(range(share.ndim - to.ndim)))
        stretched = tuple(i for i, (n, m) in enumerate(zip(share.shape, to.shape, strict=True)) if n != m)
        share = share.sum(axis=stretched, keepdims=True)
    fitted: Array = share.astype(to.dtype, copy=False)
    return fitted


def _quotient(a: Any, b: Any) -> Any:
    top, bottom = plain(a), plain(b)
    value = np.divide(top, bottom)
    return primitive(value, (a, lambda g: g / bottom), (b, lambda g: -g * (value / bottom)))


def power(a: Any, b: Any) -> Any:
    """a^b; the derivative of x^0 is 0 everywhere, that in the exponent 0 where a is 0 and b is not negative."""
    base, exponent = np.asarray(plain(a)), plain(b)
    value = np.power(base, exponent)

    def in_base(g: Array) -> Any:
        return g * np.where(np.equal(exponent, 0.0), 0.0, exponent * np.power(base, exponent - 1.0))

    def in_exponent(g: Array) -> Any:
        return g * np.where((base == 0.0) & np.greater_equal(exponent, 0.0), 0.0, value * np.log(base))

    return primitive(value, (a, in_base), (b, in_exponent))


def matmul(a: Any, b: Any) -> Any:
    """Matrix product of arrays with at least two axes."""
    left, right = plain(a), plain(b)
    return primitive(
        left @ right,
        (a, lambda g: g @ np.swapaxes(right, -1, -2)),
        (b, lambda g: np.swapaxes(left, -1, -2) @ g),
    )


def absolute(x: Any) -> Any:
    """|x|, with the derivative 0 at 0."""
    inside = plain(x)
    return primitive(np.abs(inside), (x, lambda g: g * np.sign(inside)))
