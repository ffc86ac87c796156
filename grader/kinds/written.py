"""Written answers: people mark them with the question's rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.kinds.specs import describe, table_of
from grader.scoring import CORRECTNESS, not_reached, rejected
from grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [written] table."""
    problems: list[str] = []
    table = table_of(spec, "written", problems)
    rubric = table.get("rubric")
    if not isinstance(rubric, (str, Sequence, Mapping)) or not rubric:
        problems.append(f"written.rubric: expected what people mark by, got {describe(rubric)}")
    return problems


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:  # noqa: ARG001
    """Pass a written answer on to people; an empty one has nothing to mark."""
    if not request.answer.strip():
        return rejected("the answer is empty: write a few sentences")
    waiting = not_reached(CORRECTNESS, 1, "A person marks this answer with the rubric.")
    return Verdict(Outcome.PENDING_REVIEW, None, (waiting,))
