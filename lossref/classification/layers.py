"""Cross-entropies that hold their own last layer: one matrix of weights, or two levels of classes."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from lossref._numerics import Array
from lossref.classification import sparse
from lossref.classification._shared import (
    LABEL_INDICES,
    LOG_BASE,
    PROPERTIES,
    SHIFTS,
    SMOOTHING,
    UNBOUNDED,
    Indices,
    check_labels,
    check_shapes,
)
from lossref.errors import DomainError, ShapeError
from lossref.spec import LossSpec, Parameter, Peer

_ROWS = sparse.SPARSE_CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS
_FEATURES = Parameter("x", "prediction", "real", "whole")
_of_layer = functools.partial(Parameter, role="input", domain="real", shape="whole", plausible=(-1.0, 1.0))


def _logits(y: Indices, x: Array, weight: Array, bias: Array) -> Array:
    """Logits by class, (C, N)."""
    if x.ndim != 2 or weight.ndim != 2:
        raise ShapeError(f"expected x of shape (N, D) and weight of shape (C, D), got {x.shape} and {weight.shape}")
    rows, classes = x.shape[0], weight.shape[0]
    check_shapes(y_true=(y, (rows,)), weight=(weight, (classes, x.shape[1])), bias=(bias, (classes,)))
    check_labels(y, classes)
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
        LABEL_INDICES,
        _FEATURES,
        _of_layer("weight"),
        _of_layer("bias"),
        SMOOTHING,
    ),
    properties=PROPERTIES | SHIFTS,
    options=LOG_BASE,
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
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; no mask.

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


class _Cluster(NamedTuple):
    """A group of rare classes: the rows that have one of them as label, and the softmax among them."""

    number: int
    rows: Indices
    classes: slice  # in the weights of the tail
    labels: Indices  # counted from the first class of the group
    hidden: Array
    logits: Array  # by class, (classes, rows)


class _TwoLevels:
    """The softmax of the head, over the frequent classes and the clusters, and one softmax in each cluster."""

    def __init__(
        self, y: Indices, x: Array, head_weight: Array, head_bias: Array, projection: Array, *tail_and_cutoffs: Any
    ) -> None:
        self.y, self.x, self.projection = y, x, projection
        self.tail_weight, self.cutoffs = tail_and_cutoffs
        self._check(head_weight, head_bias)
        cluster = np.searchsorted(self.cutoffs, y, side="right")
        self.head_labels = np.where(cluster == 0, y, self.cutoffs[0] + cluster - 1)
        self.head_logits = head_weight @ x.T + head_bias[:, None]

    @property
    def classes(self) -> int:
        return int(self.cutoffs[0]) + len(self.tail_weight)

    def _check(self, head_weight: Array, head_bias: Array) -> None:
        if self.x.ndim != 2 or self.projection.ndim != 3 or self.cutoffs.shape != (len(self.projection),):
            raise ShapeError(
                f"expected x of shape (N, D), projection of shape (K, H, D) and K cutoffs, "
                f"got {self.x.shape}, {self.projection.shape} and {self.cutoffs.shape}"
            )
        (rows, features), (clusters, hidden, _) = self.x.shape, self.projection.shape
        if not clusters:
            raise ShapeError("cutoffs: expected at least one; without any it is linear_cross_entropy")
        head = int(self.cutoffs[0]) + clusters
        check_shapes(
            y_true=(self.y, (rows,)),
            head_weight=(head_weight, (head, features)),
            head_bias=(head_bias, (head,)),
            projection=(self.projection, (clusters, hidden, features)),
            tail_weight=(self.tail_weight, (len(self.tail_weight), hidden)),
        )
        steps = np.diff(np.concatenate(([0], self.cutoffs, [self.classes])))
        if (steps <= 0).any():
            place = min(int(np.argmax(steps <= 0)), clusters - 1)
            words = f"whole numbers that increase, from 1 to {self.classes - 1}"
            raise DomainError("cutoffs", words, (place,), int(self.cutoffs[place]))
        check_labels(self.y, self.classes)

    def clusters(self) -> Iterator[_Cluster]:
        for number, (start, end) in enumerate(itertools.pairwise((*self.cutoffs, self.classes))):
            rows = np.flatnonzero((start <= self.y) & (self.y < end))
            classes = slice(start - self.cutoffs[0], end - self.cutoffs[0])
            hidden = self.x[rows] @ self.projection[number].T
            logits = self.tail_weight[classes] @ hidden.T
            yield _Cluster(number, rows, classes, self.y[rows] - start, hidden, logits)


def _adaptive(*arguments: Any) -> Array:
    levels = _TwoLevels(*arguments)
    terms: Array = _ROWS.terms(levels.head_labels, levels.head_logits, 0.0, class_weights=None)
    for cluster in levels.clusters():
        terms[cluster.rows] += _ROWS.terms(cluster.labels, cluster.logits, 0.0, class_weights=None)
    return terms


def _adaptive_slopes(upstream: Array, *arguments: Any) -> dict[str, Array]:
    """Gradients of all floating arguments: each needs most of what the others do."""
    levels, (_, x, head_weight, _, projection, tail_weight, _) = _TwoLevels(*arguments), arguments
    of_head = _through_logits(upstream, levels.head_labels, levels.head_logits, 0.0)
    of_x, of_projection, of_tail = of_head.T @ head_weight, np.zeros_like(projection), np.zeros_like(tail_weight)
    for number, rows, classes, labels, hidden, logits in levels.clusters():
        of_logits = _through_logits(upstream[rows], labels, logits, 0.0)
        of_hidden = of_logits.T @ tail_weight[classes]
        of_x[rows] += of_hidden @ projection[number]
        of_projection[number] = of_hidden.T @ x[rows]
        of_tail[classes] = of_logits @ hidden
    return {
        "x": of_x,
        "head_weight": of_head @ x,
        "head_bias": of_head.sum(axis=1),
        "projection": of_projection,
        "tail_weight": of_tail,
    }


def _adaptive_slope(wrt: str) -> Callable[..., tuple[Array, Array]]:
    def slope(upstream: Array, *arguments: Any) -> tuple[Array, Array]:
        found = _adaptive_slopes(upstream, *arguments)[wrt]
        return found, found

    return slope


def _sample_levels(rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    """Two clusters, of two and of three classes, behind a head of as many classes as are asked for."""
    head, clusters, features, hidden, tail = classes, 2, 3, 2, 5
    weights = [rng.normal(size=(head + clusters, features)), rng.normal(size=head + clusters)]
    weights += [rng.normal(size=(clusters, hidden, features)), rng.normal(size=(tail, hidden))]
    labels, x = rng.integers(head + tail, size=rows), rng.normal(size=(rows, features))
    return [labels, x, *weights, np.array([head, head + 2])]


_LAYERS = ("x", "head_weight", "head_bias", "projection", "tail_weight")

ADAPTIVE_LOG_SOFTMAX = LossSpec(
    name="adaptive_log_softmax",
    aliases=("adaptive_softmax", "adaptive_log_softmax_with_loss"),
    family="classification",
    summary="Cross-entropy of a softmax in two levels: frequent classes at once, rare ones within their clusters.",
    latex=(
        r"\ell(W x + b,\, y) \;\text{for}\; y < c_1, \quad \ell(W x + b,\, c_1 + k) + \ell(V_k P_k x,\, y - c_k)"
        r"\;\text{for}\; c_k \le y < c_{k+1}, \quad \ell(z, j) = \log \sum_i e^{z_i} - z_j"
    ),
    references=(
        "E. Grave et al., Efficient softmax approximation for GPUs, ICML 2017",
        "torch.nn.AdaptiveLogSoftmaxWithLoss",
    ),
    parameters=(
        LABEL_INDICES,
        _FEATURES,
        *map(_of_layer, _LAYERS[1:]),
        Parameter("cutoffs", "input", "class_index", "whole", dtype="int64"),
    ),
    properties=PROPERTIES,
    options=LOG_BASE,
    guards={"term": "surprise"},
    terms=_adaptive,
    slopes={name: _adaptive_slope(name) for name in _LAYERS},
    coupled=True,
    sample=_sample_levels,
    convex_in=_LAYERS,
    bounds=UNBOUNDED,
    minimizer="in each level the logarithms of the conditional probabilities of its classes, up to a constant",
    link="identity",
)


def adaptive_log_softmax(  # noqa: PLR0917 - the two levels of weights
    y_true: Any,
    x: Any,
    head_weight: Any,
    head_bias: Any,
    projection: Any,
    tail_weight: Any,
    cutoffs: Any,
    **options: Any,
) -> Any:
    """Mean over rows of −log p[y], where a rare class has its cluster's probability times its own within the cluster.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1, in the order of their frequency
    x : array_like of shape (N, D), features
    head_weight : array_like of shape (S + K, D)
        Rows of the S frequent classes, then one row of each of the K clusters.
    head_bias : array_like of shape (S + K,)
    projection : array_like of shape (K, H, D)
        Of each cluster, to H features; fill up with zeros where a cluster has fewer.
    tail_weight : array_like of shape (C − S, H), one row of each rare class
    cutoffs : array_like of K increasing integers: the first class of each cluster; the first of them is S
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; no mask.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Grave et al. 2017; torch.nn.AdaptiveLogSoftmaxWithLoss, whose bias is optional, and whose k-th cluster has
    D/4^k features unless told otherwise.

    Examples
    --------
    >>> zeros = [np.zeros(shape) for shape in ((1, 1), (3, 1), 3, (1, 1, 1), (4, 1))]
    >>> print(adaptive_log_softmax([0], *zeros, [2], log_base=2).round(6))  # one of 2 classes and 1 cluster
    1.584963
    >>> print(adaptive_log_softmax([5], *zeros, [2], log_base=2).round(6))  # the cluster, and one of its 4 classes
    3.584963
    """
    return ADAPTIVE_LOG_SOFTMAX.value(y_true, x, head_weight, head_bias, projection, tail_weight, cutoffs, **options)


SPECS = (LINEAR_CROSS_ENTROPY, ADAPTIVE_LOG_SOFTMAX)
