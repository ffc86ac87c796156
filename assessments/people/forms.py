from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


def said_in(form: forms.Form) -> dict[str, Any]:
    """Give what a form of one button says; raises ValidationError with a sentence a field where it cannot be read."""
    if not form.is_valid():
        raise ValidationError([f"{form[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items()])
    return dict(form.cleaned_data)
