"""QTI 3.0: one item a question, in a package whose manifest says what each question says of itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from lxml import etree

from assessments.bank.exchange import markup
from assessments.bank.exchange.drafts import labels_of
from assessments.bank.exchange.leaving import Leaving, write_each
from assessments.bank.exchange.qti.items import EXPLANATION
from assessments.bank.exchange.qti.packages import MANIFEST
from assessments.bank.exchange.report import Item
from assessments.bank.exchange.xml import written
from assessments.bank.models import Kind

_QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
_FEEDBACK, _SOLUTION = "FEEDBACK", "SOLUTION"


def write(items: Iterable[Item]) -> dict[str, bytes]:
    items = list(items)
    found = write_each(items, _WRITERS, "QTI", locks=_WRITERS)
    _note_orders(items)
    files = {f"items/{leaving.question.slug}.xml": written(node) for leaving, node in found}
    return {MANIFEST: written(_manifest([leaving for leaving, _ in found])), **files}


def _note_orders(items: Iterable[Item]) -> None:
    for item in items:
        if item.question is not None and item.question.kind == Kind.ORDERING:
            item.changed("all or nothing for an order", "credit for right places", "all or nothing was written")


def _manifest(found: Sequence[Leaving]) -> etree._Element:
    root = etree.Element(f"{{{_CP}}}manifest", {"identifier": "questions"}, nsmap={None: _CP, "lom": _LOM})
    metadata = etree.SubElement(root, f"{{{_CP}}}metadata")
    etree.SubElement(metadata, f"{{{_CP}}}schema").text = "QTI Package"
    etree.SubElement(metadata, f"{{{_CP}}}schemaversion").text = "3.0.0"
    etree.SubElement(root, f"{{{_CP}}}organizations")
    resources = etree.SubElement(root, f"{{{_CP}}}resources")
    for leaving in found:
        _resource(resources, leaving)
    return root


def _resource(resources: etree._Element, leaving: Leaving) -> None:
    slug = leaving.question.slug
    path = f"items/{slug}.xml"
    attributes = {"identifier": f"resource-{slug}", "type": "imsqti_item_xmlv3p0", "href": path}
    resource = etree.SubElement(resources, f"{{{_CP}}}resource", attributes)
    general = resource
    for name in (f"{{{_CP}}}metadata", f"{{{_LOM}}}lom", f"{{{_LOM}}}general"):
        general = etree.SubElement(general, name)
    for label in labels_of(leaving.question):
        keyword = etree.SubElement(general, f"{{{_LOM}}}keyword")
        etree.SubElement(keyword, f"{{{_LOM}}}string").text = label
    etree.SubElement(resource, f"{{{_CP}}}file", {"href": path})


@dataclasses.dataclass(frozen=True, slots=True)
class Declared:
    """What an item declares of its response."""

    base: str
    cardinality: str
    correct: Sequence[str]
    mapping: Sequence[tuple[str, float]] = ()


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Add an element of QTI; an attribute's underscores are hyphens."""
    held = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
    node = etree.SubElement(parent, f"{{{_QTI}}}qti-{name}", held)
    node.text = text
    return node


def _add_html(parent: etree._Element, markdown: str, *, inline: bool = False) -> None:
    """Add a text's XHTML; it is well-formed because Markdown's own tags are."""
    text = markup.as_inline_html(markdown) if inline else markup.as_html(markdown)
    held = etree.fromstring(f'<div xmlns="{_QTI}">{text}</div>')
    last = parent[-1] if len(parent) else None
    if last is None:
        parent.text = (parent.text or "") + (held.text or "")
    else:
        last.tail = (last.tail or "") + (held.text or "")
    parent.extend(held)


def _item(leaving: Leaving, declared: Declared | None) -> tuple[etree._Element, etree._Element]:
    """Begin an item: declarations, and the body with its statement."""
    question = leaving.question
    attributes = {"identifier": f"q-{question.slug}", "title": question.title, "adaptive": "false"}
    attributes |= {"time-dependent": "false", "{http://www.w3.org/XML/1998/namespace}lang": question.language}
    root = etree.Element(f"{{{_QTI}}}qti-assessment-item", attributes, nsmap={None: _QTI})
    if declared is not None:
        _declare(root, declared)
    score = _add(root, "outcome-declaration", identifier="SCORE", cardinality="single", base_type="float")
    _add(_add(score, "default-value"), "value", "0")
    if leaving.explanation.strip():
        solution = _add(root, "outcome-declaration", identifier=_SOLUTION, cardinality="single", base_type="identifier")
        _add(_add(solution, "default-value"), "value", EXPLANATION)
    body = _add(root, "item-body")
    holder = etree.SubElement(body, f"{{{_QTI}}}div")
    _add_html(holder, leaving.statement)
    return root, body


def _declare(root: etree._Element, declared: Declared) -> None:
    kinds = {"identifier": "RESPONSE", "cardinality": declared.cardinality, "base_type": declared.base}
    node = _add(root, "response-declaration", **kinds)
    correct = _add(node, "correct-response")
    for value in declared.correct:
        _add(correct, "value", value)
    if declared.mapping:
        mapping = _add(node, "mapping", lower_bound="0", upper_bound="1", default_value="0")
        for key, worth in declared.mapping:
            _add(mapping, "map-entry", map_key=key, mapped_value=f"{worth:.7g}")


def _finish(root: etree._Element, leaving: Leaving, template: str) -> etree._Element:
    if template:
        _add(root, "response-processing", template=f"{_TEMPLATES}/{template}.xml")
    if leaving.explanation.strip():
        _modal(root, _SOLUTION, EXPLANATION, leaving.explanation)
    return root


