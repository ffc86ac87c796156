"""Problems with questions: candidates report them while they sit, staff reads and answers them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.bank import selectors as bank
from assessments.people.access import StaffRequest, require_role
from assessments.people.forms import said_in
from assessments.people.models import Role
from assessments.sittings import problems, usage
from assessments.sittings.errors import SittingError
from assessments.sittings.forms import NoteForm, ProblemFilter
from assessments.sittings.models import Attempt, ProblemState
from assessments.sittings.services.problems import note_problem, report_problem
from assessments.sittings.views.access import item_or_404, sitting

PAGE = 25


@require_POST
@sitting
def report(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    """Take a candidate's report; what is refused stays in its field with the reason."""
    item = item_or_404(attempt, n)
    text = request.POST.get("problem", "")
    context: dict[str, object] = {"attempt": attempt, "current": n, "reports": problems.of_item(item)}
    status = 200
    try:
        context["reported"] = report_problem(item=item, text=text)
    except SittingError as error:
        context |= {"refused": error.message, "text": text}
        status = error.status
    template = "sittings/_problem.html" if request.htmx else "sittings/problem.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


@require_safe
@require_role(Role.AUTHOR, Role.RECRUITER)
def inbox(request: StaffRequest) -> HttpResponse:
    form = ProblemFilter(request.GET or None, initial={"state": "", "question": ""})
    chosen = form.chosen() if form.is_bound else {}
    found = problems.visible(request.access)
    if chosen.get("state"):
        found = found.filter(state=chosen["state"])
    if chosen.get("question"):
        found = found.filter(item__response__version__question__slug=chosen["question"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(row, problems.candidate_of(row, request.access)) for row in page]
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "filtered": any(chosen.values()),
        "states": ProblemState.choices,
    }
    return render(request, "sittings/problems.html", context)


@require_POST
@require_role(Role.AUTHOR, Role.RECRUITER)
def note(request: StaffRequest, report: int) -> HttpResponse:
    row = get_object_or_404(problems.visible(request.access), pk=report)
    try:
        note_problem(report=row, actor=request.user, **said_in(NoteForm(request.POST)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Noted.")
    address = redirect("sittings:problems", organisation=request.organisation.slug)
    address["Location"] += f"#report-{row.pk}"
    return address


@require_safe
@require_role(Role.AUTHOR)
def used(request: StaffRequest, slug: str) -> HttpResponse:
    """Show which assessments name or can draw a question, and how often each version was asked."""
    row = bank.question(request.organisation, slug) or bank.question(request.organisation, slug, of_library=True)
    held = bank.versions(row, reader=request.organisation) if row else []
    if row is None or not held:
        raise Http404(f"{request.organisation} can read no question {slug}")
    own = row.organisation == request.organisation
    context = {
        "question": row,
        "version": held[0],
        "own": own,
        "uses": usage.uses(row, request.organisation),
        "blueprints": usage.blueprints(row, request.organisation),
        "elsewhere": usage.elsewhere(row, request.organisation) if own else None,
        "practised": usage.is_practised(row),
        "asked": usage.asked(held, request.organisation),
    }
    return render(request, "sittings/usage.html", context)
