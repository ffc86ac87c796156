from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assessments.people import selectors
from assessments.people.access import StaffRequest, require_role


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Staff go on to their organisation; everyone else reads what this site is."""
    if not request.user.is_authenticated:
        return render(request, "people/welcome.html", {"demo": settings.DEMO})
    accesses = selectors.accesses_of(request.user)
    if len(accesses) == 1:
        return redirect("people:start", organisation=accesses[0].organisation.slug)
    return render(request, "people/organisations.html", {"accesses": accesses})


@require_safe
@require_role()
def start(request: StaffRequest) -> HttpResponse:
    return render(request, "people/start.html")


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show what the demo would have sent by e-mail. Its links are secrets, so it exists in the demo only."""
    if not settings.DEMO:
        raise Http404("the mailbox exists in the demo only")
    to = request.GET.get("to", "").strip()
    page = Paginator(selectors.mailbox(to=to), 20).get_page(request.GET.get("page"))
    return render(request, "people/mailbox.html", {"page": page, "to": to})


def closed(_request: HttpRequest, **_: str) -> HttpResponse:
    """Close the pages where allauth would let a person sign up or change their address; an owner does that."""
    raise Http404("accounts are made and changed by an organisation's owner")
