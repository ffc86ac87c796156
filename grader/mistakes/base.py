"""What a named mistake is, and how it becomes a finding with its evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from grader.mistakes.view import Array, View
from grader.readable import readable
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.task import Task

Stage = Literal["ordinary", "edge", "extreme"]
Prediction = Callable[[View], "Array | float | None"]
Change = Callable[[View], "View | None"]

# An answer that makes the mistake may also carry an eps of its own; all ordinary cases have to agree.
RTOL = 1e-4
ATOL = 1e-7
# What the reference raises on arguments that it cannot take: nothing is predicted then.
REFUSED = (ValueError, TypeError, IndexError)
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
    change : where the mistake lies in what goes in: the view that the reference is evaluated on.
    constant : where the mistake leaves one number open (an eps, a batch size): whether the answer may be this many
        times the prediction, on all cases.
    beside : parts of the factors that can be told apart from that number, and so be named beside it.
    """

    code: str
    name: str
    sentence: str
    predict: Prediction
    applies: Callable[[Task], bool]
    stage: Stage = "ordinary"
    opened_by: str = ""
    change: Change | None = None
    constant: Callable[[float], bool] | None = None
    beside: frozenset[str] = frozenset()


def given(code: str, name: str, sentence: str, change: Change, applies: Callable[[Task], bool], **more: Any) -> Mistake:
    """Name a mistake in what goes in."""

    def predict(view: View) -> Array | None:
        try:
            changed = change(view)
            expected = None if changed is None else changed.expected
        except REFUSED:
            return None
        return expected

    return Mistake(code, name, sentence, predict, lambda t: t.loss is not None and applies(t), change=change, **more)


def same(got: Array | None, predicted: Array | float | None, *, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether an answer is what a mistake predicts, NaN and infinities in their places."""
    if got is None or predicted is None:
        return False
    predicted = np.asarray(predicted, dtype=np.float64)
    if got.shape != predicted.shape or got.size == 0:
        return False
    near = np.abs(got - predicted) <= atol + rtol * np.abs(predicted)
    if np.isfinite(predicted).all():
        return bool(near.all())
    # inf − inf is NaN, and nothing is near infinity.
    return bool(
        np.where(np.isfinite(predicted), near, (got == predicted) | (np.isnan(got) & np.isnan(predicted))).all()
    )


def evidence_of(observations: Sequence[Observation], views: Sequence[View], predict: Prediction) -> dict[str, Any]:
    """Give the numbers that prove a match, on the first cases."""
    rows = []
    for observation, view in list(zip(observations, views, strict=True))[:MIN_CASES]:
        row: dict[str, Any] = {"shape": list(view.shape)}
        if observation.array is not None and observation.array.ndim == 0:
            row |= {"answer": float(observation.array), "right": _number(view.expected)}
            row["mistake_gives"] = _number(predict(view))
        rows.append(row)
    return {"cases": len(observations), "first": rows}


def on_samples(printed: Sequence[tuple[Observation, View]], predict: Prediction) -> dict[str, Any]:
    """Give what the mistake returns on the printed cases, which a candidate may see whole, where the answer agrees."""
    both = [(observation, predict(view)) for observation, view in printed]
    shown = {o.case.name: readable(np.asarray(value)) for o, value in both if same(o.array, value)}
    return {"samples": shown} if shown else {}


def _number(value: Any) -> float | list[int]:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else list(array.shape)


# What the kind of a mistake, the letter of its code, says of the person to somebody who does not read the code.
_MEANING = {
    "R": "The terms of the loss are right; how they are averaged or summed is not.",
    "L": "The formula is right up to the kind of its logarithm.",
    "S": "A sign is wrong: training with this would move away from the minimum.",
    "A": "What goes into the formula is confused: the order of arguments, their encoding or their scale.",
    "E": "Right inside of the domain; the ends of it, where a logarithm or a root breaks, are not handled well.",
    "O": "The formula is right on paper; in floating point it overflows or loses the result on extreme inputs.",
    "X": "The formula is right for one entry; axes or shapes of arrays are handled wrongly.",
    "D": "The numbers are right at first; how they are stored, rounded or left behind is not.",
    "G": "The derivative, or the optimizer's step, is not that of the loss that is asked.",
    "M": "The definition of the metric is not the one that is asked.",
    "W": "The formula itself differs from the one that is asked.",
    "P": "How the function was written is at fault, not the mathematics.",
    "c": "Nothing is wrong here.",
}


def for_recruiter(code: str, evidence: Mapping[str, Any]) -> str:
    """Say what a finding means to a reader who does not read code, and on how much it rests."""
    meaning = _MEANING[code[0]]
    first: Mapping[str, Any] = next(iter(evidence.get("first", ())), {})
    shown = ""
    if isinstance(first.get("answer"), float) and isinstance(first.get("right"), float):
        shown = f", such as {first['answer']:.6g} where {first['right']:.6g} is right"
    if "cases" in evidence:
        return f"{meaning} Seen on {evidence['cases']} inputs{shown}."
    return f"{meaning} Seen on the input “{evidence['case']}”." if "case" in evidence else meaning


def finding(code: str, name: str, sentence: str, evidence: Mapping[str, Any]) -> Finding:
    """Name a mistake with its evidence, a sentence for the candidate and one for the recruiter."""
    return Finding(code, name, sentence, evidence, for_recruiter(code, evidence))


def finding_of(mistake: Mistake, evidence: Mapping[str, Any]) -> Finding:
    """Name a mistake of the catalogue with its evidence."""
    return finding(mistake.code, mistake.name, mistake.sentence, evidence)
