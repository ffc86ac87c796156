"""One vocabulary for QTI 3.0 and 2.x: names in small letters, without the prefix qti- and without hyphens."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from assessments.bank.exchange import markup
from assessments.bank.exchange.xml import local

_WORDS = (
    "associate", "choice", "custom", "drawing", "end attempt", "extended text", "gap match", "graphic associate",
    "graphic gap match", "graphic order", "hotspot", "hottext", "inline choice", "match", "media", "order",
    "portable custom", "position object", "select point", "slider", "text entry", "upload",
)  # fmt: skip
# What authors call them, by their plain names.
INTERACTIONS = {f"{words.replace(' ', '')}interaction": words for words in _WORDS} | {
    "positionobjectstage": "position object"
}


def plain(name: str) -> str:
    return name.removeprefix("qti-").replace("-", "").lower()


def name_of(node: etree._Element) -> str:
    return plain(local(node))


def get(node: etree._Element | None, attribute: str, default: str = "") -> str:
    """Give an attribute by its plain name."""
    for name, value in (node.attrib if node is not None else {}).items():
        if plain(etree.QName(name).localname) == attribute:
            return str(value).strip()
    return default


def every(node: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Give the descendants of these plain names, the node itself included."""
    for found in node.iter() if node is not None else ():
        if name_of(found) in names:
            yield found


def first(node: etree._Element | None, *names: str) -> etree._Element | None:
    return next(every(node, *names), None)


def without(node: etree._Element, *names: str) -> etree._Element:
    """Copy an element without its descendants of these names; what follows them stays."""
    kept = copy.deepcopy(node)
    for dropped in [found for found in every(kept, *names) if found is not kept]:
        remove(dropped)
    return kept


def remove(node: etree._Element, instead: str = "") -> None:
    parent, before, tail = node.getparent(), node.getprevious(), instead + (node.tail or "")
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(node)


def markdown(node: etree._Element | None, note: markup.Note) -> str:
    """Read an element's content; feedback within it is somebody else's to read."""
    return "" if node is None else markup.from_element(without(node, "feedbackinline", "feedbackblock"), note)
