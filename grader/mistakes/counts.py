"""Metrics that are another one: rates of the four counts, statistics of the errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


class Counts(NamedTuple):
    """True and false positives and negatives."""

    tp: Any
    fp: Any
    fn: Any
    tn: Any


Rate = Callable[[Counts], Any]


def _is_counted(task: Task) -> bool:
    """Whether a metric is a number made of true and false positives and negatives."""
    counted = task.gives == "metric" and len(task.arrays) == 2 and task.loss is not None
    return counted and all(p.domain == "label01" for p in task.arrays)


def _rate(rate: Rate) -> Prediction:
    def predict(view: View) -> Array:
        pairs = ((1, 1), (0, 1), (1, 0), (0, 0))
        counts = (np.float64(((view.y == y) & (view.x == x)).sum()) for y, x in pairs)
        return np.asarray(rate(Counts(*counts)))

    return predict


_RATES: tuple[tuple[str, Rate], ...] = (
    ("precision", lambda c: c.tp / (c.tp + c.fp)),
    ("recall", lambda c: c.tp / (c.tp + c.fn)),
    ("the specificity, tn/(tn + fp)", lambda c: c.tn / (c.tn + c.fp)),
    ("tn/(tn + fn)", lambda c: c.tn / (c.tn + c.fn)),
    ("the false positive rate, fp/(fp + tn)", lambda c: c.fp / (c.fp + c.tn)),
    ("the miss rate, fn/(fn + tp)", lambda c: c.fn / (c.fn + c.tp)),
    ("tp divided by the number of examples", lambda c: c.tp / (c.tp + c.fp + c.fn + c.tn)),
    ("tp/(tp + tn)", lambda c: c.tp / (c.tp + c.tn)),
    ("tp/(tp + fp + fn)", lambda c: c.tp / (c.tp + c.fp + c.fn)),
    ("the geometric mean of precision and recall", lambda c: np.sqrt(c.tp / (c.tp + c.fp) * c.tp / (c.tp + c.fn))),
    ("the product of precision and recall", lambda c: c.tp / (c.tp + c.fp) * c.tp / (c.tp + c.fn)),
    ("accuracy", lambda c: (c.tp + c.tn) / (c.tp + c.fp + c.fn + c.tn)),
    ("F1", lambda c: 2.0 * c.tp / (2.0 * c.tp + c.fp + c.fn)),
    ("the geometric mean of recall and specificity",
     lambda c: np.sqrt(c.tp / (c.tp + c.fn) * c.tn / (c.tn + c.fp))),
    ("recall plus specificity less 1", lambda c: c.tp / (c.tp + c.fn) + c.tn / (c.tn + c.fp) - 1.0),
)  # fmt: skip


def _beyond_chance(c: Counts) -> Any:
    n = sum(c)
    chance = ((c.tp + c.fp) * (c.tp + c.fn) + (c.tn + c.fn) * (c.tn + c.fp)) / n**2
    return (c.tp + c.tn) / n - chance


def _accuracy_at(threshold: float) -> Prediction:
    return lambda view: np.asarray(((view.x > threshold) == (view.y == 1)).mean())


def _unrooted(c: Counts) -> Any:
    return (c.tp * c.tn - c.fp * c.fn) / ((c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn))


# -- errors -------------------------------------------------------------------------------------------------------


def _on(*names: str) -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name in names and task.gives == "metric"


def _errors(fold: Callable[[Array], Any], make: Callable[[Array], Array]) -> Prediction:
    return lambda view: np.asarray(fold(make(view.y - view.x)))


_FOLDS: tuple[tuple[str, Callable[[Array], float]], ...] = (
    ("median", np.median),
    ("mean", np.mean),
    ("largest", np.max),
)
_SIZES = ("median_absolute_error", "max_error")


def _share(error: Callable[[Array], Array], spread: Callable[[View], Array]) -> Prediction:
    """Give 1 less a ratio of the errors' size to that of the targets."""
    return lambda view: np.asarray(1.0 - error(view.y - view.x).sum() / error(spread(view)).sum())


_CALIBRATION = "expected_calibration_error"


def _signed_gaps(sign: float) -> Prediction:
    def predict(view: View) -> Array:
        bins = int(view.hyper("bins"))
        place = np.minimum((view.x * bins).astype(int), bins - 1)
        members = [place == b for b in np.unique(place)]
        return np.asarray(sign * sum(own.mean() * (view.x[own].mean() - view.y[own].mean()) for own in members))

    return predict


COUNTS: tuple[Mistake, ...] = (
    *(Mistake("W20", "another rate", f"This is {words}.", _rate(rate), _is_counted) for words, rate in _RATES),
    Mistake("W11", "not divided", "What is beyond chance is divided by 1 less chance.", _rate(_beyond_chance),
            lambda t: _on("cohen_kappa")(t) and t.options.get("weighting", "none") == "none"),
    *(Mistake("W20", "accuracy at a threshold", f"This is the accuracy at the threshold {threshold:g}.",
              _accuracy_at(threshold), _on("roc_auc", "average_precision")) for threshold in (0.5, 0.0)),
    Mistake("W13", "square root missing", "The product in the denominator is under a root.",
            _rate(_unrooted), _on("matthews_corrcoef")),
    *(Mistake("W12", "squared instead of absolute", f"The {word} squared error is given; the magnitude is asked.",
              _errors(fold, np.square), _on(*_SIZES)) for word, fold in _FOLDS),
    *(Mistake("W1", "absolute value missing", f"The {word} of the differences with their signs is given.",
              _errors(fold, np.negative if sign < 0.0 else np.positive), _on(*_SIZES))
      for word, fold in _FOLDS for sign in (1.0, -1.0)),
    *(Mistake("W20", "another statistic", f"The {word} of the magnitudes is given; another one is asked.",
              _errors(fold, np.abs), _on(*_SIZES)) for word, fold in _FOLDS),
    Mistake("W12", "absolute instead of squared", "The errors enter with their magnitudes; their squares are asked.",
            _share(np.abs, lambda v: v.y - v.y.mean()), _on("r2")),
    Mistake("W18", "spread of the prediction", "The error is compared with the spread of the predictions; that of the "
            "targets is asked.", _share(np.square, lambda v: v.x - v.x.mean()), _on("r2")),
    Mistake("W11", "mean not subtracted", "The squares of the targets are summed; the mean is subtracted first.",
            _share(np.square, lambda v: v.y), _on("r2")),
    *(Mistake("W1", "absolute value missing", "The gaps enter with their signs, so that they cancel.",
              _signed_gaps(sign), _on(_CALIBRATION)) for sign in (1.0, -1.0)),
)  # fmt: skip
