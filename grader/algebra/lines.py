"""The text of a derivation to its lines: what each is about, its expression, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from grader.algebra.domains import DomainError
from grader.algebra.left_side import check_left_side, left_side
from grader.algebra.parser import Syntax
from grader.algebra.problem import Problem
from grader.algebra.tree import Node, ParseError

# What a line is about, and how often the loss is differentiated in it.
ORDERS: Mapping[str, int] = {"loss": 0, "gradient": 1, "hessian": 2}
LET = "let"
ROLES = (*ORDERS, LET)
MAX_LINES = 40
ALIASES = {"l": "loss", "value": "loss", "derivative": "gradient", "grad": "gradient", "second derivative": "hessian"}
HEAD = re.compile(r"\s*([A-Za-z][A-Za-z ]{0,20}?)\s*:(?!=)")
DEFINES = re.compile(r"\s*(?:let|where)\s+")
DEFINED = re.compile(r"\s*([A-Za-z_]\w*(?:\[[\w\s,]*\])?)\s*(?:=|:=)(?!=)")


class Written(NamedTuple):
    """One line: `number` counts from 1 in the typed text, `start` is where its expression begins in the line."""

    role: str
    expression: str
    number: int
    line: str
    start: int


class LineError(ValueError):
    """A line that cannot be placed or read.

    Attributes
    ----------
    number : of the line, from 1.
    line : its text.
    error : what is wrong, with the position in the line.
    """

    def __init__(self, number: int, line: str, error: ParseError) -> None:
        super().__init__(f"Line {number}: {error.sentence()}")
        self.number = number
        self.line = line
        self.error = error


def read_lines(text: str) -> Iterator[Written | LineError]:
    r"""Cut a derivation into lines; an empty line is none, and one that cannot be placed is an error in its place.

    A line begins with its role (`loss:`, `gradient:`, `hessian:`) or a left-hand side (`dL/dz =`), or goes on with the
    role of the line before; `let s = sigma(z)` defines a name.

    Examples
    --------
    >>> [line.role for line in read_lines("loss: (z-y)^2\ndL/dz = 2*(z-y)\n= 2*z-2*y")]
    ['loss', 'gradient', 'gradient']
    """
    role = ""
    written = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, line in written[:MAX_LINES]:
        try:
            found, start = _head(line, role)
        except ParseError as error:
            yield LineError(number, line, error)
            continue
        role = found if found and found != LET else role
        yield Written(found or role, line[start:].strip(), number, line, start + _indent(line[start:]))
    for number, line in written[MAX_LINES : MAX_LINES + 1]:
        yield LineError(number, line, ParseError(f"A derivation has at most {MAX_LINES} lines.", code="limit"))


def parsed_lines(
    text: str, problem: Problem, wrt: str, syntax: Syntax = "calculator"
) -> Iterator[tuple[Written, Node] | LineError]:
    """Read the expressions of all lines, each with the names that the lines before it defined.

    Parameters
    ----------
    text : the derivation as typed.
    problem : the declared names.
    wrt : the variable of the derivatives, as the question writes it.
    """
    for line in read_lines(text):
        if isinstance(line, LineError):
            yield line
            continue
        try:
            if line.role == LET:
                problem, tree = _defined(problem, line, syntax)
            else:
                check_left_side(line.expression, wrt, problem.symbols.latex)
                tree = problem.read(line.expression, syntax, answer=True)
        except ParseError as error:
            error.position += line.start
            yield LineError(line.number, line.line, error)
            continue
        yield line, tree


def _defined(problem: Problem, line: Written, syntax: Syntax) -> tuple[Problem, Node]:
    head, body, start = read_definition_line(line.expression)
    try:
        wider = problem.with_definition(head, body, syntax)
    except DomainError as error:
        words = str(error)
        raise ParseError(f"{words[:1].upper()}{words[1:]}.", code="definition") from error
    except ParseError as error:
        error.position += start
        raise
    return wider, wider.definitions[head.partition("[")[0]][1]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _head(line: str, before: str) -> tuple[str, int]:
    """Find the role that a line says itself ("" for that of the line before) and where its expression begins."""
    found, start = _own_head(line)
    if not (found or before):
        hint = "Write loss: or gradient: before it."
        raise ParseError("It is not said what this line is about.", 0, hint, "role")
    return found, start


def _own_head(line: str) -> tuple[str, int]:
    defines = DEFINES.match(line)
    if defines:
        return LET, defines.end()
    head = HEAD.match(line)
    if head:
        name = " ".join(head[1].lower().split())
        role = ALIASES.get(name, name)
        if role not in ORDERS:
            hint = f"Lines begin with {', '.join(ORDERS)} or let."
            raise ParseError(f"{head[1]!r} is not a role.", _indent(line), hint, "role")
        return role, head.end()
    if line.lstrip().startswith("="):
        return "", line.index("=") + 1
    return _by_left_side(line)


def _by_left_side(line: str) -> tuple[str, int]:
    left = left_side(line)
    if left is None or left.order >= len(ORDERS):
        return "", 0
    # A derivative keeps its left-hand side, where the variable is checked.
    return list(ORDERS)[left.order], 0 if left.by else left.end


def read_definition_line(expression: str) -> tuple[str, str, int]:
    """Split `s = sigma(z)` into the name, the body and where the body begins; raises ParseError."""
    match = DEFINED.match(expression)
    if match is None:
        raise ParseError("A definition has a name on its left.", 0, "Write let s = sigma(z).", "definition")
    return match[1], expression[match.end() :], match.end()