def _modal(root: etree._Element, outcome: str, identifier: str, markdown: str) -> None:
    names = {"outcome_identifier": outcome, "identifier": identifier, "show_hide": "show"}
    _add_html(_add(_add(root, "modal-feedback", **names), "content-body"), markdown)


def _interaction(body: etree._Element, name: str, **attributes: str) -> etree._Element:
    return _add(body, name, response_identifier="RESPONSE", **attributes)


def _shuffle(leaving: Leaving) -> str:
    return "true" if leaving.is_shuffled else "false"


def _choice(leaving: Leaving) -> etree._Element:
    multiple = leaving.table.get("multiple", False)
    options = [(f"c{number}", *option) for number, option in enumerate(leaving.options, 1)]
    keys = [name for name, _, share, _ in options if (share > 0 if multiple else share == 1)]
    mapped = multiple or any(share not in {0, 1} for _, _, share, _ in options)
    mapping = [(name, share) for name, _, share, _ in options if share] if mapped else []
    declared = Declared("identifier", "multiple" if multiple else "single", keys, mapping)
    root, body = _item(leaving, declared)
    feedbacks = [(name, feedback) for name, _, _, feedback in options if feedback]
    if feedbacks:
        names = {"identifier": _FEEDBACK, "cardinality": declared.cardinality, "base_type": "identifier"}
        body.addprevious(_add(root, "outcome-declaration", **names))
    most = "0" if multiple else "1"
    interaction = _interaction(body, "choice-interaction", shuffle=_shuffle(leaving), max_choices=most)
    for name, text, _, _ in options:
        _add_html(_add(interaction, "simple-choice", identifier=name), text, inline=True)
    if not feedbacks:
        return _finish(root, leaving, "map_response" if mapped else "match_correct")
    _score_with_feedback(root, mapped=mapped)
    for name, feedback in feedbacks:
        _modal(root, _FEEDBACK, name, feedback)
    return _finish(root, leaving, "")


def _score_with_feedback(root: etree._Element, *, mapped: bool) -> None:
    """Score as the template would, and show the feedback of what was chosen."""
    processing = _add(root, "response-processing")
    if mapped:
        _add(_add(processing, "set-outcome-value", identifier="SCORE"), "map-response", identifier="RESPONSE")
    else:
        _if_right(processing, "match")
    _add(_add(processing, "set-outcome-value", identifier=_FEEDBACK), "variable", identifier="RESPONSE")


def _if_right(processing: etree._Element, comparison: str, **attributes: str) -> None:
    condition = _add(processing, "response-condition")
    test = _add(condition, "response-if")
    compared = _add(test, comparison, **attributes)
    _add(compared, "variable", identifier="RESPONSE")
    _add(compared, "correct", identifier="RESPONSE")
    _add(_add(test, "set-outcome-value", identifier="SCORE"), "base-value", "1", base_type="float")


def _numeric(leaving: Leaving) -> etree._Element:
    root, body = _item(leaving, Declared("float", "single", [f"{leaving.key!r}"]))
    _interaction(etree.SubElement(body, f"{{{_QTI}}}p"), "text-entry-interaction", expected_length="20")
    tolerance = f"{leaving.tolerance!r}"
    processing = _add(root, "response-processing")
    _if_right(processing, "equal", tolerance_mode="absolute", tolerance=f"{tolerance} {tolerance}")
    return _finish(root, leaving, "")


def _matching(leaving: Leaving) -> etree._Element:
    rows = leaving.pairs
    names = [f"a{number} b{number}" for number in range(1, len(rows) + 1)]
    mapping = [(name, 1 / len(rows)) for name in names]
    root, body = _item(leaving, Declared("directedPair", "multiple", names, mapping))
    interaction = _interaction(body, "match-interaction", shuffle=_shuffle(leaving), max_associations=f"{len(rows)}")
    for side, letter in enumerate("ab"):
        held = _add(interaction, "simple-match-set")
        # Partners in the order of their texts: beside their items they would give the key away.
        numbered = sorted(enumerate(rows, 1), key=lambda row: row[1][1]) if side else enumerate(rows, 1)
        for number, row in numbered:
            choice = _add(held, "simple-associable-choice", identifier=f"{letter}{number}", match_max="1")
            _add_html(choice, row[side], inline=True)
    return _finish(root, leaving, "map_response")


def _ordering(leaving: Leaving) -> etree._Element:
    texts = {f"c{number}": text for number, text in enumerate(leaving.table["items"], 1)}
    root, body = _item(leaving, Declared("identifier", "ordered", list(texts)))
    interaction = _interaction(body, "order-interaction", shuffle=_shuffle(leaving))
    for name, text in sorted(texts.items(), key=lambda row: row[1]):
        # In the order of their texts: the key's own would give it away where nothing is shuffled.
        _add_html(_add(interaction, "simple-choice", identifier=name), text, inline=True)
    return _finish(root, leaving, "match_correct")


def _written(leaving: Leaving) -> etree._Element:
    root, body = _item(leaving, Declared("string", "single", []))
    block = _add(body, "rubric-block", view="scorer", use="scoring")
    _add_html(_add(block, "content-body"), leaving.rubric)
    _interaction(body, "extended-text-interaction", expected_lines="12")
    return _finish(root, leaving, "")


_WRITERS: dict[str, Callable[[Leaving], etree._Element]] = {
    Kind.CHOICE: _choice,
    Kind.NUMERIC: _numeric,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.WRITTEN: _written,
}
