from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from assessments.bank.exchange.formats import FORMATS
from assessments.bank.exchange.report import Defaults
from assessments.bank.models import Level
from assessments.bank.topics import TOPICS

MOST_BYTES = 10 << 20
_USUAL = Defaults()
_LABELS = [(found.name, found.label) for found in FORMATS.values()]


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        max_length=200,
        help_text="A bundle, Moodle XML, GIFT, or a QTI item or package (3.0, 2.2, 2.1); "
        f"up to {MOST_BYTES >> 20} MB, as it is or in a zip archive.",
    )
    form = forms.ChoiceField(label="Format", choices=[("auto", "find out"), *_LABELS])
    topic = forms.ChoiceField(choices=TOPICS, initial=_USUAL.topic, help_text="For questions that name none.")
    level = forms.ChoiceField(choices=Level.choices, initial=_USUAL.level, help_text="For questions that name none.")

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > MOST_BYTES:
            came = f"{file.name} has {filesizeformat(size)}"
            raise forms.ValidationError(f"Expected up to {filesizeformat(MOST_BYTES)}: {came}. Split it.")
        return file

    def defaults(self) -> Defaults:
        return Defaults(topic=self.cleaned_data["topic"], level=self.cleaned_data["level"])


class ExportForm(forms.Form):
    """What is exported, and as what; without a question it is all that are in use."""

    form = forms.ChoiceField(label="Format", choices=_LABELS)
    question = forms.SlugField(required=False, max_length=100, widget=forms.HiddenInput)
