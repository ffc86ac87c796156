"""The named mistakes that can be made in an entry, and what each gives on an example."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from assessments.atlas import words
from grader.cases import Case, draw, samples
from grader.mistakes import Mistake, View, applicable
from grader.mistakes.base import same
from grader.oracle import Oracle
from grader.task import Task, read_task
from lossref import LossSpec

# The examples on the page are the same for everybody.
SEED = 7
_LARGEST = 12
_SHOWS = {"ordinary": "on every input", "edge": "at the edge of the domain", "extreme": "for extreme inputs"}


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """What the mistake gives on one call, beside what is right there."""

    call: str
    right: str
    gives: str


@dataclasses.dataclass(frozen=True, slots=True)
class Slip:
    """One mistake, where it shows, and its signature where one call tells it."""

    code: str
    name: str
    sentence: str
    shows: str
    signature: Signature | None


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The mistakes of one task: of the value, or of the gradient."""

    task: str
    slips: tuple[Slip, ...]


def of(spec: LossSpec) -> tuple[Group, ...]:
    """Give the mistakes that can be made in the entry itself, and in the gradient of a loss."""
    tasks = {words.KINDS[spec.gives].capitalize(): "value"}
    predicted = [p.name for p in spec.parameters if p.role in {"prediction", "input"}]
    if spec.gives == "value" and not spec.slopes.keys().isdisjoint(predicted):
        tasks["Gradient"] = "gradient"
    groups = (Group(title, tuple(_slips(spec, gives))) for title, gives in tasks.items())
    return tuple(group for group in groups if group.slips)


def _slips(spec: LossSpec, gives: str) -> Iterator[Slip]:
    # A hyper-parameter that is off by default stays off.
    parameters = [p.name for p in spec.parameters if p.role != "hyper" or p.default]
    table = {"function": spec.name, "parameters": parameters, "reference": spec.name, "gives": gives}
    task = read_task({"coding": table})
    found: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in applicable(task):
        found.setdefault((mistake.code, mistake.name), []).append(mistake)
    cases = () if _undrawn(spec) else (samples(task)[0], *draw(task, SEED))
    oracle = Oracle(task)
    with np.errstate(all="ignore"):
        for (code, name), mistakes in found.items():
            first = mistakes[0]
            views = [View(oracle, case) for case in cases if case.group in {first.stage, "sample"}]
            yield Slip(code, name, first.sentence, _SHOWS[first.stage], _signature(task, mistakes, views))


def _undrawn(spec: LossSpec) -> bool:
    """Whether the grader's cases do not fit: arguments of their own shapes, lists of labels."""
    return any(p.shape == "whole" or p.domain == "label_list" for p in spec.arrays)


def _signature(task: Task, mistakes: Iterable[Mistake], views: Sequence[View]) -> Signature | None:
    """Take the first call on which the mistake changes the result."""
    for view in views:
        if max(np.size(argument) for argument in view.case.args) > _LARGEST:
            continue
        for mistake in mistakes:
            given = mistake.predict(view)
            if given is not None and not same(np.asarray(given, dtype=np.float64), view.expected):
                call = _call(task, view.case)
                return Signature(call, words.numbers(view.expected), words.numbers(np.asarray(given)))
    return None


def _call(task: Task, case: Case) -> str:
    pairs = zip(task.parameters, case.args, strict=True)
    return ", ".join(f"{name} = {words.numbers(value)}" for name, value in pairs)
