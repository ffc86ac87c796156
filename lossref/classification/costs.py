"""The loss of a matrix of costs, which all terms share."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.classification._shared import (
    LABEL_INDICES,
    PROBABILITY_RANGE,
    PROPERTIES,
    UNBOUNDED,
    Indices,
    check_labels,
    check_shapes,
)
from lossref.domains import SUM_TOLERANCE
from lossref.errors import DomainError, ShapeError
from lossref.spec import LossSpec, Parameter


def _checked_costs(y: Indices, p: Array, cost: Array) -> Array:
    """Row of costs of each label."""
    if p.ndim != 2:
        raise ShapeError(f"p: expected shape (N, C), got {p.shape}")
    rows, classes = p.shape
    check_shapes(y_true=(y, (rows,)), cost=(cost, (classes, classes)))
    check_labels(y, classes)
    sums = p.sum(axis=1)
    wrong = np.flatnonzero(np.abs(sums - 1.0) > SUM_TOLERANCE)
    if wrong.size:
        words = "distributions over the classes (each row sums to 1)"
        raise DomainError("p (sum of a row)", words, (int(wrong[0]),), float(sums[wrong[0]]))
    costs: Array = cost[y]
    return costs


def _expected_cost(y: Indices, p: Array, cost: Array) -> Array:
    terms: Array = (_checked_costs(y, p, cost) * p).sum(axis=1)
    return terms


def _expected_cost_slope(upstream: Array, y: Indices, p: Array, cost: Array) -> tuple[Array, Array]:
    slope = upstream[:, None] * _checked_costs(y, p, cost)
    return slope, slope


def _expected_cost_slope_cost(upstream: Array, y: Indices, p: Array, cost: Array) -> tuple[Array, Array]:
    _checked_costs(y, p, cost)
    slope = np.zeros_like(cost)
    np.add.at(slope, y, upstream[:, None] * p)
    return slope, slope


def _sample_costs(rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    cost = rng.uniform(0.5, 5.0, size=(classes, classes))
    np.fill_diagonal(cost, 0.0)
    return [rng.integers(classes, size=rows), rng.dirichlet(np.ones(classes), size=rows), cost]


COST_SENSITIVE = LossSpec(
    name="cost_sensitive_cross_entropy",
    aliases=("expected_cost", "cost_sensitive"),
    family="classification",
    summary="Expected cost of a prediction: the costs of taking the label for each class, by the probabilities.",
    latex=r"\sum_{j=1}^{C} K_{y j}\, p_j",
    references=("C. Elkan, The foundations of cost-sensitive learning, IJCAI 2001",),
    parameters=(
        LABEL_INDICES,
        Parameter("p", "prediction", "probability", "whole", plausible=PROBABILITY_RANGE),
        Parameter("cost", "target", "nonnegative", "whole", plausible=(0.0, 5.0)),
    ),
    properties=PROPERTIES,
    terms=_expected_cost,
    slopes={"p": _expected_cost_slope, "cost": _expected_cost_slope_cost},
    coupled=True,
    sample=_sample_costs,
    convex_in=("p", "cost"),
    bounds=UNBOUNDED,
    minimizer="all probability on the class with the least expected cost",
    link="softmax",
)


def cost_sensitive_cross_entropy(y_true: Any, p: Any, cost: Any, **options: Any) -> Any:
    """Mean over rows of Σ cost[y, j] p_j.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    cost : array_like of shape (C, C), not negative
        cost[y, j] is what it costs to take class y for class j.
    **options
        As for `LossSpec.value`; no mask.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    It is linear in p. A cross-entropy that weighs each class is another loss: `class_weights` of
    `sparse_categorical_cross_entropy`.

    References
    ----------
    Elkan 2001.

    Examples
    --------
    >>> print(cost_sensitive_cross_entropy([0, 1], [[0.5, 0.5], [0.25, 0.75]], [[0.0, 1.0], [4.0, 0.0]]))
    0.75
    """
    return COST_SENSITIVE.value(y_true, p, cost, **options)


SPECS = (COST_SENSITIVE,)
