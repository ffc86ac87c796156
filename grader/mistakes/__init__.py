"""The catalogue of named mistakes: it diagnoses an answer, certifies a question and teaches.

A mistake is named only with evidence: what it predicts has to be what the answer returned on all ordinary cases (or,
for mistakes that only edge or extreme inputs show, on all of those). No match means no name.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes import conduct
from grader.mistakes.base import MIN_CASES, Array, Mistake, View, evidence_of, finding_of, on_samples, same
from grader.mistakes.formulas import GRADIENTS, TRANSFORMS, VALUES
from grader.mistakes.limits import EDGES, EXTREMES
from grader.mistakes.scaling import SCALINGS, Scaling, product
from grader.mistakes.steps import STEPS
from grader.mistakes.variants import variants
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

__all__ = ["CATALOGUE", "Mistake", "View", "applicable", "diagnose"]


def _reduces(task: Task) -> bool:
    return task.gives == "value" and task.reduction != "none" and task.batched


NO_REDUCTION = Mistake(
    "R2",
    "no reduction",
    "One value for each term is returned; they still have to be reduced to one number.",
    lambda view: view.terms,
    lambda task: _reduces(task) and task.loss is not None,
    opened_by="reduction",
)
CATALOGUE: tuple[Mistake, ...] = (
    NO_REDUCTION,
    *(scaling.mistake for scaling in SCALINGS),
    *VALUES,
    *GRADIENTS,
    *TRANSFORMS,
    *STEPS,
    *EDGES,
    *EXTREMES,
)

# No reduction leaves nothing to divide; and twice log eps is log eps², so that no half is proved beside swapped labels.
_CONFUSED = {("R2", "divisor"), ("A1", "half")}


def applicable(task: Task, stage: str | None = None) -> list[Mistake]:
    """Give the mistakes that can be made in a task and that its spec does not leave open."""
    return [
        mistake
        for mistake in (*CATALOGUE, *variants(task))
        if mistake.applies(task) and mistake.opened_by not in task.open and stage in {None, mistake.stage}
    ]


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
        printed = _printed(oracle, observations)
        yield from itertools.islice(_of_stage(oracle, groups["edge"], printed, "edge", conduct.log_of_zero), 1)
        yield from itertools.islice(_of_stage(oracle, groups["extreme"], printed, "extreme", conduct.overflowed), 1)
    else:
        yield from _first(_ordinary(oracle, observations, ordinary, source))
    yield from conduct.unsteady(oracle, ordinary)
    yield from conduct.changed_inputs(oracle, observations)
    yield from conduct.listed(observations)
    if oracle.convention.words and ordinary:
        sentence = f"The answer uses {oracle.convention.words}, which the question leaves open: it is right."
        yield Finding("convention", oracle.convention.words, sentence, {"cases": len(ordinary)})


def _first(batches: Iterator[list[Finding]]) -> list[Finding]:
    return next((batch for batch in batches if batch), [])


def _ordinary(
    oracle: Oracle, observations: Sequence[Observation], ordinary: Sequence[Observation], source: str
) -> Iterator[list[Finding]]:
    """Give explanations of wrong ordinary cases, the simplest first."""
    yield list(conduct.nothing_returned(ordinary))
    views = [View(oracle, o.case) for o in ordinary]
    seen = list(zip(ordinary, views, strict=True))
    printed = _printed(oracle, observations)
    # Each is asked for again with every scaling.
    mistakes = {m: functools.cache(m.predict) for m in applicable(oracle.task, "ordinary")}
    for mistake, predict in mistakes.items():
        yield _matched([mistake], predict, seen, printed)
    yield _unreduced(oracle, ordinary, views)
    yield list(conduct.rounded(oracle, ordinary))
    yield list(conduct.hard_coded(observations))
    scalings = [s for s in SCALINGS if s.applies(oracle.task) and s.opened_by not in oracle.task.open]
    for first, second in itertools.combinations(scalings, 2):
        if first.part != second.part:
            yield _matched([first.mistake, second.mistake], product(first, second), seen, printed)
    for mistake, predict in mistakes.items():
        for scaling in scalings:
            if mistake not in {s.mistake for s in scalings} and (mistake.code, scaling.part) not in _CONFUSED:
                yield _matched([mistake, scaling.mistake], _scaled(predict, scaling), seen, printed)
    yield list(conduct.raised(oracle, ordinary, source))


def _printed(oracle: Oracle, observations: Sequence[Observation]) -> list[tuple[Observation, View]]:
    return [(o, View(oracle, o.case)) for o in observations if o.case.group == "sample"]


def _scaled(predict: Callable[[View], Any], scaling: Scaling) -> Callable[[View], Any]:
    def scaled(view: View) -> Any:
        value = predict(view)
        return None if value is None else scaling.factor(view) * np.asarray(value)

    return scaled


def _matched(
    mistakes: Sequence[Mistake],
    predict: Callable[[View], Array | float | None],
    seen: Sequence[tuple[Observation, View]],
    printed: Sequence[tuple[Observation, View]],
) -> list[Finding]:
    """Give the findings if the prediction is what was returned on every case, at least on a few."""
    matched: list[tuple[Observation, View, Any]] = []
    for observation, view in seen:
        predicted = predict(view)
        if predicted is None and observation.array is None:
            continue
        if not same(observation.array, predicted):
            return []
        matched.append((observation, view, predicted))
    if len(matched) < MIN_CASES:
        return []
    evidence = evidence_of(*(list(column) for column in zip(*matched, strict=True)))
    evidence |= on_samples(printed, predict)
    return [finding_of(mistake, evidence) for mistake in mistakes]


def _unreduced(oracle: Oracle, ordinary: Sequence[Observation], views: Sequence[View]) -> list[Finding]:
    """R2 where the terms are not the exact ones, or are not known: an eps is free in each of them."""
    task = oracle.task
    if not _reduces(task) or "reduction" in task.open:
        return []
    right = _are_terms if task.loss is None else _terms_by(oracle)
    if not right(ordinary, views):
        return []
    return [finding_of(NO_REDUCTION, {"cases": len(views), "shape": list(views[0].shape)})]


def _are_terms(ordinary: Sequence[Observation], views: Sequence[View]) -> bool:
    """Whether the mean or the sum of the answers is the value of a reference that gives no terms."""
    shaped = all(o.array is not None and o.array.shape == v.shape for o, v in zip(ordinary, views, strict=True))
    arrays = [o.array for o in ordinary if o.array is not None]
    return shaped and any(
        all(same(reduce(a), v.expected) for a, v in zip(arrays, views, strict=True)) for reduce in (np.mean, np.sum)
    )


def _terms_by(oracle: Oracle) -> Callable[[Sequence[Observation], Sequence[View]], bool]:
    overrides = {**oracle.convention.overrides, "reduction": "none"}
    terms = oracle.under(dataclasses.replace(oracle.convention, overrides=overrides))
    return lambda ordinary, _: all(o.array is not None and terms.judge(o.array, o.case).fits for o in ordinary)


def _of_stage(
    oracle: Oracle,
    observations: Sequence[Observation],
    printed: Sequence[tuple[Observation, View]],
    stage: str,
    otherwise: Callable[[Oracle, Sequence[Observation]], Iterator[Finding]],
) -> Iterator[Finding]:
    """Explain wrong edge or extreme cases by the naive form that breaks in the same places."""
    wrong = [o for o in observations if not o.fits]
    if not wrong:
        return
    yield from otherwise(oracle, observations)
    views = [View(oracle, o.case) for o in observations]
    for mistake in applicable(oracle.task, stage):
        if all(_breaks_alike(o, mistake.predict(view)) for o, view in zip(observations, views, strict=True)):
            value = wrong[0].array
            shown = float(value) if value is not None and value.ndim == 0 else "not finite"
            evidence = {"case": wrong[0].case.name, "answer": shown, "wrong": len(wrong)}
            broken = [(o, view) for o, view in printed if not o.fits]
            yield finding_of(mistake, evidence | on_samples(broken, mistake.predict))


def _breaks_alike(observation: Observation, predicted: Array | float | None) -> bool:
    """Whether an answer gives the same NaN, infinity or number as the naive form, or raises where that breaks."""
    if predicted is None:
        return observation.fits
    if observation.array is None:
        return observation.outcome.exception is not None and not np.isfinite(predicted).all()
    return same(observation.array, predicted)
