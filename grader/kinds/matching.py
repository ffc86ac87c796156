"""Matching: each left item with its right partner; credit for every right pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.kinds.specs import describe, places_of, shuffle_problems, table_of, unknown_keys
from grader.scoring import CORRECTNESS, failed, passed, rejected, settle

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [matching] table."""
    problems: list[str] = []
    table = table_of(spec, "matching", problems)
    problems += unknown_keys(table, {"pairs", "shuffle"}, "matching.")
    pairs = table.get("pairs")
    if not isinstance(pairs, Sequence) or isinstance(pairs, str) or not 2 <= len(pairs) <= 26:
        return [*problems, f"matching.pairs: expected 2 to 26 pairs, got {describe(pairs)}"]
    for number, pair in enumerate(pairs):
        if not _is_pair(pair):
            problems.append(f"matching.pairs[{number}]: expected two texts, left and right, got {describe(pair)}")
    return problems or shuffle_problems("matching", table)


def _is_pair(pair: object) -> bool:
    sides = list(pair.values()) if isinstance(pair, Mapping) else pair
    if isinstance(pair, Mapping) and set(pair) != {"left", "right"}:
        return False
    return isinstance(sides, Sequence) and len(sides) == 2 and all(isinstance(side, str) for side in sides)


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:  # noqa: ARG001
    """Score the pairing: the n-th number is the right partner of the n-th left item, `null` none."""
    count = len(request.spec["matching"]["pairs"])
    partners = places_of(request.answer, count)
    if isinstance(partners, str):
        return rejected(partners)
    if len(partners) != count:
        return rejected(f"expected a partner for each of the {count} items, got {len(partners)}")
    right = sum(partner == place for place, partner in enumerate(partners))
    if right == count:
        return settle([passed(CORRECTNESS, 1, "All pairs are right.")])
    return settle([failed(CORRECTNESS, 1, f"{right} of {count} pairs are right.", right / count)])
