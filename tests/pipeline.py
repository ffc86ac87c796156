"""The grading pipeline as real processes, each of which a test may kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from assessments.management import redis_server
from tests.services import BROKER_FOLDER, BROKER_SOCKET, BROKER_URL, GRADER_BROKER_URL, PATIENCE, wait_until

ROOT = Path(__file__).parents[1]
LEASE_SECONDS = 3
PASSWORDS = {"web": "web-password", "grader": "grader-password"}


class Pipeline:
    """Redis, the worker of `results`, the sweeper and a grader, on the database that `database_url` names."""

    def __init__(self, database_url: str, **environment: str) -> None:
        self.web = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "tests-sign-nothing-that-lasts",
            "DATABASE_URL": database_url,
            "REDIS_URL": BROKER_URL,
            "GRADING_LEASE_SECONDS": str(LEASE_SECONDS),
            "GRADING_SWEEP_SECONDS": "1",
            **environment,
        }
        self.grader = {"PATH": os.environ["PATH"], "GRADER_BROKER_URL": GRADER_BROKER_URL}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        BROKER_FOLDER.mkdir(mode=0o700, exist_ok=True)
        (BROKER_FOLDER / "redis.conf").write_text(redis_server.configuration(BROKER_SOCKET, PASSWORDS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in ("sweeper", "grader", "results", "redis"):
            self.stop(name)
        shutil.rmtree(BROKER_FOLDER)

    def start(self, *names: str) -> None:
        for name in names:
            command, environment = self._command(name)
            with (BROKER_FOLDER / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
                )
            if name == "redis":
                wait_until(redis_answers, what="redis of the pipeline")

    def kill(self, name: str) -> None:
        """End a process as an accident would."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=PATIENCE)

    def stop(self, name: str) -> int | None:
        """Ask a process to end and wait until it has."""
        process = self.running.pop(name, None)
        if process is None:
            return None
        process.terminate()
        return process.wait(timeout=PATIENCE)

    def logs(self) -> str:
        """The last words of each process."""
        logs = sorted(BROKER_FOLDER.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}" for log in logs)

    def _command(self, name: str) -> tuple[list[str], dict[str, str]]:
        manage = [sys.executable, str(ROOT / "manage.py")]
        return {
            "redis": ([redis_server.binary(), str(BROKER_FOLDER / "redis.conf")], {}),
            "results": ([*manage, "work", "results"], self.web),
            "sweeper": ([*manage, "sweep"], self.web),
            "grader": ([sys.executable, "-m", "grader", "worker"], self.grader),
        }[name]


def broker(user: str = "web") -> redis.Redis:
    """Connect to the pipeline's redis as one of its users."""
    return redis.Redis(unix_socket_path=str(BROKER_SOCKET), username=user, password=PASSWORDS[user])


def redis_answers() -> bool:
    try:
        with broker() as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
