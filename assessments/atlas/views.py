from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_headers

import lossref
from assessments.atlas import pages, selectors
from assessments.atlas.forms import FilterForm
from lossref import UnknownLoss


@require_safe
@cache_control(no_cache=True)
@conditional_page
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    """Show the catalogue; htmx gets the rows alone."""
    form = FilterForm(request.GET or None)
    chosen = form.chosen() if form.is_bound else {}
    found = selectors.matching(**chosen)
    context = {
        "form": form,
        "filtered": bool(chosen),
        "families": pages.grouped(found),
        "count": len(found),
        "total": len(selectors.entries()),
    }
    alone = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "atlas/_entries.html" if alone else "atlas/index.html", context)


@require_safe
@cache_control(no_cache=True)
@conditional_page
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one entry; an alias leads to its canonical name."""
    try:
        spec = lossref.get(name)
    except UnknownLoss:
        return render(request, "atlas/unknown.html", {"name": name, "nearest": selectors.nearest(name)}, status=404)
    if spec.name != name:
        return redirect("atlas:page", name=spec.name, permanent=True)
    return render(request, "atlas/page.html", {"spec": spec, "body": pages.body(spec.name)})
