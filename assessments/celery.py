"""The web side's Celery application: sends requests to graders, records what they answer, sends mail."""

from __future__ import annotations

import os
from typing import Any

from celery import signals
from django.conf import settings
from django.db import connections

from grader.celery import connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.settings")

app = connect("assessments", settings.REDIS_URL)
app.set_default()
# A connection serves many messages; after a failed one it is opened anew, for it may be what failed.
app.conf.update(CELERY_DB_REUSE_MAX=500)


@signals.task_failure.connect  # type: ignore[untyped-decorator]
def close_connections(**_: Any) -> None:
    connections.close_all()


# A queue's worker knows the tasks of that queue only: graders may write to `results`, and no message of
# theirs shall ever send a mail.
TASK_MODULES = {
    "results": ("assessments.grading.tasks", "assessments.bank.tasks"),
    "outbound": ("assessments.sittings.tasks", "assessments.insights.tasks"),
}
