"""Rasch and two-parameter logistic calibration by marginal maximum likelihood (Bock & Aitkin 1981).

Ability is normal in the population of persons. 2PL: P = σ(a(θ − b)) with θ of variance 1. Rasch: P = σ(θ − b), and the
standard deviation of θ (`spread`) is estimated.

A score in between is dichotomised: right from `cut` on. Both models are of right and wrong; taken as shares of a right
answer, part scores would spoil standard errors and fit. Difficulty is thus that of reaching the cut. What was not
presented is missing by design and leaves the likelihood; what was presented and omitted is wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np

from assessments.insights.classical import TOO_FEW, checked
from assessments.insights.irt_fit import Fit, fit_of
from assessments.insights.irt_likelihood import NODES, PRIOR, Answers, Estimates, maximise, posteriors, sigmoid

Array = np.ndarray[Any, Any]
Model = Literal["rasch", "2pl"]
Problem = Literal["too_few", "all_right", "all_wrong", "alone", "too_steep"]


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One item's parameters with standard errors, or the `problem` for which it has none.

    too_few: under 30 answers. all_right, all_wrong: nothing to tell difficulty by. alone: under 30 persons also had the
    others that a slope needs (two; one under Rasch). too_steep: the likelihood grows as the slope does, as where a
    score splits right from wrong perfectly or two items are one; the parameters are those at the bound, without errors.
    """

    n: int
    problem: Problem | None = None
    difficulty: float | None = None
    difficulty_error: float | None = None
    discrimination: float | None = None
    discrimination_error: float | None = None
    facility: float | None = None  # of the population that ability is drawn from: comparable between forms
    fit: Fit | None = None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A model's estimates; `ability` is the posterior mean of each person, `ability_error` its standard deviation.

    Both are NaN for a person without answers. `reliability` is the share of ability's variance that the means hold.
    With a prior on slopes `log_likelihood` holds its logarithm too.
    """

    model: Model
    cut: float
    items: tuple[Item, ...]
    n: int
    spread: float | None
    spread_error: float | None
    log_likelihood: float | None
    iterations: int
    converged: bool
    reliability: float | None
    ability: Array
    ability_error: Array


def calibrate(
    scores: Array, *, model: Model = "2pl", cut: float = 0.5, slope_deviation: float | None = None
) -> Calibration:
    """Calibrate the items of a matrix of scores, persons × items in [0, 1], NaN where not presented.

    `slope_deviation` gives each slope of the 2PL a normal prior of mean 1 and that standard deviation, which steadies
    small samples; without it (the default) the estimates are of maximum likelihood.
    """
    if model not in get_args(Model):
        raise ValueError(f"expected a model of {get_args(Model)}, got {model!r}")
    if slope_deviation is not None and (model == "rasch" or not slope_deviation > 0):
        raise ValueError(f"expected a positive slope_deviation with the 2PL only, got {slope_deviation} with {model}")
    answers = Answers.of(checked(scores) >= cut, ~np.isnan(scores))
    problems = _problems(answers, model)
    kept = np.array([problem is None for problem in problems], bool)
    chosen = answers.items(kept)
    found = maximise(chosen, tied=model == "rasch", slope_deviation=slope_deviation) if kept.any() else None
    means, deviations = _abilities(chosen, found)
    rows = iter(_items(chosen, found) if found else ())
    return Calibration(
        model=model,
        cut=cut,
        items=tuple(
            Item(int(n), problem) if problem else next(rows)
            for n, problem in zip(answers.presented.sum(0), problems, strict=True)
        ),
        n=int(chosen.presented.any(1).sum()),
        spread=_spread(found) if found else None,
        spread_error=_error(found, 0) if found and found.tied and not found.too_steep[0] else None,
        log_likelihood=found.log_likelihood if found else None,
        iterations=found.iterations if found else 0,
        converged=bool(found and found.converged),
        reliability=_reliability(means, deviations),
        ability=means,
        ability_error=deviations,
    )


def probability(ability: Array, difficulty: Array, discrimination: Array) -> Array:
    """P(right), abilities × items."""
    return sigmoid(np.subtract.outer(ability, difficulty) * discrimination)


def information(ability: Array, difficulty: Array, discrimination: Array) -> Array:
    """Fisher information of each item, abilities × items; a test's is the sum, and 1/√sum its standard error."""
    right = probability(ability, difficulty, discrimination)
    informations: Array = np.square(discrimination) * right * (1 - right)
    return informations


