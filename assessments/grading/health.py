"""Whether answers are being graded: what the operators' page and the load balancer ask."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import Error
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from assessments import broker
from assessments.grading.models import EffectiveScore, GradingRun, Queue, RunState, WorkerReport
from grader.verdict import Outcome

logger = logging.getLogger(__name__)

# Workers report every 15 s; a run that has waited two minutes is one that a candidate asks about.
REPORT_AGE = timedelta(seconds=75)
WAIT_ALLOWED = timedelta(seconds=120)
UNGRADABLE_SHOWN = timedelta(days=1)


def health() -> dict[str, Any]:
    """Say how each part is, in `problems` every reason to be red, and in `warnings` what people must look at."""
    problems: list[str] = []
    warnings: list[str] = []
    broker_ok = broker.waiting("results") is not None
    if not broker_ok:
        problems.append("the broker does not answer: start redis, or look at REDIS_URL")
    try:
        workers, queues, ungradable = _workers(problems), _queues(problems), _ungradable(warnings)
        database_ok = True
    except Error:
        # The page is open to everybody: the driver's words name hosts and users, and go to the log.
        logger.exception("the database does not answer")
        problems.append("the database does not answer: look at the log, and at DATABASE_URL")
        workers, queues, ungradable, database_ok = [], {}, {}, False
    return {
        "status": "red" if problems else "yellow" if warnings else "green",
        "problems": problems,
        "warnings": warnings,
        "database": database_ok,
        "broker": broker_ok,
        "workers": workers,
        "queues": queues,
        "ungradable": ungradable,
    }


def _ungradable(warnings: list[str]) -> dict[str, Any]:
    """Tell of runs that ended by a fault of ours; why they did is for the log and the report, not for an open page."""
    since = timezone.now() - UNGRADABLE_SHOWN
    runs = GradingRun.objects.filter(state=RunState.UNGRADABLE, finished_at__gt=since)
    recent = runs.aggregate(count=Count("pk"), newest=Max("finished_at"))
    standing = EffectiveScore.objects.filter(outcome=Outcome.UNGRADABLE).count()
    if recent["count"]:
        warnings.append(
            f"{recent['count']} runs ended ungradable within a day, the last at {recent['newest']:%H:%M} UTC"
        )
    if standing:
        warnings.append(f"{standing} answers stand without a grade through our fault: grade them again in the report")
    return {"last_day": recent["count"], "newest": recent["newest"], "standing": standing}


def _workers(problems: list[str]) -> list[dict[str, Any]]:
    now = timezone.now()
    reports = list(WorkerReport.objects.filter(reported_at__gt=now - REPORT_AGE).order_by("worker"))
    if not reports:
        problems.append("no grader worker has reported for over a minute: start `python -m grader worker`")
    problems.extend(f"{report.worker} takes no work: {report.message}" for report in reports if not report.healthy)
    return [
        {
            "worker": report.worker,
            "healthy": report.healthy,
            "level": report.level,
            "message": report.message,
            "seconds_ago": round((now - report.reported_at).total_seconds(), 1),
        }
        for report in reports
    ]


def _queues(problems: list[str]) -> dict[str, dict[str, Any]]:
    now = timezone.now()
    waiting, running = Q(state=RunState.QUEUED), Q(state=RunState.RUNNING)
    rows = (
        GradingRun.objects.filter(waiting | running)
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=waiting),
            running=Count("pk", filter=running),
            oldest=Min("queued_at", filter=waiting),
        )
    )
    queues = {queue: {"waiting": 0, "running": 0, "oldest_seconds": 0.0} for queue in Queue.values}
    for row in rows:
        age = (now - row["oldest"]) if row["oldest"] else timedelta(0)
        queues[row["queue"]] = {
            "waiting": row["waiting"],
            "running": row["running"],
            "oldest_seconds": round(age.total_seconds(), 1),
        }
        if age > WAIT_ALLOWED and row["queue"] != Queue.BULK:
            problems.append(f"{row['queue']}: the oldest of {row['waiting']} waiting runs has waited {age.seconds} s")
    return queues
