from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from django import forms

from assessments.bank import grids
from assessments.bank.forms.values import Source, Typed
from assessments.bank.models import Kind, Level
from assessments.bank.topics import TOPICS
from grader.questions import QuestionFolder


class HeadForm(forms.Form):
    """What every question has, whatever its kind: its head, its texts and its variants."""

    title = forms.CharField(max_length=200)
    level = forms.ChoiceField(choices=Level.choices)
    minutes = forms.IntegerField(min_value=1, max_value=480)
    points = forms.IntegerField(min_value=1, max_value=480)
    topics = forms.MultipleChoiceField(choices=TOPICS, widget=forms.CheckboxSelectMultiple)
    tags = forms.CharField(required=False, help_text="Words, with commas between.")
    source = forms.CharField(required=False, help_text="Where the question comes from.")
    licence = forms.CharField(required=False, max_length=100)
    statement = Typed(
        widget=Source(),
        help_text="Markdown, with LaTeX between $…$ or $$…$$; @{name} puts in a variant’s number.",
    )
    variants = Typed(
        widget=Source(),
        required=False,
        help_text="The names in the first line, then a line for each variant: texts in quotes. Or ranges, a line "
        'each: «count = 5», «constraints = ["@{a} > 2"]», «parameters.a = { from = 1, to = 9, step = 1 }», '
        "«parameters.b = [2, 4, 8]». Empty for none.",
    )
    reference = Typed(
        widget=Source(mode="python"),
        required=False,
        label="Own reference (reference.py)",
        help_text="Python, where the core has no such function.",
    )
    explanation = Typed(widget=Source(), required=False, help_text="Shown after release.")

    def __init__(self, data: Mapping[str, Any] | None, *, question: QuestionFolder) -> None:
        super().__init__(data, initial=_initial(question))
        self.before = question
        if question.kind != Kind.CODING:
            del self.fields["reference"]
        for name, field in self.fields.items():
            if isinstance(field.widget, Source):
                field.widget.attrs["rows"] = min(24, max(4, str(self[name].value()).count("\n") + 2))

    def clean_variants(self) -> list[dict[str, Any]] | dict[str, Any]:
        try:
            return grids.read(self.cleaned_data["variants"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def texts(self) -> dict[str, str]:
        """Give the files that the fields make, by path."""
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
        head |= {"variants": data["variants"]} if data["variants"] else {}
        written = {
            "question.toml": tomlkit.dumps(head),
            "statement.md": data["statement"],
            "explanation.md": data["explanation"],
            "reference.py": data.get("reference", ""),
        }
        return {path: text for path, text in written.items() if text.strip() or path == "statement.md"}


def _initial(question: QuestionFolder) -> dict[str, Any]:
    names = ("title", "level", "topics", "source", "licence", "statement", "explanation")
    return {name: getattr(question, name) for name in names} | {
        "topics": list(question.topics),
        "minutes": int(question.minutes),
        "points": int(question.points),
        "tags": ", ".join(question.tags),
        "variants": grids.written(question.variants, question.ranges),
        "reference": question.reference_source or "",
    }
