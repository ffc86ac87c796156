from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.grading.models import WorkerReport


@transaction.atomic
def record_worker_report(
    *, worker: str, healthy: bool, level: str, message: str, walls: Sequence[Mapping[str, Any]]
) -> WorkerReport:
    """Keep the newest word of each worker; the time is ours, whatever the worker's clock says."""
    report, _ = WorkerReport.objects.update_or_create(
        worker=worker[:200],
        defaults={
            "healthy": healthy,
            "level": level[:200],
            "message": message,
            "walls": [dict(wall) for wall in walls],
            "reported_at": timezone.now(),
        },
    )
    return report
