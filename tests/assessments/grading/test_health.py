from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from assessments import broker
from assessments.grading import services
from assessments.grading.models import GradingRun, Purpose, WorkerReport
from assessments.operators import AdminEmailHandler
from grader.verdict import Outcome, Verdict
from tests.factories import ResponseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def answering_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)


def report(*, healthy: bool = True, message: str = "") -> WorkerReport:
    return services.record_worker_report(
        worker="live@host", healthy=healthy, level="bwrap+seccomp+rlimits", message=message, walls=[]
    )


def test_health_is_green_while_a_worker_reports_its_walls(client: Client) -> None:
    report()
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json()["status"] == "green"
    assert response.json()["workers"][0]["level"] == "bwrap+seccomp+rlimits"


def test_health_is_red_and_names_cause_and_fix_where_a_wall_is_missing(client: Client) -> None:
    report()
    report(healthy=False, message="network: open. Install bubblewrap")
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["problems"] == ["live@host takes no work: network: open. Install bubblewrap"]


def test_health_is_red_when_the_last_report_is_old(client: Client) -> None:
    report()
    WorkerReport.objects.update(reported_at=timezone.now() - timedelta(minutes=5))
    assert client.get("/health/").json()["problems"] == [
        "no grader worker has reported for over a minute: start `python -m grader worker`"
    ]


def test_health_is_red_when_a_candidate_has_waited_too_long(client: Client) -> None:
    report()
    services.submit(response=ResponseFactory(), answer="1", purpose=Purpose.FINAL)
    GradingRun.objects.update(queued_at=timezone.now() - timedelta(seconds=600))
    response = client.get("/health/").json()
    assert response["problems"] == ["live: the oldest of 1 waiting runs has waited 600 s"]
    assert response["queues"]["live"]["waiting"] == 1


def test_health_is_red_without_the_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    report()
    monkeypatch.setattr(broker, "waiting", lambda queue: None)
    assert "the broker does not answer" in client.get("/health/").json()["problems"][0]


def test_health_is_red_without_the_database_and_does_not_tell_where_it_is(client: Client) -> None:
    def unreachable(*_: object) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed for user shop")

    with connection.execute_wrapper(unreachable):
        response = client.get("/health/")
    assert (response.status_code, response.json()["database"]) == (503, False)
    assert "10.0.0.7" not in response.text
    assert any(problem.startswith("the database does not answer") for problem in response.json()["problems"])


def ungradable(reason: str = "the zygote died at /srv/secret") -> GradingRun:
    """Hand something in whose grading fails twice by a fault of ours."""
    submission = services.submit(response=ResponseFactory(), answer="0.75", purpose=Purpose.FINAL)
    for _ in range(2):
        run = submission.runs.get()
        services.record_fault(run_id=run.pk, token=run.lease_token, reason=reason)
    return submission.runs.get()


def test_what_ended_ungradable_is_counted_and_told_without_its_reason(client: Client) -> None:
    report()
    ungradable()
    response = client.get("/health/")
    state = response.json()
    assert (response.status_code, state["status"], state["problems"]) == (200, "yellow", [])
    assert (state["ungradable"]["last_day"], state["ungradable"]["standing"]) == (1, 1)
    assert "1 runs ended ungradable" in state["warnings"][0]
    assert "grade them again in the report" in state["warnings"][1]
    assert "secret" not in response.text


def test_an_answer_graded_again_stands_no_longer_on_the_health_page(client: Client) -> None:
    report()
    run = ungradable()
    again = services.grade_again(submission=run.submission)
    verdict = Verdict(Outcome.CORRECT, 1.0).to_json()
    assert services.record_verdict(run_id=again.pk, token=again.lease_token, verdict=verdict)
    assert client.get("/health/").json()["ungradable"]["standing"] == 0


def test_people_get_a_page_and_machines_json(client: Client) -> None:
    report()
    ungradable()
    page = client.get("/health/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Accept" in page.headers["Vary"]
    for words in ("Health:", "yellow", "live@host", "1 runs ended ungradable"):
        assert words in page.text
    assert client.get("/health/", headers={"Accept": "*/*"}).headers["Content-Type"] == "application/json"


def test_the_page_answers_without_the_database_whoever_is_logged_in(client: Client) -> None:
    client.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")

    def unreachable(*_: object) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    with connection.execute_wrapper(unreachable):
        page = client.get("/health/", headers={"Accept": "text/html"})
    assert (page.status_code, "the database does not answer" in page.text.lower()) == (503, True)


def test_operators_are_mailed_the_first_of_many_faults_with_its_reason(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMINS = [("Op", "op@example.org")]
    [handler] = [each for each in logging.getLogger("assessments").handlers if isinstance(each, AdminEmailHandler)]
    monkeypatch.setattr(handler, "told", {})
    for _ in range(3):
        ungradable("the reference is broken")
    [told] = mail.outbox
    assert told.to == ["op@example.org"]
    assert "ungradable: the reference is broken" in told.subject
