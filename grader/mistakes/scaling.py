"""Mistakes that multiply the right value by a constant of the input's shape: reductions, halves, log bases, signs."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from grader.mistakes.base import Mistake
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

Part = Literal["divisor", "half", "base", "sign", "percent"]
LN2, LN10 = math.log(2.0), math.log(10.0)
# Squared logarithms: a change of base enters twice.
_SQUARED_LOGS = ("mean_squared_logarithmic_error",)
_OF_LOGS = ("log_cosh", "root_mean_squared_logarithmic_error", "logsumexp", "log_softmax", "softplus", "log_sigmoid",
            "logit", "log_loss", "gan_discriminator", "gan_generator", "bpr", "bradley_terry", "info_nce",
            "nt_xent", *_SQUARED_LOGS)  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Scaling:
    """A factor between the mistaken value and the right one. Two of different parts may be made at once."""

    code: str
    name: str
    sentence: str
    part: Part
    factor: Callable[[View], float]
    applies: Callable[[Task], bool]
    opened_by: str = ""

    def predict(self, view: View) -> Array:
        """Give the mistaken value."""
        return self.factor(view) * view.expected

    @functools.cached_property
    def mistake(self) -> Mistake:
        """The scaling as a mistake of its own."""
        return Mistake(self.code, self.name, self.sentence, self.predict, self.applies, opened_by=self.opened_by)


def _reduces(reduction: str, gives: str = "value") -> Callable[[Task], bool]:
    return lambda task: task.gives == gives and task.reduction == reduction and task.batched


def _mean_of_rows(gives: str) -> Callable[[Task], bool]:
    return lambda task: _reduces("mean", gives)(task) and task.on_rows


def _over_classes(task: Task) -> bool:
    """Whether terms of rows, or those of one example, could be averaged over their classes."""
    asked = _mean_of_rows("value")(task) or (task.reduction == "none" and task.batched) or not task.batched
    return task.gives == "value" and task.on_rows and asked


def _mean_of_elements(gives: str) -> Callable[[Task], bool]:
    return lambda task: _reduces("mean", gives)(task) and not task.on_rows


def _batch_mean_of_elements(task: Task) -> bool:
    return _averages(task, "batchmean") and not task.on_rows


def _base(base: str, *, squared: bool = False) -> Callable[[Task], bool]:
    def applies(task: Task) -> bool:
        if task.loss is None or (task.loss.name in _SQUARED_LOGS) is not squared:
            return False
        logs = "log_base" in task.loss.conventions or task.loss.name in _OF_LOGS
        return logs and str(task.options.get("log_base", "e")) == base and task.loss.name not in {"dcg", "ndcg"}

    return applies


def _is_dcg(task: Task) -> bool:
    return task.loss is not None and task.loss.name == "dcg"


def _is_value(task: Task) -> bool:
    return task.gives in {"value", "metric", "transform"}


def _is_gradient(task: Task) -> bool:
    return task.gives == "gradient"


def _is_metric(task: Task) -> bool:
    return task.gives == "metric" or (task.loss is not None and task.loss.name in {"zero_one", "hamming"})


def _counts(task: Task) -> bool:
    """Whether a metric is a mean over the examples."""
    names = {"accuracy", "log_loss", "top_k_accuracy", "expected_calibration_error"}
    return task.gives == "metric" and task.loss is not None and task.loss.name in names


def _sums_of_examples(task: Task) -> bool:
    return task.loss is not None and task.loss.name == "root_mean_squared_error" and _reduces("mean")(task)


def _mean_inside(task: Task) -> bool:
    """Whether each row's term is a mean over its classes."""
    means = {"multilabel_soft_margin", "multilabel_margin"}
    inside = task.loss is not None and (task.loss.name in means or task.options.get("variant") == "multi_margin")
    return inside and _reduces("mean")(task)


def _weighs(reduction: str) -> Callable[[Task], bool]:
    """Whether the function takes a weight for each term."""
    return lambda task: any(p.name == "weights" for p in task.hypers) and _averages(task, reduction)


def _averages(task: Task, reduction: str) -> bool:
    return task.gives in {"value", "gradient"} and task.reduction == reduction and task.batched


def _ignores(task: Task) -> bool:
    return "ignore_index" in task.options and _averages(task, "mean")


def _mass(view: View) -> float:
    """Sum of the weights."""
    place = [p.name for p in view.task.arguments].index("weights")
    return float(np.sum(view.case.args[place]))


def _valid(view: View) -> int:
    """Count the labels that are not the ignored one."""
    return int((view.y != view.task.options["ignore_index"]).sum())


def _has_two_labels(task: Task) -> bool:
    labelled = task.target is not None and task.arguments[task.target].domain == "label01"
    return labelled and not task.on_rows and (_reduces("mean")(task) or (task.gives == "metric" and _counts(task)))


