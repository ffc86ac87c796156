"""Equality apart from a constant: the difference of two expressions is the same wherever the variable stands."""

from __future__ import annotations

import itertools

from grader.algebra.domains import DomainError
from grader.algebra.problem import Problem
from grader.algebra.substitution import substituted, written_out
from grader.algebra.tree import Node, operation

TWIN = "_0"


def apart_from_a_constant(problem: Problem, reference: Node, answer: Node, wrt: Node) -> tuple[Problem, Node, Node]:
    """Give two sides that are equal exactly where answer − reference does not depend on a variable.

    f(z) − g(z) is constant where f(z) + g(z₀) = f(z₀) + g(z) for every z and z₀. Derivatives would not do: that of a
    step function is 0 almost everywhere.

    Raises
    ------
    DomainError
        Where the variable is no declared number.
    """
    if wrt[0] != "var" or problem.symbols.vector:
        raise DomainError("a constant can be left free only by a variable that is one number")
    name = wrt[1]
    twin = name + TWIN
    variables, _, _, _ = problem.declared
    wider = problem.with_variable(twin, variables[name])
    fresh = itertools.count()
    f, g = (written_out(side, problem.definitions, fresh) for side in (answer, reference))
    f0, g0 = (substituted(side, {name: ("var", twin)}, fresh) for side in (f, g))
    return wider, operation("+", f0, g), operation("+", f, g0)
