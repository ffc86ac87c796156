"""Mistakes in how terms become one number: another statistic than the mean, a mean for each class, means too early."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


def _averages(task: Task) -> bool:
    """Whether terms that the reference core knows are averaged."""
    return task.gives == "value" and task.loss is not None and task.reduction == "mean" and task.batched


def _of_terms(statistic: Callable[[Array], Any]) -> Prediction:
    def predict(view: View) -> Array | None:
        terms = view.terms
        return None if terms is None or not terms.size else np.asarray(statistic(terms))

    return predict


def _has_classes(task: Task) -> bool:
    labelled = task.target is not None and task.arguments[task.target].domain in {"label01", "plus_minus_one"}
    return _averages(task) and labelled and task.loss is not None and not task.loss.coupled


def _by_class(fold: Callable[[list[Any]], Any]) -> Prediction:
    """Average each class on its own."""

    def predict(view: View) -> Array | None:
        terms = view.terms
        if terms is None or terms.shape != view.y.shape:
            return None
        means = [terms[view.y == label].mean() for label in np.unique(view.y)]
        return np.asarray(fold(means))

    return predict


def _one_number_each(task: Task) -> bool:
    """Whether the terms are of numbers that have means of their own."""
    numbers = all(p.domain in {"real", "above_minus_one", "nonnegative", "nonzero"} for p in task.arrays)
    elements = all(p.shape == "elements" for p in task.arrays) and len(task.arrays) == 2
    return _averages(task) and numbers and elements and not task.loss.coupled  # type: ignore[union-attr]


def _of_means(view: View) -> Array:
    means = {place: np.asarray(a, np.float64).mean().reshape(1) for place, a in enumerate(view.case.args[:2])}
    return view.put(means).expected


def _total_ratio(view: View) -> Array:
    percent = 100.0 if view.task.options.get("scale") == "percent" else 1.0
    return np.asarray(percent * np.abs(view.y - view.x).sum() / np.abs(view.y).sum())


def _named(name: str) -> Callable[[Task], bool]:
    return lambda task: _averages(task) and task.loss is not None and task.loss.name == name


_MEAN = "The mean of the terms is asked."
_EARLY = "The mean is taken first; each term comes first, and then their mean."
_CLASSES = "Each class is averaged by itself; the mean runs over all terms alike."

AVERAGES: tuple[Mistake, ...] = (
    *(Mistake("R12", f"{word} instead of mean", f"The {word} of the terms is given. {_MEAN}", _of_terms(statistic),
              _averages, opened_by="reduction")
      for word, statistic in (("median", np.median), ("largest", np.max), ("smallest", np.min))),
    Mistake("R12", "mean for each class", _CLASSES, _by_class(sum), _has_classes, opened_by="reduction"),
    Mistake("R12", "mean for each class", _CLASSES, _by_class(np.mean), _has_classes, opened_by="reduction"),
    Mistake("R12", "variance instead of mean square", "The variance subtracts the mean residual; it belongs to the "
            "error.", lambda v: np.asarray((v.x - v.y).var()), _named("mean_squared_error")),
    Mistake("R12", "standard deviation instead of root mean square", "The standard deviation subtracts the mean "
            "residual; it belongs to the error.", lambda v: np.asarray((v.x - v.y).std()),
            _named("root_mean_squared_error")),
    Mistake("W22", "averaged too early", _EARLY, _of_means, _one_number_each),
    Mistake("W22", "averaged too early", "Sums are divided by one another; each term is a ratio of its own.",
            _total_ratio, _named("mean_absolute_percentage_error")),
    Mistake("W22", "averaged too early", "The logarithm is taken of the mean; each term has its own.",
            lambda v: np.asarray(np.log(np.cosh(v.x - v.y).mean())), _named("log_cosh")),
    Mistake("W22", "averaged too early", "The logarithm is taken of the mean error; each number has its own.",
            lambda v: np.asarray(np.log1p(((v.x - v.y) ** 2).mean())), _named("mean_squared_logarithmic_error")),
    Mistake("R1", "root of the sum", "The mean belongs in the root; here the root of the sum is divided by the count.",
            lambda v: v.expected / np.sqrt(v.count), _named("root_mean_squared_error")),
)  # fmt: skip
