from __future__ import annotations

from typing import Any

import pytest

from assessments import broker


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what goes out through the port, in place of a broker's memory."""
    messages: list[dict[str, Any]] = []

    def collect(task: str, *, queue: str, payload: dict[str, Any]) -> None:
        messages.append({**payload, "task": task, "queue": queue})

    monkeypatch.setattr(broker, "send", collect)
    return messages
