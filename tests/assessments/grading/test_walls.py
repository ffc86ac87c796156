"""A wall that falls under a running worker: the hourly probe finds it, the queues close, health is red meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from assessments import broker
from assessments.grading import services
from grader import tasks
from grader.sandbox import SandboxUnavailable
from grader.sandbox.mounts import find_bubblewrap

pytestmark = pytest.mark.django_db


class Consumer:
    """What a gate needs of Celery's consumer: the queues that are held."""

    hostname = "live@host"

    def __init__(self) -> None:
        names = [SimpleNamespace(name=name) for name in tasks.QUEUES]
        self.app = SimpleNamespace(conf=SimpleNamespace(task_queues=names))
        self.task_consumer = SimpleNamespace(queues=list(names))

    @property
    def held(self) -> list[str]:
        return [queue.name for queue in self.task_consumer.queues]

    def add_task_queue(self, name: str) -> None:
        self.task_consumer.queues.append(SimpleNamespace(name=name))

    def cancel_task_queue(self, name: str) -> None:
        self.task_consumer.queues = [queue for queue in self.task_consumer.queues if queue.name != name]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tasks, "time", clock)
    return clock


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the messages that a worker sends; its reports reach the web side, as the message would."""
    told: list[str] = []

    def tell(message: str, /, **payload: object) -> None:
        told.append(message)
        if message == "grading.worker_report":
            services.record_worker_report(**payload)

    monkeypatch.setattr(tasks, "tell", tell)
    return told


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, clock: Clock, told: list[str]) -> Iterator[tasks.Gate]:
    monkeypatch.setattr(tasks, "walls", tasks.Walls(tasks.grader))
    monkeypatch.setattr(tasks.Gate, "current", None)
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)
    gate = tasks.Gate(Consumer())
    gate.consumer = Consumer()
    yield gate
    tasks.grader.close()


@pytest.fixture
def fell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Put a bubblewrap on PATH that leaves the network namespace out."""

    def fall() -> Path:
        program = tmp_path / "bwrap"
        real = find_bubblewrap()
        program.write_text(
            '#!/bin/bash\nkept=()\nfor each in "$@"; do [ "$each" = --unshare-net ] || kept+=("$each"); done\n'
            f'exec {real} "${{kept[@]}}"\n'
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return program

    return fall


def test_the_probe_is_due_hourly_and_not_before(
    gate: tasks.Gate, clock: Clock, fell: Callable[[], Path], client: Client
) -> None:
    gate.turn()
    assert gate.consumer.held == list(tasks.QUEUES)
    assert client.get("/health/").json()["status"] == "green"

    program = fell()
    clock.now += tasks.PROBE_SECONDS - 1
    gate.turn()
    assert gate.consumer.held == list(tasks.QUEUES)

    clock.now += 1
    gate.turn()
    assert gate.consumer.held == []
    health = client.get("/health/")
    assert health.status_code == 503
    (problem,) = health.json()["problems"]
    assert problem.startswith("live@host takes no work: namespace: network: net namespace ")

    program.unlink()
    clock.now += tasks.PROBE_AGAIN_SECONDS
    gate.turn()
    assert gate.consumer.held == list(tasks.QUEUES)
    assert client.get("/health/").json()["status"] == "green"


def test_a_wall_that_falls_while_grading_closes_the_queues_at_once(
    gate: tasks.Gate, told: list[str], monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    gate.turn()
    monkeypatch.setattr(tasks.Gate, "current", gate)
    monkeypatch.setattr(tasks, "_decide", unavailable)
    with pytest.raises(tasks.Reject):
        tasks.grade(run=1, token="t", request={"version": 1, "kind": "coding", "spec": {}, "answer": "", "seed": 1})
    assert told == ["grading.worker_report", "grading.started", "grading.worker_report", "grading.returned"]
    assert gate.consumer.held == []
    assert client.get("/health/").json()["problems"] == ["live@host takes no work: the network is open"]


def unavailable(request: object) -> None:
    raise SandboxUnavailable("the network is open")
