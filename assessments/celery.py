"""The web side's Celery application: sends requests to graders, records what they answer, sends mail."""

from __future__ import annotations

import os

from django.conf import settings

from grader.celery import connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.settings")

app = connect("assessments", settings.REDIS_URL)
app.set_default()

# A queue's worker knows the tasks of that queue only: graders may write to `results`, and no message of
# theirs shall ever send a mail.
TASK_MODULES = {
    "results": ("assessments.grading.tasks", "assessments.bank.tasks"),
    "outbound": ("assessments.sittings.tasks",),
}
