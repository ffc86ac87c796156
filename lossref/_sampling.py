"""Points of a loss's domain to check it on: ordinary ones at random, and the edges."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter

# Just inside an end, at the end, and where 1 − p, 1 + e^z or e² lose digits in a careless form.
_ELEMENT_EDGES = {
    "real": (0.0, 1.0, -1.0, 1e-8, -1e-8, 40.0, -1e3, 1e8),
    "logits": (0.0, 1e-9, -1e-9, 1.0, 36.0, -36.0, 40.0, -40.0, 710.0, -710.0, 1e3, -1e3),
    "positive": (1e-6, 1.0, 1e3),
    "nonnegative": (0.0, 1e-6, 1.0, 1e3),
    "nonzero": (1e-6, -1.0, 1e3),
    "above_minus_one": (-1.0 + 2.0**-30, 0.0, 1e-8, 1.0, 1e3),
    "probability": (0.0, 1e-300, 1e-17, 1e-8, 0.5, 1.0 - 2.0**-53, 1.0),
    "label01": (0.0, 1.0),
    "plus_minus_one": (-1.0, 1.0),
}
_ROW_EDGES = {
    "logits": (
        (0.0, 0.0, 0.0),
        (1e3, 0.0, -1e3),
        (-1e3, -1e3, -1001.0),
        (40.0, 0.0, 0.0),
        (1e8, 1e8 - 1.0, 1e8),
        (0.0, -np.inf, 1.0),
        (700.0, -700.0, 710.0),
    ),
    "log_probability": ((0.0, -np.inf, -np.inf), (-1e-300, -690.0, -1e3), (-1.0, -2.0, -0.5)),
    "simplex": ((1.0, 0.0, 0.0), (0.5, 0.5, 0.0), (1e-300, 1.0, 0.0), (1.0 - 2.0**-53, 2.0**-53, 0.0)),
}


def draw(parameter: Parameter, rng: np.random.Generator, rows: int, classes: int) -> Any:
    """Draw an argument at random: shape (rows,), (rows, classes) or a single number for a hyper-parameter."""
    low, high = parameter.plausible
    if parameter.domain in {"count", "index"}:
        return int(rng.integers(int(low), int(high), endpoint=True))
    if parameter.shape == "scalar":
        return float(rng.uniform(low, high))
    labels = {"label01": (0, 1), "plus_minus_one": (-1, 1), "class_index": range(classes), "onehot": range(classes)}
    if parameter.domain == "label_list":
        lists = rng.permuted(np.tile(np.arange(classes), (rows, 1)), axis=1)
        return np.where(np.arange(classes) < rng.integers(classes + 1, size=(rows, 1)), lists, -1)
    if parameter.domain in labels:
        each = (rows, classes) if parameter.shape == "rows" and parameter.domain != "onehot" else rows
        drawn = rng.choice(labels[parameter.domain], size=each)
        return np.eye(classes)[drawn] if parameter.domain == "onehot" else drawn
    if parameter.domain == "simplex":
        return rng.dirichlet(np.ones(classes), size=rows)
    return rng.uniform(low, high, size=(rows, classes) if parameter.shape == "rows" else rows)


def drawn_arrays(spec: LossSpec, rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    """Draw all array arguments of a batch."""
    if spec.sample is not None:
        return spec.sample(rng, rows, classes)
    return [draw(parameter, rng, rows, classes) for parameter in spec.arrays]


def ordinary_points(spec: LossSpec, rng: np.random.Generator, count: int = 12, classes: int = 3) -> Iterator[list[Any]]:
    """Yield the arguments of single terms, drawn at random: a number or a row for each parameter."""
    drawn = [draw(p, rng, count, classes) for p in spec.arrays]
    for index in range(count):
        yield [argument[index] for argument in drawn] + [draw(p, rng, 1, classes) for p in spec.scalars]


def edge_points(spec: LossSpec, classes: int = 3) -> Iterator[list[Any]]:
    """Yield the arguments of single terms on the edges of the domain, hyper-parameters at their defaults."""
    defaults = [p.default for p in spec.scalars]
    for edge in itertools.product(*(_edges(p, classes) for p in spec.arrays)):
        yield [*edge, *defaults]


def _edges(parameter: Parameter, classes: int) -> list[Any]:
    if parameter.domain == "class_index":
        return list(range(classes))
    if parameter.domain == "onehot":
        return list(np.eye(classes))
    if parameter.shape == "rows":
        return [np.array(row) for row in _ROW_EDGES[parameter.domain]]
    return list(_ELEMENT_EDGES[parameter.domain])


def as_arrays(spec: LossSpec, point: list[Any]) -> list[Array]:
    """Arguments of one term as a batch of one."""
    return [np.asarray(argument)[None] for argument in point[: len(spec.arrays)]] + point[len(spec.arrays) :]
