r"""The LaTeX subset to the same raw tokens as calculator text.

A reader that rewrites groups into brackets and never expands a macro: \frac{a}{b} becomes ((a)/(b)), \sum_{i=1}^{n} t
becomes sum(t, i, 1, n), x_i and x^{(i)} become x[i]. Every command that is not named here is refused by name.
"""

from __future__ import annotations

from grader.algebra.latex_cases import read_cases
from grader.algebra.latex_pieces import (
    BARS,
    FACES,
    FRACTIONS,
    LETTERS,
    NAMING,
    NORMS,
    SIMPLE,
    STOPS,
    TRANSPOSED,
    TURNED,
    pieces_of,
    pieces_of_rest,
    split_run,
    strip,
)
from grader.algebra.lexer import Raw, scan
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
            return self.positive_part(self.wrap(inner, place), place)
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
        if self.symbols.vector and mark in TRANSPOSED and mark not in self.symbols.arity:
            self.at += 1 + 2 * braced
            return [self.symbol("'", place)]
        if self.symbols.vector and braced and mark == r"\circ":
            del self.pieces[self.at + 1]
            return [self.symbol(".^", place), *self.group()]
        return [self.symbol("^", place), *self.signed_group()]

    def single(self, piece: Raw) -> list[Raw]:
        text, place = piece.text, piece.position
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
        if text == r"\lor":
            return [Raw("name", "or", place)]
        if text in SIMPLE:
            return self._fenced(text, place) if text in {r"\{", r"\lbrack"} else [self.symbol(SIMPLE[text], place)]
        if text in BARS:
            return [self.symbol(BARS[text], place)]
        if text in {r"\sum", r"\prod"}:
            return self.big(text[1:], place)
        if text in FACES or text in NAMING:
            return self.named(text, place)
        if text in NORMS or text in {r"\sqrt", r"\begin"}:
            return {r"\sqrt": self.root, r"\begin": self.cases}.get(text, self.norm)(place)
        if text == r"\delta" and "delta" not in self.symbols.arity:
            return self.kronecker(place)
        return self.plain_command(text, place)

    def norm(self, place: int) -> list[Raw]:
        inner = self.until(NORMS)
        if self.peek() not in NORMS:
            raise ParseError("The norm is opened here and never closed.", place, code="bracket")
        self.take()
        if self.peek() == "_" and self.peek(1) in {"2", "F"}:
            self.at += 2
        return [Raw("name", "norm", place), *self.wrap(inner, place)]

    def positive_part(self, inner: list[Raw], place: int) -> list[Raw]:
        """Read (…)_+ as relu(…)."""
        if self.peek() != "_" or [self.peek(1), self.peek(2)][self.peek(1) == "{"] != "+":
            return inner
        self.take()
        self.group()
        return [Raw("name", "relu", place), *inner]

    def _fenced(self, text: str, place: int) -> list[Raw]:
        if text == r"\{" and self.peek() == r"\begin":
            return self.item()  # the brace of an array that \right. closes
        inner = self.until(frozenset({r"\}", r"\rbrack"}))
        if self.peek() not in {r"\}", r"\rbrack"}:
            raise ParseError(f"{text} is opened here and never closed.", place, code="bracket")
        self.take()
        return self.positive_part(self.wrap(inner, place), place)

    def plain_command(self, text: str, place: int) -> list[Raw]:
        name = LETTERS.get(text, text[1:])
        function = ALIASES.get(name, name)
        if function in FUNCTIONS and name not in self.symbols.arity:
            return self.function(name, place)
        if text not in LETTERS:
            hint = "Write it with the commands in the help."
            raise ParseError(f"The command {text} is not part of what can be read here.", place, hint, "command")
        short = {"lambda": "lam"}.get(name, name)
        return self.subscripted([Raw("name", name if name in self.symbols.arity else short, place)])

    def function(self, name: str, place: int) -> list[Raw]:
        r"""Read a function with its brackets, or with one factor after it: \log x, \log 2x, \log\frac{a}{b}."""
        head = [Raw("name", name, place)]
        if self.peek() == "^":
            self.take()
            exponent = strip(self.group())
            inverse = [raw.text for raw in exponent] == ["-", "1"] and name in TURNED
            head = [Raw("name", "a" + name, place)] if inverse else [*head, self.symbol("^", place), *exponent]
        if self.peek() == "_" and name == "log":
            self.take()
            base = self.group()
            return [
                *head,
                self.symbol("(", place),
                *(self.item() if self.peek() == "(" else self.argument(place)),
                self.symbol(",", place),
                *base,
                self.symbol(")", place),
            ]
        if self.peek() in {"(", "[", r"\{"}:
            return [*head, *self.item()]
        return [*head, *self.wrap(self.argument(place), place)]

    def argument(self, place: int) -> list[Raw]:
        if self.peek() in STOPS or self.at >= len(self.pieces):
            raise ParseError("A function needs an argument.", place, "Write it in brackets.", "function")
        piece = self.pieces[self.at]
        found = self.item()
        if piece.kind == "number" and self.at < len(self.pieces) and self.pieces[self.at].kind in {"name", "command"}:
            found += self.item()
        while self.peek() in {"^", "!"}:
            found += self.item()
        unclear = piece.kind != "symbol" and piece.text not in FRACTIONS and self.at < len(self.pieces)
        if unclear and self.pieces[self.at].kind in {"name", "number"}:
            raise ParseError(
                "It is not clear where the argument ends.", place, r"Write \log(…) with brackets.", "ambiguous"
            )
        return found

    def root(self, place: int) -> list[Raw]:
        if self.peek() != "[":
            return [Raw("name", "sqrt", place), *self.wrap(self.group(), place)]
        self.take()
        degree = self.until(frozenset({"]"}))
        self.expect("]")
        comma = self.symbol(",", place)
        return [Raw("name", "root", place), *self.wrap([*self.group(), comma, *degree], place)]

    def big(self, name: str, place: int) -> list[Raw]:
        r"""Read \sum_{i=1}^{n} with the product that follows it as its body."""
        bounds = {}
        while self.peek() in {"_", "^"}:
            mark = self.take().text
            bounds[mark] = strip(self.group())
        low = bounds.get("_", [])
        whole = len(low) == 1 and low[0].kind == "name" and "^" not in bounds
        if not whole and (len(low) < 3 or low[1].text != "=" or "^" not in bounds):
            raise ParseError("A sum needs its index and both ends.", place, rf"Write \{name}_{{i=1}}^{{n}}.", "index")
        comma = self.symbol(",", place)
        body = self.item() if self.peek() in {"+", "-"} else []
        body += self.until(STOPS | {"|"} if self.open_bars % 2 else STOPS)
        if whole:
            low = [*low, self.symbol("=", place), Raw("number", "1", place)]
            bounds["^"] = self.range_of(low[0].text, body, name, place)
        inner = [*self.wrap(body, place), comma, low[0], comma, *low[2:], comma, *bounds["^"]]
        return [Raw("name", name, place), *self.wrap(inner, place)]

    def range_of(self, index: str, body: list[Raw], name: str, place: int) -> list[Raw]:
        r"""Find the end of \sum_i x_i: the declared size of what the index runs over."""
        found = set()
        for at, raw in enumerate(body[:-2]):
            axes = self.symbols.sizes.get(raw.text, ())
            if raw.kind == "name" and axes and body[at + 1].text == "[":
                inside = [part.text for part in body[at + 2 : at + 1 + 2 * len(axes)]]
                found |= {size for size, text in zip(axes, inside[::2], strict=False) if text == index}
        if len(found) != 1:
            raise ParseError("A sum needs its index and both ends.", place, rf"Write \{name}_{{i=1}}^{{n}}.", "index")
        return [Raw(raw.kind, raw.text, place) for raw in scan(found.pop())]

    def named(self, command: str, place: int) -> list[Raw]:
        r"""Read \operatorname{sign}, \mathrm{e}, \mathbf{1}[…] (the indicator) and \mathbf{x}."""
        inner = "".join(raw.text for raw in strip(self.group()))
        if command in FACES and (inner == "1" or (inner == "I" and inner not in self.symbols.arity)):
            if self.peek() == "_":
                self.take()
                return [Raw("name", "ind", place), *self.wrap(self.group(), place)]
            if self.peek() not in {"(", "[", r"\{"}:
                raise ParseError("An indicator needs its condition.", place, r"Write \mathbf{1}[x>0].", "function")
            return [Raw("name", "ind", place), *self.item()]
        if (
            command in NAMING
            and ALIASES.get(inner, inner) in self.symbols.functions()
            and inner not in self.symbols.arity
        ):
            return self.function(inner, place)
        hat = {r"\hat": "hat", r"\bar": "bar", r"\tilde": "tilde"}.get(command)
        if hat:
            inner = next(
                (n for n in (inner + hat, f"{inner}_{hat}", inner + hat[0]) if n in self.symbols.arity), inner + hat
            )
        return self.subscripted([Raw("name", inner, place)])

    def kronecker(self, place: int) -> list[Raw]:
        self.expect("_")
        names = [raw for raw in self.group() if raw.kind in {"number", "name"}]
        if len(names) != 2:
            raise ParseError(r"\delta needs two indices.", place, r"Write \delta_{ij}.", "index")
        return [Raw("name", "ind", place), *self.wrap([names[0], self.symbol("==", place), names[1]], place)]

    def cases(self, place: int) -> list[Raw]:
        return read_cases(self, place)
