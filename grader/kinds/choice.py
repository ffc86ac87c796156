"""Choice: one or several of the listed options, each with its own credit and feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.kinds.specs import describe, indices, shuffle_problems, table_of, unknown_keys
from grader.scoring import CORRECTNESS, failed, passed, rejected, settle

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [choice] table."""
    problems: list[str] = []
    table = table_of(spec, "choice", problems)
    problems += unknown_keys(table, {"options", "multiple", "shuffle"}, "choice.")
    if not isinstance(table.get("multiple", False), bool):
        problems.append(f"choice.multiple: expected true or false, got {describe(table['multiple'])}")
    options = table.get("options")
    if not isinstance(options, Sequence) or isinstance(options, str) or len(options) < 2:
        return [*problems, f"choice.options: expected a list of at least two options, got {describe(options)}"]
    for number, option in enumerate(options):
        problems += _option_problems(option, f"choice.options[{number}]")
    if not problems and not any(_credit(option) > 0 for option in options):
        problems.append("choice.options: no option has a credit above 0, so no answer could be right")
    return problems or shuffle_problems("choice", table)


def _option_problems(option: object, where: str) -> list[str]:
    if not isinstance(option, Mapping):
        return [f"{where}: expected a table with text, credit and feedback, got {describe(option)}"]
    problems = unknown_keys(option, {"text", "credit", "feedback"}, f"{where}.")
    if not isinstance(option.get("text"), str) or not option["text"].strip():
        problems.append(f"{where}.text: expected the option's words, got {describe(option.get('text'))}")
    credit = option.get("credit", 0)
    if not isinstance(credit, (int, float)) or not -1 <= credit <= 1:
        problems.append(f"{where}.credit: expected a number from -1 to 1, got {describe(credit)}")
    if not isinstance(option.get("feedback", ""), str):
        problems.append(f"{where}.feedback: expected text, got {describe(option['feedback'])}")
    return problems


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:  # noqa: ARG001
    """Score the ticked options."""
    table = request.spec["choice"]
    options = table["options"]
    multiple = table.get("multiple", False)
    chosen = indices(request.answer, len(options))
    if isinstance(chosen, str):
        return rejected(chosen)
    if not multiple and len(chosen) != 1:
        return rejected(f"expected exactly one option, got {len(chosen)}")
    share = _several(options, chosen) if multiple else _credit(options[chosen[0]])
    share = min(1.0, max(0.0, share))
    message = " ".join(options[index]["feedback"] for index in chosen if options[index].get("feedback"))
    if share == 1.0:
        return settle([passed(CORRECTNESS, 1, message or "Right.")])
    return settle([failed(CORRECTNESS, 1, message or _plain_message(options, chosen, multiple=multiple), share)])


def _credit(option: Mapping[str, Any]) -> float:
    return float(option.get("credit", 0))


def _several(options: Sequence[Mapping[str, Any]], chosen: Sequence[int]) -> float:
    """Right ticks minus wrong ticks over keys; an option with a credit of its own weighs by it."""
    keys = [_credit(option) for option in options if _credit(option) > 0]
    total = sum(keys)
    typical = total / len(keys)
    earned = sum(_credit(options[index]) or -typical for index in chosen)
    return earned / total


def _plain_message(options: Sequence[Mapping[str, Any]], chosen: Sequence[int], *, multiple: bool) -> str:
    if not multiple:
        return "The chosen option is not the right one."
    right = sum(_credit(options[index]) > 0 for index in chosen)
    keys = sum(_credit(option) > 0 for option in options)
    return f"{right} of {keys} right options ticked, {len(chosen) - right} wrong ones."
