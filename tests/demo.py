"""The real demo as a process: started in a folder of its own, read as a person reads it, stopped with Ctrl-C."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.processes import descendants, still_running
from tests.services import PATIENCE, wait_until

ROOT = Path(__file__).parents[1]
ROLES = ("recruiter", "author", "rater", "owner")


@dataclasses.dataclass(frozen=True, slots=True)
class Demo:
    """What the demo prints: where everyone begins and who logs in how."""

    url: str
    candidate: str
    staff: dict[str, str]
    password: str
    folder: Path
    pid: int

    def let_expire(self, email: str) -> None:
        """Make the last moment to start a past one: nobody can wait a day for it."""
        with (
            contextlib.closing(sqlite3.connect(self.folder / "subgradient.sqlite3", timeout=PATIENCE)) as database,
            database,
        ):
            changed = database.execute(
                "UPDATE sittings_invitation SET expires_at = '2020-01-01 00:00:00' WHERE candidate_id IN "
                "(SELECT candidate_id FROM people_candidateidentity WHERE email = ?)",
                [email],
            )
        assert changed.rowcount == 1, f"nobody with {email} is invited"

    def copy(self, folder: Path) -> Path:
        """Lay the data of a demo that was stopped into `folder`, for the next start there."""
        shutil.copytree(self.folder, folder / "demo")
        return folder

    def output(self) -> str:
        return output_of(self.folder.parent).read_text()


def output_of(folder: Path) -> Path:
    return folder / "output.txt"


@contextlib.contextmanager
def started(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the demo in `folder`/demo, where it writes beside it what it says, and stop it with Ctrl-C."""
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port), "--folder", str(folder / "demo")]
    environment = {"PATH": os.environ["PATH"]}
    with output_of(folder).open("wb") as stdout:
        process = subprocess.Popen(
            command, env=environment, stdout=stdout, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """Run the demo until the block ends; then it must stop by itself, with code 0 and with all that it started."""
    output = output_of(folder)
    with started(folder, free_port()) as process:
        wait_until(
            lambda: "health " in output.read_text() or process.poll() is not None,
            seconds=600,
            what=f"the demo's addresses in {output}",
        )
        assert "(all green)" in output.read_text(), output.read_text()
        try:
            yield read(output.read_text(), folder / "demo", process.pid)
        finally:
            below = descendants(process.pid)
    assert process.returncode == 0, output.read_text()
    assert still_running(below, seconds=PATIENCE) == [], "the demo left processes behind"


def read(printed: str, folder: Path, pid: int) -> Demo:
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
        pid=pid,
    )


def opened(link: str) -> str:
    """Open a link as a browser that was never there, and give the page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link, timeout=PATIENCE) as page:
        return page.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
