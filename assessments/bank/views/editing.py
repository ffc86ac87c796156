"""Writing a question: every save makes its next version, and the page shows at once what candidates would see."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from assessments.bank import folders, rendering, selectors, services, skeletons
from assessments.bank.forms import QuestionForm, Solutions, solutions_form
from assessments.bank.models import GradingSpec, Kind, QuestionVersion, Variant
from assessments.bank.views.reading import own_question
from assessments.bank.widgets import widget
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from grader.questions import QuestionFolder, realise

# Addresses that a question's slug would hide behind.
RESERVED = frozenset({"new", "library"})


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    latest = selectors.versions(own_question(request, slug), reader=request.organisation)[0]
    before = folders.question_of(latest, selectors.live_spec(latest))
    return _editor(request, before, {"version": latest, "cancel": "bank:question"})


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def new(request: StaffRequest) -> HttpResponse:
    """Begin a question from the skeleton of its kind; its slug follows from the title."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        raise Http404(f"a question's kind is one of {', '.join(Kind.values)}")
    slug = slugify(request.POST.get("title", ""))[:100]
    return _editor(request, skeletons.question(kind, slug or "new"), {"is_new": True})


def _editor(request: StaffRequest, before: QuestionFolder, context: dict[str, object]) -> HttpResponse:
    form, solutions = _forms(request, before)
    question = None
    if request.method == "POST" and solutions.is_valid():
        question = form.read(solutions.texts())
        if question is not None and context.get("is_new") and _is_taken(request, question.slug):
            form.add_error("title", "A question with this title exists already: choose another title.")
            question = None
    if question is None:
        status = 200 if request.method == "GET" else 422
        shown = {"form": form, "solutions": solutions, "before": before, **context}
        return render(request, "bank/edit.html", shown, status=status)
    version = services.save_version(organisation=request.organisation, question=question, author=request.user)
    messages.success(request, f"Saved as version {version.number}, a draft. Certify it before it can be published.")
    address = redirect("bank:question", organisation=request.organisation.slug, slug=question.slug)
    address["Location"] += f"?v={version.number}"
    return address


def _is_taken(request: StaffRequest, slug: str) -> bool:
    return slug in RESERVED or selectors.question(request.organisation, slug) is not None


def _forms(request: StaffRequest, before: QuestionFolder) -> tuple[QuestionForm, Solutions]:
    data = request.POST if request.method == "POST" else None
    return QuestionForm(data, question=before), solutions_form(data, before)


@require_POST
@require_role(Role.AUTHOR)
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the fields as typed the way a candidate would see them, or say what keeps them from it. Saves nothing."""
    found = selectors.question(request.organisation, slug)
    if found is None:
        kind = request.GET.get("kind", "")
        before = skeletons.question(kind if kind in Kind.values else Kind.WRITTEN, slug)
    else:
        latest = selectors.versions(found, reader=request.organisation)[0]
        before = folders.question_of(latest, selectors.live_spec(latest))
    form, solutions = _forms(request, before)
    question = form.read(solutions.texts()) if solutions.is_valid() else None
    if question is None:
        return render(request, "bank/_preview.html", {"form": form, "solutions": solutions})
    return render(request, "bank/_preview.html", _as_candidate(question, request.POST.get("variant", "")))


def _as_candidate(question: QuestionFolder, chosen: str) -> dict[str, object]:
    count = max(1, len(question.variants))
    number = int(chosen) if chosen in map(str, range(count)) else 0
    parameters = dict(question.parameters(number))
    variant = Variant(
        number=number,
        parameters=parameters,
        statement_html=rendering.render(str(realise(question.statement, parameters))),
    )
    version = QuestionVersion(title=question.title, kind=question.kind, minutes=int(question.minutes))
    spec = GradingSpec(spec=dict(question.spec))
    shown = widget(variant=variant, kind=question.kind, spec=spec)
    return {"version": version, "variant": variant, "variant_numbers": range(count), "widget": shown}
