"""Differential item functioning, from a keyed file that is held in memory for the request and forgotten with it."""

from __future__ import annotations

import dataclasses
import uuid
from collections import Counter

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from assessments.bank.models import QuestionVersion
from assessments.insights import dif, selectors, services
from assessments.insights.forms import GroupsForm
from assessments.insights.groups import Groups
from assessments.insights.views.assessments import own
from assessments.insights.views.reading import population
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from assessments.sittings.models import Assessment


# The token is looked at below: to look at it is to read the upload, and by then it is settled where it goes.
@csrf_exempt
def compare(request: HttpRequest, **kwargs: object) -> HttpResponse:
    # What is larger than this handler takes into memory goes nowhere, where Django's own would make a file of it.
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _compare(request, **kwargs)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    version: QuestionVersion
    item: dif.Item


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    focal: str
    report: dif.Report
    rows: list[Row]
    purified: list[QuestionVersion]


@csrf_protect
@require_POST
@require_role(Role.RECRUITER, Role.AUTHOR)
def _compare(request: StaffRequest, assessment: uuid.UUID) -> HttpResponse:
    found = own(request, assessment)
    form = GroupsForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "insights/dif.html", {"assessment": found, "groups_form": form}, status=422)
    services.note_dif(assessment=found, actor=request.user)
    context = _compared(request, found, form.cleaned_data["file"], form.cleaned_data["reference"])
    return render(request, "insights/dif.html", {"assessment": found, "groups_form": GroupsForm(), **context})


def _compared(request: StaffRequest, found: Assessment, groups: Groups, wished: str) -> dict[str, object]:
    counted = population(request, found)
    answers = counted.answers()
    labels = groups.labels(answers, selectors.group_keys(counted.attempts))
    sizes = Counter(label for label in labels if label)
    keys, scores = answers.matrix()
    versions = {version.pk: version for version in selectors.versions(keys.tolist())}
    asked = [versions[key] for key in keys.tolist()]
    reference = wished or next((name for name, _ in sizes.most_common()), "")
    reports = {
        focal: dif.mantel_haenszel(scores, labels, reference=reference, focal=focal)
        for focal in sizes
        if focal != reference
    }
    return {
        "population": counted,
        "reference": reference,
        "sizes": sizes.most_common(),
        "unmatched": len(groups.of) - sum(sizes.values()),
        "unnamed": labels.count(""),
        "comparisons": [_comparison(focal, report, asked) for focal, report in sorted(reports.items())],
    }


def _comparison(focal: str, report: dif.Report, asked: list[QuestionVersion]) -> Comparison:
    rows = [Row(version, item) for version, item in zip(asked, report.items, strict=True)]
    order = {"C": 0, "B": 1, "A": 2, None: 3}
    rows.sort(key=lambda row: (order[row.item.level], row.version.title))
    return Comparison(focal, report, rows, [asked[place] for place in report.purified])
