"""Programs of one machine, kept running while their keeper does. A server has systemd; the demo has this file."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
RESTART_SECONDS = 1.0
STOP_SECONDS = 15.0


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Keeper:
    """Starts programs, starts again what dies, and leaves nothing behind.

    Not honcho: it ends all programs when one dies, and here a killed grader shall come back, as in production.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, tuple[Program, subprocess.Popen[bytes], float]] = {}

    def start(self, program: Program) -> None:
        with self.log(program.name).open("ab") as log:
            process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C comes to the keeper alone, which then stops the others in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  (one thread, and the child only makes a system call)
            )
        self._running[program.name] = (program, process, time.monotonic())

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def tend(self) -> list[str]:
        """Start again what died, each at most once a second; say which."""
        again = []
        for name, (program, process, since) in list(self._running.items()):
            if process.poll() is not None and time.monotonic() - since > RESTART_SECONDS:
                self.start(program)
                again.append(f"{name} ended with {process.returncode} and was started again")
        return again

    def stop(self) -> None:
        """Stop all together, and last the one started first, on which the others stand; kill what does not end."""
        processes = [process for _, process, _ in self._running.values()]
        self._running.clear()
        for group in (processes[1:], processes[:1]):
            for process in group:
                process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for process in group:
                _end(process, deadline)


def _end(process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    # What it started and did not end itself.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
