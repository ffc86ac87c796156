from __future__ import annotations

from typing import Any

from django import forms

from assessments.atlas import selectors


def _choices(counts: list[selectors.Count], *, any_of_them: str = "any") -> list[tuple[str, str]]:
    return [("", any_of_them), *((value, f"{words} ({count})") for value, words, count in counts)]


class FilterForm(forms.Form):
    """The index' filters; whatever is not understood filters nothing."""

    search = forms.CharField(
        required=False,
        label="Words",
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": "name, alias, author, API"}),
    )
    family = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False, label="Gives")
    labels = forms.ChoiceField(required=False, label="Target")
    library = forms.ChoiceField(required=False, label="Also in")
    having = forms.MultipleChoiceField(
        required=False, label="With all these properties", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "family": _choices(selectors.families()),
            "kind": _choices(selectors.kinds()),
            "labels": _choices(selectors.labels()),
            "library": _choices(selectors.having_libraries()),
            "having": _choices(selectors.having_properties())[1:],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Give the filters that were understood."""
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
