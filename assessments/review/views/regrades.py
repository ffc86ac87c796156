from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.grading import services as grading
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.review import regrades, selectors, services
from assessments.review.forms import RegradeForm

DECISIONS = {
    "apply": (grading.apply_batch, "The new grades count now, for all of them."),
    "cancel": (grading.cancel_batch, "Cancelled: every score stays as it was."),
    "undo": (grading.undo_batch, "Undone: every answer has the grade back that counted before."),
}


@require_role(Role.RECRUITER)
def regrade_list(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    """List the regrades of an assessment and open another."""
    found = get_object_or_404(selectors.assessments(request.organisation), public_id=assessment)
    form = RegradeForm(request.POST or None, questions=selectors.regradable_questions(found))
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.regrade(assessment=found, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("review:regrade", organisation=request.organisation.slug, batch=batch.public_id)
    context = {"assessment": found, "form": form, "batches": selectors.regrades_of(found)}
    return render(request, "review/regrade_list.html", context, status=422 if form.errors else 200)


@require_safe
@require_role(Role.RECRUITER)
def regrade(request: StaffRequest, batch: uuid.UUID) -> HttpResponse:
    """Show what a regrade changes: who, by how much, and who crosses the pass mark."""
    found = get_object_or_404(selectors.regrades(request.organisation), public_id=batch)
    context = {"batch": found, "outlook": regrades.outlook(found)}
    return render(request, "review/regrade.html", context)


@require_POST
@require_role(Role.RECRUITER)
def decide(request: StaffRequest, batch: uuid.UUID) -> HttpResponse:
    """Apply, cancel or undo a regrade as a whole."""
    found = get_object_or_404(selectors.regrades(request.organisation), public_id=batch)
    decision = DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        messages.error(request, "Expected one of the page's own buttons: apply, cancel or undo.")
        return redirect("review:regrade", organisation=request.organisation.slug, batch=found.public_id)
    move, done = decision
    try:
        move(batch=found, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, done)
    return redirect("review:regrade", organisation=request.organisation.slug, batch=found.public_id)
