"""The attacks and how one is tried: what its header expects, and whether the judge judges rightly after it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from grader.contract import GradeRequest, Limits
from grader.grading import Grader
from grader.verdict import Outcome

CASES: Final = Path(__file__).parent / "cases"
FILES: Final = sorted(CASES.rglob("*.py"))
SPEC: Final = {
    "coding": {
        "function": "mean_squared_error",
        "parameters": ["y_true", "y_pred"],
        "reference": "mean_squared_error",
    }
}
RIGHT: Final = "def mean_squared_error(y_true, y_pred):\n    return float(((y_true - y_pred) ** 2).mean())\n"
WRONG: Final = RIGHT.replace("** 2", "** 4")
LIMITS: Final = Limits(case_seconds=0.5, total_seconds=10.0, memory_bytes=512 << 20)
PATIENT: Final = Limits(case_seconds=5.0, total_seconds=20.0, memory_bytes=512 << 20)


def name_of(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def outcome_of(grader: Grader, source: str, limits: Limits = LIMITS) -> Outcome:
    return grader.grade(GradeRequest(kind="coding", spec=SPEC, answer=source, seed=20, limits=limits)).outcome


def expected(file: Path) -> set[str]:
    head = re.match(r"# expect: ([a-z_ ]+)\n# \S", file.read_text())
    assert head, f"{file} must begin with a line `# expect: <outcome>` and one that says what it tries"
    return set(head[1].split(" or "))


def judges_rightly(grader: Grader) -> bool:
    """Whether a right submission is right and a wrong one wrong."""
    return [outcome_of(grader, source, PATIENT) for source in (RIGHT, WRONG)] == ["correct", "wrong"]


def problem(grader: Grader, file: Path) -> str | None:
    """Try one attack; say what is not as it must be."""
    allowed = expected(file)
    outcome = outcome_of(grader, file.read_text())
    if outcome == Outcome.TIME_LIMIT and outcome not in allowed:
        # A busy machine may not have come to it; what is wrong stays wrong with more time.
        outcome = outcome_of(grader, file.read_text(), PATIENT)
    if outcome not in allowed:
        return f"ended as {outcome}, expected {' or '.join(sorted(allowed))}"
    return None if judges_rightly(grader) else "after it a right or a wrong submission is not graded as such"
