from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Finds people by their address; `services.create_staff` makes them."""


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Candidates have no account: they come by invitation link."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """Whoever owns rows. The library is the one organisation whose questions all others may read and clone."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    is_library = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_library"], condition=models.Q(is_library=True), name="one_library")
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    AUTHOR = "author", "Author"
    RECRUITER = "recruiter", "Recruiter"
    RATER = "rater", "Rater"


class Membership(models.Model):
    """One role of one person in one organisation; a person may hold several. An owner may do everything."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "role"], name="a_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]


class Candidate(models.Model):
    """The anonymous anchor of a person who was invited; what identifies them stands in CandidateIdentity."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="candidates")
    is_simulated = models.BooleanField(default=False, help_text="nobody: drawn by simulate_cohort")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        identity = getattr(self, "identity", None)
        return str(identity) if identity else f"candidate {str(self.public_id)[:8]}"


class CandidateIdentity(models.Model):
    """Personal fields, in a row of their own so that erasure can empty it and nothing else."""

    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="identity")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return self.name or self.email


class AuditEvent(models.Model):
    """Who did what to which row, append-only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="audit_events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    verb = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-at"])]


class MailboxMessage(models.Model):
    """An e-mail as the demo's mailbox page shows it (written by `mailbox.EmailBackend` only)."""

    to = models.EmailField()
    subject = models.CharField(max_length=500)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
