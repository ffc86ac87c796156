"""Tries every wall of a sandbox with a real attack, from both sides. Runs outside; the attacks run inside.

The kernel's own account of the zygote (namespaces, capabilities, identity, mounts) is read from /proc; then code of the
kind that candidates could send tries to get out, between a right and a wrong submission as controls.
"""

from __future__ import annotations

import dataclasses
import os
import re
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.contract import Limits
from grader.sandbox.jobs import Job, JobResult, SandboxUnavailable, Wall
from grader.sandbox.mounts import NOBODY, PROFILES, Profile, is_only_user, mount_points
from grader.sandbox.submission import Submission

if TYPE_CHECKING:
    from grader.sandbox.client import Sandbox
    from grader.sandbox.process import Zygote

ATTACKS: Final = Path(__file__).with_name("attacks_of_probe.py")
_NAMESPACES: Final = {
    "pid": "processes",
    "net": "network",
    "ipc": "ipc",
    "uts": "hostname",
    "cgroup": "cgroup",
    "mnt": "mounts",
}
_REBUILD: Final = "The sandbox was built without it: report this with the output of `python -m grader probe`"
_KERNEL: Final = "The kernel must have been built with CONFIG_SECCOMP_FILTER: run on a distribution's standard kernel"
_LIMITS: Final = Limits(case_seconds=2.0, total_seconds=6.0, memory_bytes=512 << 20, output_bytes=1 << 16)

_CONTROLS: Final = (
    ("right submission", "def f(x):\n    return 2.0 * x\n", ("ok", 6.0)),
    ("wrong submission", "def f(x):\n    return 2.0 + x\n", ("ok", 5.0)),
    ("memory", "def f(x):\n    return len(bytearray(1 << 40))\n", ("memory_limit", None)),
    (
        "gradual memory",
        "def f(x):\n    x = []\n    while True:\n        x.append(bytes(1 << 24))\n",
        ("memory_limit", None),
    ),
    ("output", "def f(x):\n    while True:\n        print('x' * 4096)\n", ("output_limit", None)),
)
_STUBBORN: Final = """
def f(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def probe(profile: str | Profile = "numpy") -> list[Wall]:
    """Try every wall of a fresh sandbox, the wall clock included.

    Returns
    -------
    list of Wall
        one row a wall, with what was found and the exact fix for one that does not stand. A sandbox that does not
        even start is one row.
    """
    from grader.sandbox.client import Sandbox

    with Sandbox(profile) as sandbox:
        return sandbox.probe()


def tried(sandbox: Sandbox) -> list[Wall]:
    """Start a sandbox and try every wall of it."""
    try:
        sandbox.start_unchecked()
        return [*walls(sandbox), _clock(sandbox)]
    except SandboxUnavailable as error:
        cause, _, fix = str(error).partition("Fix: ")
        return [Wall("start", stands=False, detail=cause.strip(), fix=fix)]


def walls(sandbox: Sandbox) -> list[Wall]:
    """Every wall that can be tried within milliseconds; a started worker tries these before it takes any work."""
    return [
        *_as_the_kernel_says(sandbox.zygote.host_pid),
        *_mounts(sandbox),
        *_as_attacks_find(sandbox),
        *_controls(sandbox),
    ]


def level_of(zygote: Zygote) -> str:
    """Name the walls in one line, for a verdict's provenance."""
    version = zygote.facts["landlock"]
    further = [f"landlock {version}"] if version else []
    return ", ".join(["bwrap+seccomp+rlimits", *further, *(["cgroup"] if zygote.net is not None else [])])


def _as_the_kernel_says(pid: int) -> Iterator[Wall]:
    for name, what in _NAMESPACES.items():
        ours, theirs = (str(Path(f"/proc/{each}/ns/{name}").readlink()) for each in ("self", pid))
        detail = f"{name} namespace {theirs}, the worker's is {ours}"
        yield Wall(f"namespace: {what}", ours != theirs, detail, _REBUILD)
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    fields = dict(re.findall(r"^(\w+):\s*(.*)$", status, re.MULTILINE))
    held = {name: int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")}
    yield Wall("capabilities", not any(held.values()), f"held: {held}", _REBUILD)
    uids = {int(each) for each in (*fields["Uid"].split(), *fields["Gid"].split())}
    # The root of a user namespace that holds nobody else is an ordinary user outside of it, as in any rootless sandbox.
    left = 0 not in uids or is_only_user()
    yield Wall("identity", left, f"runs as {uids}; with privileges it would leave root for {NOBODY}", _REBUILD)
    yield Wall("no_new_privs", fields["NoNewPrivs"] == "1", f"NoNewPrivs is {fields['NoNewPrivs']}", _REBUILD)


def _mounts(sandbox: Sandbox) -> Iterator[Wall]:
    """Hold the zygote's mount table against the plan: what is not planned is a hole."""
    table = Path(f"/proc/{sandbox.zygote.host_pid}/mountinfo").read_text("utf-8")
    rows = [(fields[4], set(fields[5].split(","))) for fields in map(str.split, table.splitlines())]
    strange = sorted({point for point, _ in rows} - mount_points(PROFILES[sandbox.profile.name]) - {"/"})
    yield Wall("files: nothing but the plan", not strange, f"mounted besides: {strange or 'nothing'}", _REBUILD)
    writable = sorted(point for point, options in rows if "ro" not in options)
    yield Wall("files: read-only", not writable, f"writable: {writable or 'nothing'}", _REBUILD)


def _as_attacks_find(sandbox: Sandbox) -> Iterator[Wall]:
    """Send in code that attacks, and hold what it reports against what must be."""
    token = secrets.token_hex(16)
    with (
        tempfile.NamedTemporaryFile("w", prefix="canary-") as canary,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        canary.write(token)
        canary.flush()
        Path(canary.name).chmod(0o644)
        source = ATTACKS.read_text("utf-8")
        target = (canary.name, token, listener.getsockname()[1], os.getpid())
        result = _run(sandbox, Job(source, "attack", [target], _LIMITS))
    found = result.outcomes[0].value if result.outcomes and result.outcomes[0].status == "ok" else None
    if not isinstance(found, dict):
        yield Wall("attacks", stands=False, detail=f"the attacks could not be tried: {result}", fix=_REBUILD)
        return
    for name, detail in found.items():
        yield Wall(f"attack: {name}", detail.startswith("refused"), detail, _KERNEL if name == "seccomp" else _REBUILD)


def _controls(sandbox: Sandbox) -> Iterator[Wall]:
    """Try what must come out right and what must come out wrong; else nothing that was found means anything."""
    for name, source, expected in _CONTROLS:
        yield _expecting(sandbox, name, source, expected, _LIMITS)


def _clock(sandbox: Sandbox) -> Wall:
    limits = dataclasses.replace(_LIMITS, case_seconds=0.1)
    return _expecting(sandbox, "wall clock", _STUBBORN, ("time_limit", None), limits)


def _expecting(sandbox: Sandbox, name: str, source: str, expected: tuple[str, object], limits: Limits) -> Wall:
    result = _run(sandbox, Job(source, "f", [(3.0,)], limits))
    outcome = result.outcomes[0] if result.outcomes else None
    came = (outcome.status, outcome.value) if outcome else ("rejected", result.rejected)
    return Wall(f"control: {name}", came == expected, f"expected {expected}, got {came}", _REBUILD)


def _run(sandbox: Sandbox, job: Job) -> JobResult:
    return Submission(job).run(sandbox.zygote)
