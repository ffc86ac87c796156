"""What the answers tell of questions and of a test: figures with intervals, and flags on what an author should look at.

A flag stands only where the whole interval lies outside of what is expected, so that few answers accuse nobody; its
bounds are printed on the pages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from assessments.insights import classical
from assessments.insights.classical import Curves, Distribution, Durations, Estimate, Reliability
from assessments.insights.vectors import Answers, Array

TOO_HARD, TOO_EASY = 0.2, 0.95
LEAST_DISCRIMINATION = 0.1
LEAST_CHOSEN = 0.05
MOST_OMITTED = 0.2
MOST_OF_ITS_MINUTES = 1.5
# Of a matrix of answers; a fit over more takes the newest sittings.
_MOST_CELLS = 1_000_000
_BINS = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Flag:
    kind: str
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One option of a question: its share of the answers, over all and by score group (lowest first)."""

    text: str
    is_key: bool
    share: Estimate
    curve: tuple[float | None, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """One question version. `asked` counts sittings, `facility.n` those with a score."""

    asked: int
    facility: Estimate
    discrimination: Estimate
    d_index: float | None
    omission: Estimate
    unseen: int
    seconds: Durations
    options: tuple[Option, ...]
    curves: Curves | None
    flags: tuple[Flag, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What the figures of a version need to know of it: its options as (text, is the key), and its minutes."""

    minutes: int
    options: Sequence[tuple[str, bool]] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Test:
    """A test as a whole. `newest`: its reliability is that of so many sittings, where there are more."""

    scores: Distribution
    reliability: Reliability
    newest: int | None


def of_versions(answers: Answers, asked: Mapping[int, Asked]) -> dict[int, Figures]:
    """Give the figures of each version that `asked` names; of one that nobody was asked, those of no answers."""
    rest = classical.rest_scores(answers.items["score"].astype(float), answers.person, answers.items["version"])
    order = np.argsort(answers.items["version"], kind="stable")
    items, rest = answers.taken(order), rest[order]
    # In the records' own type: to compare with another, numpy would copy them all.
    keys = np.array(list(asked), dtype=items["version"].dtype)
    firsts, lasts = (np.searchsorted(items["version"], keys, side).tolist() for side in ("left", "right"))
    rows = map(slice, firsts, lasts)
    return {
        version: _figures(items[row], rest[row], about)
        for (version, about), row in zip(asked.items(), rows, strict=True)
    }


def _figures(items: Array, rest: Array, about: Asked) -> Figures:
    score = items["score"].astype(float)
    discrimination = classical.discrimination(score, rest)
    facility, omission = classical.facility(score), classical.facility(items["omitted"].astype(float))
    seconds = classical.durations(items["seconds"].astype(float))
    options, curves = _options(items, rest, about.options)
    flags = (
        *_of_scores(facility, discrimination),
        *_of_options(options),
        *_of_sitting(omission, seconds, about.minutes),
    )
    return Figures(
        asked=len(items),
        facility=facility,
        discrimination=discrimination,
        d_index=classical.d_index(score, rest),
        omission=omission,
        unseen=int((~items["seen"]).sum()),
        seconds=seconds,
        options=options,
        curves=curves,
        flags=flags,
    )


def _options(
    items: Array, rest: Array, options: Sequence[tuple[str, bool]]
) -> tuple[tuple[Option, ...], Curves | None]:
    if not options:
        return (), None
    ticked = (items["chosen"][:, None] >> np.arange(len(options), dtype=np.uint32) & 1).astype(bool)
    curves = classical.option_curves(ticked, rest)
    answered = ticked[~items["omitted"]]
    rows = zip(options, answered.T, curves.options, strict=True)
    return tuple(
        Option(text, key, classical.facility(ticks.astype(float)), curve) for (text, key), ticks, curve in rows
    ), curves


def _of_scores(facility: Estimate, discrimination: Estimate) -> list[Flag]:
    flags = []
    if _below(facility, TOO_HARD):
        flags.append(Flag("warning", "very hard"))
    if _above(facility, TOO_EASY):
        flags.append(Flag("warning", "very easy"))
    if _below(discrimination, 0.0):
        flags.append(Flag("bad", "negative discrimination"))
    elif _below(discrimination, LEAST_DISCRIMINATION):
        flags.append(Flag("warning", "hardly discriminates"))
    return flags


def _of_options(options: Sequence[Option]) -> list[Flag]:
    flags = [Flag("warning", "unused distractor")] if any(_is_unused(option) for option in options) else []
    best = max((option.curve[-1] or 0.0 for option in options if option.is_key), default=None)
    wrong = [option.curve[-1] for option in options if not option.is_key]
    if best is not None and any(share is not None and share > best for share in wrong):
        flags.append(Flag("bad", "the best choose a wrong option"))
    return flags


def _is_unused(option: Option) -> bool:
    return not option.is_key and _below(option.share, LEAST_CHOSEN)


def _of_sitting(omission: Estimate, seconds: Durations, minutes: int) -> list[Flag]:
    flags = [Flag("warning", "often left out")] if _above(omission, MOST_OMITTED) else []
    if seconds.median is not None and seconds.median > MOST_OF_ITS_MINUTES * 60 * minutes:
        flags.append(Flag("warning", "takes longer than planned"))
    return flags


def _below(estimate: Estimate, bound: float) -> bool:
    return estimate.high is not None and estimate.high < bound


def _above(estimate: Estimate, bound: float) -> bool:
    return estimate.low is not None and estimate.low > bound


def of_test(answers: Answers) -> Test:
    """Give the figures of the whole: scores as reports show them, and their reliability."""
    scores = totals(answers)
    matrix, scale = _weighed(answers)
    most = max(classical.TOO_FEW, _MOST_CELLS // max(1, matrix.shape[1]))
    newest = most if len(matrix) > most else None
    found = classical.reliability(matrix[-most:])
    error = None if found.error is None else found.error * scale
    return Test(classical.distribution(scores, _BINS), dataclasses.replace(found, error=error), newest)


def totals(answers: Answers) -> Array:
    """Weighted mean score of each sitting over what was graded; NaN where nothing was."""
    weight, score = answers.items["weight"].astype(float), answers.items["score"].astype(float)
    known = np.where(np.isnan(score), 0.0, weight)
    total = np.bincount(answers.person, known, answers.persons)
    earned = np.bincount(answers.person, known * np.nan_to_num(score), answers.persons)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, earned / total, np.nan)


def _weighed(answers: Answers) -> tuple[Array, float]:
    """Give a matrix in [0, 1] and a scale, so that plain row means times the scale are the weighted scores."""
    items = answers.items
    known = ~np.isnan(items["score"])
    weight = np.where(known, items["weight"].astype(float), 0.0)
    counts = np.bincount(answers.person, known, answers.persons)
    total = np.bincount(answers.person, weight, answers.persons)
    # Of no answers numpy counts in integers, whatever the weights.
    mean = np.divide(total, counts, out=np.ones(answers.persons), where=total > 0)
    share = weight / mean[answers.person]
    scale = float(share.max(initial=0.0)) or 1.0
    return answers.matrix(items["score"] * share / scale)[1], scale


def of_variants(answers: Answers, version: int) -> list[tuple[int, Estimate]]:
    """Give the facility of each variant of a version that was asked."""
    items = answers.items[answers.items["version"] == version]
    scores, variants = items["score"].astype(float), items["variant"]
    return [(int(variant), classical.facility(scores[variants == variant])) for variant in np.unique(variants)]
