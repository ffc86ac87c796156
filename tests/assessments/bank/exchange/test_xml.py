from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase

import pytest

from assessments.bank.exchange import formats
from assessments.bank.exchange.report import Defaults, lines
from assessments.bank.exchange.xml import XmlError, parse

ENTITIES = "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in pairwise(ascii_lowercase))
BOMB = f'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><quiz>&z;</quiz>'
HOSTILE = {
    "bomb": (BOMB, "without a DTD"),
    "external entity": ('<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "without a DTD"),
    "parameter entity": ('<!DOCTYPE quiz [<!ENTITY % x SYSTEM "http://e.org/x"> %x;]><quiz/>', "without a DTD"),
    "DTD alone": ('<!DOCTYPE quiz SYSTEM "quiz.dtd"><quiz/>', "of its own, got a DTD$"),
    "inclusion": (
        '<quiz xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></quiz>',
        "includes no other file",
    ),
    "unknown entity": ("<quiz>&nbsp;</quiz>", "well-formed XML, got line 1: "),
    "deep": ("<quiz>" + "<a>" * 5000 + "</a>" * 5000 + "</quiz>", "up to 100 deep"),
    "many elements": ("<quiz>" + "<a/>" * 300_000 + "</quiz>", "up to 300000 elements"),
    "many attributes": (
        "<quiz><a " + " ".join(f'a{n}=""' for n in range(101)) + "/></quiz>",
        "up to 100 attributes .* got 101 of a",
    ),
    "many namespaces": ("<quiz " + " ".join(f'xmlns:a{n}="u"' for n in range(101)) + "/>", "up to 100 attributes"),
    "a long text": (f"<quiz>{'x' * 10_000_001}</quiz>", "files of up to 10 MB each, got a longer one"),
    "a long tag": (f'<quiz a="{"x" * 10_000_001}"/>', "files of up to 10 MB each, got a longer one"),
    "size": (f"<quiz>{' ' * (32 << 20)}</quiz>", "XML of up to 32 MiB, got 32 MiB"),
    "not closed": ("<quiz><question>", "well-formed XML, got"),
    "nothing": ("", "well-formed XML, got"),
    "a NUL": ("<quiz>\0</quiz>", "well-formed XML, got"),
    "unknown encoding": ('<?xml version="1.0" encoding="x-strange"?><quiz/>', "well-formed XML, got"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_xml_that_would_do_more_than_say_is_refused(text: str, words: str) -> None:
    with pytest.raises(XmlError, match=words):
        parse(text.encode())


@pytest.mark.parametrize("name", ["moodle", "qti"])
@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE.keys())
def test_every_reader_of_xml_leaves_such_a_file_out_and_says_so(name: str, text: str) -> None:
    (line,) = lines(formats.FORMATS[name].read({"a.xml": text.encode()}, Defaults()))
    assert (line.place, line.fate, "passwd" in line.done) == ("a.xml", "left out", False)


def test_well_formed_xml_keeps_its_lines() -> None:
    assert [node.sourceline for node in parse(b"<a>\n<b/>\n\n<c/></a>").iter()] == [1, 2, 4]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "cp037", "utf-7"])
def test_a_bomb_in_another_encoding_is_refused(encoding: str) -> None:
    text = BOMB.replace("?>", f' encoding="{encoding}"?>', 1)
    with pytest.raises(XmlError):
        parse(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_known_and_read_in_the_encodings_of_xml(encoding: str) -> None:
    question = "<question type='essay'><questiontext><text>Où ?</text></questiontext></question>"
    text = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><quiz>{question}</quiz>"
    files = {"a.xml": text.encode(encoding)}
    found = formats.of(files)
    (item,) = [item for item in found.read(files, Defaults()) if not item.whole]
    assert (found.name, item.question is not None and item.question.statement) == ("moodle", "Où ?\n")
