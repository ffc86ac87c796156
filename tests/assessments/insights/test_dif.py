from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from assessments.grading.models import EffectiveScore, GradingRun, ScoreEvent
from assessments.insights.groups import read_groups
from assessments.people.models import AuditEvent, Candidate, Role
from assessments.sittings.models import Attempt
from tests.assessments.insights.conftest import frozen, sat
from tests.bank import member
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def upload(client, version, data: str | bytes, **fields):
    path = f"/o/acme/statistics/assessments/{version.assessment.public_id}/groups/"
    content = data.encode() if isinstance(data, str) else data
    return client.post(path + "?answers=simulated", {"file": SimpleUploadedFile("groups.csv", content), **fields})


@pytest.fixture
def cohort(organisation):
    """120 simulated sittings of two groups alike; the second question is made hard for the group called late."""
    version = frozen(organisation, *["numeric"] * 5)
    call_command("simulate_cohort", f"--assessment={version.assessment.public_id}", "--n=120", "--seed=3")
    late = Attempt.objects.order_by("pk").values_list("pk", flat=True)[1::2]
    hard = EffectiveScore.objects.filter(response__item__attempt__in=list(late), response__item__position=2)
    for score in hard.filter(score=1):
        run = score.run
        again = GradingRun(
            submission=run.submission, spec=run.spec, number=2, queue="bulk", state="done", verdict={}, score=0,
            outcome="wrong", lease_expires_at=run.lease_expires_at,
        )  # fmt: skip
        again.save()
        EffectiveScore.objects.filter(pk=score.pk).update(run=again, score=0, outcome="wrong")
        ScoreEvent.objects.create(response=score.response, run=again, outcome="wrong", after=0, reason="harder")
    return version


def keyed(key) -> str:
    candidates = Candidate.objects.filter(is_simulated=True).order_by("invitations__attempts__pk")
    rows = [f"{key(candidate)},{('early', 'late')[place % 2]}" for place, candidate in enumerate(candidates)]
    return "\n".join(["key,group", *rows])


@pytest.mark.parametrize(
    "key", [lambda candidate: candidate.public_id, lambda candidate: candidate.identity.email.upper()]
)
def test_a_question_that_is_hard_for_one_group_is_found_and_nothing_is_stored(organisation, cohort, key) -> None:
    client = member(organisation, Role.RECRUITER)
    file = keyed(key)
    client.get(f"/o/acme/statistics/assessments/{cohort.assessment.public_id}/")
    before = {model: model.objects.count() for model in apps.get_models() if model is not AuditEvent}
    response = upload(client, cohort, file)
    page = response.content.decode()
    assert response.status_code == 200
    (comparison,) = response.context["comparisons"]
    levels = {row.version.pk: row.item.level for row in comparison.rows}
    planted = EffectiveScore.objects.filter(response__item__position=2).first().response.version_id
    assert [key for key, level in levels.items() if level == "C"] == [planted]
    assert "early: 60" in page
    assert "late: 60" in page
    assert "few persons" in page
    assert {model: model.objects.count() for model in before} == before
    event = AuditEvent.objects.get(verb="dif.computed")
    assert (event.object_id, event.data) == (str(cohort.assessment_id), {})


def test_too_few_of_a_group_are_told_as_too_few(organisation) -> None:
    version = frozen(organisation, "numeric", "numeric")
    lines = []
    for place in range(40):
        attempt = sat(version, float(place % 2), 1, simulated=True)
        lines.append(f"{attempt.invitation.candidate.public_id},{'few' if place < 5 else 'many'}")
    page = upload(member(organisation, Role.AUTHOR), version, "\n".join(lines)).content.decode()
    assert page.count("too few answers: 30 in each group are needed") == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "file is empty"),
        ("a@example.org,x\nnothing\nb@example.org,\n", "Line 2: expected «id or e-mail, group»"),
        ("a@example.org,x\nA@example.org,y\n", "Line 2: A@example.org stands twice, in two groups"),
        ("a@example.org,x\nb@example.org,x\n", "at least two groups to compare, got 1"),
        ("\n".join(f"p{n}@example.org,g{n}" for n in range(9)), "at most 8 groups, got 9"),
        (b"a@example.org,\xff\n", "byte 14 is none"),
        (b"a,x\nb,y\n" + b" " * settings.FILE_UPLOAD_MAX_MEMORY_SIZE, "of at most 2.5 MiB; none came, or a larger one"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(organisation, data, message) -> None:
    version = frozen(organisation, "numeric")
    response = upload(member(organisation, Role.RECRUITER), version, data)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not AuditEvent.objects.filter(verb="dif.computed").exists()


def test_an_unknown_reference_group_is_refused(organisation) -> None:
    version = frozen(organisation, "numeric")
    response = upload(member(organisation, Role.RECRUITER), version, "a,x\nb,y\n", reference="z")
    assert "The file has no group «z»; its groups are: x, y." in response.content.decode()


def test_a_form_without_its_token_is_refused(organisation) -> None:
    version = frozen(organisation, "numeric")
    client = Client(enforce_csrf_checks=True)
    client.force_login(MembershipFactory(organisation=organisation, role=Role.RECRUITER).user)
    assert upload(client, version, "a,x\nb,y\n").status_code == 403


def test_strangers_and_raters_compare_nothing(organisation) -> None:
    version = frozen(organisation, "numeric")
    assert upload(member(organisation, Role.RATER), version, "a,x\nb,y\n").status_code == 403


def test_groups_are_named_the_largest_first() -> None:
    groups = read_groups(b"\xef\xbb\xbfemail,group\na@example.org,x\nb@example.org,y\nc@example.org,y\n")
    assert groups.names == ["y", "x"]
    assert sorted(groups.of) == ["a@example.org", "b@example.org", "c@example.org"]
