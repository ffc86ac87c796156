from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.bank.models import Kind
from assessments.insights import services, tasks
from assessments.insights.models import Calibration
from assessments.people.models import AuditEvent, Role
from tests.assessments.insights.conftest import draws, frozen, sat
from tests.bank import member
from tests.factories import AttemptItemFactory, OrganisationFactory, QuestionVersionFactory

pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    """What a page says, without its markup."""
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page_of(version) -> str:
    assessment = version.assessment
    return f"/o/{assessment.organisation.slug}/statistics/assessments/{assessment.public_id}/"


def asked(version, place: int = 0):
    return draws(version)[place].question.versions.get()


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("questions/", {"author", "owner"}),
        ("questions/own/{slug}/", {"author", "owner"}),
        ("assessments/", {"author", "recruiter", "owner"}),
        ("assessments/{id}/", {"author", "recruiter", "owner"}),
    ],
)
def test_a_page_opens_to_its_roles_and_to_nobody_else(organisation, client, path, roles) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1)
    address = f"/o/acme/statistics/{path}".format(slug=asked(version).question.slug, id=version.assessment.public_id)
    opened = {role for role in Role.values if member(organisation, role).get(address).status_code == 200}
    assert opened == roles
    assert member(OrganisationFactory(), Role.OWNER).get(address).status_code == 404
    assert client.get(address)["Location"].startswith("/accounts/login/")


def test_the_way_in_leads_to_what_the_role_is_about(organisation) -> None:
    led = {role: member(organisation, role).get("/o/acme/statistics/") for role in (Role.AUTHOR, Role.RECRUITER)}
    assert [page["Location"] for page in led.values()] == [
        "/o/acme/statistics/questions/",
        "/o/acme/statistics/assessments/",
    ]


def test_an_assessment_that_nobody_sat_says_so(organisation) -> None:
    page = text(member(organisation, Role.RECRUITER), page_of(frozen(organisation, "numeric")))
    assert "Nobody has finished this assessment yet." in page


def test_few_answers_are_told_as_too_few_and_no_figure_is_shown(organisation) -> None:
    version = frozen(organisation, "choice", "numeric")
    for _ in range(12):
        sat(version, 1, 0)
    client = member(organisation, Role.OWNER)
    own = f"/o/acme/statistics/questions/own/{asked(version).question.slug}/"
    pages = [text(client, path) for path in (page_of(version), own, "/o/acme/statistics/questions/")]
    assert [page for page in pages if "100 %" in page.replace("(100 %)", "")] == []
    assert "Too few answers (12 of 30)" in pages[0]
    assert "Too few answers (12 of 30)" in pages[1]
    assert pages[2].count("too few answers (12 of 30)") == 2


def test_enough_answers_are_told_with_their_intervals(organisation) -> None:
    version = frozen(organisation, "numeric", "choice", "numeric")
    for place in range(40):
        good = place >= 10
        sat(version, float(good), float(good), float(place % 2))
    page = text(member(organisation, Role.RECRUITER), page_of(version))
    assert "Sittings 40 Mean score 67 %" in page
    # 30 of 40 right: Wilson (1927) gives 0.598 to 0.858.
    assert "75 % 60 to 86 %" in page
    assert "KR-20" in page


def test_an_answer_without_a_score_is_not_counted_and_said_so(organisation) -> None:
    version = frozen(organisation, "numeric", "numeric")
    for _ in range(30):
        sat(version, 1, 1)
    for _ in range(10):
        sat(version, 1, None)
    page = text(member(organisation, Role.RECRUITER), page_of(version))
    assert "10 answers without a score (not graded yet, to be marked, or not gradable) are not counted" in page
    assert "Mean score 100 %" in page


def test_an_author_sees_the_own_organisations_answers_and_the_library_everybodys(organisation) -> None:
    library = OrganisationFactory(slug="the-library", is_library=True)
    shared = QuestionVersionFactory(question__organisation=library, kind=Kind.CHOICE, title="Shared")
    for owner, count in ((organisation, 3), (OrganisationFactory(slug="other"), 4)):
        for _ in range(count):
            attempt = sat(frozen(owner, "numeric"), 1)
            AttemptItemFactory(attempt=attempt, position=2, response__version=shared)
    slug = shared.question.slug
    seen = [
        text(member(organisation), f"/o/acme/statistics/questions/library/{slug}/"),
        text(member(library), f"/o/the-library/statistics/questions/own/{slug}/"),
    ]
    assert ["Asked in 3 of 3 sittings" in seen[0], "Asked in 7 of 7 sittings" in seen[1]] == [True, True]


