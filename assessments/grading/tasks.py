"""What grader workers say, as messages of the queue `results`. Each is checked by run and lease token."""

from __future__ import annotations

import uuid
from typing import Any

from assessments.celery import app
from assessments.grading import services


@app.task(name="grading.started")
def started(*, run: int, token: str) -> None:
    services.record_started(run_id=run, token=uuid.UUID(token))


@app.task(name="grading.record")
def record(*, run: int, token: str, verdict: dict[str, Any]) -> None:
    services.record_verdict(run_id=run, token=uuid.UUID(token), verdict=verdict)


@app.task(name="grading.fault")
def fault(*, run: int, token: str, reason: str) -> None:
    services.record_fault(run_id=run, token=uuid.UUID(token), reason=reason)


@app.task(name="grading.returned")
def returned(*, run: int, token: str) -> None:
    services.record_returned(run_id=run, token=uuid.UUID(token))


@app.task(name="grading.record_trial")
def record_trial(*, trial: int, token: str, verdict: dict[str, Any]) -> None:
    services.record_trial(trial_id=trial, token=uuid.UUID(token), verdict=verdict)


@app.task(name="grading.worker_report")
def worker_report(*, worker: str, healthy: bool, level: str, message: str, walls: list[dict[str, Any]]) -> None:
    services.record_worker_report(worker=worker, healthy=healthy, level=level, message=message, walls=walls)
