"""Calibrations by themselves: once a day, where real answers are in that none has counted, by one sweeper."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from assessments.bank.selectors import observed_facilities
from assessments.insights import selectors, services
from assessments.insights.models import Calibration
from assessments.insights.tasks import calibrate
from assessments.management.commands.sweep import sweep
from assessments.people.models import AuditEvent
from tests.assessments.insights.conftest import answered, draws, frozen, sat
from tests.factories import OrganisationFactory
from tests.races import CROWD, at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1, seconds=1)


def worker(messages: list[dict]) -> None:
    """Do what was sent."""
    while messages:
        calibrate(**{name: value for name, value in messages.pop().items() if name not in {"task", "queue"}})


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_asks_once_a_day_while_there_are_answers_that_none_has_counted(organisation, sent) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sweep()
        sweep()
        (message,) = sent
        assert (message["task"], message["queue"]) == ("insights.calibrate", "outbound")
        assert (message["organisation"], message["model"], message["simulated"]) == (organisation.pk, "2pl", False)
        worker(sent)
        (asked,) = [draw.question.versions.get().pk for draw in draws(version)]
        assert observed_facilities([asked]) == {asked: (1.0, 1)}

        clock.shift(DAY)
        assert services.schedule_calibrations() == 0, "nothing is new"
        second = sat(version, 0)
        assert services.schedule_calibrations() == 0, "its turn is tomorrow"
        clock.shift(DAY)
        assert services.schedule_calibrations() == 1
        worker(sent)
        assert observed_facilities([asked]) == {asked: (0.5, 2)}

        clock.shift(DAY)
        answered(second.items.get(), 1)
        assert services.schedule_calibrations() == 1, "a changed score is new too"
    assert AuditEvent.objects.filter(verb="calibration.requested", actor=None).count() == 3


def test_a_message_that_was_lost_is_sent_again_at_the_next_turn(organisation, sent) -> None:
    sat(frozen(organisation, "numeric"), 1)
    assert services.schedule_calibrations() == 1
    with time_machine.travel(timezone.now() + DAY, tick=False):
        assert services.schedule_calibrations() == 1
    assert (len(sent), Calibration.objects.count()) == (2, 0)


def test_neither_practice_nor_simulation_nor_another_ones_answers_are_news(organisation, sent) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1, simulated=True)
    practice = sat(version, 1)
    practice.is_practice = True
    practice.save()
    assert services.schedule_calibrations() == 0
    other = OrganisationFactory()
    sat(frozen(other, "numeric"), 1)
    assert [selectors.has_uncounted_answers(row) for row in (organisation, other)] == [False, True]


def test_the_library_counts_everybodys_answers(organisation) -> None:
    library = OrganisationFactory(is_library=True)
    sat(frozen(organisation, "numeric"), 1)
    assert selectors.has_uncounted_answers(library)


@pytest.mark.django_db(transaction=True)
def test_of_several_sweepers_at_once_one_asks(organisation, sent) -> None:
    sat(frozen(organisation, "numeric"), 1)
    assert sorted(at_once(lambda _: services.schedule_calibrations())) == [0] * (CROWD - 1) + [1]
    with time_machine.travel(timezone.now() + DAY, tick=False):
        assert sorted(at_once(lambda _: services.schedule_calibrations())) == [0] * (CROWD - 1) + [1]
    assert len(sent) == 2
