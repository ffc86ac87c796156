"""Tree to LaTeX and to calculator text, every product and bracket visible.

Both read back to the very tree they came from, so that a preview cannot show something other than what is graded.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.algebra.domains import symbols_of
from grader.algebra.parser import Syntax, parse
from grader.algebra.scanner import GREEK
from grader.algebra.tree import Node, ParseError, is_condition, words

LOOSE, SUM, TERM, POWER, ATOM = range(5)
LEVEL = {"+": SUM, "-": SUM, "*": TERM, "/": TERM, ".*": TERM, "./": TERM, "^": POWER, ".^": POWER}
MARKS = {
    "*": r" \cdot ",
    ".*": r" \odot ",
    "./": r" \oslash ",
    "<=": r" \le ",
    ">=": r" \ge ",
    "==": " = ",
    "!=": r" \ne ",
    "and": r" \land ",
    "or": r" \lor ",
}
LETTERS = frozenset(GREEK.values()) - {"omicron"}
# Functions that have a command of their own; all others are \operatorname{…}.
COMMANDS = frozenset(words("exp log max min sin cos tan sec csc cot sinh cosh tanh coth"))


def decimal(value: Fraction) -> str:
    """Print a number as it can be typed: a whole number, or a decimal that ends."""
    if value.denominator == 1:
        return str(value.numerator)
    places = 0
    scaled = value
    while scaled.denominator != 1:
        scaled, places = scaled * 10, places + 1
        if places > 60:
            raise ValueError(f"{value} has no finite decimal: it must stand as a quotient")
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def latex_name(name: str) -> str:
    match = re.fullmatch(r"([A-Za-z]+?)_?([0-9]+)", name)
    if match:
        return f"{latex_name(match[1])}_{{{match[2]}}}"
    if len(name) == 1:
        return name
    if name in LETTERS or name == "lam":
        return r"\lambda" if name == "lam" else "\\" + name
    return r"\mathrm{" + name.replace("_", "") + "}"


def _fence(text: str) -> str:
    return rf"\left({text}\right)"


def to_latex(node: Node, level: int = LOOSE) -> str:
    """Print a tree as LaTeX, with brackets where `level` (how tightly the surroundings bind) needs them."""
    tag = node[0]
    if tag == "num":
        return decimal(node[1])
    if tag == "const":
        return r"\pi" if node[1] == "pi" else "e"
    if tag == "var":
        return latex_name(node[1])
    if tag == "idx":
        return f"{latex_name(node[1])}_{{{', '.join(map(to_latex, node[2]))}}}"
    if tag == "call":
        return _latex_call(node, level)
    if tag == "neg":
        text = "-" + to_latex(node[1], TERM)
        return text if level == LOOSE else _fence(text)
    if tag == "bind":
        low, high = to_latex(node[4]), to_latex(node[5])
        text = rf"\{node[1]}_{{{latex_name(node[3])} = {low}}}^{{{high}}} {to_latex(node[2], ATOM)}"
        return text if level == LOOSE else _fence(text)
    return _latex_operation(node, level)


def _latex_operation(node: Node, level: int) -> str:
    _, symbol, left, right = node
    if symbol == "/":
        text = rf"\frac{{{to_latex(left)}}}{{{to_latex(right)}}}"
        return _fence(text) if level > POWER else text
    if symbol in {"^", ".^"}:
        mark = r"\circ " if symbol == ".^" else ""
        text = f"{to_latex(left, ATOM)}^{{{mark}{to_latex(right)}}}"
        return _fence(text) if level > POWER else text
    if is_condition(node):
        mark = MARKS.get(symbol, f" {symbol} ")
        join = symbol in {"and", "or"}
        return mark.join(_fence(to_latex(part)) if join else to_latex(part, SUM) for part in (left, right))
    own = LEVEL[symbol]
    # A minus sign stands without brackets only at the head of a sum.
    head = left[0] == "neg" and own == SUM
    text = to_latex(left, LOOSE if head else own) + MARKS.get(symbol, f" {symbol} ") + to_latex(right, own + 1)
    return _fence(text) if level > own else text


def _latex_call(node: Node, level: int) -> str:
    _, name, arguments = node
    special = SPECIAL.get(name)
    if special is not None:
        text = special(*arguments)
        limit = {"if": LOOSE, "exp": POWER, "factorial": POWER, "transpose": POWER}.get(name, ATOM)
        return _fence(text) if level > limit else text
    if name == "log" and len(arguments) == 2:
        return rf"\log_{{{to_latex(arguments[1])}}}{_fence(to_latex(arguments[0]))}"
    return _latex_function(name) + _fence(", ".join(map(to_latex, arguments)))


def _latex_function(name: str) -> str:
    if name == "sigma":
        return r"\sigma"
    return "\\" + name if name in COMMANDS else rf"\operatorname{{{name}}}"


# What stands beyond the last of the cases that all have a condition.
NOWHERE = ("op", "/", ("num", Fraction(1)), ("num", Fraction(0)))


def _latex_cases(condition: Node, value: Node, other: Node) -> str:
    rows = [(value, condition)]
    while other[:2] == ("call", "if"):
        condition, value, other = other[2]
        rows.append((value, condition))
    lines = [rf"{to_latex(value)} & \text{{if }} {to_latex(condition)}" for value, condition in rows]
    if other != NOWHERE:
        lines.append(rf"{to_latex(other)} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"


SPECIAL: Mapping[str, Callable[..., str]] = {
    "exp": lambda a: f"e^{{{to_latex(a)}}}",
    "abs": lambda a: rf"\left|{to_latex(a)}\right|",
    "sqrt": lambda a: rf"\sqrt{{{to_latex(a)}}}",
    "root": lambda a, n: rf"\sqrt[{to_latex(n)}]{{{to_latex(a)}}}",
    "factorial": lambda a: to_latex(a, ATOM) + "!",
    "norm": lambda a: rf"\left\|{to_latex(a)}\right\|",
    "transpose": lambda a: to_latex(a, ATOM) + r"^{\top}",
    "ind": lambda c: rf"\mathbf{{1}}\left[{to_latex(c)}\right]",
    "if": _latex_cases,
}


def to_text(node: Node, level: int = LOOSE) -> str:
    """Print a tree in calculator syntax."""
    tag = node[0]
    if tag == "num":
        return decimal(node[1])
    if tag in {"const", "var"}:
        return str(node[1])
    if tag == "idx":
        return f"{node[1]}[{', '.join(map(to_text, node[2]))}]"
    if tag == "call":
        return f"{node[1]}({', '.join(map(to_text, node[2]))})"
    if tag == "bind":
        return f"{node[1]}({to_text(node[2])}, {node[3]}, {to_text(node[4])}, {to_text(node[5])})"
    if tag == "neg":
        text = "-" + to_text(node[1], TERM)
        return text if level == LOOSE else f"({text})"
    _, symbol, left, right = node
    if is_condition(node):
        join = symbol in {"and", "or"}
        parts = [f"({to_text(part)})" if join else to_text(part, SUM) for part in (left, right)]
        return f" {symbol} ".join(parts)
    own = LEVEL[symbol]
    first = to_text(left, ATOM if own == POWER else own)
    text = f"{first}{symbol}{to_text(right, own + 1)}"
    return f"({text})" if level > own else text


@dataclasses.dataclass(frozen=True)
class Preview:
    """What the typed text was read as.

    Attributes
    ----------
    latex : the reading, "" where there is none.
    errors : what kept it from being read.
    """

    latex: str
    errors: tuple[ParseError, ...] = ()


def preview(
    text: str,
    variables: Mapping[str, str],
    definitions: Mapping[str, str] | None = None,
    syntax: Syntax = "calculator",
    latex_symbols: Mapping[str, str] | None = None,
    *,
    vector: bool = False,
) -> Preview:
    r"""Read an answer and print what was read; no algebra is done, so it may run where pages are served.

    Parameters
    ----------
    text : what was typed.
    variables : declared name to domain, as in a question's spec.
    definitions : abbreviations of the question, such as {"p[i]": "exp(z[i])/S"}.
    syntax : "calculator" or "latex".
    latex_symbols : LaTeX spelling to declared name.
    vector : whether the question works with vectors and matrices.

    Examples
    --------
    >>> preview("2z", {"z": "real"}).latex
    '2 \\cdot z'
    """
    symbols = symbols_of(variables, definitions or {}, latex_symbols or {}, vector=vector)
    try:
        return Preview(to_latex(parse(text, symbols, syntax)))
    except ParseError as error:
        return Preview("", (error,))
