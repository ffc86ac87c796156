from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.review import report, selectors, services, stages
from assessments.review.forms import TimeForm
from assessments.sittings.models import Invitation
from assessments.sittings.services import invitations

PAGE = 50


@require_role(Role.RECRUITER)
def candidate_list(request: StaffRequest) -> HttpResponse:
    chosen = request.GET.get("assessment", "")
    rows = selectors.invitations(request.organisation)
    known = selectors.assessments(request.organisation)
    if chosen in {str(assessment.public_id) for assessment in known}:
        rows = rows.filter(version__assessment__public_id=chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standings = [stages.standing(invitation) for invitation in page]
    context = {"page": page, "standings": standings, "assessments": known, "chosen": chosen}
    return render(request, "review/candidate_list.html", {**context, "funnel": stages.funnel(standings)})


@require_role(Role.RECRUITER)
def candidate_report(request: StaffRequest, attempt: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.attempts(request.organisation), public_id=attempt)
    built = report.build(found, selectors.report_items(found))
    return render(request, "review/report.html", {"report": built, "attempt": found})


def _invitation(request: StaffRequest, invitation: uuid.UUID) -> Invitation:
    return get_object_or_404(selectors.invitations(request.organisation), public_id=invitation)


@require_role(Role.RECRUITER)
def invitation(request: StaffRequest, invitation: uuid.UUID) -> HttpResponse:
    """Time, reminder, revocation: what can be changed about one person's place."""
    found = _invitation(request, invitation)
    initial = {"time_multiplier": found.time_multiplier, "extra_minutes": found.extra_minutes}
    form = TimeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        invitations.grant_time(invitation=found, user=request.user, **form.cleaned_data)
        messages.success(request, "The time is changed; a running clock follows at once.")
        return _back(request, found)
    context = {"invitation": found, "standing": stages.standing(found), "form": form}
    return render(request, "review/invitation.html", context)


def _back(request: StaffRequest, invitation: Invitation) -> HttpResponse:
    return redirect("review:invitation", organisation=request.organisation.slug, invitation=invitation.public_id)


def _act(request: StaffRequest, key: uuid.UUID, action: Callable[..., None], done: str) -> HttpResponse:
    found = _invitation(request, key)
    try:
        action(invitation=found, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, done)
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def remind(request: StaffRequest, invitation: uuid.UUID) -> HttpResponse:
    done = "A new link is on its way; the one before stops working once it is sent."
    return _act(request, invitation, invitations.remind, done)


@require_POST
@require_role(Role.RECRUITER)
def revoke(request: StaffRequest, invitation: uuid.UUID) -> HttpResponse:
    return _act(request, invitation, invitations.revoke, "The link no longer opens.")


@require_POST
@require_role(Role.RECRUITER)
def release(request: StaffRequest, attempt: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.attempts(request.organisation), public_id=attempt)
    try:
        invitations.release_result(attempt=found, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "The candidate can now read their own report behind their link.")
    return redirect("review:report", organisation=request.organisation.slug, attempt=found.public_id)


@require_POST
@require_role(Role.RECRUITER)
def grade_again(request: StaffRequest, attempt: uuid.UUID, position: int) -> HttpResponse:
    found = get_object_or_404(selectors.attempts(request.organisation), public_id=attempt)
    try:
        services.grade_again(item=get_object_or_404(found.items, position=position), user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"Question {position} is graded again; reload this page in a moment.")
    return redirect("review:report", organisation=request.organisation.slug, attempt=found.public_id)
