"""Line by line: each line follows from the one before, and the goal is reached, are two checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.algebra.lines import LineError, Written, parsed_lines
from grader.kinds.derivation.spec import KEYS, problem_of
from grader.kinds.derivation.words import FORM, capital, form_check, sentence
from grader.kinds.specs import BrokenQuestion
from grader.scoring import failed, not_reached, passed, rejected, settle
from grader.verdict import Check, Finding, Outcome, Verdict

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes

STEPS = "steps"
GOAL = "goal"
DEFAULT_WEIGHTS = {STEPS: 5.0, GOAL: 3.0, FORM: 2.0}
SECONDS = 3.0
# What the sandbox adds.
ASK_SECONDS = SECONDS + 1.0


def grade_steps(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Check every line in the sandbox's algebra profile."""
    table = request.spec["derivation"]
    try:
        lines = _readable_lines(request.answer, table)
    except LineError as error:
        return rejected(f"{error}\n{error.error.caret(error.line)}", STEPS)
    if not lines:
        return rejected("There is no line yet.", STEPS)
    result = _ask(request, table, lines, sandboxes)
    if result.get("fault"):
        raise BrokenQuestion(str(result["reason"]))
    weights = {**DEFAULT_WEIGHTS, **request.spec.get("weights", {})}
    return _verdict(lines, result, weights, table)


def _readable_lines(answer: str, table: Mapping[str, Any]) -> list[Written]:
    """Read every line before a sandbox is asked, which is safe anywhere; raises the error of the first that fails."""
    lines = []
    for found in parsed_lines(answer, problem_of(table), table["wrt"], table.get("syntax", "calculator")):
        if isinstance(found, LineError):
            raise found
        lines.append(found[0])
    return lines


def _ask(
    request: GradeRequest, table: Mapping[str, Any], lines: Sequence[Written], sandboxes: Sandboxes
) -> dict[str, Any]:
    from grader.sandbox import AskFault

    task = {key: table[key] for key in KEYS - {"steps", "form"} if key in table}
    payload = {
        "steps": True,
        "task": task,
        "lines": [{"role": line.role, "expr": line.expression} for line in lines],
        "form": table.get("form"),
        "seed": request.seed,
        "seconds": SECONDS,
    }
    try:
        return sandboxes.get("algebra").ask(payload, ASK_SECONDS)
    except AskFault as fault:
        undecided = {"value_ok": None, "step_ok": None, "slip": None, "reason": f"the {fault.kind.replace('_', ' ')}"}
        return {"lines": [undecided] * len(lines), "first_wrong_line": None, "score": None, "goal": None}


def _verdict(
    lines: Sequence[Written], result: Mapping[str, Any], weights: Mapping[str, float], table: Mapping[str, Any]
) -> Verdict:
    judged = list(zip(lines, result["lines"], strict=True))
    open_lines = [line.number for line, found in judged if found["value_ok"] is None or found["step_ok"] is None]
    if open_lines or result["goal"] is None:
        place = f"line {open_lines[0]}" if open_lines else "the last line"
        message = f"{capital(place)} could be neither proved nor refuted by machine; a person will read it."
        return Verdict(Outcome.PENDING_REVIEW, None, (not_reached(STEPS, weights[STEPS], message),))
    checks = [_steps_check(judged, result["score"], weights[STEPS]), _goal_check(result, weights[GOAL])]
    if table.get("form"):
        checks.append(_form_of_the_goal(result, weights[FORM], table["form"]))
    return settle(checks, list(_findings(judged)))


def _steps_check(judged: Sequence[tuple[Written, Mapping[str, Any]]], share: float, weight: float) -> Check:
    wrong = [line.number for line, found in judged if not found["step_ok"]]
    if wrong:
        more = f", nor does line {wrong[1]}" if len(wrong) > 1 else ""
        message = f"Line {wrong[0]} does not follow from what stands before it{more}."
        return failed(STEPS, weight, message, share)
    if share < 1.0:
        return failed(STEPS, weight, "Each line follows, but there are fewer steps than were asked.", share)
    return passed(STEPS, weight, "Each line follows from the one before.")


def _goal_check(result: Mapping[str, Any], weight: float) -> Check:
    if result["goal"]:
        return passed(GOAL, weight, f"The goal is reached: {result['goal_reason']}.")
    return failed(GOAL, weight, f"The goal is not reached: {result['goal_reason']}.")


def _form_of_the_goal(result: Mapping[str, Any], weight: float, form: Mapping[str, Any]) -> Check:
    if not result["goal"]:
        return not_reached(FORM, weight, "The form is looked at once the goal is reached.")
    return form_check(result.get("form", []), weight, form)


def _findings(judged: Sequence[tuple[Written, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Show where the derivation first goes wrong with a point, and name the slip of every step that is not valid."""
    first = next((line.number for line, found in judged if found["value_ok"] is False), None)
    for line, found in judged:
        if line.number == first:
            witness = dict(found.get("witness") or {})
            said = sentence(witness, found["reason"])
            message = f"Line {line.number} is the first that is wrong. {said}"
            yield Finding("line", "first wrong line", message, {"line": line.number, **witness})
        if found["step_ok"] is False and found["slip"]:
            message = f"Line {line.number}: {found['slip_message']}."
            yield Finding(found["slip_code"], found["slip"], message, {"line": line.number})
