"""A second evaluation of expressions, in mpmath: what certification compares the prover's decisions with."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath

from grader.algebra.budget import Budget
from grader.algebra.domains import Domain
from grader.algebra.ground import LimitError, OutsideError, compare
from grader.algebra.problem import Case, Problem
from grader.algebra.tree import Node

DIGITS = 40
POINTS = 24
CLOSE = mpmath.mpf(10) ** -15
Point = Mapping[str, Any]


def differ(problem: Problem, first: Node, second: Node, seed: int) -> bool:
    """Say whether two expressions have clearly different values at some of a few drawn points."""
    rng = random.Random(seed)  # noqa: S311 - repeatable points, no secret
    cases = list(problem.cases(first, second))
    with mpmath.workdps(DIGITS):
        return any(_differ_at(problem, first, second, rng.choice(cases), rng) for _ in range(POINTS))


def _differ_at(problem: Problem, first: Node, second: Node, case: Case, rng: random.Random) -> bool:
    grounder = problem.grounder(case, {}, Budget(1.0))
    try:
        entries = grounder(first), grounder(second)
        point = _point(case, rng)
        values = [[value(entry, point) for entry in side] for side in entries]
    except (ValueError, ZeroDivisionError, OverflowError, OutsideError, LimitError):
        return False
    if len(values[0]) != len(values[1]):
        return True
    return any(abs(a - b) > CLOSE * (1 + abs(a)) for a, b in zip(*values, strict=True))


def _point(case: Case, rng: random.Random) -> dict[str, Any]:
    labels: dict[str, Fraction] = {}
    for choice in case.choices:
        labels.update(rng.choice(choice.alternatives))
    point = {name: _scalar(domain, rng) for name, domain in case.space.domains.items() if name not in labels}
    for group in case.space.simplexes:
        total = mpmath.fsum(point[name] for name in group)
        point.update({name: point[name] / total for name in group})
    return point | {name: mpmath.mpf(number.numerator) / number.denominator for name, number in labels.items()}


def _scalar(domain: Domain, rng: random.Random) -> Any:
    low, high = (None if end is None else float(end) for end in (domain.low, domain.high))
    if low is not None and high is not None:
        return mpmath.mpf(rng.uniform(low, high))
    size = rng.uniform(0.1, 3.0)
    return mpmath.mpf(low + size if low is not None else high - size if high is not None else rng.choice((-size, size)))


def value(node: Node, point: Point) -> Any:
    """Give the real value of a grounded tree; raises ValueError where there is none.

    Parameters
    ----------
    node : a tree without sums, indices and definitions.
    point : a number for each scalar.
    """
    tag = node[0]
    if tag == "num":
        return mpmath.mpf(node[1].numerator) / node[1].denominator
    if tag == "const":
        return mpmath.pi if node[1] == "pi" else mpmath.e
    if tag == "var":
        return point[node[1]]
    if tag == "neg":
        return -value(node[1], point)
    if tag == "call":
        return _call(node[1], node[2], point)
    return _operation(node, point)


def _operation(node: Node, point: Point) -> Any:
    _, symbol, left, right = node
    a, b = value(left, point), value(right, point)
    if symbol == "^":
        return _real(a**b)
    operations = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}
    return operations[symbol]()


def _holds(condition: Node, point: Point) -> bool:
    _, symbol, left, right = condition
    if symbol == "and":
        return _holds(left, point) and _holds(right, point)
    if symbol == "or":
        return _holds(left, point) or _holds(right, point)
    return compare(symbol, int(mpmath.sign(value(left, point) - value(right, point))))


def _call(name: str, arguments: tuple[Node, ...], point: Point) -> Any:
    if name == "if":
        return value(arguments[1 if _holds(arguments[0], point) else 2], point)
    values = [value(argument, point) for argument in arguments]
    if name in {"max", "min"}:
        return max(values) if name == "max" else min(values)
    own: dict[str, Callable[..., Any]] = {
        "abs": abs,
        "sigma": lambda a: 1 / (1 + mpmath.exp(-a)),
        "softplus": lambda a: mpmath.log1p(mpmath.exp(a)),
        "relu": lambda a: max(a, mpmath.mpf(0)),
        "root": lambda a, n: mpmath.sign(a) ** int(n) * abs(a) ** (1 / n),
    }
    return _real((own[name] if name in own else getattr(mpmath, name))(*values))


def _real(number: Any) -> Any:
    if isinstance(number, mpmath.mpc):
        raise ValueError("no real value here")  # noqa: TRY004 - a matter of the value
    return number
