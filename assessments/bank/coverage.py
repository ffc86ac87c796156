"""What a bank of folders covers: how many questions of each kind and level a topic has."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assessments.bank.models import Kind, Level
from assessments.bank.topics import TITLES

Counts = Counter[tuple[str, str, str]]


def count(folders: Iterable[Path]) -> Counts:
    """Count readable question folders by topic (the one they stand under), kind and level."""
    heads = ((folder.parent.name, tomllib.loads((folder / "question.toml").read_text("utf-8"))) for folder in folders)
    return Counter((topic, head["kind"], head.get("level", "apply")) for topic, head in heads)


def gaps(counts: Counts) -> list[str]:
    """Name every topic that has no question of a level."""
    held = {(topic, level) for topic, _, level in counts}
    return [f"{topic} has no question of the level {level}" for topic in TITLES for level in Level.values
            if (topic, level) not in held]  # fmt: skip


def table(counts: Counts) -> str:
    """Lay the counts out by topic and kind; a cell holds the numbers of its levels."""
    head = ["topic", *(kind for kind in Kind.values if any(counts[key] for key in counts if key[1] == kind)), "all"]
    rows = [head]
    for topic in [*TITLES, "all"]:
        cells = [_levels(counts, topic, kind) for kind in head[1:]]
        rows.append([topic, *cells])
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([f"Questions by topic and kind, {' / '.join(Level.values)}:", *lines])


def _levels(counts: Counts, topic: str, kind: str) -> str:
    numbers = [
        sum(n for (t, k, lv), n in counts.items() if topic in {t, "all"} and kind in {k, "all"} and lv == level)
        for level in Level.values
    ]
    return "/".join(map(str, numbers)) if any(numbers) else "-"
