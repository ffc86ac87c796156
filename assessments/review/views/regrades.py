from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.grading import services as grading
from assessments.grading.models import RegradeBatch
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.review import regrades, selectors, services
from assessments.review.forms import RegradeForm
from assessments.sittings.models import Assessment

DECISIONS = {
    "apply": (grading.apply_batch, "The new grades count now, for all of them."),
    "cancel": (grading.cancel_batch, "Cancelled: every score stays as it was."),
    "undo": (grading.undo_batch, "Undone: every answer has the grade back that counted before."),
}


def _assessment(request: StaffRequest, assessment: uuid.UUID) -> Assessment:
    return get_object_or_404(selectors.assessments(request.organisation), public_id=assessment)


def _to(assessment: Assessment, batch: RegradeBatch) -> HttpResponse:
    slug = assessment.organisation.slug
    return redirect("review:regrade", organisation=slug, assessment=assessment.public_id, batch=batch.public_id)


@require_role(Role.RECRUITER)
def regrade_list(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    """List the regrades of an assessment and open another."""
    found = _assessment(request, assessment)
    form = RegradeForm(request.POST or None, questions=selectors.regradable_questions(found))
    if request.method == "POST" and form.is_valid():
        try:
            return _to(found, services.regrade(assessment=found, user=request.user, **form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"assessment": found, "form": form, "batches": selectors.regrades_of(found)}
    return render(request, "review/regrade_list.html", context, status=422 if form.errors else 200)


@require_safe
@require_role(Role.RECRUITER)
def regrade(request: StaffRequest, assessment: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """Show what a regrade changes: who, by how much, and who crosses the pass mark."""
    found = _assessment(request, assessment)
    own = get_object_or_404(selectors.regrades_of(found), public_id=batch)
    context = {"assessment": found, "batch": own, "outlook": regrades.outlook(own)}
    return render(request, "review/regrade.html", context)


@require_POST
@require_role(Role.RECRUITER)
def decide(request: StaffRequest, assessment: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """Apply, cancel or undo a regrade as a whole."""
    found = _assessment(request, assessment)
    own = get_object_or_404(selectors.regrades_of(found), public_id=batch)
    decision = DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        messages.error(request, "Expected one of the page's own buttons: apply, cancel or undo.")
        return _to(found, own)
    move, done = decision
    try:
        move(batch=own, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, done)
    return _to(found, own)
