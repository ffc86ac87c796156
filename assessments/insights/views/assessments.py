"""What recruiters and authors read of an assessment's sittings; and asking for a calibration."""

from __future__ import annotations

import uuid

import numpy as np
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments import plots
from assessments.insights import charts, figures, selectors, services
from assessments.insights.forms import CalibrateForm, GroupsForm
from assessments.insights.tables import question_table, respond
from assessments.insights.views.questions import SORTS, Row
from assessments.insights.views.reading import asked, population
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.sittings.models import Assessment


@require_safe
@require_role(Role.RECRUITER, Role.AUTHOR)
def assessments(request: StaffRequest) -> HttpResponse:
    rows = selectors.assessments(request.organisation)
    return render(request, "insights/assessments.html", {"assessments": rows})


def own(request: StaffRequest, public_id: uuid.UUID) -> Assessment:
    return get_object_or_404(Assessment, organisation=request.organisation, public_id=public_id)


@require_safe
@require_role(Role.RECRUITER, Role.AUTHOR)
def assessment(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = own(request, assessment)
    counted = population(request, found)
    answers = counted.answers()
    versions = list(selectors.versions(np.unique(answers.items["version"]).tolist()))
    by_version = figures.of_versions(answers, asked(versions))
    calibrations = selectors.calibrations(request.organisation, found, simulated=counted.simulated)
    calibrated = selectors.calibrated(calibrations.values(), by_version)
    rows = sorted((Row(version, by_version[version.pk]) for version in versions), key=SORTS["flags"][1])
    if request.GET.get("format") == "csv":
        return respond("items.csv", question_table(rows, calibrated))
    test = figures.of_test(answers)
    context = {
        "assessment": found,
        "population": counted,
        "test": test,
        "plot": charts.distribution(test.scores) if test.scores.mean is not None else None,
        "size": plots.SIZE,
        "waiting": int(np.isnan(answers.items["score"]).sum()),
        "rows": [row for row in rows if not row.is_few],
        "few": [row for row in rows if row.is_few],
        "calibrations": calibrations,
        "calibrated": [(row, calibrated[row.version.pk]) for row in rows if row.version.pk in calibrated],
        "bounds": figures,
        "groups_form": GroupsForm(),
    }
    return render(request, "insights/assessment.html", context)


@require_POST
@require_role(Role.RECRUITER, Role.AUTHOR)
def calibrate_assessment(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = own(request, assessment)
    _ask(request, found)
    return redirect("insights:assessment", organisation=request.organisation.slug, assessment=found.public_id)


@require_POST
@require_role(Role.AUTHOR)
def calibrate_bank(request: StaffRequest) -> HttpResponse:
    _ask(request, None)
    return redirect("insights:questions", organisation=request.organisation.slug)


def _ask(request: StaffRequest, assessment: Assessment | None) -> None:
    form = CalibrateForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose Rasch or 2PL.")
        return
    services.request_calibration(
        organisation=request.organisation,
        assessment=assessment,
        model=form.cleaned_data["model"],
        simulated=form.cleaned_data["simulated"],
        actor=request.user,
    )
    messages.success(
        request, "The calibration is being computed; its figures show here in a minute or so. Reload then."
    )
