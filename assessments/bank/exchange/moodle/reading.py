from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from assessments.bank.exchange import drafts
from assessments.bank.exchange.drafts import Drafts, Parts
from assessments.bank.exchange.moodle import coderunner
from assessments.bank.exchange.moodle.source import Source
from assessments.bank.exchange.report import Defaults, Item, LeftOut, counted
from assessments.bank.exchange.xml import XmlError, child, children, head, local, parse, text
from assessments.bank.models import Kind

# Moodle's ways to grade an order, by the numbers that some files have for them, and what the bank has of them.
_ORDERS = (
    "ABSOLUTE_POSITION", "RELATIVE_NEXT_EXCLUDE_LAST", "RELATIVE_NEXT_INCLUDE_LAST", "RELATIVE_ONE_PREVIOUS_AND_NEXT",
    "RELATIVE_ALL_PREVIOUS_AND_NEXT", "LONGEST_ORDERED_SUBSET", "LONGEST_CONTIGUOUS_SUBSET", "RELATIVE_TO_CORRECT",
    "ALL_OR_NOTHING",
)  # fmt: skip
_CREDITS = {"ABSOLUTE_POSITION": "position", "RELATIVE_NEXT_EXCLUDE_LAST": "adjacent"}
_SELECTED = ("ALL", "RANDOM", "CONTIGUOUS")
# What authors call the types that files have by other names.
_TITLES = {
    "calculatedmulti": "calculated multichoice", "calculatedsimple": "simple calculated", "cloze": "embedded answers",
    "coderunner": "CodeRunner", "ddimageortext": "drag and drop onto image", "ddmarker": "drag and drop markers",
    "ddmatch": "drag and drop matching", "ddwtos": "drag and drop into text",
    "description": "a description, which asks nothing", "gapselect": "select missing words",
    "multianswer": "embedded answers", "multichoice": "multiple choice", "shortanswer": "short answer",
    "stack": "STACK", "truefalse": "true/false",
}  # fmt: skip


# Canvas has a <quiz> too, in a namespace of its own; Moodle's is in none.
_QUIZ = re.compile(rb"<quiz(?![^>]*\sxmlns=)[\s>]")


def reads(files: Mapping[str, bytes]) -> bool:
    return any(_QUIZ.search(head(content, 4000)) for content in files.values())


def read(files: Mapping[str, bytes], defaults: Defaults) -> list[Item]:
    defaults.allow(len(files))
    found: list[Item] = []
    for name, content in files.items():
        file = Drafts(name, defaults)
        try:
            root = parse(content)
            defaults.allow(len(found) + sum(node.get("type") != "category" for node in children(root)))
            _read_quiz(root, file)
        except XmlError as error:
            file.item(name, name).leave_out(error.expected, error.came)
        found += file.read()
    return found


def _read_quiz(root: etree._Element, file: Drafts) -> None:
    if local(root) != "quiz":
        raise XmlError("a <quiz> of Moodle", f"<{local(root)}>")
    category = ""
    for node in children(root):
        kind = node.get("type", "")
        if node.tag != "question":
            file.item(f"{file.name}:{node.sourceline}", node.tag).leave_out("questions", f"an element {node.tag}")
        elif kind == "category":
            category = _category(node, file)
        else:
            _read_question(node, kind, category, file)


def _category(node: etree._Element, file: Drafts) -> str:
    """Give a category's path without its course, which stands first: $course$/top/Losses."""
    path = re.sub(r"^(\$\w+\$/)?(top/)?", "", text(node, "category/text"))
    for name, what in (("info", "its description"), ("idnumber", "its ID number")):
        if text(node, name):
            said = f"{what}, {text(node, name)}"
            file.beside(
                f"{file.name}:{node.sourceline}", f"the category «{path}»", "a category that gives the topic", said
            )
    return path


def _read_question(node: etree._Element, kind: str, category: str, file: Drafts) -> None:
    name = " ".join(text(node, "name/text").split())
    item = file.item(f"{file.name}:{node.sourceline}", name or kind)
    source = Source(node, item, file)
    try:
        parts = _reader(kind)(source)
        parts.explanation = source.markdown("generalfeedback")
        source.told_once()
        if parts.kind != Kind.CODING:
            source.told_unknown()
    except LeftOut as refusal:
        item.leave_out(refusal.expected, refusal.came)
        return
    parts.title, parts.category = name, category
    parts.labels = [text(tag) for tag in children(child(node, "tags"), "tag")]
    parts.identifier = text(node, "idnumber")
    file.finish(item, parts)


def _reader(kind: str) -> Callable[[Source], Parts]:
    if kind not in _READERS:
        known = ", ".join(_TITLES.get(name, name) for name in _READERS)
        raise LeftOut(f"a question of the types {known}", _TITLES.get(kind, kind) or "none")
    return _READERS[kind]


def _multichoice(source: Source) -> Parts:
    options = [
        {"text": source.own_markdown(node), "credit": share, "feedback": source.markdown("feedback", node)}
        for node, share in source.answers()
    ]
    multiple = not source.is_true("single")
    table = drafts.choice(options, multiple=multiple)
    if multiple and any(share == 0 for _, share in source.answers()):
        source.item.changed("a cost of wrong ticks", "wrong options that cost nothing", "each costs what a key earns")
    if not source.is_true("shuffleanswers"):
        table["shuffle"] = False
    numbering = text(source.node, "answernumbering", "none")
    if numbering.lower() != "none":
        source.file.assume("options without letters or numbers", f"options numbered {numbering}", "they have none")
    return Parts(Kind.CHOICE, table, source.statement(), points=source.points())


