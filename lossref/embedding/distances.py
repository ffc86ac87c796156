"""Losses of distances between vectors: pairs and triplets that should lie close together or far apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._doubled import dot, two_sum
from lossref._numerics import Array
from lossref._vectors import (
    Interval,
    gated,
    hull,
    minus,
    negated,
    norm,
    norm_slope,
    smooth,
    times,
)
from lossref.spec import LossSpec, Parameter, Peer

Options = Mapping[str, Any]


def _vectors(name: str) -> Parameter:
    return Parameter(name, "input", "real", "rows", width="features")


def _margin(default: float) -> Parameter:
    return Parameter("margin", "hyper", "nonnegative", "scalar", default=default, plausible=(0.3, 3.0))


def _difference(x: Array, y: Array, eps: float) -> Array:
    if eps == 0.0:
        return x - y
    high, low = two_sum(x, -y)
    total, lost = two_sum(high, np.full_like(x, eps))
    return total + (lost + low)


def _distance(x: Array, y: Array, degree: float, eps: float, *, placement: str) -> Array:
    if placement == "difference" or eps == 0.0:
        return norm(_difference(x, y, eps), degree)
    return (_power_sum(x - y, degree) + eps) ** (1.0 / degree)


def _power_sum(d: Array, degree: float) -> Array:
    sums: Array = (np.abs(d) ** degree).sum(axis=0)
    return sums


def _distance_slope(x: Array, y: Array, degree: float, eps: float, *, placement: str) -> Interval:
    """Interval of the derivative in x; in y it is the negative."""
    if placement == "difference" or eps == 0.0:
        return norm_slope(_difference(x, y, eps), degree)
    d = x - y
    length = (_power_sum(d, degree) + eps) ** (1.0 / degree)
    slope = np.sign(d) * (np.abs(d) / length) ** (degree - 1.0)
    if degree > 1.0:
        return slope, slope
    return np.where(d == 0.0, -1.0, slope), np.where(d == 0.0, 1.0, slope)


class _Triplet:
    """Distances of one block of triplets, and what follows from them."""

    def __init__(self, vectors: tuple[Array, Array, Array], constants: tuple[float, ...], options: Options) -> None:
        self.a, self.p, self.n = vectors
        margin, *self.norm = constants
        self.placement, self.squared, self.swap = options["eps_placement"], options["squared"], options["swap"]
        self.to_positive = self._distance(self.a, self.p)
        self.from_anchor = self._distance(self.a, self.n)
        self.from_positive = self._distance(self.p, self.n) if self.swap else self.from_anchor
        to_negative = np.minimum(self.from_anchor, self.from_positive)
        self.height = self._squared_if(self.to_positive) - self._squared_if(to_negative) + margin

    def _distance(self, x: Array, y: Array) -> Array:
        return _distance(x, y, *self.norm, placement=self.placement)

    def _squared_if(self, distance: Array) -> Array:
        return distance * distance if self.squared else distance

    def _slope(self, x: Array, y: Array, distance: Array) -> Interval:
        slope = _distance_slope(x, y, *self.norm, placement=self.placement)
        return times(2.0 * distance, slope) if self.squared else slope

    def slope(self, wrt: str) -> Interval:
        positive = self._slope(self.a, self.p, self.to_positive)
        first = {"a": positive, "p": negated(positive), "n": smooth(np.zeros_like(self.a))}[wrt]
        return gated(self.height, minus(first, self._slope_of_negative(wrt)))

    def _slope_of_negative(self, wrt: str) -> Interval:
        """Slope of the distance to the negative: from the anchor, or with `swap` from the nearer of the two."""
        zero = smooth(np.zeros_like(self.a))
        anchor = self._slope(self.a, self.n, self.from_anchor)
        by_anchor = {"a": anchor, "p": zero, "n": negated(anchor)}[wrt]
        if not self.swap:
            return by_anchor
        positive = self._slope(self.p, self.n, self.from_positive)
        by_positive = {"a": zero, "p": positive, "n": negated(positive)}[wrt]
        both, nearer = hull(by_anchor, by_positive), self.from_anchor < self.from_positive
        tie = self.from_anchor == self.from_positive
        low, high = (np.where(nearer, one, other) for one, other in zip(by_anchor, by_positive, strict=True))
        return np.where(tie, both[0], low), np.where(tie, both[1], high)


def _triplet(a: Array, p: Array, n: Array, *constants: float, **options: Any) -> Array:
    return np.maximum(0.0, _Triplet((a, p, n), constants, options).height)


def _triplet_slope_a(a: Array, p: Array, n: Array, *constants: float, **options: Any) -> Interval:
    return _Triplet((a, p, n), constants, options).slope("a")


def _triplet_slope_p(a: Array, p: Array, n: Array, *constants: float, **options: Any) -> Interval:
    return _Triplet((a, p, n), constants, options).slope("p")


def _triplet_slope_n(a: Array, p: Array, n: Array, *constants: float, **options: Any) -> Interval:
    return _Triplet((a, p, n), constants, options).slope("n")


TRIPLET_MARGIN = LossSpec(
    name="triplet_margin",
    aliases=("triplet", "triplet_loss"),
    family="embedding",
    summary="By how much the positive is not nearer to the anchor than the negative is, with a margin to spare.",
    latex=r"\max\left(0,\; \lVert a - p \rVert - \lVert a - n \rVert + m\right)",
    references=(
        "K. Q. Weinberger and L. K. Saul, Distance metric learning for nearest neighbor classification, JMLR 10, 2009",
        "F. Schroff, D. Kalenichenko and J. Philbin, FaceNet, CVPR 2015 (squared distances)",
    ),
    parameters=(
        _vectors("a"),
        _vectors("p"),
        _vectors("n"),
        _margin(1.0),
        Parameter("norm_degree", "hyper", "norm_degree", "scalar", default=2.0, plausible=(1.5, 4.0)),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=0.0, plausible=(1e-8, 1e-6)),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={
        "squared": (False, True),
        "swap": (False, True),
        "eps_placement": ("difference", "power_sum"),
    },
    bounds=(0.0, float("inf")),
    peers=(
        Peer(
            "torch.nn.functional.triplet_margin_loss",
            {"anchor": "a", "positive": "p", "negative": "n", "margin": "margin", "p": "norm_degree", "eps": "eps"},
            {"eps": 1e-6},
            "eps is added to each difference",
        ),
        Peer(
            "torch.nn.TripletMarginLoss",
            {"anchor": "a", "positive": "p", "negative": "n", "margin": "margin", "p": "norm_degree", "eps": "eps"},
            {"eps": 1e-6},
        ),
        Peer(
            "optax.losses.triplet_margin_loss",
            {
                "anchors": "a",
                "positives": "p",
                "negatives": "n",
                "margin": "margin",
                "norm_degree": "norm_degree",
                "eps": "eps",
            },
            {"eps": 1e-6, "eps_placement": "power_sum", "reduction": "none"},
            "no absolute value is taken: an odd norm_degree gives something else",
        ),
    ),
    convex_in=("p",),
    guards={"a": "norm", "p": "norm", "n": "norm"},
    terms=_triplet,
    slopes={"a": _triplet_slope_a, "p": _triplet_slope_p, "n": _triplet_slope_n},
)


def triplet_margin(
    a: Any, p: Any, n: Any, margin: float = 1.0, *, norm_degree: float = 2.0, eps: float = 0.0, **options: Any
) -> Any:
    """Mean over triplets of max(0, ‖a − p‖ − ‖a − n‖ + margin).

    Parameters
    ----------
    a, p, n : array_like of shape (N, D), finite real numbers
        Anchors, positives (of the anchor's kind) and negatives (of another).
    margin : float, not negative
    norm_degree : float from 1
        The p of the norm.
    eps : float, not negative
        Keeps the gradient at a = p finite; 0 is the exact loss.
    **options
        As for `LossSpec.value`; `squared` for squared distances; `swap` takes the negative's distance from the
        anchor or from the positive, whichever is smaller; `eps_placement` difference (added to each difference) or
        power_sum (added to the sum under the root).

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    At a = p each coordinate of the distance's subdifferential is [−1, 1]; the gradient given is the element of the
    smallest magnitude.

    References
    ----------
    torch.nn.functional.triplet_margin_loss (eps 1e-6), optax.losses.triplet_margin_loss (the terms).

    Examples
    --------
    >>> print(triplet_margin([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 2.0]]))
    4.0
    """
    return TRIPLET_MARGIN.value(a, p, n, margin, norm_degree, eps, **options)


def _similar(y: Array, similar_label: int) -> Any:
    return y == similar_label


def _contrastive(x1: Array, x2: Array, y: Array, margin: float, *, similar_label: int, half: bool) -> Array:
    d = x1 - x2
    shortfall = np.maximum(0.0, margin - norm(d))
    terms = np.where(_similar(y, similar_label), dot(d, d), shortfall * shortfall)
    return 0.5 * terms if half else terms


def _contrastive_slope_1(x1: Array, x2: Array, y: Array, margin: float, *, similar_label: int, half: bool) -> Interval:
    d, factor = x1 - x2, 1.0 if half else 2.0
    apart = negated(times(np.maximum(0.0, margin - norm(d)), norm_slope(d)))
    similar = _similar(y, similar_label)
    low = factor * np.where(similar, d, apart[0])
    return low, low if apart[0] is apart[1] else factor * np.where(similar, d, apart[1])


def _contrastive_slope_2(x1: Array, x2: Array, y: Array, margin: float, *, similar_label: int, half: bool) -> Interval:
    return _contrastive_slope_1(x2, x1, y, margin, similar_label=similar_label, half=half)


CONTRASTIVE = LossSpec(
    name="contrastive",
    aliases=("contrastive_loss",),
    family="embedding",
    summary="Squared distance of similar pairs; squared shortfall of the distance from a margin for the others.",
    latex=r"y\, d^2 + (1 - y) \max(0, m - d)^2, \quad d = \lVert x_1 - x_2 \rVert",
    references=(
        "R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction, CVPR 2006 (y = 1 where dissimilar, halved)",
    ),
    parameters=(
        _vectors("x1"),
        _vectors("x2"),
        Parameter("y", "target", "label01", "row", dtype="int64"),
        _margin(1.0),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={"similar_label": (1, 0), "half": (False, True)},
    bounds=(0.0, float("inf")),
    guards={"x1": "norm", "x2": "norm"},
    terms=_contrastive,
    slopes={"x1": _contrastive_slope_1, "x2": _contrastive_slope_2},
)


def contrastive(x1: Any, x2: Any, y: Any, margin: float = 1.0, **options: Any) -> Any:
    """Mean over pairs of d² where they are similar, and of max(0, margin − d)² where not; d = ‖x1 − x2‖.

    Parameters
    ----------
    x1, x2 : array_like of shape (N, D), finite real numbers
    y : array_like of shape (N,), labels 0 and 1
    margin : float, not negative
        Distance from which dissimilar pairs cost nothing.
    **options
        As for `LossSpec.value`; `similar_label` 1 (default) or 0; `half` halves every term.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    Where a dissimilar pair coincides each coordinate of the subdifferential is [−2 margin, 2 margin], and the
    gradient given is 0.

    References
    ----------
    R. Hadsell, S. Chopra and Y. LeCun, CVPR 2006: `similar_label=0, half=True`.

    Examples
    --------
    >>> print(contrastive([[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.0, 0.5]], [1, 0], margin=1.0, reduction="none"))
    [25.    0.25]
    """
    return CONTRASTIVE.value(x1, x2, y, margin, **options)


SPECS = (TRIPLET_MARGIN, CONTRASTIVE)
