from __future__ import annotations

import pytest
from django.test import Client

from assessments.people.models import Organisation, User
from tests.assessments.review.conftest import logged_in
from tests.factories import AssessmentVersionFactory, AttemptFactory, InvitationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(organisation: Organisation) -> dict[str, str]:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    attempt = AttemptFactory(invitation=InvitationFactory(version=version))
    start = f"/o/{organisation.slug}"
    return {
        "assessments": f"{start}/assessments/",
        "new": f"{start}/assessments/new/",
        "assessment": f"{start}/assessments/{version.assessment.public_id}/",
        "sample": f"{start}/assessments/{version.assessment.public_id}/sample/",
        "candidates": f"{start}/candidates/",
        "invitation": f"{start}/candidates/invitation/{attempt.invitation.public_id}/",
        "report": f"{start}/candidates/{attempt.public_id}/",
        "regrades": f"{start}/assessments/{version.assessment.public_id}/regrades/",
        "marking": f"{start}/marking/",
    }


def statuses(client: Client, pages: dict[str, str]) -> dict[str, int]:
    return {name: client.get(path).status_code for name, path in pages.items()}


def test_a_recruiter_opens_every_page(recruiter: User, pages: dict[str, str]) -> None:
    assert statuses(logged_in(recruiter), pages) == dict.fromkeys(pages, 200)


def test_a_rater_opens_the_marking_only_because_a_report_names_the_candidate(
    rater: User, pages: dict[str, str]
) -> None:
    expected = {**dict.fromkeys(pages, 403), "marking": 200}
    assert statuses(logged_in(rater), pages) == expected


def test_an_author_opens_none_of_them(author: User, pages: dict[str, str]) -> None:
    assert statuses(logged_in(author), pages) == dict.fromkeys(pages, 403)


def test_to_a_stranger_they_do_not_exist(stranger: User, pages: dict[str, str]) -> None:
    assert statuses(logged_in(stranger), pages) == dict.fromkeys(pages, 404)


def test_an_anonymous_visitor_is_sent_to_log_in(pages: dict[str, str]) -> None:
    assert statuses(Client(), pages) == dict.fromkeys(pages, 302)


def test_rows_of_another_organisation_are_not_found_under_ones_own(stranger: User, pages: dict[str, str]) -> None:
    own = stranger.memberships.get().organisation.slug
    borrowed = {name: path.replace("/o/acme/", f"/o/{own}/") for name, path in pages.items()}
    found = statuses(logged_in(stranger), borrowed)
    rows = {"assessment", "sample", "invitation", "report", "regrades"}
    assert {name for name, status in found.items() if status == 404} == rows
