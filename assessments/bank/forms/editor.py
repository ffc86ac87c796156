"""A question as its author edits it: fields for the folder's files, checked by what checks folders."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from django import forms

from assessments.bank import folders
from assessments.bank.forms.head import HeadForm
from assessments.bank.forms.rows import Rows
from assessments.bank.forms.solutions import Solutions, solutions_form
from assessments.bank.forms.specs import FORMS
from grader.kinds.specs import is_code
from grader.questions import QuestionError, QuestionFolder

# Which field a problem of the folder belongs to, by the words that it begins with.
_FIELD_OF = (
    *((f"question.toml: {name}", name) for name in ("title", "level", "minutes", "points", "topics", "tags", "source")),
    ("question.toml: licence", "licence"),
    ("question.toml: variants", "variants"),
    ("statement.md", "statement"),
    ("explanation.md", "explanation"),
    ("reference.py", "reference"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One problem for the page: the field's label, its element's id ("" for none), the sentence."""

    label: str
    element: str
    sentence: str


class Editor:
    """All forms of one question: its head, the table of its kind, its solutions."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, question: QuestionFolder) -> None:
        self.before = question
        self.head = HeadForm(data, question=question)
        self.spec = FORMS[question.kind](data, spec=question.spec)
        mode = "python" if is_code(question.kind, question.spec) else ""
        self.solutions: Solutions = solutions_form(data, question, mode=mode)
        self.is_bound = data is not None

    @property
    def lists(self) -> list[Rows]:
        return self.spec.rows

    def has_changed(self) -> bool:
        return self.head.has_changed() or self.spec.has_changed() or self.solutions.has_changed()

    def read(self) -> QuestionFolder | None:
        """Give the question that the fields make; None, with errors by field, where they do not."""
        # Every form is asked, so that every error shows at once.
        if not all([self.head.is_valid(), self.spec.is_valid(), self.solutions.is_valid()]):
            return None
        written = self.head.texts() | {"spec.toml": tomlkit.dumps(self.spec.tables())} | self.solutions.texts()
        if self.spec.errors:
            return None
        try:
            return folders.parse(written, self.before.slug)
        except QuestionError as error:
            for problem in error.problems:
                self._blame(problem)
            return None

    def _blame(self, problem: str) -> None:
        if problem.startswith("spec.toml: "):
            self.spec.blame(problem.removeprefix("spec.toml: "))
            return
        for beginning, field in _FIELD_OF:
            if problem.startswith(beginning) and field in self.head.fields:
                self.head.add_error(field, problem.removeprefix(beginning).removeprefix(":").strip())
                return
        self.head.add_error(None, problem)

    def problems(self) -> Iterator[Told]:
        """Give every error of a form that was read, in the order of the page."""
        if not self.is_bound:
            return
        for sentence in self.head.non_field_errors():
            yield Told("", "", str(sentence))
        yield from _of_fields(self.head)
        for rows in self.lists:
            yield from _of_rows(rows, rows.one)
        yield from _of_fields(self.spec)
        yield from _of_rows(self.solutions, "solution")


def _of_rows(rows: forms.BaseFormSet, one: str) -> Iterator[Told]:  # type: ignore[type-arg]  # not when it runs
    wrong = [*rows.non_form_errors(), *getattr(rows, "problems", ())]
    yield from (Told(f"{one.capitalize()}s", f"{rows.prefix}-rows", str(sentence)) for sentence in wrong)
    for number, row in enumerate(rows.forms, start=1):
        for told in _of_fields(row):
            yield dataclasses.replace(told, label=f"{one.capitalize()} {number}, {told.label.lower()}")


def _of_fields(form: forms.Form) -> Iterator[Told]:
    for field in form:
        for sentence in field.errors:
            yield Told(str(field.label), field.id_for_label or field.auto_id, str(sentence))
