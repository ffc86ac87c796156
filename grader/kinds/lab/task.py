"""A [lab] table as the grader uses it: scenario, settings, reference, thresholds, and what is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from grader.lab import DEFAULT_PARAMETERS, SCENARIOS, ReferenceLoss, Scenario, Settings
from grader.task import Task, read_task

DEFAULT_WEIGHTS: Mapping[str, float] = {"correctness": 4.0, "convergence": 2.0, "held_out": 4.0}
SETTINGS = tuple(field.name for field in dataclasses.fields(Settings))


@dataclasses.dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares of what the reference run gains from the same start that an answer's run has to gain too."""

    convergence: float
    held_out: float


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One of the losses or settings that can be chosen, ready to be trained with."""

    loss: ReferenceLoss
    settings: Settings
    right: bool
    feedback: str

    @property
    def training(self) -> tuple[ReferenceLoss, Settings]:
        """The loss and the settings that it is trained with."""
        return self.loss, self.settings


@dataclasses.dataclass(frozen=True, slots=True)
class Lab:
    """What one question asks.

    Attributes
    ----------
    function : the name that the answer defines; "" where it chooses.
    pinned : whether the statement names the loss, so that its value and gradient are the reference's.
    choices : empty where the answer is a function.
    """

    scenario: Scenario
    knobs: Mapping[str, float]
    settings: Settings
    reference: ReferenceLoss
    thresholds: Thresholds
    weights: Mapping[str, float]
    function: str = ""
    parameters: tuple[str, ...] = DEFAULT_PARAMETERS
    pinned: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def dimensions(self) -> int:
        """Number of axes of the predictions: 2 where each row has several."""
        return 2 if "(N, " in self.scenario.predictions else 1

    def coding(self, gives: str) -> Task:
        """Give the pinned loss as a coding task: what its value, or its gradient, has to be."""
        options = {name: value for name, value in self.reference.options.items() if name != "check_domain"}
        table = {"function": self.function, "parameters": list(self.parameters), "reference": self.reference.spec.name}
        return read_task({"coding": {**table, "gives": gives, "options": options}})


def read_lab(spec: Mapping[str, Any]) -> Lab:
    """Bind a realised spec whose forms `check_spec` has checked.

    Raises
    ------
    lossref.UnknownLoss, lossref.OptionError : where the catalogue has no such loss or option.
    """
    table = spec["lab"]
    scenario = SCENARIOS[table["scenario"]]
    settings = _settings(table, Settings(scenario.steps, scenario.learning_rate, scenario.momentum))
    choices = tuple(_choice(row, settings) for row in table.get("choice", ()))
    reference = next(c.loss for c in choices if c.right) if choices else _loss(table, "reference")
    if choices:
        settings = next(c.settings for c in choices if c.right)
    weights = {**DEFAULT_WEIGHTS, **spec.get("weights", {})}
    return Lab(
        scenario=scenario,
        knobs=dict(table.get("data", {})),
        settings=settings,
        reference=reference,
        thresholds=Thresholds(**{name: float(value) for name, value in table["thresholds"].items()}),
        weights={name: float(weight) for name, weight in weights.items() if weight > 0},
        function=table.get("function", ""),
        parameters=tuple(table.get("parameters", DEFAULT_PARAMETERS)),
        pinned=bool(table.get("pinned", False)),
        choices=choices,
    )


def _choice(row: Mapping[str, Any], settings: Settings) -> Choice:
    return Choice(_loss(row, "loss"), _settings(row, settings), bool(row.get("right", False)), row.get("feedback", ""))


def _loss(row: Mapping[str, Any], key: str) -> ReferenceLoss:
    return ReferenceLoss(row[key], row.get("options", {}), row.get("activation", ""))


def _settings(row: Mapping[str, Any], default: Settings) -> Settings:
    return dataclasses.replace(default, **{name: row[name] for name in SETTINGS if name in row})
