"""The scenarios: data with one difficulty, a model, a loop and the metric that counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from grader.lab import data, metrics
from grader.lab.data import Array, Data, Part, Rng
from grader.lab.metrics import Metric
from grader.lab.models import Model, Shape


@dataclasses.dataclass(frozen=True, slots=True)
class Knob:
    """A number that states how hard the data are, with the range in which they stay what they are meant to be."""

    default: float
    low: float
    high: float
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """One training run that losses are tried in.

    Attributes
    ----------
    trained : what is trained on what, a sentence.
    targets, predictions : what the two arguments of a loss hold, with their shapes.
    draw : gives the data of a seed; the knobs are its keyword arguments.
    outputs : of the model, for each row.
    hidden : units of its hidden layer; 0 is a linear model.
    bias : of the outputs at the start.
    positive : whether predictions are the exponential of the model's outputs.
    """

    trained: str
    targets: str
    predictions: str
    draw: Callable[..., Data]
    metric: Metric
    knobs: Mapping[str, Knob]
    steps: int = 150
    learning_rate: float = 0.1
    momentum: float = 0.9
    outputs: int = 1
    hidden: int = 0
    bias: float = 0.0
    positive: bool = False

    def drawn(self, rng: Rng, given: Mapping[str, float]) -> Data:
        """Draw the data, with the knobs that are given and the defaults of the others."""
        return self.draw(rng, **{name: float(given.get(name, knob.default)) for name, knob in self.knobs.items()})

    def model(self, part: Part, rng: Rng) -> Model:
        """Make the model that these features call for, as it is before the first step."""
        return Model(Shape(part.features.shape[-1], self.outputs, self.hidden, self.bias), rng)

    def predicted(self, outputs: Array) -> Array:
        """Turn the model's outputs into what the loss gets to see."""
        return np.exp(outputs) if self.positive else outputs

    def through(self, gradient: Array, predictions: Array) -> Array:
        """Turn a gradient in the predictions into one in the model's outputs."""
        return gradient * predictions if self.positive else gradient


# Names of a loss's two arguments where a question gives them no others.
DEFAULT_PARAMETERS = ("y_true", "y_pred")

_NUMBERS = "float64, shape (N,)"
_LABELS = "int64, 0 or 1, shape (N,)"
_LOGITS = "logits, float64, shape (N,)"

SCENARIOS: Mapping[str, Scenario] = {
    "outliers": Scenario(
        trained="A linear regression on sensor readings, some of which read far too high.",
        targets=_NUMBERS,
        predictions=_NUMBERS,
        draw=data.outliers,
        metric=metrics.MEAN_ABSOLUTE_ERROR,
        knobs={"share": Knob(0.12, 0.0, 0.3, "share of broken readings")},
    ),
    "prices": Scenario(
        trained="A model of prices, whose logarithm is linear in the features, with heavy-tailed noise.",
        targets="prices above 0, " + _NUMBERS,
        predictions="prices above 0, " + _NUMBERS,
        draw=data.prices,
        metric=metrics.TYPICAL_RELATIVE_ERROR,
        knobs={"spread": Knob(0.25, 0.1, 0.5, "size of the noise in the logarithm")},
        steps=300,
        learning_rate=0.02,
        positive=True,
    ),
    "stock": Scenario(
        trained="A linear regression that says how many units to stock, where demand has a long tail.",
        targets=_NUMBERS,
        predictions=_NUMBERS,
        draw=data.stock,
        metric=metrics.STOCK_COST,
        knobs={"spread": Knob(0.8, 0.3, 1.5, "width of the tail")},
        bias=4.0,
    ),
    "counts": Scenario(
        trained="A linear model of the logarithm of a rate at which events are counted.",
        targets="counts, " + _NUMBERS,
        predictions="logarithms of rates, " + _NUMBERS,
        draw=data.counts,
        metric=metrics.EXPLAINED_DEVIANCE,
        knobs={"level": Knob(2.0, 0.5, 5.0, "typical rate")},
    ),
    "rare_class": Scenario(
        trained="A logistic regression in which one class is rare; a case is flagged where its logit is above 0.",
        targets=_LABELS,
        predictions=_LOGITS,
        draw=data.rare,
        metric=metrics.FRAUD_COST,
        knobs={"share": Knob(0.05, 0.02, 0.3, "share of the rare class")},
        learning_rate=0.2,
    ),
    "wrong_start": Scenario(
        trained="A logistic regression on two balanced classes. Its bias starts at −8: at first it is sure of class 0.",
        targets=_LABELS,
        predictions=_LOGITS,
        draw=data.balanced,
        metric=metrics.ACCURACY,
        knobs={"distance": Knob(4.0, 2.5, 6.0, "distance of the classes")},
        learning_rate=0.3,
        bias=-8.0,
    ),
    "wrong_labels": Scenario(
        trained="A small network with a hidden layer, on four classes; a share of the training labels is wrong.",
        targets="class indices, int64, 0 to 3, shape (N,)",
        predictions="logits, float64, shape (N, 4)",
        draw=data.wrong_labels,
        metric=metrics.ACCURACY,
        knobs={"share": Knob(0.4, 0.0, 0.55, "share of wrong labels")},
        outputs=4,
        hidden=32,
        steps=240,
        learning_rate=0.4,
    ),
    "long_valley": Scenario(
        trained="A linear regression on features of very different scales, by plain gradient descent.",
        targets=_NUMBERS,
        predictions=_NUMBERS,
        draw=data.stretched,
        metric=metrics.ROOT_MEAN_SQUARED_ERROR,
        knobs={"stretch": Knob(4.0, 1.0, 10.0, "largest scale over the smallest")},
        learning_rate=0.3,
        momentum=0.0,
    ),
    "lists": Scenario(
        trained="A linear scorer of items that are listed together, 8 to a list; only the order within a list counts.",
        targets="grades 0 to 3, float64, shape (N, 8), one list a row",
        predictions="scores, float64, shape (N, 8)",
        draw=data.queries,
        metric=metrics.NDCG,
        knobs={"confusion": Knob(1.0, 0.0, 1.5, "how far lists differ in level")},
    ),
}
