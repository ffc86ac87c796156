"""What a derivation is read as: each line as it was typed, typeset on the server."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.safestring import SafeString

from assessments.bank import rendering
from assessments.bank.models import GradingSpec, Variant
from grader.algebra import ParseError, to_latex
from grader.algebra import preview as read
from grader.algebra.lines import LET, LineError, parsed_lines, read_definition_line
from grader.algebra.printing import latex_name
from grader.kinds.derivation.spec import problem_of
from grader.questions import realise

TOO_LONG = "This is read, but is too long to show typeset."


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: typeset, or with the place of its mistake.

    `number` counts the typed lines from 1; it is 0 for the expression of a question without steps.
    """

    number: int = 0
    role: str = ""
    math: SafeString | None = None
    message: str = ""
    caret: str = ""


def read_back(*, text: str, variant: Variant, spec: GradingSpec) -> list[Line]:
    """Read each line of an answer; a question without steps has one."""
    table = realise(spec.spec, variant.parameters).get("derivation", {})
    if table.get("steps", False):
        return list(_lines(text, table))
    return [_expression(text.strip(), table)] if text.strip() else []


def _lines(text: str, table: Mapping[str, Any]) -> Iterator[Line]:
    for found in parsed_lines(text, problem_of(table), table["wrt"], table.get("syntax", "calculator")):
        if isinstance(found, LineError):
            message, caret = _mistake(found.error, found.line)
            yield Line(found.number, message=message, caret=caret)
            continue
        line, tree = found
        shown = to_latex(tree)
        if line.role == LET:
            shown = f"{_defined(line.expression)} = {shown}"
        yield _typeset(Line(line.number, line.role), shown)


def _defined(expression: str) -> str:
    name, _, indices = read_definition_line(expression)[0].rstrip("]").partition("[")
    return f"{latex_name(name)}_{{{indices}}}" if indices else latex_name(name)


def _expression(text: str, table: Mapping[str, Any]) -> Line:
    found = read(
        text,
        variables=table.get("variables", {}),
        definitions=table.get("definitions", {}),
        syntax=table.get("syntax", "calculator"),
        latex_symbols=table.get("latex_symbols", {}),
        vector=table.get("mode") == "vector",
    )
    if found.errors:
        message, caret = _mistake(found.errors[0], text)
        return Line(message=message, caret=caret)
    return _typeset(Line(), found.latex)


def _typeset(line: Line, latex: str) -> Line:
    try:
        return dataclasses.replace(line, math=rendering.render_math(latex, display=True))
    except rendering.ContentError:
        return dataclasses.replace(line, message=TOO_LONG)


def _mistake(error: ParseError, text: str) -> tuple[str, str]:
    return error.sentence(), error.caret(text)
