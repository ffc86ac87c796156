"""The loop: full-batch gradient descent, and what is noted of it on the way."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np

from grader.lab.data import Array, Data, Part
from grader.lab.losses import Loss
from grader.lab.models import norm
from grader.lab.scenarios import Scenario

# How often the held-out data are looked at.
LOOKS = 40

Stop = Literal["", "loss", "gradient", "weights"]


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """How long and how fast it is trained."""

    steps: int
    learning_rate: float
    momentum: float


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What the held-out data said after so many steps."""

    step: int
    loss: float
    metric: float


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """One training.

    Attributes
    ----------
    losses : of the training data, before each step and at the end.
    norms : of each step, the length of the gradient in all weights.
    looks : the held-out data at the start, at every few steps and at the end.
    predictions : of the training data, at the end.
    weights : how many the model has.
    stopped : what was no finite number any more, where training had to stop for it.
    """

    losses: tuple[float, ...]
    norms: tuple[float, ...]
    looks: tuple[Look, ...]
    predictions: Array
    weights: int
    stopped: Stop = ""

    @property
    def metric(self) -> tuple[float, float]:
        """The held-out metric at the start and at the end."""
        return self.looks[0].metric, math.nan if self.stopped else self.looks[-1].metric


def train(scenario: Scenario, data: Data, loss: Loss, settings: Settings, *, seed: int) -> Run:
    """Train the scenario's model with a loss.

    Parameters
    ----------
    scenario, data : what is trained, and on what.
    loss : asked once a step for the training data, and now and then for the held-out data.
    settings : of the loop.
    seed : of the model's weights at the start.

    Raises
    ------
    Malformed, and whatever else `loss` raises.
    """
    loop = _Loop(scenario, data, loss, seed)
    with np.errstate(all="ignore"):
        stopped = loop.go(settings)
        predictions = loop.predict(data.train)
    return Run(tuple(loop.losses), tuple(loop.norms), tuple(loop.looks), predictions, loop.weights, stopped)


class _Loop:
    def __init__(self, scenario: Scenario, data: Data, loss: Loss, seed: int) -> None:
        self._model = scenario.model(data.train, np.random.default_rng(seed))
        self._scenario, self._data, self._loss = scenario, data, loss
        self.weights = self._model.size
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.looks: list[Look] = []

    def go(self, settings: Settings) -> Stop:
        """Take all steps, unless something stops being finite."""
        every = max(1, settings.steps // LOOKS)
        for step in range(settings.steps):
            if step % every == 0:
                self._look(step)
            stopped = self._step(settings)
            if stopped:
                return stopped
        self._look(settings.steps)
        self.losses.append(self._loss(self._data.train.targets, self.predict(self._data.train))[0])
        return "" if math.isfinite(self.losses[-1]) else "loss"

    def _step(self, settings: Settings) -> Stop:
        predictions = self.predict(self._data.train)
        value, gradient = self._loss(self._data.train.targets, predictions)
        self.losses.append(value)
        of_weights = self._model.gradients(self._scenario.through(gradient, predictions))
        self.norms.append(norm(of_weights))
        if not math.isfinite(value):
            return "loss"
        if not np.isfinite(gradient).all():
            return "gradient"
        self._model.descend(of_weights, settings.learning_rate, settings.momentum)
        return "" if np.isfinite(self.predict(self._data.train)).all() else "weights"

    def _look(self, step: int) -> None:
        part = self._data.held_out
        predictions = self.predict(part)
        metric = self._scenario.metric(part.targets, predictions)
        self.looks.append(Look(step, self._loss(part.targets, predictions)[0], metric))

    def predict(self, part: Part) -> Array:
        return self._scenario.predicted(self._model.outputs(part.features))
