from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.celery import TASK_MODULES, app
from grader.celery import serve


class Command(BaseCommand):
    help = "Consume one queue of the web side: `results` (what graders say) or `outbound` (mail)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", choices=sorted(TASK_MODULES))

    def handle(self, *, queue: str, **_: Any) -> None:
        app.conf.imports = TASK_MODULES[queue]
        serve(app, name=queue, queues=[queue])
