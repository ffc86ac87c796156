"""The warm parent: imports once, then makes children ahead of their jobs. Runs inside.

It never sees a job's bytes (the next child would inherit them) and never runs a candidate's code: a child's socket goes
straight to the worker, over the control socket.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
from typing import Any, Final, NoReturn

from . import child, landlock, limits, syscalls

# Both directions of the control socket, one message a packet. Out: what, pid, wait status, CPU seconds, peak KiB.
REPORT: Final = struct.Struct("<ciidq")
COMMAND: Final = struct.Struct("<ci")
MAKE, KILL, MADE, REAPED = b"M", b"K", b"M", b"R"

_CAPABILITY_VERSION_3: Final = 0x20080522
ENVIRONMENT: Final = ("OPENBLAS_NUM_THREADS", "PYTHONHASHSEED")


def main(descriptor: int, settings: dict[str, Any]) -> None:
    """Get warm, say so, and serve until the worker hangs up.

    `settings`: modules to preload, whether children rehearse, and walls to leave out (for tests of the probe only).
    """
    for name in [name for name in os.environ if name not in ENVIRONMENT]:
        del os.environ[name]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    limits.close_all_but(0, 1, 2, descriptor)
    _drop_inheritable_capabilities()
    control = socket.socket(fileno=descriptor)
    for name in settings["preload"]:
        warm = getattr(importlib.import_module(name), "warm", None)
        if warm is not None:
            warm()
    missing = settings["without"]
    seccomp = None if "seccomp" in missing else syscalls.filter_for_this_machine()
    version = 0 if "landlock" in missing else landlock.restrict()
    if settings["rehearse"]:
        child.rehearse()
    gc.collect()
    gc.freeze()
    gc.disable()
    control.send(json.dumps({"landlock": version, "pid": os.getpid(), "uid": os.getuid()}).encode())
    _Zygote(control, seccomp, bounded="rlimits" not in missing, rehearsed=settings["rehearse"]).serve()


def _drop_inheritable_capabilities() -> None:
    """Leave the set that changing the user does not empty; bubblewrap fills it with what it was told to keep."""
    header, nothing = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")


class _Zygote:
    def __init__(
        self, control: socket.socket, seccomp: syscalls.Filter | None, *, bounded: bool, rehearsed: bool
    ) -> None:
        self._control = control
        self._seccomp = seccomp
        self._bounded = bounded
        self._rehearsed = rehearsed
        self._children: dict[int, int] = {}  # pidfd → pid

    def serve(self) -> NoReturn:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor in self._children:
                    poll.unregister(descriptor)
                    self._reap(descriptor)
                    continue
                command = self._control.recv(COMMAND.size)
                if not command:
                    os._exit(0)  # at once: nothing here is worth an orderly end, and the namespace goes with it
                what, pid = COMMAND.unpack(command)
                if what == MAKE:
                    poll.register(self._make(), select.POLLIN)
                elif what == KILL and pid in self._children.values():
                    os.kill(pid, signal.SIGKILL)

    def _make(self) -> int:
        inner, outer = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            child.serve(inner.fileno(), self._seccomp, bounded=self._bounded, rehearsed=self._rehearsed)
        descriptor = os.pidfd_open(pid)
        self._children[descriptor] = pid
        socket.send_fds(self._control, [REPORT.pack(MADE, pid, 0, 0.0, 0)], [outer.fileno()])
        inner.close()
        outer.close()
        return descriptor

    def _reap(self, descriptor: int) -> None:
        pid, status, usage = os.wait4(self._children.pop(descriptor), 0)
        os.close(descriptor)
        self._control.send(REPORT.pack(REAPED, pid, status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
