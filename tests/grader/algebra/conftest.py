from __future__ import annotations

import pytest

from grader.algebra import budget


@pytest.fixture
def own_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound decisions by the thread's own time alone: a busy machine's wall clock says nothing about a proof."""
    started = budget.Budget.__init__

    def patient(self: budget.Budget, seconds: float, steps: int = 400_000) -> None:
        started(self, seconds, steps)
        self.wall_deadline += 1000.0

    monkeypatch.setattr(budget.Budget, "__init__", patient)
