"""Answers of persons of known ability to items of known parameters: for demos, and for tests that recover them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from assessments.insights.irt_likelihood import sigmoid

Array = np.ndarray[Any, Any]

# The medians and spreads of response times on a log scale (van der Linden 2006): of items, persons and answers.
_LOG_SECONDS, _ITEM_TEMPO, _PERSON_TEMPO, _ANSWER_TEMPO = np.log(75.0), 0.4, 0.25, 0.3


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Items:
    """True parameters, one of each an item."""

    difficulty: Array
    discrimination: Array


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Persons × items, but for `ability`. `chosen`: −1 no option ticked, 0 the key, 1… the wrong options."""

    ability: Array
    scores: Array  # NaN where not presented
    omitted: Array
    chosen: Array
    seconds: Array  # NaN where not presented


def draw_items(count: int, *, seed: int, model: Literal["rasch", "2pl"] = "2pl") -> Items:
    """Draw difficulties from a standard normal, and slopes about 1 that spread by a third (all 1 under Rasch)."""
    random = np.random.default_rng(seed)
    difficulty = random.normal(size=count)
    slopes = random.lognormal(0.0, 0.3, count)
    return Items(difficulty, slopes if model == "2pl" else np.ones(count))


def draw_cohort(
    items: Items,
    persons: int,
    *,
    seed: int,
    ability: Array | None = None,
    presented: Array | None = None,
    length: int | None = None,
    bias: Array | None = None,
    options: Sequence[int] | None = None,
    omission: float = 0.0,
    part_credit: float = 0.0,
) -> Cohort:
    """Draw the answers of `persons`, of standard normal ability unless `ability` is given.

    Each is presented all items, those that `presented` marks, or `length` at random. `bias` (persons × items) makes an
    item harder for some. `options` says how many an item has, 0 where there is nothing to choose; the abler prefer the
    earlier of the wrong ones. `omission` is the share of wrong answers that are left out, more by the less able.
    `part_credit` is the share of answers without options that earn a part: over half where the model says right, under
    half where wrong, so that the model holds at the cut of one half.
    """
    random = np.random.default_rng(seed)
    count = len(items.difficulty)
    theta = random.normal(size=persons) if ability is None else np.asarray(ability, float)
    harder = np.zeros((persons, count)) if bias is None else bias
    logits = (theta[:, None] - harder - items.difficulty) * items.discrimination
    right = random.random((persons, count)) < sigmoid(logits)
    there = _forms(random, persons, count, length) if presented is None else np.asarray(presented, bool)
    leaving = np.clip(omission * np.exp(-theta / 2)[:, None], 0.0, 1.0)
    omitted = there & ~right & (random.random((persons, count)) < leaving)
    choices = np.zeros(count, int) if options is None else np.asarray(options)
    chosen = np.where(there & ~omitted & (choices > 0), _choices(random, theta, right, choices), -1)
    parts = (random.random((persons, count)) < part_credit) & (choices == 0) & ~omitted
    scores = np.where(parts, right / 2 + random.random((persons, count)) / 2, right)
    return Cohort(
        ability=theta,
        scores=np.where(there, scores, np.nan),
        omitted=omitted,
        chosen=chosen,
        seconds=np.where(there, _seconds(random, theta, count), np.nan),
    )


def _forms(random: np.random.Generator, persons: int, count: int, length: int | None) -> Array:
    if length is None:
        return np.ones((persons, count), bool)
    if not 0 < length <= count:
        raise ValueError(f"expected a form of 1 to {count} items, got {length}")
    places = random.random((persons, count)).argsort(1)
    return places < length


def _choices(random: np.random.Generator, ability: Array, right: Array, options: Array) -> Array:
    """Choose the key where right, else a wrong option, by the Gumbel trick: the k-th pulls as −ability·k/2."""
    most = max(int(options.max(initial=0)), 2)
    places = np.arange(1, most)
    pull = -np.multiply.outer(ability, places) / 2
    wrong = np.full(right.shape, 1)
    for item in np.flatnonzero(options > 2):
        count = int(options[item]) - 1
        wrong[:, item] = 1 + (pull[:, :count] + random.gumbel(size=(len(ability), count))).argmax(1)
    return np.where(right, 0, wrong)


def _seconds(random: np.random.Generator, ability: Array, count: int) -> Array:
    """Lognormal times: each item its labour, each person a pace, the abler a little quicker."""
    labour = random.normal(_LOG_SECONDS, _ITEM_TEMPO, count)
    pace = random.normal(0.0, _PERSON_TEMPO, len(ability)) - ability / 10
    return np.exp(np.add.outer(pace, labour) + random.normal(0.0, _ANSWER_TEMPO, (len(ability), count)))
