from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.verdict import Verdict


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """One grader with its warm sandbox for all tests of this folder."""
    with Grader() as warm:
        yield warm


@pytest.fixture
def graded(grader, caplog) -> Iterator[Callable[..., Verdict]]:
    """Grade a submission: the loss's name, the source of `def f(...)`, and what the table says besides."""

    def grade(loss: str, source: str, parameters: str = "y p", *, seed: int = 7, mode="full", weights=None, **table):
        coding = {"function": "f", "parameters": parameters.split(), "reference": loss, **table}
        spec = {"coding": coding, **({"weights": weights} if weights else {})}
        request = GradeRequest(kind="coding", spec=spec, answer="import numpy as np\n" + source, seed=seed, mode=mode)
        return grader.decide(request)

    yield grade
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
