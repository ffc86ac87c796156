"""XML of strangers: no DTD, no entities, no inclusion; and the few things that its readers ask of an element."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml import DefusedXmlException, DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from lxml import etree

from assessments.bank.exchange.report import LeftOut

MAX_DEPTH = 100
# Five thousand questions have fewer, and an element of a question has a dozen at most.
MAX_ELEMENTS = 300_000
MAX_ATTRIBUTES = 100
MAX_SIZE = 32 << 20
_INCLUDE = "{http://www.w3.org/2001/XInclude}"


class XmlError(LeftOut):
    """XML that is not read."""


# What defusedxml refuses, in an author's words.
_REFUSED = {DTDForbidden: "a DTD", EntitiesForbidden: "entities", ExternalReferenceForbidden: "a reference to a file"}


class _Bounds(ContentHandler):
    """Stops at what no question needs and what would exhaust whoever follows it."""

    depth = count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  (SAX's name)
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise XmlError(f"elements up to {MAX_DEPTH} deep", "deeper ones")
        if self.count > MAX_ELEMENTS:
            raise XmlError(f"up to {MAX_ELEMENTS} elements", "more: split the file")
        if len(attrs) > MAX_ATTRIBUTES:
            raise XmlError(f"up to {MAX_ATTRIBUTES} attributes of an element", f"{len(attrs)} of {name[:40]}")

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802
        self.depth -= 1


def parse(content: bytes) -> etree._Element:
    """Give the root element, with line numbers.

    defusedxml refuses declarations before anything of them is expanded; lxml, which knows the lines, is then told
    once more to expand nothing and to fetch nothing.

    Raises
    ------
    XmlError : where it is not XML, or declares or includes what a question has no use for.
    """
    if len(content) > MAX_SIZE:
        raise XmlError(f"XML of up to {MAX_SIZE >> 20} MiB", f"{len(content) >> 20} MiB: split the file")
    try:
        _check(content)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = etree.fromstring(content, parser)
    except DefusedXmlException as error:
        came = _REFUSED.get(type(error), str(error))
        raise XmlError("XML without a DTD and without entities of its own", came) from error
    except SAXParseException as error:
        raise XmlError("well-formed XML", f"line {error.getLineNumber()}: {error.getMessage()}") from error
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if "XML_PARSE_HUGE" in str(error):
            raise XmlError("texts and embedded files of up to 10 MB each", "a longer one") from error
        raise XmlError("well-formed XML", str(error)) from error
    included = next(root.iter(f"{_INCLUDE}*"), None)
    if included is not None:
        raise XmlError("XML that includes no other file", f"line {included.sourceline}: {local(included)}")
    return root


def _check(content: bytes) -> None:
    """Read the document once without keeping it, whole: in pieces, a long tag is begun again with each of them."""
    reader = defusedxml.sax.make_parser()
    reader.forbid_dtd = True
    reader.setContentHandler(_Bounds())
    reader.feed(content)
    reader.close()


def head(content: bytes, size: int) -> bytes:
    """Give the beginning of a document in UTF-8, whichever of the encodings that XML has of itself it is in."""
    if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return content[: 2 * size].decode("utf-16", errors="ignore").encode()
    return content[:size]


def local(element: etree._Element) -> str:
    """Give an element's name without its namespace; HTML's need not be names: 0.01 <p=0.05 begins one."""
    return str(element.tag).rpartition("}")[2]


def children(element: etree._Element | None, name: str = "") -> Iterator[etree._Element]:
    """Give the child elements, of one name where one is given."""
    for child in element if element is not None else ():
        if not name or local(child) == name:
            yield child


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def text(element: etree._Element | None, path: str = "", default: str = "") -> str:
    """Give the text of an element or of the one that a path of names leads to, stripped; `default` where none is."""
    for name in filter(None, path.split("/")):
        element = child(element, name)
    found = "" if element is None else "".join(element.itertext()).strip()
    return found or default


def written(root: etree._Element) -> bytes:
    """Write a document in UTF-8: the same tree, the same bytes."""
    _indent(root, 0)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n")


def _indent(node: etree._Element, depth: int) -> None:
    """Put each element of the format's own on a line of its own; within running text a blank would show."""
    if not len(node) or (node.text or "").strip() or not all(_is_structure(node, inner) for inner in node):
        return
    for inner in node:
        _indent(inner, depth + 1)
        inner.tail = "\n" + "  " * (depth + 1)
    node.text = "\n" + "  " * (depth + 1)
    node[-1].tail = "\n" + "  " * depth


def _is_structure(node: etree._Element, inner: etree._Element) -> bool:
    own = local(node).startswith("qti-")
    return not (inner.tail or "").strip() and (not own or local(inner).startswith("qti-"))
