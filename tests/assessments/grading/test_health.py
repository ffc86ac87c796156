from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from assessments import broker
from assessments.grading import services
from assessments.grading.models import GradingRun, Purpose, WorkerReport
from tests.factories import ResponseFactory

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
