from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import ScoreEvent
from assessments.insights import selectors, services
from assessments.insights.models import ResponseVector
from assessments.insights.vectors import Trace, chosen_bits, seconds_by_item
from assessments.sittings.models import Draft
from tests.assessments.insights.conftest import answered, frozen, sat
from tests.factories import AttemptFactory, AttemptItemFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def read(organisation, assessment=None, *, simulated: bool = False):
    found = selectors.of_population(selectors.sittings(organisation, assessment), simulated=simulated)
    services.refresh(attempts=found)
    return selectors.answers(found)


def scores(answers) -> list[list[float | None]]:
    found = [answers.items["score"][answers.person == person].tolist() for person in range(answers.persons)]
    return [[None if np.isnan(score) else score for score in row] for row in found]


def test_a_vector_holds_the_scores_of_a_finished_sitting_in_its_order(organisation) -> None:
    version = frozen(organisation, "numeric", "choice", "coding")
    sat(version, 1, 0.5, 0)
    sat(version, 0, 1, 1)
    answers = read(organisation, version.assessment)
    assert scores(answers) == [[1, 0.5, 0], [0, 1, 1]]
    assert answers.items["position"].tolist() == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize("outcome", ["", "pending_review", "ungradable"])
def test_what_has_no_score_is_missing_and_never_0(organisation, outcome) -> None:
    version = frozen(organisation, "numeric", "numeric")
    attempt = sat(version, 1, None)
    if outcome:
        answered(attempt.items.get(position=2), None, outcome=outcome)
    assert scores(read(organisation)) == [[1, None]]


def test_an_answer_that_is_graded_anew_is_missing_until_its_score_is_there(organisation) -> None:
    attempt = sat(frozen(organisation, "numeric"), 0)
    answered(attempt.items.get(), None)
    assert scores(read(organisation)) == [[None]]
    run = attempt.items.get().response.submissions.last().runs.get()
    verdict = {"outcome": "correct", "score": 1.0, "checks": [], "findings": [], "timing": {}, "provenance": {}}
    assert grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict)
    assert scores(read(organisation)) == [[1]]


def test_an_answer_left_out_scores_0_and_is_told_apart(organisation) -> None:
    version = frozen(organisation, "numeric")
    attempt = sat(version, 1)
    item = AttemptItemFactory(attempt=attempt, position=2, response__version__question__organisation=organisation)
    grading.settle_unanswered(response=item.response)
    answers = read(organisation)
    assert scores(answers) == [[1, 0]]
    assert answers.items["omitted"].tolist() == [False, True]


def test_sittings_that_run_and_practice_are_not_counted(organisation) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1)
    AttemptFactory(invitation__version=version)
    AttemptFactory(invitation__version=version, is_practice=True, finished_at=timezone.now())
    assert read(organisation).persons == 1


def test_an_organisation_counts_its_own_sittings_and_the_library_everybodys(organisation) -> None:
    sat(frozen(organisation, "numeric"), 1)
    other = OrganisationFactory()
    theirs = frozen(other, "numeric")
    sat(theirs, 0)
    library = OrganisationFactory(is_library=True)
    assert [scores(read(whose)) for whose in (organisation, other, library)] == [[[1]], [[0]], [[1], [0]]]
    assert read(organisation, theirs.assessment).persons == 0


def test_simulated_sittings_are_never_counted_with_real_ones(organisation) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1)
    sat(version, 0, simulated=True)
    assert scores(read(organisation)) == [[1]]
    assert scores(read(organisation, simulated=True)) == [[0]]


def test_a_change_of_a_score_is_read_at_once(organisation) -> None:
    version = frozen(organisation, "numeric")
    attempt = sat(version, 0)
    sat(version, 0)
    assert scores(read(organisation)) == [[0], [0]]
    answered(attempt.items.get(), 0.25)
    assert list(ResponseVector.objects.filter(stale=True).values_list("attempt", flat=True)) == [attempt.pk]
    assert scores(read(organisation)) == [[0.25], [0]]


def test_a_score_that_changes_while_its_vector_is_made_is_left_to_the_next_reader(organisation, monkeypatch) -> None:
    attempt = sat(frozen(organisation, "numeric"), 0)
    item = attempt.items.get()
    fetch = selectors.item_rows

    def changed_in_between(keys):
        rows = fetch(keys)
        answered(item, 1)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(selectors, "item_rows", changed_in_between)
        assert scores(read(organisation)) == []
    assert scores(read(organisation)) == [[1]]


def test_what_is_up_to_date_is_not_made_again(organisation, django_assert_num_queries) -> None:
    version = frozen(organisation, "numeric")
    sat(version, 1)
    read(organisation)
    with django_assert_num_queries(1):
        assert services.refresh(attempts=selectors.sittings(organisation)) == 0


def test_an_erased_candidate_keeps_counting_without_a_name(organisation) -> None:
    attempt = sat(frozen(organisation, "numeric"), 1)
    attempt.invitation.candidate.identity.delete()
    ScoreEvent.objects.create(response=attempt.items.get().response, outcome="correct", reason="erased")
    assert scores(read(organisation)) == [[1]]


@pytest.mark.parametrize(
    ("answer", "bits"),
    [("[0]", 1), ("[2, 0]", 5), ("[]", 0), ("", 0), ("no", 0), ("[-1]", 0), ("{}", 0), ("[99]", 0)],
)
def test_the_options_that_were_chosen_are_read_from_the_answer(answer, bits) -> None:
    assert chosen_bits(answer) == bits


def test_time_goes_to_the_question_that_the_next_trace_works_at() -> None:
    start = timezone.now()
    at = [start + timedelta(seconds=second) for second in (5, 65, 80, 100, 160, 400)]
    traces = [
        Trace(at[0], 1, opened=True),
        Trace(at[1], 1, opened=False),
        Trace(at[2], 2, opened=True),
        Trace(at[3], 2, opened=False),
        Trace(at[4], 1, opened=False),
        Trace(at[5], 2, opened=False),
    ]
    assert seconds_by_item(traces, started=start, finished=start + timedelta(seconds=200)) == {
        1: 5 + 60 + 15 + 60 + 40,
        2: 20,
    }


def test_the_time_of_a_sitting_is_read_from_what_was_opened_and_saved(organisation) -> None:
    attempt = sat(frozen(organisation, "numeric", "numeric"), 1, 0, minutes=10)
    first, second = attempt.items.order_by("position")
    first.seen_at, second.seen_at = attempt.started_at, attempt.started_at + timedelta(minutes=4)
    first.save()
    second.save()
    Draft.objects.create(item=second, revision=1, text="kept after the end", late=True)
    assert read(organisation).items["seconds"].tolist() == [240, 360]


def test_nothing_tells_the_time_of_a_sitting_without_traces(organisation) -> None:
    sat(frozen(organisation, "numeric"), 1)
    assert np.isnan(read(organisation).items["seconds"]).all()
