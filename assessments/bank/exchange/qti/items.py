"""One QTI item becomes one question, by its one interaction."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from lxml import etree

from assessments.bank.exchange import drafts
from assessments.bank.exchange.drafts import Drafts, Parts
from assessments.bank.exchange.qti.scoring import PROCESSING, RECOGNISED, Response, response_of
from assessments.bank.exchange.qti.tree import INTERACTIONS, every, first, get, markdown, name_of, remove
from assessments.bank.exchange.report import Item, LeftOut, counted
from assessments.bank.exchange.xml import local
from assessments.bank.models import Kind

EXPLANATION = "explanation"
_CHOICES = ("simplechoice", "inlinechoice")
_INLINE = ("textentryinteraction", "inlinechoiceinteraction")
# Of a body: what shows at times, and all that is no part of the statement.
_AT_TIMES = ("feedbackblock", "feedbackinline", "infocontrol", "printedvariable")
_BESIDE = (*_AT_TIMES, "rubricblock", "stylesheet", "catalog")
_LEAST = ("minchoices", "minassociations", "minstrings")
# Stands where a number is typed in the middle of a sentence.
_BLANK, _SHOWN = "\ue0ff", "\\_\\_\\_\\_\\_"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def read_item(name: str, root: etree._Element, labels: list[str], file: Drafts) -> None:
    item = file.item(name, get(root, "title") or get(root, "identifier") or name)
    try:
        source = Source(item, root, file)
        parts = _READERS[source.kind](source)
        parts.explanation = source.explanation()
    except LeftOut as refusal:
        item.leave_out(refusal.expected, refusal.came)
        return
    parts.title, parts.labels = get(root, "title"), [*labels, *_language(root)]
    parts.identifier, parts.points = get(root, "identifier"), source.points()
    file.finish(item, parts)


def _language(root: etree._Element) -> list[str]:
    language = get(root, "lang").partition("-")[0].lower()
    return [f"language:{language}"] if re.fullmatch("[a-z]{2,3}", language) else []


def _put_prompt_before(interaction: etree._Element) -> None:
    prompt = first(interaction, "prompt")
    if prompt is not None:
        prompt.tag, prompt.tail = "div", None
        interaction.addprevious(prompt)


def _is_for_candidates(block: etree._Element) -> bool:
    return "candidate" in get(block, "view", "candidate").split()


def _is_shown(feedback: etree._Element) -> bool:
    return get(feedback, "showhide", "show") == "show"


def _listed(names: Iterable[str]) -> str:
    """Name each once, with its number where there are several."""
    said = (f"{count} {name}" if count > 1 else name for name, count in Counter(names).items())
    return ", ".join(said) or "none"


class Source:
    """An item with its one interaction, and what every kind asks of it."""

    def __init__(self, item: Item, root: etree._Element, file: Drafts) -> None:
        self.item, self.root, self.file = item, root, file
        self.body = first(root, "itembody")
        for node in every(root, "templatedeclaration", "templateprocessing"):
            raise LeftOut("a question that is the same each time", f"{local(node)} on line {node.sourceline}")
        if get(root, "adaptive") == "true":
            raise LeftOut("one attempt at a question", "an adaptive item")
        found = list(every(self.body, *INTERACTIONS))
        if len(found) != 1 or name_of(found[0]) not in _READERS:
            known = ", ".join(INTERACTIONS[name] for name in _READERS)
            raise LeftOut(f"one interaction of {known}", _listed(INTERACTIONS[name_of(node)] for node in found))
        self.interaction = found[0]
        self.kind = name_of(found[0])
        self.response: Response = response_of(item, root, get(found[0], "responseidentifier", "RESPONSE"))
        self.modal = {get(node, "identifier"): node for node in every(root, "modalfeedback") if _is_shown(node)}

    def note(self, expected: str, came: str, done: str) -> None:
        self.item.changed(expected, came, done, f"{self.item.place}:{self.interaction.sourceline}")

    def statement(self) -> str:
        """Give the body's text and the interaction's prompt; the interaction itself is the answer's place."""
        assert self.body is not None  # it holds the interaction
        place = self.interaction.getroottree().getpath(self.interaction)
        tree = copy.deepcopy(self.root.getroottree())
        interaction = tree.xpath(place)[0]
        body = first(tree.getroot(), "itembody")
        blank = _BLANK if self._in_a_sentence(interaction) else ""
        _put_prompt_before(interaction)
        remove(interaction, blank)
        self._told(body)
        for block in list(every(body, *_BESIDE)):
            if name_of(block) != "rubricblock" or not _is_for_candidates(block):
                remove(block)
        statement = markdown(body, self.note).replace(_BLANK, _SHOWN)
        if not statement:
            raise LeftOut("a question text", "none")
        return statement

    def _told(self, body: etree._Element) -> None:
        """Note what stands beside the interaction and is not for everybody, or not of this file."""
        if first(self.root, "assessmentstimulusref") is not None:
            self.note("all that is asked in one text", "a passage in another file", "left out: put it in")
        if first(self.root, "stylesheet") is not None:
            self.note("the site's own style", "a style sheet", "left out")
        if first(self.root, "companionmaterialsinfo") is not None:
            self.note("all that is asked in one text", "materials beside it", "left out: put into words what is needed")
        if any(get(self.interaction, bound, "0") != "0" for bound in _LEAST):
            self.note("answers that may be left open", "a least number of choices, pairs or texts", "left out")
        if first(self.root, "cataloginfo") is not None:
            self.note("one form of each text", "other forms for those who need them", "left out")
        for block in every(body, *_AT_TIMES):
            self.note("a text for everybody", f"{local(block)} that shows at times", "left out")
        views = [get(block, "view") for block in every(body, "rubricblock") if not _is_for_candidates(block)]
        # What scorers read becomes the rubric where people score.
        for view in views:
            if self.kind != "extendedtextinteraction" or "scorer" not in view:
                self.note("texts for candidates", f"a text for {view}", "left out")

    def _in_a_sentence(self, node: etree._Element) -> bool:
        parent = node.getparent()
        return self.kind in _INLINE and bool("".join(parent.itertext()).strip())

    def choices(self, *names: str, within: etree._Element | None = None) -> dict[str, str]:
        """Give the texts of the choices by identifier, of the whole interaction or of a part of it."""
        found = list(every(self.interaction if within is None else within, *names))
        drafts.allow(found)
        return {get(node, "identifier"): markdown(node, self.note) for node in found}

    def feedback(self, identifier: str) -> str:
        """Give what is said to whoever chose this: within the choice, or in a feedback that bears its name."""
        inline = [node for node in every(self.interaction, "feedbackinline") if get(node, "identifier") == identifier]
        said = (markdown(node, self.note) for node in (*filter(_is_shown, inline), self.modal.get(identifier)))
        return "\n\n".join(filter(None, said))

    def explanation(self) -> str:
        names = {get(node, "identifier") for node in every(self.interaction, *_CHOICES)}
        known = {*names, EXPLANATION}
        said = [*every(self.root, "modalfeedback"), *every(self.interaction, "feedbackinline")]
        # What shows unless an option was chosen is no feedback to it.
        others = sorted(
            {name for node in said if (name := get(node, "identifier")) not in known or not _is_shown(node)}
        )
        if others:
            self.note("feedback to an option", f"feedback by outcome: {', '.join(others)}", "left out")
        return markdown(self.modal.get(EXPLANATION), self.note)

    def points(self) -> float | None:
        """Give the most that the item says it is worth."""
        outcomes = {get(node, "identifier"): node for node in every(self.root, "outcomedeclaration")}
        most = "".join(text for node in every(outcomes.get("MAXSCORE"), "value") for text in node.itertext())
        said = most.strip() or get(outcomes.get("SCORE"), "normalmaximum")
        if _NUMBER.fullmatch(said) and float(said) > 0:
            return float(said)
        return self.response.most or None if self.response.rule == "map" else None

    def rubric(self) -> str:
        blocks = [node for node in every(self.body, "rubricblock") if "scorer" in get(node, "view")]
        return "\n\n".join(markdown(node, self.note) for node in blocks)

    def is_shuffled(self) -> bool:
        moving = [node for node in every(self.interaction, *_CHOICES) if get(node, "fixed") != "true"]
        return get(self.interaction, "shuffle") == "true" and bool(moving)

    def told_shuffled(self) -> None:
        if get(self.interaction, "shuffle") != "true":
            self.file.assume(*drafts.SHUFFLED)

    def told_parts(self, here: str) -> None:
        """Note where the parts of a response do not have the same worth."""
        if self.response.rule == "match":
            self.note("credit for parts", "all or nothing", here)
        elif self.response.rule == "map" and self.response.weighs_parts:
            self.note("parts that weigh the same", "parts that differ in worth", here)

    def told_options(self, texts: Mapping[str, str]) -> None:
        """Note limits of ticking, of scores and of shuffling that the bank does not have."""
        most, response = get(self.interaction, "maxchoices", "0"), self.response
        if response.cardinality == "multiple" and most.isdecimal() and 1 < int(most) < len(texts):
            self.note("any number of ticks", f"at most {most}", "left out")
        fixed = [get(node, "identifier") for node in every(self.interaction, *_CHOICES) if get(node, "fixed") == "true"]
        if self.is_shuffled() and fixed:
            self.note("options that all move", f"options that keep their place: {', '.join(fixed)}", "they move too")
        if response.cardinality == "single":
            return
        if response.rule == "map" and response.lower < 0 and min(response.mapping.values(), default=0) < 0:
            self.note("no credit below zero", "options that cost more than was earned", "zero is the least")
        if response.upper < sum(v for v in response.mapping.values() if v > 0):
            self.note("full credit for all right options", f"full credit from {response.upper:g} on", "all are needed")


