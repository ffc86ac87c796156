"""Fitting an item response model to the sittings that are in, and keeping what came of it."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.bank.models import QuestionVersion
from assessments.bank.services import record_item_statistics
from assessments.insights import irt, selectors
from assessments.insights.models import Calibration, IrtModel, ItemCalibration
from assessments.insights.services.vectors import refresh
from assessments.insights.vectors import Array
from assessments.people.models import Organisation, User
from assessments.sittings.models import Assessment

# A fit holds all its sittings in memory; the newest say most of the questions as they are now.
MOST_SITTINGS = 20_000
_PROBLEMS: dict[irt.Problem, str] = {
    "too_few": "too few answers",
    "all_right": "everybody was right",
    "all_wrong": "nobody was right",
    "alone": "too few persons also had other questions",
    "too_steep": "the slope grows without end",
}


def calibrate(
    *,
    organisation: Organisation,
    assessment: Assessment | None = None,
    model: IrtModel = IrtModel.TWO_PL,
    simulated: bool = False,
    actor: User | None = None,
) -> Calibration:
    """Fit the model to an assessment's sittings, or to all that the organisation may count.

    A fit over all of them also tells the bank the facility of the organisation's own questions; simulated sittings
    tell it nothing.
    """
    attempts = selectors.of_population(selectors.sittings(organisation, assessment), simulated=simulated)
    refresh(attempts=attempts)
    answers = selectors.answers(attempts, newest=MOST_SITTINGS)
    if not answers.persons:
        whose = "simulated " if simulated else ""
        raise ValidationError(f"There is no finished {whose}sitting to calibrate from: it takes 30 answers a question.")
    versions, scores = answers.matrix()
    fitted = irt.calibrate(scores, model=cast("irt.Model", model.value))
    return _store(
        Calibration(
            organisation=organisation,
            assessment=assessment,
            model=model,
            simulated=simulated,
            persons=fitted.n,
            converged=fitted.converged,
            iterations=fitted.iterations,
            log_likelihood=fitted.log_likelihood,
            requested_by=actor,
        ),
        versions,
        scores,
        fitted.items,
    )


@transaction.atomic
def _store(row: Calibration, versions: Array, scores: Array, items: tuple[irt.Item, ...]) -> Calibration:
    row.full_clean(exclude=["requested_by"])
    row.save()
    columns = zip(versions.tolist(), items, scores.T, strict=True)
    rows = [_item(row, version, item, column[~np.isnan(column)]) for version, item, column in columns]
    ItemCalibration.objects.bulk_create(rows)
    if row.assessment is None and not row.simulated:
        mine = QuestionVersion.objects.filter(question__organisation=row.organisation, pk__in=versions.tolist())
        own = set(mine.values_list("pk", flat=True))
        figures = {item.version_id: (item.facility, item.n) for item in rows if item.version_id in own and item.n}
        record_item_statistics(figures=figures, measured_at=row.made_at)  # type: ignore[arg-type]  # n > 0: a facility
    return row


def _item(row: Calibration, version: int, item: irt.Item, scores: Array) -> ItemCalibration:
    fit: dict[str, Any] = dataclasses.asdict(item.fit) if item.fit else {}
    return ItemCalibration(
        calibration=row,
        version_id=version,
        n=len(scores),
        facility=float(scores.mean()) if len(scores) else None,
        difficulty=item.difficulty,
        difficulty_error=item.difficulty_error,
        discrimination=item.discrimination,
        discrimination_error=item.discrimination_error,
        fit=fit,
        note=_PROBLEMS[item.problem] if item.problem else "",
    )
