"""A certification's stored result as the page shows it: solutions and mistakes as rows, variants as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What became of a mistake -> (the word on the page, the kind of its badge)
_KILLS = {
    "named": ("caught and named", "good"),
    "alias": ("caught as another of the same effect", "good"),
    "unobservable": ("gives the right numbers here", ""),
    "unnamed": ("caught, not named", "bad"),
    "survives": ("graded as right", "bad"),
}


def readable(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give the page's tables; None where nothing was tried yet. A folder that cannot be read has problems only."""
    if result is None:
        return None
    trials, kills = result.get("trials", ()), result.get("kills", ())
    return {
        "problems": result.get("problems", ()),
        "versions": result.get("versions", {}),
        "seeds": len(result.get("seeds", ())),
        "spec_hashes": [digest[:12] for digest in result.get("spec_hashes", ())],
        "variants": sorted({row["variant"] for row in (*trials, *kills)}),
        "solutions": _solutions(trials),
        "mistakes": _mistakes(kills),
    }


def _solutions(trials: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for trial in trials:
        row = rows.setdefault(
            trial["solution"], {"name": trial["solution"], "expects": ", ".join(trial["expects"]), "cells": []}
        )
        named = ", ".join(trial["named"])
        row["cells"].append(
            {
                "word": str(trial["outcome"]).replace("_", " ") + (f" by {named}" if named else ""),
                "problem": trial["problem"],
                "kind": "bad" if trial["problem"] else "good",
            }
        )
    return list(rows.values())


def _mistakes(kills: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for kill in kills:
        key = (kill["code"], kill["name"], kill["stage"])
        row = rows.setdefault(key, {"code": key[0], "name": key[1], "stage": key[2].replace("_", " "), "cells": []})
        word, kind = _KILLS.get(kill["result"], (kill["result"], ""))
        row["cells"].append({"word": word, "kind": kind})
    return list(rows.values())
