"""What is right for each case of a coding task: the reference's value, and all else that is as right as it.

Three freedoms widen a value to an interval: the closed subdifferential at a kink, any clamp where a probability sits
on the end that its label excludes, and an eps up to 1e-6 in a logarithm or a denominator.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.comparison import Comparison, Expectation, compare

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.task import Task

Array = np.ndarray[Any, Any]

FREE_EPS = 1.05e-6
# A clamp may put any value from here up where the exact one is infinite; in nats.
LOWEST_CLAMP = 10.0
_CLIPPED = -math.log(FREE_EPS)
# Losses whose terms are −log of a probability, or sums of such.
SURPRISES = frozenset(
    {
        "binary_cross_entropy",
        "categorical_cross_entropy",
        "sparse_categorical_cross_entropy",
        "binary_cross_entropy_with_logits",
        "categorical_cross_entropy_with_logits",
        "sparse_categorical_cross_entropy_with_logits",
    }
)
_RIGHT_SIGN = 1e-12
_UNITS = {"e": 1.0, "2": math.log(2.0), "10": math.log(10.0)}


@dataclasses.dataclass(frozen=True, slots=True)
class Convention:
    """A choice that the statement may leave open: options of the reference and a factor on its value."""

    words: str = ""
    overrides: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    factor: float = 1.0


PINNED = Convention()


class Oracle:
    """Knows what is right for every case of one run.

    Parameters
    ----------
    task : what is asked.
    values : values by case where the reference is the folder's own; else lossref is asked.
    convention : the choice under which answers are judged.
    """

    def __init__(self, task: Task, values: Mapping[Case, Any] | None = None, convention: Convention = PINNED) -> None:
        self.task = task
        self.values = values
        self.convention = convention
        self._known: dict[Case, Expectation] = {}

    def under(self, convention: Convention) -> Oracle:
        """Give the oracle of the same task under another convention."""
        return Oracle(self.task, self.values, convention)

    def prepare(self, cases: Sequence[Case]) -> None:
        """Ask the reference for every case now rather than later."""
        for case in cases:
            self.expectation(case)

    @property
    def reduction(self) -> str:
        """Reduction under this convention."""
        return str(self.convention.overrides.get("reduction", self.task.reduction))

    def judge(self, got: Any, case: Case) -> Comparison:
        """Compare a value with what is right; the freedoms are looked at only where the plain value fails."""
        task = self.task
        expected = self.expectation(case)
        plain = compare(got, expected, rtol=task.rtol, atol=task.atol)
        if plain.problem not in {"finite", "value"} or (case.group == "ordinary" and self._is_far(got, expected)):
            return plain
        return compare(got, self.widened(case, expected), rtol=task.rtol, atol=task.atol)

    def expectation(self, case: Case) -> Expectation:
        """Give the reference's value on this case."""
        known = self._known.get(case)
        if known is None:
            known = self._known[case] = self._expectation(case)
        return known

    def _expectation(self, case: Case) -> Expectation:
        task = self.task
        value = task.expected(case, **self.convention.overrides) if self.values is None else self.values[case]
        if self.convention.factor != 1.0:
            value = self.convention.factor * value
        return Expectation(value, shape_of_terms=_shape_of_terms(task, case))

    def _is_far(self, got: Any, expected: Expectation) -> bool:
        """Whether no freedom could reach so far on an ordinary input.

        Ordinary probabilities are above 1e-3, so that an eps moves even a sum of terms by less than 0.05; the
        probabilities of ordinary logits may be as small as the eps itself.
        """
        loss = self.task.loss
        if loss is None or self.task.gives != "value" or not isinstance(got, float) or np.ndim(expected.value):
            return False
        reach = 0.05 if "eps_policy" in loss.conventions else 1.0
        return not abs(float(got) - expected.value) <= reach + 0.01 * abs(expected.value)

    def widened(self, case: Case, expected: Expectation) -> Expectation:
        """Widen the expectation by every freedom that applies to the case."""
        arrays = [np.asarray(a, dtype=np.float64) for a in case.args]
        finite = [np.abs(a[np.isfinite(a)]) for a in arrays]
        scale = max((float(a.max()) for a in finite if a.size), default=0.0)
        dtypes = [a.dtype for a in case.args if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        eps = float(np.finfo(np.result_type(*dtypes)).eps) if dtypes else float(np.finfo(np.float64).eps)
        low, high = self._interval(case, expected.value)
        return dataclasses.replace(expected, low=low, high=high, scale=scale, eps=eps)

    def _interval(self, case: Case, value: Any) -> tuple[Any, Any]:
        task, loss = self.task, self.task.loss
        if loss is None or isinstance(value, tuple):
            return None, None
        if task.gives == "gradient":
            low, high = task.subdifferential(case, **self.convention.overrides)
            if loss.name in SURPRISES and "eps_policy" in loss.conventions:
                low, high = _clamped_gradient(task, case, low, high)
        elif task.gives == "value" and loss.name in SURPRISES:
            if case.group == "extreme" and "eps_policy" not in loss.conventions:
                return None, None  # from logits nothing has to be clamped
            low, high = (self._reduced(terms) for terms in _clamped_terms(task, case, self.convention.overrides))
        else:
            return None, None
        return self.convention.factor * low, self.convention.factor * high

    def _reduced(self, terms: Array) -> Array:
        if self.reduction == "none":
            return terms
        rows = len(terms) if self.task.batched and terms.ndim else 1
        return np.asarray(terms.sum() / {"mean": terms.size, "sum": 1, "batchmean": rows}[self.reduction])


def _shape_of_terms(task: Task, case: Case) -> tuple[int, ...] | None:
    if task.gives != "value":
        return None
    return case.shape[:-1] if task.on_rows else case.shape


def _clamped_terms(task: Task, case: Case, overrides: Mapping[str, Any]) -> tuple[Array, Array]:
    """Lowest and highest value of each term that a clamp or an eps up to 1e-6 could give, in the asked log base."""
    assert task.loss is not None
    options = {name: value for name, value in overrides.items() if name != "reduction"}
    unit = _UNITS[str({**task.options, **options}.get("log_base", "e"))]
    terms = task.terms(case, **options)
    above = 2 * FREE_EPS / unit
    if "eps_policy" not in task.loss.conventions:
        with np.errstate(over="ignore"):
            # −log(p + eps) = l − log(1 + eps e^l) for l = −log p.
            return terms - np.log1p(FREE_EPS * np.exp(terms * unit)) / unit, terms + above
    clipped = task.terms(case, **options, eps_policy="clip", eps=FREE_EPS)
    slopes = FREE_EPS / unit * np.abs(_slopes(task, case))
    if task.on_rows:
        slopes = slopes.sum(axis=task.axis)
    with np.errstate(invalid="ignore"):
        # log is concave: −log(p + eps) ≥ −log p − eps/p; and it is ≥ −log max(p, eps) − log 2.
        low = np.fmax(terms - slopes, np.minimum(terms, clipped) - math.log(2.0) / unit)
    low = np.where(np.isinf(terms), clipped * (LOWEST_CLAMP / _CLIPPED), low)
    return low, np.maximum(terms, clipped) + above


def _slopes(task: Task, case: Case) -> Array:
    """Differentiate each term with respect to the probability, in nats."""
    assert task.loss is not None
    options = {name: value for name, value in task.options.items() if name in {"batch", "axis"}}
    arrays = case.args[: len(task.arrays)]
    return np.asarray(task.loss.gradient(*arrays, reduction="none", **options), dtype=np.float64)


def _clamped_gradient(task: Task, case: Case, low: Array, high: Array) -> tuple[Array, Array]:
    """Widen a gradient with respect to a probability: any of the right sign where it is infinite."""
    p = np.asarray(case.args[task.prediction], dtype=np.float64)
    y = np.asarray(case.args[task.target or 0])
    if y.dtype.kind == "f" and not np.isin(y, (0.0, 1.0)).all():
        return low, high
    if task.on_rows:
        shrunk = p / (p + FREE_EPS)
    else:
        q = np.where(y > 0.5, p, 1.0 - p)
        shrunk = q * (1.0 - q) / (q * (1.0 - q) + FREE_EPS)
    with np.errstate(invalid="ignore"):
        nearest = np.where(np.isinf(low), np.sign(low) * _RIGHT_SIGN, low * shrunk)
    return np.minimum(low, nearest), np.maximum(high, nearest)


def conventions(task: Task) -> Iterator[Convention]:
    """Every combination of what the spec leaves open, the pinned one first."""
    choices: list[list[Convention]] = []
    for name in sorted(task.open):
        if name == "half":
            choices.append([PINNED, Convention("a factor 1/2", factor=0.5), Convention("no factor 1/2", factor=2.0)])
        elif task.loss is not None and name in task.loss.conventions:
            pinned = task.options.get(name, task.loss.conventions[name][0])
            others = [value for value in task.loss.conventions[name] if value not in {pinned, "mean_by_weight"}]
            choices.append([PINNED, *(Convention(f"{name} {value}", {name: value}) for value in others)])
    for combination in itertools.product(*choices):
        words = ", ".join(choice.words for choice in combination if choice.words)
        overrides = {name: value for choice in combination for name, value in choice.overrides.items()}
        yield Convention(words, overrides, math.prod(choice.factor for choice in combination))
