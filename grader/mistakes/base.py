"""What a named mistake is, and the view of one case that its transformation reads."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from grader.readable import readable
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

Array = np.ndarray[Any, Any]
Stage = Literal["ordinary", "edge", "extreme"]
Prediction = Callable[["View"], "Array | float | None"]

# An answer that makes the mistake may also carry an eps of its own; all ordinary cases have to agree.
RTOL = 1e-4
ATOL = 1e-7
# Fewer cases than this prove nothing.
MIN_CASES = 3


@dataclasses.dataclass(frozen=True, eq=False)
class Mistake:
    """A named mistake: a transformation of the reference that gives what the mistaken answer returns.

    Attributes
    ----------
    code, name : as in the catalogue of mistakes.
    sentence : what the report teaches.
    predict : what the mistaken answer returns on a case; None where that cannot be told.
    applies : whether the mistake can be made in this task at all.
    stage : "ordinary" where it shows on every input, "edge" or "extreme" where only those inputs show it.
    opened_by : the convention that makes it no mistake where the spec leaves that open.
    exact : whether only the predicted digits will do (rounding), not values near them.
    """

    code: str
    name: str
    sentence: str
    predict: Prediction
    applies: Callable[[Task], bool]
    stage: Stage = "ordinary"
    opened_by: str = ""
    exact: bool = False


class View:
    """One case as transformations see it; `y` is the target, `x` the prediction."""

    def __init__(self, oracle: Oracle, case: Case) -> None:
        self.oracle = oracle
        self.task = oracle.task
        self.case = case

    @functools.cached_property
    def expected(self) -> Array:
        """The right value."""
        return np.asarray(self.oracle.expectation(self.case).value, dtype=np.float64)

    @functools.cached_property
    def terms(self) -> Array | None:
        """The values before the reduction, where the reference core knows them."""
        if self.task.loss is None or self.task.gives != "value":
            return None
        options = {k: v for k, v in self.oracle.convention.overrides.items() if k != "reduction"}
        return self.oracle.convention.factor * self.task.terms(self.case, **options)

    @functools.cached_property
    def y(self) -> Array:
        """The target as float64."""
        return np.asarray(self.case.args[self.task.target or 0], dtype=np.float64)

    @functools.cached_property
    def x(self) -> Array:
        """The prediction as float64."""
        return np.asarray(self.case.args[self.task.prediction], dtype=np.float64)

    @functools.cached_property
    def labels(self) -> Array:
        """The target as one-hot rows."""
        if self.y.ndim == self.x.ndim:
            return self.y
        return np.asarray(self.y[..., None] == np.arange(self.x.shape[-1]), dtype=np.float64)

    @property
    def labels_or_y(self) -> Array:
        """The target in the prediction's shape."""
        return self.labels if self.task.on_rows else self.y

    def hyper(self, name: str) -> float:
        """Value of a hyper-parameter on this case."""
        assert self.task.loss is not None
        defaults = {p.name: p.default for p in self.task.loss.hypers}
        return float({**defaults, **self.task.options_of(self.case)}[name])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the largest argument."""
        return tuple(self.x.shape)

    @property
    def rows(self) -> int:
        """Length of the first axis."""
        return self.shape[0] if self.shape else 1

    @property
    def classes(self) -> int:
        """Length of the last axis."""
        return self.shape[-1] if self.shape else 1

    @property
    def count(self) -> int:
        """Number of terms: rows for a loss of rows, else elements."""
        size = int(np.prod(self.shape))
        return size // max(1, self.classes) if self.task.on_rows else size

    def reduced(self, terms: Array | None) -> Array | None:
        """Reduce other terms (in nats) as the task asks."""
        if terms is None:
            return None
        terms = terms * self.oracle.convention.factor / UNITS[str(self.task.options.get("log_base", "e"))]
        reduction = self.oracle.reduction
        if reduction == "none":
            return terms
        divisor = {"mean": terms.size, "sum": 1, "batchmean": self.rows if self.task.batched else 1}[reduction]
        return np.asarray(terms.sum() / max(1, divisor))


UNITS: Mapping[str, float] = {"e": 1.0, "2": float(np.log(2.0)), "10": float(np.log(10.0))}


def same(got: Array | None, predicted: Array | float | None, *, exact: bool = False) -> bool:
    """Whether an answer is what a mistake predicts, NaN and infinities in their places."""
    if got is None or predicted is None:
        return False
    predicted = np.asarray(predicted, dtype=np.float64)
    if got.shape != predicted.shape or got.size == 0:
        return False
    rtol, atol = (1e-12, 1e-12) if exact else (RTOL, ATOL)
    return bool(np.allclose(got, predicted, rtol=rtol, atol=atol, equal_nan=True))


def evidence_of(observations: Sequence[Observation], views: Sequence[View], predicted: Sequence[Any]) -> dict[str, Any]:
    """Give the numbers that prove a match, on the first cases."""
    rows = []
    for observation, view, value in list(zip(observations, views, predicted, strict=True))[:MIN_CASES]:
        row: dict[str, Any] = {"shape": list(view.shape)}
        if observation.array is not None and observation.array.ndim == 0:
            row |= {"answer": float(observation.array), "right": _number(view.expected)}
            row["mistake_gives"] = _number(value)
        rows.append(row)
    return {"cases": len(observations), "first": rows}


def on_samples(printed: Sequence[tuple[Observation, View]], predict: Prediction) -> dict[str, Any]:
    """Give what the mistake returns on the printed cases, which a candidate may see whole, where the answer agrees."""
    given = [(observation, predict(view)) for observation, view in printed]
    shown = {o.case.name: readable(np.asarray(value)) for o, value in given if same(o.array, value)}
    return {"samples": shown} if shown else {}


def _number(value: Any) -> float | list[int]:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else list(array.shape)


def finding_of(mistake: Mistake, evidence: Mapping[str, Any]) -> Finding:
    """Name a mistake with its evidence."""
    return Finding(mistake.code, mistake.name, mistake.sentence, evidence)
