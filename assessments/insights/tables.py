"""Tables of statistics as CSV, in which no cell can act as a formula of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from defusedcsv import csv
from django.http import HttpResponse

from assessments.bank.models import QuestionVersion
from assessments.insights.figures import Figures
from assessments.insights.models import ItemCalibration

HEAD = (
    "question", "version", "title", "kind", "level", "asked", "n", "facility", "facility_low", "facility_high",
    "discrimination", "discrimination_low", "discrimination_high", "d_index", "omitted", "not_seen",
    "median_seconds", "flags",
)  # fmt: skip
MODEL_HEAD = ("difficulty", "difficulty_error", "discrimination", "discrimination_error", "infit", "outfit", "p_value")


class Row(Protocol):
    """A question version with its figures."""

    @property
    def version(self) -> QuestionVersion: ...

    @property
    def figures(self) -> Figures: ...


def question_table(
    rows: Iterable[Row], calibrated: dict[int, list[ItemCalibration]] | None = None
) -> Iterator[Sequence[Any]]:
    """Give the head and a line for each version; with the newest calibrations where there are any."""
    models = sorted({item.calibration.model for items in (calibrated or {}).values() for item in items})
    yield [*HEAD, *(f"{model}_{name}" for model in models for name in MODEL_HEAD)]
    for row in rows:
        of_model = {item.calibration.model: item for item in (calibrated or {}).get(row.version.pk, ())}
        yield [*_cells(row), *(cell for model in models for cell in _of_model(of_model.get(model)))]


def _cells(row: Row) -> list[Any]:
    version, found = row.version, row.figures
    facility, discrimination = found.facility, found.discrimination
    return [
        version.question.slug, version.number, version.title, version.kind, version.level, found.asked, facility.n,
        facility.value, facility.low, facility.high,
        discrimination.value, discrimination.low, discrimination.high, found.d_index,
        found.omission.value, found.unseen, found.seconds.median,
        "; ".join(flag.words for flag in found.flags),
    ]  # fmt: skip


def _of_model(item: ItemCalibration | None) -> list[Any]:
    if item is None:
        return [None] * len(MODEL_HEAD)
    fit = [item.fit.get(name) for name in ("infit", "outfit", "p_value")]
    return [item.difficulty, item.difficulty_error, item.discrimination, item.discrimination_error, *fit]


def respond(name: str, lines: Iterable[Sequence[Any]]) -> HttpResponse:
    """Offer the lines as a file."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows(lines)
    return response
