from __future__ import annotations

from django import forms


class TrialForm(forms.Form):
    """With which seed an author's answer is tried."""

    seed = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        label="Seed of the hidden cases",
        help_text="The same seed draws the same cases.",
    )
