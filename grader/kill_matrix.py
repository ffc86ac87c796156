"""The kill matrix of a coding question: every named mistake that applies, rendered as numbers, against the checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases import Case, draw
from grader.comparison import DEFAULT_ATOL, DEFAULT_RTOL
from grader.kinds.coding.checks import checks_of
from grader.kinds.coding.reference import reference_values
from grader.mistakes import Mistake, View, applicable, diagnose
from grader.oracle import Oracle
from grader.sandbox import CallOutcome, ExceptionInfo
from grader.task import Task, read_task

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes

_CHECK_OF_STAGE = {"ordinary": "correctness", "edge": "edge_cases", "extreme": "numerical_stability"}
# A mistake that moves no number by more than ten default tolerances is one in name only: a smaller eps, float32.
_RTOL = 10.0 * DEFAULT_RTOL
_ATOL = 10.0 * DEFAULT_ATOL
# Worst first: what happened on any seed is what counts.
_ORDER = ("survives", "unnamed", "alias", "named", "unobservable")


def results(request: GradeRequest, seeds: Sequence[int], sandboxes: Sandboxes) -> Iterator[tuple[Mistake, str]]:
    """Try every applicable mistake of a weighted stage; gives each with the worst result over the seeds."""
    task = read_task(request.spec, request.reference_source)
    mistakes = [m for m in applicable(task) if _CHECK_OF_STAGE[m.stage] in task.weights]
    oracles = [_oracle(task, dataclasses.replace(request, seed=seed), sandboxes) for seed in seeds]
    for mistake in mistakes:
        seen = {_result(mistake, oracle, cases) for oracle, cases in oracles}
        yield mistake, next(result for result in _ORDER if result in seen)


def _oracle(task: Task, request: GradeRequest, sandboxes: Sandboxes) -> tuple[Oracle, tuple[Case, ...]]:
    cases = draw(task, request.seed)
    values: Mapping[Case, Any] | None = None
    if task.loss is None:
        values = reference_values(task, cases, request, sandboxes)
    return Oracle(task, values), cases


def _result(mistake: Mistake, oracle: Oracle, cases: Sequence[Case]) -> str:
    with np.errstate(all="ignore"):
        outcomes = [_outcome(mistake, oracle, case) for case in cases]
    told = [o.status == "ok" for o, case in zip(outcomes, cases, strict=True) if case.group == mistake.stage]
    if not any(told) or all(_is_right(outcome, oracle, case) for outcome, case in zip(outcomes, cases, strict=True)):
        return "unobservable"
    observations = [oracle.observed(case, outcome) for case, outcome in zip(cases, outcomes, strict=True)]
    check = next((c for c in checks_of(oracle, observations) if c.name == _CHECK_OF_STAGE[mistake.stage]), None)
    if check is None or check.passed:
        return "survives"
    codes = [finding.code for finding in diagnose(oracle, observations)]
    if mistake.code in codes:
        return "named"
    return "alias" if codes else "unnamed"


def _outcome(mistake: Mistake, oracle: Oracle, case: Case) -> CallOutcome:
    """Give how a call of the mistaken answer ends: elsewhere than at its stage, with the right value."""
    if case.group != mistake.stage:
        return CallOutcome("ok", value=oracle.expectation(case).value)
    predicted = mistake.predict(View(oracle, case))
    if predicted is None:
        return CallOutcome("exception", exception=ExceptionInfo("ValueError", 1, "shapes do not go together"))
    array = np.asarray(predicted, dtype=np.float64)
    if isinstance(oracle.expectation(case).value, tuple):
        return CallOutcome("ok", value=tuple(array))
    return CallOutcome("ok", value=float(array) if array.ndim == 0 else array)


def _is_right(outcome: CallOutcome, oracle: Oracle, case: Case) -> bool:
    if outcome.status != "ok":
        return False
    right = np.asarray(oracle.expectation(case).value, dtype=np.float64)
    got = np.asarray(outcome.value, dtype=np.float64)
    return got.shape == right.shape and bool(np.allclose(got, right, rtol=_RTOL, atol=_ATOL, equal_nan=True))
