"""Bounds on work: a deadline and a number of steps, looked at wherever the work can grow."""

from __future__ import annotations

import time

# A thread's own time is that much of the time by the clock on the wall.
OWN = 0.6
CHECKED_EVERY = 10


class OutOfBudget(Exception):  # noqa: N818 - not an error of the program: the question stays undecided
    """The work would take longer than it may."""


class Budget:
    """Seconds by the clock on the wall, of which the thread itself may work a share, and a number of steps.

    A busy machine gives the thread a part of the wall time only: as long as that part is not below the share, the
    decision is the same there as on a free one.

    Parameters
    ----------
    seconds : time from now by the clock on the wall.
    steps : how many times `spend` may be called.
    """

    def __init__(self, seconds: float, steps: int = 400_000) -> None:
        self.deadline = time.thread_time() + OWN * seconds
        self.wall_deadline = time.monotonic() + seconds
        self.steps = steps
        self.unchecked = CHECKED_EVERY

    def spend(self, steps: int = 1) -> None:
        """Take steps from the budget; raises OutOfBudget where none is left."""
        self.steps -= steps
        self.unchecked += steps
        if self.steps < 0 or (self.unchecked >= CHECKED_EVERY and self._late()):
            raise OutOfBudget

    def _late(self) -> bool:
        # The clocks cost more than a step does.
        self.unchecked = 0
        return time.thread_time() > self.deadline or time.monotonic() > self.wall_deadline

    def part(self, share: float, steps: int = 400_000) -> Budget:
        """Make a budget with a share of the time that is left."""
        left = min((self.deadline - time.thread_time()) / OWN, self.wall_deadline - time.monotonic())
        return Budget(share * max(0.0, left), steps)
