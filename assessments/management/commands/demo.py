from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.management.demo import Problem, Site


class Command(BaseCommand):
    help = "Run the whole of Subgradient on this machine until Ctrl-C: nothing to install, nothing left running."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--port", type=int, default=port, help="of 127.0.0.1 (default 8000, or PORT)")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / ".demo", help=argparse.SUPPRESS)

    def handle(self, *, port: int, folder: Path, **_: Any) -> None:
        try:
            Site(folder, port, say=self._say).run()
        except Problem as problem:
            raise CommandError(str(problem)) from problem

    def _say(self, line: str) -> None:
        # At once, also into a pipe or a file: whoever waits for the addresses sees them when they are good.
        self.stdout.write(line)
        self.stdout.flush()
