"""What runs below a process, and what of it does not go away."""

from __future__ import annotations

from collections.abc import Iterable

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below this one, zombies included; none where it is gone."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def still_running(processes: Iterable[psutil.Process], *, seconds: float) -> list[str]:
    """Give the command of each that has not ended within `seconds`.

    A zombie has ended: whoever inherited it may take its time to reap it.
    """
    _, left = psutil.wait_procs(list(processes), timeout=seconds)
    return [command(process) for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
