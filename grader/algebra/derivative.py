"""Derivative of a tree, and its one-bug mutants: what one gets by misapplying one rule at one place.

Sums stay sums: the derivative of z[i] by z[k] is 1 where i = k and 0 elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from grader.algebra.ground import Definition
from grader.algebra.tree import Node, call, children, measure, number, operation, rebuild

ZERO, ONE, TWO = number(0), number(1), number(2)
MAX_MUTANTS = 120
MAX_DEPTH = 20
MAX_WRITTEN = 5000


class NoDerivative(Exception):  # noqa: N818
    """No rule differentiates this expression."""


class Bug(NamedTuple):
    """One wrong rule: `code` as findings carry it, and the sentence that names it."""

    code: str
    name: str
    sentence: str


def add(a: Node, b: Node) -> Node:
    return b if a == ZERO else a if b == ZERO else operation("+", a, b)


def subtract(a: Node, b: Node) -> Node:
    return negate(b) if a == ZERO else a if b == ZERO else operation("-", a, b)


def multiply(a: Node, b: Node) -> Node:
    if ZERO in {a, b}:
        return ZERO
    return b if a == ONE else a if b == ONE else operation("*", a, b)


def divide(a: Node, b: Node) -> Node:
    return ZERO if a == ZERO else operation("/", a, b)


def negate(a: Node) -> Node:
    return ZERO if a == ZERO else ("neg", a)


def power(a: Node, exponent: Node) -> Node:
    return ONE if exponent == ZERO else a if exponent == ONE else operation("^", a, exponent)


def _square(u: Node) -> Node:
    return power(u, TWO)


def _sqrt1(u: Node, sign: str) -> Node:
    return call("sqrt", operation(sign, ONE, _square(u)))


# d f(u) / du
OUTER: Mapping[str, Callable[[Node], Node]] = {
    "exp": lambda u: call("exp", u),
    "log": lambda u: divide(ONE, u),
    "sqrt": lambda u: divide(ONE, multiply(TWO, call("sqrt", u))),
    "abs": lambda u: call("sign", u),
    "sign": lambda _: ZERO,
    "sigma": lambda u: multiply(call("sigma", u), subtract(ONE, call("sigma", u))),
    "softplus": lambda u: call("sigma", u),
    "relu": lambda u: call("ind", operation(">", u, ZERO)),
    "log1p": lambda u: divide(ONE, add(ONE, u)),
    "expm1": lambda u: call("exp", u),
    "erf": lambda u: multiply(divide(TWO, call("sqrt", ("const", "pi"))), call("exp", negate(_square(u)))),
    "sin": lambda u: call("cos", u),
    "cos": lambda u: negate(call("sin", u)),
    "tan": lambda u: divide(ONE, _square(call("cos", u))),
    "cot": lambda u: negate(divide(ONE, _square(call("sin", u)))),
    "sec": lambda u: multiply(call("sec", u), call("tan", u)),
    "csc": lambda u: negate(multiply(call("csc", u), call("cot", u))),
    "asin": lambda u: divide(ONE, _sqrt1(u, "-")),
    "acos": lambda u: negate(divide(ONE, _sqrt1(u, "-"))),
    "atan": lambda u: divide(ONE, add(ONE, _square(u))),
    "sinh": lambda u: call("cosh", u),
    "cosh": lambda u: call("sinh", u),
    "tanh": lambda u: subtract(ONE, _square(call("tanh", u))),
    "sech": lambda u: negate(multiply(call("sech", u), call("tanh", u))),
    "asinh": lambda u: divide(ONE, _sqrt1(u, "+")),
    "atanh": lambda u: divide(ONE, subtract(ONE, _square(u))),
}
CHAIN = Bug("chain_rule", "inner derivative lost", "the chain rule's inner derivative is missing")
CHAIN_SIGN = Bug("chain_rule", "sign of the inner derivative", "the inner derivative has lost its sign")
TERM_KEPT = Bug("term_kept", "term not differentiated", "one term of a sum was not differentiated")
# Wrong outer derivatives that are seen: function to (bug, d f(u) / du).
WRONG_OUTER: Mapping[str, tuple[tuple[Bug, Callable[[Node], Node]], ...]] = {
    "sigma": (
        (Bug("sigma_derivative", "σ' taken as σ", "σ' was taken as σ where it is σ(1−σ)"), lambda u: call("sigma", u)),
        (
            Bug("sigma_derivative", "σ' taken as 1−σ", "σ' was taken as 1−σ where it is σ(1−σ)"),
            lambda u: subtract(ONE, call("sigma", u)),
        ),
        (
            Bug("sigma_derivative", "σ' taken as σ(1+σ)", "σ' was taken as σ(1+σ) where it is σ(1−σ)"),
            lambda u: multiply(call("sigma", u), add(ONE, call("sigma", u))),
        ),
    ),
    "log": (
        (Bug("log_derivative", "1/u of the logarithm lost", "log u was not differentiated to 1/u"), lambda _: ONE),
        (
            Bug("log_derivative", "log' taken as −1/u²", "log u was differentiated to −1/u² where it is 1/u"),
            lambda u: negate(divide(ONE, _square(u))),
        ),
    ),
    "exp": (
        (
            Bug("exp_derivative", "exp taken as a power", "e^u was differentiated like a power"),
            lambda u: multiply(u, call("exp", subtract(u, ONE))),
        ),
        (Bug("exp_derivative", "exp lost", "the factor e^u is missing"), lambda _: ONE),
    ),
    "abs": ((Bug("abs_derivative", "|u|' taken as 1", "|u|' was taken as 1 where it is sign(u)"), lambda _: ONE),),
    "tanh": (
        (
            Bug("tanh_derivative", "tanh' taken as 1−tanh", "tanh' was taken as 1−tanh where it is 1−tanh²"),
            lambda u: subtract(ONE, call("tanh", u)),
        ),
    ),
}


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
        return self._choose(lambda: inner, (bug, lambda: inner[2]))

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
        square = Bug("quotient_rule", "denominator not squared", "the denominator of the quotient rule is not squared")
        kept = Bug("quotient_rule", "denominator taken as constant", "the denominator was treated as a constant")
        return self._choose(
            lambda: divide(subtract(first, second), _square(v)),
            (sign, lambda: divide(add(first, second), _square(v))),
            (sign, lambda: divide(subtract(second, first), _square(v))),
            (square, lambda: divide(subtract(first, second), v)),
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
