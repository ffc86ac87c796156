"""Losses of a label −1 or +1 and a score; m = y·score is the margin."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, positive_part, sigmoid, softplus
from lossref._sums import inner
from lossref.margin._shared import PROPERTIES, UNBOUNDED, Interval, flat_curvature, step
from lossref.spec import LossSpec, Parameter, Peer

_LABEL = Parameter("y_true", "target", "plus_minus_one", dtype="int64")
_SCORE = Parameter("score", "prediction", "real")
_ENCODING = {"label_encoding": ("plus_minus_one", "zero_one")}
_LOG_BASE = {"log_base": ("e", 2, 10)}
_CALIBRATED = frozenset({"margin_based", "classification_calibrated"})
_OPTAX = {"targets": "y_true", "predictor_outputs": "score"}
_KERAS = {"y_true": "y_true", "y_pred": "score"}


def _against(y: Array, interval: Interval) -> Interval:
    """−y times the slope of a function of 1 − y·score (or of −y·score)."""
    low, high = interval
    lowest = 0.0 - y * low  # not −y·low: that of 0 is −0
    if low is high:
        return lowest, lowest
    other = 0.0 - y * high
    return np.minimum(lowest, other), np.maximum(lowest, other)


def _shortfall(y: Array, score: Array) -> Array:
    shortfall = y * score
    np.subtract(1.0, shortfall, out=shortfall)
    return shortfall


def _hinge(y: Array, score: Array) -> Array:
    return positive_part(_shortfall(y, score))


def _hinge_slope(y: Array, score: Array) -> Interval:
    return _against(y, step(_shortfall(y, score)))


def _sum_of_hinge(y: Array, score: Array) -> float:
    shortfall = _shortfall(y, score)
    return inner(shortfall, (shortfall > 0.0).astype(shortfall.dtype))


def _hinge_fused(y: Array, score: Array) -> tuple[float, Array, Array]:
    shortfall = _shortfall(y, score)
    low, high = step(shortfall)
    return inner(shortfall, low), *_against(y, (low, high))


HINGE = LossSpec(
    name="hinge",
    aliases=("hinge_loss",),
    family="margin",
    summary="Shortfall of the margin y·score from 1; the loss of the support vector machine.",
    latex=r"\max\left(0,\; 1 - y\,s\right), \quad y \in \{-1, +1\}",
    references=("C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20, 1995",),
    parameters=(_LABEL, _SCORE),
    properties=PROPERTIES | {"zero_at_perfect_fit"} | _CALIBRATED,
    options=_ENCODING,
    kinks=((1.0, 1.0), (-1.0, -1.0)),
    told=("score",),
    terms=_hinge,
    total=_sum_of_hinge,
    slopes={"score": _hinge_slope},
    curvatures={"score": flat_curvature},
    fused={"score": _hinge_fused},
    convex_in=("score",),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="most probable label",
    peers=(
        Peer("keras.losses.Hinge", _KERAS, note="takes 0/1 labels for −1/+1 where a batch has no others"),
        Peer("optax.losses.hinge_loss", _OPTAX, {"reduction": "none"}),
        Peer("sklearn.metrics.hinge_loss", {"y_true": "y_true", "pred_decision": "score"}),
    ),
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


def _squared_hinge(y: Array, score: Array, *, half: bool) -> Array:
    terms = positive_part(_shortfall(y, score)) ** 2
    return 0.5 * terms if half else terms


def _squared_hinge_slope(y: Array, score: Array, *, half: bool) -> Interval:
    slope = 0.0 - (1.0 if half else 2.0) * y * positive_part(_shortfall(y, score))
    return slope, slope


def _squared_hinge_curvature(y: Array, score: Array, *, half: bool) -> Array:
    return (1.0 if half else 2.0) * (_shortfall(y, score) > 0.0).astype(score.dtype)


SQUARED_HINGE = LossSpec(
    name="squared_hinge",
    aliases=("squared_hinge_loss", "l2_hinge"),
    family="margin",
    summary="Square of the shortfall of the margin y·score from 1.",
    latex=r"\max\left(0,\; 1 - y\,s\right)^2",
    references=(
        "Y.-J. Lee and O. L. Mangasarian, SSVM: a smooth support vector machine, Comput. Optim. Appl. 20, 2001",
    ),
    parameters=(_LABEL, _SCORE),
    properties=PROPERTIES | {"zero_at_perfect_fit"} | _CALIBRATED,
    options={"half": (False, True), **_ENCODING},
    terms=_squared_hinge,
    slopes={"score": _squared_hinge_slope},
    curvatures={"score": _squared_hinge_curvature},
    convex_in=("score",),
    bounds=UNBOUNDED,
    minimizer="2 p − 1, where p is the conditional probability of the label +1",
    link="identity",
    peers=(Peer("keras.losses.SquaredHinge", _KERAS),),
)


def squared_hinge(y_true: Any, score: Any, **options: Any) -> Any:
    """Mean of max(0, 1 − y·score)².

    Parameters
    ----------
    y_true : array_like of labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    score : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`; `half` True halves it; `label_encoding` plus_minus_one (default) or zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.losses.SquaredHinge.

    Examples
    --------
    >>> print(squared_hinge([1, -1], [0.5, 1.0], reduction="none"))
    [0.25 4.  ]
    """
    return SQUARED_HINGE.value(y_true, score, **options)


def _logistic(y: Array, score: Array) -> Array:
    return softplus(-y * score)


def _logistic_slope(y: Array, score: Array) -> Interval:
    slope = -y * sigmoid(-y * score)
    return slope, slope


def _logistic_curvature(_: Array, score: Array) -> Array:
    e = np.exp(-np.abs(score))
    return e / (1.0 + e) ** 2


LOGISTIC = LossSpec(
    name="logistic",
    aliases=("soft_margin", "logistic_loss"),
    family="margin",
    summary="Binary cross-entropy of a logit, for labels −1 and +1.",
    latex=r"\log\left(1 + e^{-y\,s}\right)",
    references=(
        "J. Friedman et al., Additive logistic regression: a statistical view of boosting, Ann. Stat. 28, 2000",
    ),
    parameters=(_LABEL, _SCORE),
    properties=PROPERTIES | _CALIBRATED,
    options={**_LOG_BASE, **_ENCODING},
    guards={"term": "surprise"},
    terms=_logistic,
    slopes={"score": _logistic_slope},
    curvatures={"score": _logistic_curvature},
    convex_in=("score",),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="log-odds of the label +1",
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.soft_margin_loss",
            {"input": "score", "target": "y_true"},
            note="overflows from a margin of −710 (−89 in float32), where it gives inf and a gradient of NaN",
        ),
    ),
)


def logistic(y_true: Any, score: Any, **options: Any) -> Any:
    """Mean of log(1 + e^(−y·score)).

    Parameters
    ----------
    y_true : array_like of labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    score : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; `label_encoding` plus_minus_one (default) or
        zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.soft_margin_loss, which overflows.

    Examples
    --------
    >>> print(logistic([1, -1], [0.0, 0.0], log_base=2), logistic([1], [-1000.0]))
    1.0 1000.0
    """
    return LOGISTIC.value(y_true, score, **options)


def _perceptron(y: Array, score: Array) -> Array:
    return positive_part(-y * score)


def _perceptron_slope(y: Array, score: Array) -> Interval:
    return _against(y, step(-y * score))


PERCEPTRON = LossSpec(
    name="perceptron",
    aliases=("perceptron_loss",),
    family="margin",
    summary="What the margin y·score falls short of 0.",
    latex=r"\max\left(0,\; -y\,s\right)",
    references=("F. Rosenblatt, The perceptron, Psychological Review 65, 1958",),
    parameters=(_LABEL, _SCORE),
    properties=PROPERTIES | {"zero_at_perfect_fit"} | {"margin_based"},
    options=_ENCODING,
    kinks=((1.0, 0.0), (-1.0, 0.0)),
    terms=_perceptron,
    slopes={"score": _perceptron_slope},
    curvatures={"score": flat_curvature},
    convex_in=("score",),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="0",
    peers=(Peer("optax.losses.perceptron_loss", _OPTAX, {"reduction": "none"}),),
)


def perceptron(y_true: Any, score: Any, **options: Any) -> Any:
    """Mean of max(0, −y·score).

    Parameters
    ----------
    y_true : array_like of labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    score : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`; `label_encoding` plus_minus_one (default) or zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Rosenblatt 1958; optax.losses.perceptron_loss (the terms).

    Examples
    --------
    >>> print(perceptron([1, -1], [-2.0, -1.0]))
    1.0
    """
    return PERCEPTRON.value(y_true, score, **options)


def _exponential(y: Array, score: Array) -> Array:
    return np.exp(-y * score)


def _exponential_slope(y: Array, score: Array) -> Interval:
    slope = -y * np.exp(-y * score)
    return slope, slope


EXPONENTIAL = LossSpec(
    name="exponential",
    aliases=("exponential_loss",),
    family="margin",
    summary="Exponential of the negative margin; the loss of AdaBoost.",
    latex=r"e^{-y\,s}",
    references=("Y. Freund and R. Schapire, A decision-theoretic generalization of on-line learning, JCSS 55, 1997",),
    parameters=(_LABEL, Parameter("score", "prediction", "real", plausible=(-2.0, 2.0))),
    properties=PROPERTIES | _CALIBRATED,
    options=_ENCODING,
    terms=_exponential,
    slopes={"score": _exponential_slope},
    curvatures={"score": _exponential},
    convex_in=("score",),
    bounds=UNBOUNDED,
    minimizer="half the log-odds of the label +1",
    link="identity",
    peers=(
        Peer(
            "sklearn._loss.ExponentialLoss",
            {"y_true": "y_true", "raw_prediction": "score"},
            {"reduction": "none", "label_encoding": "zero_one"},
            "takes labels 0 and 1",
        ),
    ),
)


def exponential(y_true: Any, score: Any, **options: Any) -> Any:
    """Mean of e^(−y·score).

    Parameters
    ----------
    y_true : array_like of labels −1 and +1, or 0 and 1 with `label_encoding="zero_one"`
    score : array_like of finite real numbers, the same shape
    **options
        As for `LossSpec.value`; `label_encoding` plus_minus_one (default) or zero_one.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none
        +inf where it exceeds the largest number of the dtype.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Freund and Schapire 1997; sklearn._loss.ExponentialLoss (labels 0 and 1).

    Examples
    --------
    >>> print(exponential([1, -1], [0.0, 0.0]))
    1.0
    """
    return EXPONENTIAL.value(y_true, score, **options)


SPECS = (HINGE, SQUARED_HINGE, LOGISTIC, PERCEPTRON, EXPONENTIAL)