def _truefalse(source: Source) -> Parts:
    options = [
        {"text": text(node, "text").capitalize(), "credit": share, "feedback": source.markdown("feedback", node)}
        for node, share in source.answers()
    ]
    table = drafts.choice(options, multiple=False) | {"shuffle": False}
    return Parts(Kind.CHOICE, table, source.statement(), points=source.points())


def _numerical(source: Source) -> Parts:
    if any(unit is not None for unit in (child(child(source.node, "units"), "unit"),)):
        raise LeftOut("a number without units to choose or to convert", "units")
    right = [(node, share) for node, share in source.answers() if share == 1]
    others = [(node, share) for node, share in source.answers() if share != 1]
    if len(right) != 1:
        raise LeftOut("one number that is right", f"{len(right)}")
    value, tolerance = source.number(right[0][0], "text"), source.number(right[0][0], "tolerance")
    if value is None:
        raise LeftOut("a number", "none")
    worth = [f"{text(node, 'text')} ({share:.0%})" for node, share in others if share]
    if worth:
        source.item.changed("one number", f"others with credit: {'; '.join(worth)}", "left out")
    source.told_typed()
    return Parts(Kind.NUMERIC, drafts.numeric(value, tolerance or 0), source.statement(), points=source.points())


def _matching(source: Source) -> Parts:
    rows: list[tuple[str, str]] = []
    extra: list[tuple[str, str]] = []
    for node in source.every("subquestion"):
        left = source.own_markdown(node)
        (rows if left else extra).append((left, source.partner(node)))
    if len({right for _, right in rows}) != len(rows):
        raise LeftOut("a partner of its own for each item", "items that share one")
    if extra:
        source.item.changed("as many partners as items", drafts.left_over(right for _, right in extra), "left out")
    if not source.is_true("shuffleanswers"):
        source.file.assume(*drafts.SHUFFLED)
    return Parts(Kind.MATCHING, drafts.pairs(rows), source.statement(), points=source.points())


def _ordering(source: Source) -> Parts:
    items = [source.own_markdown(node) for node, _ in source.answers()]
    if not 2 <= len(items) <= 26 or len(set(items)) != len(items):
        raise LeftOut("2 to 26 different items", f"{len(items)}, {len(set(items))} of them different")
    selected = _named(text(source.node, "selecttype", "ALL"), _SELECTED)
    count = source.number(source.node, "selectcount") or 0
    # Anything below two is all of them.
    if selected != "ALL" and 2 <= count < len(items):
        source.item.changed("all items each time", f"{count:g} of them, {_as_words(selected)}", "all are shown")
    graded = _named(text(source.node, "gradingtype", "ABSOLUTE_POSITION"), _ORDERS)
    credit = _CREDITS.get(graded, "")
    if not credit:
        source.item.changed("credit by position or by neighbours", _as_words(graded), "credit by position")
    table = {"items": items, "credit": credit or "position"}
    return Parts(Kind.ORDERING, table, source.statement(), points=source.points())


def _named(said: str, names: Sequence[str]) -> str:
    """Give the name for a number, -1 for the last, or what was said where it is none."""
    number = int(said) if re.fullmatch(r"-1|\d", said) else len(names)
    return names[number] if number < len(names) else said


def _as_words(name: str) -> str:
    return name.replace("_", " ").lower()


def _essay(source: Source) -> Parts:
    points = source.points()
    if child(source.node, "responsetemplate") is not None and source.markdown("responsetemplate"):
        source.item.changed("an empty answer to begin with", "a template for the answer", "left out")
    if text(source.node, "attachments", "0") != "0":
        source.item.changed("an answer in words", "files to attach", "left out")
    for name, bound in (("minwordlimit", "at least"), ("maxwordlimit", "at most")):
        if source.number(source.node, name):
            source.item.changed("an answer of any length", f"{bound} {text(source.node, name)} words", "left out")
    table = drafts.rubric(points or 1, source.markdown("graderinfo"))
    return Parts(Kind.WRITTEN, table, source.statement(), points=points)


def _shortanswer(source: Source) -> Parts:
    """Read a number as a number; of words people decide, with the listed ones before them."""
    answers = [(text(node, "text"), share) for node, share in source.answers()]
    full = [words for words, share in answers if share == 1]
    source.told_typed()
    if len(full) == 1 and _is_number(full[0]) and not any(0 < share < 1 for _, share in answers):
        source.item.changed(*drafts.as_number(full[0]))
        return Parts(Kind.NUMERIC, drafts.numeric(float(full[0]), 0), source.statement(), points=source.points())
    listed = "; ".join(words if share == 1 else f"{words} ({share:.0%})" for words, share in answers if share > 0)
    if not listed:
        raise LeftOut("an answer that is right", "none with a share above 0")
    came = f"words that a machine compares: {listed}"
    source.item.changed("a kind of question that the bank has", came, "a written answer, with them in the rubric")
    table = drafts.rubric(source.points() or 1, f"Accepted: {listed}.")
    if source.is_true("usecase", "0"):
        source.item.changed("words in any case", "words whose case counts", "left out")
    return Parts(Kind.WRITTEN, table, source.statement(), points=source.points())


def _is_number(words: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", words) is not None


def _coderunner(source: Source) -> Parts:
    table, answer = coderunner.read(source.node)
    came = counted(sum(1 for _ in source.node.iter("testcase")), "test case")
    for what in coderunner.beside(source.node):
        source.item.changed("a function that the core decides", what, "left out")
    source.item.changed(
        "cases that are drawn from what the core knows", came, f"the core's {table['reference']} decides"
    )
    return Parts(Kind.CODING, table, source.statement(), points=source.points(), right=answer)


_READERS: dict[str, Callable[[Source], Parts]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "numerical": _numerical,
    "matching": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "shortanswer": _shortanswer,
    "coderunner": _coderunner,
}
