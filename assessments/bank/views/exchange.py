"""Import and export of questions: first what would be done, line by line, then the deed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.bank.exchange import archives, report, selectors, services
from assessments.bank.exchange.formats import FORMATS, Format
from assessments.bank.exchange.report import Fate, Item
from assessments.bank.forms import ExportForm, ImportForm
from assessments.bank.models import Upload
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role

PAGE = 200


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def import_questions(request: StaffRequest) -> HttpResponse:
    """Take a file, and show what it would bring."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            held = services.hold(
                organisation=request.organisation,
                author=request.user,
                name=file.name,
                content=file.read(),
                form=form.cleaned_data["form"],
                defaults=form.defaults(),
            )
        except archives.ArchiveError as error:
            form.add_error("file", [capfirst(f"{problem}.") for problem in error.problems])
        else:
            return redirect("bank:upload", organisation=request.organisation.slug, upload=held.public_id)
    return render(request, "bank/import.html", {"form": form}, status=422 if form.errors else 200)


def _held(request: StaffRequest, public_id: uuid.UUID) -> Upload:
    found = selectors.upload(request.organisation, request.user, public_id)
    if found is None:
        raise Http404("no such file waits: it was brought in or discarded, or is another's")
    return found


@require_safe
@require_role(Role.AUTHOR)
def upload(request: StaffRequest, upload: uuid.UUID) -> HttpResponse:
    held = _held(request, upload)
    count = held.counts[Fate.TAKEN] + held.counts[Fate.CHANGED]
    context = {"upload": held, "format": FORMATS[held.format], "count": count}
    return render(request, "bank/upload.html", context | _lines(request, held.report, held.counts))


def _lines(request: StaffRequest, rows: list[dict[str, Any]], counts: dict[str, int]) -> dict[str, Any]:
    """Give the report's lines of the chosen fate, a page of them, and how many questions had which fate."""
    chosen = request.GET.get("fate", "")
    shown = [row for row in rows if row["fate"] == chosen] if chosen in set(Fate) else rows
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "chosen": chosen, "counts": counts, "all": sum(counts.values())}


@require_POST
@require_role(Role.AUTHOR)
def bring_in(request: StaffRequest, upload: uuid.UUID) -> HttpResponse:
    held = _held(request, upload)
    versions = services.bring_in_upload(upload=held, actor=request.user)
    said = f"{len(versions)} question{'s' * (len(versions) != 1)} of {held.name}"
    messages.success(request, f"{said} brought in. What is new is a draft: certify it before it can be published.")
    address = redirect("bank:questions", organisation=request.organisation.slug)
    address["Location"] += "?state=draft"
    return address


@require_POST
@require_role(Role.AUTHOR)
def discard(request: StaffRequest, upload: uuid.UUID) -> HttpResponse:
    held = _held(request, upload)
    services.discard(upload=held)
    messages.success(request, f"Nothing of {held.name} was brought in.")
    return redirect("bank:import", organisation=request.organisation.slug)


@require_safe
@require_role(Role.AUTHOR)
def export(request: StaffRequest) -> HttpResponse:
    """Show what a format holds of the bank, or of one question, and offer the file."""
    form, found, items = _leaving(request)
    found.write(items)
    rows = [{"fate": line.fate, **_row(line)} for line in report.lines(items)]
    query = request.GET.copy()
    query.pop("fate", None)
    query.pop("page", None)
    question = items[0].name if form.data.get("question") else ""
    context = {"form": form, "format": found, "question": question, "query": query.urlencode()}
    counts = {str(fate): count for fate, count in report.counts(items).items()}
    return render(request, "bank/export.html", context | _lines(request, rows, counts))


def _row(line: report.Line) -> dict[str, str]:
    return {name: getattr(line, name) for name in ("place", "item", "expected", "came", "done")}


@require_safe
@require_role(Role.AUTHOR)
def exported(request: StaffRequest) -> HttpResponse:
    """Give the file itself: one file as it is, several in a zip archive."""
    form, found, items = _leaving(request)
    files = found.write(items)
    stem = form.data.get("question") or f"{request.organisation.slug}-questions"
    if found.suffix:
        (content,) = files.values()
        name, kind = f"{stem}{found.suffix}", "application/xml" if found.suffix == ".xml" else "text/plain"
    else:
        content, name, kind = archives.pack(files), f"{stem}-{found.name}.zip", "application/zip"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _leaving(request: StaffRequest) -> tuple[ExportForm, Format, list[Item]]:
    """Read what is to leave and as what; whatever is not understood is the bundle of the whole bank."""
    asked = {"form": request.GET.get("form", "bundle"), "question": request.GET.get("question", "")}
    form = ExportForm(asked)
    if not form.is_valid():
        raise Http404(f"nothing can be exported as {asked['form']}")
    slugs = [asked["question"]] if asked["question"] else None
    try:
        return form, FORMATS[asked["form"]], selectors.leaving(request.organisation, slugs)
    except LookupError as error:
        raise Http404(str(error)) from error
