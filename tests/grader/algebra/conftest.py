from __future__ import annotations

import pytest

from grader.algebra import budget


@pytest.fixture
def own_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound decisions by the thread's own time alone: a busy machine's wall clock says nothing about a proof."""
    monkeypatch.setattr(budget, "WALL", 1000.0)
