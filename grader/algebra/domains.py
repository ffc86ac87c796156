"""Declared domains: what a variable may be, which of them are finite, and how many indices each has."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.algebra.tree import Symbols

NAME = re.compile(r"[A-Za-z_]\w*")
SIZED = re.compile(r"(?P<element>.+?)\[(?P<sizes>\w+(?:\s*,\s*\w+)?)\]")
INTEGER = re.compile(r"integer\s*\[\s*([^,\]]+?)\s*,\s*([^,\]]+?)\s*\]")
DEFINED = re.compile(r"([A-Za-z_]\w*)\s*(?:\[([^\]]*)\])?")
VECTORS = {"onehot": 1, "simplex": 1, "onehotrows": 2}


class DomainError(ValueError):
    """A domain or a definition that the question declares cannot be read: the author's mistake."""


@dataclasses.dataclass(frozen=True)
class Domain:
    """What one scalar or one entry of an array may be.

    Attributes
    ----------
    kind : real, interval, finite, integer, onehot, simplex or onehotrows.
    low, high : ends of an open interval, None where it is unbounded.
    values : members of a finite set.
    bounds : ends of an integer range, numbers or names.
    sizes : names or numbers, one for each index.
    """

    kind: str
    low: Fraction | None = None
    high: Fraction | None = None
    values: tuple[Fraction, ...] = ()
    bounds: tuple[str, str] = ("", "")
    sizes: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_discrete(self) -> bool:
        return self.kind in {"finite", "integer", "onehot", "onehotrows"}

    @property
    def is_probability(self) -> bool:
        return self.low == Fraction(0) and self.high == Fraction(1)


@dataclasses.dataclass(frozen=True)
class Space:
    """The scalars of a grounded pair.

    Attributes
    ----------
    domains : scalar to its domain (the element's domain for an entry of an array).
    simplexes : groups of scalars that are positive and sum to 1.
    onehots : groups of labels of which exactly one is 1.
    lawful : whether a proof may use what labels obey, such as y² = y on {0,1}.
    """

    domains: Mapping[str, Domain]
    simplexes: Sequence[tuple[str, ...]] = ()
    onehots: Sequence[tuple[str, ...]] = ()
    lawful: bool = False


def read_domain(text: str) -> Domain:
    """Read a domain such as real, (0,inf), {0,1}, integer[1,K], {-1,1}[n], real[n,d] or onehot[K].

    Examples
    --------
    >>> read_domain("{0,1}[m]").values
    (Fraction(0, 1), Fraction(1, 1))
    """
    stripped = text.strip()
    integer = INTEGER.fullmatch(stripped)
    if integer:
        return Domain("integer", bounds=(integer[1], integer[2]), text=stripped)
    sized = SIZED.fullmatch(stripped)
    if sized is None:
        return _element(stripped, (), stripped)
    sizes = tuple(part.strip() for part in sized["sizes"].split(","))
    element = sized["element"].strip()
    if element in VECTORS:
        if len(sizes) != VECTORS[element]:
            raise DomainError(f"{element} takes {VECTORS[element]} sizes, as in {element}[n]: got {text!r}")
        return Domain(element, sizes=sizes, text=stripped)
    return _element(element, sizes, stripped)


def _element(text: str, sizes: tuple[str, ...], whole: str) -> Domain:
    if text == "real":
        return Domain("real", sizes=sizes, text=whole)
    if text in {"positive", "nonnegative"}:
        return Domain("interval", low=Fraction(0), sizes=sizes, text=whole)
    try:
        if text[:1] == "(" and text[-1:] == ")":
            low, high = (part.strip() for part in text[1:-1].split(","))
            return _interval(low, high, sizes, whole)
        if text[:1] == "{" and text[-1:] == "}":
            values = tuple(Fraction(part.strip()) for part in text[1:-1].split(","))
            return Domain("finite", values=values, sizes=sizes, text=whole)
    except ValueError:
        pass
    known = "real, positive, nonnegative, (a,b), (a,inf), {…}, integer[a,b], D[n], onehot[K], simplex[n]"
    raise DomainError(f"{whole!r} is not a domain: expected one of {known}")


def _interval(low: str, high: str, sizes: tuple[str, ...], whole: str) -> Domain:
    start = None if low == "-inf" else Fraction(low)
    end = None if high in {"inf", "+inf"} else Fraction(high)
    if start is not None and end is not None and start >= end:
        raise DomainError(f"{whole!r} is empty: the lower end must be smaller")
    return Domain("interval" if start is not None or end is not None else "real", start, end, sizes=sizes, text=whole)


def read_definition(head: str) -> tuple[str, tuple[str, ...]]:
    """Split the left side of a definition, `p[i]`, into its name and its indices."""
    match = DEFINED.fullmatch(head.strip())
    if match is None:
        raise DomainError(f"{head!r} cannot be defined: expected a name such as p or p[i]")
    indices = tuple(part.strip() for part in match[2].split(",")) if match[2] else ()
    if not all(NAME.fullmatch(index) for index in indices):
        raise DomainError(f"the indices of {head!r} must be names")
    return match[1], indices


def symbols_of(
    variables: Mapping[str, str],
    definitions: Mapping[str, str],
    latex: Mapping[str, str],
    *,
    vector: bool = False,
) -> Symbols:
    """Collect the names that may stand in an expression of this question."""
    for name in variables:
        if NAME.fullmatch(name) is None:
            raise DomainError(f"{name!r} cannot be the name of a variable: use letters, digits and _")
    sizes = {name: read_domain(domain).sizes for name, domain in variables.items()}
    arity = {name: len(axes) for name, axes in sizes.items()}
    for head in definitions:
        name, indices = read_definition(head)
        arity[name] = len(indices)
    return Symbols(arity, latex, vector, sizes)