def _choice(source: Source) -> Parts:
    texts, response = source.choices(*_CHOICES), source.response
    source.told_options(texts)
    multiple = response.cardinality == "multiple" and get(source.interaction, "maxchoices", "0") != "1"
    worth = {identifier: response.mapping.get(identifier, response.default) for identifier in texts}
    if response.rule != "map":
        worth = {identifier: float(identifier in response.correct) for identifier in texts}
        if multiple:
            source.told_parts("right ticks minus wrong ticks")
    elif multiple and not all(worth.values()):
        source.note("a cost of wrong ticks", "wrong options that cost nothing", "each costs what a key earns")
    positive = [value for value in worth.values() if value > 0]
    full = sum(positive) if multiple else max(positive, default=1.0)
    options = [
        {"text": text, "credit": max(-1.0, worth[identifier] / (full or 1)), "feedback": source.feedback(identifier)}
        for identifier, text in texts.items()
    ]
    table = drafts.choice(options, multiple=multiple) | ({} if source.is_shuffled() else {"shuffle": False})
    return Parts(Kind.CHOICE, table, source.statement())


def _order(source: Source) -> Parts:
    texts = source.choices("simplechoice")
    if sorted(source.response.correct) != sorted(texts):
        raise LeftOut("the place of each item", f"{len(source.response.correct)} places of {len(texts)} items")
    source.told_parts("credit for each right place")
    source.told_shuffled()
    items = [texts[identifier] for identifier in source.response.correct]
    return Parts(Kind.ORDERING, {"items": items, "credit": "position"}, source.statement())


