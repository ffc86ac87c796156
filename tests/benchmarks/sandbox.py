"""What the sandbox costs: one submission of 30 BCE cases and one pair of formulas, in one run. Medians and ratios.

    python -m tests.benchmarks.sandbox [repeats]

1. bare fork: a warm interpreter that holds numpy and the cases forks, the child runs the source and pipes the numbers
   back. No isolation: the floor.
2. warm sandbox: `Sandbox.run`, every wall up, inputs and results over the wire.
3. step: one call of a conversation, which is what a lab asks some hundred times.
4. fresh sandbox: a new interpreter that imports numpy inside the same walls for each submission.

Then the algebra profile: a bare fork of an interpreter that holds it, the warm sandbox, a fresh one.
"""

from __future__ import annotations

import dataclasses
import statistics
import sys
from collections.abc import Callable

import numpy as np

from grader.sandbox import Job, Sandbox
from tests.benchmarks import floor

CASES, ROUNDS = 30, 5
PAIR = {"variables": {"z": "real"}, "reference": "sigma(z)*(1-sigma(z))", "answer": "exp(-z)/(1+exp(-z))^2"}


def cases() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(0)
    return [
        (generator.integers(0, 2, size).astype(float), generator.uniform(0.01, 0.99, size))
        for size in generator.integers(3, 60, CASES)
    ]


def main(repeats: int = 500) -> dict[str, float]:
    """Print the ratios of both profiles; give the medians in milliseconds."""
    return {**code(repeats), **algebra(repeats)}


def report(title: str, taken: dict[str, list[float]], baseline: str) -> dict[str, float]:
    medians = {name: statistics.median(values) for name, values in taken.items()}
    print(f"{title:<44}{'median':>12} {'p95':>12} {'ratio':>9}")
    for name, values in taken.items():
        slow = statistics.quantiles(values, n=20)[-1]
        print(f"  {name:<42}{medians[name]:>9.2f} ms {slow:>9.2f} ms {medians[name] / medians[baseline]:>9.2f}")
    return medians


def fresh(profile: str, use: Callable[[Sandbox], object]) -> None:
    """Use a sandbox that is made for it and thrown away."""
    sandbox = Sandbox(profile)
    sandbox.start_unchecked()
    use(sandbox)
    sandbox.close()


def code(repeats: int) -> dict[str, float]:
    job = Job(floor.RIGHT, floor.FUNCTION, cases(), arity_check=2)
    counted = dataclasses.replace(job, measure_cpu=True)
    taken: dict[str, list[float]] = {name: [] for name in ("bare fork", "warm", "warm, CPU accounted", "step", "fresh")}
    with Sandbox() as sandbox, sandbox.converse(dataclasses.replace(job, calls=())) as dialogue:
        assert all(outcome.status == "ok" for outcome in sandbox.run(job).outcomes)
        # In turns, so that a busy moment of the machine falls on all alike.
        for _ in range(ROUNDS):
            taken["bare fork"] += floor.measured(cases(), repeats // ROUNDS)
            taken["warm"] += floor.milliseconds(lambda: sandbox.run(job), repeats // ROUNDS)
            taken["warm, CPU accounted"] += floor.milliseconds(lambda: sandbox.run(counted), repeats // ROUNDS)
            taken["step"] += floor.milliseconds(lambda: dialogue.call(*job.calls[0]), repeats // ROUNDS)
            taken["fresh"] += floor.milliseconds(lambda: fresh("numpy", lambda new: new.run(job)), repeats // 100)
    medians = report("one submission, 30 cases; a lab's step", taken, "bare fork")
    return {f"code, {name}": median for name, median in medians.items()}


def algebra(repeats: int) -> dict[str, float]:
    """Measure one pair of formulas, which is proved equal."""
    from grader.algebra import service

    service.answer(PAIR)
    taken: dict[str, list[float]] = {name: [] for name in ("bare fork", "warm", "fresh")}
    with Sandbox("algebra") as sandbox:
        assert sandbox.ask(PAIR, 10.0)["equivalent"] is True
        for _ in range(ROUNDS):
            forks = floor.milliseconds(lambda: floor.bare_fork_of(lambda: service.answer(PAIR)), repeats // ROUNDS)
            taken["bare fork"] += forks
            taken["warm"] += floor.milliseconds(lambda: sandbox.ask(PAIR, 10.0), repeats // ROUNDS)
            taken["fresh"] += floor.milliseconds(lambda: fresh("algebra", lambda new: new.ask(PAIR, 10.0)), 2)
    medians = report("one pair of formulas", taken, "bare fork")
    return {f"algebra, {name}": median for name, median in medians.items()}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
