"""Who is who on candidates' pages: the session knows which invitations were opened in it, nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from assessments.sittings import selectors
from assessments.sittings.models import Attempt, AttemptItem, Invitation
from assessments.sittings.services import attempts

_KEY = "opened_invitations"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Note in the session that this invitation's link was opened in this browser."""
    opened = opened_in(request)
    if str(invitation.public_id) not in opened:
        # A new key, so that whoever knew the session before does not get into the sitting.
        request.session.cycle_key()
        request.session[_KEY] = [*opened, str(invitation.public_id)]


def opened_in(request: HttpRequest) -> list[str]:
    return list(request.session.get(_KEY, []))


def own_invitation(request: HttpRequest, public_id: UUID) -> Invitation:
    invitation = selectors.invitation_for(opened_in(request), public_id)
    if invitation is None:
        raise Http404("this browser has not opened that invitation")
    return invitation


def sitting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Resolve the URL's attempt for the browser that opened its invitation; close it first if its time is over."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, attempt: UUID, **kwargs: Any) -> HttpResponse:
        own = selectors.attempt_for(opened_in(request), attempt)
        if own is None:
            raise Http404("this browser has not opened the invitation of that sitting")
        return view(request, attempts.close_if_over(attempt=own), *args, **kwargs)

    return guarded


def item_or_404(attempt: Attempt, n: int) -> AttemptItem:
    item = selectors.item_at(attempt, n)
    if item is None:
        raise Http404("the sitting has no such question")
    item.attempt = attempt
    return item
