"""The catalogue as the index reads it: one row an entry, what it can be filtered by, and the names near a wrong one."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.safestring import SafeString

import lossref
from assessments.atlas import libraries, words
from assessments.mathml import render_math
from lossref import LossSpec, UnknownLoss
from lossref.properties import PROPERTIES

Count = tuple[str, str, int]  # a filter's value, its words, how many entries have it


def _bounded(spec: LossSpec) -> bool:
    return spec.bounds is not None and all(map(math.isfinite, spec.bounds))


# What is told by other fields of the catalogue than `properties`.
_TRAITS: Mapping[str, tuple[str, Callable[[LossSpec], bool]]] = {
    "bounded": ("the values of a term have a lower and an upper bound", _bounded),
    "lipschitz": ("the slope in the prediction is bounded", lambda s: s.lipschitz is not None),
    "kinks": ("has points without a derivative, only with a subdifferential", lambda s: bool(s.kinks)),
    "differentiable": (
        "has a derivative everywhere inside of its domain",
        lambda s: s.gives in {"value", "transform"} and bool(s.slopes) and not s.kinks,
    ),
    "hessian": ("the second derivative is in the catalogue", lambda s: bool(s.curvatures)),
}
_LABELS = {
    "real": "real numbers",
    "nonnegative": "numbers from 0",
    "positive": "numbers above 0",
    "label01": "0 or 1",
    "plus_minus_one": "−1 or +1",
    "class_index": "class index",
    "onehot": "one-hot rows",
    "simplex": "distributions",
    "probability": "probabilities",
    "integer": "whole numbers",
    "count": "counts",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One row of the index."""

    name: str
    aliases: tuple[str, ...]
    family: str
    kind: str
    summary: str
    formula: SafeString
    properties: frozenset[str]
    labels: str
    libraries: tuple[str, ...]
    text: str

    @property
    def shown_name(self) -> SafeString:
        return words.breakable(self.name)

    @property
    def kind_words(self) -> str:
        return words.KINDS[self.kind]

    @property
    def badges(self) -> list[str]:
        """Words for the row: what it gives where that is no loss, and the traits that decide a choice."""
        shown = [word for word in ("convex_in_prediction", "bounded", "lipschitz", "kinks") if word in self.properties]
        return [words.title(word).removesuffix(" in prediction") for word in shown]


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Give every entry, those of a family together, in the catalogue's order."""
    specs = [lossref.get(name) for name in lossref.names()]
    order = [*dict.fromkeys(spec.family for spec in specs)]
    return tuple(_entry(spec) for spec in sorted(specs, key=lambda spec: order.index(spec.family)))


def _entry(spec: LossSpec) -> Entry:
    target = next((p for p in spec.arrays if p.role == "target"), None)
    apis = (peer.api for peer in spec.peers)
    text = " ".join((spec.name, *spec.aliases, spec.family, spec.summary, *spec.references, *apis))
    return Entry(
        name=spec.name,
        aliases=spec.aliases,
        family=spec.family,
        kind=spec.gives,
        summary=spec.summary,
        formula=render_math(spec.latex),
        properties=properties(spec),
        labels=target.domain if target else "",
        libraries=libraries.of(spec),
        text=f"{text} {words.title(text)}".casefold(),
    )


def properties(spec: LossSpec) -> frozenset[str]:
    """Give the words that hold of an entry: its properties, and the traits that other fields tell."""
    return spec.properties | {word for word, (_, holds) in _TRAITS.items() if holds(spec)}


def meaning(word: str) -> str:
    """Say what a property means."""
    return _TRAITS[word][0] if word in _TRAITS else PROPERTIES[word].meaning


def matching(
    *,
    search: str = "",
    family: str = "",
    kind: str = "",
    labels: str = "",
    library: str = "",
    having: Sequence[str] = (),
) -> list[Entry]:
    """Give the entries that have all that is asked; every word of the search somewhere in their text."""
    sought = search.casefold().split()
    return [
        entry
        for entry in entries()
        if family in {"", entry.family}
        and kind in {"", entry.kind}
        and labels in {"", entry.labels}
        and (not library or library in entry.libraries)
        and entry.properties.issuperset(having)
        and all(word in entry.text for word in sought)
    ]


def families() -> list[Count]:
    return _counted((entry.family for entry in entries()), words.title)


def kinds() -> list[Count]:
    return _counted((entry.kind for entry in entries()), lambda kind: words.KINDS[kind])


def labels() -> list[Count]:
    return _counted((e.labels for e in entries() if e.labels), lambda domain: _LABELS.get(domain, words.title(domain)))


def having_libraries() -> list[Count]:
    return _counted((library for entry in entries() for library in entry.libraries), str)


def having_properties() -> list[Count]:
    return sorted(_counted((word for entry in entries() for word in entry.properties), words.title))


def _counted(values: Iterable[str], told: Callable[[str], str]) -> list[Count]:
    return [(value, told(value), count) for value, count in Counter(values).items()]


def related(spec: LossSpec) -> list[Entry]:
    """Give the other entries of the family."""
    return [entry for entry in entries() if entry.family == spec.family and entry.name != spec.name]


def nearest(name: str) -> list[Entry]:
    """Give the entries whose name or alias is near to one that does not exist."""
    try:
        found = [lossref.get(name).name]
    except UnknownLoss as error:
        found = [lossref.get(near).name for near in error.nearest]
    return [entry for entry in entries() if entry.name in found]
