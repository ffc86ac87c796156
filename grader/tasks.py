"""The grader worker: takes a request from its queues, says that it started, and sends the verdict to `results`.

It holds the broker's address and nothing else. Candidates' work is taken only while every wall of the sandbox stands.
"""

from __future__ import annotations

import argparse
import dataclasses
import faulthandler
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from celery import bootsteps, signals
from celery.exceptions import Reject

from grader.celery import connect, serve
from grader.contract import ContractError, GradeRequest
from grader.grading import Grader
from grader.questions import QuestionError, read_files
from grader.sandbox import SandboxUnavailable

logger = logging.getLogger(__name__)

QUEUES = ("live", "sample", "bulk")
# On so many seeds of hidden cases a question must give the same verdicts before it is published.
CERTIFICATION_SEEDS = 20
# What must never stand in the environment of a process that faces candidates' code.
FOREIGN_SECRETS = ("DATABASE_URL", "SECRET_KEY", "REDIS_URL")

REPORT_SECONDS = 15
PROBE_SECONDS = 3600
PROBE_AGAIN_SECONDS = 60

# A verdict outlasts a restart of the broker: there is nothing else to do meanwhile.
PATIENCE = {"max_retries": 240, "interval_start": 0, "interval_step": 0.05, "interval_max": 0.25}

app = connect("grader", os.environ.get("GRADER_BROKER_URL", ""))
app.conf.broker_transport_options = {**app.conf.broker_transport_options, "max_retries": 240, "interval_max": 0.25}


def tell(message: str, /, **payload: Any) -> None:
    """Send a message to the web side, by name."""
    app.send_task(message, kwargs=payload, queue="results", kwargsrepr="", retry=True, retry_policy=PATIENCE)


class Walls:
    """What this process knows of its own sandbox."""

    def __init__(self, grader: Grader) -> None:
        self.grader = grader
        self.missing = "not yet probed"
        self.walls: list[dict[str, Any]] = []
        self.level = ""
        self._due = 0.0

    def probe_if_due(self) -> None:
        """Attack the sandbox again when it is time: hourly, and every minute while a wall is missing."""
        if time.monotonic() < self._due:
            return
        try:
            self.missing = self._probe()
        except SandboxUnavailable as error:
            self.missing = str(error)
        self._due = time.monotonic() + (PROBE_AGAIN_SECONDS if self.missing else PROBE_SECONDS)

    def _probe(self) -> str:
        self.grader.sandboxes.begin("algebra")
        found = self.grader.sandboxes.probe("numpy")
        self.walls = [dataclasses.asdict(wall) for wall in found]
        missing = "; ".join(f"{wall.name}: {wall.detail}. {wall.fix}" for wall in found if not wall.stands)
        if not missing:
            # Both sandboxes are warm before the first candidate waits for one.
            levels = [self.grader.sandboxes.get(profile).level for profile in ("numpy", "algebra")]
            self.level = " | ".join(dict.fromkeys(levels))
        return missing

    def lost(self, reason: str) -> None:
        """Take note that a wall fell while grading."""
        self.missing, self._due = reason, time.monotonic() + PROBE_AGAIN_SECONDS


grader = Grader()
walls = Walls(grader)


