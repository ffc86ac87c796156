"""Text to tree: limits before work, one grammar, errors that name the place."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from importlib import resources
from typing import Any, Literal, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from grader.algebra.framing import check_breaks, unframed
from grader.algebra.latex import read_latex
from grader.algebra.left_side import left_side
from grader.algebra.lexer import Resolver
from grader.algebra.scanner import scan
from grader.algebra.tree import (
    MAX_BRACKETS,
    MAX_CHARACTERS,
    MAX_HEIGHT,
    MAX_NODES,
    Node,
    ParseError,
    Symbols,
    call,
    children,
    is_condition,
    measure,
    operation,
)

Syntax: TypeAlias = Literal["calculator", "latex"]


class _Replay(Lexer):
    """Hands the parser the tokens that were made beforehand."""

    def __init__(self, _conf: object) -> None: ...

    def lex(self, data: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        yield from data


class _Product(tuple[Any, ...]):
    """A product by juxtaposition that no bracket closes: it may not stand to the right of a /."""

    __slots__ = ()


class _Build(Transformer[Token, Any]):
    """Turns each rule into its node while the parser runs, so that no depth of text becomes a depth of calls."""

    def __init__(self, functions: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self.functions = functions

    def start(self, parts: list[Any]) -> Node:
        return _value(parts[0])

    def number(self, parts: list[Token]) -> Node:
        return ("num", Fraction(str(parts[0])))

    def constant(self, parts: list[Token]) -> Node:
        return ("const", str(parts[0]))

    def variable(self, parts: list[Token]) -> Node:
        return ("var", str(parts[0]))

    def entry(self, parts: list[Any]) -> Node:
        return ("idx", str(parts[0]), tuple(map(_value, parts[2])))

    def arguments(self, parts: list[Any]) -> list[Node]:
        return [_plain(part) for part in parts if not isinstance(part, Token)]

    def application(self, parts: list[Any]) -> Node:
        return self._apply(parts[0], parts[2])

    def powered_application(self, parts: list[Any]) -> Node:
        name, _, exponent, _, arguments, _ = parts
        if not exponent.isdigit():
            raise ParseError("A power of a function is a whole number.", place_of(exponent), code="power")
        return operation("^", self._apply(name, arguments), ("num", Fraction(str(exponent))))

    def _apply(self, token: Token, arguments: list[Node]) -> Node:
        name = str(token)
        fewest, most = self.functions[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            message = f"{name} takes {wanted} {'argument' if wanted == '1' else 'arguments'}, not {len(arguments)}."
            raise ParseError(message, place_of(token), code="arguments")
        if name in {"sum", "prod"} and len(arguments) == 4:
            return self._bind(token, arguments)
        return _typed_call(token, name, arguments)

    def _bind(self, token: Token, arguments: list[Node]) -> Node:
        body, index, low, high = arguments
        if index[0] != "var":
            hint = f"Write {token}(x[i], i, 1, n)."
            raise ParseError(
                f"The second argument of {token} is the name of its index.", place_of(token), hint, "index"
            )
        return ("bind", str(token), _value(body), index[1], _value(low), _value(high))

    def bracketed(self, parts: list[Any]) -> Node:
        return _plain(parts[1])

    def absolute(self, parts: list[Any]) -> Node:
        return call("abs", _value(parts[1]))

    def factorial(self, parts: list[Any]) -> Node:
        return call("factorial", _value(parts[0]))

    def transposed(self, parts: list[Any]) -> Node:
        return call("transpose", _value(parts[0]))

    def signed(self, parts: list[Any]) -> Node:
        return _value(parts[1]) if parts[0] == "+" else ("neg", _value(parts[1]))

    def juxtaposed(self, parts: list[Any]) -> Node:
        return _Product(operation("*", _value(parts[0]), _value(parts[1])))

    def binary(self, parts: list[Any]) -> Node:
        left, token, right = parts
        symbol = str(token)
        if symbol in {"and", "or"}:
            return operation(symbol, _condition(left, token), _condition(right, token))
        if symbol in {"/", "./"} and isinstance(right, _Product):
            return _divide_by_product(left, token, right)
        left, right = _value(left), _value(right)
        if symbol == "^" and left == ("const", "e"):
            return call("exp", right)
        return operation(symbol, left, right)

    def between(self, parts: list[Any]) -> Node:
        low, first, middle, second, high = parts
        if str(first)[0] != str(second)[0] or str(first)[0] not in "<>":
            hint = "Write two comparisons with 'and' between."
            raise ParseError("The two comparisons do not go one way.", place_of(second), hint, "condition")
        return operation("and", self.binary([low, first, middle]), self.binary([middle, second, high]))


def place_of(token: Token) -> int:
    return token.start_pos or 0


def _plain(node: Node) -> Node:
    return tuple(node) if isinstance(node, _Product) else node


def _value(node: Node) -> Node:
    """Read a condition that stands among numbers as its indicator."""
    return call("ind", node) if is_condition(node) else _plain(node)


def _condition(node: Node, token: Token) -> Node:
    if not is_condition(node):
        raise ParseError("A condition such as x > 0 was expected here.", place_of(token), code="condition")
    return node


def _typed_call(token: Token, name: str, arguments: list[Node]) -> Node:
    if name in {"if", "ind"}:
        return call(name, _condition(arguments[0], token), *map(_value, arguments[1:]))
    return call(name, *map(_value, arguments))


def _divide_by_product(left: Node, token: Token, right: Node) -> Node:
    """Refuse 1/2x, which has two readings; a sum after a quotient has only one: 1/n sum(…)."""
    _, _, first, last = right
    if last[0] == "bind":
        return operation("*", operation(str(token), _value(left), first), last)
    message = "A quotient followed by a product without a sign can be read in two ways."
    raise ParseError(message, place_of(token), "Write (a/b)*c or a/(b*c).", "ambiguous")


@functools.cache
def _parser(*, vector: bool) -> Lark:
    grammar = resources.files("grader.algebra").joinpath("grammar.lark").read_text("utf-8")
    functions = Symbols({}, vector=vector).functions()
    return Lark(grammar, parser="lalr", lexer=_Replay, transformer=_Build(functions))


EXPECTED = {
    "NUMBER": "a number, a name or '('",
    "LPAR": "'('",
    "RPAR": "')'",
    "RBRACK": "']'",
    "BARCLOSE": "'|'",
    "COMMA": "','",
    "ADD": "an operator",
    "$END": "the end",
}


def _unexpected(error: UnexpectedToken, end: int) -> ParseError:
    token = error.token
    words = [text for kind, text in EXPECTED.items() if kind in error.expected]
    wanted = " or ".join(words) if words else "something else"
    if token.type == "$END":
        return ParseError(f"The expression ends too early: {wanted} was expected.", end, code="end")
    shown = "|" if token.type.startswith("BAR") else str(token)
    return ParseError(f"{shown!r} came where {wanted} was expected.", place_of(token), code="syntax")


def check_size(text: str) -> None:
    """Refuse what is too long, too deep or not text at all, before any work is done on it."""
    if len(text) > MAX_CHARACTERS:
        message = f"An expression has at most {MAX_CHARACTERS} characters, this one has {len(text)}."
        raise ParseError(message, MAX_CHARACTERS, code="limit")
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth > MAX_BRACKETS:
            raise ParseError(f"Brackets are nested more than {MAX_BRACKETS} deep.", position, code="limit")
    if text.count("|") > 2 * MAX_BRACKETS:
        raise ParseError(f"More than {MAX_BRACKETS} pairs of bars.", text.index("|"), code="limit")


def parse(text: str, symbols: Symbols, syntax: Syntax = "calculator") -> Node:
    """Read an expression.

    Parameters
    ----------
    text : what was typed; a left-hand side such as `dL/dz =` is allowed and dropped.
    symbols : the names that may stand in it.
    syntax : "calculator" or "latex"; text with LaTeX commands is read as LaTeX in both.

    Returns
    -------
    The tree, as `grader.algebra.tree` describes it.

    Raises
    ------
    ParseError
        Where the text has no reading or more than one; it carries the position.

    Examples
    --------
    >>> parse("2x", Symbols({"x": 0}))
    ('op', '*', ('num', Fraction(2, 1)), ('var', 'x'))
    """
    check_size(text)
    # No calculator text has a backslash: LaTeX in its place has one meaning only.
    latex = syntax == "latex" or "\\" in text
    bare = unframed(text) if latex else text
    left = left_side(bare)
    start = left.end if left else 0
    blank = " " * start + bare[start:]
    if not latex:
        check_breaks(blank)
    raws = read_latex(blank, symbols) if latex else scan(blank)
    resolver = Resolver(symbols)
    tokens = resolver.resolve(raws, len(text))
    try:
        tree: Node = _parser(vector=symbols.vector).parse(tokens)  # type: ignore[assignment]
    except UnexpectedToken as error:
        raise _unexpected(error, len(text)) from None
    _check_tree(tree, tokens, resolver.bound, symbols)
    return tree


def _check_tree(tree: Node, tokens: list[Token], bound: set[str], symbols: Symbols) -> None:
    count, height = measure(tree)
    if count > MAX_NODES or height > MAX_HEIGHT:
        raise ParseError("The expression is nested too deeply.", place_of(tokens[-1]), "Use sum(…).", "limit")
    waiting: list[tuple[Node, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, inside = waiting.pop()
        _check_name(node, bound - inside, tokens, symbols)
        if node[0] == "bind":
            waiting.append((node[2], inside | {node[3]}))
            waiting.extend((child, inside) for child in node[4:])
        else:
            waiting.extend((child, inside) for child in children(node))


def _check_name(node: Node, unbound: set[str], tokens: list[Token], symbols: Symbols) -> None:
    if node[0] not in {"var", "idx"}:
        return
    place = next((place_of(token) for token in tokens if token == node[1]), 0)
    if node[0] == "var" and node[1] in unbound:
        raise ParseError(f"{node[1]!r} has a meaning only inside its sum.", place, code="index")
    if node[0] == "idx" and len(node[2]) != symbols.arity[node[1]]:
        expected = symbols.arity[node[1]]
        wanted = f"{expected} {'index' if expected == 1 else 'indices'}"
        raise ParseError(f"{node[1]} has {wanted}, not {len(node[2])}.", place, code="index")
