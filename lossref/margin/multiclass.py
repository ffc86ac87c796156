"""Margin losses of a class index and a row of scores, or of several classes at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array, positive_part
from lossref.margin._shared import PROPERTIES, UNBOUNDED, Interval, flat_curvature, step
from lossref.spec import LossSpec, Parameter, Peer

Indices = npt.NDArray[np.intp]

_LABEL = Parameter("y_true", "target", "class_index", "row", dtype="int64")
_SCORES = Parameter("scores", "prediction", "real", "rows")
_MARGIN = Parameter("margin", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.5, 2.0))


def _entry(y: Indices) -> tuple[Indices, Indices]:
    return y, np.arange(len(y))


def _shortfalls(y: Indices, scores: Array, margin: float) -> Array:
    """Take the label's score less the margin from each other class's; −∞ at the label itself."""
    label = _entry(y)
    shortfalls = margin + (scores - scores[label])
    shortfalls[label] = -np.inf
    return shortfalls


def _multiclass_hinge(y: Indices, scores: Array, margin: float, *, variant: str, power: int) -> Array:
    shortfalls = positive_part(_shortfalls(y, scores, margin))
    if variant == "crammer_singer":
        worst: Array = shortfalls.max(axis=0) ** power
        return worst
    terms: Array = (shortfalls**power).sum(axis=0)
    return terms / len(scores) if variant == "multi_margin" else terms


def _active(y: Indices, scores: Array, margin: float, variant: str) -> tuple[Array, Interval]:
    """Shortfalls, and what the loss changes by with each of them: an interval at 0, and where two are the largest."""
    shortfalls = _shortfalls(y, scores, margin)
    low, high = step(shortfalls)
    if variant != "crammer_singer":
        return shortfalls, (low, high)
    is_worst = (shortfalls == shortfalls.max(axis=0)).astype(scores.dtype)
    alone = is_worst * (is_worst.sum(axis=0) == 1.0)
    return shortfalls, (low * alone, high * is_worst)


def _multiclass_hinge_slope(y: Indices, scores: Array, margin: float, *, variant: str, power: int) -> Interval:
    shortfalls, (low, high) = _active(y, scores, margin, variant)
    label, scale = _entry(y), 1.0 / len(scores) if variant == "multi_margin" else 1.0
    each = scale * (2.0 * positive_part(shortfalls) if power == 2 else np.ones_like(scores))
    low, high = each * low, each * high
    least, most = 0.0 - high.sum(axis=0), 0.0 - low.sum(axis=0)
    if variant == "crammer_singer":  # of several worst classes the changes sum to that of one
        worst = positive_part(shortfalls).max(axis=0)
        whole = 2.0 * worst if power == 2 else np.ones_like(worst)
        least, most = 0.0 - np.minimum(high.sum(axis=0), whole), np.where(worst > 0.0, 0.0 - whole, 0.0)
    low[label], high[label] = least, most
    return low, high


def _multiclass_hinge_curvature(y: Indices, scores: Array, margin: float, *, variant: str, power: int) -> Array:
    if power == 1:
        return np.zeros_like(scores)
    _, (curvature, _) = _active(y, scores, margin, variant)
    curvature = 2.0 * curvature / (len(scores) if variant == "multi_margin" else 1.0)
    curvature[_entry(y)] = curvature.sum(axis=0)
    return curvature


MULTICLASS_HINGE = LossSpec(
    name="multiclass_hinge",
    aliases=("multiclass_svm",),
    family="margin",
    summary="What the label's score falls short of a margin above the best other class, or above each of them.",
    latex=r"\max\left(0,\; m + \max_{j \neq y} s_j - s_y\right)",
    references=(
        "K. Crammer and Y. Singer, On the algorithmic implementation of multiclass kernel-based machines, JMLR 2, 2001",
        "J. Weston and C. Watkins, Support vector machines for multi-class pattern recognition, ESANN 1999",
        "torch.nn.functional.multi_margin_loss",
    ),
    parameters=(_LABEL, _SCORES, _MARGIN),
    properties=PROPERTIES | {"zero_at_perfect_fit", "logit_shift_invariant"},
    options={"variant": ("crammer_singer", "weston_watkins", "multi_margin"), "power": (1, 2)},
    terms=_multiclass_hinge,
    slopes={"scores": _multiclass_hinge_slope},
    curvatures={"scores": _multiclass_hinge_curvature},
    convex_in=("scores",),
    bounds=UNBOUNDED,
    lipschitz=2.0**0.5,
    minimizer="the most probable class, where its probability is above ½",
    peers=(
        Peer(
            "optax.losses.multiclass_hinge_loss",
            {"scores": "scores", "labels": "y_true"},
            {"reduction": "none"},
            "the same as keras.losses.CategoricalHinge where the best other score is not negative",
        ),
        Peer(
            "torch.nn.functional.multi_margin_loss",
            {"input": "scores", "target": "y_true", "margin": "margin"},
            {"variant": "multi_margin"},
            "p is our power",
        ),
        Peer("sklearn.metrics.hinge_loss", {"y_true": "y_true", "pred_decision": "scores"}),
    ),
)


def multiclass_hinge(y_true: Any, scores: Any, margin: float = 1.0, **options: Any) -> Any:
    """Mean over rows of max(0, margin + max_{j≠y} s_j − s_y), or of the sum over j ≠ y of such shortfalls.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    scores : array_like of shape (N, C), finite real numbers s
    margin : float, not negative
    **options
        As for `LossSpec.value`; `variant` crammer_singer (default: the worst class), weston_watkins (the sum over
        the classes) or multi_margin (that sum over C); `power` 1 (default) or 2 of each shortfall.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    optax.losses.multiclass_hinge_loss and sklearn.metrics.hinge_loss (Crammer and Singer),
    torch.nn.functional.multi_margin_loss (its `p` is the power).

    Examples
    --------
    >>> for variant in ("crammer_singer", "weston_watkins", "multi_margin"):
    ...     print(multiclass_hinge([0], [[1.0, 2.0, 0.5, -3.0]], variant=variant))
    2.0
    2.5
    0.625
    """
    return MULTICLASS_HINGE.value(y_true, scores, margin, **options)


def _perceptron(y: Indices, scores: Array) -> Array:
    terms: Array = scores.max(axis=0) - scores[_entry(y)]
    return terms


def _perceptron_slope(y: Indices, scores: Array) -> Interval:
    is_top = (scores == scores.max(axis=0)).astype(scores.dtype)
    low = is_top * (is_top.sum(axis=0) == 1.0)
    low[_entry(y)] -= 1.0
    is_top[_entry(y)] -= 1.0
    return low, is_top


MULTICLASS_PERCEPTRON = LossSpec(
    name="multiclass_perceptron",
    aliases=("multiclass_perceptron_loss",),
    family="margin",
    summary="What the label's score falls short of the best score.",
    latex=r"\max_{j} s_j - s_y",
    references=("M. Collins, Discriminative training methods for hidden Markov models, EMNLP 2002",),
    parameters=(_LABEL, _SCORES),
    properties=PROPERTIES | {"zero_at_perfect_fit", "logit_shift_invariant"},
    terms=_perceptron,
    slopes={"scores": _perceptron_slope},
    curvatures={"scores": flat_curvature},
    convex_in=("scores",),
    bounds=UNBOUNDED,
    lipschitz=2.0**0.5,
    minimizer="scores that are all the same",
    peers=(
        Peer(
            "optax.losses.multiclass_perceptron_loss", {"scores": "scores", "labels": "y_true"}, {"reduction": "none"}
        ),
    ),
)


def multiclass_perceptron(y_true: Any, scores: Any, **options: Any) -> Any:
    """Mean over rows of max s_j − s[y].

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    scores : array_like of shape (N, C), finite real numbers s
    **options
        As for `LossSpec.value`; `ignore_index` as for `sparse_categorical_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Collins 2002; optax.losses.multiclass_perceptron_loss (the terms).

    Examples
    --------
    >>> print(multiclass_perceptron([0, 1], [[1.0, 3.0], [1.0, 3.0]], reduction="none"))
    [2. 0.]
    """
    return MULTICLASS_PERCEPTRON.value(y_true, scores, **options)


SPECS = (MULTICLASS_HINGE, MULTICLASS_PERCEPTRON)
