"""The worker's side against whatever a child sends; `make fuzz` does the same for longer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.contract import Limits
from grader.sandbox import Job, Sandbox, codec
from tests.grader.sandbox import strange

UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("loaded", [b"", strange.LOADED], ids=["at once", "once loaded"])
@pytest.mark.parametrize("frame", strange.SOUND, ids=[str(frame)[:40] for frame in strange.SOUND])
def test_no_place_of_a_frame_is_believed(frame: tuple[object, ...], loaded: bytes) -> None:
    for place in range(len(frame)):
        for awkward in strange.AWKWARD:
            said = (*frame[:place], awkward, *frame[place + 1 :])
            spoken = strange.with_header(codec.encode(said))
            assert strange.answers_soundly(loaded + spoken, 0, hangs=False), said


@given(strange.speech, strange.endings, st.booleans())
@settings(UNHURRIED, max_examples=100)
def test_whatever_a_child_says_is_an_outcome_of_its_own(said: bytes, status: int, hangs: bool) -> None:
    assert strange.answers_soundly(said, status, hangs)


@given(strange.framed)
@settings(UNHURRIED, max_examples=100)
def test_whatever_comes_in_a_frame_is_a_value_or_refused(frame: bytes) -> None:
    assert strange.decodes_or_says_why(frame[4:])


@given(st.lists(strange.framed, max_size=4).map(b"".join))
@settings(UNHURRIED, max_examples=25)
def test_whatever_a_submission_writes_harms_itself_alone(sandbox: Sandbox, said: bytes) -> None:
    limits = Limits(case_seconds=0.2, total_seconds=1.0, output_bytes=1000)
    assert strange.is_sound_result(sandbox.run(Job(strange.writing(said), "f", [(1.0,)] * 3, limits)))
    assert sandbox.run(Job("def f(x): return 2 * x", "f", [(4.0,)])).outcomes[0].value == 8.0
