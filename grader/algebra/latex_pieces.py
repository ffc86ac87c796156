"""The commands of the LaTeX subset, and the cut of a text into them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.algebra.scanner import GREEK, Raw, character_of, raised
from grader.algebra.tree import words

PIECE = re.compile(
    r"(?P<bar>\\(?:left|right)\s*\|)|(?P<space>\s+|\\[,;:! ]|\\q?quad(?![A-Za-z])|~"
    r"|\\(?:left|right)\s*\.)"
    r"|(?P<command>\\[A-Za-z]+|\\\\|\\[{}|])|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<name>[A-Za-z]+[0-9]*)|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<symbol><=|>=|==|!=|[-+*/^_(){}\[\],.!|<>=&'])"
)
FRACTIONS = frozenset({r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"})
SIMPLE = {
    r"\cdot": "*",
    r"\times": "*",
    r"\div": "/",
    r"\le": "<=",
    r"\leq": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\leqslant": "<=",
    r"\geqslant": ">=",
    r"\lt": "<",
    r"\gt": ">",
    r"\ne": "!=",
    r"\neq": "!=",
    r"\}": ")",
    r"\rbrack": ")",
    r"\ast": "*",
    r"\land": "&&",
    r"\wedge": "&&",
    r"\prime": "'",
    r"\odot": ".*",
    r"\circ": ".*",
    r"\oslash": "./",
}
SIZES = frozenset(
    {r"\left", r"\right", r"\limits", r"\nolimits", r"\displaystyle", r"\textstyle"}
    | {"\\" + size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")}
)
# What opens a bracket to what may close it.
FENCES = {
    r"\{": (r"\}", r"\rbrace"),
    r"\lbrace": (r"\}", r"\rbrace"),
    r"\lbrack": (r"\rbrack", "]"),
    r"\llbracket": (r"\rrbracket",),
}
BARS = {r"\rvert": "|)"}
NORMS = frozenset({r"\lVert", r"\rVert", r"\Vert", r"\|"})
TRANSPOSED = frozenset({r"\top", r"\intercal", "T"})
LETTERS = {"\\" + name: name for name in (*GREEK.values(), "ell")} | {r"\varepsilon": "epsilon", r"\varphi": "phi"}
NAMING = frozenset({r"\operatorname", r"\mathrm", r"\text", r"\mathit", r"\textrm", r"\mathsf", r"\textbf"})
FACES = frozenset(
    {r"\mathbf", r"\mathbb", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathds", r"\mathbbm"}
    | {r"\hat", r"\widehat", r"\bar", r"\overline", r"\tilde"}
)
# Functions whose power −1 is the inverse.
TURNED = frozenset(words("sin cos tan sec csc cot sinh cosh tanh sech csch coth"))
STOPS = frozenset(
    {
        "+",
        "-",
        ",",
        ")",
        "]",
        "|)",
        "}",
        r"\}",
        r"\rbrace",
        r"\rbrack",
        r"\rrbracket",
        r"\rvert",
        "&",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "=",
        "!=",
        "&&",
    }
)


def pieces_of(text: str) -> Iterator[Raw]:
    """Cut LaTeX into commands, numbers, runs of letters and symbols."""
    position = 0
    while position < len(text):
        match = PIECE.match(text, position)
        if match is None:
            character = text[position]
            if character in GREEK:
                yield Raw("command", "\\" + GREEK[character], position)
            else:
                yield from character_of(text, position)
            position += 1
            continue
        if match["raised"]:
            yield from raised(match["raised"], position)
            position = match.end()
            continue
        kind = str(match.lastgroup)
        if kind == "bar":
            yield Raw("symbol", "|(" if match.group().startswith(r"\left") else "|)", position)
            position = match.end()
            continue
        if match.group() == r"\vert":
            yield Raw("symbol", "|", position)
        elif kind != "space" and match.group() not in SIZES:
            yield Raw(kind, match.group(), position)
        position = match.end()


def strip(raws: list[Raw]) -> list[Raw]:
    """Take away the brackets that `group` put around an argument."""
    return raws[1:-1] if len(raws) > 1 and raws[0].text == "(" and raws[-1].text == ")" else raws


def split_run(piece: Raw) -> Iterator[Raw]:
    for offset, character in enumerate(piece.text):
        yield Raw("number" if character.isdigit() else "name", character, piece.position + offset)


def pieces_of_rest(piece: Raw) -> list[Raw]:
    rest = piece.text[1:]
    return [Raw("number" if rest[0].isdigit() or rest[0] == "." else "name", rest, piece.position + 1)]
