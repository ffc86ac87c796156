"""Calibrations that nobody asks for: once a day, where there are answers that none has counted."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.insights import selectors
from assessments.insights.models import CalibrationTurn, IrtModel
from assessments.insights.services.requests import request_calibration
from assessments.people.models import Organisation

EVERY = timedelta(days=1)


def schedule_calibrations() -> int:
    """Give each organisation its turn once a day, and ask for a calibration where it has news; say for how many."""
    waiting = selectors.without_turn_since(timezone.now() - EVERY)
    return sum(_take_turn(organisation) for organisation in waiting)


@transaction.atomic
def _take_turn(organisation: Organisation) -> bool:
    # Of several sweepers one moves the date, and the others find it moved. Where the message is lost, the answers
    # are still uncounted at the next turn.
    now = timezone.now()
    turn, is_first = CalibrationTurn.objects.get_or_create(organisation=organisation, defaults={"taken_at": now})
    mine = CalibrationTurn.objects.filter(pk=turn.pk, taken_at__lte=now - EVERY)
    if not (is_first or mine.update(taken_at=now)) or not selectors.has_uncounted_answers(organisation):
        return False
    request_calibration(organisation=organisation, assessment=None, model=IrtModel.TWO_PL, simulated=False, actor=None)
    return True
