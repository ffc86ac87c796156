"""Losses of a label −1 or +1 and a score; m = y·score is the margin."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter


def _hinge(y: Array, score: Array) -> Array:
    return np.maximum(0.0, 1.0 - y * score)


def _hinge_slope(y: Array, score: Array) -> tuple[Array, Array]:
    margin = y * score
    inside = np.where(margin < 1.0, -y, 0.0)
    reached = np.where(margin <= 1.0, -y, 0.0)
    return np.minimum(inside, reached), np.maximum(inside, reached)


HINGE = LossSpec(
    name="hinge",
    aliases=("hinge_loss",),
    family="margin",
    summary="Shortfall of the margin y·score from 1; the loss of the support vector machine.",
    latex=r"\max\left(0,\; 1 - y\,s\right), \quad y \in \{-1, +1\}",
    references=("C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20, 1995",),
    parameters=(
        Parameter("y_true", "target", "plus_minus_one", dtype="int64"),
        Parameter("score", "prediction", "real"),
    ),
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "convex_in_prediction", "permutation_invariant"}),
    options={"label_encoding": ("plus_minus_one", "zero_one")},
    kinks=((1.0, 1.0), (-1.0, -1.0)),
    terms=_hinge,
    slopes={"score": _hinge_slope},
)


def hinge(y_true: Any, score: Any, **options: Any) -> Any:
    """Mean of max(0, 1 − y·score).

    Parameters
    ----------
    y_true : array_like of labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    score : array_like of finite real numbers, the same shape
        Decision scores, not probabilities.
    **options
        As for `LossSpec.value`; `label_encoding` plus_minus_one (default) or zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    At y·score = 1 the subdifferential is the interval between −y and 0; the gradient given there is 0.

    References
    ----------
    keras.losses.Hinge (which converts 0/1 labels by itself), optax.losses.hinge_loss (the terms),
    sklearn.metrics.hinge_loss.

    Examples
    --------
    >>> print(hinge([1, -1], [0.5, -2.0]))
    0.25
    >>> print(hinge([1, 0], [0.5, -2.0], label_encoding="zero_one"))
    0.25
    """
    return HINGE.value(y_true, score, **options)


SPECS = (HINGE,)
