"""How a QTI item scores: its declarations, and the response processing that is recognised."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from lxml import etree

from assessments.bank.exchange.qti.tree import every, first, get, name_of
from assessments.bank.exchange.report import Item
from assessments.bank.exchange.xml import children

# What a remark on the processing expected.
PROCESSING, RECOGNISED = "response processing", "the templates match_correct or map_response"
_TEMPLATES = {"match_correct": "match", "map_response": "map", "cc2_match": "match", "cc2_map_response": "map"}
# What may stand in a rule that scores one response against its declaration.
_PLAIN_RULE = frozenset({
    "responseprocessing", "responsecondition", "responseif", "responseelse", "responseelseif", "match", "equal",
    "variable", "correct", "mapresponse", "setoutcomevalue", "basevalue", "isnull", "not", "sum",
})  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """One response variable: what is right, what each part is worth, and by which rule.

    `rule`: "map" where parts have their worth, "match" where all of the correct response is right and the rest is
    nothing, "own" where the item has rules that are not recognised.
    """

    base: str
    cardinality: str
    correct: tuple[str, ...]
    mapping: dict[str, float]
    default: float
    lower: float
    upper: float
    rule: str
    tolerance: float

    @property
    def most(self) -> float:
        """Give what the best response is worth by the mapping."""
        worth = [value for value in self.mapping.values() if value > 0]
        return min(self.upper, max(worth, default=0.0) if self.cardinality == "single" else sum(worth))

    @property
    def weighs_parts(self) -> bool:
        """Whether the parts of the correct response differ in worth, or anything else is worth something."""
        worth = {self._key(key): value for key, value in self.mapping.items()}
        parts = [worth.pop(self._key(key), self.default) for key in self.correct]
        return len(set(parts)) > 1 or any(worth.values()) or self.default != 0

    def _key(self, words: str) -> str:
        # The two of a pair have no order, those of a directed pair have one.
        return " ".join(sorted(words.split())) if self.base == "pair" else words


def response_of(item: Item, root: etree._Element, identifier: str) -> Response:
    """Read what the item says of the response with this identifier; note what of its scoring is not kept."""
    declaration = next(
        (node for node in every(root, "responsedeclaration") if get(node, "identifier") == identifier), None
    )
    held = first(declaration, "correctresponse")
    correct = tuple("".join(node.itertext()).strip() for node in children(held) if name_of(node) == "value")
    mapping = first(declaration, "mapping")
    entries = {get(node, "mapkey"): _number(get(node, "mappedvalue")) for node in every(mapping, "mapentry")}
    rule = _rule(item, first(root, "responseprocessing"), identifier, mapped=bool(entries))
    return Response(
        base=get(declaration, "basetype"),
        cardinality=get(declaration, "cardinality", "single"),
        correct=correct,
        mapping=entries,
        default=_number(get(mapping, "defaultvalue", "0")),
        lower=_number(get(mapping, "lowerbound")) if get(mapping, "lowerbound") else -math.inf,
        upper=_number(get(mapping, "upperbound")) if get(mapping, "upperbound") else math.inf,
        rule=rule,
        tolerance=_tolerance(item, root),
    )


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _rule(item: Item, node: etree._Element | None, identifier: str, *, mapped: bool) -> str:
    if node is None:
        item.changed(PROCESSING, "none", "scored by the correct response")
        return "map" if mapped else "match"
    template = get(node, "template").rsplit("/", 1)[-1].removesuffix(".xml")
    if template.lower() in _TEMPLATES:
        return _TEMPLATES[template.lower()]
    came = f"the template {template}" if template else _own_rules(node, identifier)
    by_map = mapped and (first(node, "mapresponse") is not None or bool(template))
    if came:
        done = "scored by its mapping" if by_map else "scored by the correct response"
        item.changed(RECOGNISED, came, done)
    return "map" if by_map else "own" if came else "match"


def _own_rules(node: etree._Element, identifier: str) -> str:
    """Say how the rules that set the score do otherwise than the templates; nothing where they do not."""
    rules = [part for part in children(node) if _sets_score(every(part, "setoutcomevalue"))] or list(children(node))
    strange = sorted({name for rule in rules for name in _names(rule)} - _PLAIN_RULE)
    if strange:
        return f"rules of its own with {', '.join(strange[:5])}"
    read = {get(part, "identifier") for rule in rules for part in every(rule, "variable")}
    others = sorted(read - {identifier, "SCORE", "MAXSCORE"})
    if others:
        return f"rules of its own with {', '.join(others[:5])}"
    tests = [test for rule in rules for test in every(rule, "responseif", "responseelseif")]
    return "rules of its own with other answers" if any(map(_compares_otherwise, tests)) else ""


def _sets_score(parts: Iterable[etree._Element]) -> bool:
    return any(name_of(part) == "setoutcomevalue" and get(part, "identifier") == "SCORE" for part in parts)


def _compares_otherwise(test: etree._Element) -> bool:
    """Whether a condition sets the score where something else than the correct response was given."""
    compared = [part for part in children(test) if name_of(part) in {"match", "equal"}]
    return _sets_score(children(test)) and any(first(part, "correct") is None for part in compared)


def _names(node: etree._Element) -> set[str]:
    return {name_of(part) for part in node.iter() if name_of(part)}


def _tolerance(item: Item, root: etree._Element) -> float:
    """Give the absolute tolerance by which numbers are compared."""
    compared = every(first(root, "responseprocessing"), "equal")
    equal = next((node for node in compared if first(node, "correct") is not None), None)
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