def expected_facility(difficulty: Array, discrimination: Array, spread: float = 1.0) -> Array:
    """Share of right answers in a population of normal ability with mean 0 and standard deviation `spread`."""
    shares: Array = np.exp(PRIOR) @ probability(NODES * spread, difficulty, discrimination)
    return shares


def _problems(answers: Answers, model: Model) -> list[Problem | None]:
    """Say of each item why it cannot be calibrated, with those left out that cannot be either."""
    presented, right = answers.presented.sum(0), answers.right.sum(0)
    problems: list[Problem | None] = [
        "too_few" if n < TOO_FEW else "all_right" if hits == n else "all_wrong" if hits == 0 else None
        for n, hits in zip(presented, right, strict=True)
    ]
    needed = 2 if model == "rasch" else 3
    while True:
        kept = np.array([problem is None for problem in problems], bool)
        company = answers.presented[:, kept].sum(1) >= needed
        lonely = kept & (answers.presented[company].sum(0) < TOO_FEW)
        if not lonely.any():
            return problems
        problems = ["alone" if alone else problem for alone, problem in zip(lonely, problems, strict=True)]


def _items(answers: Answers, found: Estimates) -> Iterator[Item]:
    facilities = np.exp(PRIOR) @ sigmoid(found.logits).T
    counts = answers.presented.sum(0)
    for place, fit in enumerate(fit_of(answers, found)):
        steep = bool(found.too_steep[place])
        difficulty, error = _difficulty(found, place)
        yield Item(
            n=int(counts[place]),
            problem="too_steep" if steep else None,
            difficulty=difficulty,
            difficulty_error=None if steep else error,
            discrimination=1.0 if found.tied else float(found.slopes[place]),
            discrimination_error=None if steep or found.tied else _error(found, place),
            facility=float(facilities[place]),
            fit=fit,
        )


def _difficulty(found: Estimates, place: int) -> tuple[float | None, float | None]:
    """Where the logit is 0, on the scale that is reported, with its error by the delta method."""
    slope, intercept = float(found.slopes[place]), float(found.intercepts[place])
    intercepts = place + len(found.slopes)
    if found.tied:
        return -intercept, _error(found, intercepts)
    if not slope:
        return None, None
    difficulty = -intercept / slope
    if found.covariance is None:
        return difficulty, None
    change = np.array([-difficulty, -1.0]) / slope
    pair = [place, intercepts]
    return difficulty, float(np.sqrt(change @ found.covariance[np.ix_(pair, pair)] @ change))


def _error(found: Estimates, place: int) -> float | None:
    return None if found.covariance is None else float(np.sqrt(found.covariance[place, place]))


def _spread(found: Estimates) -> float:
    return float(found.slopes[0]) if found.tied else 1.0


def _abilities(answers: Answers, found: Estimates | None) -> tuple[Array, Array]:
    means, deviations = np.full((2, len(answers.right)), np.nan)
    if found is None:
        return means, deviations
    for rows, weights, _ in posteriors(answers, found.parameters):
        means[rows] = weights @ NODES
        deviations[rows] = np.sqrt(np.maximum(weights @ np.square(NODES) - means[rows] ** 2, 0.0))
    nothing = ~answers.presented.any(1)
    means[nothing] = deviations[nothing] = np.nan
    return means * _spread(found), deviations * _spread(found)


def _reliability(means: Array, deviations: Array) -> float | None:
    known = ~np.isnan(means)
    if known.sum() < TOO_FEW:
        return None
    held, left = float(means[known].var()), float(np.square(deviations[known]).mean())
    return held / (held + left) if held + left else None
