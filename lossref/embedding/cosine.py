"""Losses of the angle between two vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref._vectors import Interval, cosine, cosine_slope, gated, smooth
from lossref.spec import LossSpec, Parameter, Peer

_X1 = Parameter("x1", "target", "real", "rows", width="features")
_X2 = Parameter("x2", "prediction", "real", "rows", width="features")
_SALTON = "G. Salton, A. Wong and C. S. Yang, A vector space model for automatic indexing, Comm. ACM 18(11), 1975"


def _signed(value: Array, sign: str) -> Array:
    return value if sign == "positive" else -value


def _similarity(x1: Array, x2: Array, *, sign: str) -> Array:
    return _signed(cosine(x1, x2), sign)


def _similarity_slope_1(x1: Array, x2: Array, *, sign: str) -> Interval:
    return smooth(_signed(cosine_slope(x1, x2), sign))


def _similarity_slope_2(x1: Array, x2: Array, *, sign: str) -> Interval:
    return _similarity_slope_1(x2, x1, sign=sign)


COSINE_SIMILARITY = LossSpec(
    name="cosine_similarity",
    family="embedding",
    summary="Cosine of the angle between two vectors: 1 where they point the same way, −1 where they are opposed.",
    latex=r"\frac{x_1 \cdot x_2}{\lVert x_1 \rVert \, \lVert x_2 \rVert}",
    references=(_SALTON,),
    parameters=(_X1, _X2),
    properties=frozenset({"symmetric_in_arguments", "permutation_invariant", "scale_invariant"}),
    options={"sign": ("positive", "negative")},
    bounds=(-1.0, 1.0),
    peers=(
        Peer("torch.nn.functional.cosine_similarity", {"x1": "x1", "x2": "x2"}, {"reduction": "none"}),
        Peer(
            "optax.losses.cosine_similarity",
            {"predictions": "x2", "targets": "x1"},
            {"reduction": "none"},
            "NaN at a zero vector, unless its epsilon is above 0",
        ),
        Peer("torch.nn.CosineSimilarity", {"x1": "x1", "x2": "x2"}, {"reduction": "none"}),
        Peer(
            "keras.losses.cosine_similarity",
            {"y_true": "x1", "y_pred": "x2"},
            {"sign": "negative", "reduction": "none"},
        ),
        Peer(
            "keras.losses.CosineSimilarity",
            {"y_true": "x1", "y_pred": "x2"},
            {"sign": "negative"},
            "the negative similarity, so that −1 is the best",
        ),
    ),
    guards={"x1": "norm", "x2": "norm"},
    terms=_similarity,
    slopes={"x1": _similarity_slope_1, "x2": _similarity_slope_2},
)


def cosine_similarity(x1: Any, x2: Any, **options: Any) -> Any:
    """Mean over rows of x1·x2 / (‖x1‖ ‖x2‖).

    Parameters
    ----------
    x1, x2 : array_like of shape (N, D), finite real numbers
    **options
        As for `LossSpec.value`; `sign` positive (default), or negative for the loss of which −1 is the best.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    The similarity to a zero vector has no limit; it is taken as 0, and so is its gradient.

    References
    ----------
    torch.nn.functional.cosine_similarity (the terms), keras.losses.CosineSimilarity (their negative).

    Examples
    --------
    >>> print(cosine_similarity([[3.0, 4.0]], [[4.0, 3.0]]))
    0.96
    """
    return COSINE_SIMILARITY.value(x1, x2, **options)


def _distance(x1: Array, x2: Array) -> Array:
    return 1.0 - cosine(x1, x2)


def _distance_slope_1(x1: Array, x2: Array) -> Interval:
    return smooth(-cosine_slope(x1, x2))


def _distance_slope_2(x1: Array, x2: Array) -> Interval:
    return _distance_slope_1(x2, x1)


COSINE_DISTANCE = LossSpec(
    name="cosine_distance",
    family="embedding",
    summary="1 less the cosine of the angle between two vectors, half the squared distance of their directions.",
    latex=r"1 - \frac{x_1 \cdot x_2}{\lVert x_1 \rVert \, \lVert x_2 \rVert}",
    references=(_SALTON,),
    parameters=(_X1, _X2),
    properties=frozenset({"non_negative", "zero_at_perfect_fit", "symmetric_in_arguments", "permutation_invariant"})
    | {"scale_invariant"},
    bounds=(0.0, 2.0),
    peers=(
        Peer(
            "optax.losses.cosine_distance",
            {"predictions": "x2", "targets": "x1"},
            {"reduction": "none"},
            "NaN at a zero vector, unless its epsilon is above 0",
        ),
    ),
    guards={"x1": "norm", "x2": "norm"},
    terms=_distance,
    slopes={"x1": _distance_slope_1, "x2": _distance_slope_2},
)


def cosine_distance(x1: Any, x2: Any, **options: Any) -> Any:
    """Mean over rows of 1 − x1·x2 / (‖x1‖ ‖x2‖).

    Parameters
    ----------
    x1, x2 : array_like of shape (N, D), finite real numbers
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    The distance to a zero vector has no limit; it is taken as 1, and its gradient as 0.

    References
    ----------
    optax.losses.cosine_distance (the terms).

    Examples
    --------
    >>> print(cosine_distance([[1.0, 0.0], [1.0, 0.0]], [[0.0, 2.0], [-2.0, 0.0]]))
    1.5
    """
    return COSINE_DISTANCE.value(x1, x2, **options)


def _embedding(x1: Array, x2: Array, y: Array, margin: float) -> Array:
    similarity = cosine(x1, x2)
    return np.where(y > 0.0, 1.0 - similarity, np.maximum(0.0, similarity - margin))


def _embedding_slope_1(x1: Array, x2: Array, y: Array, margin: float) -> Interval:
    slope = cosine_slope(x1, x2)
    low, high = gated(cosine(x1, x2) - margin, (slope, slope))
    return np.where(y > 0.0, -slope, low), np.where(y > 0.0, -slope, high)


def _embedding_slope_2(x1: Array, x2: Array, y: Array, margin: float) -> Interval:
    return _embedding_slope_1(x2, x1, y, margin)


COSINE_EMBEDDING = LossSpec(
    name="cosine_embedding",
    aliases=("cosine_embedding_loss",),
    family="embedding",
    summary="Cosine distance of pairs that belong together; excess of the similarity over a margin for the others.",
    latex=r"\begin{cases} 1 - \cos(x_1, x_2) & y = 1 \\ \max(0, \cos(x_1, x_2) - m) & y = -1 \end{cases}",
    references=("torch.nn.CosineEmbeddingLoss",),
    parameters=(
        Parameter("x1", "input", "real", "rows", width="features"),
        Parameter("x2", "input", "real", "rows", width="features"),
        Parameter("y", "target", "plus_minus_one", "row", dtype="int64"),
        Parameter("margin", "hyper", "cosine", "scalar", default=0.0, plausible=(-0.4, 0.6)),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={"label_encoding": ("plus_minus_one", "zero_one")},
    bounds=(0.0, 2.0),
    peers=(
        Peer(
            "torch.nn.functional.cosine_embedding_loss",
            {"input1": "x1", "input2": "x2", "target": "y", "margin": "margin"},
        ),
        Peer("torch.nn.CosineEmbeddingLoss", {"input1": "x1", "input2": "x2", "target": "y", "margin": "margin"}),
    ),
    guards={"x1": "norm", "x2": "norm"},
    terms=_embedding,
    slopes={"x1": _embedding_slope_1, "x2": _embedding_slope_2},
)


def cosine_embedding(x1: Any, x2: Any, y: Any, margin: float = 0.0, **options: Any) -> Any:
    """Mean over pairs of 1 − cos(x1, x2) where y = 1, and of max(0, cos(x1, x2) − margin) where y = −1.

    Parameters
    ----------
    x1, x2 : array_like of shape (N, D), finite real numbers
    y : array_like of shape (N,), labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    margin : float in [−1, 1]
        Similarity from which a pair with y = −1 costs something.
    **options
        As for `LossSpec.value`; `label_encoding` plus_minus_one (default) or zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    Where y = −1 and the similarity is the margin, each subdifferential is the interval between 0 and the slope. The
    similarity to a zero vector is taken as 0, and so is its gradient.

    References
    ----------
    torch.nn.functional.cosine_embedding_loss.

    Examples
    --------
    >>> print(cosine_embedding([[3.0, 4.0]], [[4.0, 3.0]], [-1], margin=0.5).round(6))
    0.46
    """
    return COSINE_EMBEDDING.value(x1, x2, y, margin, **options)


SPECS = (COSINE_SIMILARITY, COSINE_DISTANCE, COSINE_EMBEDDING)