def _of_label(label: int) -> Callable[[View], float]:
    return lambda view: view.count / max(1, int((view.y == label).sum()))


def _any(task: Task) -> bool:
    return task.gives != "step"


SCALINGS = (
    Scaling("R1", "sum instead of mean", "The terms are summed; the mean over them is asked.", "divisor",
            lambda v: v.count, lambda t: _reduces("mean")(t) and not _sums_of_examples(t), "reduction"),
    Scaling("R1", "sum instead of mean", "The squares are summed; the mean over them is asked, before the root.",
            "divisor", lambda v: math.sqrt(v.count), _sums_of_examples, "reduction"),
    Scaling("R1", "sum instead of mean", "Classes and examples are summed; the mean over both is asked.", "divisor",
            lambda v: v.count * v.classes, _mean_inside, "reduction"),
    Scaling("R3", "sum over the classes", "The classes are summed; the mean over them is asked.", "divisor",
            lambda v: v.classes, _mean_inside, "reduction"),
    Scaling("R9", "divided by the sum of weights", "The sum is divided by the weights' sum; by the number of terms is "
            "asked.", "divisor", lambda v: v.count / _mass(v), _weighs("mean"), "reduction"),
    Scaling("R9", "divided by the number of terms", "The sum is divided by the number of terms; by the weights' sum is "
            "asked.", "divisor", lambda v: _mass(v) / v.count, _weighs("mean_by_weight"), "reduction"),
    Scaling("R1", "sum instead of mean", "The weighted terms are summed; their mean is asked.", "divisor", _mass,
            _weighs("mean_by_weight"), "reduction"),
    Scaling("R11", "ignored positions counted", "What is ignored adds nothing; it must not be in the denominator "
            "either.", "divisor", lambda v: _valid(v) / v.count, _ignores, "reduction"),
    Scaling("R1", "sum instead of mean", "The terms are summed; the mean over those that count is asked.", "divisor",
            _valid, _ignores, "reduction"),
    Scaling("R1", "count instead of share", "The examples are counted; their share is asked.", "divisor",
            lambda v: v.count, _counts),
    Scaling("R1", "mean instead of sum", "The mean of the terms is given; their sum is asked.", "divisor",
            lambda v: 1.0 / v.count, _reduces("sum"), "reduction"),
    Scaling("R3", "mean over classes too", "The mean also runs over the classes; it belongs to the examples alone.",
            "divisor", lambda v: 1.0 / v.classes, _over_classes, "reduction"),
    Scaling("R4", "divided by the wrong axis", "The sum is divided by the number of classes instead of examples.",
            "divisor", lambda v: v.count / v.classes, _mean_of_rows("value"), "reduction"),
    Scaling("R5", "divided by the first axis only", "The sum over all elements is divided by len(), the first axis "
            "alone; the mean divides by the number of elements.", "divisor",
            lambda v: v.count / v.rows, _mean_of_elements("value"), "reduction"),
    Scaling("R5", "divided by the last axis only", "The sum over all elements is divided by the length of the last "
            "axis alone; the mean divides by the number of elements.", "divisor",
            lambda v: v.count / v.classes, _mean_of_elements("value"), "reduction"),
    Scaling("G1", "gradient not averaged", "The gradient is that of the sum; that of the mean is smaller by the "
            "number of terms.", "divisor", lambda v: v.count, _reduces("mean", "gradient"), "reduction"),
    Scaling("G1", "gradient averaged", "The gradient is that of the mean; that of the sum is asked.", "divisor",
            lambda v: 1.0 / v.count, _reduces("sum", "gradient"), "reduction"),
    Scaling("R3", "gradient averaged over classes too", "The gradient is divided by the number of entries; the mean "
            "runs over the examples alone.", "divisor",
            lambda v: 1.0 / v.classes, _mean_of_rows("gradient"), "reduction"),
    Scaling("R4", "gradient divided by the wrong axis", "The gradient is divided by the number of classes instead of "
            "examples.", "divisor", lambda v: v.count / v.classes, _mean_of_rows("gradient"), "reduction"),
    Scaling("R5", "gradient divided by the first axis only", "The gradient is divided by len(), the first axis alone; "
            "the mean runs over all elements.", "divisor", lambda v: v.count / v.rows, _mean_of_elements("gradient"),
            "reduction"),
    Scaling("R5", "gradient divided by the last axis only", "The gradient is divided by the length of the last axis "
            "alone; the mean runs over all elements.", "divisor", lambda v: v.count / v.classes,
            _mean_of_elements("gradient"), "reduction"),
    Scaling("R3", "mean over features too", "The mean runs over all elements; it belongs to the examples alone.",
            "divisor", lambda v: v.rows / v.count, _batch_mean_of_elements, "reduction"),
    Scaling("R1", "sum instead of mean", "The terms are summed; the sum over the number of examples is asked.",
            "divisor", lambda v: v.rows, _batch_mean_of_elements, "reduction"),
    Scaling("R1", "averaged twice", "The mean is divided by the number of terms once more.", "divisor",
            lambda v: 1.0 / v.count, lambda t: _averages(t, "mean"), "reduction"),
    Scaling("R12", "divided by one less", "The sum is divided by one less than the number of terms.", "divisor",
            lambda v: v.count / max(1, v.count - 1), _reduces("mean"), "reduction"),
    *(Scaling("R12", f"divided by the number of {name}", f"The sum is divided by the number of {name}; the mean runs "
              "over all terms.", "divisor", _of_label(label), _has_two_labels, "reduction")
      for name, label in (("positives", 1), ("negatives", 0))),
    Scaling("R6", "missing factor 1/2", "The value is twice the right one: a factor 1/2 is missing.", "half",
            lambda _: 2.0, _is_value, "half"),
    Scaling("R6", "extra factor 1/2", "The value is half the right one.", "half", lambda _: 0.5, _is_value, "half"),
    Scaling("R6", "factor 1/2 in the root", "The mean square is halved before the root is taken.", "half",
            lambda _: math.sqrt(0.5), _sums_of_examples, "half"),
    Scaling("G2", "missing factor 2 in the gradient", "The gradient is half the right one.", "half",
            lambda _: 0.5, _is_gradient, "half"),
    Scaling("G2", "extra factor 2 in the gradient", "The gradient is twice the right one.", "half",
            lambda _: 2.0, _is_gradient, "half"),
    Scaling("L1", "log base 2", "The logarithm is of base 2; the natural one is asked.", "base",
            lambda _: 1 / LN2, _base("e"), "log_base"),
    Scaling("L2", "log base 10", "The logarithm is of base 10; the natural one is asked.", "base",
            lambda _: 1 / LN10, _base("e"), "log_base"),
    Scaling("L1", "natural log for base 2", "The logarithm is the natural one; base 2 is asked.", "base",
            lambda _: LN2, _base("2"), "log_base"),
    Scaling("L1", "natural log for base 2", "The discount is by the natural logarithm; base 2 is asked.", "base",
            lambda _: 1 / LN2, _is_dcg),
    Scaling("L1", "base converted the wrong way", "The natural logarithm is multiplied by log 2; it is divided.",
            "base", lambda _: LN2**2, _base("2"), "log_base"),
    Scaling("L2", "natural log for base 10", "The logarithm is the natural one; base 10 is asked.", "base",
            lambda _: LN10, _base("10"), "log_base"),
    Scaling("L2", "log base 10 for base 2", "The logarithm is of base 10; base 2 is asked.", "base",
            lambda _: LN2 / LN10, _base("2"), "log_base"),
    Scaling("L1", "log base 2 for base 10", "The logarithm is of base 2; base 10 is asked.", "base",
            lambda _: LN10 / LN2, _base("10"), "log_base"),
    Scaling("L1", "log base 2", "The logarithms are of base 2; the natural ones are asked.", "base",
            lambda _: 1 / LN2**2, _base("e", squared=True)),
    Scaling("L2", "log base 10", "The logarithms are of base 10; the natural ones are asked.", "base",
            lambda _: 1 / LN10**2, _base("e", squared=True)),
    Scaling("W19", "percent instead of fraction", "The value is given in percent; the fraction is asked.", "percent",
            lambda _: 100.0, _is_metric),
    Scaling("S1", "sign", "The sign is the opposite of the right one.", "sign", lambda _: -1.0, _any),
)  # fmt: skip


def matching(task: Task) -> tuple[tuple[Scaling, ...], ...]:
    """Give the combinations of scalings that can be made in a task, at most one of each part, the fewest first."""
    return _combinations(tuple(s for s in SCALINGS if s.applies(task) and s.opened_by not in task.open))


@functools.lru_cache(maxsize=256)
def _combinations(scalings: tuple[Scaling, ...]) -> tuple[tuple[Scaling, ...], ...]:
    pairs = [pair for pair in itertools.combinations(scalings, 2) if pair[0].part != pair[1].part]
    return ((), *((s,) for s in scalings), *pairs)


def factors(combinations: Sequence[tuple[Scaling, ...]], views: Sequence[View]) -> Array:
    """Give what each combination, of two at the most, multiplies by, in each case."""
    single = [c[0] for c in combinations if len(c) == 1]
    values = np.array([[1.0] * len(views), *([s.factor(v) for v in views] for s in single)])
    places = {s: place for place, s in enumerate(single, start=1)}
    both = np.array([[places[s] for s in c] + [0] * (2 - len(c)) for c in combinations])
    return np.asarray(values[both[:, 0]] * values[both[:, 1]])