def _match(source: Source) -> Parts:
    sets = list(every(source.interaction, "simplematchset"))
    if len(sets) != 2:
        raise LeftOut("two sets to match", f"{len(sets)}")
    left, right = (source.choices("simpleassociablechoice", within=part) for part in sets)
    partner = dict(_pairs(source))
    if set(partner) != set(left) or len(partner) != len(_pairs(source)) or len(set(partner.values())) != len(partner):
        raise LeftOut("a partner of its own for each item", "items with none, with several or with the same")
    extra = [right[name] for name in right if name not in partner.values()]
    if extra:
        source.note("as many partners as items", drafts.left_over(extra), "left out")
    return _paired(source, [(left[item], right.get(partner[item], "")) for item in left])


def _associate(source: Source) -> Parts:
    texts = source.choices("simpleassociablechoice")
    found = _pairs(source)
    used = [identifier for pair in found for identifier in pair]
    if len(set(used)) != len(used) or not set(used) <= set(texts):
        raise LeftOut("pairs that share nothing", "an item in several pairs")
    alone = [texts[name] for name in texts if name not in used]
    if alone:
        source.note("pairs only", f"{counted(len(alone), 'item')} in no pair: {'; '.join(alone)}", "left out")
    source.note("items and partners", "pairs among one set", "the first of each pair is the item")
    return _paired(source, [(texts[one], texts[other]) for one, other in found])


def _pairs(source: Source) -> list[tuple[str, str]]:
    said = [words.split() for words in source.response.correct]
    if not all(len(words) == 2 for words in said):
        raise LeftOut("pairs of identifiers as the correct response", "; ".join(source.response.correct) or "none")
    return [(one, other) for one, other in said]


def _paired(source: Source, rows: list[tuple[str, str]]) -> Parts:
    source.told_parts("credit for each right pair")
    source.told_shuffled()
    return Parts(Kind.MATCHING, drafts.pairs(rows), source.statement())


def _text_entry(source: Source) -> Parts:
    """Read a number as a number; of words people decide, with the listed ones before them."""
    response = source.response
    by_map = response.rule == "map"
    best = max(response.mapping.values(), default=0) if by_map else 0
    full = [key for key, value in response.mapping.items() if value == best > 0]
    listed = list(dict.fromkeys([*([] if full else response.correct), *full]))
    partial = [f"{key} ({value / best:.0%})" for key, value in response.mapping.items() if 0 < value < best]
    if len(listed) == 1 and not partial and _NUMBER.fullmatch(listed[0]):
        if response.base == "string":
            source.note(*drafts.as_number(listed[0]))
        return Parts(Kind.NUMERIC, drafts.numeric(float(listed[0]), response.tolerance), source.statement())
    if not listed:
        raise LeftOut("an answer that is right", "none")
    accepted = "; ".join([*listed, *partial])
    came = f"words that a machine compares: {accepted}"
    source.note("a kind of question that the bank has", came, "a written answer, with them in the rubric")
    return _marked(source, f"Accepted: {accepted}.")


def _extended_text(source: Source) -> Parts:
    return _marked(source, source.rubric())


def _marked(source: Source, rubric: str) -> Parts:
    """Give a written answer: people mark it, whatever the processing does or does not say."""
    remarks = source.item.remarks
    source.item.remarks = [
        dataclasses.replace(line, done="people mark it") if line.expected == RECOGNISED else line
        for line in remarks
        if line.expected != PROCESSING
    ]
    return Parts(Kind.WRITTEN, drafts.rubric(source.points() or 1, rubric), source.statement())


_READERS: dict[str, Callable[[Source], Parts]] = {
    "choiceinteraction": _choice,
    "inlinechoiceinteraction": _choice,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "associateinteraction": _associate,
    "textentryinteraction": _text_entry,
    "extendedtextinteraction": _extended_text,
}
