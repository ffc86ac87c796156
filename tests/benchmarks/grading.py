"""What grading costs: one submission of BCE on 30 drawn cases, against a bare fork and a fresh sandbox, in one run.

    python -m tests.benchmarks.grading [repeats]

1. bare fork: a warm interpreter that holds nothing but numpy and the cases forks; the child runs the source on them and
   pipes the numbers back. No isolation, no reference, no comparison: the floor.
2. graded: from a decoded GradeRequest to its Verdict in a warm grader: cases drawn from a new seed each time, the
   submission run in the sandbox, the reference evaluated, every value compared, mistakes named where it is wrong. The
   last one's terms are raised to a power: the search for its name goes to the end and finds none.
3. fresh sandbox: a new interpreter that imports numpy inside the same walls and runs the same 30 cases, nothing else.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

from tests.benchmarks import floor
from tests.benchmarks.floor import SOURCE

ROUNDS = 10
UNNAMED = "wrong: no name"
SPEC = {
    "coding": {
        "function": "binary_cross_entropy",
        "parameters": ["y_true", "p"],
        "reference": "binary_cross_entropy",
        "options": {"reduction": "mean"},
    }
}
SOURCES = {
    "right": SOURCE.format(reduce="np.mean", base=""),
    "wrong: sum": SOURCE.format(reduce="np.sum", base=""),
    "wrong: base 2": SOURCE.format(reduce="np.mean", base="2"),
    UNNAMED: SOURCE.format(reduce="np.mean", base="").replace("(-(", "((-(").replace("))))", "))) ** 1.3))"),
}


def main(repeats: int = 400) -> dict[str, float]:
    """Print the ratios; give the medians in milliseconds."""
    from grader.cases import draw
    from grader.contract import GradeRequest
    from grader.grading import Grader
    from grader.sandbox import Job, Sandbox
    from grader.task import read_task

    cases = [case.args for case in draw(read_task(SPEC), 0)]
    job = Job(floor.RIGHT, floor.FUNCTION, cases, arity_check=2)
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
            assert bool(verdict.findings) == (name not in {"right", UNNAMED}), verdict
        # In turns, so that a busy moment of the machine falls on all alike.
        for turn in range(ROUNDS):
            taken["bare fork"] += floor.measured(cases, each)
            for name, source in SOURCES.items():
                for seed in range(turn * each, (turn + 1) * each):
                    taken[name] += floor.milliseconds(graded(source, seed))
            taken["fresh sandbox"] += floor.milliseconds(fresh)
    return report(len(cases), taken)


def report(cases: int, taken: dict[str, list[float]]) -> dict[str, float]:
    medians = {name: statistics.median(values) for name, values in taken.items()}
    print(f"one graded submission, {cases} cases{'median':>15}{'p95':>12}{'of a bare fork':>18}{'fresh is':>12}")
    for name, values in taken.items():
        slow = statistics.quantiles(values, n=20)[-1]
        ratio, gain = medians[name] / medians["bare fork"], medians["fresh sandbox"] / medians[name]
        print(f"  {name:<32}{medians[name]:>10.2f} ms{slow:>9.2f} ms{ratio:>15.2f}{gain:>11.1f}x")
    return medians


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
