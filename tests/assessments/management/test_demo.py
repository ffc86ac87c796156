"""The demo as a person has it: one command, printed addresses, Ctrl-C, and the same data at the next start."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.processes import command, descendants, still_running
from tests.services import wait_until

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def demo(folder: Path, port: int, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    start = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port), "--folder", str(folder)]
    with output.open("wb") as out:
        process = subprocess.Popen(
            start, env={"PATH": os.environ["PATH"]}, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def said(output: Path, pattern: str, seconds: float, process: subprocess.Popen[bytes]) -> re.Match[str]:
    def seen() -> re.Match[str] | None:
        assert process.poll() is None, output.read_text()
        return re.search(pattern, output.read_text())

    wait_until(seen, seconds=seconds, what=f"the demo to say {pattern}")
    return re.search(pattern, output.read_text())


def test_the_demo_starts_green_survives_a_killed_grader_and_leaves_nothing_running(tmp_path: Path) -> None:
    output, port = tmp_path / "output", free_port()
    with demo(tmp_path / "demo", port, output) as process:
        said(output, "all green", 600, process)
        link = said(output, r"candidate +(\S+)", 5, process)[1]
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(link, timeout=10) as page:
            assert "Example Labs" in page.read().decode()

        with demo(tmp_path / "demo", free_port(), tmp_path / "second") as second:
            assert second.wait(timeout=30) == 1
        assert "a demo already runs from" in (tmp_path / "second").read_text()

        grader = next(below for below in descendants(process.pid) if "--name live" in command(below))
        grader.kill()
        said(output, "grader-live ended with -9 and was started again", 20, process)
        below = descendants(process.pid)
        assert len(below) >= 7
    assert process.returncode == 0
    assert still_running(below, seconds=10) == []

    again = free_port()
    with demo(tmp_path / "demo", again, tmp_path / "again") as process:
        said(tmp_path / "again", "all green", 90, process)
        # The invitation is the same, on the new port.
        assert said(tmp_path / "again", r"candidate +(\S+)", 5, process)[1] == link.replace(str(port), str(again))


def test_a_port_that_is_taken_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with demo(tmp_path / "demo", port, tmp_path / "output") as process:
            assert process.wait(timeout=30) == 1
    told = (tmp_path / "output").read_text()
    assert f"port {port} of 127.0.0.1 cannot be had" in told
    assert f"PORT={port + 1} make demo" in told
