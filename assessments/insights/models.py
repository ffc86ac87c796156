from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from assessments.bank.models import QuestionVersion
from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, Attempt


class ResponseVector(models.Model):
    """The numbers of one finished sitting in one row, so that a page of statistics reads thousands at once.

    A copy and nothing more: the change of a score makes it stale in the same transaction, and whoever reads next
    makes it anew. It holds no name, and no words of an answer.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="vector")
    mark = models.UUIDField(default=uuid.uuid4, unique=True, help_text="changes with every change of a score")
    stale = models.BooleanField(default=False)
    data = models.BinaryField(default=b"", help_text="records of `vectors.ITEM`, one a question")


class IrtModel(models.TextChoices):
    RASCH = "rasch", "Rasch"
    TWO_PL = "2pl", "2PL"


class Calibration(models.Model):
    """One fit of an item response model to the sittings that an organisation may count. Append-only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calibrations")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="calibrations",
        help_text="null: every sitting that the organisation may count",
    )  # fmt: skip
    model = models.CharField(max_length=8, choices=IrtModel)
    simulated = models.BooleanField(default=False, help_text="from simulated sittings alone, or from real ones alone")
    persons = models.PositiveIntegerField()
    converged = models.BooleanField()
    iterations = models.PositiveIntegerField()
    log_likelihood = models.FloatField(null=True, blank=True, help_text="null: no question could be fitted")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at", "-pk"]


class CalibrationTurn(models.Model):
    """When it was last looked whether an organisation has answers that no calibration counts."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="calibration_turn")
    taken_at = models.DateTimeField()


class ItemCalibration(models.Model):
    """What a calibration says of one version; null where it says nothing, and `note` tells why. Append-only."""

    calibration = models.ForeignKey(Calibration, on_delete=models.PROTECT, related_name="items")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="calibrations")
    n = models.PositiveIntegerField()
    facility = models.FloatField(null=True, blank=True)
    difficulty = models.FloatField(null=True, blank=True)
    difficulty_error = models.FloatField(null=True, blank=True)
    discrimination = models.FloatField(null=True, blank=True)
    discrimination_error = models.FloatField(null=True, blank=True)
    fit = models.JSONField(default=dict, blank=True, help_text="the model's own: infit and outfit, or chi-square")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["calibration", "version"]
        constraints = [models.UniqueConstraint(fields=["calibration", "version"], name="an_item_once_a_calibration")]
