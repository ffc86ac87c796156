"""What a trained model is judged by on held-out data: numbers that somebody would care about, none of them a loss."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Literal

import numpy as np

import lossref
from grader.lab.data import Array

MISSED, ALARM = 20.0, 1.0
SHORT, LEFT = 9.0, 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """A number of targets and predictions, in words, and which way is better."""

    words: str
    goal: Literal["lower", "higher"]
    of: Callable[[Array, Array], float]

    def __call__(self, targets: Array, predictions: Array) -> float:
        """Give the metric; NaN where a prediction is no finite number."""
        return self.of(targets, predictions) if np.isfinite(predictions).all() else float("nan")

    def gain(self, before: float, after: float) -> float:
        """Give by how much it got better."""
        return before - after if self.goal == "lower" else after - before


def _mean_absolute_error(targets: Array, predictions: Array) -> float:
    return float(np.mean(np.abs(targets - predictions)))


def _root_mean_squared_error(targets: Array, predictions: Array) -> float:
    return float(np.sqrt(np.mean((targets - predictions) ** 2)))


def _typical_relative_error(targets: Array, predictions: Array) -> float:
    return float(np.median(np.abs(targets - predictions) / targets))


def _stock_cost(targets: Array, predictions: Array) -> float:
    missing = targets - predictions
    return float(np.mean(np.where(missing > 0, SHORT * missing, -LEFT * missing)))


def _poisson_deviance(targets: Array, predictions: Array) -> float:
    return float(lossref.get("d2_tweedie").value(targets, np.exp(np.clip(predictions, -30.0, 30.0)), power=1.0))


def _fraud_cost(targets: Array, predictions: Array) -> float:
    flagged = predictions > 0
    return float(np.mean(np.where(flagged, ALARM * (targets == 0), MISSED * (targets == 1))))


def _share_right(targets: Array, predictions: Array) -> float:
    said = predictions > 0 if predictions.ndim == 1 else predictions.argmax(axis=-1)
    return float(np.mean(said == targets))


def _ndcg(targets: Array, predictions: Array) -> float:
    return float(lossref.get("ndcg").value(targets, predictions, ignore_ties=True))


MEAN_ABSOLUTE_ERROR = Metric("mean absolute error", "lower", _mean_absolute_error)
ROOT_MEAN_SQUARED_ERROR = Metric("root mean squared error", "lower", _root_mean_squared_error)
TYPICAL_RELATIVE_ERROR = Metric("median relative error", "lower", _typical_relative_error)
STOCK_COST = Metric("mean cost of missing and left-over units", "lower", _stock_cost)
EXPLAINED_DEVIANCE = Metric("share of the Poisson deviance explained", "higher", _poisson_deviance)
FRAUD_COST = Metric("mean cost of missed frauds and false alarms", "lower", _fraud_cost)
ACCURACY = Metric("accuracy", "higher", _share_right)
NDCG = Metric("mean NDCG of the lists", "higher", _ndcg)
