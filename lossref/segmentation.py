"""Losses of overlap: masks as probabilities, and boxes."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.errors import OptionError, ShapeError
from lossref.spec import LossSpec, Parameter, Peer

Interval = tuple[Array, Array]

_MASKS = (
    Parameter("y_true", "target", "label01", "whole", admits="probability", plausible=(0.0, 1.0), dtype="int64"),
    Parameter("p", "prediction", "probability", "whole", plausible=(0.05, 0.95)),
)
_SMOOTH = Parameter("smooth", "hyper", "nonnegative", "scalar", default=0.0, plausible=(0.1, 2.0))
_AXES = (None, -1, 0, 1, 2, 3, (1, 2), (2, 3), (1, 2, 3))
_OPTIONS = {"axis": _AXES, "empty": (0, 1)}
_OVERLAP = frozenset({"non_negative", "zero_at_perfect_fit", "symmetric_in_arguments", "permutation_invariant"})


class _Overlap:
    """1 − (shared + s) / (size + s), one term over all elements or over those along the axes.

    `shared` and `size` are sums over the elements of what the loss counts; their slopes stand beside them.
    """

    def __init__(self, shared: Array, size: Array, smooth: float, axis: Any, empty: int) -> None:
        self._shared, self._size, self._axis, self._empty = shared, size, axis, float(empty)
        self._numerator, self._denominator = self._sum(shared) + smooth, self._sum(size) + smooth
        self._nothing = self._denominator == 0.0

    def _sum(self, elements: Array) -> Array:
        return np.asarray(elements.sum(axis=self._axis, keepdims=True))

    def _ratio(self) -> Array:
        return self._numerator / np.where(self._nothing, 1.0, self._denominator)

    def terms(self) -> Array:
        terms = np.where(self._nothing, self._empty, 1.0 - self._ratio()).astype(self._shared.dtype)
        return np.squeeze(terms, axis=self._axis)

    def slope(self, upstream: Array, of_shared: Array, of_size: Array) -> Interval:
        """Differentiate the quotient; 0 where there is nothing on either side."""
        weight = np.asarray(upstream).reshape(self._numerator.shape).astype(self._shared.dtype)
        slope = (self._ratio() * of_size - of_shared) / np.where(self._nothing, np.inf, self._denominator)
        slope = weight * slope
        return slope, slope


def _check(y: Array, p: Array, axis: Any) -> None:
    if y.shape != p.shape:
        raise ShapeError(f"expected y_true and p of the same shape; got {y.shape} and {p.shape}")
    axes = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len({a % y.ndim for a in axes if -y.ndim <= a < y.ndim}) != len(axes):
        raise OptionError(f"axis {axis}: expected axes of an array of shape {y.shape}, each once")


def _size(mask: Array, *, squared: bool) -> Array:
    return mask * mask if squared else mask


def _size_slope(mask: Array, *, squared: bool) -> Array:
    return 2.0 * mask if squared else np.ones_like(mask)


def _dice_overlap(y: Array, p: Array, smooth: float, *, squared: bool, axis: Any, empty: int) -> _Overlap:
    _check(y, p, axis)
    return _Overlap(2.0 * y * p, _size(y, squared=squared) + _size(p, squared=squared), smooth, axis, empty)


def _dice(y: Array, p: Array, smooth: float, **options: Any) -> Array:
    return _dice_overlap(y, p, smooth, **options).terms()


def _dice_slope_p(upstream: Array, y: Array, p: Array, smooth: float, **options: Any) -> Interval:
    overlap = _dice_overlap(y, p, smooth, **options)
    return overlap.slope(upstream, 2.0 * y, _size_slope(p, squared=options["squared"]))


def _dice_slope_y(upstream: Array, y: Array, p: Array, smooth: float, **options: Any) -> Interval:
    return _dice_slope_p(upstream, p, y, smooth, **options)


DICE = LossSpec(
    name="dice",
    aliases=("dice_loss",),
    family="segmentation",
    summary="1 less the share of two masks that they have in common, twice the overlap over the sum of their sizes.",
    latex=r"1 - \frac{2 \sum_i y_i p_i + s}{\sum_i y_i + \sum_i p_i + s}",
    references=(
        "L. R. Dice, Measures of the amount of ecologic association between species, Ecology 26, 1945",
        "F. Milletari, N. Navab and S.-A. Ahmadi, V-Net, 3DV 2016 (squared sizes)",
    ),
    parameters=(*_MASKS, _SMOOTH),
    properties=_OVERLAP,
    options={**_OPTIONS, "squared": (False, True)},
    bounds=(0.0, 1.0),
    peers=(
        Peer("keras.losses.dice", {"y_true": "y_true", "y_pred": "p"}),
        Peer(
            "keras.losses.Dice",
            {"y_true": "y_true", "y_pred": "p"},
            note="adds 1e-7 to the denominator alone, so that empty masks cost 1: empty=1",
        ),
    ),
    coupled=True,
    guards={"smooth": "itself"},
    terms=_dice,
    slopes={"p": _dice_slope_p, "y_true": _dice_slope_y},
)


def dice(y_true: Any, p: Any, smooth: float = 0.0, **options: Any) -> Any:
    """1 − (2 Σ y p + smooth) / (Σ y + Σ p + smooth), over all elements.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or of probabilities
    p : array_like of probabilities, the same shape
    smooth : float, not negative
        Added to the numerator and to the denominator.
    **options
        As for `LossSpec.value`; `axis` for a term over each of its slices instead of one over everything; `squared`
        sums y² and p² in the denominator; `empty` 0 (default) or 1: the value of empty masks without smoothing.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none with an axis

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    0/0, of masks that are empty on both sides, has no limit: the value is that of the option, the gradient 0.

    References
    ----------
    keras.losses.Dice, optax.losses.dice_loss (smooth 1).

    Examples
    --------
    >>> print(dice([1, 1, 0], [1.0, 0.0, 0.0]).round(6), dice([0, 0], [0.0, 0.0]), dice([0, 0], [0.0, 0.0], empty=1))
    0.333333 0.0 1.0
    """
    return DICE.value(y_true, p, smooth, **options)


def _tversky_overlap(y: Array, p: Array, *constants: float, axis: Any, empty: int) -> _Overlap:
    _check(y, p, axis)
    alpha, beta, smooth = constants
    shared = y * p
    return _Overlap(shared, shared + alpha * (1.0 - y) * p + beta * y * (1.0 - p), smooth, axis, empty)


def _tversky(y: Array, p: Array, *constants: float, **options: Any) -> Array:
    return _tversky_overlap(y, p, *constants, **options).terms()


def _tversky_slope_p(upstream: Array, y: Array, p: Array, *constants: float, **options: Any) -> Interval:
    alpha, beta, _ = constants
    overlap = _tversky_overlap(y, p, *constants, **options)
    return overlap.slope(upstream, y, y + alpha * (1.0 - y) - beta * y)


def _tversky_slope_y(upstream: Array, y: Array, p: Array, *constants: float, **options: Any) -> Interval:
    alpha, beta, smooth = constants
    return _tversky_slope_p(upstream, p, y, beta, alpha, smooth, **options)


TVERSKY = LossSpec(
    name="tversky",
    aliases=("tversky_loss",),
    family="segmentation",
    summary="1 less the overlap over itself, alpha times the false positives and beta times the false negatives.",
    latex=r"1 - \frac{\sum y p + s}{\sum y p + \alpha \sum (1 - y) p + \beta \sum y (1 - p) + s}",
    references=(
        "A. Tversky, Features of similarity, Psychological Review 84, 1977",
        "S. S. M. Salehi, D. Erdogmus and A. Gholipour, Tversky loss function for image segmentation, 2017",
    ),
    parameters=(
        *_MASKS,
        Parameter("alpha", "hyper", "nonnegative", "scalar", default=0.5, plausible=(0.2, 0.8)),
        Parameter("beta", "hyper", "nonnegative", "scalar", default=0.5, plausible=(0.3, 0.9)),
        _SMOOTH,
    ),
    properties=_OVERLAP - {"symmetric_in_arguments"},
    options=_OPTIONS,
    bounds=(0.0, 1.0),
    peers=(
        Peer(
            "keras.losses.Tversky",
            {"y_true": "y_true", "y_pred": "p", "alpha": "alpha", "beta": "beta"},
            note="up to 3.15.1 alpha and beta are exchanged there; 1e-7 is added to the denominator alone",
        ),
    ),
    coupled=True,
    guards={"smooth": "itself"},
    terms=_tversky,
    slopes={"p": _tversky_slope_p, "y_true": _tversky_slope_y},
)


def tversky(y_true: Any, p: Any, alpha: float = 0.5, beta: float = 0.5, *, smooth: float = 0.0, **options: Any) -> Any:
    """1 − (TP + smooth) / (TP + alpha · FP + beta · FN + smooth), over all elements.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or of probabilities
    p : array_like of probabilities, the same shape
    alpha, beta : float, not negative
        Weights of the false positives Σ (1 − y) p and of the false negatives Σ y (1 − p); ½ and ½ give Dice's loss,
        1 and 1 Jaccard's.
    smooth : float, not negative
    **options
        As for `dice`: `axis` and `empty`, and those of `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none with an axis

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.losses.Tversky (from 3.16 on).

    Examples
    --------
    >>> print(tversky([1, 1, 0], [1.0, 0.0, 1.0], alpha=0.25, beta=0.75))
    0.5
    """
    return TVERSKY.value(y_true, p, alpha, beta, smooth, **options)


def _jaccard(y: Array, p: Array, smooth: float, **options: Any) -> Array:
    return _tversky(y, p, 1.0, 1.0, smooth, **options)


def _jaccard_slope_p(upstream: Array, y: Array, p: Array, smooth: float, **options: Any) -> Interval:
    return _tversky_slope_p(upstream, y, p, 1.0, 1.0, smooth, **options)


def _jaccard_slope_y(upstream: Array, y: Array, p: Array, smooth: float, **options: Any) -> Interval:
    return _tversky_slope_p(upstream, p, y, 1.0, 1.0, smooth, **options)


JACCARD = LossSpec(
    name="jaccard",
    aliases=("iou", "jaccard_loss", "iou_loss"),
    family="segmentation",
    summary="1 less the intersection of two masks over their union.",
    latex=r"1 - \frac{\sum_i y_i p_i + s}{\sum_i y_i + \sum_i p_i - \sum_i y_i p_i + s}",
    references=("P. Jaccard, The distribution of the flora in the alpine zone, New Phytologist 11, 1912",),
    parameters=(*_MASKS, _SMOOTH),
    properties=_OVERLAP,
    options=_OPTIONS,
    bounds=(0.0, 1.0),
    coupled=True,
    guards={"smooth": "itself"},
    terms=_jaccard,
    slopes={"p": _jaccard_slope_p, "y_true": _jaccard_slope_y},
)


def jaccard(y_true: Any, p: Any, smooth: float = 0.0, **options: Any) -> Any:
    """1 − (Σ y p + smooth) / (Σ y + Σ p − Σ y p + smooth), over all elements.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or of probabilities
    p : array_like of probabilities, the same shape
    smooth : float, not negative
    **options
        As for `dice`: `axis` and `empty`, and those of `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none with an axis

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    M. A. Rahman and Y. Wang, Optimizing intersection-over-union in deep neural networks, 2016.

    Examples
    --------
    >>> print(jaccard([1, 1, 0], [1.0, 0.0, 0.0]))
    0.5
    """
    return JACCARD.value(y_true, p, smooth, **options)


SPECS = (DICE, TVERSKY, JACCARD)
