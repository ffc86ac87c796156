from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from assessments.bank.models import GradingSpec, QuestionVersion, Variant
from assessments.people.models import Organisation
from grader.verdict import Outcome

OUTCOMES = [(str(outcome), str(outcome).replace("_", " ")) for outcome in Outcome] + [("unanswered", "unanswered")]


class Response(models.Model):
    """One person's place for an answer to one variant. It holds nothing personal, so it outlives an erasure."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="responses")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="responses")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="responses")
    seed = models.BigIntegerField(help_text="secret seed of the hidden cases")
    created_at = models.DateTimeField(auto_now_add=True)


class Purpose(models.TextChoices):
    FINAL = "final", "Submit"
    SAMPLE = "sample", "Run on sample cases"


class Submission(models.Model):
    """What was handed in, exactly as typed. Append-only."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=8, choices=Purpose)
    answer = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    by_deadline = models.BooleanField(default=False, help_text="the last draft, submitted by the clock")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["response", "number"]
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="one_submission_a_number")]


class RunState(models.TextChoices):
    POSTPONED = "postponed", "Postponed by a quota"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    UNGRADABLE = "ungradable", "Ungradable"
    SUPERSEDED = "superseded", "Superseded"


class Queue(models.TextChoices):
    LIVE = "live", "Candidates waiting"
    SAMPLE = "sample", "Run on sample cases"
    BULK = "bulk", "Regrades and certification"


class BatchState(models.TextChoices):
    OPEN = "open", "Open"
    APPLIED = "applied", "Applied"
    CANCELLED = "cancelled", "Cancelled"
    UNDONE = "undone", "Undone"


class RegradeBatch(models.Model):
    """Submissions graded once more, as a set: what comes of them counts only while the batch is applied."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="regrade_batches")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]


class GradingRun(models.Model):
    """One grading of one submission by one spec. The row is the truth; a broker's message is a hint."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="runs")
    spec = models.ForeignKey(GradingSpec, on_delete=models.PROTECT, related_name="runs")
    batch = models.ForeignKey(RegradeBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    number = models.PositiveIntegerField()
    queue = models.CharField(max_length=8, choices=Queue)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.QUEUED)
    lease_token = models.UUIDField(default=uuid.uuid4, help_text="a verdict that names another token is ignored")
    lease_expires_at = models.DateTimeField()
    infrastructure_faults = models.PositiveSmallIntegerField(default=0)
    enqueued = models.PositiveSmallIntegerField(default=1, help_text="how often a message was sent for it")
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    run_seconds = models.FloatField(
        null=True, blank=True, help_text="how long a worker was held up by the answer; null until it told"
    )
    outcome = models.CharField(max_length=16, choices=OUTCOMES, blank=True)
    score = models.FloatField(null=True, blank=True)
    verdict = models.JSONField(null=True, blank=True)
    fault = models.TextField(blank=True, help_text="why it is ungradable, for the operations page")

    class Meta:
        ordering = ["submission", "number"]
        indexes = [models.Index(fields=["state", "lease_expires_at"])]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_run_a_number"),
            models.CheckConstraint(
                condition=~Q(state=RunState.DONE) | Q(verdict__isnull=False), name="a_done_run_has_a_verdict"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="run_score_is_a_fraction"
            ),
        ]


class Mark(models.Model):
    """A person's marking of a submission, criterion by criterion. Append-only: the newest counts."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="marks")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="marks")
    criteria = models.JSONField(help_text="[{criterion, points, of}]")
    score = models.FloatField()
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["submission", "created_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="mark_score_is_a_fraction")]


class EffectiveScore(models.Model):
    """What counts for a response now. It points to one run or one mark; score null is not graded, never 0."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="effective")
    run = models.ForeignKey(GradingRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=OUTCOMES)
    score = models.FloatField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(run__isnull=False, mark__isnull=True)
                | Q(run__isnull=True, mark__isnull=False)
                | Q(run__isnull=True, mark__isnull=True, outcome="unanswered"),
                name="one_source_of_a_score",
            ),
        ]


class ScoreEvent(models.Model):
    """Every change of an effective score. Append-only."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="score_events")
    run = models.ForeignKey(GradingRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.FloatField(null=True, blank=True)
    after = models.FloatField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=OUTCOMES)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["response", "at", "pk"]


class WorkerReport(models.Model):
    """What a grader worker last said of its sandbox."""

    worker = models.CharField(max_length=200, unique=True)
    healthy = models.BooleanField()
    level = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    walls = models.JSONField(default=list, blank=True)
    reported_at = models.DateTimeField()


class Trial(models.Model):
    """An author's answer to a question of their own, submitted or run as a candidate's would be. It counts nowhere."""

    spec = models.ForeignKey(GradingSpec, on_delete=models.CASCADE, related_name="trials")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="trials")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seed = models.BigIntegerField(validators=[MinValueValidator(0), MaxValueValidator(2**31 - 1)])
    answer = models.TextField(blank=True)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.FINAL)
    token = models.UUIDField(default=uuid.uuid4, help_text="a verdict that names another token is ignored")
    created_at = models.DateTimeField(auto_now_add=True)
    verdict = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
