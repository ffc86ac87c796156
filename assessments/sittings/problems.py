"""Reads of what candidates reported: authors see it of their questions, recruiters of their attempts."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assessments.people.models import Candidate
from assessments.people.selectors import Access
from assessments.sittings.models import AttemptItem, ProblemReport


def of_item(item: AttemptItem) -> QuerySet[ProblemReport]:
    """Give what its candidate reported of a question of their sitting, in the order in which they sent it."""
    return item.problem_reports.order_by("pk")


def visible(access: Access) -> QuerySet[ProblemReport]:
    """Give what this member of staff may see, newest first."""
    mine = Q(pk__in=[])
    if access.is_author:
        mine |= Q(item__response__version__question__organisation=access.organisation)
    if access.is_recruiter:
        mine |= Q(item__attempt__invitation__organisation=access.organisation)
    return (
        ProblemReport.objects.filter(mine)
        .select_related(
            "item__response__version__question__organisation",
            "item__response__variant",
            "item__attempt__version__assessment",
            "item__attempt__invitation__organisation",
            "item__attempt__invitation__candidate__identity",
        )
        .prefetch_related("notes__author")
        .order_by("-created_at", "-pk")
    )


def candidate_of(report: ProblemReport, access: Access) -> Candidate | None:
    """Give who reported it to recruiters of the organisation that invited them, and None to everybody else."""
    invitation = report.item.attempt.invitation
    return invitation.candidate if access.is_recruiter and invitation.organisation == access.organisation else None
