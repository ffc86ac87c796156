"""From a draft to its certificate by the real grader: through the pipeline's processes, and by the command."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from assessments import broker
from assessments.bank import services, skeletons
from assessments.bank.management import CONTENT
from assessments.bank.models import CertificationRun, GradingSpec, Kind, QuestionVersion, State
from assessments.people.selectors import library
from grader.questions import Solution
from tests.factories import OrganisationFactory, UserFactory
from tests.pipeline import Pipeline
from tests.services import POSTGRESQL_FOLDER, wait_until


@pytest.fixture
def pipeline(transactional_db) -> Iterator[Pipeline]:
    with Pipeline(f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={POSTGRESQL_FOLDER}") as processes:
        yield processes


def saved(**changes) -> GradingSpec:
    services.create_topics()
    question = skeletons.question(Kind.CODING, "mean-squared-error")
    question = dataclasses.replace(question, title="MSE", topics=("regression",), **changes)
    version = services.save_version(organisation=OrganisationFactory(), question=question, author=UserFactory())
    return version.specs.get()


def test_a_worker_certifies_a_good_question_and_names_what_a_bad_one_lacks(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "grader")
    good = saved()
    lenient = Solution("clever.py", "# expects: correctness\n" + good.solutions[0]["text"], ("correctness",))
    bad = saved(solutions_wrong=(lenient,))
    for spec in (good, bad):
        services.request_certification(spec=spec, actor=None)
    wait_until(lambda: not CertificationRun.objects.filter(finished_at__isnull=True).exists(), what="two results")
    good.refresh_from_db()
    bad.refresh_from_db()
    kills = {row["code"]: row["result"] for row in good.certification["kills"]}
    assert (kills["R1"], good.certification["versions"].keys()) == ("named", {"grader", "lossref"})
    assert bad.certification is None
    run = CertificationRun.objects.get(spec=bad)
    assert (run.passed, run.result["problems"]) == (
        False,
        ["clever.py (variant 0, seed 0): a wrong solution is graded correct"],
    )


def test_a_grader_says_how_far_it_is_and_that_it_failed_by_a_fault_of_ours(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "grader")
    run = services.request_certification(spec=saved(), actor=None)
    broken = services.open_certification(spec=run.spec, actor=None)
    files = {"question.toml": 5}
    payload = {"run": broken.pk, "token": str(broken.token), "slug": "no-text", "files": files}
    broker.send("grader.certify", queue="bulk", payload=payload)
    wait_until(lambda: not CertificationRun.objects.filter(finished_at__isnull=True).exists(), what="two ends")
    run.refresh_from_db()
    broken.refresh_from_db()
    assert (run.passed, run.started_at is not None, run.fault) == (True, True, "")
    assert (broken.passed, broken.result) == (None, None)
    assert broken.fault.startswith("the grader failed with TypeError(")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for path in ("regression/huber-loss", "binary/cross-entropy-by-hand"):
        shutil.copytree(CONTENT / path, tmp_path / path)
    return tmp_path


def load(content: Path) -> list[str]:
    out = StringIO()
    call_command("load_bank", content=content, seeds=2, stdout=out)
    return [line.split(" s  ")[1] for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_loading_certifies_and_publishes_and_loading_again_changes_nothing(content: Path) -> None:
    assert load(content) == ["v1 published", "v1 published"]
    specs = list(GradingSpec.objects.values_list("certification__publishable", "certification__spec_hashes"))
    assert [(passed, len(hashes)) for passed, hashes in specs] == [(True, 4), (True, 1)]
    assert load(content) == ["v1 stands", "v1 stands"]
    assert CertificationRun.objects.count() == 2
    assert set(QuestionVersion.objects.values_list("question__organisation", "state")) == {
        (library().pk, State.PUBLISHED)
    }


@pytest.mark.django_db
def test_changed_content_is_loaded_as_the_next_version(content: Path) -> None:
    load(content)
    statement = content / "binary" / "cross-entropy-by-hand" / "statement.md"
    statement.write_text(statement.read_text() + "\nTake your time.\n")
    assert sorted(load(content)) == ["v1 stands", "v2 published"]
    states = QuestionVersion.objects.filter(question__slug="cross-entropy-by-hand").values_list("number", "state")
    assert sorted(states) == [(1, State.RETIRED), (2, State.PUBLISHED)]


@pytest.mark.django_db
def test_what_cannot_be_certified_is_said_and_not_published(content: Path) -> None:
    folder = content / "binary" / "cross-entropy-by-hand"
    (folder / "solutions" / "wrong" / "right.txt").write_text(
        "# expects: correctness\n-(ln(@{p1}) + ln(1 - @{p2}) + ln(@{p3}))/3\n"
    )
    out = StringIO()
    with pytest.raises(CommandError, match="1 questions were not published"):
        call_command("load_bank", content=content, seeds=2, stdout=out)
    assert "not certified" in out.getvalue()
    assert "right.txt (variant 0, seed 0): a wrong solution is graded correct" in out.getvalue()
    version = QuestionVersion.objects.get(question__slug="cross-entropy-by-hand")
    assert (version.state, version.specs.get().certification) == (State.DRAFT, None)


def test_check_bank_certifies_when_asked(content: Path) -> None:
    out = StringIO()
    call_command("check_bank", content=content, certify=True, seeds=2, stdout=out)
    assert out.getvalue().splitlines()[-1] == "2 question folders, all in order"
    (content / "regression" / "huber-loss" / "solutions" / "correct" / "zero.py").write_text(
        "def huber_loss(y_true, y_pred, delta):\n    return 0.0\n"
    )
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 2 question folders have errors"):
        call_command("check_bank", content=content, certify=True, seeds=2, stderr=err)
    assert "zero.py (variant 0, seed 0): a correct solution is graded wrong" in err.getvalue()
