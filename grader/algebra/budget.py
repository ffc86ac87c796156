"""Bounds on work: a deadline and a number of steps, looked at wherever the work can grow."""

from __future__ import annotations

import time


class OutOfBudget(Exception):  # noqa: N818 - not an error of the program: the question stays undecided
    """The work would take longer than it may."""


class Budget:
    """A deadline in seconds and a number of steps.

    Parameters
    ----------
    seconds : wall time from now.
    steps : how many times `spend` may be called.
    """

    def __init__(self, seconds: float, steps: int = 400_000) -> None:
        self.deadline = time.monotonic() + seconds
        self.steps = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps from the budget; raises OutOfBudget where none is left."""
        self.steps -= steps
        if self.steps < 0 or time.monotonic() > self.deadline:
            raise OutOfBudget

    def part(self, share: float, steps: int = 400_000) -> Budget:
        """Make a budget with a share of the time that is left."""
        left = max(0.0, self.deadline - time.monotonic())
        return Budget(share * left, steps)
