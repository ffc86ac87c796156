"""Derivative of a tree, and its one-bug mutants: what one gets by misapplying one rule at one place.

Sums stay sums: the derivative of z[i] by z[k] is 1 where i = k and 0 elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from grader.algebra.ground import Definition
from grader.algebra.rules import (
    CHAIN,
    CHAIN_SIGN,
    ONE,
    OUTER,
    TERM_KEPT,
    WRONG_OUTER,
    ZERO,
    Bug,
    NoDerivative,
    add,
    divide,
    multiply,
    negate,
    power,
    square,
    subtract,
)
from grader.algebra.substitution import written_out
from grader.algebra.tree import Node, call, children, number, operation

MAX_MUTANTS = 120


class Derivative:
    """Differentiates by one name, with at most one bug at one place.

    Parameters
    ----------
    wrt : the variable, ("var", name) or ("idx", name, indices).
    definitions : abbreviations, written out on the way.
    bug_at : the rule that is misapplied (its number, or a function's name for all its uses) and which of its bugs;
        None for the true derivative.
    """

    def __init__(
        self, wrt: Node, definitions: Mapping[str, Definition], bug_at: tuple[int | str, int] | None = None
    ) -> None:
        self.wrt = wrt
        self.definitions = definitions
        self.bug_at = bug_at
        self.rules = 0
        self.functions: dict[str, int] = {}
        self.bug: Bug | None = None
        self.fresh = itertools.count()

    def of(self, tree: Node) -> Node:
        return self._d(written_out(tree, self.definitions, self.fresh))

    def _depends(self, tree: Node) -> bool:
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if node[0] == self.wrt[0] and node[1] == self.wrt[1]:
                return True
            waiting.extend(children(node))
        return False

    def _choose(self, right: Callable[[], Node], *wrong: tuple[Bug, Callable[[], Node]], function: str = "") -> Node:
        """Apply a rule, or the bug that is due at this place."""
        place = self.rules
        self.rules += 1
        self.functions[function] = self.functions.get(function, 0) + 1
        if self.bug_at is not None and self.bug_at[0] in {place, function} and self.bug_at[1] < len(wrong):
            bug, build = wrong[self.bug_at[1]]
            self.bug = bug
            return build()
        return right()

    def _d(self, node: Node) -> Node:
        if not self._depends(node):
            return ZERO
        tag = node[0]
        if tag == "var":
            return ONE
        if tag == "idx":
            return self._entry(node)
        if tag == "neg":
            return negate(self._d(node[1]))
        if tag == "bind":
            return self._sum(node)
        if tag == "call":
            return self._call(node)
        return self._operation(node)

    def _entry(self, node: Node) -> Node:
        result = ONE
        for mine, other in zip(node[2], self.wrt[2], strict=True):
            if mine != other:
                result = multiply(result, call("ind", operation("==", mine, other)))
        return result

    def _sum(self, node: Node) -> Node:
        if node[1] != "sum":
            raise NoDerivative("a product over an index")
        inner = ("bind", "sum", self._d(node[2]), *node[3:])
        bug = Bug("sum_dropped", "sum lost", "the sum over the index is missing")
        return self._choose(lambda: inner, (bug, lambda: inner[2]), *self._own_term(inner))

    def _own_term(self, total: Node) -> Iterator[tuple[Bug, Callable[[], Node]]]:
        """Keep, of a derivative by z[k], the k-th term alone: as if the others did not depend on z[k]."""
        if self.wrt[0] == "idx" and len(self.wrt[2]) == 1:
            own = call("ind", operation("==", ("var", total[3]), self.wrt[2][0]))
            bug = Bug("sum_dropped", "own term only", "only the term with the variable's own index was differentiated")
            yield bug, lambda: ("bind", "sum", multiply(total[2], own), *total[3:])

    def _operation(self, node: Node) -> Node:
        _, symbol, u, v = node
        if symbol in {"+", "-"}:
            return self._plus(symbol, u, v)
        if symbol == "*":
            return self._product(u, v)
        if symbol == "/":
            return self._quotient(u, v)
        return self._power(u, v)

    def _plus(self, symbol: str, u: Node, v: Node) -> Node:
        join = add if symbol == "+" else subtract
        other = subtract if symbol == "+" else add
        du, dv = self._d(u), self._d(v)
        sign = Bug("S2", "sign inside a sum", "one term of a sum has the wrong sign")
        return self._choose(
            lambda: join(du, dv),
            (TERM_KEPT, lambda: join(du, v)),
            (TERM_KEPT, lambda: join(u, dv)),
            (sign, lambda: other(du, dv)),
        )

    def _product(self, u: Node, v: Node) -> Node:
        du, dv = self._d(u), self._d(v)
        if ZERO in {du, dv}:
            return add(multiply(du, v), multiply(u, dv))
        naive = Bug("product_rule", "(uv)' taken as u'v'", "the product was differentiated factor by factor")
        half = Bug("product_rule", "half of the product rule", "one of the two terms of the product rule is missing")
        return self._choose(
            lambda: add(multiply(du, v), multiply(u, dv)),
            (naive, lambda: multiply(du, dv)),
            (half, lambda: multiply(du, v)),
            (half, lambda: multiply(u, dv)),
        )

    def _quotient(self, u: Node, v: Node) -> Node:
        du, dv = self._d(u), self._d(v)
        if dv == ZERO:
            return divide(du, v)
        first, second = multiply(du, v), multiply(u, dv)
        sign = Bug(
            "quotient_rule", "sign in the quotient rule", "the quotient rule has its terms in the wrong order or sign"
        )
        plain = Bug("quotient_rule", "denominator not squared", "the denominator of the quotient rule is not squared")
        kept = Bug("quotient_rule", "denominator taken as constant", "the denominator was treated as a constant")
        return self._choose(
            lambda: divide(subtract(first, second), square(v)),
            (sign, lambda: divide(add(first, second), square(v))),
            (sign, lambda: divide(subtract(second, first), square(v))),
            (plain, lambda: divide(subtract(first, second), v)),
            (kept, lambda: divide(du, v)),
        )

    def _power(self, u: Node, v: Node) -> Node:
        if self._depends(v):
            inner = multiply(v, call("log", u))
            return multiply(power(u, v), self._d(inner))
        du = self._d(u)
        lower = power(u, number(v[1] - 1) if v[0] == "num" else operation("-", v, ONE))
        factor = Bug("power_rule", "factor of the power lost", "the exponent did not come down as a factor")
        kept = Bug("power_rule", "exponent not lowered", "the exponent was not lowered by one")
        return self._choose(
            lambda: multiply(multiply(v, lower), du),
            (factor, lambda: multiply(lower, du)),
            (kept, lambda: multiply(multiply(v, power(u, v)), du)),
            (CHAIN, lambda: multiply(v, lower)),
            (CHAIN_SIGN, lambda: negate(multiply(multiply(v, lower), du))),
        )

    def _call(self, node: Node) -> Node:
        _, name, arguments = node
        if name == "if":
            return self._if(arguments)
        if name in {"max", "min"}:
            return self._extreme(name, arguments)
        if name == "clip":
            inner = call("min", arguments[0], arguments[2])
            return self._d(call("max", arguments[1], inner))
        if name == "ind":
            return ZERO
        if name == "root" and not self._depends(arguments[1]):
            return self._d(operation("^", arguments[0], operation("/", ONE, arguments[1])))
        if name == "log" and len(arguments) == 2:
            return self._d(operation("/", call("log", arguments[0]), call("log", arguments[1])))
        if name not in OUTER:
            raise NoDerivative(name)
        u = arguments[0]
        du = self._d(u)
        wrong = [(bug, _product_of(outer(u), du)) for bug, outer in WRONG_OUTER.get(name, ())]
        if du != ONE:
            wrong += [(CHAIN, _product_of(OUTER[name](u), ONE)), (CHAIN_SIGN, _product_of(OUTER[name](u), negate(du)))]
        return self._choose(_product_of(OUTER[name](u), du), *wrong, function=name)

    def _if(self, arguments: tuple[Node, ...]) -> Node:
        condition, u, v = arguments
        du, dv = self._d(u), self._d(v)
        swapped = Bug("branches", "branches swapped", "the two branches are exchanged")
        one = Bug("branches", "one branch only", "only one of the branches was kept")
        return self._choose(
            lambda: call("if", condition, du, dv),
            (swapped, lambda: call("if", condition, dv, du)),
            (one, lambda: du),
            (one, lambda: dv),
        )

    def _extreme(self, name: str, arguments: tuple[Node, ...]) -> Node:
        u, v = arguments[0], arguments[1] if len(arguments) == 2 else call(name, *arguments[1:])
        return self._if((operation(">" if name == "max" else "<", u, v), u, v))


def _product_of(a: Node, b: Node) -> Callable[[], Node]:
    return lambda: multiply(a, b)


def derivative(tree: Node, wrt: Node, definitions: Mapping[str, Definition]) -> Node:
    """Give the derivative of a tree; raises NoDerivative where no rule applies."""
    return Derivative(wrt, definitions).of(tree)


def mutants(tree: Node, wrt: Node, definitions: Mapping[str, Definition]) -> Iterator[tuple[Bug, Node]]:
    """Give what one gets by one misapplied rule, for every rule at every place.

    The outermost rules come first, as they explain a slip most simply; a term that was copied comes last: where another
    rule gives the same, that is the likelier slip.
    """
    found = itertools.islice(_mutants(tree, wrt, definitions), MAX_MUTANTS)
    copied = []
    for bug, result in found:
        if bug == TERM_KEPT:
            copied.append((bug, result))
        else:
            yield bug, result
    yield from copied


def _mutants(tree: Node, wrt: Node, definitions: Mapping[str, Definition]) -> Iterator[tuple[Bug, Node]]:
    plain = Derivative(wrt, definitions)
    plain.of(tree)
    repeated = [name for name, uses in plain.functions.items() if name and uses > 1]
    # Rules are numbered from the inside.
    places: list[int | str] = [*reversed(range(plain.rules)), *repeated]
    for place, which in itertools.product(places, range(6)):
        attempt = Derivative(wrt, definitions, (place, which))
        result = attempt.of(tree)
        if attempt.bug is not None:
            yield attempt.bug, result
