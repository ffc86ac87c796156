"""How often labels are predicted right: accuracy, the table of confusions, and what corrects for chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.metrics._counting import LABELS, AnyArray, Counts, confusion, counting, ratio
from lossref.spec import LossSpec, Peer

_OURS = {"y_true": "y_true", "y_pred": "y_pred"}


def normalized(matrix: AnyArray, how: str) -> AnyArray:
    """Divide a confusion matrix by its rows' sums (true), columns' (pred) or its own (all); 0/0 is 0."""
    if how == "none":
        return matrix
    sums = matrix.sum(axis={"true": 1, "pred": 0, "all": None}[how], keepdims=True)
    return ratio(matrix, np.broadcast_to(sums, matrix.shape), 0.0)


def kappa_of(matrix: AnyArray, weighting: str) -> float:
    """One minus the weighted disagreement over the one expected by chance; NaN where none is expected."""
    classes = len(matrix)
    distance = np.abs(np.subtract.outer(np.arange(classes), np.arange(classes)))
    penalty = {"none": distance > 0, "linear": distance, "quadratic": distance**2}[weighting]
    by_chance = np.outer(matrix.sum(axis=0), matrix.sum(axis=1)) / matrix.sum()
    expected = np.sum(penalty * by_chance)
    return float(1.0 - np.sum(penalty * matrix) / expected) if expected else float("nan")


def matthews_of(matrix: AnyArray, nothing: float = 0.0) -> float:
    """Correlation of the one-hot predictions and targets; `nothing` where either is constant."""
    predicted, actual = matrix.sum(axis=0), matrix.sum(axis=1)
    total = predicted.sum()
    together = np.trace(matrix) * total - actual @ predicted
    spread = (total**2 - predicted @ predicted) * (total**2 - actual @ actual)
    return float(together / np.sqrt(spread)) if spread else nothing


def _accuracy(y: Array, p: Array, *, weights: Array | None) -> float:
    mass, y, p = counting(weights, y, p)
    return float(np.average(y == p, weights=mass))


def _table(y: Array, p: Array, weights: Array | None) -> AnyArray:
    mass, y, p = counting(weights, y, p)
    labels = np.union1d(y, p)
    if ((labels == 0.0) | (labels == 1.0)).all():
        labels = np.array([0.0, 1.0])
    return confusion(y, p, labels, mass)


def _confusion_matrix(y: Array, p: Array, *, weights: Array | None, normalize: str) -> AnyArray:
    return normalized(_table(y, p, weights), normalize)


def _balanced_accuracy(y: Array, p: Array, *, weights: Array | None, adjusted: bool) -> float:
    mass, y, p = counting(weights, y, p)
    counts = Counts.of(y, p, np.unique(y), mass)
    score, by_chance = float(np.mean(counts.hits / counts.actual)), 1.0 / len(counts.hits)
    return float(np.divide(score - by_chance, 1.0 - by_chance)) if adjusted and by_chance < 1.0 else score


def _cohen_kappa(y: Array, p: Array, *, weights: Array | None, weighting: str) -> float:
    return kappa_of(_table(y, p, weights), weighting)


def _matthews_corrcoef(y: Array, p: Array, *, weights: Array | None, zero_division: float | str) -> float:
    return matthews_of(_table(y, p, weights), float(zero_division))


ACCURACY = LossSpec(
    name="accuracy",
    aliases=("accuracy_score",),
    family="metrics",
    summary="Share of labels that are predicted right.",
    latex=r"\frac{1}{N} \sum_{i=1}^{N} \left[\hat y_i = y_i\right]",
    references=("C. J. van Rijsbergen, Information Retrieval, 2nd ed., 1979, chapter 7",),
    parameters=LABELS,
    gives="metric",
    terms=_accuracy,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.accuracy_score", _OURS),),
)


def accuracy(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Count the share of entries where y_pred equals y_true.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        Labels, not probabilities or scores: those are refused.
    **options
        `weights`, one for each entry; `check_domain=False` to let anything through.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.accuracy_score.

    Examples
    --------
    >>> print(accuracy([0, 1, 2, 2], [0, 1, 1, 2]))
    0.75
    """
    return ACCURACY.value(y_true, y_pred, **options)


BALANCED_ACCURACY = LossSpec(
    name="balanced_accuracy",
    aliases=("balanced_accuracy_score",),
    family="metrics",
    summary="Mean of the recalls of the classes that occur.",
    latex=r"\frac{1}{K} \sum_{k=1}^{K} \frac{TP_k}{TP_k + FN_k}",
    references=("K. H. Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010",),
    parameters=LABELS,
    options={"adjusted": (False, True)},
    gives="metric",
    terms=_balanced_accuracy,
    slopes={},
    bounds=(0.0, 1.0),
    peers=(Peer("sklearn.metrics.balanced_accuracy_score", _OURS),),
)


