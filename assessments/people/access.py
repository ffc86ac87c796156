"""The gate of every staff page: who is not of the organisation learns nothing, not even that it exists."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.people import selectors
from assessments.people.models import Organisation, Role, User
from assessments.people.selectors import Access


class StaffRequest(HttpRequest):
    """A request that `require_role` let through."""

    user: User
    access: Access
    organisation: Organisation


def require_role(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let through whoever holds one of `roles` (or owns the organisation); with no roles, every colleague.

    The URL's `organisation` slug becomes `request.organisation`, and the view does not get it again. Anonymous
    people go to the log-in, strangers get 404, colleagues without the role a page that names it (403).
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, organisation: str, **kwargs: Any) -> HttpResponse:
            access = selectors.access_of(cast("User", request.user), organisation)
            if access is None:
                raise Http404("no such organisation, or you are not a member of it")
            staff = cast("StaffRequest", request)
            staff.access, staff.organisation = access, access.organisation
            if roles and not access.may(*roles):
                needed = [Role(role).label for role in (*roles, Role.OWNER)]
                return render(request, "people/denied.html", {"needed": needed}, status=403)
            return view(staff, *args, **kwargs)

        return guarded

    return decorate
