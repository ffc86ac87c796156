from __future__ import annotations

from django import forms

from assessments.bank.models import Kind, Level, State
from assessments.bank.topics import TOPICS


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
