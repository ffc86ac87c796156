"""The folder's own reference.py, run on the same cases in a sandbox that holds lossref and no candidate's code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from grader.kinds.specs import BrokenQuestion
from grader.sandbox import Job

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.task import Task


def reference_values(task: Task, cases: Sequence[Case], request: GradeRequest, sandboxes: Sandboxes) -> dict[Case, Any]:
    """Run the reference on every case.

    Raises
    ------
    BrokenQuestion : where it does not load, raises, or is over a limit.
    """
    if request.reference_source is None:
        raise BrokenQuestion("coding.reference: names reference.py, whose text did not come with the request")
    job = Job(
        source=request.reference_source,
        function=task.function,
        calls=[case.args for case in cases],
        limits=request.limits,
        arity_check=len(task.parameters),
    )
    result = sandboxes.get("reference").run(job)
    if result.rejected is not None:
        raise BrokenQuestion(f"reference.py: {result.rejected}")
    values = {}
    for case, outcome in zip(cases, result.outcomes, strict=True):
        if outcome.status != "ok":
            error = outcome.exception
            told = f"{error.class_name} on line {error.line}: {error.text}" if error else outcome.status
            raise BrokenQuestion(f"reference.py: fails on the case {case.name!r}: {told}")
        values[case] = outcome.value
    return values
