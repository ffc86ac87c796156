# ruff: noqa: BLE001, PTH108, PTH123, PTH208, S108, S606, SIM115
"""What the probe sends in as if a candidate had: tries to get out, and reports each try as "refused: …" or "DONE: …".

Runs inside the sandbox alone, where seccomp, limits and mounts must refuse every one.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER = 0x10000000
PTRACE_ATTACH = 16


def attack(canary: str, token: str, port: int, worker: int) -> dict[str, str]:
    tries: dict[str, Callable[[], object]] = {
        "read a file of the worker's": lambda: token in open(canary).read(),
        "read /etc/passwd": lambda: open("/etc/passwd").read(),
        "read /proc": lambda: os.listdir("/proc"),
        "connect to a listener": lambda: socket.create_connection(("127.0.0.1", port), timeout=1),
        "make a Unix socket": lambda: socket.socket(socket.AF_UNIX),
        "signal the worker": lambda: os.kill(worker, 0),
        "signal the zygote": lambda: os.kill(os.getppid(), 0),
        "fork": fork,
        "execute a program": lambda: os.execv("/python/bin/python3", ["python3"]),
        "make a user namespace": lambda: checked(LIBC.unshare(CLONE_NEWUSER)),
        "trace a process": lambda: checked(LIBC.ptrace(PTRACE_ATTACH, os.getppid(), 0, 0)),
        "make a file in memory": lambda: os.memfd_create("x"),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_CPU, (-1, -1)),
        "write to a standard descriptor": lambda: os.write(1, b"x"),
    }
    for folder in ("/", "/tmp", "/dev/shm", "/python", "/packages", "/inside", "/var/tmp"):
        tries[f"write in {folder}"] = lambda folder=folder: write(folder)  # type: ignore[misc]
    return {name: outcome(one) for name, one in tries.items()}


def outcome(one: Callable[[], object]) -> str:
    try:
        result = one()
    except Exception as error:
        return f"refused: {type(error).__name__}: {error}"
    return f"DONE: {str(result)[:80]}"


def checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def write(folder: str) -> str:
    path = f"{folder}/written-by-the-probe"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)
    os.unlink(path)
    return path


def fork() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid
