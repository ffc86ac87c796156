from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assessments.people.models import Organisation


class Kind(models.TextChoices):
    CHOICE = "choice", "Choice"
    NUMERIC = "numeric", "Numeric"
    ORDERING = "ordering", "Ordering"
    MATCHING = "matching", "Matching"
    DERIVATION = "derivation", "Derivation"
    CODING = "coding", "Coding"
    LAB = "lab", "Training lab"
    WRITTEN = "written", "Written"


class Level(models.TextChoices):
    RECALL = "recall", "Recall"
    APPLY = "apply", "Apply"
    JUDGE = "judge", "Judge"


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class Topic(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """What stays the same over all versions: whose it is and what it is called."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="questions")
    slug = models.SlugField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], name="one_question_a_slug")]

    def __str__(self) -> str:
        return self.slug


class QuestionVersion(models.Model):
    """What a candidate reads. Once published only its state may change; an edit makes the next version."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    level = models.CharField(max_length=16, choices=Level)
    topics = models.ManyToManyField(Topic, related_name="versions")
    minutes = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField(default=1)
    tags = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=16, default="en")
    licence = models.CharField(max_length=100, blank=True)
    source = models.TextField(blank=True)
    statement = models.TextField(help_text="Markdown with LaTeX; @{name} stands for a variant's parameter")
    explanation = models.TextField(blank=True)
    ranges = models.JSONField(
        null=True, blank=True, help_text="the table that the variants were realised from; null: they are listed"
    )
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(state=State.PUBLISHED), name="one_published_version"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="version_state_is_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="version_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.number})"


class GradingSpec(models.Model):
    """How answers to a version are graded: immutable, one of them live. A regrade brings the next number."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="specs")
    number = models.PositiveIntegerField()
    spec = models.JSONField(help_text="the tables of spec.toml, still with @{name}")
    reference_source = models.TextField(blank=True)
    solutions = models.JSONField(default=list, blank=True, help_text="[{path, text, right, expects}]")
    spec_hash = models.CharField(max_length=64)
    live = models.BooleanField(default=False)
    certification = models.JSONField(null=True, blank=True, help_text="the stored result; null: not certified")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_spec_a_number"),
            models.UniqueConstraint(fields=["version"], condition=models.Q(live=True), name="one_live_spec"),
        ]


class Variant(models.Model):
    """One realised form of a version: its numbers and its statement as shown, never a seed alone."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="variants")
    number = models.PositiveSmallIntegerField()
    parameters = models.JSONField(default=dict, blank=True)
    key = models.JSONField(null=True, blank=True, help_text="the right answer as a person would read it")
    statement_html = models.TextField()
    explanation_html = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no attempt gets it from then on")

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_variant_a_number")]


class ItemStatistics(models.Model):
    """What the answers that are in tell of a version, from the newest calibration; it holds no person's answer."""

    version = models.OneToOneField(QuestionVersion, on_delete=models.PROTECT, related_name="statistics")
    facility = models.FloatField(help_text="mean score of those who were asked, as a fraction")
    n = models.PositiveIntegerField(help_text="how many graded answers the facility is the mean of")
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(facility__gte=0, facility__lte=1), name="facility_is_a_fraction"),
            models.CheckConstraint(condition=models.Q(n__gt=0), name="a_facility_has_answers"),
        ]


class CertificationRun(models.Model):
    """One time that a spec was tried out against its solutions and mistakes. A pass is copied to the spec, for good."""

    # On fewer a question is not certified; its author may ask for more, and for others.
    FEWEST_SEEDS = 20
    MOST_SEEDS = 200

    spec = models.ForeignKey(GradingSpec, on_delete=models.PROTECT, related_name="certification_runs")
    token = models.UUIDField(default=uuid.uuid4, help_text="a result that names another token is ignored")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    first_seed = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1_000_000)])
    seeds = models.PositiveSmallIntegerField(
        default=FEWEST_SEEDS, validators=[MinValueValidator(FEWEST_SEEDS), MaxValueValidator(MOST_SEEDS)]
    )
    look_again_at = models.DateTimeField(
        null=True, blank=True, help_text="when its message counts as lost; null: none was sent"
    )
    started_at = models.DateTimeField(null=True, blank=True, help_text="when a grader first said that it is at it")
    progress = models.CharField(max_length=100, blank=True, help_text="how far the grader said that it is")
    finished_at = models.DateTimeField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    fault = models.TextField(blank=True, help_text="why it ended without a result, which tells nothing of the question")

    class Meta:
        ordering = ["spec", "-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, passed__isnull=True, fault="")
                | models.Q(finished_at__isnull=False, passed__isnull=False, result__isnull=False, fault="")
                | (models.Q(finished_at__isnull=False, passed__isnull=True, result__isnull=True) & ~models.Q(fault="")),
                name="a_finished_run_has_a_result_or_a_fault",
            )
        ]


class WorkingCopy(models.Model):
    """What an author typed and has not saved as a version: kept while they type, gone when it is saved or dropped."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=100, blank=True, help_text="of the question; empty for one that is new")
    kind = models.CharField(max_length=16, choices=Kind)
    base = models.PositiveIntegerField(default=0, help_text="the version that the author began from; 0 for none")
    fields = models.JSONField(help_text="the form as it was sent, each name with the list of its values")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "author", "slug", "kind"], name="one_working_copy")
        ]


class Upload(models.Model):
    """A file of questions that waits for its author to say whether it is brought in; gone when they did."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    format = models.CharField(max_length=16)
    topic = models.SlugField(help_text="of questions whose source names none")
    level = models.CharField(max_length=16, choices=Level, help_text="of questions whose source names none")
    counts = models.JSONField(help_text="how many questions are taken, changed and left out")
    report = models.JSONField(help_text="what would be done, line by line")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
