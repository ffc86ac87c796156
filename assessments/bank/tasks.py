"""What grader workers say of questions, as messages of the queue `results`."""

from __future__ import annotations

import uuid
from typing import Any

from assessments.bank import services
from assessments.celery import app


@app.task(name="bank.record_certification")
def record_certification(*, run: int, token: str, passed: bool, result: dict[str, Any]) -> None:
    services.record_certification(run_id=run, token=uuid.UUID(token), passed=passed, result=result)


@app.task(name="bank.record_certification_progress")
def record_certification_progress(*, run: int, token: str, progress: str) -> None:
    services.record_certification_progress(run_id=run, token=uuid.UUID(token), progress=progress)


@app.task(name="bank.record_certification_fault")
def record_certification_fault(*, run: int, token: str, reason: str) -> None:
    services.record_certification_fault(run_id=run, token=uuid.UUID(token), reason=reason)
