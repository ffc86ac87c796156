"""The fixed entry of the sandbox's algebra profile: one payload of plain values in, one out."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from typing import Any

from grader.algebra.budget import Budget, OutOfBudget
from grader.algebra.domains import DomainError
from grader.algebra.equivalence import SECONDS, Comparison
from grader.algebra.form import form_problems
from grader.algebra.freedom import apart_from_a_constant
from grader.algebra.ground import LimitError, OutsideError
from grader.algebra.problem import Problem
from grader.algebra.shapes import ShapeError
from grader.algebra.slips import name_slips
from grader.algebra.steps import STEPS_SECONDS, check_derivation, malformed_steps
from grader.algebra.tree import Node, ParseError

SLIP_SECONDS = 1.0


class MalformedError(ValueError):
    """The payload does not have the agreed form."""


def answer(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Decide one pair.

    Parameters
    ----------
    payload : keys variables, reference, answer; optional definitions, joint, constraints, syntax, latex_symbols,
        mode, seed.

    Returns
    -------
    `equivalent` (True, False, "invalid" or "undecided"), `reason`, `ms`, and `witness` where it is False;
    for an answer that cannot be read also `position`, `hint` and `caret`.
    """
    started = time.perf_counter()
    try:
        result = _answer(payload)
    except DomainError as error:
        result = {"equivalent": "invalid", "reason": f"the question's declarations: {error}", "fault": "question"}
    except MalformedError as error:
        result = {"equivalent": "invalid", "reason": str(error), "fault": "call"}
    except (LimitError, ShapeError) as error:
        result = {"equivalent": "invalid", "reason": str(error)}
    except (OutOfBudget, RecursionError):
        result = {"equivalent": "undecided", "reason": "the time or the depth was not enough"}
    result["ms"] = round((time.perf_counter() - started) * 1e3, 2)
    if payload.get("steps"):
        return {"lines": [], "first_wrong_line": None, "score": None, **result}
    return result


def _answer(payload: Mapping[str, Any]) -> dict[str, Any]:
    if payload.get("steps"):
        return _steps(payload)
    budget = Budget(float(payload.get("seconds", SECONDS)))
    problem = _problem(payload)
    try:
        reference = problem.read(_text(payload, "reference"))
    except ParseError as error:
        raise DomainError(f"the reference cannot be read: {error.sentence()}") from error
    text = _text(payload, "answer")
    try:
        tree = _read_answer(problem, text, payload)
    except ParseError as error:
        return invalid(error, text)
    sides = (problem, reference, tree)
    if payload.get("free_constant"):
        sides = apart_from_a_constant(*sides, problem.read(_text(payload, "wrt")))
    try:
        decision = Comparison(*sides, int(payload.get("seed", 0)), budget).decide()
    except OutsideError as error:
        raise DomainError(f"the reference has no value: {error}") from error
    word: bool | str = "undecided" if decision.equal is None else decision.equal
    result: dict[str, Any] = {"equivalent": word, "reason": decision.reason}
    if decision.witness is not None:
        result["witness"] = dict(decision.witness)
    if decision.laws:
        result["laws"] = list(decision.laws)
    if payload.get("form") and decision.equal:
        result["form"] = form_problems(tree, reference, payload["form"])
    if payload.get("slips") and decision.equal is False:
        result["slips"] = _slips(problem, reference, tree, payload)
    return result


def _steps(payload: Mapping[str, Any]) -> dict[str, Any]:
    problem = malformed_steps(payload)
    if problem:
        raise MalformedError(problem)
    budget = Budget(float(payload.get("seconds", STEPS_SECONDS)), steps=4_000_000)
    return check_derivation(payload, _problem(payload["task"]), budget)


def _slips(problem: Problem, reference: Node, tree: Node, payload: Mapping[str, Any]) -> list[dict[str, str]]:
    try:
        loss = problem.read(payload["loss"]) if payload.get("loss") else None
        wrt = problem.read(payload["wrt"]) if payload.get("wrt") else None
    except ParseError as error:
        raise DomainError(f"the loss or its variable cannot be read: {error.sentence()}") from error
    budget = Budget(SLIP_SECONDS)
    seed = int(payload.get("seed", 0))
    found = name_slips(problem, reference, tree, loss=loss, wrt=wrt, seed=seed, budget=budget)
    return [dataclasses.asdict(slip) for slip in found]


def _read_answer(problem: Problem, text: str, payload: Mapping[str, Any]) -> Node:
    syntax = _text(payload, "syntax", "calculator")
    if syntax == "latex":
        return problem.read(text, "latex", answer=True)
    if syntax == "calculator":
        return problem.read(text, answer=True)
    raise MalformedError(f"syntax is calculator or latex, not {syntax!r}")


def _problem(payload: Mapping[str, Any]) -> Problem:
    return Problem(
        _names(payload, "variables"),
        _names(payload, "definitions"),
        _joint(payload),
        _names(payload, "latex_symbols"),
        vector=_vector(payload),
    )


def _vector(payload: Mapping[str, Any]) -> bool:
    mode = _text(payload, "mode", "scalar")
    if mode not in {"scalar", "vector"}:
        raise MalformedError(f"mode is scalar or vector, not {mode!r}")
    return mode == "vector"


def _joint(payload: Mapping[str, Any]) -> list[Any]:
    joint = payload.get("joint") or []
    if not isinstance(joint, list):
        raise MalformedError('joint is a list such as ["onehot", ["y1", "y2"]]')
    return joint


def _text(payload: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = payload.get(key, default)
    if not isinstance(value, str):
        raise MalformedError(f"{key!r} is missing or not text")
    return value


def _names(payload: Mapping[str, Any], key: str) -> dict[str, str]:
    value = payload.get(key) or {}
    if not isinstance(value, dict) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise MalformedError(f"{key!r} is a table of text to text")
    return value


def invalid(error: ParseError, text: str) -> dict[str, Any]:
    """Report an answer that cannot be read, with the place."""
    return {
        "equivalent": "invalid",
        "reason": error.sentence(),
        "position": error.position,
        "hint": error.hint,
        "code": error.code,
        "caret": error.caret(text),
    }


# The tables of both parsers and the first use of every module cost 100 ms: paid here, before the sandbox makes its
# children.
answer({"variables": {"z": "real", "y": "{0,1}"}, "reference": "sigma(z)-y", "answer": "e^z/(1+e^z)-y^2"})
answer({"variables": {"x": "real[2]"}, "reference": "x", "answer": "x'", "mode": "vector", "slips": True})
