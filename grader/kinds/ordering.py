"""Ordering: items put into their right order, with credit by position or by right neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from grader.kinds.specs import describe, places_of, shuffle_problems, table_of, unknown_keys
from grader.scoring import CORRECTNESS, failed, passed, rejected, settle

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict

CREDITS = ("position", "adjacent")


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with an [ordering] table."""
    problems: list[str] = []
    table = table_of(spec, "ordering", problems)
    problems += unknown_keys(table, {"items", "credit", "shuffle"}, "ordering.")
    items = table.get("items")
    if not isinstance(items, Sequence) or isinstance(items, str) or not 2 <= len(items) <= 26:
        problems.append(f"ordering.items: expected 2 to 26 items in their right order, got {describe(items)}")
    elif not all(isinstance(item, str) and item.strip() for item in items) or len(set(items)) != len(items):
        problems.append("ordering.items: expected different texts, none of them empty")
    if table.get("credit", "position") not in CREDITS:
        problems.append(f"ordering.credit: expected {' or '.join(CREDITS)}, got {describe(table['credit'])}")
    return problems or shuffle_problems("ordering", table)


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:  # noqa: ARG001
    """Score a permutation of the items, in which `null` is a place left open."""
    table = request.spec["ordering"]
    count = len(table["items"])
    order = places_of(request.answer, count)
    if isinstance(order, str):
        return rejected(order)
    if len(order) != count:
        return rejected(f"expected all {count} items, got {len(order)}")
    if table.get("credit", "position") == "adjacent":
        right, of = sum(before is not None and after == before + 1 for before, after in pairwise(order)), count - 1
        words = "neighbours"
    else:
        right, of = sum(index == place for place, index in enumerate(order)), count
        words = "items"
    if right == of:
        return settle([passed(CORRECTNESS, 1, "The order is right.")])
    return settle([failed(CORRECTNESS, 1, f"{right} of {of} {words} stand right.", right / of)])
