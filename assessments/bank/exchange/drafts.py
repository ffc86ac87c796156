"""What readers of foreign formats share: parts of a question become one of ours, checked as every folder is."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from assessments.bank import folders
from assessments.bank.exchange.report import Defaults, Item, LeftOut, counted, short
from assessments.bank.models import Kind, Level
from assessments.bank.topics import TITLES
from grader.questions import QuestionError, QuestionFolder, Solution

# What a question says of itself beside its texts travels as labels: tags in Moodle and GIFT, keywords in QTI.
_LABEL = re.compile(r"(topic|level|minutes|points|language|licence|source):(.+)", re.DOTALL)
LONGEST_TITLE = 200
MOST_ANSWERS = 100


@dataclasses.dataclass(slots=True)
class Parts:
    """What a reader found of one question, as Markdown.

    `right` is a right answer where the table does not say it; `identifier` is what its source calls it.
    """

    kind: str
    table: dict[str, Any]
    statement: str
    title: str = ""
    explanation: str = ""
    labels: Sequence[str] = ()
    category: str = ""
    points: float | None = None
    right: str = ""
    identifier: str = ""


@dataclasses.dataclass
class Drafts:
    """The questions of one file as they are read, and what had to be assumed of many."""

    name: str
    defaults: Defaults
    items: list[Item] = dataclasses.field(default_factory=list)
    assumed: dict[tuple[str, str, str], int] = dataclasses.field(default_factory=dict)
    slugs: dict[str, int] = dataclasses.field(default_factory=dict)

    def item(self, place: str, name: str) -> Item:
        self.items.append(Item(place, short(name)))
        return self.items[-1]

    def beside(self, place: str, name: str, expected: str, came: str) -> None:
        """Note what stands beside the questions and is not brought in."""
        self.items.append(Item(place, name, whole=True))
        self.items[-1].leave_out(expected, came)

    def assume(self, expected: str, came: str, done: str) -> None:
        """Note what many questions have in common: it is told once, with their number."""
        self.assumed[expected, came, done] = self.assumed.get((expected, came, done), 0) + 1

    def finish(self, item: Item, parts: Parts) -> None:
        """Make the question of its parts, or leave it out with what the bank says of it."""
        if len(parts.labels) > MOST_ANSWERS:
            item.leave_out(f"up to {MOST_ANSWERS} tags", f"{len(parts.labels)}")
            return
        question = self._question(item, parts)
        item.name = question.title
        if parts.kind == Kind.CHOICE:
            _told_credit(item, parts.table)
        try:
            item.question = folders.parse(folders.files(question), question.slug)
        except QuestionError as error:
            for problem in error.problems:
                item.leave_out("a question that the bank can hold", problem)

    def read(self) -> list[Item]:
        """Give the items, before them what was said of many."""
        if all(item.whole for item in self.items):
            self.item(self.name, self.name).leave_out("questions", "none")
        told = []
        for (expected, came, done), count in self.assumed.items():
            whole = Item(self.name, counted(count, "question"), whole=True)
            whole.changed(expected, came, done)
            told.append(whole)
        return told + self.items

    def _question(self, item: Item, parts: Parts) -> QuestionFolder:
        title = self._title(item, parts)
        said, tags = _read_labels(parts.labels)
        correct, wrong = _solutions(parts)
        if wrong:
            self.assume("answers for certification to try", "none", "made from the key: it, and one that it is not")
        return QuestionFolder(
            slug=self._slug(title or parts.kind),
            title=title,
            kind=parts.kind,
            spec={parts.kind: parts.table},
            statement=f"{parts.statement.strip()}\n",
            explanation=f"{parts.explanation.strip()}\n" if parts.explanation.strip() else "",
            topics=self._topics(said, parts.category),
            level=self._level(said),
            minutes=self._minutes(said),
            points=_points(item, said, parts.points),
            tags=tuple(tags),
            language=said.get("language", ["en"])[0],
            licence=said.get("licence", [""])[0],
            source=said.get("source", [self._source(parts)])[0],
            solutions_correct=correct,
            solutions_wrong=wrong,
        )

    def _source(self, parts: Parts) -> str:
        return f"Imported from {self.name}" + (f" ({parts.identifier})" if parts.identifier else "")

    def _title(self, item: Item, parts: Parts) -> str:
        title = " ".join(parts.title.split())
        if not title:
            words = re.sub(r"(\\_)+", "…", parts.statement)
            title = " ".join(re.sub(r"[$*`\\#>|{}]", "", words).split())[:60].strip()
            self.assume("a title", "none", "the first words of the text stand for it")
        if len(title) > LONGEST_TITLE:
            item.changed(f"a title of up to {LONGEST_TITLE} characters", f"{len(title)} characters", "it was cut")
        return title[:LONGEST_TITLE].strip()

    def _slug(self, title: str) -> str:
        stem = slugify(title)[:90].strip("-_") or "question"
        slug, number = stem, self.slugs.get(stem, 0)
        while slug in self.slugs or slug in folders.RESERVED:
            number += 1
            slug = f"{stem}-{number}"
        self.slugs[stem] = max(number, 1)
        self.slugs.setdefault(slug, 1)
        return slug

    def _topics(self, said: Mapping[str, list[str]], category: str) -> tuple[str, ...]:
        named = [topic for topic in said.get("topic", ()) if topic in TITLES]
        if named:
            return tuple(sorted(set(named), key=list(TITLES).index))
        by_name = {name.casefold(): slug for slug, title in TITLES.items() for name in (slug, title)}
        for part in reversed(category.split("/")):
            if part.strip().casefold() in by_name:
                return (by_name[part.strip().casefold()],)
        came = f"the category «{category}», which is called like none of them" if category else "none"
        self.assume("a topic of the bank", came, f"topic {self.defaults.topic}")
        return (self.defaults.topic,)

    def _level(self, said: Mapping[str, list[str]]) -> str:
        if said.get("level", [""])[0] in Level.values:
            return said["level"][0]
        self.assume("a level", "none", f"level {self.defaults.level}")
        return self.defaults.level

    def _minutes(self, said: Mapping[str, list[str]]) -> int:
        minutes = said.get("minutes", [""])[0]
        if minutes.isdecimal() and 1 <= int(minutes[:4]) <= 480:
            return int(minutes)
        self.assume("minutes to answer in", "none", f"{self.defaults.minutes} minutes")
        return self.defaults.minutes


def labels_of(question: QuestionFolder) -> list[str]:
    """Give what a question says of itself beside its texts, each as one label."""
    said = [f"topic:{topic}" for topic in question.topics]
    said += [f"{name}:{getattr(question, name):g}" for name in ("minutes", "points")]
    names = ("level", "language", "licence", "source")
    said += [f"{name}:{getattr(question, name)}" for name in names if getattr(question, name)]
    return [*question.tags, *said]


def _read_labels(labels: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    said: dict[str, list[str]] = {}
    tags = []
    for label in dict.fromkeys(" ".join(label.split()) for label in labels):
        found = _LABEL.fullmatch(label)
        if found:
            said.setdefault(found.group(1), []).append(found.group(2))
        elif label:
            tags.append(label)
    return said, tags


def _points(item: Item, said: Mapping[str, list[str]], points: float | None) -> int:
    if said.get("points", [""])[0].isdecimal():
        return min(480, max(1, int(said["points"][0][:4])))
    if points is None:
        return 1
    whole = min(480, max(1, round(points)))
    if whole != points:
        item.changed("whole points from 1 to 480", f"{points:g}", counted(whole, "point"))
    return whole


def _solutions(parts: Parts) -> tuple[tuple[Solution, ...], tuple[Solution, ...]]:
    """Give answers that certification tries: the key, and one that is wrong."""
    right, wrong = (parts.right, "") if parts.right else _keys(parts)
    suffix = {Kind.NUMERIC: "txt", Kind.CODING: "py"}.get(Kind(parts.kind), "json")
    made = [Solution(f"key.{suffix}", right)] if right else []
    failing = [Solution(f"not_key.{suffix}", wrong, ("correctness",))] if wrong else []
    return tuple(made), tuple(failing)


def _keys(parts: Parts) -> tuple[str, str]:
    table = parts.table
    if parts.kind == Kind.NUMERIC:
        key = float(table["answer"])
        return f"{key!r}", f"{key + 10 * table['atol'] + max(1.0, abs(key))!r}"
    if parts.kind == Kind.CHOICE:
        return _choice_keys(table["options"], multiple=table["multiple"])
    count = len(table.get("pairs", table.get("items", ())))
    return (json.dumps([*range(count)]), json.dumps([*range(count)][::-1])) if count else ("", "")


def _choice_keys(options: Sequence[Mapping[str, Any]], *, multiple: bool) -> tuple[str, str]:
    keys = [index for index, option in enumerate(options) if option["credit"] > 0]
    best = [index for index in keys if options[index]["credit"] == 1]
    others = [index for index, option in enumerate(options) if option["credit"] <= 0]
    right = keys if multiple else best[:1]
    return json.dumps(right) if right else "", json.dumps(others[:1]) if others else ""


def allow(answers: Sequence[Any]) -> None:
    """Refuse a question of too many answers before any of them is read."""
    if len(answers) > MOST_ANSWERS:
        raise LeftOut(f"up to {MOST_ANSWERS} answers", f"{len(answers)}")


def choice(options: Sequence[Mapping[str, Any]], *, multiple: bool) -> dict[str, Any]:
    """Give the [choice] table of options with text, share of the credit and feedback.

    Where all keys weigh the same, and each wrong tick costs what a right one earns, that is the bank's own rule.
    """
    if len(options) < 2:
        raise LeftOut("at least two options", f"{len(options)}")
    shares = [round(float(option["credit"]), 7) for option in options]
    keys = [share for share in shares if share > 0]
    if not keys:
        raise LeftOut("an option that is right", "none with a share above 0")
    if multiple and _is_usual(shares, keys):
        shares = [float(share > 0) for share in shares]
    rows = [_option(option, share) for option, share in zip(options, shares, strict=True)]
    return {"multiple": multiple, "options": rows}


def _told_credit(item: Item, table: Mapping[str, Any]) -> None:
    """Note shares of the credit that the bank keeps and takes otherwise than their source."""
    shares = [row["credit"] for row in table["options"]]
    if table["multiple"]:
        full = sum(share for share in shares if share > 0)
        # Thirds are written with five digits and more; where all right ones earn the same, 1 stands for each.
        if set(shares) - {0, 1} and abs(full - 1) > 1e-3:
            item.changed("right options that earn 100% together", f"{full:.2%}", "together they earn full credit")
        return
    if max(shares) < 1:
        item.changed(
            "an option that earns full credit", f"at most {max(shares):.0%}", "kept: mend it before it is certified"
        )
    if min(shares) < 0:
        item.changed("no credit below zero", "options that cost credit", "zero is the least")


def _option(option: Mapping[str, Any], credit: float) -> dict[str, Any]:
    row: dict[str, Any] = {"text": option["text"], "credit": int(credit) if credit == int(credit) else credit}
    return row | ({"feedback": option["feedback"]} if option.get("feedback") else {})


def _is_usual(shares: Sequence[float], keys: Sequence[float]) -> bool:
    """Whether all keys weigh the same, and a wrong tick costs what a right one earns, or says nothing of its cost."""
    typical = sum(keys) / len(keys)
    same = max(keys) - min(keys) < 1e-4
    return same and all(share > 0 or abs(share) < 1e-4 or abs(share + typical) < 1e-4 for share in shares)


def numeric(value: float, tolerance: float) -> dict[str, Any]:
    return {"answer": value, "rtol": 0.0, "atol": abs(tolerance)}


def pairs(rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Give the [matching] table; its partners are as many as its items, each used once."""
    if not 2 <= len(rows) <= 26:
        raise LeftOut("2 to 26 pairs", f"{len(rows)}")
    return {"pairs": [{"left": left, "right": right} for left, right in rows]}


# What is told where a source shows items in one order: the bank's own order by text may be the key's.
SHUFFLED = ("items that stand in an order of each candidate's own", "one order for everybody", "they are shuffled")


def left_over(partners: Iterable[str]) -> str:
    found = list(partners)
    return f"{counted(len(found), 'partner')} of no item: {'; '.join(found)}"


def as_number(words: str) -> tuple[str, str, str]:
    """Say that words which a machine compares are taken as the number that they are."""
    return (
        "a kind of question that the bank has",
        f"words that a machine compares: {words}",
        "a number to answer with",
    )


def rubric(points: float, description: str) -> dict[str, Any]:
    """Give the [written] table of one criterion; what the source says to those who mark stands in it."""
    return {"rubric": [{"criterion": "Answer", "points": max(1, round(points)), "description": description or "…"}]}
