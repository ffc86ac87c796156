from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.bank.models import Kind, Level, Question, Topic
from assessments.grading.models import Response
from assessments.people.models import Candidate, Organisation


class Feedback(models.TextChoices):
    NONE = "none", "None until release"
    RECEIVED = "received", "«Received» only"
    SAMPLE = "sample", "Results of the sample cases"
    FULL = "full", "Everything at once (practice)"


class Assessment(models.Model):
    """What recruiters know by its title; what candidates sit is one of its versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assessments")
    title = models.CharField(max_length=200)
    is_practice = models.BooleanField(default=False, help_text="the practice test that any candidate may take first")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class AssessmentVersion(models.Model):
    """A blueprint. Inviting freezes it; a change after that makes the next version."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    introduction = models.TextField(blank=True, help_text="who asks and why, shown before the start")
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(480)])
    pass_mark = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)])
    least_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="a form's questions take so long at least, and `minutes` at most; null: any"
    )
    target_facility = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="the mean score that is expected of every form; null: any",
    )
    feedback = models.CharField(max_length=10, choices=Feedback, default=Feedback.SAMPLE)
    frozen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["assessment", "-number"]
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="one_blueprint_a_number")]

    def __str__(self) -> str:
        return f"{self.assessment.title} (v{self.number})"

    def clean(self) -> None:
        if self.least_minutes is not None and self.least_minutes > self.minutes:
            raise ValidationError({"least_minutes": f"Expected at most the {self.minutes} minutes that there are."})


class Section(models.Model):
    version = models.ForeignKey(AssessmentVersion, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_section_a_place")]


class Draw(models.Model):
    """Where questions of a section come from: one named question, or `count` drawn at random from what fits."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="draws")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, blank=True)
    level = models.CharField(max_length=16, choices=Level, blank=True)
    count = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(50)])
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0.1), MaxValueValidator(100)])

    class Meta:
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "position"], name="one_draw_a_place"),
            models.CheckConstraint(condition=Q(question__isnull=True) | Q(count=1), name="a_named_question_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="weight_is_positive"),
        ]


class TopicRule(models.Model):
    """How many questions of a topic every form has at least. Where there are rules, random draws keep to them."""

    version = models.ForeignKey(AssessmentVersion, on_delete=models.CASCADE, related_name="topic_rules")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    at_least = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(50)])

    class Meta:
        ordering = ["-at_least", "topic__position"]
        constraints = [models.UniqueConstraint(fields=["version", "topic"], name="one_rule_a_topic")]


class Invitation(models.Model):
    """A place for one candidate. Its link's token is stored hashed; a reminder mints a new one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="invitations")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  (null: none minted yet)
    time_multiplier = models.FloatField(default=1.0, validators=[MinValueValidator(1), MaxValueValidator(5)])
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-created_at"])]


class Attempt(models.Model):
    """One sitting. The clock is the server's; the deadline follows from the invitation, so extra time acts at once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="attempts")
    is_practice = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    credited_seconds = models.PositiveIntegerField(default=0, help_text="gaps that a recruiter gave back")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.CharField(max_length=10, blank=True, choices=[("candidate", "candidate"), ("clock", "clock")])
    released_at = models.DateTimeField(null=True, blank=True)
    typed_characters = models.PositiveBigIntegerField(default=0, help_text="of all drafts together")
    tab = models.CharField(max_length=64, blank=True, help_text="the browser tab that may write; a newer takes over")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(is_practice=False), name="one_attempt_an_invitation"
            )
        ]

    @property
    def deadline(self) -> datetime:
        allowed = self.version.minutes * self.invitation.time_multiplier + self.invitation.extra_minutes
        return self.started_at + timedelta(minutes=allowed, seconds=self.credited_seconds)


class AttemptItem(models.Model):
    """One question of one attempt, as drawn: its place, its weight, the order its options are shown in."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="items")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="item")
    weight = models.FloatField(default=1.0)
    option_order = models.JSONField(default=list, blank=True)
    flagged = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_item_a_place")]


class Draft(models.Model):
    """One autosave. Append-only with a monotonic revision, so that nothing typed is ever overwritten."""

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="drafts")
    revision = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["item", "revision"]
        constraints = [models.UniqueConstraint(fields=["item", "revision"], name="one_draft_a_revision")]


class AttemptEvent(models.Model):
    """What happened in a sitting: opened, started, resumed, tab taken over, gap, credit, finished. Append-only."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["attempt", "at", "pk"]


class ProblemState(models.TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class ProblemReport(models.Model):
    """What a candidate says is wrong with a question, as they typed it."""

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="problem_reports")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=ProblemState, default=ProblemState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProblemState.values), name="problem_state_is_known")
        ]


class ProblemNote(models.Model):
    """What staff noted on a report, and the state that it got by it. Append-only."""

    report = models.ForeignKey(ProblemReport, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ProblemState)
    text = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["report", "at", "pk"]
