from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from assessments.bank.models import GradingSpec
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.review import selectors, services
from assessments.review.forms import MarkForm
from assessments.sittings.models import AttemptItem

DERIVATION_RUBRIC = [
    {
        "criterion": "The expression is right",
        "points": 1,
        "description": "The checker could neither prove nor refute it.",
    }
]


@require_role(Role.RATER, Role.RECRUITER)
def marking_queue(request: StaffRequest) -> HttpResponse:
    waiting = selectors.to_mark(request.organisation)
    marked = selectors.marked(request.organisation)[:20]
    return render(request, "review/marking_queue.html", {"waiting": waiting, "marked": marked})


def _rubric(item: AttemptItem) -> list[dict[str, object]]:
    spec = GradingSpec.objects.get(version=item.response.version, live=True).spec
    rubric: list[dict[str, object]] = spec.get("written", {}).get("rubric", DERIVATION_RUBRIC)
    return rubric


@require_role(Role.RATER, Role.RECRUITER)
def mark(request: StaffRequest, item: int) -> HttpResponse:
    """Mark one answer, blind: who wrote it is not on the page."""
    found = get_object_or_404(
        selectors.to_mark(request.organisation) | selectors.marked(request.organisation).order_by("pk"), pk=item
    )
    submission = found.response.submissions.filter(purpose="final").order_by("-number").first()
    if submission is None:
        raise Http404("nothing was submitted for this question")
    rubric = _rubric(found)
    form = MarkForm(request.POST or None, rubric=rubric)
    if form.is_valid():
        services.mark_item(item=found, rater=request.user, criteria=form.marks(), comment=form.cleaned_data["comment"])
        messages.success(request, "The marks are recorded.")
        return redirect("review:marking", organisation=request.organisation.slug)
    criteria = [(form[f"criterion_{index}"], row) for index, row in enumerate(rubric)]
    context = {"item": found, "submission": submission, "form": form, "criteria": criteria}
    return render(request, "review/mark.html", context, status=422 if form.errors else 200)
