"""The clock of a sitting: starting, resuming, ending, and what the deadline does with every item."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from assessments.bank import models as bank
from assessments.grading.models import EffectiveScore, Purpose, Submission
from assessments.sittings import selectors
from assessments.sittings.errors import LinkProblem, SittingError
from assessments.sittings.models import Attempt, AttemptEvent
from assessments.sittings.services import attempts, drafts, invitations, submissions
from tests.assessments.sittings.conftest import begin, blueprint, invite
from tests.factories import AssessmentVersionFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def write(sitting, text, n=1):
    item = sitting.item(n)
    last = selectors.last_draft(item)
    return drafts.save_draft(item=item, text=text, base_revision=last.revision if last else 0, tab="")


def final(sitting, n=1):
    return list(
        Submission.objects.filter(response=sitting.item(n).response, purpose=Purpose.FINAL).values_list(
            "answer", "late", "by_deadline"
        )
    )


def test_starting_lays_every_question_with_a_response_of_its_own(clock):
    sitting = begin(blueprint("choice", "numeric"))
    kinds = [item.response.version.kind for item in sitting.attempt.items.all()]
    assert kinds == ["choice", "numeric"]
    assert len({item.response_id for item in sitting.attempt.items.all()}) == 2
    assert sitting.attempt.deadline == START + dt.timedelta(minutes=30)


def test_starting_twice_gives_the_same_attempt():
    sitting = begin(blueprint("numeric"))
    again = attempts.start_attempt(invitation=sitting.attempt.invitation)
    assert again == sitting.attempt
    assert Attempt.objects.count() == 1


def test_options_are_shuffled_once_per_attempt_and_the_spec_may_lock_them():
    orders = {tuple(begin(blueprint("choice")).item().option_order) for _ in range(20)}
    assert orders == {(0, 1), (1, 0)}
    version = blueprint("choice")
    question = version.sections.get().draws.get().question.versions.get()
    spec = question.specs.get(live=True)
    locked = {"choice": {**spec.spec["choice"], "shuffle": False}}
    question.specs.update(live=False)
    question.specs.create(number=2, spec=locked, spec_hash="0" * 64, live=True, certification={"passed": True})
    assert {tuple(begin(version).item().option_order) for _ in range(10)} == {(0, 1)}


def test_nothing_is_closed_before_the_deadline_and_its_grace(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=30, seconds=29))
    assert attempts.close_overdue() == 0
    clock.shift(dt.timedelta(seconds=2))
    assert attempts.close_overdue() == 1


def test_the_clock_submits_the_last_draft_of_an_item_that_was_never_submitted(clock):
    sitting = begin(blueprint("coding", "numeric", "numeric"))
    write(sitting, "def mean_squared_error(y_true, y_pred):\n    return 0\n", 1)
    write(sitting, "0.7", 2)
    write(sitting, "0.75", 2)
    write(sitting, "  ", 3)
    clock.shift(dt.timedelta(minutes=31))
    attempts.close_overdue()
    assert final(sitting, 1) == [("def mean_squared_error(y_true, y_pred):\n    return 0\n", False, True)]
    assert final(sitting, 2) == [("0.75", False, True)]
    assert final(sitting, 3) == []
    unanswered = EffectiveScore.objects.get(response=sitting.item(3).response)
    assert (unanswered.outcome, unanswered.score) == ("unanswered", 0.0)
    sitting.attempt.refresh_from_db()
    assert sitting.attempt.finished_by == "clock"
    assert sitting.attempt.finished_at == START + dt.timedelta(minutes=30)


def test_an_item_that_was_submitted_keeps_its_last_submission_though_a_draft_is_newer(clock):
    sitting = begin(blueprint("numeric"))
    submissions.submit_item(item=sitting.item(), text="0.7", base_revision=0, tab="")
    write(sitting, "0.9")
    clock.shift(dt.timedelta(minutes=31))
    attempts.close_overdue()
    assert final(sitting) == [("0.7", False, False)]


def test_closing_twice_submits_once(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=31))
    for _ in range(3):
        attempts.close_overdue()
    attempts.finish_attempt(attempt=sitting.attempt)
    assert final(sitting) == [("0.7", False, True)]
    assert AttemptEvent.objects.filter(kind="finished").count() == 1


def test_one_sitting_that_cannot_be_closed_does_not_hold_up_the_others(clock, caplog):
    broken, good = begin(blueprint("numeric")), begin(blueprint("numeric"))
    for sitting in (broken, good):
        write(sitting, "0.7")
    broken.item().response.version.specs.update(live=False)
    clock.shift(dt.timedelta(minutes=31))
    assert attempts.close_overdue() == 1
    assert final(good) == [("0.7", False, True)]
    assert str(broken.attempt.public_id) in caplog.text


def test_a_request_after_the_end_closes_the_sitting_without_a_sweeper(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=31))
    response = sitting.get("question", 1)
    assert response.headers["Location"] == sitting.url("done")
    assert final(sitting) == [("0.7", False, True)]


def test_extra_time_moves_the_deadline_of_a_running_sitting(clock):
    sitting = begin(blueprint("numeric"))
    invitation = sitting.attempt.invitation
    invitation.time_multiplier, invitation.extra_minutes = 1.5, 10
    invitation.save()
    clock.shift(dt.timedelta(minutes=54))
    assert sitting.get("clock").json()["deadline"] == "2026-05-04T09:55:00Z"
    assert attempts.close_overdue() == 0
    assert sitting.get("question", 1).status_code == 200


def test_an_edit_within_the_grace_is_late_and_still_counts(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=30, seconds=20))
    answer = sitting.draft("0.75", base=1).json()
    assert (answer["late"], answer["revision"]) == (True, 2)
    clock.shift(dt.timedelta(seconds=20))
    attempts.close_overdue()
    assert final(sitting) == [("0.75", True, True)]


def test_an_edit_after_the_grace_is_kept_and_marked_late_and_does_not_count(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=40))
    answer = sitting.draft("0.75", base=1)
    assert (answer.status_code, answer.json()["late"]) == (200, True)
    assert "kept and marked late" in answer.json()["message"]
    assert final(sitting) == [("0.7", False, True)]
    assert selectors.last_draft(sitting.item()).text == "0.75"


def test_late_edits_count_once_a_recruiter_gives_the_time_back(clock):
    sitting = begin(blueprint("numeric", "numeric"))
    write(sitting, "0.7", 1)
    clock.shift(dt.timedelta(minutes=35))
    sitting.draft("0.75", base=1, n=1)
    sitting.draft("0.5", n=2)
    attempt = Attempt.objects.get()
    assert attempts.submit_credited_drafts(attempt=attempt) == 0
    attempt.credited_seconds = 360
    attempt.save()
    assert attempts.submit_credited_drafts(attempt=attempt) == 2
    assert attempts.submit_credited_drafts(attempt=attempt) == 0
    assert final(sitting, 1) == [("0.7", False, True), ("0.75", True, True)]
    assert final(sitting, 2) == [("0.5", True, True)]


def test_extra_time_granted_after_the_end_lets_the_late_edits_in_and_no_others(clock):
    sitting = begin(blueprint("numeric"))
    write(sitting, "0.7")
    clock.shift(dt.timedelta(minutes=34))
    sitting.draft("0.75", base=1)
    clock.shift(dt.timedelta(minutes=30))
    sitting.draft("0.8", base=2)
    invitations.grant_time(
        invitation=sitting.attempt.invitation, user=UserFactory(), time_multiplier=1.0, extra_minutes=5
    )
    assert final(sitting) == [("0.7", False, True), ("0.75", True, True)]


def test_finishing_submits_drafts_that_were_never_submitted_and_then_nothing_changes():
    sitting = begin(blueprint("numeric", "numeric"))
    write(sitting, "0.7")
    response = sitting.client.post(sitting.url("finish"), follow=True)
    assert "You have finished" in response.text
    assert final(sitting) == [("0.7", False, False)]
    assert sitting.submit("0.8", base=1).status_code == 410
    assert final(sitting) == [("0.7", False, False)]


def test_a_practice_test_runs_beside_the_real_one_and_can_be_taken_again(clock):
    organisation = OrganisationFactory()
    practice = blueprint("numeric", organisation=organisation, feedback="full", practice=True)
    invitation, _ = invite(blueprint("choice", organisation=organisation))
    first = attempts.start_practice(invitation=invitation)
    assert (first.is_practice, first.version) == (True, practice)
    assert attempts.start_practice(invitation=invitation) == first
    attempts.finish_attempt(attempt=first)
    assert attempts.start_practice(invitation=invitation) != first
    assert not attempts.start_attempt(invitation=invitation).is_practice


def test_the_library_lends_its_practice_test():
    library = OrganisationFactory(is_library=True)
    practice = blueprint("numeric", organisation=library, practice=True)
    invitation, _ = invite(blueprint("choice"))
    assert attempts.start_practice(invitation=invitation).version == practice


def test_there_is_an_end_to_practising(monkeypatch):
    organisation = OrganisationFactory()
    blueprint("numeric", organisation=organisation, practice=True)
    invitation, _ = invite(blueprint("choice", organisation=organisation))
    monkeypatch.setattr("assessments.sittings.limits.PRACTICE_ATTEMPTS", 2)
    for _ in range(2):
        attempts.finish_attempt(attempt=attempts.start_practice(invitation=invitation))
    with pytest.raises(SittingError, match="can be taken 2 times"):
        attempts.start_practice(invitation=invitation)


def test_a_revoked_invitation_starts_neither_practice_nor_sitting():
    organisation = OrganisationFactory()
    blueprint("numeric", organisation=organisation, practice=True)
    invitation, _ = invite(blueprint("choice", organisation=organisation), revoked_at=timezone.now())
    for start in (attempts.start_attempt, attempts.start_practice):
        with pytest.raises(LinkProblem, match="taken it back"):
            start(invitation=invitation)


def test_a_gap_of_the_connection_is_logged_as_the_page_tells_it_and_never_longer_than_possible(clock):
    sitting = begin(blueprint("numeric"))
    clock.shift(dt.timedelta(seconds=100))
    for seconds in ("40.4", "1e9", "-5"):
        assert sitting.client.post(sitting.url("gap"), {"seconds": seconds}).status_code == 204
    assert sitting.client.post(sitting.url("gap"), {"seconds": "long"}).status_code == 400
    assert sitting.client.post(sitting.url("gap"), {"seconds": "nan"}).status_code == 204
    noted = AttemptEvent.objects.filter(kind="gap").values_list("data", flat=True)
    assert [data["seconds"] for data in noted] == [40, 100, 0]


def test_who_comes_back_gets_the_variant_that_they_have_seen_least():
    version = blueprint("numeric")
    organisation = version.assessment.organisation
    row = version.sections.get().draws.get().question.versions.get()
    for number in (1, 2):
        bank.Variant.objects.create(version=row, number=number, statement_html="<p>Another.</p>")
    sittings = [begin(version)]
    candidate = sittings[0].attempt.invitation.candidate
    for _ in range(2):
        again = AssessmentVersionFactory(assessment__organisation=organisation, question=row.question)
        sittings.append(begin(again, candidate=candidate))
    assert {sitting.item().response.variant.number for sitting in sittings} == {0, 1, 2}


def test_the_start_keeps_what_the_form_could_not_hold_for_the_record():
    version = AssessmentVersionFactory(minutes=30, least_minutes=30)
    sitting = begin(version)
    (problem,) = sitting.attempt.events.get(kind="started").data["imbalances"]
    assert problem.startswith("Minutes: asks for questions of 30 to 30 minutes together; the nearest form is 25 off.")
