"""Trying an answer: an author types it into the candidate's own controls and sees what candidate and recruiter see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.bank import derivations, previews
from assessments.bank import selectors as bank
from assessments.bank.models import QuestionVersion
from assessments.bank.widgets import read_answer
from assessments.grading import services, verdicts
from assessments.grading.forms import TrialForm
from assessments.grading.models import Purpose, Trial
from assessments.grading.services.trials import PATIENCE
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from grader.verdict import Outcome


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def page(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Show the question with the candidate's controls; a POST sends what they hold to a grader."""
    version = own_version(request, slug, number)
    if request.method == "POST":
        return _try(request, version)
    solution = request.GET.get("solution", "")
    rows = bank.live_spec(version).solutions
    texts = {f"{'correct' if row['right'] else 'wrong'}/{row['path']}": row["text"] for row in rows}
    return _page(request, version, TrialForm(), texts.get(solution, ""), names=list(texts), solution=solution)


def own_version(request: StaffRequest, slug: str, number: int) -> QuestionVersion:
    row = bank.question(request.organisation, slug)
    held = bank.versions(row, reader=request.organisation) if row else []
    found = next((version for version in held if version.number == number), None)
    if found is None:
        raise Http404(f"{request.organisation} has no version {number} of a question {slug}")
    return found


def _try(request: StaffRequest, version: QuestionVersion) -> HttpResponse:
    form = TrialForm(request.POST)
    answer = read_answer(version.kind, request.POST).replace("\r\n", "\n")
    chosen = request.POST.get("variant", "")
    if not form.is_valid():
        return _page(request, version, form, answer, status=422)
    variant, spec = previews.variant_of(version, chosen), bank.live_spec(version)
    try:
        trial = services.try_answer(
            spec=spec,
            variant=variant,
            author=request.user,
            seed=form.cleaned_data["seed"],
            answer=answer,
            purpose=Purpose.SAMPLE if "run" in request.POST else Purpose.FINAL,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, version, form, answer, status=422)
    return redirect(_address(request, version, "trial", trial=trial.pk))


def _page(
    request: StaffRequest, version: QuestionVersion, form: TrialForm, answer: str, *, status: int = 200, **more: object
) -> HttpResponse:
    chosen = request.POST.get("variant", request.GET.get("variant", ""))
    shown = previews.of_version(version, chosen, text=answer)
    context = {"version": version, "form": form, **shown, **more}
    return render(request, "grading/try.html", context, status=status)


def _address(request: StaffRequest, version: QuestionVersion, name: str, **more: object) -> str:
    place = {"organisation": request.organisation.slug, "slug": version.question.slug, "number": version.number}
    return reverse(f"grading:{name}", kwargs={**place, **more})


@require_POST
@require_role(Role.AUTHOR)
def preview(request: StaffRequest, slug: str, number: int, variant: int) -> HttpResponse:
    """Typeset what a derivation is read as, while it is typed."""
    version = own_version(request, slug, number)
    lines = derivations.read_back(
        text=request.POST.get("answer", ""),
        variant=previews.variant_of(version, str(variant)),
        spec=bank.live_spec(version),
    )
    return render(request, "sittings/_preview.html", {"lines": lines})


@never_cache
@require_safe
@require_role(Role.AUTHOR)
def result(request: StaffRequest, slug: str, number: int, trial: int) -> HttpResponse:
    """Show the verdict beside the answer; while there is none the page asks again."""
    version = own_version(request, slug, number)
    row = get_object_or_404(
        Trial.objects.select_related("variant"), pk=trial, author=request.user, spec__version=version
    )
    verdict = row.verdict or {}
    context = {
        "version": version,
        "trial": row,
        "awaited": row.verdict is None and timezone.now() - row.created_at < PATIENCE,
        "outcome": str(verdict.get("outcome", "")).replace("_", " "),
        "score": verdict.get("score"),
        "ran": _ran(row, verdict),
        "as_candidate": verdicts.read(verdict),
        "as_recruiter": verdicts.read(verdict, hidden=True),
        "provenance": verdicts.provenance(verdict) if verdict else [],
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "grading/_trial.html", context)
    form = TrialForm(initial={"seed": row.seed})
    shown = previews.of_version(version, str(row.variant.number), text=row.answer)
    context |= {"form": form, **shown}
    return render(request, "grading/try.html", context)


def _ran(row: Trial, verdict: Mapping[str, Any]) -> dict[str, object] | None:
    """Give what the candidate's own page shows of a run on sample cases; None for an answer that was graded."""
    if row.purpose != Purpose.SAMPLE:
        return None
    state = "ungradable" if verdict.get("outcome") == Outcome.UNGRADABLE else "done"
    samples, reading = verdict.get("samples", ()), verdicts.read_samples(verdict)
    return {"state": state, "at": row.created_at, "samples": samples, "reading": reading}
