"""What a worker refuses to start with. How it grades, refuses and survives: tests/assessments/grading."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.services import PATIENCE

BROKER = {"GRADER_BROKER_URL": "redis://grader:word@127.0.0.1:1/0"}


def worker(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", "worker", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "arguments", "reason"),
    [
        ({}, (), "GRADER_BROKER_URL is not set: expected the broker's address"),
        (BROKER, ("--queues", "live,results"), "--queues: expected some of live, sample, bulk, got results"),
        ({**BROKER, "DATABASE_URL": "sqlite://"}, (), "DATABASE_URL: not for a grader's environment"),
        ({**BROKER, "SECRET_KEY": "word"}, (), "SECRET_KEY: not for a grader's environment"),
    ],
    ids=["no broker", "a queue of the web side", "a database", "a secret"],
)
def test_a_worker_starts_with_the_brokers_address_and_nothing_else(
    environment: dict[str, str], arguments: tuple[str, ...], reason: str
) -> None:
    ended = worker(environment, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith(reason)


def test_a_worker_never_loads_django_or_a_database_driver() -> None:
    code = "import sys, grader.tasks; print({'django.conf', 'django.db', 'psycopg', 'assessments'} & set(sys.modules))"
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert ended.stdout.strip() == "set()"
