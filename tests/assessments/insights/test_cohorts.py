from __future__ import annotations

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from assessments.bank.selectors import observed_facilities
from assessments.grading import verdicts
from assessments.grading.models import EffectiveScore, GradingRun, ScoreEvent, Submission
from assessments.insights import services
from assessments.insights.models import Calibration, ResponseVector
from assessments.people.models import Candidate
from assessments.sittings.models import Attempt, Invitation
from assessments.sittings.services import invitations
from tests.assessments.insights.conftest import frozen, sat
from tests.factories import AssessmentVersionFactory

pytestmark = pytest.mark.django_db


def simulate(version, n: int, *options: str) -> None:
    call_command("simulate_cohort", f"--assessment={version.assessment.public_id}", f"--n={n}", *options)


def fitted(calibration: Calibration, truth: list[dict], name: str) -> tuple[np.ndarray, np.ndarray]:
    found = {item.version_id: getattr(item, name) for item in calibration.items.all()}
    return np.array([row[name] for row in truth]), np.array([found[row["id"]] for row in truth])


def test_calibration_recovers_what_a_cohort_of_2000_was_drawn_from(organisation, tmp_path) -> None:
    version = frozen(organisation, *["choice", "numeric"] * 8)
    simulate(version, 2000, "--seed=2", f"--truth={tmp_path / 'truth.json'}")
    truth = json.loads((tmp_path / "truth.json").read_text())["items"]
    call_command("calibrate", f"--assessment={version.assessment.public_id}", "--simulated")
    calibration = Calibration.objects.get()
    assert (calibration.persons, calibration.converged) == (2000, True)
    for name, least in (("difficulty", 0.97), ("discrimination", 0.9)):
        true, found = fitted(calibration, truth, name)
        assert np.corrcoef(true, found)[0, 1] >= least
        errors = np.array([getattr(item, f"{name}_error") for item in calibration.items.order_by("version")])
        assert np.mean(np.abs(found - true) < 3 * errors) >= 0.9


def test_a_cohort_is_whole_sittings_of_marked_candidates_that_nobody_graded(organisation) -> None:
    version = frozen(organisation, "choice", "coding", "written")
    simulate(version, 40, "--seed=1")
    attempts = Attempt.objects.filter(version=version, finished_at__isnull=False, is_practice=False)
    assert attempts.count() == Candidate.objects.filter(organisation=organisation, is_simulated=True).count() == 40
    assert Invitation.objects.exclude(candidate__identity__email__endswith="@simulated.invalid").count() == 0
    omitted = EffectiveScore.objects.filter(outcome="unanswered", run=None, score=0).count()
    assert 0 < omitted < 60
    assert Submission.objects.count() == GradingRun.objects.filter(state="done").count() == 120 - omitted
    assert ScoreEvent.objects.count() == 120
    told = dict(verdicts.provenance(GradingRun.objects.first().verdict))
    assert told["Simulated"].startswith("drawn from a 2PL model with seed 1: nobody answered")


def test_choices_earn_what_the_grader_would_give_for_them(organisation) -> None:
    version = frozen(organisation, "choice")
    simulate(version, 60)
    scores = set(EffectiveScore.objects.exclude(run=None).values_list("run__submission__answer", "score"))
    assert scores == {("[0]", 1.0), ("[1]", 0.0)}


def test_no_mail_is_due_to_a_simulated_candidate(organisation) -> None:
    simulate(frozen(organisation, "numeric"), 3)
    assert Invitation.objects.filter(**invitations.DUE).count() == 0


def test_the_same_seed_draws_the_same_cohort(organisation, capsys) -> None:
    version = frozen(organisation, "numeric", "choice")
    simulate(version, 5, "--seed=7", "--truth=-")
    simulate(version, 5, "--seed=7", "--truth=-")
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["items"] == second["items"]
    assert [row["ability"] for row in first["persons"]] == [row["ability"] for row in second["persons"]]
    assert ResponseVector.objects.filter(stale=False).count() == 10


def test_outside_a_demo_it_takes_a_yes(organisation, settings) -> None:
    version = frozen(organisation, "numeric")
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="add --yes"):
        simulate(version, 1)
    simulate(version, 1, "--yes")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--assessment=nothing", "--n=1"], "expected one assessment with the id or title 'nothing', found none"),
        (["--assessment=Empty", "--n=1"], "asks for no questions"),
        (["--assessment=Empty", "--n=0"], "Expected 1 to"),
    ],
)
def test_what_cannot_be_sat_is_refused_in_a_sentence(organisation, options, message) -> None:
    AssessmentVersionFactory(assessment__title="Empty", assessment__organisation=organisation, draws=False)
    with pytest.raises(CommandError, match=message):
        call_command("simulate_cohort", *options)


def test_the_bank_learns_facilities_from_real_sittings_and_never_from_simulated_ones(organisation) -> None:
    version = frozen(organisation, "numeric", "choice")
    asked = [draw.question.versions.get().pk for section in version.sections.all() for draw in section.draws.all()]
    simulate(version, 40)
    services.calibrate(organisation=organisation, simulated=True)
    assert observed_facilities(asked) == {}
    sat(version, 1, 0.5)
    sat(version, 0, None)
    services.calibrate(organisation=organisation)
    assert observed_facilities(asked) == {asked[0]: (0.5, 2), asked[1]: (0.5, 1)}


def test_a_calibration_stays_as_it_was_made(organisation) -> None:
    sat(frozen(organisation, "numeric"), 1)
    calibration = services.calibrate(organisation=organisation)
    item = calibration.items.get()
    changes = (
        lambda: Calibration.objects.update(persons=9),
        lambda: type(item).objects.update(n=9),
        item.delete,
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
            change()
    assert item.note == "too few answers"


def test_without_sittings_there_is_nothing_to_calibrate(organisation) -> None:
    with pytest.raises(CommandError, match="no finished sitting"):
        call_command("calibrate", f"--organisation={organisation.slug}")
