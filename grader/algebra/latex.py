r"""The LaTeX subset to the same raw tokens as calculator text.

A reader that rewrites groups into brackets and never expands a macro: \frac{a}{b} becomes ((a)/(b)), \sum_{i=1}^{n} t
becomes sum(t, i, 1, n), x_i and x^{(i)} become x[i]. Every command that is not named here is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.algebra.latex_cases import read_cases
from grader.algebra.latex_functions import (
    between_bars,
    binomial,
    function,
    named,
    norm,
    positive_part,
    root,
    sum_or_product,
)
from grader.algebra.latex_pieces import (
    BARS,
    FACES,
    FENCES,
    FRACTIONS,
    LETTERS,
    NAMING,
    NORMS,
    SIMPLE,
    TRANSPOSED,
    pieces_of,
    pieces_of_rest,
    split_run,
)
from grader.algebra.scanner import Raw, scan
from grader.algebra.tree import ALIASES, FUNCTIONS, ParseError, Symbols


def read_latex(text: str, symbols: Symbols) -> list[Raw]:
    """Read LaTeX into the raw tokens of calculator syntax; raises ParseError naming a command that is not allowed."""
    reader = Reader(list(pieces_of(text)), symbols, len(text))
    found = reader.until(frozenset())
    if reader.at < len(reader.pieces):
        piece = reader.pieces[reader.at]
        raise ParseError(f"{piece.text!r} closes nothing that is open.", piece.position, code="bracket")
    return found


class Reader:
    """Reads pieces of LaTeX into raw tokens, one construction a method."""

    def __init__(self, pieces: list[Raw], symbols: Symbols, end: int) -> None:
        self.pieces = pieces
        self.symbols = symbols
        self.end = end
        self.at = 0
        self.open_bars = 0
        keys = {key: [p.text for p in pieces_of(key) if p.text not in "{}"] for key in symbols.latex}
        # Longest spelling first: "\hat{y}_1" wins over "\hat{y}".
        self.spellings = sorted(keys.items(), key=lambda item: -len(item[1]))

    def peek(self, offset: int = 0) -> str:
        place = self.at + offset
        return self.pieces[place].text if place < len(self.pieces) else ""

    def position(self) -> int:
        return self.pieces[self.at].position if self.at < len(self.pieces) else self.end

    def take(self) -> Raw:
        if self.at >= len(self.pieces):
            raise ParseError("The expression ends too early.", self.end, code="end")
        self.at += 1
        return self.pieces[self.at - 1]

    def expect(self, text: str) -> None:
        place = self.position()
        if self.at >= len(self.pieces) or self.take().text != text:
            raise ParseError(f"{text!r} was expected here.", place, code="bracket")

    def symbol(self, text: str, position: int) -> Raw:
        return Raw("symbol", text, position)

    def wrap(self, inner: list[Raw], position: int) -> list[Raw]:
        return [self.symbol("(", position), *inner, self.symbol(")", position)]

    def until(self, stops: frozenset[str]) -> list[Raw]:
        """Read items up to one of `stops` at this level, or to the end or a closing brace."""
        found: list[Raw] = []
        while self.at < len(self.pieces) and self.peek() not in stops and self.peek() not in {"}", r"\end", "&", r"\\"}:
            found += self.item()
        return found

    def group(self) -> list[Raw]:
        """Read the argument of a command: {…}, one digit, one letter or one command."""
        place = self.position()
        if self.peek() == "{":
            self.take()
            inner = self.until(frozenset())
            self.expect("}")
            return self.wrap(inner, place)
        piece = self.pieces[self.at] if self.at < len(self.pieces) else None
        if piece is not None and piece.kind in {"number", "name"} and len(piece.text) > 1:
            self.pieces[self.at : self.at + 1] = [
                Raw(piece.kind, piece.text[0], piece.position),
                *pieces_of_rest(piece),
            ]
        return self.item()

    def item(self) -> list[Raw]:
        replaced = self.replacement()
        if replaced is not None:
            return self.subscripted(replaced)
        piece = self.take()
        text, place = piece.text, piece.position
        if text == "1" and self.peek() == "_":
            return named(self, "1", place)
        if piece.kind == "number":
            return [piece]
        if piece.kind == "name":
            return self.letters(piece)
        if piece.kind == "command":
            return self.command(piece)
        if text in {"(", "["}:
            inner = self.until(frozenset({")", "]"}))
            if self.peek() not in {")", "]"}:
                raise ParseError(f"{text!r} is opened here and never closed.", place, code="bracket")
            self.take()
            return positive_part(self, self.wrap(inner, place), place)
        if text == "{":
            self.at -= 1
            return self.group()
        if text == "^":
            return self.raised(place)
        return self.single(piece)

    def raised(self, place: int) -> list[Raw]:
        r"""Read what stands above: a power, or of arrays ^\top and the power ^{\circ k} of entries."""
        braced = self.peek() == "{"
        mark = self.peek(1) if braced else self.peek()
        transposed = self._transposed()
        if transposed:
            self.at += transposed
            return [self.symbol("'", place)] if self.symbols.vector else []  # a number is its own transpose
        if self.symbols.vector and braced and mark == r"\circ":
            del self.pieces[self.at + 1]
            return [self.symbol(".^", place), *self.group()]
        return [self.symbol("^", place), *self.signed_group()]

    def _transposed(self) -> int:
        r"""Count the pieces of \top, T, {T} or {\mathsf{T}}; 0 where something else stands above."""
        at = 0
        while self.peek(at) == "{" or self.peek(at) in NAMING:
            at += 1
        mark = self.peek(at)
        if mark not in TRANSPOSED or mark in self.symbols.arity or (mark == "T" and not self.symbols.vector):
            return 0
        closing = sum(self.peek(before) == "{" for before in range(at))
        return at + 1 + closing if all(self.peek(at + 1 + k) == "}" for k in range(closing)) else 0

    def single(self, piece: Raw) -> list[Raw]:
        text, place = piece.text, piece.position
        if text == "|(":
            return between_bars(self, text, place)
        self.open_bars += text == "|"
        if text == "_":
            raise ParseError("A subscript belongs to a declared name, as in x_i.", place, code="index")
        if text == ".":
            raise ParseError("'.' has no meaning in an expression.", place, code="character")
        if text in {"&", "}"}:
            raise ParseError(f"{text!r} has no place here.", place, code="bracket")
        return [piece]

    def signed_group(self) -> list[Raw]:
        if self.peek() in {"+", "-"}:
            raise ParseError("The exponent needs braces.", self.position(), "Write ^{-…}.", "ambiguous")
        return self.group()

    def replacement(self) -> list[Raw] | None:
        """Match a spelling that the question maps to a name; braces around its parts do not matter."""
        for key, wanted in self.spellings:
            end = self._match(wanted)
            if end is not None:
                place = self.position()
                self.at = end
                return [Raw(raw.kind, raw.text, place) for raw in scan(self.symbols.latex[key])]
        return None

    def _match(self, wanted: list[str]) -> int | None:
        at, depth = self.at, 0
        for text in wanted:
            while at < len(self.pieces) and self.pieces[at].text == "{":
                at, depth = at + 1, depth + 1
            if at >= len(self.pieces) or self.pieces[at].text != text:
                return None
            at += 1
            while depth and at < len(self.pieces) and self.pieces[at].text == "}":
                at, depth = at + 1, depth - 1
        return None if depth else at

    def letters(self, piece: Raw) -> list[Raw]:
        """Read a run of letters: one declared name, or a product of single letters."""
        known = piece.text in self.symbols.arity or len(piece.text) == 1
        if known:
            return self.subscripted([Raw("name", piece.text, piece.position)])
        *first, last = list(split_run(piece))
        return [*first, *(self.subscripted([last]) if last.kind == "name" else [last])]

    def subscripted(self, base: list[Raw]) -> list[Raw]:
        """Read x_i and x^{(i)} as x[i], and y_1 as the declared name y1."""
        if len(base) != 1 or base[0].kind != "name":
            return base
        name, place = base[0].text, base[0].position
        if self.symbols.arity.get(name, 0) and self.peek() == "^" and self.peek(1) == "{" and self.peek(2) == "(":
            self.take()
            return [base[0], *self.index(place)]
        if self.peek() != "_":
            return base
        if self.peek(1 + (self.peek(1) == "{")) == "+":
            return positive_part(self, self.wrap(base, place), place)
        self.take()
        if self.symbols.arity.get(name, 0):
            return [base[0], *self.index(place)]
        flat = "".join(raw.text for raw in self.group() if raw.kind in {"number", "name"})
        for joined in (name + flat, f"{name}_{flat}"):
            if joined in self.symbols.arity:
                return [Raw("name", joined, place)]
        return [Raw("name", f"{name}_{flat}", place)]

    def index(self, place: int) -> list[Raw]:
        inner = self.group()
        while len(inner) > 1 and inner[0].text == "(" and inner[-1].text == ")":
            inner = inner[1:-1]
        arity = self.symbols.arity.get(self._array_before(), 1)
        if len(inner) == 1 and arity > 1 and len(inner[0].text) == arity:
            inner = list(split_run(inner[0]))
        names = [raw for raw in inner if raw.kind in {"number", "name"}]
        if arity == len(names) == len(inner) and arity > 1:
            inner = [part for raw in inner for part in (self.symbol(",", place), raw)][1:]
        return [self.symbol("[", place), *inner, self.symbol("]", place)]

    def _array_before(self) -> str:
        for piece in reversed(self.pieces[: self.at]):
            if piece.kind == "name" and self.symbols.arity.get(piece.text, 0):
                return piece.text
        return ""

    def command(self, piece: Raw) -> list[Raw]:
        text, place = piece.text, piece.position
        if text in FRACTIONS:
            top, bottom = self.group(), self.group()
            over = [*self.wrap(top, place), self.symbol("/", place), *self.wrap(bottom, place)]
            return self.wrap(over, place)
        if text in {r"\lor", r"\vee"}:
            return [Raw("name", "or", place)]
        if text in FENCES:
            return self._fenced(text, place)
        if text in SIMPLE:
            return [self.symbol(SIMPLE[text], place)]
        if text in BARS:
            return [self.symbol(BARS[text], place)]
        if text in FACES or text in NAMING:
            return named(self, text, place)
        if text in CONSTRUCTIONS:
            return CONSTRUCTIONS[text](self, place)
        if text == r"\delta" and "delta" not in self.symbols.arity:
            return self.kronecker(place)
        return self.plain_command(text, place)

    def _fenced(self, text: str, place: int) -> list[Raw]:
        if text == r"\{" and self.peek() == r"\begin":
            return self.item()  # the brace of an array that \right. closes
        closing = frozenset(FENCES[text])
        inner = self.until(closing)
        if self.peek() not in closing:
            raise ParseError(f"{text} is opened here and never closed.", place, code="bracket")
        self.take()
        return positive_part(self, self.wrap(inner, place), place)

    def kronecker(self, place: int) -> list[Raw]:
        self.expect("_")
        names = [raw for raw in self.group() if raw.kind in {"number", "name"}]
        if len(names) != 2:
            raise ParseError(r"\delta needs two indices.", place, r"Write \delta_{ij}.", "index")
        return [Raw("name", "ind", place), *self.wrap([names[0], self.symbol("==", place), names[1]], place)]

    def plain_command(self, text: str, place: int) -> list[Raw]:
        name = LETTERS.get(text, text[1:])
        known = ALIASES.get(name, name) in FUNCTIONS or (name == "det" and self.symbols.vector)
        if known and name not in self.symbols.arity:
            return function(self, name, place)
        if text not in LETTERS:
            hint = REFUSED.get(text, "Write it with the commands in the help.")
            raise ParseError(f"The command {text} is not part of what can be read here.", place, hint, "command")
        short = {"lambda": "lam"}.get(name, name)
        return self.subscripted([Raw("name", name if name in self.symbols.arity else short, place)])


REFUSED = {r"\lg": r"Write \log_{10}(x) or \log_2(x): lg is used for both."}
CONSTRUCTIONS: Mapping[str, Callable[[Reader, int], list[Raw]]] = {
    r"\sqrt": root,
    r"\begin": read_cases,
    r"\sum": lambda reader, place: sum_or_product(reader, "sum", place),
    r"\prod": lambda reader, place: sum_or_product(reader, "prod", place),
    **dict.fromkeys([r"\binom", r"\dbinom", r"\tbinom"], binomial),
    r"\lvert": lambda reader, place: between_bars(reader, r"\lvert", place),
    r"\boxed": lambda reader, _: reader.group(),
    **dict.fromkeys(NORMS, norm),
}
