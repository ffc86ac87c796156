"""A cgroup around a zygote and its children: a second net under their own limits, where this process may make one.

Version 2 wants a subtree that is the worker's own, with the worker in a leaf of it: with systemd `Delegate=yes` and
`DelegateSubgroup=worker`. In version 1, as root, a folder below the worker's own is enough. Runs outside.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PREFIX: Final = "sandbox-"
_PROCESSES: Final = 64
# Beside the child at work one is made ahead and one may be dying; the zygote's own pages are the rest.
_CHILDREN: Final = 2
_REST_BYTES: Final = 512 << 20
_REMOVE_SECONDS: Final = 1.0
_numbers = itertools.count()


class Net:
    """One cgroup of that name in each hierarchy that bounds something."""

    def __init__(self, memory: Path, pids: Path) -> None:
        self._folders = list(dict.fromkeys((memory, pids)))
        self._limit = next(
            memory / name for name in ("memory.max", "memory.limit_in_bytes") if (memory / name).exists()
        )
        self._allowed = 0

    def allow(self, memory_bytes: int) -> None:
        """Let each child use so much; what an earlier job was allowed stays allowed."""
        if memory_bytes > self._allowed:
            self._allowed = memory_bytes
            self._limit.write_text(str(_CHILDREN * memory_bytes + _REST_BYTES), "ascii")

    def remove(self) -> None:
        """Give it back once the last process has left it; one that stays is swept by the next worker."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        while any(map(_is_busy, self._folders)) and time.monotonic() < deadline:
            os.sched_yield()


def around(pid: int) -> Net | None:
    """Make a cgroup beside or below this process's own and move a process in; what it makes from now on is born there.

    Returns None where the machine does not let us.
    """
    name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    for memory, pids in _places():
        folders = dict.fromkeys((memory / name, pids / name))
        try:
            for folder in folders:
                folder.mkdir()
                (folder / "cgroup.procs").write_text(str(pid), "ascii")
            (pids / name / "pids.max").write_text(str(_PROCESSES), "ascii")
            return Net(memory / name, pids / name)
        except (OSError, StopIteration):
            any(map(_is_busy, folders))
    return None


def _is_busy(folder: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        try:
            folder.rmdir()
        except OSError:
            return True
    return False


def _places() -> Iterator[tuple[Path, Path]]:
    """Yield pairs of folders for the controllers of memory and processes, in which a cgroup might be made."""
    own = dict(_own())
    for folder in (own[""], own[""].parent) if "" in own else ():
        with contextlib.suppress(OSError):
            if not {"memory", "pids"} <= set((folder / "cgroup.subtree_control").read_text("ascii").split()):
                (folder / "cgroup.subtree_control").write_text("+memory +pids", "ascii")
            _sweep(folder)
            yield folder, folder
    if {"memory", "pids"} <= own.keys():
        for name in ("memory", "pids"):
            _sweep(own[name])
        yield own["memory"], own["pids"]


def _own() -> Iterator[tuple[str, Path]]:
    """Yield each controller of version 1 with this process's folder; version 2's hierarchy has no name."""
    mounted = {}
    for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split()[:3]
        if kind.startswith("cgroup"):
            root, point = before.split()[3:5]
            for controller in [""] if kind == "cgroup2" else options.split(","):
                mounted[controller] = (root, point)
    for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            if controller in mounted:
                root, point = mounted[controller]
                yield controller, Path(point, os.path.relpath(path, root))


def _sweep(folder: Path) -> None:
    """Remove what a worker that was killed has left: the kernel keeps a cgroup that is in use."""
    for left in folder.glob(f"{_PREFIX}*"):
        _is_busy(left)
