"""Work for the web side's own worker: a calibration takes longer than a page may."""

from __future__ import annotations

from assessments.celery import app
from assessments.insights import services


@app.task(name="insights.calibrate")
def calibrate(*, organisation: int, assessment: int | None, model: str, simulated: bool, actor: int | None) -> None:
    services.calibrate_requested(
        organisation_id=organisation, assessment_id=assessment, model=model, simulated=simulated, actor_id=actor
    )
