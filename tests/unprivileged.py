"""Python as a user without privileges sees it: as whoever runs the tests, or as nobody where that is root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.sandbox.mounts import is_privileged

ROOT = Path(__file__).parents[1]
NOBODY = 65534


class Interpreter:
    """An interpreter with a copy of the checkout, in a folder that every user may enter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("grader", "lossref", "tests"):
            ignored = shutil.ignore_patterns("__pycache__", "screenshots")
            shutil.copytree(ROOT / name, folder / "checkout" / name, ignore=ignored)

    def start(self, *arguments: str, path: str) -> subprocess.Popen[str]:
        """Begin `python arguments` in the checkout, with this PATH to find bubblewrap on."""
        python, prefix = self._python()
        return subprocess.Popen(
            [*prefix, "/usr/bin/env", f"PATH={path}", python, *arguments],
            cwd=self._folder / "checkout",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _python(self) -> tuple[str, list[str]]:
        """Where the interpreter is, and what must run first: as root, giving up root for good.

        Its folders are bound to places that all may enter: they may lie under a home that nobody else can.
        """
        if not is_privileged():
            return sys.executable, []
        interpreter = Path(sys.base_prefix).resolve()
        program = Path(os.path.realpath(sys.executable)).relative_to(interpreter)
        script = (
            'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && '
            f'exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --bounding-set=-all "$@"'
        )
        python, packages = self._folder / "python", self._folder / "packages"
        for folder in (python, packages):
            folder.mkdir(exist_ok=True)
        binds = [str(interpreter), str(python), sysconfig.get_path("purelib"), str(packages)]
        return str(python / program), ["unshare", "--mount", "sh", "-c", script, "sh", *binds]

    def _environment(self) -> dict[str, str]:
        paths = [str(self._folder / "checkout"), str(self._folder / "packages"), *sys.path]
        return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def interpreter() -> Iterator[Interpreter]:
    """Make the copy, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="unprivileged-") as name:
        Path(name).chmod(0o755)
        yield Interpreter(Path(name))
