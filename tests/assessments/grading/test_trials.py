"""Authors try answers to their own questions; nothing of it counts."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from assessments.bank.models import Kind
from assessments.grading import services
from assessments.grading.models import Response, Trial
from grader.contract import GradeRequest
from grader.grading import Grader
from tests.bank import member
from tests.factories import SPECS, OrganisationFactory, QuestionVersionFactory

pytestmark = pytest.mark.django_db


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
    assert [message[key] for key in ("task", "queue")] == ["grader.try_answer", "sample"]
    assert message["request"]["seed"] == 7
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


def test_an_author_runs_the_sample_cases_and_sees_what_a_candidate_sees(sent) -> None:
    spec = {
        "coding": {
            **SPECS["coding"]["coding"],
            "samples": [{"args": {"y_true": [1.0, 2.0], "y_pred": [1.0, 4.0]}}],
        }
    }
    organisation = OrganisationFactory(slug="acme")
    QuestionVersionFactory(question__organisation=organisation, question__slug="mse", kind=Kind.CODING, spec=spec)
    client = member(organisation)
    answer = "def mean_squared_error(y_true, y_pred):\n    print('so far')\n    return 3.0\n"
    page = client.get("/o/acme/bank/mse/1/try/").content.decode()
    assert "Run on sample cases" in page
    address = client.post("/o/acme/bank/mse/1/try/", {"answer": answer, "seed": "0", "run": "on"})["Location"]
    assert sent[0]["request"]["mode"] == "sample"
    assert "<strong>Running</strong> on the sample cases" in client.get(address).content.decode()
    answered(sent[0])
    shown = client.get(address).content.decode().split('id="trial"')[1]
    told = re.findall(r"<dt>(\w+)</dt><dd><pre tabindex=\"0\">(.*?)\s*</pre>", shown)
    assert told == [("Expected", "2"), ("Got", "3"), ("Difference", "1"), ("Printed", "so far")]
    assert "What a recruiter sees" not in shown


def test_only_python_is_run_on_sample_cases(version, sent) -> None:
    client = member(version.question.organisation)
    assert "Run on sample cases" not in client.get("/o/acme/bank/thirds/1/try/").content.decode()
    answer = client.post("/o/acme/bank/thirds/1/try/", {"answer": "1/7", "seed": "0", "run": "on"})
    assert (answer.status_code, sent) == (422, [])
    assert "Only answers in Python can be run" in answer.content.decode()


def test_a_derivation_is_tried_in_the_candidates_own_fields_with_their_preview(sent) -> None:
    organisation = OrganisationFactory(slug="acme")
    spec = {
        "derivation": {**SPECS["derivation"]["derivation"], "reference": "@{a}*x", "steps": True, "loss": "@{a}*x^2/2"}
    }
    QuestionVersionFactory(
        question__organisation=organisation, question__slug="slope", kind=Kind.DERIVATION, spec=spec,
        parameters={"a": 6},
    )  # fmt: skip
    client = member(organisation)
    page = client.get("/o/acme/bank/slope/1/try/").content.decode()
    assert all(part in page for part in ('id="palette"', 'id="lines"', 'hx-post="/o/acme/bank/slope/1/0/preview/"'))
    typed = {"answer": "gradient: 6*x\nloss: ("}
    lines = client.post("/o/acme/bank/slope/1/0/preview/", typed).content.decode()
    assert ("<math" in lines, "Line 2" in lines, "error-text" in lines) == (True, True, True)
    assert member(OrganisationFactory(), "owner").post("/o/acme/bank/slope/1/0/preview/", typed).status_code == 404
    assert member(organisation, "recruiter").post("/o/acme/bank/slope/1/0/preview/", typed).status_code == 403
    assert client.get("/o/acme/bank/slope/1/0/preview/").status_code == 405


def test_a_variant_that_does_not_exist_is_the_first(version, sent) -> None:
    client = member(version.question.organisation)
    for variant in ("7", "-1", "9" * 5000, ""):
        client.post("/o/acme/bank/thirds/1/try/", {"answer": "1", "seed": "0", "variant": variant})
    assert [Trial.objects.get(pk=message["trial"]).variant.number for message in sent] == [0, 0, 0]


def test_who_writes_a_question_sees_it_with_the_candidates_own_controls_and_who_reads_it_without_the_preview() -> None:
    library = OrganisationFactory(slug="library", is_library=True)
    QuestionVersionFactory(question__organisation=library, question__slug="slope", kind=Kind.DERIVATION)
    address = 'hx-post="/o/library/bank/slope/1/0/preview/"'
    assert address in member(library).get("/o/library/bank/slope/").content.decode()
    reader = member(OrganisationFactory(slug="acme")).get("/o/acme/bank/library/slope/").content.decode()
    assert ('id="palette"' in reader, "hx-post" in reader.split('id="answer-text"')[1].split(">")[0]) == (True, False)
