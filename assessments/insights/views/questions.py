"""What authors read of the bank's answers: every question in one list, and each by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assessments import plots
from assessments.bank import selectors as bank
from assessments.bank.forms import FilterForm
from assessments.bank.models import Question, QuestionVersion, State
from assessments.insights import charts, figures, selectors
from assessments.insights.classical import Estimate
from assessments.insights.figures import Figures
from assessments.insights.tables import question_table, respond
from assessments.insights.vectors import Answers
from assessments.insights.views.reading import asked, options, population
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role

PAGE = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    version: QuestionVersion
    figures: Figures

    @property
    def is_few(self) -> bool:
        return self.figures.facility.value is None


def _or_last(value: float | None) -> tuple[bool, float]:
    return value is None, value or 0.0


def _by_flags(row: Row) -> tuple[int, int, bool, str]:
    bad = sum(flag.kind == "bad" for flag in row.figures.flags)
    return -bad, -len(row.figures.flags), row.is_few, row.version.title


# The word of the address, the head of the column, what the rows are sorted by.
SORTS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "flags": ("Flags", _by_flags),
    "title": ("Question", lambda row: row.version.title.lower()),
    "answers": ("Answers", lambda row: -row.figures.facility.n),
    "facility": ("Facility", lambda row: _or_last(row.figures.facility.value)),
    "discrimination": ("Discrimination", lambda row: _or_last(row.figures.discrimination.value)),
    "omitted": ("Left out", lambda row: _or_last(None if (v := row.figures.omission.value) is None else -v)),
    "time": ("Median time", lambda row: _or_last(None if (v := row.figures.seconds.median) is None else -v)),
}


@require_safe
@require_role(Role.AUTHOR, Role.RECRUITER)
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the statistics that a person's role is about."""
    name = "insights:questions" if request.access.is_author else "insights:assessments"
    return redirect(name, organisation=request.organisation.slug)


@require_safe
@require_role(Role.AUTHOR)
def questions(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET or None, initial=dict.fromkeys(FilterForm.base_fields, ""))
    chosen = form.chosen() if form.is_bound else {}
    counted = population(request)
    keys = bank.listed(request.organisation, **chosen).values_list("pk", flat=True)
    versions = list(selectors.versions(keys))
    found = figures.of_versions(counted.answers(), asked(versions))
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "flags"
    rows = sorted((Row(version, found[version.pk]) for version in versions), key=SORTS[sort][1])
    if request.GET.get("format") == "csv":
        return respond("questions.csv", question_table(rows))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "filtered": any(chosen.values()),
        "population": counted,
        "sorts": [(word, head) for word, (head, _) in SORTS.items()],
        "sort": sort,
        "calibrations": selectors.calibrations(request.organisation, None, simulated=counted.simulated),
        "bounds": figures,
    }
    return render(request, "insights/questions.html", context)


@require_safe
@require_role(Role.AUTHOR)
def question(request: StaffRequest, slug: str) -> HttpResponse:
    found = bank.question(request.organisation, slug)
    if found is None:
        raise Http404(f"{request.organisation} has no question {slug}")
    return _page(request, found)


@require_safe
@require_role(Role.AUTHOR)
def library_question(request: StaffRequest, slug: str) -> HttpResponse:
    found = bank.question(request.organisation, slug, of_library=True)
    if found is None:
        raise Http404(f"the library has published no question {slug}")
    return _page(request, found)


def _page(request: StaffRequest, row: Question) -> HttpResponse:
    versions = list(selectors.versions_of(row, reader=request.organisation))
    wanted = request.GET.get("v", "")
    standing = next((version for version in versions if version.state == State.PUBLISHED), versions[0])
    chosen = next((version for version in versions if str(version.number) == wanted), standing)
    counted = population(request)
    answers = counted.answers()
    found = figures.of_versions(answers, asked(versions))
    calibrations = selectors.calibrations(request.organisation, None, simulated=counted.simulated)
    context = {
        "question": row,
        "own": row.organisation == request.organisation,
        "version": chosen,
        "figures": found[chosen.pk],
        "rows": [Row(version, found[version.pk]) for version in versions],
        "variants": _by_variant(chosen, answers),
        "options": list(zip(_letters(chosen), found[chosen.pk].options, strict=True)),
        "plot": charts.distractors(found[chosen.pk]),
        "size": plots.SIZE,
        "population": counted,
        "sittings": answers.persons,
        "calibrated": selectors.calibrated(calibrations.values(), [chosen.pk])[chosen.pk],
        "bounds": figures,
    }
    return render(request, "insights/question.html", context)


def _by_variant(version: QuestionVersion, answers: Answers) -> list[tuple[int, Estimate]]:
    """Give the facility of each variant of a version that has several, by the variant's number."""
    numbers = dict(version.variants.values_list("pk", "number"))
    return (
        [(numbers[pk], facility) for pk, facility in figures.of_variants(answers, version.pk)]
        if len(numbers) > 1
        else []
    )


def _letters(version: QuestionVersion) -> list[str]:
    return [charts.letter(place) for place in range(len(options(version)))]
