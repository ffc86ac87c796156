"""The algebra profile: a fixed entry, text in and text out, behind the same walls."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from grader.sandbox import AskFault, Job, Sandbox
from grader.sandbox.mounts import PROFILES, Profile

PAIR = {"variables": {"z": "real"}, "reference": "sigma(z)", "answer": "1/(1+exp(-z))"}


@pytest.fixture(scope="module")
def algebra() -> Iterator[Sandbox]:
    with Sandbox("algebra") as sandbox:
        sandbox.start()
        yield sandbox


def test_the_entry_answers(algebra: Sandbox) -> None:
    assert algebra.ask(PAIR, 10.0)["equivalent"] is True


def test_every_question_has_a_child_of_its_own(algebra: Sandbox) -> None:
    assert [algebra.ask(PAIR, 10.0)["equivalent"] for _ in range(3)] == [True] * 3


def test_a_question_that_takes_too_long_meets_the_clock() -> None:
    with Sandbox(entered("copy:deepcopy")) as sandbox:
        assert sandbox.ask({"few": [1, 2]}, 10.0) == {"few": [1, 2]}
        with pytest.raises(AskFault) as fault:
            sandbox.ask({"many": [[]] * 1_000_000}, 0.05)
        assert fault.value.kind == "time_limit"
        assert sandbox.ask({}, 10.0) == {}


def entered(entry: str) -> Profile:
    return dataclasses.replace(PROFILES["numpy"], entry=entry)


def test_an_entry_that_fails_is_told() -> None:
    with Sandbox(entered("operator:neg")) as sandbox, pytest.raises(AskFault, match="TypeError") as fault:
        sandbox.ask({}, 5.0)
    assert fault.value.kind == "runtime_error"


def test_each_profile_does_its_own_work(algebra: Sandbox, sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="no fixed entry"):
        sandbox.ask({}, 1.0)
    with pytest.raises(ValueError, match="runs no candidate's code"):
        algebra.run(Job("def f(): pass", "f", [()]))


def test_a_payload_is_json(algebra: Sandbox) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        algebra.ask({"x": float("nan")}, 1.0)
