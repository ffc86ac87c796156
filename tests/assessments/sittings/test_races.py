"""Several requests at the same moment, each with a connection of its own."""

from __future__ import annotations

import pytest

from assessments.sittings.models import Attempt, AttemptEvent, Draft
from assessments.sittings.services import attempts, drafts
from tests.assessments.sittings.conftest import begin, blueprint, invite
from tests.races import CROWD, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_saves_on_one_revision_one_stands_and_the_others_are_kept_aside():
    item = begin(blueprint("written")).item()
    results = at_once(lambda n: drafts.save_draft(item=item, text=f"text {n}", base_revision=0, tab=""))
    assert sum(isinstance(result, Draft) for result in results) == 1
    assert Draft.objects.count() == 1
    aside = [event.data["text"] for event in AttemptEvent.objects.filter(kind="draft kept aside")]
    assert sorted([*aside, Draft.objects.get().text]) == [f"text {n}" for n in range(CROWD)]


def test_starting_from_several_tabs_at_once_begins_one_sitting():
    invitation, _ = invite(blueprint("numeric", "choice"))
    begun = at_once(lambda _: attempts.start_attempt(invitation=invitation))
    assert len({attempt.pk for attempt in begun}) == Attempt.objects.count() == 1
    assert begun[0].items.count() == 2


def test_candidate_and_clock_ending_it_together_submit_once():
    sitting = begin(blueprint("numeric"))
    drafts.save_draft(item=sitting.item(), text="0.7", base_revision=0, tab="")
    at_once(lambda _: attempts.finish_attempt(attempt=sitting.attempt))
    assert sitting.item().response.submissions.count() == 1
    assert AttemptEvent.objects.filter(kind="finished").count() == 1
