"""One submission: draw, run, compare, settle."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from grader.cases import Case, draw, samples
from grader.contract import GradeRequest
from grader.kinds.coding.checks import checks_of, fault_message, fault_of, unreached, withheld
from grader.kinds.coding.efficiency import efficiency_check
from grader.kinds.coding.gradients import gradient_check
from grader.kinds.coding.notes import notes_on, rules_check
from grader.kinds.coding.printed import of_samples, sample_cases
from grader.kinds.coding.properties import properties_check
from grader.kinds.coding.reference import reference_values
from grader.mistakes import diagnose
from grader.observations import Observation
from grader.oracle import Oracle, conventions
from grader.sandbox import Job, JobResult
from grader.scoring import settle
from grader.task import Task, read_task
from grader.verdict import Check, Finding, Outcome, Verdict

if TYPE_CHECKING:
    from grader.grading import Sandboxes

logger = logging.getLogger(__name__)

_GROUP_OF_CHECK = {"edge_cases": "edge", "numerical_stability": "extreme"}
# Checks that run the answer once more; where correctness fails they are not reached.
_FURTHER: dict[str, Callable[[Task, Sequence[Case], GradeRequest, Sandboxes], Check]] = {
    "gradient": gradient_check,
    "properties": properties_check,
    "efficiency": lambda task, _, request, sandboxes: efficiency_check(task, request, sandboxes),
}
_MAX_TASKS = 256
_tasks: dict[str, Task] = {}


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
    """Grade one submission; the same request gives the same verdict."""
    started = time.perf_counter()
    task = _task_of(request)
    cases = _cases_of(task, request)
    drawn = time.perf_counter()
    oracle = Oracle(task)
    # The reference is evaluated here while the child computes there.
    meanwhile = functools.partial(oracle.prepare, cases) if task.loss is not None else None
    result = sandboxes.get("numpy").run(_job(task, cases, request), meanwhile)
    ran = time.perf_counter()
    notes = () if result.rejected is not None else notes_on(request.answer, task.function, task.imports)
    verdict = _settled(oracle, cases, result, request, sandboxes)
    timing = {"draw_seconds": drawn - started, "run_seconds": ran - drawn, "compare_seconds": time.perf_counter() - ran}
    if result.cpu_seconds is not None:
        timing["cpu_seconds"] = result.cpu_seconds
    return dataclasses.replace(verdict, timing=timing, notes=notes)


def _task_of(request: GradeRequest) -> Task:
    """Give the task of this spec; the same spec is read once."""
    name = request.spec_hash
    if name not in _tasks:
        if len(_tasks) >= _MAX_TASKS:
            _tasks.clear()
        _tasks[name] = read_task(request.spec, request.reference_source)
    return _tasks[name]


def _cases_of(task: Task, request: GradeRequest) -> tuple[Case, ...]:
    if request.mode == "sample":
        return samples(task)
    cases = draw(task, request.seed)
    unweighted = {group for check, group in _GROUP_OF_CHECK.items() if check not in task.weights}
    return tuple(case for case in cases if case.group not in unweighted) if unweighted else cases


def _job(task: Task, cases: Sequence[Case], request: GradeRequest) -> Job:
    first = next((place for place, case in enumerate(cases) if case.group == "ordinary"), None)
    return Job(
        source=request.answer,
        function=task.function,
        calls=[case.call for case in cases],
        limits=request.limits,
        entropy=hashlib.sha256(str(request.seed).encode()).digest(),
        arity_check=len(task.parameters),
        repeat=frozenset() if first is None else frozenset({first}),
    )


def _settled(
    oracle: Oracle, cases: Sequence[Case], result: JobResult, request: GradeRequest, sandboxes: Sandboxes
) -> Verdict:
    task = oracle.task
    if result.rejected is not None:
        return settle(unreached(task, result.rejected), fault=Outcome.REJECTED)
    rules = rules_check(task, request.answer)
    if rules is not None and not rules.passed and not rules.weight:
        return settle([rules, *unreached(task, "The answer breaks a rule of the task.")], fault=Outcome.REJECTED)
    if task.loss is None:
        oracle = Oracle(task, reference_values(task, cases, request, sandboxes))
    oracle, observations = _observe(oracle, cases, result)
    printed = sample_cases(oracle, observations)
    fault = fault_of(observations)
    if fault is not None:
        findings = _named(oracle, observations, request.answer) if fault is Outcome.RUNTIME_ERROR else ()
        checks = unreached(task, fault_message(fault, observations, request.limits))
        return settle(checks, findings, fault=fault, samples=printed)
    if request.mode == "sample":
        return of_samples(printed)
    checks = checks_of(oracle, observations)
    for name, check in _FURTHER.items():
        if name in task.weights:
            reached = checks[0].passed
            checks.append(check(task, cases, request, sandboxes) if reached else withheld(name, task.weights[name]))
    checks += [] if rules is None else [rules]
    return settle(checks, _named(oracle, observations, request.answer), samples=printed)


def _named(oracle: Oracle, observations: Sequence[Observation], source: str) -> tuple[Finding, ...]:
    """Name the mistakes; where our naming itself fails, the verdict of the checks stands without names."""
    try:
        return diagnose(oracle, observations, source)
    except Exception:
        # Ungradable would cost a wrong answer nothing, and what breaks a diagnosis would pay.
        logger.exception("the mistakes of an answer could not be named")
        return ()


def _observe(oracle: Oracle, cases: Sequence[Case], result: JobResult) -> tuple[Oracle, list[Observation]]:
    """Judge every call, under the open convention that all ordinary cases agree with and the most others."""
    observations = _judged(oracle, cases, result)
    if not oracle.task.open or all(o.fits for o in observations):
        return oracle, observations
    others = [oracle.under(convention) for convention in conventions(oracle.task)]
    tried = [(oracle, observations), *((other, _judged(other, cases, result)) for other in others)]
    agreeing = [found for found in tried if _agrees(found[1])] or tried[:1]
    return max(agreeing, key=lambda found: sum(o.fits for o in found[1]))


def _judged(oracle: Oracle, cases: Sequence[Case], result: JobResult) -> list[Observation]:
    return [oracle.observed(case, outcome) for case, outcome in zip(cases, result.outcomes, strict=True)]


def _agrees(observations: Sequence[Observation]) -> bool:
    return all(observation.fits for observation in observations if observation.case.group == "ordinary")
