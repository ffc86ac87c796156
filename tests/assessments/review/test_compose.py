from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, Draw, Invitation, Section
from tests.factories import AssessmentVersionFactory, InvitationFactory, QuestionVersionFactory, TopicFactory

pytestmark = pytest.mark.django_db

SETTINGS = {"title": "Data scientist", "minutes": 45, "feedback": "sample", "introduction": "Hello.", "pass_mark": 60}


def page(organisation: Organisation, path: str = "") -> str:
    return f"/o/{organisation.slug}/assessments/{path}"


def test_a_recruiter_composes_an_assessment_from_nothing(as_recruiter: Client, organisation: Organisation) -> None:
    topic = TopicFactory(slug="binary")
    for _ in range(2):
        QuestionVersionFactory(question__organisation=organisation, topics=[topic])
    response = as_recruiter.post(page(organisation, "new/"), SETTINGS)
    assessment = Assessment.objects.get()
    assert response.status_code == 302
    assert response.url == page(organisation, f"{assessment.public_id}/")
    draw = {"topic": topic.pk, "kind": "numeric", "level": "", "count": 2, "weight": 1.5}
    as_recruiter.post(response.url + "sections/1/draws/", draw)
    row = Draw.objects.get()
    assert (row.topic, row.kind, row.level, row.count, row.weight) == (topic, "numeric", "", 2, 1.5)
    assert assessment.versions.get().pass_mark == 0.6
    shown = as_recruiter.get(response.url).content.decode()
    assert "2 at random" in shown
    assert "the bank has" not in shown


def test_a_draw_that_the_bank_cannot_fill_is_told_at_once(as_recruiter: Client, organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    url = page(organisation, f"{version.assessment.public_id}/")
    as_recruiter.post(url + "sections/1/draws/", {"kind": "coding", "count": 3, "weight": 1})
    assert "asks for 3 of Coding; the bank has 0 left to give" in as_recruiter.get(url).content.decode()


def test_a_draw_is_one_question_or_a_filter_never_both(as_recruiter: Client, organisation: Organisation) -> None:
    question = QuestionVersionFactory(question__organisation=organisation).question
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    url = page(organisation, f"{version.assessment.public_id}/sections/1/draws/")
    response = as_recruiter.post(url, {"question": question.pk, "kind": "numeric", "count": 1, "weight": 1})
    assert response.status_code == 422
    assert "Choose either one question or what to draw from, not both." in response.content.decode()
    assert Draw.objects.count() == 0


def test_a_change_of_a_frozen_assessment_makes_the_next_version(
    as_recruiter: Client, organisation: Organisation
) -> None:
    invitation = InvitationFactory(version__assessment__organisation=organisation)
    frozen = invitation.version
    frozen.frozen_at = invitation.expires_at
    frozen.save()
    url = page(organisation, f"{frozen.assessment.public_id}/")
    as_recruiter.post(url + "sections/", {"title": "More"})
    numbers = list(frozen.assessment.versions.order_by("number").values_list("number", "frozen_at"))
    assert numbers == [(1, frozen.frozen_at), (2, None)]
    assert list(frozen.sections.values_list("title", flat=True)) == ["Section"]
    newest = frozen.assessment.versions.get(number=2)
    assert list(newest.sections.values_list("title", flat=True)) == ["Section", "More"]
    assert newest.sections.get(position=1).draws.get().question == frozen.sections.get().draws.get().question


def test_the_database_lets_no_section_or_draw_join_a_frozen_blueprint(organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, frozen_at="2026-01-01T00:00Z")
    with pytest.raises(IntegrityError, match="Section is immutable"), transaction.atomic():
        Section.objects.create(version=version, position=2, title="Late")
    with pytest.raises(IntegrityError, match="Draw is immutable"), transaction.atomic():
        Draw.objects.create(section=version.sections.get(), position=2)


def test_a_clone_leaves_the_original_alone(as_recruiter: Client, organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    as_recruiter.post(page(organisation, f"{version.assessment.public_id}/clone/"))
    copy = Assessment.objects.exclude(pk=version.assessment_id).get()
    assert copy.title == f"Copy of {version.assessment.title}"
    assert copy.versions.get().sections.get().draws.get().question == version.sections.get().draws.get().question


def test_every_bad_line_of_invitees_is_told_and_then_none_is_invited(
    as_recruiter: Client, organisation: Organisation
) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    people = "Ada, ada@example.org\nBob\nCy, cy-at-example\nAda, ADA@example.org\nDi, di@example.org, 9"
    response = as_recruiter.post(
        page(organisation, f"{version.assessment.public_id}/invite/"), {"people": people, "expires_at": "2999-01-01"}
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Line 2: expected «name, e-mail», got 1 field(s)" in shown
    assert "Line 3: &#x27;cy-at-example&#x27; is not an e-mail address" in shown
    assert "Line 4: ADA@example.org stands twice" in shown
    assert "Line 5: a time multiplier is from 1 to 5" in shown
    assert "Ada, ada@example.org" in shown
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_assessments_costs_the_same_queries_whatever_its_length(
    as_recruiter: Client, organisation: Organisation, rows: int
) -> None:
    for _ in range(rows):
        AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = as_recruiter.get(page(organisation))
    assert response.content.decode().count("<tr>") == rows + 1
    assert len(queries) == 5


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("A" * 201 + ", long@example.org", "Line 1: a name has at most 200 characters"),
        ("Ada, " + "a" * 60 + "@" + ("b" * 60 + ".") * 3 + "c" * 10 + ".org", "Line 1: a name has at most"),
        ("Ada, ada@example.org\n" + "x" * 140_000, "Line 2: field larger than field limit"),
        ("Ada, ada@example.org\rnobody", "Line 2: expected «name, e-mail»"),
    ],
)
def test_invitees_that_no_row_could_hold_are_told_by_their_line(
    as_recruiter: Client, organisation: Organisation, people: str, told: str
) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    data = {"people": people, "expires_at": "2999-01-01"}
    response = as_recruiter.post(page(organisation, f"{version.assessment.public_id}/invite/"), data)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Invitation.objects.exists()


def test_an_assessment_that_nobody_is_known_to_have_made_can_be_changed(
    as_recruiter: Client, organisation: Organisation
) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, assessment__created_by=None)
    response = as_recruiter.post(page(organisation, f"{version.assessment.public_id}/settings/"), SETTINGS)
    assert response.status_code == 302
    assert Assessment.objects.get().title == SETTINGS["title"]
