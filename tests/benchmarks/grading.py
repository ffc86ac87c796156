"""What grading costs: one submission of BCE on 30 drawn cases, against a bare fork and a fresh sandbox, in one run.

    python -m tests.benchmarks.grading [repeats]

1. bare fork: a warm interpreter that holds nothing but numpy and the cases forks; the child runs the source on them and
   pipes the numbers back. No isolation, no reference, no comparison: the floor.
2. graded: from a decoded GradeRequest to its Verdict in a warm grader: cases drawn from a new seed each time, the
   submission run in the sandbox, the reference evaluated, every value compared, mistakes named where it is wrong.
3. fresh sandbox: a new interpreter that imports numpy inside the same walls and runs the same 30 cases, nothing else.
"""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 10
SPEC = {
    "coding": {
        "function": "binary_cross_entropy",
        "parameters": ["y_true", "p"],
        "reference": "binary_cross_entropy",
        "options": {"reduction": "mean"},
    }
}
_FORM = """
import numpy as np

def binary_cross_entropy(y_true, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float({reduce}(-(y_true * np.log{base}(p) + (1 - y_true) * np.log{base}(1 - p))))
"""
SOURCES = {
    "right": _FORM.format(reduce="np.mean", base=""),
    "wrong: sum": _FORM.format(reduce="np.sum", base=""),
    "wrong: base 2": _FORM.format(reduce="np.mean", base="2"),
}


def bare_fork(source: str, arguments: list[tuple[np.ndarray, ...]]) -> list[float]:
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        scope: dict[str, Callable[..., float]] = {}
        exec(compile(source, "<answer>", "exec"), scope)
        function = scope["binary_cross_entropy"]
        os.write(writable, np.array([function(*each) for each in arguments]).tobytes())
        os._exit(0)
    os.close(writable)
    with open(readable, "rb") as pipe:
        values = np.frombuffer(pipe.read()).tolist()
    os.waitpid(pid, 0)
    return values


def milliseconds(calls: list[Callable[[], object]]) -> list[float]:
    taken = []
    for call in calls:
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def measure_bare_fork(repeats: int) -> None:
    """Run in an interpreter of its own, which holds numpy and the cases, nothing else."""
    arguments = pickle.load(sys.stdin.buffer)
    assert len(bare_fork(SOURCES["right"], arguments)) == len(arguments)
    print(*milliseconds([lambda: bare_fork(SOURCES["right"], arguments)] * repeats))


def main(repeats: int = 400) -> dict[str, float]:
    """Print the ratios; give the medians in milliseconds."""
    from grader.cases import draw
    from grader.contract import GradeRequest
    from grader.grading import Grader
    from grader.sandbox import Job, Sandbox
    from grader.task import read_task

    cases = [case.args for case in draw(read_task(SPEC), 0)]
    job = Job(SOURCES["right"], "binary_cross_entropy", cases, arity_check=2)
    each = max(1, repeats // ROUNDS)
    taken: dict[str, list[float]] = {"bare fork": [], "fresh sandbox": []} | {name: [] for name in SOURCES}

    def fresh() -> None:
        sandbox = Sandbox()
        sandbox.start_unchecked()
        sandbox.run(job)
        sandbox.close()

    def graded(source: str, seed: int) -> Callable[[], object]:
        request = GradeRequest(kind="coding", spec=SPEC, answer=source, seed=seed)
        return lambda: grader.decide(request)

    with Grader() as grader:
        for name, source in SOURCES.items():
            verdict = grader.decide(GradeRequest(kind="coding", spec=SPEC, answer=source, seed=0))
            assert str(verdict.outcome) == name.partition(":")[0].replace("right", "correct"), verdict
        # In turns, so that a busy moment of the machine falls on all alike.
        for turn in range(ROUNDS):
            command = [sys.executable, __file__, "bare", str(each)]
            told = subprocess.run(command, input=pickle.dumps(cases), capture_output=True, check=True).stdout
            taken["bare fork"] += map(float, told.split())
            for name, source in SOURCES.items():
                taken[name] += milliseconds([graded(source, turn * each + i) for i in range(each)])
            taken["fresh sandbox"] += milliseconds([fresh])
    return report(len(cases), taken)


def report(cases: int, taken: dict[str, list[float]]) -> dict[str, float]:
    medians = {name: statistics.median(values) for name, values in taken.items()}
    print(f"one graded submission, {cases} cases{'median':>15}{'p95':>12}{'of a bare fork':>18}{'fresh is':>12}")
    for name, values in taken.items():
        slow = statistics.quantiles(values, n=20)[-1]
        ratio, gain = medians[name] / medians["bare fork"], medians["fresh sandbox"] / medians[name]
        print(f"  {name:<32}{medians[name]:>10.2f} ms{slow:>9.2f} ms{ratio:>15.2f}{gain:>11.1f}x")
    print("targets: a right one at most 2.5 of a bare fork, a fresh sandbox at least 12 times slower")
    return medians


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        measure_bare_fork(int(sys.argv[2]))
    else:
        sys.path.insert(0, str(ROOT))
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
