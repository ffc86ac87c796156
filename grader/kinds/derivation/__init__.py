"""Derivation: one expression or a line for each step, decided by exact proof and by witness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.kinds.derivation.expression import grade_expression
from grader.kinds.derivation.spec import check_spec
from grader.kinds.derivation.steps import grade_steps
from grader.kinds.specs import BrokenQuestion

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict

__all__ = ["check_spec", "grade"]


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Decide one answer."""
    problems = check_spec(request.spec)
    if problems:
        raise BrokenQuestion("; ".join(problems))
    if request.spec["derivation"].get("steps"):
        return grade_steps(request, sandboxes)
    return grade_expression(request, sandboxes)
