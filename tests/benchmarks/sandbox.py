"""What the sandbox costs: one submission of 30 BCE cases, three ways, in one run. Medians and ratios.

    python tests/benchmarks/sandbox.py [repeats]

1. bare fork: a warm interpreter that holds numpy and the cases forks, the child runs the source and pipes the numbers
   back. No isolation: the floor.
2. warm sandbox: `Sandbox.run`, every wall up, inputs and results over the wire.
3. fresh sandbox: a new interpreter that imports numpy inside the same walls for each submission.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """
import numpy as np

def binary_cross_entropy(y_true, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(np.mean(-(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))))
"""
CASES = 30


def cases() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(0)
    return [
        (generator.integers(0, 2, size).astype(float), generator.uniform(0.01, 0.99, size))
        for size in generator.integers(3, 60, CASES)
    ]


def bare_fork(arguments: list[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        scope: dict[str, Callable[..., float]] = {}
        exec(compile(SOURCE, "<answer>", "exec"), scope)
        function = scope["binary_cross_entropy"]
        os.write(writable, np.array([function(*each) for each in arguments]).tobytes())
        os._exit(0)
    os.close(writable)
    with open(readable, "rb") as pipe:
        values = np.frombuffer(pipe.read()).tolist()
    os.waitpid(pid, 0)
    return values


def milliseconds(one: Callable[[], object], repeats: int) -> list[float]:
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        one()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def measure_bare_fork(repeats: int) -> None:
    """Runs in an interpreter of its own, which holds numpy and nothing else."""
    arguments = cases()
    assert len(bare_fork(arguments)) == CASES
    print(*milliseconds(lambda: bare_fork(arguments), repeats))


def row(name: str, taken: list[float], floor: float) -> None:
    median = statistics.median(taken)
    slow = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:<28}{median:>9.2f} ms {slow:>9.2f} ms {median / floor:>9.2f}")


def main(repeats: int = 500) -> None:
    sys.path.insert(0, str(ROOT))
    from grader.sandbox import Job, Sandbox

    job = Job(SOURCE, "binary_cross_entropy", cases(), arity_check=2)
    counted = Job(SOURCE, "binary_cross_entropy", cases(), arity_check=2, measure_cpu=True)

    def fresh() -> None:
        sandbox = Sandbox()
        sandbox.start_unchecked()
        sandbox.run(job)
        sandbox.close()

    floors: list[float] = []
    warm: list[float] = []
    accounted: list[float] = []
    with Sandbox() as sandbox:
        sandbox.start()
        assert all(outcome.status == "ok" for outcome in sandbox.run(job).outcomes)
        # In turns, so that a busy moment of the machine falls on all alike.
        for _ in range(rounds := 5):
            command = [sys.executable, __file__, "bare", str(repeats // rounds)]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            floors += map(float, told.split())
            warm += milliseconds(lambda: sandbox.run(job), repeats // rounds)
            accounted += milliseconds(lambda: sandbox.run(counted), repeats // rounds)
    new = milliseconds(fresh, max(3, repeats // 50))
    floor = statistics.median(floors)
    print(f"{'one submission, 30 cases':<28}{'median':>12} {'p95':>12} {'ratio':>9}")
    row("bare fork, no isolation", floors, floor)
    row("warm sandbox", warm, floor)
    row("warm sandbox, CPU accounted", accounted, floor)
    row("fresh sandbox", new, floor)


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        measure_bare_fork(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
