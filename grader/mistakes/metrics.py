"""Mistakes in metrics, and in values that are one less than something, or the root of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

_COEFFICIENTS = frozenset({
    "dice", "tversky", "jaccard", "generalized_iou", "cosine_distance", "cosine_similarity", "zero_one", "hamming",
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "fbeta", "jaccard_score", "roc_auc",
    "average_precision", "r2", "explained_variance", "ndcg", "top_k_accuracy", "d2_absolute_error", "d2_pinball",
    "d2_tweedie", "d2_log_loss", "d2_brier",
})  # fmt: skip


def _on(*names: str) -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name in names and task.gives in {"metric", "value"}


def _is_coefficient(task: Task) -> bool:
    return task.loss is not None and task.loss.name in _COEFFICIENTS and task.gives in {"value", "metric"}


def _logs(task: Task) -> bool:
    """Whether a mean of logarithms is asked, of which an exponential is taken for a perplexity."""
    losses = {"nll", "log_loss"}
    logged = task.loss is not None and (task.loss.name in losses or "cross_entropy" in task.loss.name)
    return logged and task.gives in {"value", "metric"} and task.reduction == "mean"


@dataclasses.dataclass(frozen=True)
class Last:
    """A mistake in what is done last, and how it is undone, so that others may be sought behind it."""

    mistake: Mistake
    undone: Callable[[Array], Array]


LASTS: tuple[Last, ...] = (
    Last(Mistake("M5", "coefficient instead of loss", "The coefficient and the loss are 1 less one another; the other "
                 "one is asked.", lambda v: 1.0 - v.expected, _is_coefficient), lambda a: 1.0 - a),
    Last(Mistake("W13", "square root taken", "The root of the value is given.", lambda v: np.sqrt(np.abs(v.expected)),
                 lambda t: t.gives == "value" and t.reduction == "mean" and t.loss is not None and t.loss.bounds
                 is not None and t.loss.bounds[0] == 0.0 and t.loss.name not in _COEFFICIENTS), lambda a: a * a),
    Last(Mistake("W20", "exponential taken", "The exponential of the mean is given, the perplexity; the mean itself is "
                 "asked.", lambda v: np.exp(v.expected), _logs), np.log),
)  # fmt: skip


def _rates(view: View) -> tuple[float, float]:
    true = float((view.x * view.y).sum())
    return true / max(1.0, view.x.sum()), true / max(1.0, view.y.sum())


def _rates_by_class(view: View) -> Array:
    rates = []
    for label in (0.0, 1.0):
        true = float(((view.x == label) & (view.y == label)).sum())
        rates.append((true / max(1, (view.x == label).sum()), true / max(1, (view.y == label).sum())))
    return np.array(rates)


def _f1_of_means(view: View) -> float:
    precision, recall = _rates_by_class(view).mean(axis=0)
    return float(2.0 * precision * recall / max(precision + recall, 1e-300))


def _pairs(view: View, tie: float) -> float:
    differences = view.x[view.y == 1][:, None] - view.x[view.y == 0]
    return float(np.mean((differences > 0.0) + tie * (differences == 0.0))) if differences.size else float("nan")


def _bins(view: View) -> list[Array]:
    """Give the members of each bin that has some."""
    count = int(view.hyper("bins"))
    place = np.minimum((view.x * count).astype(int), count - 1)
    return [place == b for b in range(count) if (place == b).any()]


def _gaps(view: View, bins: Sequence[Array]) -> Array:
    return np.array([abs(view.y[b].mean() - view.x[b].mean()) for b in bins])


def _unweighted_gaps(view: View) -> float:
    return float(_gaps(view, _bins(view)).mean())


def _gaps_from_middles(view: View) -> float:
    count = int(view.hyper("bins"))
    middles = [(np.floor(view.x[b][0] * count).clip(max=count - 1) + 0.5) / count for b in _bins(view)]
    return float(sum(b.mean() * abs(view.y[b].mean() - m) for b, m in zip(_bins(view), middles, strict=True)))


def _share_of_all_pairs(view: View) -> float:
    positive = float(view.y.sum())
    return _pairs(view, 0.5) * positive * (view.y.size - positive) / view.y.size**2


def _trapezoids(view: View) -> float:
    labels = view.y.ravel()[np.argsort(-view.x.ravel(), kind="stable")]
    found = np.cumsum(labels)
    precision, recall = found / np.arange(1.0, labels.size + 1.0), found / max(found[-1], 1.0)
    return float(np.trapezoid(np.r_[1.0, precision], np.r_[0.0, recall]))


def _without_the_end(view: View) -> float:
    """Drop p = 1, which lies in no half-open bin."""
    bins = [b & (view.x < 1.0) for b in _bins(view)]
    bins = [b for b in bins if b.any()]
    return float((_gaps(view, bins) * np.array([b.mean() for b in bins])).sum()) if bins else 0.0


def _is_ece(task: Task) -> bool:
    return _on("expected_calibration_error")(task) and task.options.get("norm", "l1") == "l1"


def _average(name: str) -> Callable[[Task], bool]:
    return lambda task: _on("f1")(task) and task.options.get("average", "binary") == name


METRICS: tuple[Mistake, ...] = (
    Mistake("M6", "mean of precision and recall", "F1 is the harmonic mean of precision and recall, not the arithmetic "
            "one.", lambda v: sum(_rates(v)) / 2.0, _average("binary")),
    Mistake("M6", "F1 of mean rates", "The rates are averaged first; the mean of each class's F1 is asked.",
            _f1_of_means, _average("macro")),
    Mistake("M7", "labels compared with probabilities", "Probabilities are compared with labels before they become "
            "labels by a threshold.", lambda v: v.folded((v.x != v.y).astype(np.float64)), _on("zero_one", "hamming")),
    Mistake("X5", "argmax without an axis", "argmax gives one class for all rows; each row has its own (axis=1).",
            lambda v: float(np.mean(v.y == np.argmax(v.x))), _on("top_k_accuracy")),
    Mistake("M3", "bins without weights", "Each bin counts by its share of the examples; here all count alike.",
            _unweighted_gaps, _is_ece),
    Mistake("R2", "no reduction", "One value for each example is returned; their mean is asked.",
            lambda v: (v.x == v.y).astype(np.float64), _on("accuracy")),
    Mistake("M3", "middle of the bin for its mean", "The labels of a bin are compared with its middle; the mean "
            "prediction in it is asked.", _gaps_from_middles, _is_ece),
    Mistake("W12", "squared instead of absolute", "The gap of each bin is squared; its magnitude is asked.",
            lambda v: float(sum(b.mean() * (v.y[b].mean() - v.x[b].mean()) ** 2 for b in _bins(v))), _is_ece),
    Mistake("R4", "divided by all pairs", "The pairs of a positive and a negative are counted; here the share of all "
            "pairs is given.", _share_of_all_pairs, _on("roc_auc")),
    Mistake("W20", "trapezoids for steps", "Precision is a step over recall; here it is joined by straight lines.",
            _trapezoids, _on("average_precision")),
    Mistake("M1", "ties count nothing", "A positive and a negative of one score count one half.",
            lambda v: _pairs(v, 0.0), _on("roc_auc"), "edge"),
    Mistake("M1", "ties count whole", "A positive and a negative of one score count one half.",
            lambda v: _pairs(v, 1.0), _on("roc_auc"), "edge"),
    Mistake("M2", "last bin half open", "A probability of 1 lies in no bin [a, b); the last bin is closed.",
            _without_the_end, _is_ece, "edge"),
)  # fmt: skip
