from __future__ import annotations

import random
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.review import selectors
from assessments.review.composition import topic_rows
from assessments.review.forms import (
    AssessmentForm,
    DrawForm,
    InviteForm,
    LinesForm,
    RoleForm,
    SectionForm,
    TopicRuleForm,
    in_two_weeks,
)
from assessments.sittings import drawing
from assessments.sittings.models import Assessment, AssessmentVersion
from assessments.sittings.roles import roles
from assessments.sittings.services import blueprints, invitations


def _assessment(request: StaffRequest, assessment: uuid.UUID) -> Assessment:
    return get_object_or_404(selectors.assessments(request.organisation), public_id=assessment)


def _back(request: StaffRequest, assessment: Assessment) -> HttpResponse:
    return redirect("review:assessment", organisation=request.organisation.slug, assessment=assessment.public_id)


@require_role(Role.RECRUITER)
def assessment_list(request: StaffRequest) -> HttpResponse:
    rows = selectors.assessments(request.organisation)
    return render(request, "review/assessment_list.html", {"assessments": rows})


@require_role(Role.RECRUITER)
def new_assessment(request: StaffRequest) -> HttpResponse:
    form = AssessmentForm(request.POST or None)
    if form.is_valid():
        version = blueprints.create_assessment(
            organisation=request.organisation, user=request.user, **form.cleaned_data
        )
        blueprints.add_section(version=version, title="Questions")
        return _back(request, version.assessment)
    status = 422 if form.is_bound else 200
    return render(request, "review/assessment_new.html", {"form": form, "role_form": RoleForm()}, status=status)


@require_POST
@require_role(Role.RECRUITER)
def from_role(request: StaffRequest) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return render(request, "review/assessment_new.html", {"form": AssessmentForm(), "role_form": form}, status=422)
    version = blueprints.compose_from_role(
        organisation=request.organisation,
        user=request.user,
        role=roles()[form.cleaned_data["role"]],
        minutes=form.cleaned_data["minutes"],
        title=form.cleaned_data["title"],
    )
    messages.success(request, "This is the role's blueprint: change what you like.")
    return _back(request, version.assessment)


@require_role(Role.RECRUITER)
def assessment(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    version = blueprints.latest_version(found)
    return render(request, "review/assessment.html", _composition(request, version))


def _composition(request: StaffRequest, version: AssessmentVersion, **forms: object) -> dict[str, object]:
    composition = drawing.Composition(version)
    settings = {
        "title": version.assessment.title,
        "minutes": version.minutes,
        "pass_mark": _percent(version.pass_mark),
        "least_minutes": version.least_minutes,
        "target_facility": _percent(version.target_facility),
        "feedback": version.feedback,
        "introduction": version.introduction,
    }
    return {
        "assessment": version.assessment,
        "version": version,
        "sections": selectors.sections(version),
        "titles": selectors.titles(request.organisation),
        "coverage": composition.coverage(),
        "shortfalls": composition.problems(),
        "sample": composition.sample,
        "topic_rows": topic_rows(composition, composition.sample),
        "settings_form": AssessmentForm(initial=settings),
        "section_form": SectionForm(),
        "topic_form": TopicRuleForm(),
        "draw_form": DrawForm(organisation=request.organisation),
        "invite_form": InviteForm(initial={"expires_at": in_two_weeks()}),
        **forms,
    }


def _percent(fraction: float | None) -> int | None:
    return None if fraction is None else round(fraction * 100)


@require_POST
@require_role(Role.RECRUITER)
def change_settings(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        context = _composition(request, blueprints.latest_version(found), settings_form=form)
        return render(request, "review/assessment.html", context, status=422)
    blueprints.change_settings(version=blueprints.editable_version(assessment=found), **form.cleaned_data)
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def add_section(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    form = SectionForm(request.POST)
    if form.is_valid():
        blueprints.add_section(version=blueprints.editable_version(assessment=found), **form.cleaned_data)
    else:
        messages.error(request, "A section needs a title.")
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def remove_section(request: StaffRequest, assessment: uuid.UUID, position: int) -> HttpResponse:
    found = _assessment(request, assessment)
    version = blueprints.editable_version(assessment=found)
    blueprints.remove_section(section=get_object_or_404(version.sections, position=position))
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def add_draw(request: StaffRequest, assessment: uuid.UUID, position: int) -> HttpResponse:
    found = _assessment(request, assessment)
    form = DrawForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        latest = blueprints.latest_version(found)
        context = _composition(request, latest, draw_form=form, open_section=position)
        return render(request, "review/assessment.html", context, status=422)
    version = blueprints.editable_version(assessment=found)
    blueprints.add_draw(section=get_object_or_404(version.sections, position=position), **form.cleaned_data)
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def remove_draw(request: StaffRequest, assessment: uuid.UUID, position: int, draw: int) -> HttpResponse:
    found = _assessment(request, assessment)
    version = blueprints.editable_version(assessment=found)
    section = get_object_or_404(version.sections, position=position)
    blueprints.remove_draw(draw=get_object_or_404(section.draws, position=draw))
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def change_lines(request: StaffRequest, assessment: uuid.UUID, position: int) -> HttpResponse:
    found = _assessment(request, assessment)
    latest = get_object_or_404(blueprints.latest_version(found).sections, position=position)
    form = LinesForm(request.POST, draws=latest.draws.all())
    if not form.is_valid():
        for sentence in form.told():
            messages.error(request, sentence)
        return _back(request, found)
    section = blueprints.editable_version(assessment=found).sections.get(position=position)
    for draw, count, weight in form.changes():
        blueprints.change_draw(draw=section.draws.get(position=draw.position), count=count, weight=weight)
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def set_topic_rule(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    form = TopicRuleForm(request.POST)
    if not form.is_valid():
        context = _composition(request, blueprints.latest_version(found), topic_form=form)
        return render(request, "review/assessment.html", context, status=422)
    blueprints.set_topic_rule(version=blueprints.editable_version(assessment=found), **form.cleaned_data)
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def remove_topic_rule(request: StaffRequest, assessment: uuid.UUID, topic: str) -> HttpResponse:
    found = _assessment(request, assessment)
    version = blueprints.editable_version(assessment=found)
    blueprints.remove_topic_rule(rule=get_object_or_404(version.topic_rules, topic__slug=topic))
    return _back(request, found)


@require_POST
@require_role(Role.RECRUITER)
def clone(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    copy = blueprints.clone_assessment(assessment=found, user=request.user, title=f"Copy of {found.title}"[:200])
    messages.success(request, "This is the copy: change what you like, the original stays as it is.")
    return _back(request, copy.assessment)


@require_role(Role.RECRUITER)
def sample_form(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    """One form as a candidate might get it; another at each reload."""
    version = blueprints.latest_version(_assessment(request, assessment))
    composition = drawing.Composition(version)
    form = composition.draw(random.SystemRandom())
    context = {
        "version": version,
        "form": form,
        "problems": composition.problems(),
        "topic_rows": topic_rows(composition, form),
    }
    return render(request, "review/sample_form.html", context)


@require_POST
@require_role(Role.RECRUITER)
def invite(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    version = blueprints.latest_version(_assessment(request, assessment))
    form = InviteForm(request.POST)
    if form.is_valid():
        people = form.cleaned_data["people"]
        try:
            invitations.invite(
                version=version, user=request.user, invitees=people, expires_at=form.cleaned_data["expires_at"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Invited: {len(people)}. The e-mails are on their way.")
            return redirect("review:candidates", organisation=request.organisation.slug)
    return render(request, "review/assessment.html", _composition(request, version, invite_form=form), status=422)
