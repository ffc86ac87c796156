"""From a submission to its recorded verdict, through real processes: PostgreSQL, redis, Celery, the sandbox."""

from __future__ import annotations

import os

import pytest
import redis
from django.db import connection

from assessments.grading import services
from assessments.grading.models import EffectiveScore, GradingRun, Purpose, RunState, ScoreEvent, WorkerReport
from grader.sandbox.mounts import find_bubblewrap
from tests.factories import ResponseFactory
from tests.pipeline import Pipeline, broker
from tests.services import wait_until


def submit(answer: str, response=None):
    return services.submit(response=response or ResponseFactory(), answer=answer, purpose=Purpose.FINAL)


def test_a_submission_is_graded_and_its_score_counts(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "grader")
    right, wrong = submit("0.75"), submit("0.7")
    done = GradingRun.objects.filter(state=RunState.DONE)
    wait_until(lambda: done.count() == 2, what="two verdicts")
    scores = {score.response_id: (score.outcome, score.score) for score in EffectiveScore.objects.all()}
    assert scores == {right.response_id: ("correct", 1.0), wrong.response_id: ("wrong", 0.0)}
    assert ScoreEvent.objects.count() == 2
    assert WorkerReport.objects.get().healthy
    assert pipeline.stop("grader") == 0


def test_without_a_wall_the_worker_takes_nothing_and_says_why_until_the_wall_stands_again(
    pipeline: Pipeline, tmp_path
) -> None:
    (tmp_path / "bwrap").write_text(
        '#!/bin/bash\nkept=()\nfor word in "$@"; do [ "$word" = --unshare-net ] || kept+=("$word"); done\n'
        f'exec "{find_bubblewrap()}" "${{kept[@]}}"\n'
    )
    (tmp_path / "bwrap").chmod(0o755)
    whole = pipeline.grader["PATH"]
    pipeline.grader["PATH"] = f"{tmp_path}{os.pathsep}{whole}"
    pipeline.start("redis", "results", "grader")
    submit("0.75")
    wait_until(WorkerReport.objects.exists, what="the worker's first report")

    report = WorkerReport.objects.get()
    assert not report.healthy
    assert "network" in report.message
    with broker() as client:
        assert client.llen("live") == 1
    assert GradingRun.objects.get().state == RunState.QUEUED

    pipeline.stop("grader")
    pipeline.grader["PATH"] = whole
    pipeline.start("grader")
    done = GradingRun.objects.filter(state=RunState.DONE)
    wait_until(done.exists, what="the verdict once the wall stands")
    assert done.get().infrastructure_faults == 0


def test_a_grader_reads_and_writes_its_queues_and_nothing_else(pipeline: Pipeline) -> None:
    pipeline.start("redis")
    with broker("grader") as client:
        client.lpush("results", "a verdict")
        for forbidden in (
            lambda: client.lpush("outbound", "a mail"),
            lambda: client.get("anything"),
            lambda: client.keys("*"),
            client.flushall,
            lambda: client.config_get("*"),
            client.acl_list,
            lambda: client.publish("channel", "word"),
            lambda: client.eval("return 1", 0),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                forbidden()


def test_a_request_that_the_worker_cannot_read_is_a_fault_of_ours_and_is_sent_again(pipeline: Pipeline) -> None:
    run = submit("0.75").runs.get()
    pipeline.start("redis", "results", "grader")
    payload = {"run": run.pk, "token": str(run.lease_token), "request": {"version": 99}}
    services.runs.broker.send("grader.grade", queue="live", payload=payload)
    done = GradingRun.objects.filter(state=RunState.DONE)
    wait_until(done.exists, what="the verdict of the second message")
    assert (done.get().infrastructure_faults, done.get().outcome) == (1, "correct")
    assert "contract version" in done.get().fault


def test_the_results_worker_outlives_a_database_that_cut_its_connection(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "sweeper", "grader")
    done = GradingRun.objects.filter(state=RunState.DONE)
    submit("0.75")
    wait_until(lambda: done.count() == 1, what="the first verdict")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    submit("0.75")
    wait_until(lambda: done.count() == 2, what="the verdict after the cut")
    assert ScoreEvent.objects.count() == 2
