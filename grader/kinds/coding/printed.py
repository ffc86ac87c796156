"""The printed cases: what was expected, what came, and how far apart they are."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.comparison import Comparison, as_array
from grader.readable import MAX_CHARACTERS, readable
from grader.scoring import CORRECTNESS, failed, passed, settle
from grader.verdict import SampleCase, Verdict

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

MAX_PRINTED = 4000


def sample_cases(oracle: Oracle, observations: Sequence[Observation]) -> list[SampleCase]:
    """Show every printed case whole."""
    return [_shown(oracle, o) for o in observations if o.case.group == "sample"]


def of_samples(printed: Sequence[SampleCase]) -> Verdict:
    """Give the verdict of a run of the printed cases alone."""
    wrong = [case for case in printed if not case.passed]
    if not wrong:
        return settle([passed(CORRECTNESS, 1, f"All {len(printed)} sample cases are right.")], samples=printed)
    message = f"{len(wrong)} of {len(printed)} sample cases are wrong."
    return settle([failed(CORRECTNESS, 1, message)], samples=printed)


@functools.lru_cache(maxsize=512)
def _arguments(task: Task, case: Case) -> Mapping[str, str]:
    return {name: readable(value) for name, value in zip(task.parameters, case.args, strict=True)}


def _shown(oracle: Oracle, observation: Observation) -> SampleCase:
    case, outcome = observation.case, observation.outcome
    expected = oracle.expectation(case).value
    return SampleCase(
        name=case.name,
        arguments=_arguments(oracle.task, case),
        expected=readable(expected),
        got=readable(outcome.value) if outcome.status == "ok" and observation.array is not None else "",
        difference=_difference(outcome.value, expected),
        printed=outcome.printed[:MAX_PRINTED],
        passed=observation.fits,
        message=_message(observation),
    )


def _message(observation: Observation) -> str:
    exception = observation.outcome.exception
    if exception is not None:
        line = f" on line {exception.line}" if exception.line is not None else ""
        return f"{exception.class_name}{line}: {exception.text}"[:MAX_CHARACTERS]
    if observation.comparison is None:
        return "the call did not end"
    return observation.comparison.message or "right"


def _difference(got: Any, expected: Any) -> str:
    plain = as_array(got)
    if isinstance(plain, Comparison) or isinstance(expected, tuple) or plain.shape != np.shape(expected):
        return ""
    with np.errstate(invalid="ignore"):
        difference = np.abs(plain.astype(np.float64) - np.asarray(expected, dtype=np.float64))
    return f"{float(difference.max(initial=0.0)):.3g}"
