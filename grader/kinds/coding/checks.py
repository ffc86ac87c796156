"""From observations to checks, and to the outcome where a fault came first."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.comparison import Expectation, compare
from grader.sandbox.jobs import PRECEDENCE
from grader.scoring import CORRECTNESS, failed, not_reached, passed
from grader.verdict import Check, Outcome

if TYPE_CHECKING:
    from grader.contract import Limits
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.sandbox import CallOutcome
    from grader.task import Task

_GROUPS = ("ordinary", "edge", "extreme")

_KNOWN_EXCEPTIONS = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
    | {"AxisError", "LinAlgError", "UFuncTypeError"}
)


def fault_of(observations: Sequence[Observation]) -> Outcome | None:
    """Give the outcome of the gravest fault.

    An exception is a fault of the whole only on ordinary inputs; on edge and extreme ones it fails their check.
    """
    statuses = {o.outcome.status for o in observations}
    for fault in PRECEDENCE:
        if fault in statuses:
            return Outcome(fault)
    # A run of the printed cases alone has no ordinary ones, and shows an exception with the case it belongs to.
    raised = any(o.outcome.status == "exception" and o.case.group == "ordinary" for o in observations)
    return Outcome.RUNTIME_ERROR if raised else None


def fault_message(fault: Outcome, observations: Sequence[Observation], limits: Limits) -> str:
    """Say in a sentence what fault it was; of an exception only its class and line."""
    raised = [o for o in observations if o.outcome.status == "exception" and o.case.group == "ordinary"]
    if (
        fault is not Outcome.RUNTIME_ERROR
        or not raised
        or any(o.outcome.status == "runtime_error" for o in observations)
    ):
        return limit_message(fault, limits)
    of = sum(o.case.group == "ordinary" for o in observations)
    return f"{ended_by(raised[0].outcome)} ({len(raised)} of {of} ordinary cases)"


def limit_message(fault: Outcome, limits: Limits) -> str:
    """Say in a sentence which limit was met, or that the process ended."""
    if fault is Outcome.TIME_LIMIT:
        return (
            f"a call took longer than {limits.case_seconds:g} s, or all together longer than {limits.total_seconds:g} s"
        )
    if fault is Outcome.MEMORY_LIMIT:
        return f"more than {limits.memory_bytes >> 20} MiB of memory were used"
    if fault is Outcome.OUTPUT_LIMIT:
        return f"more than {limits.output_bytes >> 10} KiB were printed or returned"
    return "the process ended before the function returned"


def unreached(task: Task, message: str) -> list[Check]:
    """Give the task's checks where none was reached; the first one carries the reason."""
    return [not_reached(name, weight, message if name == CORRECTNESS else "") for name, weight in task.weights.items()]


def checks_of(oracle: Oracle, observations: Sequence[Observation]) -> list[Check]:
    """Give the checks on ordinary, edge and extreme inputs, in this order; where the first fails, no other earns."""
    task = oracle.task
    groups = {group: [o for o in observations if o.case.group == group] for group in _GROUPS}
    correctness = _group_check(CORRECTNESS, groups["ordinary"], oracle)
    unsteady = _unsteady(groups["ordinary"], oracle)
    if correctness.passed and unsteady:
        correctness = failed(CORRECTNESS, correctness.weight, unsteady)
    checks = [correctness]
    for name, group in (("edge_cases", "edge"), ("numerical_stability", "extreme")):
        if name in task.weights and groups[group]:
            checks.append(_group_check(name, groups[group], oracle))
    mutated = sorted({index for o in observations for index in o.outcome.mutated})
    if mutated:
        names = " and ".join(task.parameters[index] for index in mutated)
        checks = [_spoiled(check, f"the call changes its input {names}") for check in checks]
    if not correctness.passed:
        checks[1:] = [
            failed(c.name, c.weight, c.message) if c.passed is False else withheld(c.name, c.weight) for c in checks[1:]
        ]
    return checks


def _group_check(name: str, group: Sequence[Observation], oracle: Oracle) -> Check:
    task = oracle.task
    weight = task.weights[name]
    wrong = [o for o in group if not o.fits]
    kind = group[0].case.group
    if not wrong:
        words = oracle.convention.words
        note = f" (with {words}, which the question leaves open)" if words and name == CORRECTNESS else ""
        return passed(name, weight, f"All {len(group)} {kind} cases are right{note}.")
    share = (len(group) - len(wrong)) / len(group) if task.partial else 0.0
    hint = _breaks_its_bounds(oracle, wrong) if name == CORRECTNESS else ""
    return failed(name, weight, f"{len(wrong)} of {len(group)} {kind} cases are wrong: {_why(wrong[0])}.{hint}", share)


def _breaks_its_bounds(oracle: Oracle, wrong: Sequence[Observation]) -> str:
    """Say so where an answer is below 0 and the loss never is."""
    bounds = oracle.task.loss.bounds if oracle.task.loss and oracle.task.gives == "value" else None
    if bounds is None or bounds[0] < 0.0 or any(o.array is None or not o.array.size for o in wrong):
        return ""
    below = sum(bool((o.array < -oracle.task.atol).any()) for o in wrong if o.array is not None)
    return f" This loss is never below 0; {below} of these answers are." if below else ""


def _why(observation: Observation) -> str:
    if observation.comparison is not None:
        return observation.comparison.message.removesuffix(".")
    return ended_by(observation.outcome)


def ended_by(outcome: CallOutcome) -> str:
    """Say what ended a call that gave no value: of an exception its class and line, never its text."""
    exception = outcome.exception
    if exception is None:
        return "the call did not end"
    # The name of a class that the answer itself defines is its own text, and could carry a hidden input out.
    name = exception.class_name if exception.class_name in _KNOWN_EXCEPTIONS else "an exception of its own class"
    return name + (f" on line {exception.line}" if exception.line is not None else "")


def _unsteady(ordinary: Sequence[Observation], oracle: Oracle) -> str | None:
    """Say so if the repeated call gave another answer."""
    for observation in ordinary:
        second = observation.outcome.second
        if second is None or observation.array is None:
            continue
        if not compare(second, Expectation(observation.array), rtol=oracle.task.rtol, atol=oracle.task.atol).fits:
            return "a second call on the same input gives another answer"
    return None


def _spoiled(check: Check, message: str) -> Check:
    return failed(check.name, check.weight, message) if check.name == "edge_cases" else check


def withheld(name: str, weight: float) -> Check:
    """Build a check that was not reached since the ordinary cases are wrong."""
    return not_reached(name, weight, "Earns only where the ordinary cases are right.")
