"""What an import or an export says: one item for each question of the file, taken, changed or left out."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from collections.abc import Iterable, Iterator

from assessments.bank.exchange.archives import ArchiveError
from grader.questions import QuestionFolder

LONGEST_CAME = 160


class Fate(enum.StrEnum):
    TAKEN = "taken"
    CHANGED = "changed"
    LEFT_OUT = "left out"


class LeftOut(Exception):  # noqa: N818 - what becomes of the item, not what failed
    """An item that cannot be held at all: what was expected and what came instead."""

    def __init__(self, expected: str, came: str) -> None:
        self.expected, self.came = expected, came
        super().__init__(f"expected {expected}, got {came}")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: where, whose, what became of it, what was expected, what came and what was done."""

    place: str
    item: str
    fate: Fate
    expected: str = ""
    came: str = ""
    done: str = ""

    def __str__(self) -> str:
        told = f"expected {self.expected}, got {self.came}: {self.done}" if self.expected else self.done
        return f"{self.place}: {self.fate}: {self.item}" + (f": {told}" if told else "")


@dataclasses.dataclass(slots=True)
class Item:
    """One question of a file on its way: where it stands, what it became, and all that was changed.

    `whole` marks what is said once of many questions; it counts as none.
    """

    place: str
    name: str
    question: QuestionFolder | None = None
    remarks: list[Line] = dataclasses.field(default_factory=list)
    done: str = ""
    whole: bool = False

    def changed(self, expected: str, came: str, done: str, place: str = "") -> None:
        """Note that something of it was changed or lost; the same remark twice is one."""
        line = Line(place or self.place, self.name, Fate.CHANGED, expected, short(came), done)
        if line not in self.remarks:
            self.remarks.append(line)

    def leave_out(self, expected: str, came: str, place: str = "") -> None:
        self.question = None
        self.remarks.append(Line(place or self.place, self.name, Fate.LEFT_OUT, expected, short(came), "left out"))

    @property
    def fate(self) -> Fate:
        if self.question is None and not self.whole:
            return Fate.LEFT_OUT
        return Fate.CHANGED if self.remarks else Fate.TAKEN

    def lines(self) -> Iterator[Line]:
        """Give the item's lines, at least one; of an item that was left out only what says why."""
        if self.whole:
            yield from self.remarks
        elif self.question is None:
            yield from (line for line in self.remarks if line.fate == Fate.LEFT_OUT)
        else:
            if self.done or not self.remarks:
                yield Line(self.place, self.name, self.fate, done=self.done)
            # A question has its own title only once it is read.
            yield from (dataclasses.replace(line, item=self.name) for line in self.remarks)


def short(text: str) -> str:
    """Show what came on one line of readable length."""
    line = " ".join(str(text).split()) or "nothing"
    return line if len(line) <= LONGEST_CAME else line[: LONGEST_CAME - 1] + "…"


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def lines(items: Iterable[Item]) -> list[Line]:
    return [line for item in items for line in item.lines()]


def counts(items: Iterable[Item]) -> dict[Fate, int]:
    """Count the items by what became of them, each fate named."""
    counted = Counter(item.fate for item in items if not item.whole)
    return {fate: counted[fate] for fate in Fate}


def summary(items: Iterable[Item]) -> str:
    return ", ".join(f"{count} {fate}" for fate, count in counts(items).items())


@dataclasses.dataclass(frozen=True, slots=True)
class Defaults:
    """What a reader goes by: what a question gets where its source says nothing of it, and how many it takes."""

    topic: str = "foundations"
    level: str = "apply"
    minutes: int = 5
    most: int = 5000

    def allow(self, count: int) -> None:
        """Refuse a file of too many questions before any of them is read.

        Raises
        ------
        ArchiveError : where there are more than `most`.
        """
        if count > self.most:
            raise ArchiveError([f"expected up to {counted(self.most, 'question')} at once, got more: split the file"])
