"""CPU time of the answer on larger inputs, beside the reference's.

The kernel's account of a child holds what receiving the data costs, so an idle function's account is taken off. What is
left varies by more than the reference takes: lossref is measured here, in this process, on the same data.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from grader.cases import Case, Drawer
from grader.sandbox import Job
from grader.scoring import failed, passed
from grader.verdict import Check

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.sandbox import Sandbox
    from grader.task import Task

# A plain numpy answer takes 1 to 4 times the reference's time on such inputs, a loop in Python 30 times and more.
ALLOWED = 10.0
# What the kernel's account of one child differs by from run to run, found by repeating an idle one.
NOISE_SECONDS = 0.02
CALLS = 40
ENTRIES = 20_000
_CLASSES = 10
_TRIES = 3

_IDLE = "def {function}(*args):\n    return 0.0\n"


def efficiency_check(task: Task, request: GradeRequest, sandboxes: Sandboxes) -> Check:
    """Compare CPU times on the same data."""
    weight = task.weights["efficiency"]
    drawer = Drawer(task, np.random.default_rng(request.seed))
    shape = (ENTRIES // _CLASSES, _CLASSES) if task.on_rows else (ENTRIES,)
    case = Case("large", "ordinary", drawer.shaped(drawer.arguments(shape)))
    sandbox = sandboxes.get("numpy")
    theirs = _net_seconds(sandbox, request.answer, task, case)
    if task.loss is not None:
        ours: float | None = min(_own_seconds(task, case) for _ in range(_TRIES))
    else:
        ours = _net_seconds(sandbox, request.reference_source or "", task, case)
    if theirs is None or ours is None:
        return failed("efficiency", weight, f"On {ENTRIES} entries the function meets a limit.")
    allowed = ALLOWED * ours + NOISE_SECONDS
    message = f"{CALLS} calls on {ENTRIES} entries take {theirs:.3f} s of CPU time; {allowed:.3f} s are allowed."
    return passed("efficiency", weight, message) if theirs <= allowed else failed("efficiency", weight, message)


def _own_seconds(task: Task, case: Case) -> float:
    started = time.thread_time()
    for _ in range(CALLS):
        task.expected(case)
    return time.thread_time() - started


def _net_seconds(sandbox: Sandbox, source: str, task: Task, case: Case) -> float | None:
    idle = _IDLE.format(function=task.function)
    seconds: dict[str, list[float]] = {source: [], idle: []}
    for text, taken in seconds.items():
        for _ in range(_TRIES):
            result = sandbox.run(Job(text, task.function, [case.args] * CALLS, measure_cpu=True))
            if result.fault is not None or result.cpu_seconds is None:
                return None
            taken.append(result.cpu_seconds)
    return max(0.0, min(seconds[source]) - min(seconds[idle]))
