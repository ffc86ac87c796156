"""CPU time of the answer on larger inputs, beside the reference's.

The kernel's account of a child holds what receiving the data costs, so an idle function's account is taken off. The
reference runs in a profile of its own that never sees a candidate's code, so that its own clock can be believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases import Case, Drawer
from grader.kinds.specs import BrokenQuestion
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
_LOSSREF = "import lossref\n\n{function} = lossref.get({name!r}).{entry}\n"
_TIMED = """
import time as _time

def _seconds(args, options):
    started = _time.thread_time()
    for _ in range({calls}):
        {function}(*args, **options)
    return _time.thread_time() - started
"""


def efficiency_check(task: Task, request: GradeRequest, sandboxes: Sandboxes) -> Check:
    """Compare CPU times on the same data."""
    weight = task.weights["efficiency"]
    drawer = Drawer(task, np.random.default_rng(request.seed))
    shape = (ENTRIES // _CLASSES, _CLASSES) if task.on_rows else (ENTRIES,)
    case = Case("large", "ordinary", drawer.shaped(drawer.arguments(shape)))
    theirs = _net_seconds(sandboxes.get("numpy"), request.answer, task, case)
    ours = _reference_seconds(task, case, request, sandboxes)
    if theirs is None:
        return failed("efficiency", weight, f"On {ENTRIES} entries the function meets a limit.")
    allowed = ALLOWED * ours + NOISE_SECONDS
    message = f"{CALLS} calls on {ENTRIES} entries take {theirs:.3f} s of CPU time; {allowed:.3f} s are allowed."
    return passed("efficiency", weight, message) if theirs <= allowed else failed("efficiency", weight, message)


def _reference_seconds(task: Task, case: Case, request: GradeRequest, sandboxes: Sandboxes) -> float:
    """Time the reference, lossref or the folder's own, on the same data; the quickest of some tries."""
    source, args = request.reference_source or "", case.args
    options: dict[str, Any] = {}
    if task.loss is not None:
        entry, args, options = task.asked_of_lossref(case)
        source = _LOSSREF.format(function=task.function, name=task.loss.name, entry=entry)
    source += _TIMED.format(function=task.function, calls=CALLS)
    result = sandboxes.get("reference").run(Job(source, "_seconds", [(args, options)] * _TRIES, request.limits))
    taken = [outcome.value for outcome in result.outcomes if outcome.status == "ok"]
    if not taken:
        reason = result.rejected or result.outcomes[0].detail or result.outcomes[0].status
        raise BrokenQuestion(f"the reference cannot be timed on {ENTRIES} entries: {reason}")
    return float(min(taken))


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
