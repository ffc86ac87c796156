"""The ready-made blueprints of `roles.toml`: what a form of a role holds, by minutes."""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# A form's questions take at least this share of its minutes.
FILLED = 0.9


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """So many questions of a kind and level ("" is any), each of one weight, in a section."""

    section: str
    kind: str
    level: str
    count: int
    weight: float


@dataclasses.dataclass(frozen=True, slots=True)
class Role:
    slug: str
    title: str
    why: str
    shares: Mapping[str, float]
    table: Mapping[str, Any]

    def cells(self, minutes: int) -> list[Cell]:
        """Give the cells of a form of so many minutes, section by section."""
        place = durations().index(minutes)
        return [
            Cell(section, kind, "" if level == "any" else level, counts[place], _read()["weights"][kind])
            for section, kinds in _read()["sections"].items()
            for kind in kinds
            for level, counts in self.table.get(kind, {}).items()
            if counts[place]
        ]

    def topics(self, minutes: int) -> dict[str, int]:
        """Give how many questions of each topic a form has at least: its share, rounded to the nearest."""
        questions = sum(cell.count for cell in self.cells(minutes))
        return {topic: int(share * questions / 100 + 0.5) for topic, share in self.shares.items()}


@functools.cache
def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("roles.toml").read_text("utf-8"))


@functools.cache
def roles() -> dict[str, Role]:
    """Give the roles by slug, in the order of the file."""
    return {
        slug: Role(slug, row["title"], row["why"], row["topics"], row["questions"])
        for slug, row in _read()["roles"].items()
    }


def durations() -> list[int]:
    """Give the minutes that every role has a form of."""
    return list(_read()["minutes"])
