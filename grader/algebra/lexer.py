"""Raw tokens to the grammar's tokens by the declared symbol table.

The lexer does what LALR cannot: it tells a variable before "(" (a product) from a function (a call), opens and closes
|bars|, splits yz into what is declared, and names what it cannot read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from lark import Token

from grader.algebra.scanner import Raw
from grader.algebra.shorthand import arguments_of, spelled_out
from grader.algebra.tree import ALIASES, CONSTANTS, MAX_TOKENS, ParseError, Symbols

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
MARKS = frozenset("+-,)]|<>=") | {"<=", ">=", "==", "!=", "&&", "and", "or"}
CLOSES = {")": "(", "]": "[", "|)": "|("}


LETTER = re.compile(r"[A-Za-z][0-9]*")
# What is written for things that have another name here, or none.
INSTEAD = {
    "delta": "Write ind(i == j) for Kronecker's delta.",
    "lg": "Write log(x, 10) or log(x, 2): lg is used for both.",
    "T": "Transposes belong to vectors: leave ^T out where everything is a number.",
    "softmax": "Write softmax(z)[k] for one entry.",
    "logsumexp": "Write log(sum(exp(z[j]), j, 1, K)).",
    "not": "Turn the comparison round.",
    "Sigma": "Write sum(x[i], i, 1, n) for a sum.",
    "I": "Write ind(…) for an indicator, eye(n) for the identity matrix.",
    **dict.fromkeys(["piecewise", "cases", "Piecewise"], "Write if(z > 0, a, b)."),
    **dict.fromkeys(["diff", "derivative", "grad"], "Write the derivative out."),
}
FORMS = {"if": "Write if(z > 0, a, b).", "sum": "Write sum(x[i], i, 1, n).", "prod": "Write prod(x[i], i, 1, n)."}


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
        self.pieces: Sequence[Raw] = ()
        self.at = 0
        self.tokens: list[Token] = []
        self.open: list[tuple[str, Raw, bool]] = []

    def resolve(self, raws: Iterable[Raw], end: int) -> list[Token]:
        """Type all tokens; raises ParseError with the place of the first that has no meaning."""
        self.pieces = spelled_out(_bounded(list(raws)), self.symbols)
        _bounded(self.pieces)
        self._find_bound()
        for place, raw in enumerate(self.pieces):
            self.at = place
            following = self.pieces[place + 1].text if place + 1 < len(self.pieces) else ""
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

    def _find_bound(self) -> None:
        """Find the index names of sum(body, i, from, to) and prod: they need no declaration."""
        pieces = self.pieces
        for place, raw in enumerate(pieces[:-1]):
            if raw.text not in {"sum", "prod"} or pieces[place + 1].text != "(":
                continue
            commas, _ = arguments_of(pieces, place + 1)
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
        elif self._function(name) or (name == "I" and following in {"(", "["}):
            self._call(raw, self._function(name) or "ind", following)
        elif name in CONSTANTS:
            self._emit("CONST", name, position)
        elif name == "T" and self.symbols.vector and self.tokens and self.tokens[-1].type == "POW":
            self.tokens[-1] = Token("QUOTE", "'", start_pos=position)
        else:
            self._letters(raw, following)

    def _function(self, name: str) -> str:
        """Give the function that a name stands for, "" where it is none."""
        function = ALIASES.get(name, name)
        return function if function in self.functions else ""

    def _call(self, raw: Raw, function: str, following: str) -> None:
        if following == "'":
            hint = "Write the derivative out, as in sigma(z)*(1-sigma(z))."
            raise ParseError(f"A prime at {raw.text} cannot be read.", raw.position, hint, "function")
        if following not in {"(", "[", "^"}:
            argument = self._operand() if self.functions[function][0] == 1 else ""
            hint = f"Did you mean {raw.text}({argument})?" if argument else f"Write {raw.text}(…) with brackets."
            hint = FORMS.get(function, hint)
            raise ParseError(f"{raw.text} is a function.", raw.position, hint, "function")
        self._emit("FUNC", function, raw.position)

    def _operand(self) -> str:
        """Guess what a function without brackets is meant of: all up to the next sign."""
        parts: list[str] = []
        for raw in self.pieces[self.at + 1 :]:
            if raw.text in MARKS and (parts or raw.text not in {"-", "|"}):
                break
            parts.append(raw.text)
        return " ".join(parts).replace("- ", "-")

    def _letters(self, raw: Raw, following: str) -> None:
        """Read an undeclared name as a product of declared letters and a function, or refuse it."""
        declared = {n for n, arity in self.symbols.arity.items() if arity == 0 or self.symbols.vector} | self.bound
        heads, function = self._split(raw.text, declared, following)
        if not heads or following == "[":
            raise self._unknown(raw)
        if self.tokens and self.tokens[-1].type in {"POW", "ADD"} and "POW" in {t.type for t in self.tokens[-2:]}:
            hint = f"Write ({'*'.join(heads)}) with brackets."
            raise ParseError(
                f"It is not clear how much of {raw.text!r} is in the exponent.", raw.position, hint, "ambiguous"
            )
        offset = 0
        for letter in heads:
            self._emit("VAR", letter, raw.position + offset)
            offset += len(letter)
        if function:
            self._emit("FUNC", ALIASES.get(function, function), raw.position + offset)

    def _split(self, text: str, declared: set[str], following: str) -> tuple[list[str], str]:
        """Cut yz, wx1 or ylog into declared letters and a function; nothing where that has no or two readings."""
        names = [*self.functions, *ALIASES] if following in {"(", "^"} else []
        tails = ["", *(name for name in names if text.endswith(name))]
        found = []
        for tail in tails:
            head = text[: len(text) - len(tail)]
            letters = LETTER.findall(head)
            if letters and "".join(letters) == head and set(letters) <= declared:
                found.append((letters, tail))
        return found[0] if len(found) == 1 else ([], "")

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
        if self.open and self.open[-1][2]:
            hint = f"Sum over it, as in sum(x[{raw.text}], {raw.text}, 1, n)."
        shown = raw.text if len(raw.text) <= 40 else raw.text[:40] + "…"
        return ParseError(
            f"{shown!r} is not a name in this question.", raw.position, INSTEAD.get(raw.text, hint), "name"
        )

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
                hint = "Write the expression alone, or dL/dz = … before it."
                raise ParseError("Only one '=' may stand in an answer, after its name.", position, hint, "equals")
            self._emit("COMPARE", "==", position)
        elif text in {"'", ".T", "@", *DOTTED} and not self.symbols.vector:
            raise ParseError(f"{text!r} belongs to vectors; this question works with numbers.", position, code="vector")
        elif text == "//":
            raise ParseError("'//' has no meaning here.", position, "Write / for a quotient.", "operator")
        else:
            spelled = {"**": "^", "&&": "and", ".T": "'", "@": "*"}.get(text, text)
            self._emit("AND" if spelled == "and" else SYMBOLS[spelled], spelled, position)

    def _open(self, text: str, raw: Raw) -> None:
        before = self.tokens[-1].type if self.tokens else ""
        index = text == "[" and before == "ARRAY"
        if text == "[" and not index and before in ENDS_OPERAND - {"NUMBER"}:
            raise ParseError("'[' belongs to an index, as in x[1].", raw.position, "Use round brackets.", "bracket")
        self.open.append((text, raw, index))
        self._emit("LPAR" if text == "[" and not index else SYMBOLS[text], text, raw.position)

    def _close(self, text: str, raw: Raw) -> None:
        if not self.open or self.open[-1][0] != CLOSES[text]:
            raise ParseError(f"{text[0]!r} closes nothing that is open.", raw.position, code="bracket")
        _, _, index = self.open.pop()
        self._emit("RPAR" if text == "]" and not index else SYMBOLS[text], text, raw.position)


def _bounded(pieces: Sequence[Raw]) -> Sequence[Raw]:
    if len(pieces) > MAX_TOKENS:
        raise ParseError(f"An expression has at most {MAX_TOKENS} parts.", pieces[MAX_TOKENS].position, code="limit")
    return pieces
