"""Text to raw tokens: numbers, names and symbols, in any of the alphabets that mathematics is typed in.

Look-alike letters are never normalised silently: what has no meaning is refused by the name of its character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from grader.algebra.tree import MAX_DIGITS, ParseError, words


class Raw(NamedTuple):
    """A piece of text before its meaning is known; kind is number, name or symbol."""

    kind: str
    text: str
    position: int


GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωϵΓΔΘΛΞΣΦΨΩ",
        words(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon"
            " phi chi psi omega epsilon Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega"
        ),
        strict=True,
    )
)
SPELLINGS = {
    **dict.fromkeys("×·⋅∙∗", "*"),
    **dict.fromkeys("⊙∘", ".*"),
    **dict.fromkeys("ᵀ⊤", "'"),
    "−": "-",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
NAMES = {"√": "sqrt", "∑": "sum", "∏": "prod", "𝟙": "ind", "𝟏": "ind"}
QUOTIENTS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8"}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ", "0123456789ijkn")
# Letters of other alphabets that are drawn like Latin ones, and dashes like the minus sign.
LOOKALIKES = dict(zip("аеорсхуіјѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧ–—", "aeopcxyijsdhABEZHIKMNOPTYX--", strict=True))
LIBRARY = re.compile(r"\b(?:np|numpy|jnp|math|torch|tf)\Z")

_GREEK, _LOWERED = "".join(GREEK), "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ"
PIECE = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.(?![*/^])[0-9]*)?|\.[0-9]+)"
    rf"|(?P<name>(?:[A-Za-z_][A-Za-z_0-9]*|[{_GREEK}](?:_?[0-9]+|_[A-Za-z]+)?)(?P<lowered>[{_LOWERED}]*))"
    r"|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<symbol>\*\*|//|<=|>=|==|!=|&&|\.\*|\./|\.\^|\.T\b|[-+*/^()\[\],!|<>='@])"
)


def describe(character: str) -> str:
    name = unicodedata.name(character, "a character without a name")
    return f"U+{ord(character):04X} {name}"


def refuse_character(text: str, position: int) -> ParseError:
    """Build the error for a character that no expression contains."""
    character = text[position]
    if character.isascii():
        shown = repr(character) if character.isprintable() else describe(character)
        return ParseError(f"{shown} has no meaning in an expression.", position, _instead(text, position), "character")
    plain = LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    hint = f"It looks like {plain!r}: retype it." if plain.isascii() and plain.strip() else "Remove or retype it."
    return ParseError(f"{describe(character)} has no meaning in an expression.", position, hint, "character")


def _instead(text: str, position: int) -> str:
    library = LIBRARY.search(text[:position]) if text[position] == "." else None
    if library:
        return f"Write the function alone, without {library[0]}."
    return "Use round brackets." if text[position] in "{}" else ""


def scan(text: str) -> Iterator[Raw]:
    """Cut calculator text into raw tokens; raises ParseError at the first character without a meaning."""
    position = 0
    while position < len(text):
        match = PIECE.match(text, position)
        if match is None:
            yield from character_of(text, position)
            position += 1
            continue
        kind = str(match.lastgroup)
        if match["number"]:
            _check_number(text, match.group(), position, match.end())
        if match["raised"]:
            yield from raised(match.group(), position)
        elif match["name"]:
            yield Raw("name", spelled(match["name"], match["lowered"]), position)
        elif kind != "space":
            yield Raw(kind, match.group(), position)
        position = match.end()


def character_of(text: str, position: int) -> Iterator[Raw]:
    """Give what a character beyond ASCII stands for; raises ParseError where it stands for nothing."""
    character = text[position]
    if character in SPELLINGS:
        yield Raw("symbol", SPELLINGS[character], position)
    elif character in QUOTIENTS:
        yield Raw("number", QUOTIENTS[character], position)
    elif character in NAMES:
        yield Raw("name", NAMES[character], position)
    else:
        raise refuse_character(text, position)


def raised(text: str, position: int) -> Iterator[Raw]:
    """Read z²³ and z⁻¹ as powers."""
    digits = text.translate(RAISED)
    yield Raw("symbol", "^", position)
    if digits[0] in "+-":
        yield Raw("symbol", digits[0], position)
    _check_number("", digits.lstrip("+-"), position, 0)
    yield Raw("number", digits.lstrip("+-"), position)


def spelled(name: str, lowered: str = "") -> str:
    """Write a name in ASCII: θ₁ is theta_1."""
    plain = name[: len(name) - len(lowered)]
    plain = GREEK.get(plain[0], plain[0]) + plain[1:]
    return f"{plain}_{lowered.translate(LOWERED)}" if lowered else plain


def _check_number(text: str, digits: str, position: int, end: int) -> None:
    if len(digits) > MAX_DIGITS:
        raise ParseError(
            f"A number has at most {MAX_DIGITS} digits, this one has {len(digits)}.", position, code="limit"
        )
    if re.match(r"[eE][-+]?[0-9]", text[end : end + 3]):
        hint = f"Write {digits}*10^… for a power of ten, or {digits}*e for Euler's number."
        raise ParseError(f"{text[position : end + 2]!r} can be read in two ways.", position, hint, "ambiguous")
    if text[end : end + 1] == "." and not re.match(r"\.(?:[*/^]|T\b)", text[end : end + 3]):
        raise ParseError("A number has one decimal point.", end, code="number")
