"""Bounds on work: a deadline and a number of steps, looked at wherever the work can grow."""

from __future__ import annotations

import time

WALL = 2.0
CHECKED_EVERY = 10


class OutOfBudget(Exception):  # noqa: N818 - not an error of the program: the question stays undecided
    """The work would take longer than it may."""


class Budget:
    """Seconds of this thread's own time, and a number of steps.

    On a busy machine the thread gets a part of the wall time only: the decision is the same there, and no more than
    twice the seconds pass by the clock on the wall.

    Parameters
    ----------
    seconds : time from now.
    steps : how many times `spend` may be called.
    """

    def __init__(self, seconds: float, steps: int = 400_000) -> None:
        self.deadline = time.thread_time() + seconds
        self.wall_deadline = time.monotonic() + WALL * seconds
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
        left = min(self.deadline - time.thread_time(), (self.wall_deadline - time.monotonic()) / WALL)
        return Budget(share * max(0.0, left), steps)
