from __future__ import annotations

from assessments.celery import app
from assessments.sittings.services import invitations


@app.task(name="sittings.send_invitation")
def send_invitation(*, invitation: int) -> None:
    invitations.send_invitation(invitation_id=invitation)
