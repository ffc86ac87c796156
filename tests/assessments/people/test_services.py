from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from assessments.people import services
from assessments.people.models import AuditEvent, CandidateIdentity, Membership, Role
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_there_is_one_library_only() -> None:
    services.create_organisation(name="Library", slug="library", is_library=True)
    with pytest.raises(ValidationError, match="one_library"):
        services.create_organisation(name="Second", slug="second", is_library=True)


def test_a_short_password_is_refused_with_the_rule() -> None:
    with pytest.raises(ValidationError, match="at least 12 characters"):
        services.create_staff(email="a@example.org", name="A", password="short")


def test_an_address_belongs_to_one_person() -> None:
    services.create_staff(email="a@example.org", name="A")
    with pytest.raises(ValidationError, match="already exists"):
        services.create_staff(email="a@EXAMPLE.org", name="B")


def test_without_a_password_nobody_can_log_in_yet() -> None:
    assert not services.create_staff(email="a@example.org", name="A").has_usable_password()


def test_giving_a_role_is_audited_and_giving_it_twice_changes_nothing() -> None:
    organisation, user, owner = OrganisationFactory(), UserFactory(), UserFactory()
    for _ in range(2):
        services.add_member(organisation=organisation, user=user, role=Role.AUTHOR, actor=owner)
    assert list(Membership.objects.values_list("user", "role")) == [(user.pk, "author")]
    event = AuditEvent.objects.get()
    assert (event.actor, event.verb, event.object_type, event.object_id, event.data) == (
        owner,
        "member.added",
        "people.user",
        str(user.pk),
        {"role": "author"},
    )


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'emperor' is not a valid Role"):
        services.add_member(organisation=OrganisationFactory(), user=UserFactory(), role="emperor")


def test_what_identifies_a_candidate_stands_in_a_row_of_its_own() -> None:
    candidate = services.create_candidate(organisation=OrganisationFactory(), name="Ada", email="ada@example.org")
    assert CandidateIdentity.objects.get(candidate=candidate).email == "ada@example.org"
