"""One LaTeX formula becomes MathML Core, safe under a policy that allows nothing inline.

What cannot be shown is an error that names the place, never a gap in the page.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from math_core import LatexError, LatexToMathML

MAX_FORMULA = 2_000
MAX_DEPTH = 40
# Beyond it a space or a shift is no part of a formula any more: it covers the page or pushes it aside.
MAX_LENGTH = 20


class ContentError(ValueError):
    """A text that cannot be shown as it was meant; `problems` names each place and what to do there."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


# math-core writes inline styles on tables, borders and operators; the policy would drop them, so they become classes.
_STYLES = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "justify-items:start": "",
    "justify-items:end": "",
    "padding-left:0": "m-pl-0",
    "padding-right:0": "m-pr-0",
    "padding-left:1em": "m-pl-1",
    "padding-left:0.1667em": "m-pl-thin",
    "padding-right:0.1667em": "m-pr-thin",
    "width:100%": "m-whole",
    "width:50%": "m-half",
    **{f"border-{side}:0.05em solid currentcolor": f"m-line-{side}" for side in ("top", "right", "bottom", "left")},
    **{f"border-{side}:0.05em dashed currentcolor": f"m-dash-{side}" for side in ("top", "right", "bottom", "left")},
}
_OPERATOR = "stretchy lspace rspace form minsize maxsize largeop movablelimits symmetric fence separator"
_WITH_ATTRIBUTES = {
    "math": "display class",
    "annotation": "encoding",
    "mi": "mathvariant",
    "mo": _OPERATOR,
    "mspace": "width height depth",
    "mfrac": "linethickness displaystyle scriptlevel",
    "mover": "accent",
    "munder": "accentunder",
    "munderover": "accent accentunder",
    "mpadded": "width height depth lspace voffset class",
    "mstyle": "displaystyle scriptlevel",
    "mtable": "displaystyle scriptlevel class",
    "mtd": "class columnspan rowspan",
}
_BARE = frozenset({
    "semantics", "mrow", "mn", "mtext", "ms", "msub", "msup", "msubsup", "msqrt", "mroot", "mtr",
    "mmultiscripts", "mprescripts", "mphantom",
})  # fmt: skip
TAGS = _WITH_ATTRIBUTES.keys() | _BARE
ATTRIBUTES = {tag: set(attributes.split()) for tag, attributes in _WITH_ATTRIBUTES.items()}

_latex = LatexToMathML(annotation=True, fancy_error=False)
_TAG = re.compile(r"<([a-zA-Z]+)")
_STEP = re.compile(r"<(/?)[a-zA-Z][^>]*?(/?)>")
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_LENGTH = re.compile(r'\b[a-z]+="(-?\d+(?:\.\d+)?)e[mx]"')
_PLACE = re.compile(r"(\d+): (.*)", re.DOTALL)


def render_math(latex: str, display: bool = False) -> SafeString:  # noqa: FBT001, FBT002  (the agreed signature)
    """Turn one formula into MathML Core.

    Raises
    ------
    ContentError : if it is too long or too deep, does not parse, or asks for what browsers do not show.
    """
    if len(latex) > MAX_FORMULA:
        raise ContentError([f"a formula has up to {MAX_FORMULA} characters, this one has {len(latex)}: split it"])
    try:
        mathml = _latex.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise ContentError([f"the formula {_short(latex)} cannot be read: {_where(str(error))}"]) from error
    if _depth(mathml) > MAX_DEPTH:
        raise ContentError([f"the formula {_short(latex)} is nested deeper than {MAX_DEPTH}: split it"])
    foreign = sorted(set(_TAG.findall(mathml)) - TAGS)
    if foreign:
        raise ContentError([f"the formula {_short(latex)} needs {', '.join(foreign)}, which browsers do not show"])
    far = next((found[0] for found in _LENGTH.finditer(mathml) if abs(float(found[1])) > MAX_LENGTH), None)
    if far is not None:
        raise ContentError([f"the formula {_short(latex)} sets {far}: up to {MAX_LENGTH}em stay on the page"])
    classed = _STYLE.sub(lambda match: _classes(match.group(1), latex), mathml)
    return mark_safe(nh3.clean(classed, tags=set(TAGS), attributes=ATTRIBUTES))  # noqa: S308  (what nh3 let through)


def _depth(markup: str) -> int:
    steps = (-1 if closing else 1 for closing, empty in _STEP.findall(markup) if not empty)
    return max(itertools.accumulate(steps), default=0)


def _short(latex: str) -> str:
    text = " ".join(latex.split())
    return f"«{text}»" if len(text) <= 60 else f"«{text[:57]}…»"


def _where(error: str) -> str:
    match = _PLACE.fullmatch(error)
    return f"at character {int(match.group(1)) + 1}: {match.group(2)}" if match else error


def _classes(style: str, latex: str) -> str:
    declarations = [":".join(part.strip() for part in item.split(":")) for item in style.split(";") if item.strip()]
    unknown = [declaration for declaration in declarations if declaration not in _STYLES]
    if unknown:
        what = ", ".join(declaration.split(":")[0] for declaration in unknown)
        raise ContentError([f"the formula {_short(latex)} sets {what} of its own: leave that to the page"])
    names = " ".join(filter(None, (_STYLES[declaration] for declaration in declarations)))
    return f' class="{names}"' if names else ""
