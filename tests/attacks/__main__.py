"""Every attack, as a command: `python -m tests.attacks` tries them here, `--everywhere` in each way this machine has.

The ways: as who calls it and as a user without privileges, each with the bubblewrap on PATH and with the wheel's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from grader.grading import Grader
from grader.sandbox.mounts import find_bubblewrap, is_privileged
from tests import unprivileged
from tests.attacks.attacks import FILES, name_of, problem

WHEELS_OWN = "/"  # a PATH without any program leaves the wheel's


def here() -> int:
    """Try every attack in this process; tell each that does not end as it must."""
    with Grader() as grader:
        found = {name_of(file): told for file in FILES if (told := problem(grader, file))}
        level = grader.sandboxes.level
    for name, told in found.items():
        print(f"{name}: {told}")
    who = "with privileges" if is_privileged() else "without privileges"
    print(f"{len(FILES) - len(found)} of {len(FILES)} as expected, {who}, {find_bubblewrap()}, {level}")
    return 1 if found else 0


def everywhere() -> int:
    paths = [WHEELS_OWN]
    if found := shutil.which("bwrap"):
        paths.append(str(Path(found).parent))
    failed = 0
    with unprivileged.interpreter() as interpreter:
        for path in paths:
            ours = subprocess.run(
                [sys.executable, "-m", "tests.attacks"], env={**os.environ, "PATH": path}, check=False
            )
            theirs = interpreter.start("-m", "tests.attacks", path=path)
            print(*theirs.communicate(), sep="", end="", flush=True)
            failed += ours.returncode + theirs.returncode
    return min(failed, 1)


if __name__ == "__main__":
    raise SystemExit(everywhere() if sys.argv[1:] == ["--everywhere"] else here())
