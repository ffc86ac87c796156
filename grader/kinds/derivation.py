"""Derivation: one expression, right by proof, wrong by a witness, and otherwise for a person to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.algebra.domains import DomainError, symbols_of
from grader.algebra.form import check_form
from grader.algebra.parser import check_left_side, parse
from grader.algebra.tree import ParseError, Symbols
from grader.kinds.specs import BrokenQuestion, describe, table_of, unknown_keys
from grader.scoring import CORRECTNESS, failed, not_reached, passed, rejected, settle
from grader.verdict import Finding, Outcome, Verdict

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes

FORM = "form"
SECONDS = 0.8
# The budget of the comparison, of the search for a slip, and of what the sandbox adds.
ASK_SECONDS = 4.0
# What `weights` gives where the spec asks for a form: the form is the smaller part of the work.
DEFAULT_WEIGHTS = {CORRECTNESS: 8.0, FORM: 2.0}
KEYS = {
    "variables",
    "reference",
    "definitions",
    "loss",
    "wrt",
    "steps",
    "form",
    "joint",
    "syntax",
    "latex_symbols",
}


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
    if table.get("steps", False) is not False:
        problems.append("derivation.steps: only false is graded so far")
    if table.get("syntax", "calculator") not in {"calculator", "latex"}:
        problems.append(f"derivation.syntax: expected calculator or latex, got {describe(table['syntax'])}")
    return problems or _expression_problems(table)


def _table_problems(table: Mapping[str, Any]) -> list[str]:
    problems = []
    for key in ("variables", "definitions", "latex_symbols"):
        value = table.get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
            problems.append(f"derivation.{key}: expected a table of text, got {describe(value)}")
    problems += [
        f"derivation.{key}: expected an expression, got {describe(table.get(key))}"
        for key in ("reference", "loss", "wrt")
        if not isinstance(table.get(key, "" if key != "reference" else None), str)
    ]
    if not table.get("variables"):
        problems.append("derivation.variables: expected at least one name with its domain")
    return problems


def _expression_problems(table: Mapping[str, Any]) -> list[str]:
    from grader.algebra.problem import Problem

    try:
        problem = Problem(table["variables"], table.get("definitions"), table.get("joint", []))
    except DomainError as error:
        return [f"derivation.variables: {error}"]
    problems = []
    for key in ("reference", "loss", "wrt"):
        try:
            if key in table:
                problem.read(table[key])
        except ParseError as error:
            problems.append(f"derivation.{key}: {error.sentence()}")
    return problems


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Compare the typed expression with the reference in the sandbox's algebra profile."""
    problems = check_spec(request.spec)
    if problems:
        raise BrokenQuestion("; ".join(problems))
    table = request.spec["derivation"]
    try:
        _read(request.answer, table)
    except ParseError as error:
        return rejected(f"{error.sentence()}\n{error.caret(request.answer)}")
    return _verdict(_ask(request, table, sandboxes), _weights(request.spec), table)


def _read(answer: str, table: Mapping[str, Any]) -> None:
    """Refuse what cannot be read before a sandbox is asked; reading is safe anywhere."""
    symbols: Symbols = symbols_of(table["variables"], table.get("definitions", {}), table.get("latex_symbols", {}))
    check_left_side(answer, table.get("wrt"))
    parse(answer, symbols, table.get("syntax", "calculator"))


def _ask(request: GradeRequest, table: Mapping[str, Any], sandboxes: Sandboxes) -> dict[str, Any]:
    from grader.sandbox import AskFault

    payload = {key: table[key] for key in KEYS - {"steps"} if key in table}
    payload |= {"answer": request.answer, "seed": request.seed, "slips": True, "seconds": SECONDS}
    try:
        return sandboxes.get("algebra").ask(payload, ASK_SECONDS)
    except AskFault as fault:
        return {"equivalent": "undecided", "reason": f"the comparison met its {fault.kind.replace('_', ' ')}"}


def _weights(spec: Mapping[str, Any]) -> dict[str, float]:
    return {**DEFAULT_WEIGHTS, **spec.get("weights", {})}


def _verdict(result: Mapping[str, Any], weights: Mapping[str, float], table: Mapping[str, Any]) -> Verdict:
    if result.get("fault"):
        raise BrokenQuestion(str(result["reason"]))
    equivalent, reason = result["equivalent"], str(result["reason"])
    weight = weights[CORRECTNESS]
    if equivalent == "invalid":
        caret = f"\n{result['caret']}" if result.get("caret") else ""
        return rejected(f"{reason}{caret}")
    if equivalent == "undecided":
        message = f"This could be neither proved nor refuted by machine ({reason}); a person will read it."
        return Verdict(Outcome.PENDING_REVIEW, None, (not_reached(CORRECTNESS, weight, message),))
    if equivalent is False:
        findings = _findings(result)
        return settle([failed(CORRECTNESS, weight, findings[0].message)], findings)
    checks = [passed(CORRECTNESS, weight, f"The expression is right: {reason}.")]
    if table.get("form"):
        checks.append(_form_check(result.get("form", []), weights[FORM], table["form"]))
    return settle(checks)


def _form_check(problems: list[str], weight: float, form: Mapping[str, Any]) -> Any:
    if not problems:
        return passed(FORM, weight, "It is in the form asked for.")
    asked = f"; asked is {form['shown']}" if form.get("shown") else ""
    return failed(
        FORM, weight, f"Equal to the right expression, but not yet in the form asked: {'; '.join(problems)}{asked}."
    )


def _findings(result: Mapping[str, Any]) -> list[Finding]:
    """Show the point where the two sides differ first, then the slips that give exactly these values."""
    witness = dict(result.get("witness") or {})
    findings = [Finding("witness", "values differ", _sentence(witness, str(result["reason"])), witness)]
    for slip in result.get("slips", []):
        message = f"{slip['message'][:1].upper()}{slip['message'][1:]}."
        findings.append(Finding(slip["code"], slip["name"], message, {"points compared": 8}))
    return findings


def _sentence(witness: Mapping[str, Any], reason: str) -> str:
    """Put a witness in words: At z = 1.2, y = 1 yours is 0.77, the right value is -0.23."""
    if "answer" not in witness:
        return f"{reason[:1].upper()}{reason[1:]}."
    at = ", ".join(
        f"{name} = {_short(value)}" for name, value in witness.items() if name not in {"reference", "answer"}
    )
    place = f"At {at}" if at else "Here"
    if witness["answer"] is None:
        return f"{place} yours has no value, and the right one is {_short(witness['reference'])}."
    if witness["reference"] is None:
        return f"{place} yours is {_short(witness['answer'])}, where the right expression has no value."
    return f"{place} yours is {_short(witness['answer'])}, the right value is {_short(witness['reference'])}."


def _short(value: Any) -> str:
    """Print a fraction as a decimal where that is exact or long enough to repeat the point."""
    if isinstance(value, str):
        numerator, _, denominator = value.partition("/")
        if not denominator:
            return value
        number = int(numerator) / int(denominator)
        return f"{number:.6g}" if len(value) > 7 or int(denominator) in {2, 4, 5, 8, 10, 20} else value
    return f"{value:.6g}" if isinstance(value, float) else str(value)
