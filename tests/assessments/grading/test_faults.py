"""A load of submissions while the worker, the zygote and redis are killed: none is lost, each is graded once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from pathlib import Path

from django.db.models import Sum

from assessments.bank.models import QuestionVersion
from assessments.grading import services
from assessments.grading.models import GradingRun, Purpose, RunState, ScoreEvent, Submission, WorkerReport
from tests.factories import SPECS, QuestionVersionFactory, ResponseFactory
from tests.pipeline import Pipeline
from tests.services import wait_until

LOAD = 50
# Each takes its time, so that every kill meets work in hand.
SLOW = """import time

import numpy as np

end = time.perf_counter() + 0.2
while time.perf_counter() < end:
    pass


def mean_squared_error(y_true, y_pred):
    return {body}
"""
RIGHT = SLOW.format(body="float(np.mean((y_true - y_pred) ** 2))")
WRONG = SLOW.format(body="float(np.sum((y_true - y_pred) ** 2))")


def done() -> int:
    return GradingRun.objects.filter(state=RunState.DONE).count()


def running() -> bool:
    return GradingRun.objects.filter(state=RunState.RUNNING).exists()


def zygotes(worker: int) -> set[int]:
    """The first process of the worker's every sandbox: what bubblewrap started."""
    found: set[int] = set()
    walls = {pid for pid in children_of(worker) if name_of(pid) == "bwrap"}
    while walls:
        inside = {pid for wall in walls for pid in children_of(wall)}
        walls = {pid for pid in inside if name_of(pid) == "bwrap"}
        found |= inside - walls
    return found


def children_of(pid: int) -> list[int]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for path in tasks for child in path.read_text().split()]
    return []


def name_of(pid: int) -> str:
    """The program's name; empty for a process that is gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def test_kills_lose_no_submission_and_each_is_graded_once(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "sweeper", "grader")
    wait_until(WorkerReport.objects.exists, what="the grader's first report")
    version = QuestionVersionFactory(kind="coding", spec={**SPECS["coding"], "limits": {"total_seconds": 3.0}})

    load(version, 15)
    report = WorkerReport.objects.get().reported_at
    pipeline.kill("grader")
    pipeline.start("grader")
    wait_until(lambda: WorkerReport.objects.get().reported_at > report, what="the new grader's report")

    load(version, 15)
    worker = pipeline.running["grader"].pid
    killed = zygotes(worker)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    load(version, 20)
    assert not killed & zygotes(worker)
    pipeline.kill("redis")
    pipeline.start("redis")

    wait_until(lambda: done() == LOAD, what="every verdict")
    assert Submission.objects.count() == GradingRun.objects.count() == LOAD
    assert Counter(ScoreEvent.objects.values_list("outcome", flat=True)) == {"correct": 40, "wrong": 10}
    assert ScoreEvent.objects.values("response").distinct().count() == LOAD
    totals = GradingRun.objects.aggregate(sent=Sum("enqueued"), faults=Sum("infrastructure_faults"))
    assert totals["faults"] >= 1, "the worker was killed with a run in hand"
    assert totals["sent"] > LOAD + totals["faults"], "redis lost messages that were sent again without blame"


def load(version: QuestionVersion, count: int) -> None:
    """Hand in `count` answers, and come back while they are being graded."""
    before = done()
    for number in range(count):
        answer = WRONG if number % 5 == 0 else RIGHT
        services.submit(response=ResponseFactory(version=version), answer=answer, purpose=Purpose.FINAL)
    wait_until(lambda: done() >= before + 2 and running(), what="work in hand")
