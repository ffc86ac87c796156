"""The formats that the bank reads and writes, and which of them a file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from assessments.bank.exchange import bundle, gift, moodle, qti
from assessments.bank.exchange.archives import ArchiveError
from assessments.bank.exchange.report import Defaults, Item

Files = Mapping[str, bytes]


class Format(NamedTuple):
    """One format: whether files are of it, what they hold, and what questions look like in it.

    `named`: its slugs name questions of the bank. `suffix`: of the one file that `write` gives; "" for a folder.
    """

    name: str
    label: str
    reads: Callable[[Files], bool]
    read: Callable[[Files, Defaults], list[Item]]
    write: Callable[[Iterable[Item]], dict[str, bytes]]
    named: bool
    suffix: str


FORMATS = {
    found.name: found
    for found in (
        Format("bundle", "Subgradient bundle", bundle.reads, bundle.read, bundle.write, named=True, suffix=""),
        Format("moodle", "Moodle XML", moodle.reads, moodle.read, moodle.write, named=False, suffix=".xml"),
        Format("qti", "QTI", qti.reads, qti.read, qti.write, named=False, suffix=""),
        Format("gift", "GIFT", gift.reads, gift.read, gift.write, named=False, suffix=".gift"),
    )
}


def of(files: Files, name: str = "auto") -> Format:
    """Give the format called `name`, or the one that the files are of.

    Raises
    ------
    ArchiveError : where they are of none.
    """
    if name != "auto":
        return FORMATS[name]
    for found in FORMATS.values():
        if found.reads(files):
            return found
    known = ", ".join(found.label for found in FORMATS.values())
    shown = ", ".join(sorted(files)[:3]) or "no files"
    raise ArchiveError([f"expected questions as {known}; got {shown}"])
