"""A question's variants as text: the names in the first line, then a line for each; or their ranges, as TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit


def written(variants: Sequence[Mapping[str, Any]], ranges: Mapping[str, Any]) -> str:
    if ranges:
        return tomlkit.dumps(ranges)
    if not variants:
        return ""
    names = list(variants[0])
    rows = [", ".join(tomlkit.item(row[name]).as_string() for name in names) for row in variants]
    return "\n".join([", ".join(names), *rows])


def read(text: str) -> list[dict[str, Any]] | dict[str, Any]:
    """Read the table or the ranges back; raises ValueError that names the line which cannot be read."""
    if "=" in text.strip().partition("\n")[0]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"the ranges cannot be read: {error}") from error
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    names = [name.strip() for name in lines[0].split(",")]
    return [dict(zip(names, _values(line, names), strict=True)) for line in lines[1:]]


def _values(line: str, names: list[str]) -> list[Any]:
    try:
        values = tomllib.loads(f"row = [{line}]")["row"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"“{line}” cannot be read: expected numbers, or texts in quotes") from error
    if len(values) != len(names):
        raise ValueError(f"expected {len(names)} values for {', '.join(names)}, got {len(values)}: “{line}”")
    return list(values)
