r"""What stands before the `=` of an answer: L, dL/dz, L'(z), \frac{\partial L}{\partial z}, ∇L."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from grader.algebra.scanner import GREEK, RAISED
from grader.algebra.tree import ALIASES, FUNCTIONS, ParseError

MAX_LENGTH = 80
EQUALS = re.compile(r"(?<![<>!=])\s*(?:&\s*|:)?=(?!=)")
NAME = r"[A-Za-z]\w*"
INDEX = r"(?:\[[^\[\]=]*\])?"
ARGUMENT = r"(?:\s*[(\[][^()=]*[)\]])?"
DERIVED = re.compile(
    rf"d(?:\^?(?P<order>[1-9]))?\s*{NAME}{ARGUMENT}\s*/\s*d\s*(?P<by>{NAME}{INDEX})(?:\^(?P=order))?{ARGUMENT}"
)
# d/dz of something: what it is of is not looked at.
OPERATOR = re.compile(rf"d(?:\^?(?P<order>[1-9]))?\s*/\s*d\s*(?P<by>{NAME}{INDEX})(?:\^(?P=order))?(?P<of>[\s(\[].*)?")
PRIMED = re.compile(rf"{NAME}(?P<primes>'+){ARGUMENT}")
NABLA = re.compile(rf"∇(?:_?(?P<by>{NAME}{INDEX}))?(?:\s+{NAME}|(?P<of>{NAME}))?{ARGUMENT}")
NAMED = re.compile(rf"(?P<name>{NAME})(?:\^?\*)?(?P<argument>{ARGUMENT})")


class LeftSide(NamedTuple):
    """What is named: how often and by what it is differentiated ("" unsaid), and where the rest begins."""

    order: int
    by: str
    end: int


def left_side(text: str) -> LeftSide | None:
    r"""Read a left-hand side such as `L =`, `dL/dz =`, `d^2L/dz^2 =`, `L'(z) =` or `\frac{\partial L}{\partial z} =`.

    Examples
    --------
    >>> left_side("d^2L/dz^2 = p*(1-p)")
    LeftSide(order=2, by='z', end=11)
    """
    equals = EQUALS.search(text[: MAX_LENGTH + 3])
    head = text[: equals.start()] if equals else ""
    if equals is None or any(head.count(opening) != head.count(closing) for opening, closing in ("()", "[]", "{}")):
        return None
    plain, end = _plain(head), equals.end()
    derived = DERIVED.fullmatch(plain) or OPERATOR.fullmatch(plain)
    if derived:
        return LeftSide(int(derived["order"] or 1), derived["by"], end)
    primed, nabla, named = (pattern.fullmatch(plain) for pattern in (PRIMED, NABLA, NAMED))
    if primed:
        return LeftSide(len(primed["primes"]), "", end)
    if nabla:
        return LeftSide(1, nabla["by"] or "", end)
    # sigma(z) = … claims something of a function that is known: it names nothing.
    known = named is not None and ALIASES.get(named["name"], named["name"]) in FUNCTIONS
    return LeftSide(0, "", end) if named and not known else None


def _plain(text: str) -> str:
    """Write LaTeX and Unicode as calculator text: fractions as quotients, Greek by name, ∂ as d."""
    text = re.sub(r"\\partial(?![A-Za-z])|\\(?:mathrm|mathit|text)\s*\{\s*d\s*\}|∂", "d ", text)
    text = re.sub(r"\\nabla(?![A-Za-z])", "∇", text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]", lambda match: "^" + match.group().translate(RAISED), text)
    text = re.sub(r"\\(?:left|right|displaystyle|mathcal|mathbf|boldsymbol|bm)(?![A-Za-z])", "", text)
    text = re.sub(r"\\(?:wide)?(hat|bar|tilde)\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|\\?([A-Za-z]+))", r"\2\3\1", text)
    text = re.sub(r"\\[dt]?frac\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1/\2 ", text)
    text = re.sub(r"\\(?:ast|star|prime)(?![A-Za-z])|∗", lambda match: "'" if "prime" in match.group() else "*", text)
    text = re.sub(f"[{''.join(GREEK)}]", lambda match: GREEK[match.group()], text)
    text = re.sub(r"\\[,;! ]|[{}\\$]", "", text)
    return re.sub(r"\bd +(?=[A-Za-z^0-9])", "d", " ".join(text.split()))


def check_left_side(text: str, wrt: str | None, latex: Mapping[str, str]) -> None:
    """Refuse an answer whose left-hand side names the derivative by another variable.

    Parameters
    ----------
    text : the answer.
    wrt : the variable as the question names it.
    latex : LaTeX spelling to declared name.
    """
    left = left_side(text)
    if left is None or not left.by or wrt is None:
        return
    spelled = {_flat(_plain(spelling)) for spelling, name in latex.items() if _flat(name) == _flat(wrt)}
    if _flat(left.by) not in {_flat(wrt), *spelled}:
        raise ParseError(
            f"The derivative by {wrt} is asked, this says d/d{left.by}.", 0, f"Write d…/d{wrt} = …", "equals"
        )


def _flat(name: str) -> str:
    """Write z[k], z_k and zk alike, and λ as it can be declared."""
    return re.sub(r"[\[\]_\s,]", "", name).replace("lambda", "lam")
