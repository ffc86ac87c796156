from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.people.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    organisation = Organisation.objects.create(name="Acme", slug="acme")
    return AuditEvent.objects.create(organisation=organisation, verb="made", object_type="question", object_id="1")


def test_the_database_refuses_to_change_a_row_of_the_audit_trail(event: AuditEvent) -> None:
    with pytest.raises(IntegrityError, match="AuditEvent is immutable"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(verb="unmade")
    event.refresh_from_db()
    assert event.verb == "made"


def test_the_database_refuses_to_delete_a_row_of_the_audit_trail(event: AuditEvent) -> None:
    with pytest.raises(IntegrityError, match="AuditEvent is immutable"), transaction.atomic():
        event.delete()
    assert AuditEvent.objects.count() == 1
