"""The keys of a derivation's palette: the question's own names, and what calculators and LaTeX lack on a keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Key(NamedTuple):
    """One key: what it shows, what it types, how far the caret then goes back, and its name when read aloud."""

    label: str
    insert: str
    back: int
    words: str


CALCULATOR = (
    Key("a/b", "()/()", 4, "a fraction"),
    Key("xⁿ", "^", 0, "a power"),
    Key("exp", "exp()", 1, "the exponential"),
    Key("log", "log()", 1, "the natural logarithm"),
    Key("σ", "sigma()", 1, "the sigmoid"),
    Key("√", "sqrt()", 1, "a square root"),
    Key("|x|", "abs()", 1, "an absolute value"),
    Key("max", "max(, )", 3, "a maximum"),
    Key("if", "if(, , )", 5, "a case distinction"),
    Key("1[…]", "ind()", 1, "an indicator"),
)
SUM = Key("Σ", "sum(, i, 1, n)", 10, "a sum over an index")
LATEX = (
    Key("a/b", r"\frac{}{}", 3, "a fraction"),
    Key("xⁿ", "^{}", 1, "a power"),
    Key("exp", "e^{}", 1, "the exponential"),
    Key("log", r"\log()", 1, "the natural logarithm"),
    Key("σ", r"\sigma()", 1, "the sigmoid"),
    Key("√", r"\sqrt{}", 1, "a square root"),
    Key("|x|", r"\left||\right|", 7, "an absolute value"),
    Key("max", r"\max(, )", 3, "a maximum"),
    Key("1[…]", r"\mathbf{1}[]", 1, "an indicator"),
)
LATEX_SUM = Key("Σ", r"\sum_{i=1}^{n} ", 0, "a sum over an index")
VECTOR = (
    Key("Aᵀ", "'", 0, "transposed"),
    Key("⊙", ".*", 0, "the product entry by entry"),
    Key("softmax", "softmax()", 1, "the softmax"),
    Key("norm", "norm()", 1, "the norm"),
)


def keys_of(table: Mapping[str, Any], syntax: str) -> list[Key]:
    """Give the keys of a question: its names first, then functions; sums where it has arrays."""
    vector = table.get("mode") == "vector"
    keys = [_name(name, domain, syntax, vector=vector) for name, domain in table.get("variables", {}).items()]
    keys += [_defined(head, syntax) for head in table.get("definitions", {})]
    keys += LATEX if syntax == "latex" else CALCULATOR
    if any("[" in domain and not domain.startswith("integer") for domain in table.get("variables", {}).values()):
        keys.append(LATEX_SUM if syntax == "latex" else SUM)
    return [*keys, *VECTOR] if vector and syntax != "latex" else keys


def _name(name: str, domain: str, syntax: str, *, vector: bool) -> Key:
    array = "[" in domain and not domain.startswith("integer") and not vector
    return _indexed(name, syntax) if array else Key(name, name, 0, name)


def _defined(head: str, syntax: str) -> Key:
    name, _, indices = head.partition("[")
    return _indexed(name, syntax) if indices else Key(name, name, 0, name)


def _indexed(name: str, syntax: str) -> Key:
    if syntax == "latex":
        return Key(f"{name}ᵢ", f"{name}_{{}}", 1, f"an entry of {name}")
    return Key(f"{name}[ ]", f"{name}[]", 1, f"an entry of {name}")
