r"""Functions, sums and named symbols of LaTeX: \log x, \sqrt[3]{x}, \sum_{i=1}^{n} x_i, \mathbf{1}[x>0], (x)_+."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.algebra.latex_pieces import FACES, FRACTIONS, NAMING, NORMS, STOPS, TURNED, strip
from grader.algebra.scanner import Raw
from grader.algebra.shorthand import FRAMES
from grader.algebra.tree import ALIASES, ParseError

if TYPE_CHECKING:
    from grader.algebra.latex import Reader

OPENING = frozenset({"(", "[", r"\{", r"\lbrace", r"\llbracket"})
HATS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde"}
CLOSING_BARS = {"|": "|", "|(": "|)", r"\lvert": r"\rvert"}
OVER_ENTRIES = frozenset({"softmax", "logsumexp"})
NORMS_BY_SUBSCRIPT = {"": "norm", "2": "norm", "F": "norm", "1": "norm1"}
COMPARED = frozenset({"!=", "<", "<=", ">", ">="})


def function(reader: Reader, name: str, place: int) -> list[Raw]:
    r"""Read a function with its brackets, or with one factor after it: \log x, \log 2x, \log\frac{a}{b}."""
    head = [Raw("name", name, place)]
    if reader.peek() == "'":
        return head  # refused where names are resolved
    if reader.peek() == "^":
        reader.take()
        exponent = strip(reader.group())
        inverse = [raw.text for raw in exponent] == ["-", "1"] and name in TURNED
        head = [Raw("name", "a" + name, place)] if inverse else [*head, reader.symbol("^", place), *exponent]
    if reader.peek() == "_" and name == "log":
        reader.take()
        base = reader.group()
        inner = reader.item() if reader.peek() == "(" else _argument(reader, name, place)
        return [*head, *reader.wrap([*inner, reader.symbol(",", place), *base], place)]
    if reader.peek() in OPENING:
        return [*head, *reader.item()]
    return [*head, *reader.wrap(_argument(reader, name, place), place)]


def _argument(reader: Reader, name: str, place: int) -> list[Raw]:
    if reader.peek() in STOPS or reader.at >= len(reader.pieces):
        hint = rf"Write it in brackets, as in \{name}(-z)."
        raise ParseError("A function needs an argument.", place, hint, "function")
    piece = reader.pieces[reader.at]
    bar = piece.text in CLOSING_BARS
    found = between_bars(reader, reader.take().text, piece.position) if bar else reader.item()
    if (
        piece.kind == "number"
        and reader.at < len(reader.pieces)
        and reader.pieces[reader.at].kind in {"name", "command"}
    ):
        found += reader.item()
    while reader.peek() in {"^", "!"}:
        found += reader.item()
    closed = bar or piece.kind == "symbol" or piece.text in FRACTIONS
    unclear = not closed and reader.at < len(reader.pieces)
    if unclear and reader.pieces[reader.at].kind in {"name", "number"}:
        raise ParseError(
            "It is not clear where the argument ends.", place, r"Write \log(…) with brackets.", "ambiguous"
        )
    return found


def between_bars(reader: Reader, opening: str, place: int) -> list[Raw]:
    """Read what follows a bar that can only open an absolute value."""
    closing = CLOSING_BARS[opening]
    inner = reader.until(frozenset({closing}))
    if reader.peek() != closing:
        raise ParseError("'|' is opened here and never closed.", place, code="bracket")
    reader.take()
    return [reader.symbol("|(", place), *inner, reader.symbol("|)", place)]


def root(reader: Reader, place: int) -> list[Raw]:
    if reader.peek() != "[":
        return [Raw("name", "sqrt", place), *reader.wrap(reader.group(), place)]
    reader.take()
    degree = reader.until(frozenset({"]"}))
    reader.expect("]")
    comma = reader.symbol(",", place)
    return [Raw("name", "root", place), *reader.wrap([*reader.group(), comma, *degree], place)]


def norm(reader: Reader, place: int) -> list[Raw]:
    inner = reader.until(NORMS)
    if reader.peek() not in NORMS:
        raise ParseError("The norm is opened here and never closed.", place, code="bracket")
    reader.take()
    kind = "".join(raw.text for raw in strip(_subscript(reader)))
    if kind not in NORMS_BY_SUBSCRIPT:
        raise ParseError(
            f"The norm with subscript {kind} cannot be read.", place, r"Write \|w\|_2 or \|w\|_1.", "command"
        )
    return [Raw("name", NORMS_BY_SUBSCRIPT[kind], place), *reader.wrap(inner, place)]


def binomial(reader: Reader, place: int) -> list[Raw]:
    top, bottom = reader.group(), reader.group()
    return [Raw("name", "binomial", place), *reader.wrap([*top, reader.symbol(",", place), *bottom], place)]


def positive_part(reader: Reader, inner: list[Raw], place: int) -> list[Raw]:
    """Read (…)_+ and (…)^+ as relu(…)."""
    braced = reader.peek(1) == "{"
    if reader.peek() not in {"_", "^"} or reader.peek(1 + braced) != "+":
        return inner
    # (x)^+2 is a power that has lost its braces.
    clear = reader.peek(3) == "}" if braced else reader.peek() == "_" or reader.peek(2) in STOPS | {"", "^"}
    if not clear:
        return inner
    reader.at += 2 + 2 * braced
    return [Raw("name", "relu", place), *inner]


def sum_or_product(reader: Reader, name: str, place: int) -> list[Raw]:
    r"""Read \sum_{i=1}^{n}, \sum_i or \sum_{j \ne k} with the product that follows it as its body."""
    bounds: dict[str, list[Raw]] = {}
    while reader.peek() in {"_", "^"}:
        mark = reader.take().text
        bounds[mark] = strip(reader.group())
    low, high = bounds.get("_", []), bounds.get("^")
    body = reader.item() if reader.peek() in {"+", "-"} else []
    body += reader.until(STOPS | {"|"} if reader.open_bars % 2 else STOPS)
    comma = reader.symbol(",", place)
    if high is not None and len(low) >= 3 and low[1].text == "=":
        inner = [*reader.wrap(body, place), comma, low[0], comma, *low[2:], comma, *high]
        return [Raw("name", name, place), *reader.wrap(inner, place)]
    mark = low[1].text if len(low) > 2 else ""
    if high is not None or not low or (len(low) > 1 and mark not in COMPARED) or low[0].kind != "name":
        hint = rf"Write \{name}_{{i=1}}^{{n}}."
        raise ParseError("A sum needs its index and both ends.", place, hint, "index")
    if mark:
        other = Raw("number", "0" if name == "sum" else "1", place)
        body = [Raw("name", "if", place), *reader.wrap([*low, comma, *reader.wrap(body, place), comma, other], place)]
    # Its ends are those of what the index runs over.
    return [Raw("name", name, place), *reader.wrap([*reader.wrap(body, place), comma, low[0]], place)]


def named(reader: Reader, command: str, place: int) -> list[Raw]:
    r"""Read \operatorname{sign}, \mathrm{e}, \mathbf{1}[…] (the indicator) and \mathbf{x}."""
    symbols = reader.symbols
    if command == r"\operatorname" and reader.peek() == "*":
        reader.take()
    if command != "1" and reader.peek() == "1":
        command = reader.take().text
    inner = "1" if command == "1" else "".join(raw.text for raw in strip(reader.group()))
    if command in FACES | {"1"} and (inner == "1" or (inner == "I" and inner not in symbols.arity)):
        return _indicator(reader, place)
    if command in NAMING and inner not in symbols.arity:
        if inner in OVER_ENTRIES and not symbols.vector:
            return _over_entries(reader, inner, place)
        if ALIASES.get(inner, inner) in symbols.functions() or inner in FRAMES:
            return function(reader, inner, place)
    hat = HATS.get(command)
    if hat:
        spellings = (inner + hat, f"{inner}_{hat}", inner + hat[0])
        inner = next((spelling for spelling in spellings if spelling in symbols.arity), inner + hat)
    return reader.subscripted([Raw("name", inner, place)])


def _indicator(reader: Reader, place: int) -> list[Raw]:
    if reader.peek() == "_":
        reader.take()
        condition = strip(reader.group())
    elif reader.peek() in OPENING:
        condition = strip(reader.item())
    else:
        raise ParseError("An indicator needs its condition.", place, r"Write \mathbf{1}[x>0].", "function")
    return [Raw("name", "ind", place), *reader.wrap(_joined(condition, place), place)]


def _joined(condition: list[Raw], place: int) -> list[Raw]:
    """Read conditions with a comma between as both."""
    depth, found = 0, []
    for raw in condition:
        depth += (raw.text in {"(", "["}) - (raw.text in {")", "]"})
        found.append(Raw("symbol", "&&", place) if raw.text == "," and depth == 0 else raw)
    return found


def _over_entries(reader: Reader, name: str, place: int) -> list[Raw]:
    r"""Read \mathrm{softmax}(z)_k and \mathrm{softmax}_k(z) as softmax(z)[k]."""
    index = _subscript(reader)
    argument = reader.item()
    index = index or _subscript(reader)
    entry = [reader.symbol("[", place), *strip(index), reader.symbol("]", place)] if index else []
    return [Raw("name", name, place), *argument, *entry]


def _subscript(reader: Reader) -> list[Raw]:
    if reader.peek() != "_":
        return []
    reader.take()
    return reader.group()
