"""The right answer of a question, for those who wrote it."""

from __future__ import annotations

from assessments.bank.models import Kind
from grader.kinds.numeric import key_of
from grader.questions import QuestionFolder, realise


def right_answer(question: QuestionFolder, number: int) -> str | list[str] | None:
    """Give the right answer as a person would read it; None where many answers are right."""
    table = realise(question.spec, question.parameters(number)).get(question.kind, {})
    if question.kind == Kind.NUMERIC:
        return f"{key_of(table):.6g}"
    if question.kind == Kind.CHOICE:
        return [option["text"] for option in table["options"] if option.get("credit", 0) > 0]
    if question.kind == Kind.LAB:
        return [option["text"] for option in table.get("choice", ()) if option.get("right")] or None
    return str(table["reference"]) if question.kind == Kind.DERIVATION else None
