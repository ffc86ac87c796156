"""How easy a question is expected to be: a guess from its kind and level, moved by the answers that are in.

The facility of a question is the mean score, as a fraction, of those who were asked.
"""

from __future__ import annotations

import dataclasses

from assessments.bank.models import Kind, Level

# The share of a role's applicants that is expected to know what a question of the level asks. A recall question names
# or states one thing, an apply question needs it used without a slip in between, a judge question needs several held
# against each other; item banks aim at facilities between 0.3 and 0.8, where an answer tells most.
KNOWS: dict[str, float] = {Level.RECALL: 0.70, Level.APPLY: 0.60, Level.JUDGE: 0.50}
# What somebody who does not know scores all the same. Most choices have four options; of a shuffled order or match
# a place or so is right by chance, and process of elimination gives more; a criterion or two of a rubric, and the
# check that an empty idea passes, come cheap.
GUESS: dict[str, float] = {
    Kind.CHOICE: 0.25,
    Kind.NUMERIC: 0.02,
    Kind.ORDERING: 0.25,
    Kind.MATCHING: 0.25,
    Kind.DERIVATION: 0.02,
    Kind.CODING: 0.05,
    Kind.LAB: 0.10,
    Kind.WRITTEN: 0.15,
}
# What somebody who does know loses: to arithmetic, to a sign in a longer derivation, to edge cases and stability
# (two to four tenths of a coding question's weight), to criteria that a written answer leaves out.
SLIP: dict[str, float] = {
    Kind.CHOICE: 0.05,
    Kind.NUMERIC: 0.10,
    Kind.ORDERING: 0.10,
    Kind.MATCHING: 0.08,
    Kind.DERIVATION: 0.15,
    Kind.CODING: 0.20,
    Kind.LAB: 0.20,
    Kind.WRITTEN: 0.25,
}
# How far questions of one kind and level lie apart: the standard deviation of their facilities.
SPREAD = 0.15


@dataclasses.dataclass(frozen=True, slots=True)
class Prediction:
    """An expected facility, the standard deviation of what it may really be, and the answers that it rests on."""

    mean: float
    sd: float
    answers: int


def prior(kind: str, level: str) -> float:
    """Give the facility expected before anybody has answered: of those who know and slip, and who guess."""
    return KNOWS[level] * (1 - SLIP[kind]) + (1 - KNOWS[level]) * GUESS[kind]


def predict(kind: str, level: str, observed: tuple[float, int] | None) -> Prediction:
    """Shrink an observed facility, a mean of n scores, towards the prior by how much each of them can be trusted.

    The prior is worth as many answers as bring the error of a mean of right and wrong down to SPREAD.
    """
    expected = prior(kind, level)
    worth = expected * (1 - expected) / SPREAD**2
    facility, n = observed or (expected, 0)
    mean = (n * facility + worth * expected) / (n + worth)
    return Prediction(mean, SPREAD * (worth / (n + worth)) ** 0.5, n)
