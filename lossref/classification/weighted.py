"""Cross-entropies of two classes of which the label 1 has a weight of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._bounds import slope_of_both
from lossref._numerics import Array, Logs, sigmoid, softplus, times_or_zero
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LABEL,
    LOG_BASE,
    PROPER,
    PROPERTIES,
    SMOOTHING,
    UNBOUNDED,
    P,
    Z,
)
from lossref.classification.binary import no_curvature, of_both_labels, times_square
from lossref.spec import LossSpec, Parameter, Peer

_POS_WEIGHT = Parameter("pos_weight", "hyper", "nonnegative", "scalar", default=1.0, plausible=(1.5, 5.0))
_REFERENCES = (
    "G. King and L. Zeng, Logistic regression in rare events data, Political Analysis 9, 2001",
    "torch.nn.functional.binary_cross_entropy_with_logits",
)
_MINIMIZER = "w p / (w p + 1 − p), where p is the conditional probability of the label 1"


def _terms(y: Array, p: Array, pos_weight: float, smoothing: float, logs: Logs) -> Array:
    one, zero = of_both_labels(y, smoothing)
    return pos_weight * times_or_zero(one, logs.surprise(p)) + times_or_zero(zero, logs.surprise_of_complement(p))


def _slope(y: Array, p: Array, pos_weight: float, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    one, zero = of_both_labels(y, smoothing)
    return slope_of_both(one, zero, p, logs, pos_weight)


def _slope_target(_: Array, p: Array, pos_weight: float, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    one = times_or_zero(np.full_like(p, pos_weight), logs.surprise(p))
    slope = (1.0 - smoothing) * (one - logs.surprise_of_complement(p))
    return slope, slope


def _curvature(y: Array, p: Array, pos_weight: float, smoothing: float, logs: Logs) -> Array:
    one, zero = of_both_labels(y, smoothing)
    _, slope = logs.slope(p)
    slope_of_complement, _ = logs.slope_of_complement(p)
    return pos_weight * times_square(one, slope) + times_square(zero, slope_of_complement)


WEIGHTED_BINARY_CROSS_ENTROPY = LossSpec(
    name="weighted_binary_cross_entropy",
    aliases=("weighted_bce",),
    family="classification",
    summary="Binary cross-entropy of which the term of the label 1 is multiplied by a weight.",
    latex=r"-\left[w\, y \log p + (1 - y) \log(1 - p)\right]",
    references=_REFERENCES,
    parameters=(LABEL, P, _POS_WEIGHT, SMOOTHING),
    properties=PROPERTIES | FITS | PROPER,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    terms=_terms,
    slopes={"p": _slope, "y_true": _slope_target},
    curvatures={"p": _curvature, "y_true": no_curvature},
    convex_in=("p", "y_true"),
    bounds=UNBOUNDED,
    minimizer=_MINIMIZER,
    link="logit",
)


def weighted_binary_cross_entropy(
    y_true: Any, p: Any, pos_weight: float = 1.0, label_smoothing: float = 0.0, **options: Any
) -> Any:
    """Mean of −[w y log p + (1 − y) log(1 − p)]; it divides by the number of elements, not by the sum of weights.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    p : array_like of probabilities in [0, 1], the same shape
    pos_weight : float, not negative
        Weight w of the label 1; that of the label 0 is 1.
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/2.
    **options
        As for `binary_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    King and Zeng 2001; torch.nn.functional.binary_cross_entropy_with_logits has the same `pos_weight`.

    Examples
    --------
    >>> print(weighted_binary_cross_entropy([1, 0], [0.5, 0.5], 3.0, log_base=2))
    2.0
    """
    return WEIGHTED_BINARY_CROSS_ENTROPY.value(y_true, p, pos_weight, label_smoothing, **options)


def _terms_of_logits(y: Array, z: Array, pos_weight: float, smoothing: float) -> Array:
    one, zero = of_both_labels(y, smoothing)
    return pos_weight * (one * softplus(-z)) + zero * softplus(z)


def _slope_of_logits(y: Array, z: Array, pos_weight: float, smoothing: float) -> tuple[Array, Array]:
    one, zero = of_both_labels(y, smoothing)
    slope = zero * sigmoid(z) - pos_weight * (one * sigmoid(-z))
    return slope, slope


def _slope_target_of_logits(_: Array, z: Array, pos_weight: float, smoothing: float) -> tuple[Array, Array]:
    slope = (1.0 - smoothing) * (pos_weight * softplus(-z) - softplus(z))
    return slope, slope


def _curvature_of_logits(y: Array, z: Array, pos_weight: float, smoothing: float) -> Array:
    one, zero = of_both_labels(y, smoothing)
    e = np.exp(-np.abs(z))
    return (pos_weight * one + zero) * (e / (1.0 + e) ** 2)


WEIGHTED_BINARY_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="weighted_binary_cross_entropy_with_logits",
    aliases=("weighted_bce_with_logits",),
    family="classification",
    summary="Weighted binary cross-entropy of p = σ(z), computed from the logit z.",
    latex=r"w\, y \log\left(1 + e^{-z}\right) + (1 - y) \log\left(1 + e^{z}\right)",
    references=_REFERENCES,
    parameters=(LABEL, Z, _POS_WEIGHT, SMOOTHING),
    properties=PROPERTIES,
    options=LOG_BASE,
    guards={"z": "sigmoid"},
    terms=_terms_of_logits,
    slopes={"z": _slope_of_logits, "y_true": _slope_target_of_logits},
    curvatures={"z": _curvature_of_logits, "y_true": no_curvature},
    convex_in=("z", "y_true"),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="log-odds of the label 1, plus log w",
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.binary_cross_entropy_with_logits",
            {"input": "z", "target": "y_true", "pos_weight": "pos_weight"},
            note="mean divides by the number of elements",
        ),
    ),
)


def weighted_binary_cross_entropy_with_logits(
    y_true: Any, z: Any, pos_weight: float = 1.0, label_smoothing: float = 0.0, **options: Any
) -> Any:
    """Mean of w y log(1 + e^−z) + (1 − y) log(1 + e^z).

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    z : array_like of finite logits, the same shape
    pos_weight : float, not negative
        Weight w of the label 1; that of the label 0 is 1.
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/2.
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.binary_cross_entropy_with_logits.

    Examples
    --------
    >>> print(weighted_binary_cross_entropy_with_logits([1, 0], [0.0, 0.0], 3.0, log_base=2))
    2.0
    """
    return WEIGHTED_BINARY_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, pos_weight, label_smoothing, **options)


SPECS = (WEIGHTED_BINARY_CROSS_ENTROPY, WEIGHTED_BINARY_CROSS_ENTROPY_WITH_LOGITS)
