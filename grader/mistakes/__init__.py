"""The catalogue of named mistakes: it diagnoses an answer, certifies a question and teaches.

A mistake is named only with evidence: what it predicts has to be what the answer returned on all ordinary cases (or,
for mistakes that only edge or extreme inputs show, on all of those). No match means no name.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes import conduct, signatures
from grader.mistakes.arrays import SHAPES, SIGNS
from grader.mistakes.averages import AVERAGES
from grader.mistakes.base import REFUSED, RTOL, Mistake, evidence_of, finding, finding_of, on_samples, same
from grader.mistakes.counts import COUNTS
from grader.mistakes.formulas import VALUES
from grader.mistakes.functions import TRANSFORMS
from grader.mistakes.general import DERIVATIVES, INPUTS
from grader.mistakes.inputs import ENCODINGS, EXCHANGED, EXCHANGED_LAST, PREDICTIONS
from grader.mistakes.limits import EDGES, EXTREMES
from grader.mistakes.metrics import LASTS, METRICS
from grader.mistakes.ordinary import NO_REDUCTION, Found, explanations
from grader.mistakes.parts import PARTS
from grader.mistakes.rivals import RIVALS
from grader.mistakes.scaling import SCALINGS
from grader.mistakes.search import STEP_RTOL
from grader.mistakes.slopes import GRADIENTS
from grader.mistakes.special import SPECIALS
from grader.mistakes.steps import FROZEN, STEPS
from grader.mistakes.sums import SUMMED
from grader.mistakes.variants import variants
from grader.mistakes.view import Array, View
from grader.oracle import conventions
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

__all__ = ["CATALOGUE", "Mistake", "View", "applicable", "diagnose"]

Seen = tuple["Observation", View]
CATALOGUE: tuple[Mistake, ...] = (
    NO_REDUCTION,
    *(scaling.mistake for scaling in SCALINGS),
    *(last.mistake for last in LASTS),
    *EXCHANGED,
    *ENCODINGS,
    *SIGNS,
    *PREDICTIONS,
    *VALUES,
    *GRADIENTS,
    *TRANSFORMS,
    *METRICS,
    *SPECIALS,
    *PARTS,
    *SUMMED,
    *AVERAGES,
    *INPUTS,
    *STEPS,
    *RIVALS,
    *COUNTS,
    *DERIVATIVES,
    *EXCHANGED_LAST,
    *SHAPES,
    *EDGES,
    *EXTREMES,
    FROZEN,
)


@functools.lru_cache(maxsize=256)
def _applicable(task: Task) -> tuple[Mistake, ...]:
    return tuple(m for m in (*CATALOGUE, *variants(task)) if m.applies(task) and m.opened_by not in task.open)


def applicable(task: Task, stage: str | None = None) -> list[Mistake]:
    """Give the mistakes that can be made in a task and that its spec does not leave open."""
    return [mistake for mistake in _applicable(task) if stage in {None, mistake.stage}]


def diagnose(oracle: Oracle, observations: Sequence[Observation], source: str = "") -> tuple[Finding, ...]:
    """Name the mistakes that the observations prove; gives nothing where nothing is proved.

    Parameters
    ----------
    oracle : what is right.
    observations : all calls of one submission.
    source : the answer's text, for the line that raised an exception.
    """
    groups = {g: [o for o in observations if o.case.group == g] for g in ("ordinary", "edge", "extreme")}
    with np.errstate(all="ignore"):
        return tuple(_findings(oracle, observations, groups, source))


def _findings(
    oracle: Oracle, observations: Sequence[Observation], groups: dict[str, list[Observation]], source: str
) -> Iterator[Finding]:
    ordinary = groups["ordinary"]
    if all(o.fits for o in ordinary):
        printed = [(o, view) for o, view in _printed(oracle, observations) if not o.fits]
        yield from itertools.islice(_of_edges(oracle, groups["edge"], printed), 1)
        yield from itertools.islice(_of_extremes(oracle, groups["extreme"], printed), 1)
    else:
        yield from _of_ordinary(oracle, observations, ordinary, source)
    yield from conduct.unsteady(oracle, ordinary)
    yield from conduct.changed_inputs(oracle, observations)
    yield from conduct.listed(observations)
    if oracle.convention.words and ordinary:
        sentence = f"The answer uses {oracle.convention.words}, which the question leaves open: it is right."
        yield finding("convention", oracle.convention.words, sentence, {"cases": len(ordinary)})


def _of_ordinary(
    oracle: Oracle, observations: Sequence[Observation], ordinary: Sequence[Observation], source: str
) -> Iterator[Finding]:
    """Explain wrong ordinary cases: nothing returned, numbers that mistakes give, one number for all, an exception."""
    nothing = list(conduct.nothing_returned(ordinary))
    if nothing:
        yield from nothing
        return
    views = [View(oracle, o.case) for o in ordinary]
    mistakes = [m for m in applicable(oracle.task, "ordinary") if m.code != "R2" or oracle.task.gives == "metric"]
    scaled = {scaling.mistake for scaling in SCALINGS}
    mistakes = [m for m in mistakes if m not in scaled]
    further = [(o.array, View(oracle, o.case)) for o in observations if o.case.group in {"edge", "extreme"}]
    found = next(explanations(oracle, ordinary, views, mistakes, further), None)
    if found is None and oracle.task.open:
        found = next(_under_conventions(oracle, ordinary, mistakes), None)
    constant = list(conduct.hard_coded(observations))
    # Several mistakes at once come to one number for all inputs by chance, and a single one to infinity.
    infinite = ordinary[0].array is not None and bool(np.isinf(ordinary[0].array).any())
    # So does a hyper-parameter at which a loss vanishes.
    by_chance = found is None or len(found[0].mistakes) > 1 or found[0].mistakes[0].code == "W3"
    if constant and (by_chance or infinite):
        yield from constant
        return
    if found is None:
        yield from signatures.of_listed(ordinary)
        yield from conduct.raised(oracle, ordinary, source)
        return
    explanation, words = found
    evidence = {**evidence_of(ordinary, views, explanation.predict), **words}
    evidence |= on_samples(_printed(oracle, observations), explanation.predict)
    yield from (finding_of(mistake, evidence) for mistake in explanation.mistakes)


def _under_conventions(oracle: Oracle, ordinary: Sequence[Observation], mistakes: Sequence[Mistake]) -> Iterator[Found]:
    """Explain as a mistake made beside a convention that the question leaves open."""
    for convention in conventions(oracle.task):
        if convention.words:
            other = oracle.under(convention)
            yield from explanations(other, ordinary, [View(other, o.case) for o in ordinary], mistakes)


def _printed(oracle: Oracle, observations: Sequence[Observation]) -> list[Seen]:
    return [(o, View(oracle, o.case)) for o in observations if o.case.group == "sample"]


def _of_edges(oracle: Oracle, observations: Sequence[Observation], printed: Sequence[Seen]) -> Iterator[Finding]:
    if any(not o.fits for o in observations):
        yield from conduct.log_of_zero(oracle, observations)
        yield from _of_stage(oracle, observations, printed, "edge")
        yield from signatures.of_edges(oracle, observations)


def _of_extremes(oracle: Oracle, observations: Sequence[Observation], printed: Sequence[Seen]) -> Iterator[Finding]:
    if any(not o.fits for o in observations):
        yield from conduct.overflowed(oracle, observations)
        yield from _of_stage(oracle, observations, printed, "extreme")
        yield from signatures.of_extremes(oracle, observations)


def _of_stage(
    oracle: Oracle, observations: Sequence[Observation], printed: Sequence[Seen], stage: str
) -> Iterator[Finding]:
    """Explain wrong edge or extreme cases by the naive form that breaks in the same places."""
    wrong = [o for o in observations if not o.fits]
    views = [View(oracle, o.case) for o in observations]
    for mistake in applicable(oracle.task, stage):
        if all(_breaks_alike(o, mistake, view) for o, view in zip(observations, views, strict=True)):
            value = wrong[0].array
            shown = float(value) if value is not None and value.ndim == 0 else "not finite"
            evidence = {"case": wrong[0].case.name, "answer": shown, "wrong": len(wrong)}
            yield finding_of(mistake, evidence | on_samples(printed, mistake.predict))


def _breaks_alike(observation: Observation, mistake: Mistake, view: View) -> bool:
    """Whether an answer gives the same NaN, infinity or number as the naive form, or raises where that breaks."""
    try:
        predicted: Array | float | None = mistake.predict(view)
    except REFUSED:
        predicted = None
    rtol = STEP_RTOL if view.task.gives == "step" else RTOL
    # What is right there is no sign of the mistake.
    if predicted is None or not np.size(predicted) or same(view.expected, predicted, rtol=1e-9, atol=1e-12):
        return observation.fits
    if observation.array is None:
        return observation.outcome.exception is not None and not np.isfinite(predicted).all()
    return same(observation.array, predicted, rtol=rtol)
