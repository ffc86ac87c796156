"""From a call of `submit` to the recorded verdict, through PostgreSQL, redis, the grader worker and the results worker.

    python -m tests.benchmarks.pipeline [repeats]

1. graded here: the same request in a warm grader of this process, with no row and no message. The baseline.
2. through the pipeline: one submission at a time, until its row says done.
3. a burst: as many at once; milliseconds a submission, which is what a full room of candidates waits by.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

SPEC = {"function": "mean_squared_error", "parameters": ["y_true", "y_pred"], "reference": "mean_squared_error"}
ANSWER = (
    "import numpy as np\n\ndef mean_squared_error(y_true, y_pred):\n    return float(np.mean((y_true - y_pred) ** 2))\n"
)
WARM_UP = 5


def main(repeats: int = 60) -> dict[str, float]:
    django.setup()
    from django.conf import settings
    from django.db import connection

    from tests import services
    from tests.pipeline import Pipeline

    settings.GRADING_LEASE_SECONDS = 60
    with services.postgresql():
        name = connection.creation.create_test_db(verbosity=0)
        url = f"postgresql://postgres@/{name}?host={services.POSTGRESQL_FOLDER}"
        with Pipeline(url, GRADING_LEASE_SECONDS="60") as pipeline:
            pipeline.start("redis", "results", "grader")
            figures = measure(repeats)
        connection.close()
    for what, milliseconds in figures.items():
        print(f"{what:<28}{milliseconds:>9.1f} ms{milliseconds / figures['graded here']:>9.2f} x")
    return figures


def measure(repeats: int) -> dict[str, float]:
    from assessments.grading import selectors, services
    from assessments.grading.models import GradingRun, Purpose, RunState, WorkerReport
    from grader.grading import Grader
    from tests.factories import QuestionVersionFactory, ResponseFactory
    from tests.services import wait_until

    wait_until(WorkerReport.objects.exists, what="the grader's first report")
    version = QuestionVersionFactory(kind="coding", spec={"coding": SPEC})
    done = GradingRun.objects.filter(state=RunState.DONE)

    def submit() -> Any:
        return services.submit(response=ResponseFactory(version=version), answer=ANSWER, purpose=Purpose.FINAL)

    def through() -> None:
        row = done.filter(submission=submit())
        wait_until(row.exists, what="a verdict")

    one = timed(through, repeats)
    request = selectors.request_of(GradingRun.objects.select_related("spec").all()[0])
    with Grader() as grader:
        here = timed(lambda: grader.grade(request), repeats)
    before, started = done.count(), time.perf_counter()
    for _ in range(repeats):
        submit()
    wait_until(lambda: done.count() == before + repeats, seconds=120, what="the burst's verdicts")
    burst = (time.perf_counter() - started) * 1000 / repeats
    return {
        "graded here": statistics.median(here),
        "through the pipeline": statistics.median(one),
        "through the pipeline, p95": statistics.quantiles(one, n=20)[-1],
        "a burst, each": burst,
    }


def timed(work: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each call, the first few left out."""
    taken = []
    for _ in range(WARM_UP + repeats):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken[WARM_UP:]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
