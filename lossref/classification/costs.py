"""Losses of which the terms share an argument: a matrix of costs, or the weights of a last layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.classification import sparse
from lossref.classification._shared import PROBABILITY_RANGE, PROPERTIES, SHIFTS, UNBOUNDED, Indices
from lossref.domains import SUM_TOLERANCE, index_offence
from lossref.errors import DomainError, ShapeError
from lossref.spec import LossSpec, Parameter, Peer

_LABELS = Parameter("y_true", "target", "class_index", "whole", dtype="int64")
_ROWS = sparse.SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS


def _check_shapes(given: dict[str, Any], expected: dict[str, tuple[int, ...]]) -> None:
    for name, shape in expected.items():
        if given[name].shape != shape:
            raise ShapeError(f"{name}: expected shape {shape} to go with the others, got {given[name].shape}")


def _check_labels(y: Indices, classes: int) -> None:
    found = index_offence("y_true", y, classes)
    if found is not None:
        raise DomainError(found.argument, found.words, (found.term,), found.value)


def _checked_costs(y: Indices, p: Array, cost: Array) -> Array:
    """Row of costs of each label."""
    if p.ndim != 2:
        raise ShapeError(f"p: expected shape (N, C), got {p.shape}")
    rows, classes = p.shape
    _check_shapes({"y_true": y, "cost": cost}, {"y_true": (rows,), "cost": (classes, classes)})
    _check_labels(y, classes)
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
        _LABELS,
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


def _logits(y: Indices, x: Array, weight: Array, bias: Array) -> Array:
    """Logits by class, (C, N)."""
    if x.ndim != 2 or weight.ndim != 2:
        raise ShapeError(f"expected x of shape (N, D) and weight of shape (C, D), got {x.shape} and {weight.shape}")
    rows, classes = x.shape[0], weight.shape[0]
    expected = {"y_true": (rows,), "weight": (classes, x.shape[1]), "bias": (classes,)}
    _check_shapes({"y_true": y, "weight": weight, "bias": bias}, expected)
    _check_labels(y, classes)
    return weight @ x.T + bias[:, None]


def _linear(y: Indices, x: Array, weight: Array, bias: Array, smoothing: float) -> Array:
    terms: Array = _ROWS.terms(y, _logits(y, x, weight, bias), smoothing, class_weights=None)
    return terms


def _through_logits(upstream: Array, y: Indices, logits: Array, smoothing: float) -> Array:
    slope, _ = _ROWS.slopes["z"](y, logits, smoothing, class_weights=None)
    return upstream * slope


def _linear_slope_x(
    upstream: Array, y: Indices, x: Array, weight: Array, *bias_and_smoothing: Any
) -> tuple[Array, Array]:
    bias, smoothing = bias_and_smoothing
    slope = _through_logits(upstream, y, _logits(y, x, weight, bias), smoothing).T @ weight
    return slope, slope


def _linear_slope_weight(
    upstream: Array, y: Indices, x: Array, weight: Array, *bias_and_smoothing: Any
) -> tuple[Array, Array]:
    bias, smoothing = bias_and_smoothing
    slope = _through_logits(upstream, y, _logits(y, x, weight, bias), smoothing) @ x
    return slope, slope


def _linear_slope_bias(
    upstream: Array, y: Indices, x: Array, weight: Array, *bias_and_smoothing: Any
) -> tuple[Array, Array]:
    bias, smoothing = bias_and_smoothing
    slope = _through_logits(upstream, y, _logits(y, x, weight, bias), smoothing).sum(axis=1)
    return slope, slope


def _sample_layer(rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    weight = rng.normal(size=(classes, 3))
    return [rng.integers(classes, size=rows), rng.normal(size=(rows, 3)), weight, rng.normal(size=classes)]


LINEAR_CROSS_ENTROPY = LossSpec(
    name="linear_cross_entropy",
    aliases=("fused_linear_cross_entropy",),
    family="classification",
    summary="Cross-entropy of softmax(W x + b): the last layer and the loss in one.",
    latex=r"\log \sum_{j=1}^{C} e^{w_j^\top x + b_j} - w_y^\top x - b_y",
    references=("torch.nn.functional.linear_cross_entropy", *_ROWS.references),
    parameters=(
        _LABELS,
        Parameter("x", "prediction", "real", "whole"),
        Parameter("weight", "input", "real", "whole", plausible=(-1.0, 1.0)),
        Parameter("bias", "input", "real", "whole", plausible=(-1.0, 1.0)),
        Parameter("label_smoothing", "hyper", "probability", "scalar", default=0.0, plausible=(0.05, 0.3)),
    ),
    properties=PROPERTIES | SHIFTS,
    guards={"term": "surprise"},
    terms=_linear,
    slopes={"x": _linear_slope_x, "weight": _linear_slope_weight, "bias": _linear_slope_bias},
    coupled=True,
    sample=_sample_layer,
    convex_in=("x", "weight", "bias"),
    bounds=UNBOUNDED,
    minimizer=_ROWS.minimizer,
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.linear_cross_entropy",
            {"input": "x", "linear_weight": "weight", "target": "y_true", "linear_bias": "bias"},
        ),
    ),
)


def linear_cross_entropy(
    y_true: Any, x: Any, weight: Any, bias: Any, label_smoothing: float = 0.0, **options: Any
) -> Any:
    """Mean over rows of the cross-entropy of softmax(W x + b) and a class index.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    x : array_like of shape (N, D), features
    weight : array_like of shape (C, D)
    bias : array_like of shape (C,)
    label_smoothing : float in [0, 1]
        The (one-hot) labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; no mask.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.linear_cross_entropy (whose bias is optional).

    Examples
    --------
    >>> print(linear_cross_entropy([1], [[2.0, 0.0]], [[500.0, 0.0], [0.0, 1.0]], [0.0, 0.0]))
    1000.0
    """
    return LINEAR_CROSS_ENTROPY.value(y_true, x, weight, bias, label_smoothing, **options)


SPECS = (COST_SENSITIVE, LINEAR_CROSS_ENTROPY)