class Gate(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
    """Opens and closes this worker's queues as its walls stand or fall, and reports which."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    current: Gate | None = None

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.queues = tuple(queue.name for queue in consumer.app.conf.task_queues)
        self.consumer: Any = None
        self.timer: Any = None

    def start(self, consumer: Any) -> None:
        """Run at the start and after every reconnection, before a message is fetched."""
        Gate.current, self.consumer = self, consumer
        self.turn()
        self.timer = consumer.timer.call_repeatedly(REPORT_SECONDS, self.turn)

    def stop(self, consumer: Any) -> None:  # noqa: ARG002  (Celery's signature)
        """Run at the end and when the broker is lost."""
        if self.timer is not None:
            self.timer.cancel()

    def turn(self) -> None:
        """Probe when due, open or close the queues, report."""
        walls.probe_if_due()
        self.open_or_close()
        healthy = not walls.missing
        tell(
            "grading.worker_report",
            worker=self.consumer.hostname,
            healthy=healthy,
            level=walls.level if healthy else "",
            message=walls.missing,
            walls=walls.walls,
        )

    def open_or_close(self) -> None:
        """Consume while every wall stands, and not at all while one is missing."""
        held = {queue.name for queue in self.consumer.task_consumer.queues}
        for queue in self.queues:
            if walls.missing and queue in held:
                logger.error("this worker takes nothing from %s: %s", queue, walls.missing)
                self.consumer.cancel_task_queue(queue)
            elif not walls.missing and queue not in held:
                self.consumer.add_task_queue(queue)


app.steps["consumer"].add(Gate)


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]
def close_sandboxes(**_: Any) -> None:
    """Leave no zygote behind."""
    grader.close()


@app.task(name="grader.grade")  # type: ignore[untyped-decorator]
def grade(*, run: int, token: str, request: dict[str, Any]) -> None:
    """Decide one answer and say so; a fault of ours is told as one, and without walls the message goes back."""
    tell("grading.started", run=run, token=token)
    try:
        verdict = _decide(GradeRequest.from_json(request))
    except ContractError as error:
        tell("grading.fault", run=run, token=token, reason=str(error))
    except SandboxUnavailable as error:
        _close(str(error))
        tell("grading.returned", run=run, token=token)
        raise Reject(str(error), requeue=True) from error
    else:
        tell("grading.record", run=run, token=token, verdict=verdict)


@app.task(name="grader.try_answer")  # type: ignore[untyped-decorator]
def try_answer(*, trial: int, token: str, request: dict[str, Any]) -> None:
    """Decide an answer that an author tries on a question of their own: no run, no lease."""
    try:
        verdict = _decide(GradeRequest.from_json(request))
    except ContractError as error:
        verdict = {"outcome": "ungradable", "score": None, "provenance": {"reason": str(error)}}
    except SandboxUnavailable as error:
        _close(str(error))
        raise Reject(str(error), requeue=True) from error
    tell("grading.record_trial", trial=trial, token=token, verdict=verdict)


@app.task(name="grader.certify")  # type: ignore[untyped-decorator]
def certify(
    *, run: int, token: str, slug: str, files: dict[str, str], first_seed: int = 0, seeds: int = CERTIFICATION_SEEDS
) -> None:
    """Try a question out against its solutions and the mistakes that apply, and say what was seen."""
    from grader.certify import certify as tried_out

    told = paced(lambda words: tell("bank.record_certification_progress", run=run, token=token, progress=words))
    try:
        told("")
        report = tried_out(read_files(files, slug), grader, range(first_seed, first_seed + seeds), told)
    except QuestionError as error:
        passed, result = False, {"problems": list(error.problems)}
    except SandboxUnavailable as error:
        _close(str(error))
        raise Reject(str(error), requeue=True) from error
    except Exception as error:
        # Whatever it is, the author who waits learns at once that it is no fault of the question.
        tell("bank.record_certification_fault", run=run, token=token, reason=f"the grader failed with {error!r}")
        raise
    else:
        passed, result = report.publishable, report.to_json()
    tell("bank.record_certification", run=run, token=token, passed=passed, result=result)


def paced(told: Callable[[str], None], seconds: float = 1.0) -> Callable[[str], None]:
    """Pass on the first of the words that come, and then no more than one in `seconds`."""
    due = 0.0

    def maybe(words: str) -> None:
        nonlocal due
        if time.monotonic() >= due:
            told(words)
            due = time.monotonic() + seconds

    return maybe


def _close(reason: str) -> None:
    walls.lost(reason)
    if Gate.current is not None:
        Gate.current.turn()


def _decide(request: GradeRequest) -> dict[str, Any]:
    # The sandbox keeps its own clock; should this process hang all the same, it ends, and the lease with it.
    faulthandler.dump_traceback_later(2 * request.limits.total_seconds + 60, exit=True)
    try:
        return grader.grade(request).to_json()
    finally:
        faulthandler.cancel_dump_traceback_later()


def main(argv: Sequence[str]) -> int:
    """Run the worker until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m grader worker", description="Grade what waits in the queues.")
    parser.add_argument("--queues", default=",".join(QUEUES), help="first named goes first (default live,sample,bulk)")
    parser.add_argument("--name", default="grader", help="this worker's name on its machine (default grader)")
    options = parser.parse_args(argv)
    queues = options.queues.split(",")
    problem = _problem(queues)
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    serve(app, name=options.name, queues=queues)
    return 0


def _problem(queues: Sequence[str]) -> str | None:
    unknown = [queue for queue in queues if queue not in QUEUES]
    if unknown:
        return f"--queues: expected some of {', '.join(QUEUES)}, got {', '.join(unknown)}"
    if not os.environ.get("GRADER_BROKER_URL"):
        return (
            "GRADER_BROKER_URL is not set: expected the broker's address, such as redis://grader:PASSWORD@host:6379/0"
        )
    held = [name for name in FOREIGN_SECRETS if name in os.environ]
    if held:
        return f"{', '.join(held)}: not for a grader's environment, which holds the broker's address and nothing else"
    return None
