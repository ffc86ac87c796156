from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.bank.facility import prior
from assessments.bank.topics import TITLES
from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, Draw, Invitation, Section, TopicRule
from assessments.sittings.roles import roles
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
    assert 'name="count_1" value="2"' in shown
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


def test_a_recruiter_begins_from_a_role_and_changes_it(as_recruiter: Client, organisation: Organisation) -> None:
    for slug in TITLES:
        TopicFactory(slug=slug)
    asked = {"role": "ai_engineer", "minutes": 60, "title": ""}
    url = as_recruiter.post(page(organisation, "from-role/"), asked).url
    version = Assessment.objects.get().versions.get()
    assert version.assessment.title == "AI Engineer: loss functions, 60 minutes"
    assert (version.minutes, version.least_minutes) == (60, 54)
    assert version.topic_rules.count() == len(roles()["ai_engineer"].shares)
    shown = as_recruiter.get(url).content.decode()
    assert "asks for 4 of Choice, Recall" not in shown
    assert "asks for 2 of Choice, Recall; the bank has 0 left to give" in shown
    lines = {"count_1": 4, "weight_1": 2.5, "count_2": 3, "weight_2": 1, "count_3": 3, "weight_3": 1}
    as_recruiter.post(url + "sections/1/lines/", lines | {"count_4": 1, "weight_4": 1})
    first = version.sections.get(position=1).draws.get(position=1)
    assert (first.count, first.weight) == (4, 2.5)
    assert "asks for 4 of Choice, Recall" in as_recruiter.get(url).content.decode()


def test_a_role_that_is_not_there_is_told(as_recruiter: Client, organisation: Organisation) -> None:
    response = as_recruiter.post(page(organisation, "from-role/"), {"role": "astronaut", "minutes": 60})
    assert response.status_code == 422
    assert "astronaut is not one of the available choices" in response.content.decode()
    assert not Assessment.objects.exists()


def test_a_bad_count_is_told_by_line_and_changes_nothing(as_recruiter: Client, organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    draw = Draw.objects.create(section=version.sections.get(), position=1, kind="choice", count=2)
    url = page(organisation, f"{version.assessment.public_id}/")
    shown = as_recruiter.post(url + "sections/1/lines/", {"count_1": 0, "weight_1": 1}, follow=True).content.decode()
    assert "Questions, line 1: Ensure this value is greater than or equal to 1." in shown
    draw.refresh_from_db()
    assert draw.count == 2


def test_a_topics_rule_is_set_changed_and_removed(as_recruiter: Client, organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    topic = TopicFactory(slug="margin")
    url = page(organisation, f"{version.assessment.public_id}/")
    for at_least in (1, 2):
        as_recruiter.post(url + "topics/", {"topic": topic.pk, "at_least": at_least})
    assert list(version.topic_rules.values_list("topic", "at_least")) == [(topic.pk, 2)]
    assert "Topic «Margin»: asks for at least 2; 0 can be had" in as_recruiter.get(url).content.decode()
    as_recruiter.post(url + "topics/margin/remove/")
    assert not version.topic_rules.exists()


def test_a_rule_on_a_frozen_assessment_makes_the_next_version_with_the_rules_before_it(
    as_recruiter: Client, organisation: Organisation
) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, least_minutes=5, target_facility=0.5)
    old, new = TopicFactory(slug="margin"), TopicFactory(slug="binary")
    TopicRule.objects.create(version=version, topic=old, at_least=1)
    version.frozen_at = timezone.now()
    version.save()
    url = page(organisation, f"{version.assessment.public_id}/")
    as_recruiter.post(url + "topics/", {"topic": new.pk, "at_least": 2})
    assert set(version.topic_rules.values_list("topic", flat=True)) == {old.pk}
    newest = version.assessment.versions.get(number=2)
    assert dict(newest.topic_rules.values_list("topic", "at_least")) == {old.pk: 1, new.pk: 2}
    assert (newest.least_minutes, newest.target_facility) == (5, 0.5)
    with pytest.raises(IntegrityError, match="TopicRule is immutable"), transaction.atomic():
        TopicRule.objects.create(version=version, topic=new)


def test_settings_that_contradict_each_other_are_told(as_recruiter: Client, organisation: Organisation) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation)
    url = page(organisation, f"{version.assessment.public_id}/settings/")
    response = as_recruiter.post(url, SETTINGS | {"least_minutes": 46})
    assert response.status_code == 422
    assert "Expected at most the 45 minutes that there are." in response.content.decode()


def test_the_page_tells_what_a_form_comes_to(as_recruiter: Client, organisation: Organisation) -> None:
    topic = TopicFactory(slug="margin")
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    for kind in ("choice", "coding"):
        QuestionVersionFactory(question__organisation=organisation, kind=kind, minutes=5, topics=[topic])
    for position, (kind, weight) in enumerate((("choice", 1), ("coding", 3)), start=1):
        Draw.objects.create(section=version.sections.get(), position=position, kind=kind, weight=weight)
    shown = " ".join(as_recruiter.get(page(organisation, f"{version.assessment.public_id}/")).content.decode().split())
    assert "<dd>10 of 30</dd>" in shown
    expected = (prior("choice", "apply") + 3 * prior("coding", "apply")) / 4
    assert f"<dd>{expected * 100:.0f} % ±" in shown
    sample = as_recruiter.get(page(organisation, f"{version.assessment.public_id}/sample/")).content.decode()
    assert '<td class="number">100 %</td>' in sample


@pytest.mark.parametrize("rows", [1, 3])
def test_the_compose_page_costs_the_same_queries_whatever_it_asks_for(
    as_recruiter: Client, organisation: Organisation, rows: int
) -> None:
    version = AssessmentVersionFactory(assessment__organisation=organisation, draws=False)
    for position in range(1, rows + 1):
        topic = TopicFactory(slug=f"topic-{position}")
        QuestionVersionFactory(question__organisation=organisation, topics=[topic])
        Draw.objects.create(section=version.sections.get(), position=position, topic=topic)
        TopicRule.objects.create(version=version, topic=topic)
    with CaptureQueriesContext(connection) as queries:
        as_recruiter.get(page(organisation, f"{version.assessment.public_id}/"))
    assert len(queries) == 20
