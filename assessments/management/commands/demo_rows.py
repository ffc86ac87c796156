from __future__ import annotations

import dataclasses
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.management.demo_rows import lay


class Command(BaseCommand):
    help = "Make the demo's organisation, staff, assessments and invitation, and print them as JSON; for `demo`."

    def handle(self, **_: Any) -> None:
        if not settings.DEMO:
            raise CommandError("these rows have passwords that anybody knows: they are made under DEMO=1 only")
        self.stdout.write(json.dumps(dataclasses.asdict(lay())))
