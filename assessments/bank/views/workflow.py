"""The steps of a version: certify, put up for review, publish, retire; and cloning from the library."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from assessments.bank import selectors, services
from assessments.bank.forms import SeedsForm
from assessments.bank.models import Question, QuestionVersion
from assessments.bank.views.reading import own_question, own_version
from assessments.people.access import StaffRequest, require_role
from assessments.people.forms import said_in
from assessments.people.models import Role


@require_POST
@require_role(Role.AUTHOR)
def certify(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def ask(version: QuestionVersion) -> str:
        form = SeedsForm({name: request.POST.get(name, field.initial) for name, field in SeedsForm.base_fields.items()})
        services.request_certification(spec=selectors.live_spec(version), actor=request.user, **said_in(form))
        return f"Version {number} is being certified; the checks show here when a grader is done."

    return _step(request, slug, number, ask)


@require_POST
@require_role(Role.AUTHOR)
def request_review(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def ask(version: QuestionVersion) -> str:
        services.request_review(version=version, actor=request.user)
        return f"Version {number} is in review: another author or an owner can publish it."

    return _step(request, slug, number, ask)


@require_POST
@require_role(Role.AUTHOR)
def publish(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def act(version: QuestionVersion) -> str:
        services.publish(version=version, actor=request.user, access=request.access)
        return f"Version {number} is published. New attempts get it; attempts under way keep the version they have."

    return _step(request, slug, number, act)


@require_POST
@require_role(Role.AUTHOR)
def retire(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def act(version: QuestionVersion) -> str:
        services.retire(version=version, actor=request.user, reason=request.POST.get("reason", ""))
        return f"Version {number} is retired: no new attempt gets it."

    return _step(request, slug, number, act)


@require_POST
@require_role(Role.AUTHOR)
def send_back(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def act(version: QuestionVersion) -> str:
        services.send_back(version=version, actor=request.user, note=request.POST.get("note", ""))
        return f"Version {number} is a draft again; its author reads your note in the history below."

    return _step(request, slug, number, act)


@require_POST
@require_role(Role.AUTHOR)
def reinstate(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    def act(version: QuestionVersion) -> str:
        state = services.reinstate(version=version, actor=request.user).get_state_display().lower()
        return f"Version {number} is back: {state}."

    return _step(request, slug, number, act)


def _step(request: StaffRequest, slug: str, number: int, act: Callable[[QuestionVersion], str]) -> HttpResponse:
    version = own_version(request, slug, number)
    try:
        messages.success(request, act(version))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    address = redirect("bank:question", organisation=request.organisation.slug, slug=slug)
    address["Location"] += f"?v={number}"
    return address


@require_POST
@require_role(Role.AUTHOR)
def clone(request: StaffRequest, slug: str) -> HttpResponse:
    """Copy a question of the library, under the same name."""
    found = selectors.question(request.organisation, slug, of_library=True)
    if found is None:
        raise Http404(f"the library has published no question {slug}")
    return _cloned(request, found, "bank:library_question")


@require_POST
@require_role(Role.AUTHOR)
def duplicate(request: StaffRequest, slug: str) -> HttpResponse:
    """Copy a question of the organisation's own, as the beginning of another."""
    return _cloned(request, own_question(request, slug), "bank:question")


def _cloned(request: StaffRequest, found: Question, otherwise: str) -> HttpResponse:
    organisation = request.organisation.slug
    try:
        version = services.clone(question=found, organisation=request.organisation, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(otherwise, organisation=organisation, slug=found.slug)
    messages.success(request, "Cloned as a draft of your own. Edit it, certify it, then publish it.")
    return redirect("bank:edit", organisation=organisation, slug=version.question.slug)
