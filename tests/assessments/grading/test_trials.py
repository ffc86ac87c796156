"""Authors try answers to their own questions; nothing of it counts."""

from __future__ import annotations

import json
import uuid

import pytest

from assessments import broker
from assessments.bank.models import Kind
from assessments.grading import services
from assessments.grading.models import Response, Trial
from grader.contract import GradeRequest
from grader.grading import Grader
from tests.bank import member
from tests.factories import OrganisationFactory, QuestionVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
    messages: list[dict] = []
    monkeypatch.setattr(
        broker, "send", lambda task, *, queue, payload: messages.append({**payload, "to": (task, queue)})
    )
    return messages


@pytest.fixture
def version():
    organisation = OrganisationFactory(slug="acme")
    return QuestionVersionFactory(question__organisation=organisation, question__slug="thirds", kind=Kind.NUMERIC)


def answered(message: dict) -> None:
    """Let the real grader decide what was sent."""
    with Grader() as grader:
        verdict = grader.grade(GradeRequest.from_json(json.loads(json.dumps(message["request"])))).to_json()
    assert services.record_trial(trial_id=message["trial"], token=uuid.UUID(message["token"]), verdict=verdict)


def test_an_answer_is_graded_on_the_variant_and_seed_that_were_chosen(version, sent) -> None:
    client = member(version.question.organisation)
    address = client.post("/o/acme/bank/thirds/1/try/", {"answer": "-0.75", "seed": "7", "variant": "0"})["Location"]
    (message,) = sent
    assert (message["to"], message["request"]["seed"]) == (("grader.try_answer", "sample"), 7)
    waiting = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Being graded" in waiting
    answered(message)
    page = client.get(address).content.decode()
    candidate, recruiter = page.split('id="to-recruiter"')
    assert ("The sign is the opposite" in candidate, "(S1)" in candidate, "(S1)" in recruiter) == (True, False, True)
    assert 'value="-0.75"' in page, "the answer stands in the controls again"
    assert "hx-get" not in page.split('id="trial"')[1].split(">")[0]
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "data", "answer"),
    [
        (Kind.CHOICE, {"option": ["1"]}, "[1]"),
        (Kind.ORDERING, {"place": ["3", "", "1", "0"]}, "[3, null, 1, 0]"),
        (Kind.CODING, {"answer": "def f():\r\n    pass\r\n"}, "def f():\n    pass\n"),
    ],
)
def test_the_candidates_own_controls_are_read(kind, data, answer, sent) -> None:
    version = QuestionVersionFactory(
        question__organisation=OrganisationFactory(slug="acme"), question__slug="thirds", kind=kind
    )
    member(version.question.organisation).post("/o/acme/bank/thirds/1/try/", {**data, "seed": "0"})
    assert sent[0]["request"]["answer"] == answer


def test_a_bad_seed_is_told_and_the_answer_stays(version, sent) -> None:
    client = member(version.question.organisation)
    answer = client.post("/o/acme/bank/thirds/1/try/", {"answer": "1/7", "seed": "-1"})
    assert (answer.status_code, 'value="1/7"' in answer.content.decode(), sent) == (422, True, [])


def test_more_than_a_few_at_once_wait_for_one_another(version, sent) -> None:
    client = member(version.question.organisation)
    for number in range(4):
        last = client.post("/o/acme/bank/thirds/1/try/", {"answer": str(number), "seed": "0"})
    assert (last.status_code, len(sent)) == (422, 3)
    assert "3 of your answers are being graded" in last.content.decode()


def test_a_verdict_for_another_trial_is_ignored(version, sent) -> None:
    client = member(version.question.organisation)
    client.post("/o/acme/bank/thirds/1/try/", {"answer": "1", "seed": "0"})
    trial = Trial.objects.get()
    assert not services.record_trial(trial_id=trial.pk, token=uuid.uuid4(), verdict={"outcome": "correct"})
    assert services.record_trial(trial_id=trial.pk, token=trial.token, verdict={"outcome": "wrong"})
    assert not services.record_trial(trial_id=trial.pk, token=trial.token, verdict={"outcome": "correct"})


def test_only_its_author_sees_a_trial_and_only_authors_of_the_question_make_one(version, sent) -> None:
    client = member(version.question.organisation)
    address = client.post("/o/acme/bank/thirds/1/try/", {"answer": "1", "seed": "0"})["Location"]
    assert member(version.question.organisation).get(address).status_code == 404
    assert member(OrganisationFactory(), "owner").get(address).status_code == 404
    assert member(version.question.organisation, "recruiter").get("/o/acme/bank/thirds/1/try/").status_code == 403
