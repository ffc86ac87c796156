from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from assessments.bank.exchange import markup
from assessments.bank.exchange.drafts import labels_of
from assessments.bank.exchange.leaving import Leaving, write_each
from assessments.bank.exchange.report import Item
from assessments.bank.models import Kind
from assessments.bank.topics import TITLES

NAME = "questions.gift"


def write(items: Iterable[Item]) -> dict[str, bytes]:
    """Write one text file; questions stand in the category of their first topic."""
    order = list(TITLES)
    found = sorted(write_each(items, _WRITERS, "GIFT"), key=lambda row: order.index(row[0].question.topics[0]))
    lines, category = [], ""
    for leaving, answers in found:
        if leaving.question.topics[0] != category:
            category = leaving.question.topics[0]
            lines.append(f"$CATEGORY: $course$/top/{TITLES[category]}\n")
        lines.append(_entry(leaving, answers))
    return {NAME: "\n".join(lines).encode()}


def _entry(leaving: Leaving, answers: str) -> str:
    question = leaving.question
    labels = " ".join(f"[tag:{_quoted(label)}]" for label in labels_of(question))
    explanation = f"\n\t####{_html(leaving.explanation)}" if leaving.explanation.strip() else ""
    head = f"// [id:{_quoted(question.slug)}] {labels}\n::{_escaped(question.title)}::[html]{_html(leaving.statement)}"
    return f"{head}{{{answers}{explanation}\n}}\n"


def _quoted(label: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", label)


def _escaped(text: str) -> str:
    text = re.sub(r"[\\~=#{}:]", r"\\\g<0>", text)
    return text.replace("\n", "\\n")


def _html(markdown: str) -> str:
    return _escaped(markup.as_html(markdown))


def _option(sign: str, text: str, feedback: str) -> str:
    return f"\n\t{sign}{_html(text)}" + (f"#{_html(feedback)}" if feedback else "")


def _choice(leaving: Leaving) -> str:
    multiple = leaving.table.get("multiple", False)
    return "".join(
        _option("=" if share == 1 and not multiple else f"~%{_percent(share)}%" if share else "~", text, feedback)
        for text, share, feedback in leaving.options
    )


def _percent(share: float) -> str:
    return f"{100 * share:.5f}".rstrip("0").rstrip(".")


def _numeric(leaving: Leaving) -> str:
    return f"#{leaving.key!r}:{leaving.tolerance!r}"


def _matching(leaving: Leaving) -> str:
    return "".join(f"\n\t={_html(left)} -> {_escaped(markup.as_words(right))}" for left, right in leaving.pairs)


def _written(_leaving: Leaving) -> str:
    return ""


_WRITERS: dict[str, Callable[[Leaving], str]] = {
    Kind.CHOICE: _choice,
    Kind.NUMERIC: _numeric,
    Kind.MATCHING: _matching,
    Kind.WRITTEN: _written,
}
