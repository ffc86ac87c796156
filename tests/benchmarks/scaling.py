"""What more of everything costs: cases, workers, submissions one after another, and the start of a worker.

    python -m tests.benchmarks.scaling [submissions]

1. cases: one warm submission of 30, 60, 120 and 240 cases; what a further case costs, early and late.
2. workers: graded submissions a second of one process and of two beside each other.
3. start: from the start of a worker's process, which tries its walls and warms its sandboxes, to its first verdict;
   the baseline is an interpreter that imports numpy.
4. endurance: so many submissions in a row (10,000), right, wrong, failing and rejected ones; what has grown.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.benchmarks import floor
from tests.benchmarks.grading import SOURCES, SPEC

ROUNDS, SECONDS, STARTS = 5, 2.0, 5
COUNTS = (30, 60, 120, 240)
ENDLESS = {**SOURCES, "fails": "def binary_cross_entropy(y_true, p):\n    return 1 / 0\n", "rejected": "def f(:"}


def main(submissions: int = 10_000) -> dict[str, float]:
    """Print the figures; give them by name."""
    figures = {**cases(), **workers(), **start(), **endurance(submissions)}
    for name, figure in figures.items():
        print(f"{name:<44}{figure:>12.3f}")
    return figures


def cases() -> dict[str, float]:
    from grader.sandbox import Job, Sandbox
    from tests.benchmarks.sandbox import cases as drawn

    thirty = drawn()
    taken: dict[int, list[float]] = {count: [] for count in COUNTS}
    with Sandbox() as sandbox:
        sandbox.start()
        for _ in range(ROUNDS * 20):
            for count in COUNTS:
                job = Job(floor.RIGHT, floor.FUNCTION, thirty * (count // 30), arity_check=2)
                taken[count] += floor.milliseconds(lambda job=job: sandbox.run(job))  # type: ignore[misc]
    few, some, many, most = (statistics.median(taken[count]) for count in COUNTS)
    return {
        **{f"{count} cases": statistics.median(taken[count]) for count in COUNTS},
        "a case more, from 30 to 60": (some - few) / 30,
        "a case more, from 120 to 240": (most - many) / 120,
    }


def workers() -> dict[str, float]:
    """Milliseconds a submission, of one worker and of two."""
    alone, together = [], []
    for _ in range(ROUNDS):
        alone.append(rate(1))
        together.append(rate(2))
    return {"one worker": 1000 / statistics.median(alone), "two workers": 1000 / statistics.median(together)}


def rate(count: int) -> float:
    """Graded submissions a second of so many processes, which begin together."""
    command = [sys.executable, "-m", "tests.benchmarks.scaling", "worker"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "warm\n"
    graded = sum(int(process.communicate("go\n")[0]) for process in processes)
    return graded / SECONDS


def worker() -> None:
    """Grade right submissions for some seconds once told to go; print how many."""
    from grader.grading import Grader

    with Grader() as grader:
        for seed in range(20):
            grader.decide(request("right", seed))
        print("warm", flush=True)
        sys.stdin.readline()
        count, until = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            grader.decide(request("right", count))
            count += 1
    print(count)


def request(name: str, seed: int):
    from grader.contract import GradeRequest

    return GradeRequest(kind="coding", spec=SPEC, answer=ENDLESS[name], seed=seed)


def start() -> dict[str, float]:
    numpy = [sys.executable, "-c", "import numpy; print('warm', flush=True)"]
    first = [sys.executable, "-m", "tests.benchmarks.scaling", "first"]
    taken: dict[str, list[float]] = {"an interpreter with numpy": [], "worker start to first verdict": []}
    for _ in range(STARTS):
        for name, command in zip(taken, (numpy, first), strict=True):
            taken[name].append(until_it_speaks(command))
    return {name: statistics.median(values) for name, values in taken.items()}


def until_it_speaks(command: list[str]) -> float:
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        return (time.perf_counter() - started) * 1000


def first_verdict() -> None:
    """Do what a worker does before it takes an answer from its queue, and grade one."""
    from grader import tasks

    tasks.walls.probe_if_due()
    assert not tasks.walls.missing, tasks.walls.missing
    print(tasks.grader.decide(request("right", 0)).outcome, flush=True)
    tasks.grader.close()


def endurance(submissions: int) -> dict[str, float]:
    from grader.grading import Grader

    with Grader() as grader:
        for seed in range(500):  # caches fill, heaps find their size
            grader.decide(request(tuple(ENDLESS)[seed % len(ENDLESS)], seed))
        before, started = held(grader), time.perf_counter()
        for seed in range(submissions):
            grader.decide(request(tuple(ENDLESS)[seed % len(ENDLESS)], seed))
        taken, after = time.perf_counter() - started, held(grader)
    figures = {
        f"{name}, {when}": value for when, each in (("before", before), ("after", after)) for name, value in each
    }
    return {f"{submissions} submissions in a row, ms each": taken * 1000 / submissions, **figures}


def held(grader) -> list[tuple[str, float]]:
    """What worker and zygote hold while nothing runs."""
    zygote = psutil.Process(grader.sandboxes.get("numpy").zygote.host_pid)
    deadline = time.monotonic() + 5
    while len(zygote.children()) > 1 and time.monotonic() < deadline:
        os.sched_yield()
    processes = (psutil.Process(), zygote)
    return [
        ("MiB resident", sum(process.memory_info().rss for process in processes) / 2**20),
        ("descriptors", sum(len(list(Path(f"/proc/{process.pid}/fd").iterdir())) for process in processes)),
        ("processes", len(psutil.Process().children(recursive=True))),
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        worker()
    elif sys.argv[1:] == ["first"]:
        first_verdict()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
