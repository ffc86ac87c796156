"""How a QTI item scores: its declarations, and the response processing that is recognised."""

from __future__ import annotations

import dataclasses
import math

from lxml import etree

from assessments.bank.exchange.qti.tree import every, first, get, name_of
from assessments.bank.exchange.report import Item
from assessments.bank.exchange.xml import children

_TEMPLATES = {"match_correct": "match", "map_response": "map", "cc2_match": "match", "cc2_map_response": "map"}
# What may stand in a rule that scores one response against its declaration.
_PLAIN_RULE = frozenset({
    "responseprocessing", "responsecondition", "responseif", "responseelse", "responseelseif", "match", "equal",
    "variable", "correct", "mapresponse", "setoutcomevalue", "basevalue", "isnull", "not", "sum",
})  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """One response variable: what is right, what each part is worth, and by which rule."""

    base: str
    cardinality: str
    correct: tuple[str, ...]
    mapping: dict[str, float]
    default: float
    rule: str
    tolerance: float


def response_of(item: Item, root: etree._Element, identifier: str) -> Response:
    """Read what the item says of the response with this identifier; note what of its scoring is not kept."""
    declaration = next(
        (node for node in every(root, "responsedeclaration") if get(node, "identifier") == identifier), None
    )
    held = first(declaration, "correctresponse")
    correct = tuple("".join(node.itertext()).strip() for node in children(held) if name_of(node) == "value")
    mapping = first(declaration, "mapping")
    entries = {get(node, "mapkey"): _number(get(node, "mappedvalue")) for node in every(mapping, "mapentry")}
    rule = _rule(item, first(root, "responseprocessing"), mapped=bool(entries))
    return Response(
        base=get(declaration, "basetype"),
        cardinality=get(declaration, "cardinality", "single"),
        correct=correct,
        mapping=entries,
        default=_number(get(mapping, "defaultvalue", "0")),
        rule=rule,
        tolerance=_tolerance(item, root),
    )


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _rule(item: Item, node: etree._Element | None, *, mapped: bool) -> str:
    """Give "map" where parts have their worth, else "match": all of the correct response or nothing."""
    if node is None:
        item.changed("response processing", "none", "scored by the correct response")
        return "map" if mapped else "match"
    template = get(node, "template").rsplit("/", 1)[-1].removesuffix(".xml")
    if template in _TEMPLATES:
        return _TEMPLATES[template]
    strange = sorted({name_of(part) for part in every(node, *_names(node))} - _PLAIN_RULE)
    if template or strange:
        came = f"the template {template}" if template else f"rules of its own with {', '.join(strange[:5])}"
        item.changed("the templates match_correct or map_response", came, "scored by the correct response")
    return "map" if mapped and (first(node, "mapresponse") is not None or template) else "match"


def _names(node: etree._Element) -> set[str]:
    return {name_of(part) for part in node.iter() if name_of(part)}


def _tolerance(item: Item, root: etree._Element) -> float:
    """Give the absolute tolerance by which numbers are compared."""
    equal = first(first(root, "responseprocessing"), "equal")
    mode, widths = get(equal, "tolerancemode", "exact"), get(equal, "tolerance").replace(",", " ").split()
    if equal is None or mode == "exact" or not widths:
        return 0.0
    sizes = [abs(_number(width)) for width in widths]
    if mode == "relative":
        # In percent of the right value.
        correct = next(
            (_number("".join(node.itertext())) for node in every(first(root, "correctresponse"), "value")), 0
        )
        sizes = [size / 100 * abs(correct) for size in sizes]
    if len(set(sizes)) > 1:
        item.changed("one tolerance to both sides", f"{' and '.join(widths)}", "the smaller one holds")
    return min(sizes)
