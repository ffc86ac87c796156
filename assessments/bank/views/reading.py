"""What authors read: the list, a question as its candidates see it, its source, its checks and its versions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import lossref
from assessments.bank import certificates, differences, folders, previews, selectors, services, variants
from assessments.bank.forms import FilterForm
from assessments.bank.models import Kind, Question, QuestionVersion, State
from assessments.bank.services import CERTIFICATION_PATIENCE
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from grader.kinds.specs import DRAWN

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
    return numbered(held, number)


def numbered(held: list[QuestionVersion], number: int) -> QuestionVersion:
    for version in held:
        if version.number == number:
            return version
    raise Http404(f"there is no version {number}")


def _page(request: StaffRequest, row: Question) -> HttpResponse:
    held = selectors.versions(row, reader=request.organisation)
    standing = next((version for version in held if version.state == State.PUBLISHED), held[0])
    version = _asked(held, request.GET.get("v", ""), standing)
    own = row.organisation == request.organisation
    history = selectors.history(row) if own else []
    context = {
        "question": row,
        "version": version,
        "versions": held,
        "own": own,
        "history": history,
        "sent_back": _sent_back(version, history),
        "problems_open": selectors.open_problems(row) if own else 0,
        "reference": _reference(version),
        "source": folders.files(folders.question_of(version, selectors.live_spec(version))),
        "may_publish": services.may_publish(version, request.user, request.access),
        "variant_figures": variants.figures(version) if own else [],
        "exposure_limit": variants.EXPOSURE_LIMIT,
        **previews.of_version(version, request.GET.get("variant", "")),
        **_checks(version),
    }
    return render(request, "bank/question.html", context)


def _sent_back(version: QuestionVersion, history: list[selectors.Step]) -> selectors.Step | None:
    """Give the note with which a draft came back from its review, if that is the last that happened to it."""
    last = next((step for step in history if step.number == version.number), None)
    waits = version.state == State.DRAFT and last is not None and last.verb == "version.sent_back"
    return last if waits else None


@require_safe
@require_role(Role.AUTHOR)
def compare(request: StaffRequest, slug: str) -> HttpResponse:
    """Show what changed from one version to another, side by side or one under the other."""
    row = own_question(request, slug)
    held = selectors.versions(row, reader=request.organisation)
    new = _asked(held, request.GET.get("to", ""), held[0])
    former = next((version for version in held if version.number < new.number), held[-1])
    old = _asked(held, request.GET.get("from", ""), former)
    before, after = (folders.question_of(version, selectors.live_spec(version)) for version in (old, new))
    view = "unified" if request.GET.get("view") == "unified" else "side"
    parts = differences.between(before, after)
    context = {"question": row, "versions": held, "old": old, "new": new, "parts": parts, "view": view}
    return render(request, "bank/compare.html", context)


def _asked(held: list[QuestionVersion], number: str, otherwise: QuestionVersion) -> QuestionVersion:
    return numbered(held, int(number)) if number.isdecimal() and len(number) < 7 else otherwise


def _reference(version: QuestionVersion) -> str:
    """Name the entry of the catalogue that a coding question refers to; empty where the reference is its own."""
    table = selectors.live_spec(version).spec.get("coding", {})
    try:
        return lossref.get(str(table.get("reference", ""))).name
    except lossref.UnknownLoss:
        return ""


def _checks(version: QuestionVersion) -> dict[str, Any]:
    spec = selectors.live_spec(version)
    run = selectors.latest_certification(spec)
    if run is not None and run.passed and spec.certification is None:
        # The grader answered after the spec was read.
        spec.refresh_from_db(fields=["certification"])
    last = run if run is None or run.passed is not None else selectors.judged(spec)
    # The sweeper ends what nobody answers; should there be none, the page stops asking all the same.
    heard = run and (run.look_again_at or run.requested_at)
    awaited = bool(run and heard and not run.finished_at and heard > timezone.now() - CERTIFICATION_PATIENCE)
    return {
        "spec": spec,
        "run": run,
        "drawn": version.kind in DRAWN,
        "awaited": awaited,
        "before": selectors.certifications_before(run) if run and awaited and not run.started_at else 0,
        # What failed on other seeds stands against a certificate from before.
        "certified": spec.certification is not None and (last is None or bool(last.passed)),
        "report": certificates.readable(last.result if last else spec.certification),
    }
