from __future__ import annotations

from django import forms

from assessments.bank.models import CertificationRun


class SeedsForm(forms.Form):
    """On which seeds of hidden cases a version is certified."""

    first_seed = forms.IntegerField(min_value=0, max_value=1_000_000, initial=0, label="First seed")
    seeds = forms.IntegerField(
        min_value=CertificationRun.FEWEST_SEEDS,
        max_value=CertificationRun.MOST_SEEDS,
        initial=CertificationRun.FEWEST_SEEDS,
        label="How many",
    )