def test_no_page_names_a_candidate(organisation) -> None:
    version = frozen(organisation, "choice")
    identity = sat(version, 1).invitation.candidate.identity
    client = member(organisation, Role.OWNER)
    own = f"/o/acme/statistics/questions/own/{asked(version).question.slug}/"
    pages = [text(client, path) for path in (page_of(version), own, "/o/acme/statistics/questions/")]
    assert [page for page in pages if identity.name in page or identity.email in page] == []


def test_simulated_sittings_show_apart_and_are_named(organisation) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 0, simulated=True)
    client = member(organisation, Role.RECRUITER)
    assert "There is no real sitting yet" in text(client, page_of(version))
    sat(version, 1)
    assert "1 finished sitting, practice left out" in text(client, page_of(version))
    assert "Show the 1 real sitting" in text(client, page_of(version) + "?answers=simulated")


@pytest.mark.parametrize("path", ["questions/", "assessments/", "assessments/{id}/", "questions/own/{slug}/"])
def test_more_rows_cost_no_more_queries(organisation, path) -> None:
    client = member(organisation, Role.OWNER)

    def cost(*kinds: str) -> int:
        version = frozen(organisation, *kinds)
        for _ in kinds:
            sat(version, *[1] * len(kinds))
        address = f"/o/acme/statistics/{path}".format(
            slug=asked(version).question.slug, id=version.assessment.public_id
        )
        client.get(address)  # The vectors are made at the first look.
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    assert cost("choice") == cost("choice", "choice", "numeric")


def test_versions_of_a_question_cost_no_more_queries(organisation) -> None:
    version = frozen(organisation, "choice")
    sat(version, 1)
    question = asked(version).question
    client = member(organisation)
    address = f"/o/acme/statistics/questions/own/{question.slug}/"

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one = cost()
    for number in (2, 3):
        QuestionVersionFactory(question=question, kind=Kind.CHOICE, number=number, state="retired")
    assert cost() == one


def test_a_table_comes_as_csv_in_which_nothing_is_a_formula(organisation) -> None:
    version = frozen(organisation, "numeric")
    type(asked(version)).objects.filter(pk=asked(version).pk).update(state="retired")
    QuestionVersionFactory(question=asked(version).question, number=2, title="=HYPERLINK(1)")
    for _ in range(31):
        sat(version, 0.5)
    client = member(organisation, Role.OWNER)
    response = client.get("/o/acme/statistics/questions/?format=csv")
    assert response["Content-Disposition"] == 'attachment; filename="questions.csv"'
    row = next(iter(csv.DictReader(io.StringIO(response.content.decode()))))
    assert (row["title"], row["facility"], row["n"]) == ("'=HYPERLINK(1)", "0.5", "31")


def test_a_calibration_is_asked_of_the_worker_and_then_shown(organisation, django_capture_on_commit_callbacks) -> None:
    version = frozen(organisation, *["numeric"] * 3)
    for place in range(60):
        sat(version, float(place % 2), float(place % 3 > 0), float(place % 5 > 1))
    client = member(organisation, Role.RECRUITER)
    with django_capture_on_commit_callbacks() as sent:
        response = client.post(page_of(version) + "calibrate/", {"model": "rasch"})
    assert (response.status_code, len(sent)) == (302, 1)
    assert AuditEvent.objects.filter(verb="calibration.requested").count() == 1
    message = sent[0].args  # the task, the queue, the payload
    assert message[:2] == ("insights.calibrate", "outbound")
    tasks.calibrate(**message[2])
    assert Calibration.objects.get().model == "rasch"
    assert "Rasch" in text(client, page_of(version))
    assert "60 sittings, converged" in text(client, page_of(version))


def test_what_cannot_be_calibrated_is_left_alone(organisation) -> None:
    version = frozen(organisation, "numeric")
    client = member(organisation, Role.RECRUITER)
    assert client.post(page_of(version) + "calibrate/", {"model": "guess"}).status_code == 302
    services.calibrate_requested(
        organisation_id=organisation.pk,
        assessment_id=version.assessment_id,
        model="2pl",
        simulated=False,
        actor_id=None,
    )
    assert (Calibration.objects.count(), AuditEvent.objects.filter(verb="calibration.requested").count()) == (0, 0)
