"""Other ways to write an expression: identities of calculus class, applied everywhere they fit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from grader.algebra.problem import Problem
from grader.algebra.substitution import written_out
from grader.algebra.tree import Node, call, children, is_condition, number, operation, rebuild

ONE, TWO = number(1), number(2)
HALF = number(Fraction(1, 2))
Rule = Callable[[Node], Node | None]


def _op(symbol: str) -> Callable[[Node, Node], Node]:
    return lambda a, b: operation(symbol, a, b)


plus, minus, times, over, power = map(_op, ("+", "-", "*", "/", "^"))


def _calls(**rules: Callable[..., Node]) -> Rule:
    return lambda node: rules[node[1]](*node[2]) if node[0] == "call" and node[1] in rules else None


def _operations(rules: Mapping[str, Callable[[Node, Node], Node]]) -> Rule:
    return lambda node: rules[node[1]](*node[2:]) if node[0] == "op" and node[1] in rules else None


def _distributed(a: Node, b: Node) -> Node:
    for whole, other in ((a, b), (b, a)):
        if whole[0] == "op" and whole[1] in {"+", "-"}:
            return operation(whole[1], times(whole[2], other), times(whole[3], other))
    return times(b, a)


def _extreme(larger: str) -> Callable[[Node, Node], Node]:
    return lambda a, b: call("if", operation(larger, a, b), a, b)


def _by_bars(join: Callable[[Node, Node], Node]) -> Callable[[Node, Node], Node]:
    return lambda a, b: times(HALF, join(plus(a, b), call("abs", minus(a, b))))


ZERO = number(0)
# Sums may be turned for arrays too; the other identities are those of numbers.
TURNED = _operations({"+": lambda a, b: minus(b, ("neg", a)), "-": lambda a, b: ("neg", minus(b, a))})
RULES: Mapping[str, Rule] = {
    "factors exchanged": _operations(
        {"*": lambda a, b: times(b, a), "/": lambda a, b: times(power(b, ("neg", ONE)), a)}
    ),
    "brackets multiplied out": _operations({"*": _distributed}),
    "squares written out": lambda node: times(node[2], node[2]) if node[:2] == ("op", "^") and node[3] == TWO else None,
    "exponentials": _calls(
        sigma=lambda u: over(ONE, plus(ONE, call("exp", ("neg", u)))),
        softplus=lambda u: call("log", plus(ONE, call("exp", u))),
        tanh=lambda u: minus(ONE, over(TWO, plus(ONE, call("exp", times(TWO, u))))),
    ),
    "hyperbolic tangents": _calls(sigma=lambda u: times(HALF, plus(ONE, call("tanh", over(u, TWO))))),
    "cases": _calls(
        abs=lambda u: call("if", operation(">", u, ZERO), u, ("neg", u)),
        relu=lambda u: call("if", operation(">", u, ZERO), u, ZERO),
        max=_extreme(">"),
        min=_extreme("<"),
        sign=lambda u: call("if", operation(">", u, ZERO), ONE, ("neg", ONE)),
        ind=lambda c: call("if", c, ONE, ZERO),
    ),
    "absolute values": _calls(max=_by_bars(plus), min=_by_bars(minus)),
}


def rewritten(tree: Node, rule: Rule) -> Node:
    """Apply a rule at every place, from the inside out."""
    parts = tuple(part if is_condition(part) else rewritten(part, rule) for part in children(tree))
    node = rebuild(tree, parts)
    return rule(node) or node


def equal_forms(problem: Problem, tree: Node) -> Iterator[tuple[str, Node]]:
    """Give other forms of an expression, each with the name of what was done to it."""
    rules = {"sums turned": TURNED} if problem.symbols.vector else {"sums turned": TURNED, **RULES, **_labels(problem)}
    forms = [(name, rewritten(tree, rule)) for name, rule in rules.items()]
    if not problem.symbols.vector:
        forms.append(("abbreviations written out", written_out(tree, problem.definitions, itertools.count())))
    forms.append(("doubled and halved", times(HALF, plus(tree, tree))))
    seen = {tree}
    for name, form in forms:
        if form not in seen:
            seen.add(form)
            yield name, form


def _labels(problem: Problem) -> dict[str, Rule]:
    """Use what labels obey: y² = y on {0,1}, y³ = y on {-1,1}."""
    powers = {}
    for name, domain in problem.domains.items():
        if domain.values and set(domain.values) in ({0, 1}, {-1, 1}):
            powers[name] = TWO if 0 in domain.values else number(3)
    return {
        "powers of labels": lambda node: (
            power(node, powers[node[1]]) if node[0] == "var" and node[1] in powers else None
        )
    }
