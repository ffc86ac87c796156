"""How well scores order: areas under curves, the best k classes, discounted gains."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.domains import index_offence
from lossref.errors import DomainError, EmptyError
from lossref.metrics._counting import AnyArray, counting
from lossref.metrics._curves import area_under_roc, discounts, gains_in_order, step_precision
from lossref.spec import LossSpec, Parameter, Peer

_LABEL = Parameter("y_true", "target", "label01", plausible=(0.0, 1.0), dtype="int64")
_SCORE = Parameter("score", "prediction", "real")
_GAINS = (
    Parameter("y_true", "target", "nonnegative", "rows", plausible=(0.0, 3.0)),
    Parameter("score", "prediction", "real", "rows"),
    Parameter("k", "hyper", "count", "scalar", plausible=(1.0, 3.0), dtype="int64"),
)
_OF_GAINS = {"log_base": (2, "e", 10), "gain": ("linear", "exponential"), "ignore_ties": (False, True)}
_OURS = {"y_true": "y_true", "y_score": "score"}


def _roc_auc(y: Array, score: Array, *, weights: Array | None) -> float:
    mass, y, score = counting(weights, y, score)
    return area_under_roc(y == 1.0, score, mass)


def _average_precision(y: Array, score: Array, *, weights: Array | None) -> float:
    mass, y, score = counting(weights, y, score)
    return step_precision(y == 1.0, score, mass)


def _top_k_accuracy(y: AnyArray, score: Array, k: float, *, weights: Array | None, ties: str) -> float:
    classes = score.shape[-1]
    found = index_offence("y_true", y.reshape(-1), classes)
    if found is not None:
        raise DomainError(found.argument, found.words, (found.term,), found.value)
    rows, of = score.reshape(-1, classes), y.reshape(-1)
    hit = within_top(of, rows, int(k), ties)
    mass, hits = counting(weights, hit)
    return float(np.average(hits, weights=mass))


def within_top(y: AnyArray, score: AnyArray, k: int, ties: str) -> AnyArray:
    """Whether fewer than k classes stand before the target: higher, or tied and later (or earlier) in the row."""
    own = np.take_along_axis(score, y[:, None], axis=1)
    place = np.arange(score.shape[1])
    before = place > y[:, None] if ties == "last" else place < y[:, None]
    ahead: AnyArray = ((score > own) | ((score == own) & before)).sum(axis=1)
    return ahead < k


def _rows(
    y: Array, score: Array, k: float | None, *, weights: Array | None, log_base: str | int, gain: str, tied: bool
) -> tuple[Array, Array, Array]:
    """Weight, discounted gain and best possible gain of each row."""
    classes = y.shape[-1]
    rows, by = (np.asarray(a, dtype=np.float64).reshape(-1, classes) for a in (y, score))
    rows = np.exp2(rows) - 1.0 if gain == "exponential" else rows
    if not len(rows):
        raise EmptyError("a metric of no entries has no value; leave the case out")
    base = np.e if log_base == "e" else float(log_base)
    discount = discounts(classes, base, None if k is None else int(k))
    gained = gains_in_order(rows, by, discount, tied=tied)
    mass, gained = counting(weights, gained)
    _, best = counting(weights, gains_in_order(rows, rows, discount, tied=False))
    return mass, gained, best


def _dcg(
    y: Array, score: Array, k: float | None, *, weights: Array | None, log_base: str | int, gain: str, ignore_ties: bool
) -> float:
    mass, gained, _ = _rows(y, score, k, weights=weights, log_base=log_base, gain=gain, tied=not ignore_ties)
    return float(np.average(gained, weights=mass))


def _ndcg(y: Array, score: Array, k: float | None, *, weights: Array | None, gain: str, ignore_ties: bool) -> float:
    mass, gained, best = _rows(y, score, k, weights=weights, log_base=2, gain=gain, tied=not ignore_ties)
    share = np.divide(gained, best, out=np.zeros_like(best), where=best > 0.0)
    return float(np.average(share, weights=mass))


ROC_AUC = LossSpec(
    name="roc_auc",
    aliases=("roc_auc_score", "auc"),
    family="metrics",
    summary="Chance that a positive scores above a negative, ties counting one half.",
    latex=r"\frac{1}{N_+ N_-} \sum_{i: y_i = 1} \sum_{j: y_j = 0}"
    r" \left[s_i > s_j\right] + \tfrac12 \left[s_i = s_j\right]",
    references=("J. A. Hanley and B. J. McNeil, The meaning and use of the area under a ROC curve, Radiology 1982",),
    parameters=(_LABEL, _SCORE),
    gives="metric",
    terms=_roc_auc,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.roc_auc_score", _OURS),),
)


def roc_auc(y_true: Any, score: Any, **options: Any) -> Any:
    """Area under the curve of the true positive rate over the false positive rate.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    score : array_like of finite real numbers, the same shape
        Only their order matters.
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN where there is one class only.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.roc_auc_score.

    Examples
    --------
    >>> print(roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    return ROC_AUC.value(y_true, score, **options)


AVERAGE_PRECISION = LossSpec(
    name="average_precision",
    aliases=("average_precision_score",),
    family="metrics",
    summary="Mean over the positives of the precision at their own score: steps, not trapezoids.",
    latex=r"\sum_n (R_n - R_{n-1})\, P_n",
    references=("E. Yilmaz and J. A. Aslam, Estimating average precision with incomplete judgments, CIKM 2006",),
    parameters=(_LABEL, _SCORE),
    gives="metric",
    terms=_average_precision,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.average_precision_score", _OURS),),
)


def average_precision(y_true: Any, score: Any, **options: Any) -> Any:
    """Sum precisions, each times the recall that was gained at its threshold.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    score : array_like of finite real numbers, the same shape
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        0 where there is no positive.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.average_precision_score.

    Examples
    --------
    >>> print(average_precision([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.8]).round(6))
    0.833333
    """
    return AVERAGE_PRECISION.value(y_true, score, **options)


TOP_K_ACCURACY = LossSpec(
    name="top_k_accuracy",
    aliases=("top_k_accuracy_score",),
    family="metrics",
    summary="Share of rows whose class is among the k highest scores.",
    latex=r"\frac{1}{N} \sum_{i=1}^{N} \left[\operatorname{rank}(s_{i y_i}) \le k\right]",
    references=("O. Russakovsky et al., ImageNet large scale visual recognition challenge, IJCV 2015",),
    parameters=(
        Parameter("y_true", "target", "class_index", "row", dtype="int64"),
        Parameter("scores", "prediction", "real", "rows"),
        Parameter("k", "hyper", "count", "scalar", default=2.0, plausible=(1.0, 3.0), dtype="int64"),
    ),
    options={"ties": ("last", "first")},
    gives="metric",
    terms=_top_k_accuracy,
    slopes={},
    bounds=(0.0, 1.0),
)


def top_k_accuracy(y_true: Any, scores: Any, k: int = 2, **options: Any) -> Any:
    """Count the share of rows whose class is among the k highest scores.

    Parameters
    ----------
    y_true : array_like of int, shape (N,)
        Class indices from 0.
    scores : array_like of finite real numbers, shape (N, C)
    k : int, from 1
    **options
        `ties` last (default: of classes with equal scores the later one stands higher) or first; `weights`, one for
        each row; `batch=False` for one row.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.top_k_accuracy_score.

    Examples
    --------
    >>> print(top_k_accuracy([0, 2], [[0.5, 0.2, 0.3], [0.5, 0.3, 0.2]], k=2))
    0.5
    """
    return TOP_K_ACCURACY.value(y_true, scores, k, **options)


DCG = LossSpec(
    name="dcg",
    aliases=("dcg_score", "discounted_cumulative_gain"),
    family="metrics",
    summary="Gains in the order of the scores, each divided by the logarithm of its rank plus one.",
    latex=r"\sum_{r=1}^{k} \frac{y_{(r)}}{\log_2(1 + r)}",
    references=("K. Järvelin and J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 2002",),
    parameters=_GAINS,
    options=_OF_GAINS,
    gives="metric",
    terms=_dcg,
    slopes={},
    bounds=(0.0, float("inf")),
    peers=(Peer("sklearn.metrics.dcg_score", {**_OURS, "k": "k"}),),
)


def dcg(y_true: Any, score: Any, k: int | None = None, **options: Any) -> Any:
    """Add up the gains in the order of the scores, each divided by log₂(1 + rank); the mean over rows.

    Parameters
    ----------
    y_true, score : array_like of finite real numbers, shape (N, C)
        Gains (not negative) of the items of each row, and what they are ordered by.
    k : int, optional
        How many ranks count; all by default.
    **options
        `log_base` 2 (default), e or 10; `gain` linear (default) or exponential (2^y − 1); `ignore_ties` False
        (default: items of equal score share their ranks) or True (the order of a sort); `weights`, one for each
        row; `batch=False` for one row.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.dcg_score.

    Examples
    --------
    >>> print(dcg([[3.0, 1.0, 0.0]], [[0.2, 0.9, 0.1]]).round(6))
    2.892789
    """
    return DCG.value(y_true, score, k, **options)


NDCG = LossSpec(
    name="ndcg",
    aliases=("ndcg_score",),
    family="metrics",
    summary="Discounted gain over the best that any order of the items has.",
    latex=r"\frac{DCG(y, s)}{DCG(y, y)}",
    references=("K. Järvelin and J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 2002",),
    parameters=_GAINS,
    options={name: values for name, values in _OF_GAINS.items() if name != "log_base"},
    gives="metric",
    terms=_ndcg,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.ndcg_score", {**_OURS, "k": "k"}),),
)


def ndcg(y_true: Any, score: Any, k: int | None = None, **options: Any) -> Any:
    """Divide the discounted gain of each row by that of its best order; the mean over rows.

    Parameters
    ----------
    y_true, score : array_like of finite real numbers, shape (N, C)
        Gains (not negative) of the items of each row, and what they are ordered by.
    k : int, optional
        How many ranks count; all by default.
    **options
        `gain`, `ignore_ties`, `weights` and `batch` as for `dcg`.

    Returns
    -------
    numpy floating scalar
        A row without any gain counts 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.ndcg_score.

    Examples
    --------
    >>> print(ndcg([[3.0, 1.0, 0.0]], [[0.2, 0.9, 0.1]]).round(6))
    0.796708
    """
    return NDCG.value(y_true, score, k, **options)


SPECS = (ROC_AUC, AVERAGE_PRECISION, TOP_K_ACCURACY, DCG, NDCG)
