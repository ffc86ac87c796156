from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections

from assessments.bank import services as bank
from assessments.grading import services as grading
from assessments.insights import services as insights
from assessments.sittings.services import attempts, invitations, submissions

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Close sittings that are over, send again what was lost, calibrate daily; every GRADING_SWEEP_SECONDS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="sweep once")

    def handle(self, *, once: bool, **_: Any) -> None:
        if once:
            sweep()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(settings.GRADING_SWEEP_SECONDS):
            sweep()


def sweep() -> None:
    """Sweep; a database that is away for a while ends nothing."""
    close_old_connections()
    try:
        closed = attempts.close_overdue()
        swept = grading.sweep()
        certifications = bank.send_lost_certifications()
        released = submissions.release_postponed()
        mails = invitations.send_lost()
        calibrations = insights.schedule_calibrations()
    except Error:
        logger.exception("this sweep failed; the next one tries again")
        return
    if closed or released or mails or certifications or swept.lost_workers or swept.lost_messages:
        words = "closed %s sittings; released %s postponed gradings; sent %s mails and %s certifications again; %s"
        logger.warning(words, closed, released, mails, certifications, swept)
    if calibrations:
        logger.info("asked for calibrations of %s organisations with new answers", calibrations)
