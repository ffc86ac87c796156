"""What people ask for: a calibration, which the web side's worker computes, and a comparison, which leaves no trace."""

from __future__ import annotations

import logging

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments import broker
from assessments.insights.models import IrtModel
from assessments.insights.services.calibration import calibrate
from assessments.people.models import Organisation, User
from assessments.people.services import audit
from assessments.sittings.models import Assessment

logger = logging.getLogger(__name__)


@transaction.atomic
def request_calibration(
    *, organisation: Organisation, assessment: Assessment | None, model: str, simulated: bool, actor: User | None
) -> None:
    """Ask for a calibration. Where the message is lost nothing is: whoever waits for it asks again."""
    payload = {
        "organisation": organisation.pk,
        "assessment": assessment.pk if assessment else None,
        "model": model,
        "simulated": simulated,
        "actor": actor.pk if actor else None,
    }
    broker.send("insights.calibrate", queue="outbound", payload=payload)
    subject = assessment or organisation
    audit(organisation=organisation, actor=actor, verb="calibration.requested", subject=subject, data={"model": model})


def calibrate_requested(
    *, organisation_id: int, assessment_id: int | None, model: str, simulated: bool, actor_id: int | None
) -> None:
    """Compute what was asked for; where there is nothing to compute from, say so in the log."""
    try:
        calibrate(
            organisation=Organisation.objects.get(pk=organisation_id),
            assessment=Assessment.objects.get(pk=assessment_id) if assessment_id else None,
            model=IrtModel(model),
            simulated=simulated,
            actor=User.objects.get(pk=actor_id) if actor_id else None,
        )
    except ValidationError as error:
        logger.warning("no calibration of %s %s: %s", organisation_id, assessment_id, " ".join(error.messages))


@transaction.atomic
def note_dif(*, assessment: Assessment, actor: User) -> None:
    """Note that groups were compared: not which, nor what came of it."""
    audit(organisation=assessment.organisation, actor=actor, verb="dif.computed", subject=assessment)
