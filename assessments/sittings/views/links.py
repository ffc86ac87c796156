"""From the link in the mail to the start of the sitting."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.sittings import selectors
from assessments.sittings.drawing import NotEnoughQuestions
from assessments.sittings.errors import LinkProblem, SittingError
from assessments.sittings.models import Attempt, Invitation
from assessments.sittings.services import attempts
from assessments.sittings.views.access import own_invitation, remember


@never_cache
@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address at once: it must not stay in the history or on a shared screen."""
    try:
        invitation = attempts.open_invitation(token=token)
    except LinkProblem as problem:
        return _problem(request, problem)
    remember(request, invitation)
    attempt = selectors.real_attempt(invitation)
    if attempt is not None and attempts.close_if_over(attempt=attempt).finished_at is None:
        return redirect("sittings:resume", attempt=attempt.public_id)
    return redirect("sittings:landing", invitation=invitation.public_id)


@never_cache
@require_GET
def landing(request: HttpRequest, invitation: UUID) -> HttpResponse:
    own = own_invitation(request, invitation)
    attempt = selectors.real_attempt(own)
    if attempt is not None:
        return _landing_of_started(request, attempts.close_if_over(attempt=attempt))
    try:
        attempts.refuse_start(own)
    except LinkProblem as problem:
        return _problem(request, problem)
    context = {
        "invitation": own,
        "version": own.version,
        "minutes": selectors.minutes_of(own),
        "parts": selectors.parts(own.version),
        "practice": selectors.practice_version(own.organisation),
        "contact": selectors.contact_of(own),
        "grace_seconds": settings.SITTING_GRACE_SECONDS,
    }
    return render(request, "sittings/landing.html", context)


def _landing_of_started(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.finished_at is None:
        return redirect("sittings:resume", attempt=attempt.public_id)
    return render(request, "sittings/finished.html", {"attempt": attempt}, status=410)


def _problem(request: HttpRequest, problem: LinkProblem) -> HttpResponse:
    return render(request, "sittings/link_problem.html", {"problem": problem}, status=problem.status)


@require_POST
def start(request: HttpRequest, invitation: UUID) -> HttpResponse:
    own = own_invitation(request, invitation)
    try:
        attempt = attempts.start_attempt(invitation=own)
    except LinkProblem as problem:
        return _problem(request, problem)
    except NotEnoughQuestions:
        return _not_ready(request, own)
    return redirect("sittings:resume", attempt=attempt.public_id)


@require_POST
def start_practice(request: HttpRequest, invitation: UUID) -> HttpResponse:
    own = own_invitation(request, invitation)
    try:
        attempt = attempts.start_practice(invitation=own)
    except LinkProblem as problem:
        return _problem(request, problem)
    except NotEnoughQuestions:
        return _not_ready(request, own)
    except SittingError as error:
        return _problem(request, LinkProblem("No practice test", error.message, status=409))
    return redirect("sittings:resume", attempt=attempt.public_id)


def _not_ready(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    problem = LinkProblem(
        "This assessment cannot start now",
        "Questions that it asks for are not available. The fault is not yours and your time has not begun. "
        f"Tell {invitation.organisation}, and try the link again later.",
        status=503,
    )
    return _problem(request, problem)


@never_cache
@require_GET
def ping(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Answer the system check."""
    return HttpResponse(status=204)
