"""What grader workers say of questions, as messages of the queue `results`."""

from __future__ import annotations

import uuid
from typing import Any

from assessments.bank import services
from assessments.celery import app


@app.task(name="bank.record_certification")
def record_certification(*, run: int, token: str, passed: bool, result: dict[str, Any]) -> None:
    services.record_certification(run_id=run, token=uuid.UUID(token), passed=passed, result=result)