def balanced_accuracy(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Average the recalls of the classes in y_true, each counting alike.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
    **options
        `adjusted` False (default) or True: scaled so that guessing gives 0 and a perfect prediction 1; with a single
        class in y_true there is nothing to guess and the recall is given as it is. `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.balanced_accuracy_score.

    Examples
    --------
    >>> print(balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0]))
    0.5
    """
    return BALANCED_ACCURACY.value(y_true, y_pred, **options)


CONFUSION_MATRIX = LossSpec(
    name="confusion_matrix",
    family="metrics",
    summary="How many entries of each class (rows) were predicted as each class (columns).",
    latex=r"C_{jk} = \sum_{i=1}^{N} \left[y_i = j\right] \left[\hat y_i = k\right]",
    references=("C. D. Manning, P. Raghavan and H. Schütze, Introduction to Information Retrieval, 2008, chapter 14",),
    parameters=LABELS,
    options={"normalize": ("none", "true", "pred", "all")},
    gives="metric",
    terms=_confusion_matrix,
    slopes={},
    bounds=(0.0, float("inf")),
    peers=(Peer("sklearn.metrics.confusion_matrix", _OURS, note="all labels alike: scikit-learn gives a 1 × 1 table"),),
)


def confusion_matrix(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Count the entries of each class by what they were predicted as.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
        The classes are the labels that occur, sorted; for labels 0 and 1 they are both of these.
    **options
        `normalize` none (default: counts), true (each row divided by its sum), pred (each column) or all;
        `weights`, one for each entry.

    Returns
    -------
    ndarray of shape (K, K)
        Entry [j, k] counts what is of class j and was predicted as class k.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.confusion_matrix.

    Examples
    --------
    >>> print(confusion_matrix([1, 0, 1, 1], [1, 1, 0, 1]))
    [[0. 1.]
     [1. 2.]]
    """
    return CONFUSION_MATRIX.value(y_true, y_pred, **options)


COHEN_KAPPA = LossSpec(
    name="cohen_kappa",
    aliases=("cohen_kappa_score", "kappa"),
    family="metrics",
    summary="Agreement beyond the one that is expected by chance.",
    latex=r"\frac{p_o - p_e}{1 - p_e}",
    references=("J. Cohen, A coefficient of agreement for nominal scales, 1960",),
    parameters=LABELS,
    options={"weighting": ("none", "linear", "quadratic")},
    gives="metric",
    terms=_cohen_kappa,
    slopes={},
    bounds=(-1.0, 1.0),
    peers=(Peer("sklearn.metrics.cohen_kappa_score", {"y1": "y_true", "y2": "y_pred"}),),
)


def cohen_kappa(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Compare the disagreement with the one of labels drawn independently with the same frequencies.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
    **options
        `weighting` none (default), linear or quadratic: what a disagreement costs, by the distance of the classes
        among the sorted labels that occur; `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN where only one label occurs, so that no disagreement is expected.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.cohen_kappa_score, which calls the weighting `weights`.

    Examples
    --------
    >>> print(cohen_kappa([0, 0, 1, 1], [0, 1, 1, 1]))
    0.5
    """
    return COHEN_KAPPA.value(y_true, y_pred, **options)


MATTHEWS_CORRCOEF = LossSpec(
    name="matthews_corrcoef",
    aliases=("mcc", "phi_coefficient"),
    family="metrics",
    summary="Correlation of predicted and actual classes.",
    latex=r"\frac{TP \cdot TN - FP \cdot FN}{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}",
    references=(
        "B. W. Matthews, Comparison of the predicted and observed secondary structure of T4 phage lysozyme, 1975",
        "J. Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient, 2004",
    ),
    parameters=LABELS,
    options={"zero_division": (0, "nan")},
    gives="metric",
    terms=_matthews_corrcoef,
    slopes={},
    bounds=(-1.0, 1.0),
    peers=(Peer("sklearn.metrics.matthews_corrcoef", _OURS),),
)


def matthews_corrcoef(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Correlate predicted with actual classes, of which there may be more than two.

    Parameters
    ----------
    y_true, y_pred : array_like of whole numbers, the same shape
    **options
        `zero_division` 0 (default) or "nan" where the targets or the predictions are all alike; `weights`, one for
        each entry.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.matthews_corrcoef.

    Examples
    --------
    >>> print(matthews_corrcoef([1, 1, 1, 0], [1, 0, 1, 1]).round(6))
    -0.333333
    """
    return MATTHEWS_CORRCOEF.value(y_true, y_pred, **options)


SPECS = (ACCURACY, BALANCED_ACCURACY, CONFUSION_MATRIX, COHEN_KAPPA, MATTHEWS_CORRCOEF)
