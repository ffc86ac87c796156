"""The live preview of derivations: what was typed, as it was read, typeset on the server."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from assessments.bank import rendering
from assessments.bank.models import GradingSpec, Variant
from grader.algebra import ParseError
from grader.algebra import preview as read
from grader.questions import realise

MAX_LINES = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: typeset, or with the place of its mistake."""

    role: str = ""
    math: SafeString | None = None
    message: str = ""
    caret: str = ""


def preview(*, text: str, variant: Variant, spec: GradingSpec) -> list[Line]:
    """Read each line of an answer; a question without steps has one."""
    table = realise(spec.spec, variant.parameters).get("derivation", {})
    if not table.get("steps", False):
        return [_line("", text.strip(), table)] if text.strip() else []
    lines = [line for line in text.splitlines() if line.strip()][:MAX_LINES]
    parted = (line.partition(":") if ":" in line else ("", "", line) for line in lines)
    return [_line(role.strip(), expression.strip(), table) for role, _, expression in parted]


def _line(role: str, expression: str, table: Mapping[str, Any]) -> Line:
    found = read(
        expression,
        variables=table.get("variables", {}),
        definitions=table.get("definitions", {}),
        syntax=table.get("syntax", "calculator"),
        latex_symbols=table.get("latex_symbols", {}),
        vector=table.get("mode") == "vector",
    )
    if found.errors:
        return _mistake(role, expression, found.errors[0])
    try:
        return Line(role, math=rendering.render_math(found.latex, display=True))
    except rendering.ContentError:
        return Line(role, message="This is read, but is too long to show typeset.")


def _mistake(role: str, expression: str, error: ParseError) -> Line:
    return Line(role, message=error.sentence(), caret=error.caret(expression))
