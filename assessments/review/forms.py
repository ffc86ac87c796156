from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from assessments.bank.models import Kind, Level, Question, QuestionVersion, Topic
from assessments.people.models import Organisation
from assessments.review import selectors
from assessments.review.invitees import read_invitees
from assessments.sittings.models import Draw, Feedback
from assessments.sittings.roles import durations, roles
from assessments.sittings.services.invitations import Invitee

ANY = [("", "any")]


class AssessmentForm(forms.Form):
    title = forms.CharField(max_length=200)
    minutes = forms.IntegerField(min_value=1, max_value=480, initial=60, label="Minutes")
    pass_mark = forms.IntegerField(
        min_value=0, max_value=100, required=False, label="Pass mark in % (optional)", help_text="Shown to you only."
    )
    least_minutes = forms.IntegerField(
        min_value=1,
        max_value=480,
        required=False,
        label="Fill at least so many of the minutes (optional)",
        help_text="By the authors' estimates, every form takes at least this and at most the minutes above.",
    )
    target_facility = forms.IntegerField(
        min_value=1,
        max_value=99,
        required=False,
        label="Expected mean score in % (optional)",
        help_text="Every form is held within 3 points of it, so that no candidate has a harder one.",
    )
    feedback = forms.ChoiceField(
        choices=Feedback.choices, initial=Feedback.SAMPLE, label="What candidates see during the test"
    )
    introduction = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="Who asks and why; candidates read it before they start.",
    )

    def clean_pass_mark(self) -> float | None:
        return self._fraction("pass_mark")

    def clean_target_facility(self) -> float | None:
        return self._fraction("target_facility")

    def _fraction(self, name: str) -> float | None:
        percent = self.cleaned_data[name]
        return None if percent is None else percent / 100

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, minutes = data.get("least_minutes"), data.get("minutes")
        if least and minutes and least > minutes:
            self.add_error("least_minutes", f"Expected at most the {minutes} minutes that there are.")
        return data


# Forms that share a page have ids of their own: a label belongs to one control.
class RoleForm(forms.Form):
    """Which ready-made blueprint to begin from."""

    role = forms.ChoiceField(widget=forms.RadioSelect)
    minutes = forms.TypedChoiceField(coerce=int, initial=60, label="Minutes")
    title = forms.CharField(
        max_length=200, required=False, label="Title (optional)", help_text="The role and its minutes, if left empty."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "blueprint_%s"} | kwargs))
        named = [(slug, f"{role.title}: {role.why}") for slug, role in roles().items()]
        for name, choices in (("role", named), ("minutes", [(n, f"{n} minutes") for n in durations()])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class TopicRuleForm(forms.Form):
    topic = forms.ModelChoiceField(queryset=Topic.objects.all(), empty_label=None)
    at_least = forms.IntegerField(min_value=0, max_value=50, initial=1, label="Questions of it, at least")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "rule_%s"} | kwargs))


class LinesForm(forms.Form):
    """Counts and weights of a section's lines, by their positions."""

    def __init__(self, *args: Any, draws: Iterable[Draw], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draws = list(draws)
        fields = DrawForm.base_fields
        for draw in self.draws:
            if draw.question_id is None:
                self.fields[f"count_{draw.position}"] = self._named(fields["count"], f"Questions, line {draw.position}")
            self.fields[f"weight_{draw.position}"] = self._named(fields["weight"], f"Weight, line {draw.position}")

    @staticmethod
    def _named(field: forms.Field, label: str) -> forms.Field:
        field = copy.deepcopy(field)
        field.label = label
        return field

    def changes(self) -> list[tuple[Draw, int, float]]:
        """Give each line with its count and weight."""
        return [
            (draw, self.cleaned_data.get(f"count_{draw.position}", 1), self.cleaned_data[f"weight_{draw.position}"])
            for draw in self.draws
        ]

    def told(self) -> list[str]:
        """Say by line what is wrong."""
        return [f"{self.fields[name].label}: {' '.join(map(str, lines))}" for name, lines in self.errors.items()]


class SectionForm(forms.Form):
    title = forms.CharField(max_length=200, label="Title of the new section")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "section_%s"} | kwargs))


class TitledQuestionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Question) -> str:
        return str(obj.title)  # type: ignore[attr-defined]


class DrawForm(forms.Form):
    """One line of a section: a named question, or so many drawn at random from what fits."""

    topic = forms.ModelChoiceField(queryset=Topic.objects.all(), required=False, empty_label="any")
    kind = forms.ChoiceField(choices=ANY + Kind.choices, required=False)
    level = forms.ChoiceField(choices=ANY + Level.choices, required=False)
    count = forms.IntegerField(min_value=1, max_value=50, initial=1, label="How many")
    question = TitledQuestionField(
        queryset=Question.objects.none(), required=False, empty_label="— drawn at random —", label="Or one question"
    )
    weight = forms.FloatField(min_value=0.1, max_value=100, initial=1, label="Weight of each")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["question"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = selectors.askable_questions(organisation)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("question") and (data.get("topic") or data.get("kind") or data.get("level")):
            raise forms.ValidationError("Choose either one question or what to draw from, not both.")
        if data.get("question"):
            data["count"] = 1
        return data


class AnsweredQuestionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: QuestionVersion) -> str:
        return f"{obj.title} (version {obj.number}, {obj.answered} answered)"  # type: ignore[attr-defined]


class RegradeForm(forms.Form):
    question = AnsweredQuestionField(
        queryset=QuestionVersion.objects.none(), required=False, empty_label="all that a machine grades"
    )
    reason = forms.CharField(max_length=180, help_text="Why: it stands in the history of every score that changes.")

    def __init__(self, *args: Any, questions: QuerySet[QuestionVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["question"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = questions


class InviteForm(forms.Form):
    """One person a line: name, e-mail[, time multiplier[, extra minutes]]. All lines are right, or none is used."""

    people = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        label="People to invite, one a line",
        help_text="Name, e-mail; if need be a time multiplier and extra minutes: Ada Poe, ada@example.org, 1.25, 10",
    )
    expires_at = forms.DateField(
        label="Last day to start", widget=forms.DateInput(attrs={"type": "date"}), help_text="Until 23:59 UTC."
    )

    def clean_people(self) -> list[Invitee]:
        return read_invitees(self.cleaned_data["people"])

    def clean_expires_at(self) -> datetime:
        day = self.cleaned_data["expires_at"]
        if day < timezone.now().date():
            raise forms.ValidationError("This day lies in the past: choose a later one.")
        return datetime.combine(day, datetime.max.time().replace(microsecond=0), tzinfo=timezone.get_default_timezone())


def in_two_weeks() -> str:
    return (timezone.now() + timedelta(days=14)).date().isoformat()


class TimeForm(forms.Form):
    time_multiplier = forms.FloatField(min_value=1, max_value=5, label="Time multiplier")
    extra_minutes = forms.IntegerField(min_value=0, max_value=480, label="Extra minutes")


class MarkForm(forms.Form):
    """Points for each criterion of the rubric, and a comment."""

    comment = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Recruiters read it, and the candidate too once the result is released.",
    )

    def __init__(self, *args: Any, rubric: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for index, row in enumerate(rubric):
            self.fields[f"criterion_{index}"] = forms.TypedChoiceField(
                choices=[(points, str(points)) for points in range(int(row["points"]) + 1)],
                coerce=int,
                widget=forms.RadioSelect,
                label=row["criterion"],
                help_text=row.get("description", ""),
            )
        self.order_fields([f"criterion_{index}" for index in range(len(rubric))])

    def marks(self) -> list[dict[str, Any]]:
        return [
            {"criterion": row["criterion"], "points": self.cleaned_data[f"criterion_{index}"], "of": row["points"]}
            for index, row in enumerate(self.rubric)
        ]
