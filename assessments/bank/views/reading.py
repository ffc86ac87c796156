"""What authors read: the list, a question as its candidates see it, its source, its checks and its versions."""

from __future__ import annotations

import difflib
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import lossref
from assessments.bank import certificates, folders, selectors
from assessments.bank.forms import FilterForm
from assessments.bank.models import Kind, Question, QuestionVersion, State
from assessments.bank.services import CERTIFICATION_PATIENCE
from assessments.bank.widgets import widget
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role

PAGE = 50


@require_safe
@require_role(Role.AUTHOR)
def questions(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET or None, initial=dict.fromkeys(FilterForm.base_fields, ""))
    chosen = form.chosen() if form.is_bound else {}
    page = Paginator(selectors.listed(request.organisation, **chosen), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "filtered": any(chosen.values()), "kinds": Kind.choices}
    return render(request, "bank/questions.html", context)


@require_safe
@require_role(Role.AUTHOR)
def question(request: StaffRequest, slug: str) -> HttpResponse:
    return _page(request, own_question(request, slug))


@require_safe
@require_role(Role.AUTHOR)
def library_question(request: StaffRequest, slug: str) -> HttpResponse:
    found = selectors.question(request.organisation, slug, of_library=True)
    if found is None:
        raise Http404(f"the library has published no question {slug}")
    return _page(request, found)


@require_safe
@require_role(Role.AUTHOR)
def certification(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Give the checks alone: the page asks again while a grader is at work."""
    version = own_version(request, slug, number)
    checks = _checks(version)
    response = render(request, "bank/_checks.html", {"version": version, "own": True, **checks})
    if not checks["awaited"]:
        # What may be done with the version changes with its checks: the whole page is due.
        response["HX-Refresh"] = "true"
    return response


def own_question(request: StaffRequest, slug: str) -> Question:
    found = selectors.question(request.organisation, slug)
    if found is None:
        raise Http404(f"{request.organisation} has no question {slug}")
    return found


def own_version(request: StaffRequest, slug: str, number: int) -> QuestionVersion:
    held = selectors.versions(own_question(request, slug), reader=request.organisation)
    return _numbered(held, number)


def _numbered(held: list[QuestionVersion], number: int) -> QuestionVersion:
    for version in held:
        if version.number == number:
            return version
    raise Http404(f"there is no version {number}")


def _page(request: StaffRequest, row: Question) -> HttpResponse:
    held = selectors.versions(row, reader=request.organisation)
    asked_for = request.GET.get("v", "")
    standing = next((version for version in held if version.state == State.PUBLISHED), held[0])
    version = _numbered(held, int(asked_for)) if asked_for.isdecimal() else standing
    context = {
        "question": row,
        "version": version,
        "versions": held,
        "own": row.organisation == request.organisation,
        "reference": _reference(version),
        "source": folders.files(folders.question_of(version, selectors.live_spec(version))),
        "differences": _differences(held, version, request.GET.get("against", "")),
        **as_candidate(version, request.GET.get("variant", "")),
        **_checks(version),
    }
    return render(request, "bank/question.html", context)


def _reference(version: QuestionVersion) -> str:
    """Name the entry of the catalogue that a coding question refers to; empty where the reference is its own."""
    table = selectors.live_spec(version).spec.get("coding", {})
    try:
        return lossref.get(str(table.get("reference", ""))).name
    except lossref.UnknownLoss:
        return ""


def as_candidate(version: QuestionVersion, chosen: str) -> dict[str, Any]:
    """Give what the candidate's own templates need, for the chosen variant."""
    variants = list(version.variants.all())
    number = int(chosen) if chosen.isdecimal() and int(chosen) < len(variants) else 0
    variant = variants[number]
    shown = widget(variant=variant, kind=version.kind, spec=selectors.live_spec(version))
    return {"variants": variants, "variant": variant, "widget": shown}


def _checks(version: QuestionVersion) -> dict[str, Any]:
    spec = selectors.live_spec(version)
    run = selectors.latest_certification(spec)
    if run is not None and run.passed and spec.certification is None:
        # The grader answered after the spec was read.
        spec.refresh_from_db(fields=["certification"])
    result = spec.certification or (run.result if run else None)
    awaited = run is not None and run.finished_at is None and timezone.now() - run.requested_at < CERTIFICATION_PATIENCE
    return {"spec": spec, "run": run, "awaited": awaited, "report": certificates.readable(result)}


def _differences(held: list[QuestionVersion], version: QuestionVersion, against: str) -> dict[str, Any] | None:
    if not against.isdecimal():
        return None
    other = _numbered(held, int(against))
    before, after = (folders.files(folders.question_of(row, selectors.live_spec(row))) for row in (other, version))
    changed = {
        path: lines
        for path in dict.fromkeys([*before, *after])
        if (lines := _unified(before.get(path, ""), after.get(path, "")))
    }
    return {"other": other, "files": changed}


def _unified(before: str, after: str) -> list[tuple[str, str]]:
    """Give the lines of a unified diff, each with its kind: added, removed, place or same."""
    kinds = {"+": "added", "-": "removed", "@": "place"}
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    return [(kinds.get(line[:1], "same"), line) for line in lines]
