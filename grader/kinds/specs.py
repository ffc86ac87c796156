"""Reading a kind's table in a spec: small checks that say field, expectation and what came."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any


class BrokenQuestion(ValueError):  # noqa: N818 - what it is, not what failed
    """A question that no answer could be graded by; the message says what its author has to mend."""


# Tables of a spec that belong to no kind in particular.
SHARED_TABLES = frozenset({"weights", "limits"})
# Kinds whose answers are tried on something that is drawn from the seed.
DRAWN = frozenset({"coding", "lab"})


def is_code(kind: str, spec: Mapping[str, Any]) -> bool:
    """Whether answers to a question of this kind and spec are Python source."""
    table = spec.get("lab")
    return kind == "coding" or (kind == "lab" and isinstance(table, Mapping) and "function" in table)


def options_of(kind: str, spec: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Give the options of a question whose answer is the list of those chosen; empty for every other."""
    if kind == "choice":
        return list(spec["choice"]["options"])
    return list(spec["lab"].get("choice", ())) if kind == "lab" else []


# What candidates see in an order that is drawn for each, by the name it has in the table of its kind.
_SHUFFLED = {"choice": "options", "ordering": "items", "matching": "pairs", "lab": "choice"}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)")


def pairs_of(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the left and the right text of each pair of a [matching] table, written as a list or as a table."""
    rows = [(row["left"], row["right"]) if isinstance(row, Mapping) else row for row in table["pairs"]]
    return [(left, right) for left, right in rows]


def is_shuffled(kind: str, spec: Mapping[str, Any]) -> bool:
    """Whether an order is drawn for each candidate: there is something to order and `shuffle` is not false."""
    return bool(fixed_order(kind, spec)) and bool(spec[kind].get("shuffle", True))


def fixed_order(kind: str, spec: Mapping[str, Any]) -> list[int]:
    """Give the order, as indices of the spec, in which everybody sees what the spec does not let be shuffled.

    Options stand as they are written. The items of an ordering and the partners of a matching are written as their
    key, so that they stand by their texts.

    Examples
    --------
    >>> fixed_order("ordering", {"ordering": {"items": ["step 2", "step 10", "a first step"], "shuffle": False}})
    [2, 0, 1]
    """
    shown = spec[kind].get(_SHUFFLED[kind], ()) if kind in _SHUFFLED else ()
    if kind in {"choice", "lab"}:
        return list(range(len(shown)))
    texts = [right for _, right in pairs_of(spec["matching"])] if kind == "matching" else shown
    return sorted(range(len(shown)), key=lambda index: _by_text(str(texts[index])))


def _by_text(text: str) -> list[tuple[float, str]]:
    """Compare texts with their numbers as numbers: 9 stands before 10."""
    parts = _NUMBER.split(text.casefold())
    return [(float(part), "") if number % 2 else (math.inf, part) for number, part in enumerate(parts)]


def shuffle_problems(kind: str, table: Mapping[str, Any]) -> list[str]:
    """Check the switch that locks the order in which a question shows its parts."""
    shuffle = table.get("shuffle", True)
    if not isinstance(shuffle, bool):
        return [f"{kind}.shuffle: expected true or false, got {describe(shuffle)}"]
    order = fixed_order(kind, {kind: table})
    if not shuffle and kind in {"ordering", "matching"} and order == sorted(order):
        return [f"{kind}.shuffle: in the order of their texts they stand as the key has them: let them be shuffled"]
    return []


def table_of(spec: Mapping[str, Any], name: str, problems: list[str]) -> Mapping[str, Any]:
    """Give the kind's table; adds to `problems` where it is missing or a stranger stands beside it."""
    problems.extend(unknown_keys(spec, {name, *SHARED_TABLES}, ""))
    table = spec.get(name)
    if isinstance(table, Mapping):
        return table
    problems.append(f"[{name}]: expected a table, got {describe(table)}")
    return {}


def unknown_keys(table: Mapping[str, Any], known: Collection[str], prefix: str) -> list[str]:
    """Name the keys that nothing reads: a misspelt key would be silently ignored otherwise."""
    problems = []
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
            problems.append(f"{prefix}{key}: not known; {hint}")
    return problems


def number_problems(table: Mapping[str, Any], name: str, prefix: str, *, at_least: float = 0.0) -> list[str]:
    """Check an optional number that has a lower bound."""
    value = table.get(name, at_least)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= at_least:
        return []
    return [f"{prefix}{name}: expected a number, at least {at_least:g}, got {describe(value)}"]


def describe(value: object) -> str:
    """Show a value in an error, cut to a readable length."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def indices(answer: str, count: int) -> list[int] | str:
    """Read a JSON list of distinct indices below `count`; a string is the sentence of what is wrong with it."""
    places = places_of(answer, count)
    if isinstance(places, str):
        return places
    chosen = [index for index in places if index is not None]
    return chosen if len(chosen) == len(places) else _no_list(answer)


def places_of(answer: str, count: int) -> list[int | None] | str:
    """Read a list as `indices` does, where `null` is a place that was left open."""
    try:
        chosen = json.loads(answer) if len(answer) <= 10_000 else None
    except (ValueError, RecursionError):
        chosen = None
    if not isinstance(chosen, list) or any(index is not None and type(index) is not int for index in chosen):
        return _no_list(answer)
    named = [index for index in chosen if index is not None]
    outside = [index for index in named if not 0 <= index < count]
    if outside:
        return f"expected option numbers from 0 to {count - 1}, got {outside[0]}"
    if len(set(named)) != len(named):
        return f"each option can be named once, got {describe(chosen)}"
    return chosen


def _no_list(answer: str) -> str:
    return f"expected a JSON list of option numbers such as [0, 2], got {describe(answer.strip() or None)}"
