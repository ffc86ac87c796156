from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assessments.insights.groups import Groups, read_groups
from assessments.insights.models import IrtModel

# An upload up to this size is held in memory; see `views.dif`.
_LARGEST = f"{settings.FILE_UPLOAD_MAX_MEMORY_SIZE / 2**20:g} MiB"


class CalibrateForm(forms.Form):
    model = forms.ChoiceField(choices=IrtModel.choices)
    simulated = forms.BooleanField(required=False)


class GroupsForm(forms.Form):
    """A keyed file of groups, read in the request and forgotten with it."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"A candidate's id or e-mail and a group on each line; at most {_LARGEST}.",
        error_messages={"required": f"Expected a CSV file of at most {_LARGEST}; none came, or a larger one."},
    )
    reference = forms.CharField(
        required=False, max_length=100, label="Reference group", help_text="Left empty: the largest group."
    )

    def clean_file(self) -> Groups:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        return read_groups(upload.read())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        groups, wished = data.get("file"), data.get("reference")
        if groups and wished and wished not in groups.names:
            known = ", ".join(groups.names)
            raise forms.ValidationError(f"The file has no group «{wished}»; its groups are: {known}.")
        return data
