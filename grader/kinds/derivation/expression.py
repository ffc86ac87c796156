"""One expression: right by proof, wrong by a witness, and otherwise for a person to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.algebra.left_side import check_left_side
from grader.algebra.tree import ParseError
from grader.kinds.derivation.spec import KEYS, problem_of
from grader.kinds.derivation.words import FORM, capital, form_check, sentence
from grader.kinds.specs import BrokenQuestion
from grader.scoring import CORRECTNESS, failed, not_reached, passed, rejected, settle
from grader.verdict import Finding, Outcome, Verdict

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes

SECONDS = 1.5
# The budget of the comparison, of the search for a slip, and of what the sandbox adds.
ASK_SECONDS = 4.0
# What `weights` gives where the spec asks for a form: the form is the smaller part of the work.
DEFAULT_WEIGHTS = {CORRECTNESS: 8.0, FORM: 2.0}


def grade_expression(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Compare the typed expression with the reference in the sandbox's algebra profile."""
    table = request.spec["derivation"]
    try:
        _read(request.answer, table)
    except ParseError as error:
        return rejected(f"{error.sentence()}\n{error.caret(request.answer)}")
    return _verdict(_ask(request, table, sandboxes), _weights(request.spec), table)


def _read(answer: str, table: Mapping[str, Any]) -> None:
    """Refuse what cannot be read before a sandbox is asked; reading is safe anywhere."""
    check_left_side(answer, table.get("wrt"), table.get("latex_symbols", {}))
    problem_of(table).read(answer, table.get("syntax", "calculator"), answer=True)


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
        checks.append(form_check(result.get("form", []), weights[FORM], table["form"]))
    return settle(checks)


def _findings(result: Mapping[str, Any]) -> list[Finding]:
    """Show the point where the two sides differ first, then the slips that give exactly these values."""
    witness = dict(result.get("witness") or {})
    first = Finding("witness", "values differ", sentence(witness, str(result["reason"])), witness)
    named = (
        Finding(slip["code"], slip["name"], f"{capital(slip['message'])}.", {"points compared": 8})
        for slip in result.get("slips", [])
    )
    return [first, *named]
