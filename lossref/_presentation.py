"""Entries of the catalogue as JSON values, and as text for a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import lossref
from lossref._wire import encoded
from lossref.properties import PROPERTIES
from lossref.spec import LossSpec

_GAP = "  "


def place(spec: LossSpec) -> str:
    """Dotted name of the public function of an entry, in the module that defines it."""
    function = getattr(lossref, spec.name)
    return f"{function.__module__}.{spec.name}"


def row(spec: LossSpec) -> dict[str, Any]:
    """Give what `list` says of an entry."""
    return {
        "name": spec.name,
        "aliases": list(spec.aliases),
        "family": spec.family,
        "gives": spec.gives,
        "summary": spec.summary,
        "where": place(spec),
    }


def description(spec: LossSpec) -> dict[str, Any]:
    """All metadata of one entry as plain JSON values."""
    own = ("latex", "references", "kinks", "convex_in", "bounds", "lipschitz", "minimizer", "link", "coupled")
    described = {
        **row(spec),
        **{name: getattr(spec, name) for name in own},
        "parameters": [_fields(parameter) for parameter in spec.parameters],
        "properties": spec.properties,
        "conventions": spec.conventions,
        "denominators": spec.denominators,
        "gradient_wrt": list(spec.slopes),
        "hessian_diagonal_wrt": list(spec.curvatures),
        "symbolic_form": spec.has_symbolic_form,
        "peers": [_fields(peer) for peer in spec.peers],
    }
    plain: dict[str, Any] = encoded(described)
    return plain


def _fields(entry: Any) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)}


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table, each column as wide as its widest cell."""
    cells = [list(header), *([_cell(cell) for cell in entry] for entry in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for index, line in enumerate(cells):
        yield _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        if not index:
            yield _GAP.join("-" * width for width in widths)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(map(_cell, value)) if isinstance(value, list | tuple) else str(value)


def listing(specs: Sequence[LossSpec]) -> Iterator[str]:
    """Yield the lines of `list`, family by family."""
    yield from table(
        ("family", "name", "gives", "also called", "module"),
        ((spec.family, spec.name, spec.gives, spec.aliases, place(spec).rpartition(".")[0]) for spec in specs),
    )


def page(spec: LossSpec) -> Iterator[str]:
    """Yield the lines of `show`."""
    called = f" ({', '.join(spec.aliases)})" if spec.aliases else ""
    yield from (f"{spec.name}{called}", spec.summary, "", f"{_GAP}{spec.latex}", "")
    yield from _facts(spec)
    for title, lines in _sections(spec):
        yield from ("", title, *(f"{_GAP}{line}" for line in lines))


def _facts(spec: LossSpec) -> Iterator[str]:
    facts = {
        "family": spec.family,
        "gives": spec.gives,
        "where": place(spec),
        "gradient in": list(spec.slopes),
        "Hessian in": list(spec.curvatures),
        "convex in": spec.convex_in,
        "bounds": spec.bounds and f"[{spec.bounds[0]:g}, {spec.bounds[1]:g}]",
        "Lipschitz": spec.lipschitz,
        "minimizer": spec.minimizer,
        "link": spec.link,
        "kinks at": [f"({_cell(kink)})" for kink in spec.kinks],
    }
    said = {name: _cell(value) for name, value in facts.items() if value not in (None, "", (), [])}
    width = max(map(len, said))
    for name, value in said.items():
        yield f"{name.ljust(width)}{_GAP}{value}"


def _sections(spec: LossSpec) -> Iterator[tuple[str, list[str]]]:
    arguments = table(
        ("name", "role", "domain", "shape", "default", "drawn from"),
        (
            (p.name, p.role, p.accepted_domain, p.shape, p.default, f"{p.plausible[0]:g} … {p.plausible[1]:g}")
            for p in spec.parameters
        ),
    )
    yield "Arguments", list(arguments)
    if spec.properties:
        meanings = ((word, PROPERTIES[word].meaning) for word in sorted(spec.properties))
        yield "Properties", list(table(("word", "meaning"), meanings))
    if spec.conventions:
        yield "Options (the first is the default)", list(table(("option", "values"), spec.conventions.items()))
    if spec.denominators:
        yield "Divided by", list(table(("reduction", "divisor"), spec.denominators.items()))
    if spec.peers:
        yield "In other libraries", list(_peers(spec))
    yield "References", list(spec.references)


def _peers(spec: LossSpec) -> Iterator[str]:
    def pairs(mapping: Any) -> str:
        return ", ".join(f"{name}={_cell(value)}" for name, value in mapping.items())

    rows = ((peer.api, pairs(peer.arguments), pairs(peer.options), peer.note) for peer in spec.peers)
    yield from table(("function", "its arguments", "our options", "note"), rows)
