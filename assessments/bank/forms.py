from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, cast

import tomlkit
from django import forms

from assessments.bank import folders
from assessments.bank.models import Kind, Level, State
from assessments.bank.topics import TOPICS
from grader.questions import QuestionError, QuestionFolder

# Which field a problem of the folder belongs to, by the words that it begins with.
_FIELD_OF = (
    *((f"question.toml: {name}", name) for name in ("title", "level", "minutes", "points", "topics", "tags", "source")),
    ("question.toml: licence", "licence"),
    ("question.toml: variants", "variants"),
    ("statement.md", "statement"),
    ("explanation.md", "explanation"),
    ("reference.py", "reference"),
    ("spec.toml", "spec"),
)


class FilterForm(forms.Form):
    """The list's filters; whatever is not understood filters nothing."""

    search = forms.CharField(required=False, label="Words", max_length=100)
    topic = forms.ChoiceField(required=False, choices=[("", "any"), *TOPICS])
    kind = forms.ChoiceField(required=False, choices=[("", "any"), *Kind.choices])
    level = forms.ChoiceField(required=False, choices=[("", "any"), *Level.choices])
    state = forms.ChoiceField(required=False, choices=[("", "any"), *State.choices])
    origin = forms.ChoiceField(
        required=False, label="From", choices=[("", "anywhere"), ("own", "our own"), ("library", "the library")]
    )

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class _Source(forms.Textarea):
    def __init__(self) -> None:
        super().__init__({"rows": 4, "class": "code-input", "spellcheck": "false", "autocapitalize": "off"})


class QuestionForm(forms.Form):
    """A question as its author edits it: the folder's files as fields, checked by what checks folders."""

    title = forms.CharField(max_length=200)
    level = forms.ChoiceField(choices=Level.choices)
    minutes = forms.IntegerField(min_value=1, max_value=480)
    points = forms.IntegerField(min_value=1, max_value=480)
    topics = forms.MultipleChoiceField(choices=TOPICS, widget=forms.CheckboxSelectMultiple)
    statement = forms.CharField(
        widget=_Source(),
        strip=False,
        help_text="Markdown, with LaTeX between $…$ or $$…$$; @{name} puts in a variant’s number.",
    )
    spec = forms.CharField(widget=_Source(), strip=False, help_text="TOML: what is checked and what it weighs.")
    variants = forms.CharField(
        widget=_Source(),
        strip=False,
        required=False,
        help_text="TOML: one table [[variants]] for each set of numbers; empty for none.",
    )
    reference = forms.CharField(
        widget=_Source(),
        strip=False,
        required=False,
        label="Own reference",
        help_text="Python, where the core has no such function.",
    )
    explanation = forms.CharField(widget=_Source(), strip=False, required=False, help_text="Shown after release.")
    tags = forms.CharField(required=False, help_text="Words, with commas between.")
    source = forms.CharField(required=False, help_text="Where the question comes from.")
    licence = forms.CharField(required=False, max_length=100)

    def __init__(self, data: Mapping[str, Any] | None = None, *, question: QuestionFolder) -> None:
        super().__init__(data, initial=_initial(question))
        self.before = question
        self.question: QuestionFolder | None = None
        if question.kind != Kind.CODING:
            del self.fields["reference"]
        for name, field in self.fields.items():
            if isinstance(field.widget, _Source):
                field.widget.attrs["rows"] = min(24, max(4, str(self[name].value()).count("\n") + 2))

    def clean_variants(self) -> str:
        text = self.cleaned_data["variants"]
        try:
            held = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise forms.ValidationError(f"not valid TOML: {error}") from error
        if set(held) - {"variants"}:
            raise forms.ValidationError(f"expected tables [[variants]] only, got {', '.join(sorted(held))}")
        return str(text)

    def read(self, solutions: dict[str, str]) -> QuestionFolder | None:
        """Give the question that the fields and `solutions` make; None, with errors by field, where they do not."""
        if not self.is_valid():
            return None
        try:
            return folders.parse(self.texts() | solutions, self.before.slug)
        except QuestionError as error:
            for problem in error.problems:
                self._blame(problem)
            return None

    def texts(self) -> dict[str, str]:
        data = self.cleaned_data
        head = {
            "title": data["title"],
            "kind": self.before.kind,
            "topics": data["topics"],
            "level": data["level"],
            "minutes": data["minutes"],
            "points": data["points"],
            "tags": [word.strip() for word in data["tags"].split(",") if word.strip()],
            "language": self.before.language,
            "source": data["source"],
        }
        head |= {"licence": data["licence"]} if data["licence"] else {}
        written = {
            "question.toml": tomlkit.dumps(head) + _newlines(data["variants"]),
            "statement.md": _newlines(data["statement"]),
            "spec.toml": _newlines(data["spec"]),
            "explanation.md": _newlines(data["explanation"]),
            "reference.py": _newlines(data.get("reference", "")),
        }
        return {path: text for path, text in written.items() if text.strip() or path == "statement.md"}

    def _blame(self, problem: str) -> None:
        for beginning, field in _FIELD_OF:
            if problem.startswith(beginning) and field in self.fields:
                self.add_error(field, problem.removeprefix(beginning).removeprefix(":").strip())
                return
        self.add_error(None, problem)


def _initial(question: QuestionFolder) -> dict[str, Any]:
    written = folders.files(question)
    names = ("title", "level", "topics", "source", "licence", "statement", "explanation")
    variants = tomlkit.dumps({"variants": [dict(row) for row in question.variants]}) if question.variants else ""
    return {name: getattr(question, name) for name in names} | {
        "minutes": int(question.minutes),
        "points": int(question.points),
        "tags": ", ".join(question.tags),
        "spec": written["spec.toml"],
        "variants": variants,
        "reference": question.reference_source or "",
    }


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class SolutionForm(forms.Form):
    side = forms.ChoiceField(
        label="Must be graded", choices=[("correct", "correct"), ("wrong", "wrong")], widget=forms.RadioSelect
    )
    name = forms.RegexField(
        r"^\w[\w.-]*$",
        max_length=60,
        label="File name",
        error_messages={"invalid": "Expected letters, digits, dots, dashes and underscores."},
    )
    text = forms.CharField(
        widget=_Source(),
        strip=False,
        label="Answer",
        help_text="As a candidate would type it. A wrong one begins with a line such as “# expects: correctness” "
        "that names the check or the finding that must catch it.",
    )


class Solutions(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    def texts(self) -> dict[str, str]:
        """Give the solutions by path; those that were ticked for removal are left out."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return {f"solutions/{row['side']}/{row['name']}": _newlines(row["text"]) for row in kept}


_SolutionFormSet = forms.formset_factory(SolutionForm, formset=Solutions, extra=1, can_delete=True, max_num=40)


def solutions_form(data: Mapping[str, Any] | None, question: QuestionFolder) -> Solutions:
    """Give the formset that shows a question's solutions and one empty row, filled with `data` where there is some."""
    return cast("Solutions", _SolutionFormSet(data, initial=solution_rows(question), prefix="solutions"))


def solution_rows(question: QuestionFolder) -> list[dict[str, str]]:
    """Give the solutions as the formset shows them."""
    return [
        {"side": path.split("/")[1], "name": path.split("/")[2], "text": text}
        for path, text in folders.files(question).items()
        if path.startswith("solutions/")
    ]
