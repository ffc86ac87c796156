"""One question of Moodle's: its element, what every type asks of it, and what is told of it once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from assessments.bank.exchange import drafts, markup
from assessments.bank.exchange.drafts import Drafts
from assessments.bank.exchange.report import Item, LeftOut
from assessments.bank.exchange.xml import child, children, text

# What Moodle fills in by itself.
_USUAL_FEEDBACK = {
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
}
# What is read or told by name, and what only says how Moodle lays a question out.
_KNOWN = frozenset({
    "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags",
    "answer", "subquestion", "single", "shuffleanswers", "answernumbering", "correctfeedback",
    "partiallycorrectfeedback", "incorrectfeedback", "hint", "units", "usecase", "graderinfo",
    "responsetemplate", "attachments", "minwordlimit", "maxwordlimit", "image", "image_base64", "selecttype",
    "selectcount", "gradingtype", "showstandardinstruction", "shownumcorrect", "responseformat",
    "responserequired", "responsefieldlines", "attachmentsrequired", "maxbytes", "filetypeslist", "layouttype",
    "showgrading", "numberingstyle", "unitgradingtype", "unitpenalty", "showunits", "unitsleft",
})  # fmt: skip
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


class Source:
    """One question's element, with what is asked of it again and again."""

    def __init__(self, node: etree._Element, item: Item, file: Drafts) -> None:
        self.node, self.item, self.file = node, item, file

    def markdown(self, name: str, node: etree._Element | None = None) -> str:
        """Give the text of a child, in whichever form it is."""
        return self.own_markdown(child(self.node if node is None else node, name))

    def own_markdown(self, node: etree._Element | None) -> str:
        if node is None:
            return ""
        held = child(node, "text")
        raw = "".join((node if held is None else held).itertext())
        form = node.get("format", "moodle_auto_format" if held is None or "<" not in raw else "html")
        note = self.note(node)
        for name in _unseen_files(node, raw):
            note("text and formulas", f"a file that no text shows, {name}", "left out")
        return markup.from_text(raw, form, note)

    def note(self, node: etree._Element) -> markup.Note:
        place = f"{self.file.name}:{node.sourceline}"
        return lambda expected, came, done: self.item.changed(expected, came, done, place)

    def partner(self, node: etree._Element) -> str:
        """Give an item's partner: words, never HTML, unless it names its form, as where partners are dragged."""
        answer = child(node, "answer")
        if answer is not None and answer.get("format"):
            return self.own_markdown(answer)
        return markup.from_text(text(answer, "text"), "plain", self.note(node))

    def points(self) -> float | None:
        return self.number(self.node, "defaultgrade")

    def number(self, node: etree._Element, name: str) -> float | None:
        """Give a child's number, nothing where there is none."""
        said = text(node, name)
        return _number(said, f"a number as {name}") if said else None

    def is_true(self, name: str, default: str = "1") -> bool:
        return text(self.node, name, default).lower() in {"1", "true"}

    def answers(self) -> list[tuple[etree._Element, float]]:
        """Give the answers with their shares of the credit, from -1 to 1."""
        return [(node, _share(node)) for node in self.every("answer")]

    def every(self, name: str) -> list[etree._Element]:
        """Give the children of one name, where they are not too many."""
        found = list(children(self.node, name))
        drafts.allow(found)
        return found

    def statement(self) -> str:
        statement = self.markdown("questiontext")
        if not statement:
            raise LeftOut("a question text", "none")
        return statement

    def told_typed(self) -> None:
        """Note feedback to answers that are typed: the bank has it for options alone."""
        if any(text(node, "feedback") for node, _ in self.answers()):
            self.item.changed("feedback for each option", "feedback to typed answers", "left out")

    def told_unknown(self) -> None:
        """Note what this reader knows nothing of, so that a later Moodle's additions are not lost in silence."""
        for name in sorted({str(node.tag) for node in children(self.node)} - _KNOWN):
            self.file.assume("what is known of Moodle's questions", f"an element {name}", "left out")

    def told_once(self) -> None:
        """Note what Moodle says of many questions and the bank of none, and the pictures of its old files."""
        if text(self.node, "image") or text(self.node, "image_base64"):
            self.item.changed("text and formulas", f"a picture, {text(self.node, 'image')}", "it was dropped")
        own = [re.sub(r"<[^>]+>", "", text(self.node, f"{name}/text")).strip() for name in _COMBINED]
        if not {"", *_USUAL_FEEDBACK}.issuperset(own):
            self.file.assume("feedback for each option", "feedback for right, partly right and wrong", "left out")
        if child(self.node, "hint") is not None:
            self.file.assume("one try", "hints for further tries", "left out")
        if self.number(self.node, "penalty"):
            self.file.assume("one try", f"a penalty of {self.number(self.node, 'penalty'):.0%} a try", "left out")
        if self.is_true("hidden", "0"):
            self.file.assume("questions in use", "ones that are hidden", "they come in like the others")


def _unseen_files(node: etree._Element, raw: str) -> Iterator[str]:
    """Give the files that come along with a text without being mentioned by it: those are told where they stand."""
    for file in children(node, "file"):
        name = file.get("name", "")
        if f"@@PLUGINFILE@@{file.get('path', '/')}{name}" not in unquote(raw):
            yield name


def _share(node: etree._Element) -> float:
    return max(-1.0, min(1.0, _number(node.get("fraction", "0"), "a fraction in percent") / 100))


def _number(said: str, expected: str) -> float:
    try:
        value = float(said)
    except ValueError as error:
        raise LeftOut(expected, said) from error
    if not math.isfinite(value):
        raise LeftOut(expected, said)
    return value
