"""The data of the scenarios, drawn anew from every seed, each with one difficulty of a stated size.

The difficulty lies in the training data. Held-out data are clean where labels or targets are spoiled: what counts is
what the model would say of the world, not of the mistakes of those who measured it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rng = np.random.Generator

HELD_OUT = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Features (..., D) and targets, one for each row or, in a ranking, each item."""

    features: Array
    targets: Array


@dataclasses.dataclass(frozen=True, slots=True)
class Data:
    train: Part
    held_out: Part


def outliers(rng: Rng, *, share: float) -> Data:
    """Draw a linear relation with noise of size 0.4; in training, a share of the targets reads 8 to 16 too much."""
    features, weights = rng.standard_normal((240 + HELD_OUT, 5)), _weights(rng, 5)
    targets = features @ weights + 1.0 + 0.4 * rng.standard_normal(len(features))
    data = _parted(features, targets, 240)
    broken = _some(rng, 240, share)
    data.train.targets[broken] += rng.uniform(8.0, 16.0, len(broken))
    return data


def prices(rng: Rng, *, spread: float) -> Data:
    """Draw prices over several orders of magnitude with heavy-tailed noise (Student's t, 3 degrees of freedom).

    The logarithm bends with the features, which a linear model cannot follow: the loss says where it is right.
    """
    features, weights = rng.standard_normal((300 + HELD_OUT, 5)), _weights(rng, 5)
    noise = np.clip(rng.standard_t(3, len(features)), -8.0, 8.0)
    quality = features @ weights
    return _parted(features, np.exp(quality + 0.25 * (quality**2 - 1.0) + spread * noise), 300)


def stock(rng: Rng, *, spread: float) -> Data:
    """Draw a demand with a long tail above, the wider the higher it is expected."""
    features, weights = rng.uniform(-1.0, 1.0, (300 + HELD_OUT, 4)), _weights(rng, 4)
    expected = 4.0 + 1.2 * features @ weights
    tail = rng.gamma(2.0, 1.0, len(features)) - 2.0
    return _parted(features, expected + spread * (1.0 + 0.25 * expected) * tail, 300)


def counts(rng: Rng, *, level: float) -> Data:
    """Draw counts that follow Poisson's law; the logarithm of the rate is linear."""
    features, weights = rng.standard_normal((300 + HELD_OUT, 5)), _weights(rng, 5)
    rate = level * np.exp(np.clip(0.8 * features @ weights, -3.0, 2.5))
    return _parted(features, rng.poisson(rate).astype(np.float64), 300)


def rare(rng: Rng, *, share: float) -> Data:
    """Draw two classes that overlap, one of them rare."""
    size = 800 + 4 * HELD_OUT
    labels = np.zeros(size, dtype=np.int64)
    for first, last in ((0, 800), (800, size)):
        labels[first + rng.permutation(last - first)[: round(share * (last - first))]] = 1
    features = rng.standard_normal((size, 6)) + 1.6 * labels[:, None] * _weights(rng, 6)
    return _parted(features, labels, 800)


def balanced(rng: Rng, *, distance: float) -> Data:
    """Draw two classes of one size, far enough apart to be told from each other nearly always."""
    labels = rng.permutation(np.arange(240 + HELD_OUT) % 2)
    features = rng.standard_normal((len(labels), 6)) + distance * (labels[:, None] - 0.5) * _weights(rng, 6)
    return _parted(features, labels, 240)


def wrong_labels(rng: Rng, *, share: float) -> Data:
    """Draw four classes in clusters; in training, a share of the labels is replaced by another class at random."""
    classes, size = 4, 240 + HELD_OUT
    labels = rng.permutation(np.arange(size) % classes)
    # Rows of an orthogonal matrix: every two clusters are equally far apart.
    centres = 3.0 * np.linalg.qr(rng.standard_normal((10, 10)))[0][:classes]
    data = _parted(centres[labels] + rng.standard_normal((size, 10)), labels, 240)
    wrong = _some(rng, 240, share)
    data.train.targets[wrong] = (data.train.targets[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return data


def stretched(rng: Rng, *, stretch: float) -> Data:
    """Draw a linear relation with little noise; the features differ in scale, so that the loss is a long valley."""
    scales = np.geomspace(1.0, 1.0 / stretch, 5)
    features = rng.standard_normal((300 + HELD_OUT, 5)) * scales
    targets = features @ (_weights(rng, 5) / scales) + 0.1 * rng.standard_normal(len(features))
    return _parted(features, targets, 300)


def queries(rng: Rng, *, confusion: float) -> Data:
    """Draw lists of 8 items with grades from 0 to 3. A list's level says nothing of the order within it.

    The features move against the level of their list: across lists, good features stand beside low grades.
    """
    count, items = 100 + 150, 8
    weights = _weights(rng, 5)
    level = rng.standard_normal((count, 1))
    features = rng.standard_normal((count, items, 5)) - confusion * level[..., None] * weights
    merit = features @ weights + confusion * level + 0.3 * rng.standard_normal((count, items))
    grades = np.clip(np.floor(merit + 1.6 * level + 1.5), 0.0, 3.0)
    return _parted(features, grades, 100)


def _weights(rng: Rng, count: int) -> Array:
    """Draw a direction of length 1 in which every feature counts."""
    drawn = rng.choice([-1.0, 1.0], count) * rng.uniform(0.6, 1.4, count)
    return np.asarray(drawn / np.linalg.norm(drawn))


def _some(rng: Rng, count: int, share: float) -> Array:
    return rng.permutation(count)[: round(share * count)]


def _parted(features: Array, targets: Array, first: int) -> Data:
    return Data(Part(features[:first], targets[:first].copy()), Part(features[first:], targets[first:]))
