"""Folders and zip archives as texts by path: everything that is dangerous about them is refused before it is read."""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

MAX_FILES = 20_000
MAX_FILE = 8 << 20
MAX_TOTAL = 64 << 20
# Deflate cannot beat 1032:1; texts stay below 20:1. What is tiny may be as dense as it likes.
MAX_RATIO = 100
FREE_OF_RATIO = 64 << 10
LONGEST_NAME = 240
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ArchiveError(ValueError):
    """A file that is not taken in at all: `problems` says what about it, and what would be taken."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def read(source: Path) -> dict[str, bytes]:
    """Give the files of a folder, of a zip archive, or the one file that `source` is, by path.

    Raises
    ------
    ArchiveError : naming all that is refused.
    """
    if source.is_dir():
        return _read_folder(source)
    if not source.is_file():
        raise ArchiveError([f"{source.name}: expected a file or a folder, found none"])
    if source.stat().st_size > MAX_TOTAL:
        raise ArchiveError([f"{source.name}: expected up to {_size(MAX_TOTAL)}, got {_size(source.stat().st_size)}"])
    return unpack(source.read_bytes(), source.name)


def unpack(content: bytes, name: str) -> dict[str, bytes]:
    """Give the files of a zip archive by path; whatever is no archive is one file called `name`.

    Raises
    ------
    ArchiveError : naming all that is refused; nothing was unpacked then.
    """
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return {name: content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            problems = _problems(archive.infolist())
            if problems:
                raise ArchiveError(problems)
            held = (info for info in archive.infolist() if not info.is_dir() and not _is_of_a_tool(info.filename))
            return {info.filename: archive.read(info) for info in held}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError([f"{name}: expected a zip archive, got one that cannot be read: {error}"]) from error


def _is_of_a_tool(name: str) -> bool:
    """Whether a file is what an operating system or a tool adds: nobody put it in."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _problems(members: list[zipfile.ZipInfo]) -> list[str]:
    """Say what is refused of an archive, from its table of contents alone."""
    files = [info for info in members if not info.is_dir()]
    if len(files) > MAX_FILES:
        return [f"expected up to {MAX_FILES} files, got {len(files)}"]
    problems = [problem for info in members for problem in _member_problems(info)]
    problems += _twice(info.orig_filename for info in members)
    total = sum(info.file_size for info in files)
    if total > MAX_TOTAL:
        problems.append(f"expected up to {_size(MAX_TOTAL)} in all, got {_size(total)}")
    return problems[:20]


def _member_problems(info: zipfile.ZipInfo) -> Iterator[str]:
    # What the archive says, not what zipfile makes of it: it cuts a name at a NUL.
    name = info.orig_filename
    yield from _name_problems(name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield f"{name!r}: expected a file, got a link or a device"
    if info.flag_bits & 0x1:
        yield f"{name!r}: expected a file that can be read, got an encrypted one"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield f"{name!r}: expected a stored or deflated file, got compression method {info.compress_type}"
    if info.file_size > MAX_FILE:
        yield f"{name!r}: expected up to {_size(MAX_FILE)}, got {_size(info.file_size)}"
    if info.file_size > FREE_OF_RATIO and info.file_size > MAX_RATIO * max(1, info.compress_size):
        yield f"{name!r}: expected a file that unpacks to at most {MAX_RATIO} times its size, got more"


def _name_problems(name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    if _CONTROL.search(name) or not name.strip() or len(name) > LONGEST_NAME:
        yield f"{name[:60]!r}: expected a name of 1 to {LONGEST_NAME} printable characters"
    elif "\\" in name or ":" in name or PureWindowsPath(name).is_reserved():
        yield f"{name!r}: expected a name with / between its parts, got one that Windows would read otherwise"
    elif path.is_absolute() or ".." in path.parts or name.startswith("./") or "//" in name:
        yield f"{name!r}: expected a path inside of the archive, got one that leaves it"


def _twice(names: Iterable[str]) -> Iterator[str]:
    """Find names that are one file on some machine: they differ in case, in Unicode form or not at all."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        if key in seen:
            yield f"{name!r}: expected each name once, got it again as {seen[key]!r}"
        seen[key] = name


def _read_folder(folder: Path) -> dict[str, bytes]:
    """Give a folder's files."""
    found: dict[str, bytes] = {}
    problems: list[str] = []
    total = 0
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            problems.append(f"{name!r}: expected a file, got a link or a device")
            continue
        size = path.stat().st_size
        total += size
        if size > MAX_FILE or total > MAX_TOTAL or len(found) == MAX_FILES:
            limits = f"{MAX_FILES} files, {_size(MAX_FILE)} each, {_size(MAX_TOTAL)} in all"
            raise ArchiveError([f"{name!r}: expected up to {limits}, got more"])
        found[name] = path.read_bytes()
    if problems:
        raise ArchiveError(problems[:20])
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for root, inner, names in os.walk(folder):
        # A link to a folder is listed among the folders, and not followed.
        links = [name for name in inner if (Path(root) / name).is_symlink()]
        inner[:] = sorted(name for name in inner if not _is_of_a_tool(name) and name not in links)
        yield from (Path(root) / name for name in sorted([*names, *links]) if not _is_of_a_tool(name))


def _size(count: int) -> str:
    return f"{count / (1 << 20):.3g} MiB" if count >= 1 << 20 else f"{count} bytes"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Write a zip archive whose bytes follow from its files alone.

    Stored, not deflated: two versions of zlib need not give the same bytes.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[name])
    return target.getvalue()


def write(files: Mapping[str, bytes], to: Path) -> None:
    """Write files as a zip archive where `to` ends in .zip, else into the folder `to`, which is new or empty.

    Raises
    ------
    ArchiveError : where something stands there already.
    """
    if to.exists() and (to.is_file() or any(to.iterdir())):
        raise ArchiveError([f"{to}: expected a new file or an empty folder, got one that is there already"])
    if to.suffix == ".zip":
        to.write_bytes(pack(files))
        return
    for name, content in files.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
