from __future__ import annotations

from django import forms

from assessments.sittings.models import ProblemState


class ProblemFilter(forms.Form):
    """The inbox's filters; whatever is not understood filters nothing."""

    state = forms.ChoiceField(required=False, choices=[("", "any"), *ProblemState.choices])
    question = forms.SlugField(required=False, label="Question’s slug", max_length=100)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class NoteForm(forms.Form):
    state = forms.ChoiceField(choices=ProblemState.choices)
    text = forms.CharField(required=False, max_length=5000, label="Note", widget=forms.Textarea({"rows": 2}))
