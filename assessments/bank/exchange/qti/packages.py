"""Which files of an upload are QTI items, and what a package's manifest says of them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from assessments.bank.exchange.drafts import Drafts
from assessments.bank.exchange.qti.items import read_item
from assessments.bank.exchange.qti.tree import get, name_of
from assessments.bank.exchange.report import Defaults, Item, counted
from assessments.bank.exchange.xml import XmlError, children, head, local, parse, text

MANIFEST = "imsmanifest.xml"
_ITEMS = (b"<assessmentItem", b"<qti-assessment-item", b":assessmentItem", b":qti-assessment-item", b"<questestinterop")
_ITEM = "assessmentitem"
# What else a package holds, by plain names.
_OTHERS = {
    "assessmenttest": "the plan of a test",
    "assessmentsection": "the plan of a test",
    "assessmentstimulus": "a passage that questions share",
}
_KNOWN = {"keyword", "identifier", "language", "title", "interactionType"}


def reads(files: Mapping[str, bytes]) -> bool:
    return any(
        posixpath.basename(name).lower() == MANIFEST or any(mark in head(content, 8000) for mark in _ITEMS)
        for name, content in files.items()
        if _may_hold_an_item(name)
    )


def read(files: Mapping[str, bytes], defaults: Defaults) -> list[Item]:
    defaults.allow(sum(map(_may_hold_an_item, files)))
    file = Drafts("the package" if len(files) > 1 else next(iter(files)), defaults)
    keywords: dict[str, list[str]] = {}
    for name, content in files.items():
        if posixpath.basename(name).lower() == MANIFEST:
            keywords |= _keywords(name, content, files, file)
    for name, content in sorted(files.items()):
        if posixpath.basename(name).lower() != MANIFEST and _may_hold_an_item(name):
            _read_xml(name, content, keywords.get(name, []), file)
    others = sorted(name for name in files if not _may_hold_an_item(name))
    if others:
        file.beside(file.name, counted(len(others), "file"), "items", ", ".join(others))
    return file.read()


def _may_hold_an_item(name: str) -> bool:
    return name.lower().endswith((".xml", ".qti"))


def _read_xml(name: str, content: bytes, labels: list[str], file: Drafts) -> None:
    try:
        root = parse(content)
    except XmlError as error:
        file.item(name, name).leave_out(error.expected, error.came)
        return
    kind = name_of(root)
    if kind == _ITEM:
        read_item(name, root, labels, file)
    elif kind in _OTHERS:
        file.item(name, get(root, "title") or name).leave_out("questions", _OTHERS[kind])
    elif kind == "questestinterop":
        file.item(name, name).leave_out("QTI 3.0, 2.2 or 2.1", "QTI 1")
    else:
        file.item(name, name).leave_out("an item of QTI", f"<{local(root)}>")


def _keywords(name: str, content: bytes, files: Mapping[str, bytes], file: Drafts) -> dict[str, list[str]]:
    """Give the keywords of each item that the manifest lists, and say which items it lists in vain."""
    try:
        root = parse(content)
    except XmlError as error:
        file.item(name, name).leave_out(error.expected, error.came)
        return {}
    found = {}
    for resource in root.iter("{*}resource"):
        kind, href = resource.get("type", ""), unquote(resource.get("href", ""))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), href)) if href else ""
        if not kind.startswith("imsqti_item"):
            continue
        if path not in files:
            file.item(f"{name}:{resource.sourceline}", href or kind).leave_out("a file of the package", href or "none")
        found[path] = list(_strings(resource))
        if lost := _other_metadata(resource):
            file.assume("keywords of a question", f"other metadata: {', '.join(lost)}", "left out")
    return found


def _other_metadata(resource: etree._Element) -> list[str]:
    """Name what a manifest says of an item beside its keywords and what the item says itself."""
    said = [node for part in resource.iterfind(".//{*}lom/{*}*") for node in children(part)]
    said += [node for held in resource.iter("{*}qtiMetadata") for node in children(held)]
    return sorted({local(node) for node in said} - _KNOWN)


def _strings(resource: etree._Element) -> Iterator[str]:
    for keyword in resource.iter("{*}keyword"):
        yield from (text(node) for node in children(keyword))
