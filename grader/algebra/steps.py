"""A derivation line by line: which lines are true, which steps are valid, and where it first goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.domains import DomainError
from grader.algebra.equivalence import Comparison, Decision
from grader.algebra.form import form_problems
from grader.algebra.freedom import apart_from_a_constant
from grader.algebra.ground import LimitError, OutsideError
from grader.algebra.lines import LET, ORDERS, ROLES, read_definition_line
from grader.algebra.parser import Syntax
from grader.algebra.problem import Problem
from grader.algebra.rules import NoDerivative
from grader.algebra.slips import Slip, name_slips
from grader.algebra.tree import Node, ParseError

STEPS_SECONDS = 2.0
MAX_LINES = 60
# What honest work after a mistake is worth, against a line that is true.
FOLLOW_THROUGH = 0.5
UNREAD = Slip("unread", "cannot be read", "the line cannot be read")


@dataclasses.dataclass
class Line:
    """One line: whether it is equal to the loss or its derivative, and whether it follows from the line before."""

    role: str
    tree: Node | None = None
    value_ok: bool | None = None
    step_ok: bool | None = None
    slip: Slip | None = None
    reason: str = ""
    witness: Mapping[str, Any] | None = None

    def shown(self) -> dict[str, Any]:
        """Give plain values, as they leave the sandbox."""
        plain: dict[str, Any] = {"value_ok": self.value_ok, "step_ok": self.step_ok, "reason": self.reason}
        plain["slip"] = self.slip.name if self.slip else None
        if self.slip:
            plain["slip_code"], plain["slip_message"] = self.slip.code, self.slip.message
        if self.witness is not None:
            plain["witness"] = dict(self.witness)
        return plain


class Derivation:
    """Checks the lines of one derivation.

    Parameters
    ----------
    problem : the declared names.
    loss, wrt : what is differentiated, and by what.
    seed : draws the points.
    budget : bounds the whole derivation.
    free_constant : whether lines of the loss may differ from it by a constant.
    syntax : of the lines.
    """

    def __init__(
        self,
        problem: Problem,
        loss: Node,
        wrt: Node,
        seed: int,
        budget: Budget,
        *,
        free_constant: bool = False,
        syntax: Syntax = "calculator",
    ) -> None:
        self.syntax = syntax
        self.problem = problem
        self.wrt = wrt
        self.seed = seed
        self.budget = budget
        self.free_constant = free_constant
        self.goals = [loss, problem.derivative(loss, wrt)]
        self.keys: dict[str, Node] = {}

    def check(self, lines: Sequence[tuple[str, str]]) -> list[Line]:
        """Judge every line; one that cannot be read is wrong, one that cannot be decided has None."""
        checked: list[Line] = []
        before: Line | None = None
        for role, text in lines:
            line = self._definition(text) if role == LET else self._line(role, text, before)
            checked.append(line)
            if line.tree is not None:
                before = line
        return checked

    def _definition(self, text: str) -> Line:
        """Take in a name that the candidate introduces; it claims nothing."""
        try:
            head, body, _ = read_definition_line(text)
            self.problem = self.problem.with_definition(head, body, self.syntax)
        except (ParseError, DomainError) as error:
            return Line(LET, value_ok=False, step_ok=False, slip=UNREAD, reason=str(error))
        return Line(LET, value_ok=True, step_ok=True, reason="a definition")

    def goal(self, role: str) -> Node:
        """Give what every line of this role is equal to: the loss, or its derivative so many times."""
        while len(self.goals) <= ORDERS[role]:
            self.goals.append(self.problem.derivative(self.goals[-1], self.wrt))
        return self.goals[ORDERS[role]]

    def _line(self, role: str, text: str, before: Line | None) -> Line:
        try:
            tree = self.problem.read(text, self.syntax, answer=True)
        except ParseError as error:
            return Line(role, value_ok=False, step_ok=False, slip=UNREAD, reason=error.sentence())
        decision = self.equal(role, self.goal(role), tree)
        line = Line(role, tree, decision.equal, reason=decision.reason, witness=decision.witness)
        # Where the line before is true, following from it and being true are one question.
        follows_truth = before is None or before.value_ok is True
        expected = self._expected(role, before)
        line.step_ok = line.value_ok if follows_truth else self.equal(role, expected, tree).equal
        if line.step_ok is False and line.value_ok is not True:
            line.slip = self._slip(expected, line, before)
        return line

    def _expected(self, role: str, before: Line | None) -> Node:
        """Give what this line has to equal to follow from the line before."""
        if before is None or before.tree is None or ORDERS[before.role] > ORDERS[role]:
            return self.goal(role)
        tree = before.tree
        try:
            for _ in range(ORDERS[role] - ORDERS[before.role]):
                tree = self.problem.derivative(tree, self.wrt)
        except NoDerivative:
            return self.goal(role)
        return tree

    def equal(self, role: str, reference: Node, answer: Node) -> Decision:
        """Decide whether a line of this role is what is expected."""
        budget = self.budget.part(0.5)
        sides = (self.problem, reference, answer)
        try:
            if self.free_constant and ORDERS[role] == 0:
                sides = apart_from_a_constant(*sides, self.wrt)
            return Comparison(*sides, self.seed, budget).decide()
        except LimitError as error:
            return Decision(False, str(error))
        except (OutsideError, NoDerivative) as error:
            return Decision(None, str(error))
        except (OutOfBudget, RecursionError):
            return Decision(None, "the time or the depth was not enough")

    def _slip(self, expected: Node, line: Line, before: Line | None) -> Slip | None:
        """Name what went wrong from the line before to this one, or where the loss was differentiated."""
        sources: list[Node | None] = [*self._sources(ORDERS[line.role] - 1, before)]
        if self.problem.symbols.vector and (before is None or before.value_ok):
            # The derivative by an array has no form of its own in which one could look for an edit.
            expected = self.keys.get(line.role, expected)
        # What was differentiated before explains a step of rewriting only where no edit of the line before does.
        rewriting = before is not None and before.role == line.role
        sources = [None, *sources] if rewriting else sources
        for place, source in enumerate(sources, 1):
            slips = name_slips(
                self.problem,
                expected,
                line.tree or (),
                loss=source,
                wrt=self.wrt,
                seed=self.seed,
                budget=self.budget.part(0.4),
                mend=place == len(sources),
            )
            if slips:
                return slips[0]
        return None

    def _sources(self, order: int, before: Line | None) -> list[Node]:
        """List what may have been differentiated: the line before, and what it is equal to."""
        goal = self.goals[max(order, 0)]
        if before is None or before.tree is None or ORDERS[before.role] != order:
            return [goal]
        return [before.tree, goal] if before.value_ok and before.tree != goal else [before.tree]


def score_of(lines: Sequence[Line], at_least: int = 1) -> float | None:
    """Give the share of lines that are true up to the first mistake, with half for valid steps after it.

    Parameters
    ----------
    lines : as they were judged; a definition neither earns nor costs.
    at_least : the number of lines that a whole derivation has: fewer earn less.
    """
    lines = [line for line in lines if line.role != LET or line.value_ok is False]
    if any(line.value_ok is None for line in lines):
        return None
    earned, wrong = 0.0, False
    seen: list[Node] = []
    for line in lines:
        wrong = wrong or line.value_ok is False
        if line.tree in seen:  # a line written twice earns once
            continue
        seen.append(line.tree or ())
        earned += 1.0 if not wrong else FOLLOW_THROUGH if line.step_ok else 0.0
    return round(earned / max(len(lines), at_least), 4)


def check_derivation(payload: Mapping[str, Any], problem: Problem, budget: Budget) -> dict[str, Any]:
    """Check a derivation as `python -m grader algebra --steps` gives it.

    Parameters
    ----------
    payload : `task` with loss, wrt, variables and optional definitions, and `lines` of role and expr; where the task
        has a `reference` (the goal, at the role `goal`), whether the last line reaches it is said too.

    Raises
    ------
    DomainError
        Where the task's own declarations cannot hold.
    """
    task = payload["task"]
    try:
        loss, wrt = problem.read(task["loss"]), problem.read(task["wrt"])
        options = {"free_constant": bool(task.get("free_constant")), "syntax": task.get("syntax", "calculator")}
        work = Derivation(problem, loss, wrt, int(payload.get("seed", 0)), budget, **options)
        if "reference" in task:
            work.keys[_goal_role(task)] = problem.read(task["reference"])
        lines = work.check([(line["role"], line["expr"]) for line in payload["lines"]])
        goal = _goal(work, task, lines, payload.get("form"))
    except ParseError as error:
        raise DomainError(f"the loss, its variable or the goal cannot be read: {error.sentence()}") from error
    except NoDerivative as error:
        raise DomainError(f"the loss has no rule of differentiation: {error}") from error
    wrong = [number for number, line in enumerate(lines, 1) if line.value_ok is False]
    return {
        "lines": [line.shown() for line in lines],
        "first_wrong_line": wrong[0] if wrong else None,
        "score": score_of(lines, int(task.get("min_lines", 1))),
        **goal,
    }


def _goal_role(task: Mapping[str, Any]) -> str:
    return str(task.get("goal", "gradient"))


def _goal(
    work: Derivation, task: Mapping[str, Any], lines: Sequence[Line], form: Mapping[str, Any] | None
) -> dict[str, Any]:
    role = _goal_role(task)
    if role not in work.keys:
        return {}
    last = next((line for line in reversed(lines) if line.role != LET), None)
    if last is None or last.tree is None or last.role != role:
        said = f"it is still about the {last.role}" if last is not None and last.tree is not None else "there is none"
        return {"goal": False, "goal_reason": f"the last line does not give the {role}: {said}"}
    reference = work.keys[role]
    decision = work.equal(role, reference, last.tree)
    missing = form_problems(last.tree, reference, form) if form and decision.equal else []
    return {"goal": decision.equal, "goal_reason": decision.reason, "form": missing}


def malformed_steps(payload: Mapping[str, Any]) -> str:
    """Say what is missing in a derivation's payload, "" where nothing is."""
    task, lines = payload.get("task"), payload.get("lines")
    if not isinstance(task, dict) or not all(isinstance(task.get(key), str) for key in ("loss", "wrt")):
        return "'task' is a table with loss, wrt and variables"
    if not isinstance(task.get("variables"), dict):
        return "'task' needs its variables"
    if not isinstance(lines, list) or not 0 < len(lines) <= MAX_LINES:
        return f"'lines' is a list of 1 to {MAX_LINES} lines"
    for line in lines:
        if not isinstance(line, dict) or line.get("role") not in ROLES or not isinstance(line.get("expr"), str):
            return f"a line has a role ({', '.join(ROLES)}) and an expr"
    return ""
