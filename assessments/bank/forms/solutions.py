from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from assessments.bank import folders
from assessments.bank.forms.values import Source, Typed
from grader.questions import QuestionFolder


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
    text = Typed(
        widget=Source(),
        label="Answer",
        help_text="As a candidate would type it. A wrong one begins with a line such as “# expects: correctness” "
        "that names the check or the finding that must catch it.",
    )


class Solutions(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    title = "Solutions that travel with the question"
    one = "solution"

    def texts(self) -> dict[str, str]:
        """Give the solutions by path; those that were ticked for removal are left out."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return {f"solutions/{row['side']}/{row['name']}": row["text"] for row in kept}


_SolutionFormSet = forms.formset_factory(SolutionForm, formset=Solutions, extra=0, can_delete=True, max_num=40)


def solutions_form(data: Mapping[str, Any] | None, question: QuestionFolder, *, mode: str) -> Solutions:
    """Give the formset that shows a question's solutions, filled with `data` where there is some."""
    made = cast("Solutions", _SolutionFormSet(data, initial=_rows(question), prefix="solutions"))
    for form in (*made.forms, made.empty_form):
        form.fields["text"].widget = Source(mode=mode)
    return made


def _rows(question: QuestionFolder) -> list[dict[str, str]]:
    return [
        {"side": path.split("/")[1], "name": path.split("/")[2], "text": text}
        for path, text in folders.files(question).items()
        if path.startswith("solutions/")
    ]
