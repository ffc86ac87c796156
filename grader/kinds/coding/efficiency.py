"""CPU time of the answer on a large input, beside the reference's in a sandbox of the same walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.cases import Drawer
from grader.sandbox import Job
from grader.scoring import failed, passed
from grader.verdict import Check

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.task import Task

# A plain numpy answer takes 1 to 4 times the reference's time on such an input, a Python loop 20 and more.
ALLOWED = 10.0
CALLS = 3
_ROWS = 20_000

_REFERENCE = """
import lossref

def reference(*args):
    return lossref.get({name!r}).{method}(*args, **{options!r})
"""


def efficiency_check(task: Task, request: GradeRequest, sandboxes: Sandboxes) -> Check:
    """Compare CPU times as the kernel reports them."""
    weight = task.weights["efficiency"]
    drawer = Drawer(task, np.random.default_rng(request.seed))
    shape = (_ROWS, 10) if task.on_rows else (10 * _ROWS,)
    args = drawer.shaped(drawer.arguments(shape))
    candidate = Job(request.answer, task.function, [args] * CALLS, request.limits, measure_cpu=True)
    ours = _reference_job(task, args, request)
    profile = "numpy" if task.loss is None else "reference"
    slow = sandboxes.get("numpy").run(candidate)
    fair = sandboxes.get(profile).run(ours)
    if slow.fault is not None or slow.cpu_seconds is None or fair.cpu_seconds is None:
        return failed("efficiency", weight, f"On {args[0].size} entries the answer ends with {slow.fault}.")
    ratio = slow.cpu_seconds / max(fair.cpu_seconds, 1e-3)
    message = (
        f"On {np.size(args[0])} entries it takes {ratio:.1f} times the reference's CPU time ({ALLOWED:g} allowed)."
    )
    return passed("efficiency", weight, message) if ratio <= ALLOWED else failed("efficiency", weight, message)


def _reference_job(task: Task, args: tuple[object, ...], request: GradeRequest) -> Job:
    if task.loss is None:
        source, function = request.reference_source or "", task.function
    else:
        options = {**task.options, **({"wrt": task.wrt} if task.gives == "gradient" else {})}
        method = "gradient" if task.gives == "gradient" else "value"
        source = _REFERENCE.format(name=task.loss.name, method=method, options=options)
        function = "reference"
    return Job(source, function, [args] * CALLS, request.limits, measure_cpu=True)
