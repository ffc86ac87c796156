"""A derivation line by line: which lines are true, which steps are valid, and where it first goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from grader.algebra.budget import Budget
from grader.algebra.derivative import NoDerivative, derivative
from grader.algebra.domains import DomainError
from grader.algebra.equivalence import Comparison
from grader.algebra.ground import LimitError, OutsideError
from grader.algebra.problem import Problem
from grader.algebra.slips import name_slips
from grader.algebra.tree import Node, ParseError

STEPS_SECONDS = 2.0
ROLES = ("loss", "gradient")
# What honest work after a mistake is worth, against a line that is true.
FOLLOW_THROUGH = 0.5


@dataclasses.dataclass
class Line:
    """One line: whether it is equal to the loss or its derivative, and whether it follows from the line before."""

    role: str
    tree: Node | None = None
    value_ok: bool | None = None
    step_ok: bool | None = None
    slip: str | None = None
    reason: str = ""


class Derivation:
    """Checks the lines of one derivation.

    Parameters
    ----------
    problem : the declared names.
    loss, wrt : what is differentiated, and by what.
    seed : draws the points.
    budget : bounds the whole derivation.
    """

    def __init__(self, problem: Problem, loss: Node, wrt: Node, seed: int, budget: Budget) -> None:
        self.problem = problem
        self.loss = loss
        self.wrt = wrt
        self.seed = seed
        self.budget = budget
        self.gradient = derivative(loss, wrt, problem.definitions)

    def check(self, lines: Sequence[tuple[str, str]]) -> list[Line]:
        """Judge every line; one that cannot be read is wrong, one that cannot be decided has None."""
        checked: list[Line] = []
        before: Line | None = None
        for role, text in lines:
            line = self._line(role, text, before)
            checked.append(line)
            if line.tree is not None:
                before = line
        return checked

    def _line(self, role: str, text: str, before: Line | None) -> Line:
        line = Line(role)
        try:
            line.tree = self.problem.read(text, answer=True)
        except ParseError as error:
            return dataclasses.replace(
                line, value_ok=False, step_ok=False, slip="cannot be read", reason=error.sentence()
            )
        goal = self.loss if role == "loss" else self.gradient
        line.value_ok, line.reason = self._equal(goal, line.tree)
        expected = self._expected(role, before)
        # Where the line before is true, following from it and being true are one question.
        follows_truth = before is None or before.value_ok is True
        line.step_ok = line.value_ok if follows_truth else self._equal(expected, line.tree)[0]
        if line.step_ok is False:
            line.slip = self._slip(expected, line.tree, before)
        return line

    def _expected(self, role: str, before: Line | None) -> Node:
        """Give what this line has to equal to follow from the line before."""
        if before is None or before.tree is None:
            return self.loss if role == "loss" else self.gradient
        if before.role == role:
            return before.tree
        try:
            return derivative(before.tree, self.wrt, self.problem.definitions)
        except NoDerivative:
            return self.gradient

    def _equal(self, reference: Node, answer: Node) -> tuple[bool | None, str]:
        try:
            decision = Comparison(self.problem, reference, answer, self.seed, self.budget.part(0.5)).decide()
        except LimitError as error:
            return False, str(error)
        except OutsideError as error:
            return None, str(error)
        return decision.equal, decision.reason

    def _slip(self, expected: Node, answer: Node, before: Line | None) -> str | None:
        source = before.tree if before is not None and before.role == "loss" else self.loss
        slips = name_slips(
            self.problem,
            expected,
            answer,
            loss=source,
            wrt=self.wrt,
            seed=self.seed,
            budget=self.budget.part(0.4),
        )
        return slips[0].name if slips else None


def score_of(lines: Sequence[Line]) -> float | None:
    """Give the share of lines that are true, with half for valid steps after the first mistake."""
    if not lines:
        return 0.0
    if any(line.value_ok is None for line in lines):
        return None
    earned = 0.0
    seen: list[Node] = []
    for line in lines:
        if line.tree in seen:  # a line written twice earns once
            continue
        seen.append(line.tree or ())
        earned += 1.0 if line.value_ok else FOLLOW_THROUGH if line.step_ok else 0.0
    return round(earned / len(lines), 4)


def check_derivation(payload: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
    """Check a derivation as `python -m grader algebra --steps` gives it.

    Parameters
    ----------
    payload : `task` with loss, wrt, variables and optional definitions, and `lines` of role and expr.

    Raises
    ------
    DomainError
        Where the task's own declarations cannot hold.
    """
    task = payload["task"]
    problem = Problem(task["variables"], task.get("definitions"), task.get("joint", []), task.get("latex_symbols"))
    try:
        loss, wrt = problem.read(task["loss"]), problem.read(task["wrt"])
        work = Derivation(problem, loss, wrt, int(payload.get("seed", 0)), budget)
    except ParseError as error:
        raise DomainError(f"the loss or its variable cannot be read: {error.sentence()}") from error
    except NoDerivative as error:
        raise DomainError(f"the loss has no rule of differentiation: {error}") from error
    lines = work.check([(line["role"], line["expr"]) for line in payload["lines"]])
    wrong = [number for number, line in enumerate(lines, 1) if line.value_ok is False]
    return {
        "lines": [
            {"value_ok": line.value_ok, "step_ok": line.step_ok, "slip": line.slip, "reason": line.reason}
            for line in lines
        ],
        "first_wrong_line": wrong[0] if wrong else None,
        "score": score_of(lines),
    }


def malformed_steps(payload: Mapping[str, Any]) -> str:
    """Say what is missing in a derivation's payload, "" where nothing is."""
    task, lines = payload.get("task"), payload.get("lines")
    if not isinstance(task, dict) or not all(isinstance(task.get(key), str) for key in ("loss", "wrt")):
        return "'task' is a table with loss, wrt and variables"
    if not isinstance(task.get("variables"), dict):
        return "'task' needs its variables"
    if not isinstance(lines, list) or not 0 < len(lines) <= 60:
        return "'lines' is a list of 1 to 60 lines"
    for line in lines:
        if not isinstance(line, dict) or line.get("role") not in ROLES or not isinstance(line.get("expr"), str):
            return "a line has a role (loss or gradient) and an expr"
    return ""
