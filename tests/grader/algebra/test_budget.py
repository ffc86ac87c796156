"""The time of a check: seconds by the clock on the wall, and a share of them that the thread itself may work."""

import time

import pytest

from grader.algebra import budget
from grader.algebra.budget import OWN, Budget, OutOfBudget
from grader.kinds.derivation import steps

SECONDS = 0.05


def exhaust(work, clock):
    """Spend until nothing is left; give the seconds that this took by a clock."""
    started = clock()
    with pytest.raises(OutOfBudget):
        spend_forever(work)
    return clock() - started


def spend_forever(work):
    while True:
        work.spend()


def test_a_check_works_its_share_of_the_seconds_and_not_much_more():
    assert exhaust(Budget(SECONDS, steps=10**9), time.thread_time) < 2 * OWN * SECONDS


def test_a_thread_that_gets_no_time_of_its_own_ends_by_the_wall(monkeypatch):
    monkeypatch.setattr(budget.time, "thread_time", lambda: 0.0)
    assert exhaust(Budget(SECONDS, steps=10**9), time.monotonic) >= SECONDS * 0.99


def test_steps_end_a_check_however_fast_they_are():
    assert exhaust(Budget(60.0, steps=100), time.monotonic) < 60.0


def test_a_part_of_a_budget_never_outlives_it():
    work = Budget(SECONDS, steps=10**9)
    part = work.part(0.5)
    assert part.wall_deadline <= work.wall_deadline
    exhaust(work, time.monotonic)
    exhaust(work.part(1.0), time.monotonic)


def test_the_sandbox_waits_for_a_derivation_until_its_budget_has_ended():
    assert steps.ASK_SECONDS > steps.SECONDS
