"""Calculator text to raw tokens, and raw tokens to the grammar's tokens by the declared symbol table.

The lexer does what LALR cannot: it tells a variable before "(" (a product) from a function (a call), opens and closes
|bars|, and names what it cannot read. Look-alike letters are never normalised silently: they are refused by name.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lark import Token

from grader.algebra.tree import ALIASES, CONSTANTS, MAX_DIGITS, MAX_TOKENS, ParseError, Symbols, words


class Raw(NamedTuple):
    """A piece of text before its meaning is known; kind is number, name or symbol."""

    kind: str
    text: str
    position: int


GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωϵ",
        words(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon"
            " phi chi psi omega epsilon"
        ),
        strict=True,
    )
)
SPELLINGS = {"−": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}
SUPERSCRIPTS = {"²": "2", "³": "3"}
# Letters of other alphabets that are drawn like Latin ones.
LOOKALIKES = dict(zip("аеорсхуіјѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcxyijsdhABEZHIKMNOPTYX", strict=True))

PIECE = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.(?![*/^])[0-9]*)?|\.[0-9]+)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<symbol>\*\*|//|<=|>=|==|!=|&&|\.\*|\./|\.\^|[-+*/^()\[\],!|<>='])"
)
SYMBOLS = {
    **dict.fromkeys(["+", "-"], "ADD"),
    **dict.fromkeys(["*", "/", ".*", "./"], "MUL"),
    **dict.fromkeys(["<", "<=", ">", ">=", "==", "!="], "COMPARE"),
    **dict.fromkeys(["^", ".^"], "POW"),
    "!": "BANG",
    "'": "QUOTE",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LBRACK",
    "]": "RBRACK",
    "|(": "BAROPEN",
    "|)": "BARCLOSE",
    ",": "COMMA",
}
DOTTED = frozenset({".*", "./", ".^"})
ENDS_OPERAND = frozenset({"NUMBER", "CONST", "VAR", "RPAR", "RBRACK", "BARCLOSE", "BANG", "QUOTE"})
CLOSES = {")": "(", "]": "[", "|)": "|("}


def describe(character: str) -> str:
    name = unicodedata.name(character, "a character without a name")
    return f"U+{ord(character):04X} {name}"


def refuse_character(text: str, position: int) -> ParseError:
    """Build the error for a character that no expression contains."""
    character = text[position]
    if character.isascii():
        shown = repr(character) if character.isprintable() else describe(character)
        return ParseError(f"{shown} has no meaning in an expression.", position, code="character")
    plain = LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    hint = f"It looks like {plain!r}: retype it." if plain.isascii() and plain.strip() else "Remove or retype it."
    return ParseError(f"{describe(character)} has no meaning in an expression.", position, hint, "character")


def scan(text: str) -> Iterator[Raw]:
    """Cut calculator text into raw tokens; raises ParseError at the first character without a meaning."""
    position = 0
    while position < len(text):
        match = PIECE.match(text, position)
        character = text[position]
        if match is None:
            if character in SPELLINGS:
                yield Raw("symbol", SPELLINGS[character], position)
            elif character in SUPERSCRIPTS:
                yield Raw("symbol", "^", position)
                yield Raw("number", SUPERSCRIPTS[character], position)
            elif character in GREEK:
                yield Raw("name", GREEK[character], position)
            else:
                raise refuse_character(text, position)
            position += 1
            continue
        kind = str(match.lastgroup)
        if kind == "number":
            _check_number(text, match.group(), position, match.end())
        if kind != "space":
            yield Raw(kind, match.group(), position)
        position = match.end()


def _check_number(text: str, digits: str, position: int, end: int) -> None:
    if len(digits) > MAX_DIGITS:
        raise ParseError(
            f"A number has at most {MAX_DIGITS} digits, this one has {len(digits)}.", position, code="limit"
        )
    if re.match(r"[eE][-+]?[0-9]", text[end : end + 3]):
        hint = f"Write {digits}*10^… for a power of ten, or {digits}*e for Euler's number."
        raise ParseError(f"{text[position : end + 2]!r} can be read in two ways.", position, hint, "ambiguous")
    if text[end : end + 1] == "." and text[end : end + 2] not in DOTTED:
        raise ParseError("A number has one decimal point.", end, code="number")


class Resolver:
    """Gives every raw token its type by the declared names.

    Parameters
    ----------
    symbols : the names that the question declares.
    """

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.functions = symbols.functions()
        self.bound: set[str] = set()
        self.tokens: list[Token] = []
        self.open: list[tuple[str, Raw, bool]] = []

    def resolve(self, raws: Iterable[Raw], end: int) -> list[Token]:
        """Type all tokens; raises ParseError with the place of the first that has no meaning."""
        pieces = list(raws)
        if len(pieces) > MAX_TOKENS:
            raise ParseError(
                f"An expression has at most {MAX_TOKENS} parts.", pieces[MAX_TOKENS].position, code="limit"
            )
        self._find_bound(pieces)
        for place, raw in enumerate(pieces):
            following = pieces[place + 1].text if place + 1 < len(pieces) else ""
            if raw.kind == "number":
                self._number(raw, following)
            elif raw.kind == "name":
                self._name(raw, following)
            else:
                self._symbol(raw)
        if self.open:
            opened = self.open[-1][1]
            shown = "|" if opened.text == "|(" else opened.text
            raise ParseError(f"{shown!r} is opened here and never closed.", opened.position, code="bracket")
        if not self.tokens:
            raise ParseError("There is no expression yet.", end, "Type one.", "empty")
        return self.tokens

    def _emit(self, kind: str, value: str, position: int) -> None:
        self.tokens.append(Token(kind, value, start_pos=position))

    def _after_operand(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].type in ENDS_OPERAND

    def _find_bound(self, pieces: list[Raw]) -> None:
        """Find the index names of sum(body, i, from, to) and prod: they need no declaration."""
        for place, raw in enumerate(pieces[:-1]):
            if raw.text not in {"sum", "prod"} or pieces[place + 1].text != "(":
                continue
            depth, commas = 0, []
            for at in range(place + 1, len(pieces)):
                depth += (pieces[at].text in {"(", "[", "|("}) - (pieces[at].text in {")", "]", "|)"})
                if depth == 0:
                    break
                if depth == 1 and pieces[at].text == ",":
                    commas.append(at)
            if len(commas) == 3 and commas[1] == commas[0] + 2 and pieces[commas[0] + 1].kind == "name":
                self._bind(pieces[commas[0] + 1])

    def _bind(self, raw: Raw) -> None:
        if raw.text in self.symbols.arity:
            hint = "Choose another letter for the index."
            raise ParseError(
                f"{raw.text!r} already stands for something in this question.", raw.position, hint, "index"
            )
        self.bound.add(raw.text)

    def _number(self, raw: Raw, following: str) -> None:
        if self._after_operand():
            raise ParseError("A number cannot follow a factor directly.", raw.position, "Write * between.", "product")
        if raw.text == "1" and following == "[":
            self._emit("FUNC", "ind", raw.position)
        else:
            self._emit("NUMBER", raw.text, raw.position)

    def _name(self, raw: Raw, following: str) -> None:
        name, position = raw.text, raw.position
        arity = 0 if name in self.bound else self.symbols.arity.get(name)
        if arity is not None:
            if arity and following != "[" and not self.symbols.vector:
                raise ParseError(f"{name} is an array: an index is missing.", position, f"Write {name}[1].", "index")
            if arity == 0 and following == "[":
                raise ParseError(f"{name} is one number and has no index.", position, code="index")
            self._emit("ARRAY" if following == "[" else "VAR", name, position)
        elif name in {"and", "or"}:
            self._emit(name.upper(), name, position)
        elif ALIASES.get(name, name) in self.functions:
            if following not in {"(", "^"}:
                raise ParseError(f"{name} is a function.", position, f"Write {name}(…) with brackets.", "function")
            self._emit("FUNC", ALIASES.get(name, name), position)
        elif name in CONSTANTS:
            self._emit("CONST", name, position)
        else:
            self._letters(raw, following)

    def _letters(self, raw: Raw, following: str) -> None:
        """Read an undeclared name as a product of declared letters, or refuse it with the nearest name."""
        letters = set(raw.text) <= {n for n, arity in self.symbols.arity.items() if arity == 0} | self.bound
        if not letters or following == "[":
            raise self._unknown(raw)
        if self.tokens and self.tokens[-1].type in {"POW", "ADD"} and "POW" in {t.type for t in self.tokens[-2:]}:
            hint = f"Write ({'*'.join(raw.text)}) with brackets."
            raise ParseError(
                f"It is not clear how much of {raw.text!r} is in the exponent.", raw.position, hint, "ambiguous"
            )
        for offset, letter in enumerate(raw.text):
            self._emit("VAR", letter, raw.position + offset)

    def _unknown(self, raw: Raw) -> ParseError:
        declared = sorted(self.symbols.arity)
        known = [*declared, *self.functions, *ALIASES]
        folded = {name.casefold(): name for name in reversed(known)}
        near = difflib.get_close_matches(raw.text.casefold(), folded, n=1, cutoff=0.6)
        hint = (
            f"Did you mean {folded[near[0]]!r}?"
            if near
            else f"This question knows {', '.join(declared) or 'no names'}."
        )
        base = re.fullmatch(r"log_?([0-9]+)", raw.text)
        hint = f"Write log(x, {base[1]})." if base else hint
        shown = raw.text if len(raw.text) <= 40 else raw.text[:40] + "…"
        return ParseError(f"{shown!r} is not a name in this question.", raw.position, hint, "name")

    def _symbol(self, raw: Raw) -> None:
        text, position = raw.text, raw.position
        if text in DOTTED and not self.symbols.vector and self.tokens and self.tokens[-1].type == "NUMBER":
            text = text[1:]  # 2.*z: the point belongs to the number
        if text == "|":
            text = "|)" if self._after_operand() and self.open and self.open[-1][0] == "|(" else "|("
        if text in {"(", "[", "|("}:
            self._open(text, raw)
        elif text in CLOSES:
            self._close(text, raw)
        elif text == "=":
            if not self.open:
                raise ParseError(
                    "Only one '=' may stand in an answer, after its left-hand side.", position, code="equals"
                )
            self._emit("COMPARE", "==", position)
        elif text in {"'", *DOTTED} and not self.symbols.vector:
            raise ParseError(f"{text!r} belongs to vectors; this question works with numbers.", position, code="vector")
        elif text == "//":
            raise ParseError("'//' has no meaning here.", position, "Write / for a quotient.", "operator")
        else:
            spelled = {"**": "^", "&&": "and"}.get(text, text)
            self._emit("AND" if spelled == "and" else SYMBOLS[spelled], spelled, position)

    def _open(self, text: str, raw: Raw) -> None:
        indicator = text == "[" and bool(self.tokens) and self.tokens[-1].type == "FUNC"
        if text == "[" and not indicator and (not self.tokens or self.tokens[-1].type != "ARRAY"):
            raise ParseError("'[' belongs to an index, as in x[1].", raw.position, "Use round brackets.", "bracket")
        self.open.append((text, raw, indicator))
        self._emit("LPAR" if indicator else SYMBOLS[text], text, raw.position)

    def _close(self, text: str, raw: Raw) -> None:
        if not self.open or self.open[-1][0] != CLOSES[text]:
            raise ParseError(f"{text[0]!r} closes nothing that is open.", raw.position, code="bracket")
        _, _, indicator = self.open.pop()
        self._emit("RPAR" if indicator else SYMBOLS[text], text, raw.position)
