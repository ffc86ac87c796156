"""The real demo as a process: started in a folder of its own, read as a person reads it, stopped with Ctrl-C."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.processes import descendants, still_running
from tests.services import wait_until

ROOT = Path(__file__).parents[2]
ROLES = ("recruiter", "author", "rater", "owner")


@dataclasses.dataclass(frozen=True, slots=True)
class Demo:
    """What the demo prints: where everyone begins and who logs in how."""

    url: str
    candidate: str
    staff: dict[str, str]
    password: str
    folder: Path

    def let_expire(self, email: str) -> None:
        """Make the last moment to start a past one: nobody can wait a day for it."""
        with contextlib.closing(sqlite3.connect(self.folder / "subgradient.sqlite3", timeout=20)) as database, database:
            changed = database.execute(
                "UPDATE sittings_invitation SET expires_at = '2020-01-01 00:00:00' WHERE candidate_id IN "
                "(SELECT candidate_id FROM people_candidateidentity WHERE email = ?)",
                [email],
            )
        assert changed.rowcount == 1, f"nobody with {email} is invited"


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """Run the demo until the block ends; then it must stop by itself, with code 0 and with all that it started."""
    output = folder / "output.txt"
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(free_port())]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with output.open("w") as stdout:
        process = subprocess.Popen(
            [*command, "--folder", str(folder / "demo")],
            env=environment,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(
            lambda: "health " in output.read_text() or process.poll() is not None,
            seconds=600,
            what=f"the demo's addresses in {output}",
        )
        assert "(all green)" in output.read_text(), output.read_text()
        yield read(output.read_text(), folder / "demo")
    finally:
        started = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=90)
    assert code == 0, output.read_text()
    assert still_running(started, seconds=10) == [], "the demo left processes behind"


def read(printed: str, folder: Path) -> Demo:
    """Find addresses and log-ins in what the demo printed."""

    def word(pattern: str) -> str:
        found = re.search(pattern, printed)
        assert found, f"{pattern} is not in what the demo printed:\n{printed}"
        return found[1]

    return Demo(
        url=word(r"runs at (\S+)/ "),
        candidate=word(r"candidate +(\S+)"),
        staff={role: word(rf"{role} +\S+ +(\S+@\S+)") for role in ROLES},
        password=word(r"password of all four: (\S+)"),
        folder=folder,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
