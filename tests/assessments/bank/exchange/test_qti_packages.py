from __future__ import annotations

from assessments.bank.exchange import formats, qti
from assessments.bank.exchange.report import Defaults, Fate, lines
from tests.assessments.bank.exchange.test_qti import SINGLE, read


def test_a_package_is_read_by_its_manifest_and_says_what_is_missing() -> None:
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:m="http://www.imsglobal.org/xsd/imsmd_v1p2"><resources>'
        '<resource type="imsqti_item_xmlv2p2" href="item.xml"><metadata><m:lom><m:general><m:keyword>'
        "<m:langstring>level:judge</m:langstring></m:keyword></m:general></m:lom></metadata></resource>\n"
        '<resource type="imsqti_item_xmlv2p2" href="lost.xml"/>'
        "</resources></manifest>"
    )
    missing, item = read(SINGLE, imsmanifest=manifest)
    assert item.question is not None
    assert item.question.level == "judge"
    assert [(line.place, line.fate, line.came) for line in missing.lines()] == [
        ("imsmanifest.xml:2", Fate.LEFT_OUT, "lost.xml")
    ]


def test_a_package_of_canvas_is_qti_1_and_one_without_items_says_so() -> None:
    manifest = b"<manifest><resources/></manifest>"
    canvas = {
        "imsmanifest.xml": manifest,
        "a/meta.xml": b'<quiz identifier="a" xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title>T</title></quiz>',
        "a/a.xml": b"<questestinterop><assessment/></questestinterop>",
    }
    found = formats.of(canvas)
    assert found.name == "qti"
    assert [line.came for line in lines(found.read(canvas, Defaults()))] == ["QTI 1", "<quiz>"]
    empty = {"imsmanifest.xml": manifest, "res00001.dat": b"<POOL/>"}
    assert [line.came for line in lines(formats.of(empty).read(empty, Defaults()))] == ["res00001.dat", "none"]


def test_what_a_package_holds_beside_items_is_told() -> None:
    lom = (
        "<metadata><lom><general><title/><description/><keyword><string>a</string></keyword></general></lom>"
        "<qtiMetadata><interactionType/><feedbackType/></qtiMetadata></metadata>"
    )
    resource = f'<resource type="imsqti_item_xmlv2p2" href="item.xml">{lom}</resource>'
    manifest = f"<manifest><resources>{resource}</resources></manifest>"
    files = {"item.xml": SINGLE.encode(), "imsmanifest.xml": manifest.encode(), "a.css": b"", "images/b.png": b""}
    told_once = [
        line for line in lines(qti.read(files, Defaults())) if "beside" in line.expected or line.fate == "left out"
    ]
    assert [(line.item, line.came) for line in told_once] == [("2 files", "a.css, images/b.png")]
    metadata = [line.came for line in lines(qti.read(files, Defaults())) if "metadata" in line.came]
    assert metadata == ["other metadata: description, feedbackType"]
