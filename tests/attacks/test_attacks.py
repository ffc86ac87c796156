"""Every file in cases/ is one attack (or one control) on the grader; its first line says how it must end.

The question is always the mean squared error, and most attacks end by returning the right value: an attack that the
sandbox let through would be graded correct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.contract import GradeRequest, Limits
from grader.grading import Grader
from grader.verdict import Outcome

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.rglob("*.py"))
SPEC = {
    "coding": {
        "function": "mean_squared_error",
        "parameters": ["y_true", "y_pred"],
        "reference": "mean_squared_error",
    }
}
RIGHT = "def mean_squared_error(y_true, y_pred):\n    return float(((y_true - y_pred) ** 2).mean())\n"
LIMITS = Limits(case_seconds=0.5, total_seconds=3.0, memory_bytes=512 << 20)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def outcome_of(grader: Grader, source: str) -> Outcome:
    return grader.grade(GradeRequest(kind="coding", spec=SPEC, answer=source, seed=20, limits=LIMITS)).outcome


def expected(file: Path) -> set[str]:
    head = re.match(r"# expect: ([a-z_ ]+)\n# \S", file.read_text())
    assert head, f"{file} must begin with a line `# expect: <outcome>` and one that says what it tries"
    return set(head[1].split(" or "))


def test_there_are_attacks_of_every_family() -> None:
    families = {file.parent.name for file in FILES}
    assert families == {
        "files", "harness", "integrity", "ipc", "kernel", "memory", "network", "output", "processes", "time",
    }  # fmt: skip
    assert len(FILES) > 200


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_attack_ends_as_its_header_says(grader: Grader, file: Path) -> None:
    allowed = expected(file)
    assert allowed <= {str(outcome) for outcome in Outcome}
    assert outcome_of(grader, file.read_text()) in allowed


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


def test_nothing_is_left_behind_by_all_that(grader: Grader) -> None:
    """After every attack on one zygote the right answer is right and a wrong one wrong."""
    assert outcome_of(grader, RIGHT) == "correct"
    assert outcome_of(grader, RIGHT.replace("** 2", "** 4")) == "wrong"
