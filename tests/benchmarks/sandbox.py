"""What the sandbox costs: one submission of 30 BCE cases, three ways, in one run. Medians and ratios.

    python -m tests.benchmarks.sandbox [repeats]

1. bare fork: a warm interpreter that holds numpy and the cases forks, the child runs the source and pipes the numbers
   back. No isolation: the floor.
2. warm sandbox: `Sandbox.run`, every wall up, inputs and results over the wire.
3. fresh sandbox: a new interpreter that imports numpy inside the same walls for each submission.
"""

from __future__ import annotations

import statistics
import sys

import numpy as np

from tests.benchmarks import floor

CASES = 30


def cases() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(0)
    return [
        (generator.integers(0, 2, size).astype(float), generator.uniform(0.01, 0.99, size))
        for size in generator.integers(3, 60, CASES)
    ]


def row(name: str, taken: list[float], least: float) -> None:
    median = statistics.median(taken)
    slow = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:<28}{median:>9.2f} ms {slow:>9.2f} ms {median / least:>9.2f}")


def main(repeats: int = 500) -> None:
    from grader.sandbox import Job, Sandbox

    job = Job(floor.RIGHT, floor.FUNCTION, cases(), arity_check=2)
    counted = Job(floor.RIGHT, floor.FUNCTION, cases(), arity_check=2, measure_cpu=True)

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
            floors += floor.measured(cases(), repeats // rounds)
            warm += floor.milliseconds(lambda: sandbox.run(job), repeats // rounds)
            accounted += floor.milliseconds(lambda: sandbox.run(counted), repeats // rounds)
    new = floor.milliseconds(fresh, max(3, repeats // 50))
    least = statistics.median(floors)
    print(f"{'one submission, 30 cases':<28}{'median':>12} {'p95':>12} {'ratio':>9}")
    row("bare fork, no isolation", floors, least)
    row("warm sandbox", warm, least)
    row("warm sandbox, CPU accounted", accounted, least)
    row("fresh sandbox", new, least)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
