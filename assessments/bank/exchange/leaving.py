"""What writers of foreign formats share: the form of a question that leaves, and what it loses on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from assessments.bank.exchange.report import Item
from assessments.bank.models import Kind
from grader.kinds.numeric import DEFAULT_ATOL, DEFAULT_RTOL, key_of
from grader.questions import QuestionFolder, realise


@dataclasses.dataclass(frozen=True, slots=True)
class Leaving:
    """One question as it leaves: its first variant's texts and its kind's table."""

    question: QuestionFolder
    statement: str
    explanation: str
    table: Mapping[str, Any]

    @property
    def options(self) -> list[tuple[str, float, str]]:
        """Give the options of a choice: text, share of the credit from -1 to 1, feedback.

        The shares of several right ones sum to 1, and a wrong tick costs what the bank takes for it.
        """
        rows = [(row["text"], float(row.get("credit", 0)), row.get("feedback", "")) for row in self.table["options"]]
        if not self.table.get("multiple", False):
            return rows
        keys = [credit for _, credit, _ in rows if credit > 0]
        typical = sum(keys) / len(keys)
        return [(text, (credit or -typical) / sum(keys), feedback) for text, credit, feedback in rows]

    @property
    def is_shuffled(self) -> bool:
        return bool(self.table.get("shuffle", True))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        rows = (pair.values() if isinstance(pair, Mapping) else pair for pair in self.table["pairs"])
        return [(left, right) for left, right in rows]

    @property
    def key(self) -> float:
        return key_of(self.table)

    @property
    def tolerance(self) -> float:
        """Give the absolute tolerance that accepts the same numbers."""
        atol, rtol = (self.table.get(name, usual) for name, usual in (("atol", DEFAULT_ATOL), ("rtol", DEFAULT_RTOL)))
        return float(atol + rtol * abs(self.key))

    @property
    def rubric(self) -> str:
        """Give what markers go by as Markdown."""
        rubric = self.table["rubric"]
        if isinstance(rubric, str):
            return rubric
        rows = rubric if isinstance(rubric, list) else [rubric]
        return "\n".join(f"- {_criterion(row) if isinstance(row, Mapping) else row}" for row in rows)


def _criterion(row: Mapping[str, Any]) -> str:
    points = f" ({row['points']:g} points)" if isinstance(row.get("points"), (int, float)) else ""
    said = f": {row['description']}" if row.get("description") else ""
    levels = [f"{level['points']:g}: {level['description']}" for level in row.get("levels", ())]
    return f"**{row.get('criterion', 'Answer')}**{points}{said}" + (f" ({'; '.join(levels)})" if levels else "")


def write_each(
    items: Iterable[Item],
    kinds: Mapping[str, Callable[[Leaving], Any]],
    format_name: str,
    locks: Collection[str] = (),
) -> list[tuple[Leaving, Any]]:
    """Write each question whose kind the format holds; note with the others that it does not.

    `locks`: the kinds of which the format can say that everybody sees one order.
    """
    written = []
    for item in items:
        question = item.question
        if question is None:
            continue
        if question.kind not in kinds or "function" in question.spec.get(Kind.LAB, {}):
            item.leave_out(f"a kind that {format_name} holds: {', '.join(kinds)}", f"{question.kind}")
            continue
        leaving = _leaving(item, question)
        if not leaving.is_shuffled and question.kind not in locks:
            item.changed("an order of each candidate's own", "one order for everybody", "left out")
        written.append((leaving, kinds[question.kind](leaving)))
    return written


def _leaving(item: Item, question: QuestionFolder) -> Leaving:
    parameters = question.parameters(0)
    spec = realise(question.spec, parameters)
    if len(question.variants) > 1:
        item.changed("one form of a question", f"{len(question.variants)} variants", "the first was written")
    lost = sorted(set(spec) - {question.kind})
    if lost:
        item.changed("credit for the answer alone", f"tables {', '.join(lost)}", "left out")
    if spec[question.kind].get("credit") == "adjacent":
        item.changed("credit by position", "credit for right neighbours", "credit by position")
    statement, explanation = (str(realise(text, parameters)) for text in (question.statement, question.explanation))
    return Leaving(question, statement, explanation, spec[question.kind])
