"""Random pairs against an independent evaluation in 40 digits: nothing false is accepted, nothing true refuted."""

import random
from collections import Counter
from fractions import Fraction

import mpmath
import pytest

from grader.algebra.printing import to_text
from grader.algebra.service import answer
from grader.algebra.tree import call, children, is_condition, number, operation, rebuild

VARIABLES = {"x": "real", "p": "(0,1)", "t": "positive"}
HALF = ("num", Fraction(1, 2))
ONE, TWO = number(1), number(2)
FUNCTIONS = ["exp", "log", "sqrt", "abs", "sign", "sigma", "tanh", "softplus", "relu", "sin", "cos"]
NEAR_ZERO = mpmath.mpf(10) ** -25


def leaf(rng):
    return rng.choice([("var", name) for name in VARIABLES] * 2 + [ONE, TWO, HALF])


def tree(rng, depth):
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng)
    below = [tree(rng, depth - 1) for _ in range(4)]
    kind = rng.random()
    if kind < 0.55:
        return operation(rng.choice("+-*/"), *below[:2])
    if kind < 0.65:
        return operation("^", below[0], rng.choice([TWO, number(3), HALF]))
    if kind < 0.85:
        return call(rng.choice(FUNCTIONS), below[0])
    if kind < 0.92:
        return call(rng.choice(["max", "min"]), *below[:2])
    return call("if", operation(rng.choice(["<", ">="]), *below[:2]), *below[2:])


REWRITES = {
    "sigma": lambda a: operation("/", operation("+", call("tanh", operation("/", a, TWO)), ONE), TWO),
    "softplus": lambda a: operation("+", a, call("log", operation("+", ONE, call("exp", ("neg", a))))),
    "abs": lambda a: call("max", a, ("neg", a)),
    "tanh": lambda a: operation("-", operation("*", TWO, call("sigma", operation("*", TWO, a))), ONE),
    "relu": lambda a: operation("/", operation("+", a, call("abs", a)), TWO),
    "exp": lambda a: operation("^", call("exp", operation("/", a, TWO)), TWO),
    "cos": lambda a: operation("-", ONE, operation("*", TWO, operation("^", call("sin", operation("/", a, TWO)), TWO))),
    "min": lambda a, b: ("neg", call("max", ("neg", a), ("neg", b))),
}
TURNS = {
    "+": lambda a, b: operation("-", b, ("neg", a)),
    "-": lambda a, b: ("neg", operation("-", b, a)),
    "*": lambda a, b: ("neg", operation("*", ("neg", b), a)),
    "/": lambda a, b: operation("*", operation("^", b, ("neg", ONE)), a),
}


def rewritten(rng, node):
    """Rewrite at random places by identities that hold wherever either side has a value."""
    node = rebuild(node, tuple(part if is_condition(part) else rewritten(rng, part) for part in children(node)))
    if rng.random() < 0.4:
        return node
    if node[0] == "op" and node[1] in TURNS:
        return TURNS[node[1]](*node[2:])
    if node[0] == "call" and node[1] in REWRITES:
        return REWRITES[node[1]](*node[2])
    return node


class NearAnEdgeError(Exception):
    pass


def away(value):
    if abs(value) < NEAR_ZERO:
        raise NearAnEdgeError
    return value


def value_at(node, point):
    tag = node[0]
    if tag == "num":
        return mpmath.mpf(node[1].numerator) / node[1].denominator
    if tag == "var":
        return point[node[1]]
    if tag == "neg":
        return -value_at(node[1], point)
    if tag == "op":
        a, b = value_at(node[2], point), value_at(node[3], point)
        if node[1] == "^":
            if a < 0 and b != int(b):
                raise ValueError
            return (a if b > 0 else away(a)) ** b
        operations = {
            "+": lambda: a + b,
            "-": lambda: a - b,
            "*": lambda: a * b,
            "/": lambda: a / away(b),
            "<": lambda: away(a - b) < 0,
            ">=": lambda: away(a - b) > 0,
        }
        return operations[node[1]]()
    if node[1] == "if":
        return value_at(node[2][1 if value_at(node[2][0], point) else 2], point)
    values = [value_at(part, point) for part in node[2]]
    if node[1] in {"log", "sqrt"} and away(values[0]) < 0:
        raise ValueError
    functions = {
        "max": max,
        "min": min,
        "abs": abs,
        "sign": lambda a: mpmath.sign(away(a)),
        "sigma": lambda a: 1 / (1 + mpmath.exp(-a)),
        "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
        "relu": lambda a: max(a, mpmath.mpf(0)),
    }
    return functions.get(node[1], getattr(mpmath, node[1], None))(*values)


def agreement(rng, left, right):
    """Count points where both sides agree and where they do not."""
    counts = Counter()
    for _ in range(25):
        point = {"x": rng.uniform(-4, 4), "p": rng.random(), "t": rng.uniform(0.01, 5)}
        found = []
        try:
            for side in (left, right):
                try:
                    found.append(value_at(side, {name: mpmath.mpf(value) for name, value in point.items()}))
                except ValueError:
                    found.append(None)
        except (NearAnEdgeError, OverflowError):
            continue
        if found == [None, None] or (None not in found and max(map(abs, found)) > 10**30):
            continue
        close = None not in found and abs(found[0] - found[1]) <= mpmath.mpf(10) ** -15 * (1 + abs(found[0]))
        counts["same" if close else "different"] += 1
    return counts


def differ_at(witness, left, right):
    point = {name: mpmath.mpf(Fraction(witness.get(name, "1")).numerator) for name in VARIABLES}
    point = {name: value / Fraction(witness.get(name, "1")).denominator for name, value in point.items()}
    found = []
    for side in (left, right):
        try:
            found.append(value_at(side, point))
        except (ValueError, NearAnEdgeError, OverflowError):
            found.append(None)
    return None in found or found[0] != found[1]


@pytest.mark.parametrize("seed", range(4))
def test_decisions_agree_with_an_independent_evaluation(seed):
    rng = random.Random(seed)
    decided = Counter()
    with mpmath.workdps(40):
        for _ in range(120):
            left = tree(rng, 3)
            right = rewritten(rng, left) if rng.random() < 0.7 else tree(rng, 3)
            payload = {"variables": VARIABLES, "reference": to_text(left), "answer": to_text(right)}
            result = answer(payload)
            if result["equivalent"] is True:
                assert not agreement(rng, left, right)["different"], payload
            elif result["equivalent"] is False:
                assert differ_at(result["witness"], left, right), (payload, result)
            decided[result["equivalent"]] += 1
    assert decided[True] + decided[False] > 100
