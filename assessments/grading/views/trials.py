"""Trying an answer: an author types it into the candidate's own controls and sees what candidate and recruiter see."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessments.bank import previews
from assessments.bank import selectors as bank
from assessments.bank.models import QuestionVersion
from assessments.bank.widgets import read_answer
from assessments.grading import services, verdicts
from assessments.grading.forms import TrialForm
from assessments.grading.models import Trial
from assessments.grading.services.trials import PATIENCE
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role


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
    variants = list(version.variants.all())
    variant = variants[int(chosen) if chosen.isdecimal() and int(chosen) < len(variants) else 0]
    spec = bank.live_spec(version)
    try:
        trial = services.try_answer(
            spec=spec, variant=variant, author=request.user, seed=form.cleaned_data["seed"], answer=answer
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, version, form, answer, status=422)
    return redirect(
        "grading:trial", organisation=request.organisation.slug, slug=version.question.slug, number=version.number,
        trial=trial.pk,
    )  # fmt: skip


def _page(
    request: StaffRequest, version: QuestionVersion, form: TrialForm, answer: str, *, status: int = 200, **more: object
) -> HttpResponse:
    chosen = request.POST.get("variant", request.GET.get("variant", ""))
    context = {"version": version, "form": form, **previews.of_version(version, chosen, text=answer), **more}
    return render(request, "grading/try.html", context, status=status)


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
        "as_candidate": verdicts.read(verdict),
        "as_recruiter": verdicts.read(verdict, hidden=True),
        "provenance": verdicts.provenance(verdict) if verdict else [],
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "grading/_trial.html", context)
    form = TrialForm(initial={"seed": row.seed})
    shown = previews.of_version(version, str(row.variant.number), text=row.answer)
    return render(request, "grading/try.html", {**context, "form": form, **shown})
