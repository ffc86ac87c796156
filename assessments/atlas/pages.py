"""Everything that the page of one entry shows. It depends on the code alone, so it is worked out once."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

import lossref
from assessments import plots as geometry
from assessments.atlas import formulas, libraries, mistakes, plots, selectors, words
from assessments.atlas.selectors import Entry
from lossref import LossSpec, Parameter
from lossref.domains import DOMAINS


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    name: str
    role: str
    domain: str
    shape: str
    default: str


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    name: str
    meaning: str
    default: str
    others: tuple[str, ...]


@functools.cache
def body(name: str) -> SafeString:
    """Give the content of an entry's page, by its canonical name."""
    spec = lossref.get(name)
    held, figures = plots.figures(spec)
    return render_to_string(
        "atlas/_loss.html",
        {
            "spec": spec,
            "name": words.breakable(spec.name),
            "kind": words.KINDS[spec.gives],
            "family": words.title(spec.family),
            "formula": formulas.of(spec),
            "gradients": formulas.gradients(spec),
            "figures": figures,
            "held": held,
            "size": geometry.SIZE,
            "arguments": [_argument(p) for p in spec.parameters],
            "facts": list(_facts(spec)),
            "properties": [(words.title(w), selectors.meaning(w)) for w in sorted(selectors.properties(spec))],
            "options": [_option(name, values) for name, values in spec.conventions.items()],
            "functions": libraries.functions(spec),
            "examples": libraries.worked(spec),
            "mistakes": mistakes.of(spec),
            "related": selectors.related(spec),
            "call": _call(spec),
        },
    )


@functools.cache
def row(entry: Entry) -> SafeString:
    """Give an entry's row of the index."""
    return render_to_string("atlas/_entry.html", {"entry": entry})


def grouped(found: Iterable[Entry]) -> list[tuple[str, str, list[SafeString]]]:
    """Put rows under their families: the name, its words, the rows."""
    return [
        (family, words.title(family), [row(entry) for entry in entries])
        for family, entries in itertools.groupby(found, key=lambda entry: entry.family)
    ]


def _argument(p: Parameter) -> Argument:
    sets = dict.fromkeys((p.domain, p.accepted_domain))
    domain = "; also ".join(DOMAINS[name].words if name in DOMAINS else words.title(name) for name in sets)
    default = "" if p.default is None else words.number(p.default)
    return Argument(p.name, words.ROLES[p.role], domain, words.SHAPES[p.shape], default)


def _option(name: str, values: tuple[object, ...]) -> Option:
    first, *others = map(words.option, values)
    return Option(name, words.OPTIONS.get(name, ""), first, tuple(others))


def _facts(spec: LossSpec) -> Iterator[tuple[str, str]]:
    """Give what the catalogue knows in a word or a number."""
    if spec.minimizer:
        yield "Minimized by", spec.minimizer
    if spec.link:
        yield "Link", spec.link
    if spec.bounds is not None:
        yield "Values of a term", words.interval(*spec.bounds)
    if spec.gives == "value" and spec.slopes:
        yield "Convex in", words.listed(spec.convex_in) if spec.convex_in else "none of its arguments, in general"
        yield "Lipschitz constant", "none" if spec.lipschitz is None else words.number(spec.lipschitz)
    yield from _kinks(spec)


def _kinks(spec: LossSpec) -> Iterator[tuple[str, str]]:
    """Give points of the kink set, with the interval that any subgradient lies in."""
    names = ", ".join(p.name for p in spec.arrays)
    for point in spec.kinks:
        values = ", ".join(map(words.number, point))
        where = f"({names}) = ({values})" if len(point) > 1 else f"{names} = {values}"
        yield "Kink", f"{where}{_subdifferential(spec, point)}"


def _subdifferential(spec: LossSpec, point: tuple[float, ...]) -> str:
    if spec.coupled or len(point) != len(spec.arrays) or any(p.shape != "elements" for p in spec.arrays):
        return ""
    reduction = {"reduction": "none"} if spec.gives == "value" else {}
    low, high = spec.subdifferential(*([value] for value in point), **reduction)
    return f": the subdifferential is {words.interval(float(low[0]), float(high[0]))}"


def _call(spec: LossSpec) -> str:
    """Write a call in Python, with the hyper-parameters at their defaults."""
    given = [p.name for p in spec.parameters if p.role != "hyper"]
    hypers = [f"{p.name}={p.default!r}" for p in spec.hypers if p.default is not None]
    function = spec.name if spec.name in lossref.__all__ else f'get("{spec.name}").value'
    return f"lossref.{function}({', '.join(given + hypers)})"
