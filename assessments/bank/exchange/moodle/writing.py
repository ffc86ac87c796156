from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from assessments.bank.exchange import markup
from assessments.bank.exchange.drafts import labels_of
from assessments.bank.exchange.leaving import Leaving, write_each
from assessments.bank.exchange.report import Item
from assessments.bank.exchange.xml import written
from assessments.bank.models import Kind
from assessments.bank.topics import TITLES

NAME = "questions.xml"


def write(items: Iterable[Item]) -> dict[str, bytes]:
    """Write one quiz; questions stand in the category of their first topic."""
    quiz = etree.Element("quiz")
    category = ""
    found = write_each(items, _WRITERS, "Moodle XML", locks={Kind.CHOICE, Kind.MATCHING})
    order = list(TITLES)
    for leaving, node in sorted(found, key=lambda row: order.index(row[0].question.topics[0])):
        if leaving.question.topics[0] != category:
            category = leaving.question.topics[0]
            quiz.append(_category(TITLES[category]))
        quiz.append(node)
    return {NAME: written(quiz)}


def _category(title: str) -> etree._Element:
    node = etree.Element("question", type="category")
    etree.SubElement(etree.SubElement(node, "category"), "text").text = f"$course$/top/{title}"
    return node


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, name, **attributes)
    node.text = text
    return node


def _add_text(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, name, **attributes)
    etree.SubElement(node, "text").text = text
    return node


def _add_html(parent: etree._Element, name: str, markdown: str, **attributes: str) -> etree._Element:
    return _add_text(parent, name, markup.as_html(markdown), format="html", **attributes)


def _question(leaving: Leaving, kind: str) -> etree._Element:
    question = leaving.question
    node = etree.Element("question", type=kind)
    _add_text(node, "name", question.title)
    _add_html(node, "questiontext", leaving.statement)
    _add_html(node, "generalfeedback", leaving.explanation)
    _add(node, "defaultgrade", f"{question.points:g}")
    _add(node, "penalty", "0")
    _add(node, "hidden", "0")
    _add(node, "idnumber", question.slug)
    tags = etree.SubElement(node, "tags")
    for label in labels_of(question):
        _add_text(tags, "tag", label)
    return node


def _answer(node: etree._Element, share: float, text: str, feedback: str = "", form: str = "html") -> etree._Element:
    percent = f"{100 * share:.5f}".rstrip("0").rstrip(".")
    found = _add_text(node, "answer", text, fraction=percent, format=form)
    _add_html(found, "feedback", feedback)
    return found


def _choice(leaving: Leaving) -> etree._Element:
    node = _question(leaving, "multichoice")
    _add(node, "single", "false" if leaving.table.get("multiple") else "true")
    _add(node, "shuffleanswers", "true" if leaving.is_shuffled else "false")
    _add(node, "answernumbering", "none")
    for text, share, feedback in leaving.options:
        _answer(node, share, markup.as_html(text), feedback)
    return node


def _numeric(leaving: Leaving) -> etree._Element:
    node = _question(leaving, "numerical")
    _add(_answer(node, 1, f"{leaving.key!r}", form="moodle_auto_format"), "tolerance", f"{leaving.tolerance!r}")
    return node


def _matching(leaving: Leaving) -> etree._Element:
    node = _question(leaving, "matching")
    _add(node, "shuffleanswers", "true" if leaving.is_shuffled else "false")
    for left, right in leaving.pairs:
        # Partners are words in Moodle, never HTML.
        _add_text(_add_html(node, "subquestion", left), "answer", markup.as_words(right))
    return node


def _ordering(leaving: Leaving) -> etree._Element:
    node = _question(leaving, "ordering")
    for name, text in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("gradingtype", "ABSOLUTE_POSITION")):
        _add(node, name, text)
    for place, text in enumerate(leaving.table["items"], 1):
        _answer(node, place / 100, markup.as_html(text))
    return node


def _written(leaving: Leaving) -> etree._Element:
    node = _question(leaving, "essay")
    _add(node, "responseformat", "plain")
    _add(node, "responserequired", "1")
    _add_html(node, "graderinfo", leaving.rubric)
    return node


_WRITERS: dict[str, Callable[[Leaving], etree._Element]] = {
    Kind.CHOICE: _choice,
    Kind.NUMERIC: _numeric,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.WRITTEN: _written,
}
