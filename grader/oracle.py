"""What is right for each case of a coding task: the reference's value, and all else that is as right as it.

What widens a value to an interval stands in `grader.freedoms`; where two numbers are right and nothing between them,
both are tried.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import lossref
from grader.comparison import RIGHT, Comparison, Expectation, compare
from grader.freedoms import free_gradients, free_values
from grader.observations import Observation

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.sandbox import CallOutcome
    from grader.task import Task

Array = np.ndarray[Any, Any]

# Options that choose between values of 0/0; where the spec does not pin them, any is right.
_OF_NOTHING = ("empty",)
_ZERO = Expectation(0.0)


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

    def observed(self, case: Case, outcome: CallOutcome) -> Observation:
        """Judge how a call ended."""
        if outcome.status == "ok":
            return Observation(case, outcome, self.judge(outcome.value, case))
        refused = outcome.status == "exception" and self.expectation(case).of_nothing
        return Observation(case, outcome, RIGHT if refused else None)

    def judge(self, got: Any, case: Case) -> Comparison:
        """Compare a value with what is right; the freedoms are looked at only where the plain value fails."""
        task = self.task
        expected = self.expectation(case)
        if expected.of_nothing and compare(got, _ZERO).fits:
            return RIGHT
        plain = compare(got, expected, rtol=task.rtol, atol=task.atol)
        if plain.problem not in {"finite", "value"} or (case.group == "ordinary" and self._is_far(got, expected)):
            return plain
        widened = compare(got, self.widened(case, expected), rtol=task.rtol, atol=task.atol)
        if widened.fits or task.loss is None:
            return widened
        return next((other for oracle in self._of_nothing() if (other := oracle.judge(got, case)).fits), widened)

    def expectation(self, case: Case) -> Expectation:
        """Give the reference's value on this case."""
        known = self._known.get(case)
        if known is None:
            known = self._known[case] = self._expectation(case)
        return known

    def _expectation(self, case: Case) -> Expectation:
        task = self.task
        try:
            value = task.expected(case, **self.convention.overrides) if self.values is None else self.values[case]
        except lossref.EmptyError:
            return Expectation(np.nan if task.gives == "value" else np.zeros(case.shape), of_nothing=True)
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
        dtypes = [a.dtype for a in case.args if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        eps = float(np.finfo(np.result_type(*dtypes)).eps) if dtypes else float(np.finfo(np.float64).eps)
        low, high = self._interval(case, expected.value)
        return dataclasses.replace(expected, low=low, high=high, scale=_scale(self.task, case, expected.value), eps=eps)

    def _interval(self, case: Case, value: Any) -> tuple[Any, Any]:
        task = self.task
        if task.loss is None or isinstance(value, tuple) or task.gives == "step":
            return None, None
        if task.gives == "transform" and not task.atol:  # relative accuracy is asked, which no eps has
            return None, None
        if task.gives == "gradient":
            low, high = free_gradients(task, case, self.convention.overrides)
        else:
            free = free_values(task, case, self.convention.overrides)
            if free is None:
                return None, None
            low, high = (self._reduced(case, terms) for terms in free) if task.gives == "value" else free
        return self.convention.factor * low, self.convention.factor * high

    def _reduced(self, case: Case, terms: Array) -> Array:
        if self.reduction == "none":
            return terms
        return np.asarray(terms.sum() / self.task.divisor(case, terms, self.reduction))

    def _of_nothing(self) -> list[Oracle]:
        """Give the oracles of the other values that 0/0 may have here."""
        task = self.task
        free = [n for n in _OF_NOTHING if task.loss and n in task.loss.conventions and n not in task.options]
        return [
            self.under(dataclasses.replace(self.convention, overrides={**self.convention.overrides, name: value}))
            for name in free
            if name not in self.convention.overrides
            for value in task.loss.conventions[name][1:]  # type: ignore[union-attr]
        ]


def _scale(task: Task, case: Case, value: Any) -> Array:
    """Give the magnitude of what each entry of a value is computed from, by which rounding is forgiven.

    An entry has its own inputs, an entry of a row those of its row; only what is summed over all has the largest of
    all. A function of one number is forgiven as far as a relative change of its argument moves it.
    """
    arrays = [np.abs(np.where(np.isfinite(a), a, 0.0)) for a in map(np.asarray, case.args)]
    shape = np.shape(value[0] if isinstance(value, tuple) else value)
    if task.loss is not None and not task.loss.coupled and shape:
        if task.gives == "transform" and len(task.arguments) == 1 and not task.on_rows:
            with np.errstate(all="ignore"):
                moved = arrays[0] * np.abs(task.loss.gradient(case.args[0], check_domain=False))
            return np.asarray(np.nan_to_num(moved))
        alike = [a for a in arrays if a.shape == shape]
        if task.on_rows:
            rows = [a.max(axis=task.axis, keepdims=a.shape == shape) for a in arrays if a.ndim > 1 and a.size]
            return np.asarray(np.maximum.reduce([row for row in rows if row.ndim == len(shape)] or [np.zeros(1)]))
        if alike and all(p.shape == "elements" for p in task.arrays):
            return np.asarray(np.maximum.reduce(alike))
    return np.asarray(max((float(a.max()) for a in arrays if a.size), default=0.0))


def _shape_of_terms(task: Task, case: Case) -> tuple[int, ...] | None:
    if task.gives != "value":
        return None
    if task.loss is not None and task.loss.coupled:
        return tuple(task.terms(case).shape)
    return case.shape[:-1] if task.on_rows else case.shape


def conventions(task: Task) -> Iterator[Convention]:
    """Every combination of what the spec leaves open, the pinned one first."""
    choices: list[list[Convention]] = []
    for name in sorted(task.open):
        if task.loss is not None and name in task.loss.conventions:
            pinned = task.options.get(name, task.loss.conventions[name][0])
            others = [value for value in task.loss.conventions[name] if value not in {pinned, "mean_by_weight"}]
            choices.append([PINNED, *(Convention(_in_words(name, value), {name: value}) for value in others)])
        elif name == "half":
            choices.append([PINNED, *(Convention(_in_words(name, f < 1), factor=f) for f in (0.5, 2.0))])
    for combination in itertools.product(*choices):
        words = ", ".join(choice.words for choice in combination if choice.words)
        overrides = {name: value for choice in combination for name, value in choice.overrides.items()}
        yield Convention(words, overrides, math.prod(choice.factor for choice in combination))


def _in_words(name: str, value: Any) -> str:
    if name == "half":
        return "a factor 1/2" if value else "no factor 1/2"
    return f"{name} {value}"
