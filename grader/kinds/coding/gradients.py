"""Whether a value function has the reference's slope: central differences of the candidate's own values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.comparison import Comparison, as_array
from grader.sandbox import Job
from grader.scoring import failed, passed
from grader.verdict import Check

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.task import Task

STEP = 1e-5
RTOL = 1e-4
ATOL = 1e-6
_CASES = 4


def gradient_check(task: Task, cases: Sequence[Case], request: GradeRequest, sandboxes: Sandboxes) -> Check:
    """Compare slopes along random directions on a few ordinary cases; kinks have measure zero there."""
    weight = task.weights["gradient"]
    if task.loss is None or task.gives != "value":
        return passed("gradient", weight, "The gradient is what the other checks compare.")
    rng = np.random.default_rng(request.seed)
    chosen = [case for case in cases if case.group == "ordinary"][:_CASES]
    calls, slopes = [], []
    for case in chosen:
        x = np.asarray(case.args[task.prediction], dtype=np.float64)
        direction = rng.standard_normal(x.shape)
        if task.arguments[task.prediction].domain == "simplex":
            direction -= direction.mean(axis=task.axis, keepdims=True)
        gradient = task.loss.gradient(*case.args[: len(task.arrays)], **task.options_of(case))
        slopes.append(float(np.sum(gradient * direction)))
        for sign in (1.0, -1.0):
            args = list(case.args)
            args[task.prediction] = x + sign * STEP * direction
            calls.append(tuple(args))
    job = Job(request.answer, task.function, calls, request.limits, arity_check=len(task.parameters))
    outcomes = sandboxes.get("numpy").run(job).outcomes
    totals = [as_array(outcome.value) for outcome in outcomes]
    for place, slope in enumerate(slopes):
        above, below = totals[2 * place], totals[2 * place + 1]
        if isinstance(above, Comparison) or isinstance(below, Comparison):
            return failed("gradient", weight, "Near an ordinary case the function returns no number.")
        measured = float(np.sum(above) - np.sum(below)) / (2 * STEP)
        if not abs(measured - slope) <= ATOL + RTOL * abs(slope):
            return failed("gradient", weight, f"The slope along a direction is {measured:.6g}, not {slope:.6g}.")
    return passed("gradient", weight, f"The slope agrees on {len(chosen)} cases.")
