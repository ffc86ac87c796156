"""Sparsemax losses: of the projection onto the probabilities, which has exact zeros, in place of the softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, positive_part
from lossref.classification._shared import (
    FITS,
    HARD_LABEL,
    LABEL_INDEX,
    PROPERTIES,
    SHIFTS,
    UNBOUNDED,
    Z_ROWS,
    Indices,
    Z,
)
from lossref.spec import LossSpec, Peer

_REFERENCES = (
    "A. F. T. Martins and R. F. Astudillo, From softmax to sparsemax, ICML 2016",
    "M. Blondel et al., Learning with Fenchel-Young losses, JMLR 21, 2020",
)


def _binary(y: Array, z: Array) -> Array:
    against = (1.0 - 2.0 * y) * z
    # ((u + 1)/2)² up to u = 1, and its tangent u from there: the part of u beyond 1 is added as it is.
    inside = np.clip(against, -1.0, 1.0) + 1.0
    return 0.25 * inside**2 + positive_part(against - 1.0)


def _binary_slope(y: Array, z: Array) -> tuple[Array, Array]:
    sign = 1.0 - 2.0 * y
    slope = sign * np.clip(0.5 * (sign * z + 1.0), 0.0, 1.0)
    return slope, slope


def _binary_curvature(_: Array, z: Array) -> Array:
    return 0.5 * (np.abs(z) < 1.0).astype(z.dtype)


SPARSEMAX = LossSpec(
    name="sparsemax",
    aliases=("binary_sparsemax", "sparsemax_loss"),
    family="classification",
    summary="Sparsemax loss of two classes: 0 from a margin of 1, quadratic within it, linear beyond.",
    latex=(
        r"\begin{cases} 0 & u \le -1 \\ \frac{1}{4} (u + 1)^2 & -1 < u < 1 \\ u & u \ge 1 \end{cases},"
        r"\quad u = (1 - 2 y)\, z"
    ),
    references=_REFERENCES,
    parameters=(HARD_LABEL, Z),
    properties=PROPERTIES,
    terms=_binary,
    slopes={"z": _binary_slope},
    curvatures={"z": _binary_curvature},
    convex_in=("z",),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="2 p − 1, where p is the conditional probability of the label 1",
    link="identity",
    peers=(Peer("optax.losses.sparsemax_loss", {"logits": "z", "labels": "y_true"}, {"reduction": "none"}),),
)


def sparsemax(y_true: Any, z: Any, **options: Any) -> Any:
    """Mean of the sparsemax loss of two classes, the modified Huber loss of the margin.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    z : array_like of finite logits, the same shape
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Martins and Astudillo 2016; optax.losses.sparsemax_loss (the terms). For more classes: `multiclass_sparsemax`.

    Examples
    --------
    >>> print(sparsemax([1, 1, 1], [1.0, 0.0, -3.0], reduction="none"))
    [0.   0.25 3.  ]
    """
    return SPARSEMAX.value(y_true, z, **options)


def _projected(z: Array) -> tuple[Array, Array, Array]:
    """Gaps 1 + z − max z, the threshold t, and the projection max(gap − t, 0) of each row onto the simplex.

    With τ of the usual form max(z − τ, 0), t is 1 + τ − max z. Over the j largest entries it would be the sum of
    their gaps but the first, over j; it is the largest of these. The gap of the first is 1, and takes no part: near
    a one-hot projection the others and t are small, and keep their digits.
    """
    gaps = 1.0 + (z - z.max(axis=0))
    others = -np.sort(-gaps, axis=0)[1:]
    counts = np.arange(2, z.shape[0] + 1, dtype=z.dtype)[:, None]
    threshold = positive_part((np.cumsum(others, axis=0) / counts).max(axis=0, initial=-np.inf))
    return gaps, threshold, positive_part(gaps - threshold)


def _terms(y: Indices, z: Array) -> Array:
    # With p the projection: Σ p_j (1 + z_j − z_y) − p_j²/2 over the other classes, less half the square of Σ p_j.
    label = (y, np.arange(len(y)))
    gaps, _, others = _projected(z)
    below = 1.0 - gaps[label]  # of the label, from the largest
    others[label] = 0.0
    rest = others.sum(axis=0)
    products = np.where(others > 0.0, others * (gaps + below - 0.5 * others), 0.0)
    terms: Array = products.sum(axis=0) - 0.5 * rest**2
    return terms


def _slope(y: Indices, z: Array) -> tuple[Array, Array]:
    gaps, threshold, slope = _projected(z)
    label = (y, np.arange(len(y)))
    # p − 1 of the label is (gap − 1) − t: of the largest entry −t, which p − 1 would round to a multiple of 1e−16.
    slope[label] = np.maximum((gaps[label] - 1.0) - threshold, slope.dtype.type(-1.0))
    return slope, slope


def _curvature(_: Indices, z: Array) -> Array:
    support = (_projected(z)[2] > 0.0).astype(z.dtype)
    bends: Array = support * (1.0 - 1.0 / support.sum(axis=0))
    return bends


MULTICLASS_SPARSEMAX = LossSpec(
    name="multiclass_sparsemax",
    aliases=("multiclass_sparsemax_loss",),
    family="classification",
    summary="Sparsemax loss of many classes: 0 where the label's score is 1 above all others.",
    latex=(
        r"-z_y + \frac{1}{2} \sum_{j:\, p_j > 0} \left(z_j^2 - \tau^2\right) + \frac{1}{2},"
        r"\quad p_j = \max(z_j - \tau,\; 0),\; \sum_j p_j = 1"
    ),
    references=_REFERENCES,
    parameters=(LABEL_INDEX, Z_ROWS),
    properties=PROPERTIES | SHIFTS | FITS,
    terms=_terms,
    slopes={"z": _slope},
    curvatures={"z": _curvature},
    convex_in=("z",),
    bounds=UNBOUNDED,
    lipschitz=2.0**0.5,
    minimizer="conditional class probabilities, up to a constant",
    link="identity",
    peers=(Peer("optax.losses.multiclass_sparsemax_loss", {"scores": "z", "labels": "y_true"}, {"reduction": "none"}),),
)


def multiclass_sparsemax(y_true: Any, z: Any, **options: Any) -> Any:
    """Mean over rows of −z[y] + ½ Σ (z_j² − τ²) + ½, the sum over the support of the projection of z.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    z : array_like of shape (N, C), logits; −inf marks an impossible class
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
    Martins and Astudillo 2016; optax.losses.multiclass_sparsemax_loss (the terms).

    Examples
    --------
    >>> print(multiclass_sparsemax([0, 0], [[1.0, 0.0, -5.0], [0.0, 0.0, -5.0]], reduction="none"))
    [0.   0.25]
    """
    return MULTICLASS_SPARSEMAX.value(y_true, z, **options)


SPECS = (SPARSEMAX, MULTICLASS_SPARSEMAX)
