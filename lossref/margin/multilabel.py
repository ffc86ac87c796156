"""Margin losses of examples that belong to several classes at once; arguments in the order that torch has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array, positive_part
from lossref.classification.binary import BINARY_CROSS_ENTROPY_WITH_LOGITS
from lossref.margin._shared import PROPERTIES, UNBOUNDED, Interval, no_curvature, step
from lossref.spec import LossSpec, Parameter, Peer

_SCORES = Parameter("input", "prediction", "real", "rows")
_REFERENCE = "A. Elisseeff and J. Weston, A kernel method for multi-labelled classification, NIPS 14, 2001"


def _labels(target: Array) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield, slot by slot, the classes that are labels and the rows they are labels of; a list ends at its first −1."""
    listed = np.logical_and.accumulate(target >= 0.0, axis=0)
    for classes, valid in zip(target, listed, strict=True):
        rows = np.flatnonzero(valid)
        if rows.size:
            yield classes[rows].astype(np.intp), rows


def _others(target: Array) -> npt.NDArray[np.bool_]:
    """Where a class is no label of its row."""
    others = np.ones(target.shape, dtype=bool)
    for classes, rows in _labels(target):
        others[classes, rows] = False
    return others


def _shortfalls(scores: Array, classes: Any, rows: Any, others: npt.NDArray[np.bool_]) -> Array:
    """1 − s_label + s_other for each other class; −∞ where a class is a label itself."""
    shortfalls: Array = 1.0 - (scores[classes, rows] - scores[:, rows])
    shortfalls[~others[:, rows]] = -np.inf
    return shortfalls


def _margin(scores: Array, target: Array) -> Array:
    others, terms = _others(target), np.zeros(scores.shape[1], dtype=scores.dtype)
    for classes, rows in _labels(target):
        terms[rows] += positive_part(_shortfalls(scores, classes, rows, others)).sum(axis=0)
    return terms / len(scores)


def _margin_slope(scores: Array, target: Array) -> Interval:
    others, low, high = _others(target), np.zeros_like(scores), np.zeros_like(scores)
    for classes, rows in _labels(target):
        least, most = step(_shortfalls(scores, classes, rows, others))
        low[:, rows] += least
        high[:, rows] += most
        low[classes, rows] -= most.sum(axis=0)
        high[classes, rows] -= least.sum(axis=0)
    return low / len(scores), high / len(scores)


MULTILABEL_MARGIN = LossSpec(
    name="multilabel_margin",
    aliases=("multilabel_margin_loss",),
    family="margin",
    summary="What each label's score falls short of 1 above each other class's, over the number of classes.",
    latex=r"\frac{1}{C} \sum_{j \in Y} \sum_{i \notin Y} \max\left(0,\; 1 - (s_j - s_i)\right)",
    references=(_REFERENCE, "torch.nn.functional.multilabel_margin_loss"),
    parameters=(_SCORES, Parameter("target", "target", "label_list", "rows", dtype="int64")),
    properties=PROPERTIES,
    terms=_margin,
    slopes={"input": _margin_slope},
    curvatures={"input": no_curvature},
    convex_in=("input",),
    bounds=UNBOUNDED,
    link="identity",
    peers=(Peer("torch.nn.functional.multilabel_margin_loss", {"input": "input", "target": "target"}),),
)


def multilabel_margin(input: Any, target: Any, **options: Any) -> Any:  # noqa: A002 - torch's name
    """Mean over rows of Σ max(0, 1 − (s_j − s_i)) / C, over the labels j and the other classes i.

    Parameters
    ----------
    input : array_like of shape (N, C), finite real numbers: the scores s
    target : array_like of shape (N, C), whole numbers
        The class indices of each row's labels; the list ends at the first −1, and what follows is not looked at.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.multilabel_margin_loss.

    Examples
    --------
    >>> print(multilabel_margin([[0.5, 0.25, 1.0, 0.0]], [[3, 0, -1, 1]]))  # (1.25 + 2 + 0.75 + 1.5) / 4
    1.375
    """
    return MULTILABEL_MARGIN.value(input, target, **options)


_OF_CLASS = BINARY_CROSS_ENTROPY_WITH_LOGITS


def _weighted(numbers: Array, class_weights: Array | None) -> Array:
    weighted = numbers if class_weights is None else numbers * class_weights.astype(numbers.dtype)[:, None]
    return weighted / len(numbers)


def _soft_margin(logits: Array, target: Array, class_weights: Array | None) -> Array:
    terms: Array = _weighted(_OF_CLASS.terms(target, logits, 0.0), class_weights).sum(axis=0)
    return terms


def _soft_margin_slope(logits: Array, target: Array, class_weights: Array | None) -> Interval:
    slope = _weighted(_OF_CLASS.slopes["z"](target, logits, 0.0)[0], class_weights)
    return slope, slope


def _soft_margin_curvature(logits: Array, target: Array, class_weights: Array | None) -> Array:
    return _weighted(_OF_CLASS.curvatures["z"](target, logits, 0.0), class_weights)


def _every_class(logits: Array, class_weights: Array) -> Array:
    """Weight of each row under class weights: their mean, whatever its labels are."""
    return np.full(logits.shape[1], class_weights.mean())


MULTILABEL_SOFT_MARGIN = LossSpec(
    name="multilabel_soft_margin",
    aliases=("multilabel_soft_margin_loss",),
    family="margin",
    summary="Binary cross-entropies of the classes of an example, each a label or not, averaged over the classes.",
    latex=r"\frac{1}{C} \sum_{k=1}^{C} \left[\log\left(1 + e^{z_k}\right) - y_k z_k\right]",
    references=(_REFERENCE, "torch.nn.functional.multilabel_soft_margin_loss"),
    parameters=(
        Parameter("input", "prediction", "logits", "rows", plausible=(-6.0, 6.0)),
        Parameter("target", "target", "label01", "rows", plausible=(0.0, 1.0), dtype="int64"),
    ),
    properties=PROPERTIES,
    options={"log_base": ("e", 2, 10)},
    guards={"input": "sigmoid"},
    terms=_soft_margin,
    slopes={"input": _soft_margin_slope},
    curvatures={"input": _soft_margin_curvature},
    class_mass=_every_class,
    convex_in=("input",),
    bounds=UNBOUNDED,
    minimizer="log-odds of each label",
    link="identity",
    peers=(Peer("torch.nn.functional.multilabel_soft_margin_loss", {"input": "input", "target": "target"}),),
)


def multilabel_soft_margin(input: Any, target: Any, **options: Any) -> Any:  # noqa: A002 - torch's name
    """Mean over rows of (1/C) Σ [log(1 + e^{z_k}) − y_k z_k].

    Parameters
    ----------
    input : array_like of shape (N, C), finite logits z
    target : array_like of shape (N, C), labels 0 and 1: whether the example belongs to each class
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; `class_weights`, one for each class.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.multilabel_soft_margin_loss.

    Examples
    --------
    >>> print(multilabel_soft_margin([[0.0, 0.0]], [[0, 1]], log_base=2))
    1.0
    """
    return MULTILABEL_SOFT_MARGIN.value(input, target, **options)


SPECS = (MULTILABEL_MARGIN, MULTILABEL_SOFT_MARGIN)
