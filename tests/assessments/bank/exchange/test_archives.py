from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.bank.exchange import archives
from assessments.bank.exchange.archives import ArchiveError


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(ArchiveError) as caught:
        archives.unpack(content, "upload.zip")
    return str(caught.value)


def test_what_is_packed_is_unpacked() -> None:
    files = {"b/c.txt": b"c", "a.txt": "ä".encode(), "empty": b""}
    assert archives.unpack(archives.pack(files), "x.zip") == files


NAMES = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=2).map("/".join)


@given(st.dictionaries(NAMES, st.binary(max_size=40)))
def test_the_bytes_follow_from_the_files_alone(files: dict[str, bytes]) -> None:
    again = dict(reversed(list(files.items())))
    assert archives.pack(files) == archives.pack(again)
    assert archives.unpack(archives.pack(files), "x.zip") == files


def test_a_file_that_is_no_archive_is_one_file() -> None:
    assert archives.unpack(b"// gift", "quiz.txt") == {"quiz.txt": b"// gift"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.txt", "inside of the archive"),
        ("a/../../evil.txt", "inside of the archive"),
        ("/etc/passwd", "inside of the archive"),
        ("./a.txt", "inside of the archive"),
        ("a//b.txt", "inside of the archive"),
        ("..\\evil.txt", "Windows"),
        ("C:/evil.txt", "Windows"),
        ("folder/NUL", "Windows"),
        ("a\nb.txt", "printable"),
        (" ", "printable"),
        ("a" * 300, "printable"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, words: str) -> None:
    assert words in refused(zipped((name, b"x")))


def test_a_name_that_goes_on_behind_a_nul_is_refused() -> None:
    assert "printable" in refused(zipped(("a_b.txt", b"x")).replace(b"a_b.txt", b"a\0b.txt"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(kind: int) -> None:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    assert "link or a device" in refused(zipped((info, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["a.txt", "A.txt", "a.txt/"])
def test_a_name_that_stands_twice_on_some_machine_is_refused(other: str) -> None:
    assert "each name once" in refused(zipped(("a.txt", b"1"), (other, b"")))


def test_one_name_in_two_unicode_forms_is_refused() -> None:
    assert "each name once" in refused(zipped(("\u00e9.txt", b"1"), ("e\u0301.txt", b"2")))


def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked() -> None:
    content = zipped(("zeros", bytes(4 << 20)))
    assert len(content) < 10_000
    assert "at most 100 times its size" in refused(content)


def test_an_archive_that_is_large_in_all_or_in_one_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped(*((f"{number}", os.urandom(600)) for number in range(4)))
    monkeypatch.setattr(archives, "MAX_TOTAL", 2000)
    assert "expected up to 2000 bytes in all, got 2400 bytes" in refused(content)
    monkeypatch.setattr(archives, "MAX_FILE", 500)
    assert "'0': expected up to 500 bytes, got 600 bytes" in refused(content)


def test_an_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    assert refused(zipped(*((str(number), b"") for number in range(4)))) == "expected up to 3 files, got 4"


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    content = zipped(("a", b"honest and long enough"), method=zipfile.ZIP_STORED)
    place = content.rindex(b"PK\x01\x02")
    lying = content[: place + 24] + (5).to_bytes(4, "little") + content[place + 28 :]
    assert "cannot be read" in refused(lying)


def test_encrypted_and_oddly_compressed_members_are_refused() -> None:
    content = bytearray(zipped(("a", b"x")))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(bytes(content))
    assert "compression method 14" in refused(zipped(("a", b"x"), method=zipfile.ZIP_LZMA))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), archives.pack({"a": b"x"})[:-9]])
def test_a_broken_archive_is_refused_in_words(content: bytes) -> None:
    assert "expected a zip archive, got one that cannot be read" in refused(content)


def test_a_folder_is_read_without_what_begins_with_a_dot(tmp_path: Path) -> None:
    for name in ("a/b.txt", ".git/config", "a/.DS_Store"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert archives.read(tmp_path) == {"a/b.txt": b"x"}


def test_what_a_tool_adds_to_an_archive_is_none_of_its_files() -> None:
    added = [(name, b"x") for name in (".DS_Store", "__MACOSX/a/._b.xml", "a/.DS_Store")]
    assert archives.unpack(zipped(("a/b.xml", b"<a/>"), *added), "x.zip") == {"a/b.xml": b"<a/>"}


@pytest.mark.parametrize("target", ["/etc/hostname", "/etc"])
def test_a_link_in_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(ArchiveError, match="'link': expected a file, got a link"):
        archives.read(tmp_path)


def test_a_folder_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large").write_bytes(bytes(11))
    monkeypatch.setattr(archives, "MAX_FILE", 10)
    with pytest.raises(ArchiveError, match="'large': expected up to"):
        archives.read(tmp_path)


def test_nothing_is_written_over_what_is_there(tmp_path: Path) -> None:
    archives.write({"a/b.txt": b"x"}, tmp_path / "new")
    assert (tmp_path / "new" / "a" / "b.txt").read_bytes() == b"x"
    for there in (tmp_path / "new", tmp_path / "new" / "a" / "b.txt"):
        with pytest.raises(ArchiveError, match="there already"):
            archives.write({"c": b""}, there)
