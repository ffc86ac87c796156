"""The [derivation] table of a spec: what may stand in it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.algebra.domains import DomainError
from grader.algebra.form import check_form
from grader.algebra.problem import Problem
from grader.algebra.shapes import ShapeError
from grader.algebra.tree import ParseError
from grader.kinds.specs import describe, table_of, unknown_keys

TEXTS = ("variables", "definitions", "latex_symbols")
EXPRESSIONS = ("reference", "loss", "wrt")
# What a word may be, the first where nothing is said.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "syntax": ("calculator", "latex"),
    "mode": ("scalar", "vector"),
    "goal": ("gradient", "loss", "hessian"),
}
SWITCHES = ("steps", "free_constant")
KEYS = {*TEXTS, *EXPRESSIONS, *CHOICES, *SWITCHES, "form", "joint", "min_lines"}


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [derivation] table."""
    problems: list[str] = []
    table = table_of(spec, "derivation", problems)
    if not table:
        return problems
    problems += unknown_keys(table, KEYS, "derivation.")
    problems += _table_problems(table)
    if "form" in table:
        problems += [f"derivation.{problem}" for problem in check_form(table["form"])]
    return problems or _expression_problems(table) or _steps_problems(table)


def _table_problems(table: Mapping[str, Any]) -> list[str]:
    problems = []
    for key in TEXTS:
        value = table.get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
            problems.append(f"derivation.{key}: expected a table of text, got {describe(value)}")
    problems += [
        f"derivation.{key}: expected an expression, got {describe(table.get(key))}"
        for key in EXPRESSIONS
        if not isinstance(table.get(key, "" if key != "reference" else None), str)
    ]
    if not table.get("variables"):
        problems.append("derivation.variables: expected at least one name with its domain")
    for key, words in CHOICES.items():
        if table.get(key, words[0]) not in words:
            problems.append(f"derivation.{key}: expected {' or '.join(words)}, got {describe(table[key])}")
    problems += [
        f"derivation.{key}: expected true or false, got {describe(table[key])}"
        for key in SWITCHES
        if not isinstance(table.get(key, False), bool)
    ]
    lines = table.get("min_lines", 1)
    if isinstance(lines, bool) or not isinstance(lines, int) or not 1 <= lines <= 20:
        problems.append(f"derivation.min_lines: expected a number of lines from 1 to 20, got {describe(lines)}")
    return problems


def _steps_problems(table: Mapping[str, Any]) -> list[str]:
    """Say what lines and free constants need beside the expressions."""
    problems = []
    vector = table.get("mode") == "vector"
    if table.get("steps") and not (table.get("loss") and table.get("wrt")):
        problems.append("derivation.steps: lines are compared with a loss and its derivative: give loss and wrt")
    if table.get("steps") and vector and table.get("wrt", "") not in table["variables"]:
        problems.append("derivation.wrt: lines about arrays are differentiated by a whole variable, such as w")
    if table.get("free_constant") and (vector or not table.get("wrt") or "[" in table["wrt"]):
        problems.append("derivation.free_constant: needs wrt, the one number by which a constant does not change")
    problems += (
        [f"derivation.{key}: is read only with steps = true" for key in ("goal", "min_lines") if key in table]
        if not table.get("steps")
        else []
    )
    return problems


def problem_of(table: Mapping[str, Any]) -> Problem:
    """Give the names that a question declares; raises DomainError where they cannot be had."""
    names = (table["variables"], table.get("definitions"), table.get("joint", []), table.get("latex_symbols"))
    return Problem(*names, vector=table.get("mode") == "vector")


def _expression_problems(table: Mapping[str, Any]) -> list[str]:
    try:
        problem = problem_of(table)
    except DomainError as error:
        return [f"derivation.variables: {error}"]
    problems = []
    for key in EXPRESSIONS:
        try:
            if key in table:
                problem.shape(problem.read(table[key]))
        except ParseError as error:
            problems.append(f"derivation.{key}: {error.sentence()}")
        except ShapeError as error:
            problems.append(f"derivation.{key}: {error}")
    return problems
