"""The second net: a cgroup where the machine gives us one, and no need of it where it does not."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from grader.contract import Limits
from grader.sandbox import Job, Sandbox, cgroups
from grader.sandbox.mounts import PROFILES
from grader.sandbox.submission import Submission

GREEDY = """
def f(x):
    held = []
    while True:
        held.append(bytearray(b"x") * (1 << 26))
"""


def folders_left() -> list[Path]:
    places = {folder for pair in cgroups._places() for folder in pair}
    return [left for place in places for left in place.glob(f"sandbox-{os.getpid()}-*")]


def test_the_level_says_whether_a_cgroup_holds_the_zygote(sandbox: Sandbox) -> None:
    inside = Path(f"/proc/{sandbox.zygote.host_pid}/cgroup").read_text()
    assert ("cgroup" in sandbox.level) == (sandbox.zygote.net is not None) == ("sandbox-" in inside)


def test_nothing_is_left_of_it() -> None:
    before = folders_left()
    with Sandbox() as sandbox:
        sandbox.start()
        assert len(folders_left()) == len(before) + 2 * ("cgroup" in sandbox.level)
    assert folders_left() == before


def test_it_bounds_what_the_limits_of_a_process_would_not() -> None:
    """With the inner wall taken away; where there is no cgroup such a sandbox does not even start."""
    bare = Sandbox(dataclasses.replace(PROFILES["numpy"], without=frozenset({"rlimits"})))
    limits = Limits(case_seconds=20.0, total_seconds=20.0, memory_bytes=384 << 20)
    with bare:
        bare.start_unchecked()
        if bare.zygote.net is None:
            assert "cgroup" not in bare.level
            return
        result = Submission(Job(GREEDY, "f", [(1.0,)], limits)).run(bare.zygote)
    assert result.fault == "memory_limit"
    assert result.outcomes[0].detail == "the kernel ended it for want of memory"


def tree(root: Path, *, own: str, enabled: str) -> None:
    """Write a hierarchy of version 2 as a machine shows it, our process in `own`."""
    leaf = root / own.lstrip("/")
    leaf.mkdir(parents=True)
    for folder in (leaf, leaf.parent):
        (folder / "cgroup.subtree_control").write_text("" if folder == leaf else enabled)


@pytest.mark.parametrize("enabled", ["memory pids", ""])
def test_in_version_2_it_is_made_beside_the_workers_own(
    enabled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, own="/grader.service/worker", enabled=enabled)
    monkeypatch.setattr(cgroups, "_own", lambda: [("", tmp_path / "grader.service/worker")])
    service = tmp_path / "grader.service"
    assert (service, service) in list(cgroups._places())
    assert (service / "cgroup.subtree_control").read_text() == (enabled or "+memory +pids")


def test_a_machine_that_gives_none_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cgroups, "_own", lambda: [("memory", tmp_path / "none"), ("pids", tmp_path / "none")])
    assert cgroups.around(os.getpid()) is None
    with Sandbox() as sandbox:
        sandbox.start()
        assert "cgroup" not in sandbox.level
        assert sandbox.run(Job("def f(x): return x", "f", [(1.0,)])).outcomes[0].value == 1.0
