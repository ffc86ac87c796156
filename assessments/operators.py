"""E-mail to those who run this site (ADMINS), when something is logged as an error."""

from __future__ import annotations

import logging
import time

from django.utils import log

QUIET_SECONDS = 600


class AdminEmailHandler(log.AdminEmailHandler):
    """Django's handler, which mails every record, held to one mail in ten minutes for each place in the code.

    A broken question ends a thousand runs alike: the first is told, the others stand in the log and on the health page.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[tuple[str, int, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        # All refused and failed pages are logged by one line of Django's, each with its status.
        place, now = (record.pathname, record.lineno, getattr(record, "status_code", 0)), time.monotonic()
        if now - self.told.get(place, -QUIET_SECONDS) >= QUIET_SECONDS:
            self.told[place] = now
            super().emit(record)
