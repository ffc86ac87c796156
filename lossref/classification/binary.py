"""Cross-entropies of two classes: labels 0 and 1 (or soft), from probabilities or logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, Logs, sigmoid, times_or_zero
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LOG_BASE,
    LOGIT_RANGE,
    PROBABILITY_RANGE,
    PROPERTIES,
)
from lossref.spec import LossSpec, Parameter

_LABEL = Parameter("y_true", "target", "label01", admits="probability", plausible=(0.0, 1.0), dtype="int64")
_P = Parameter("p", "prediction", "probability", plausible=PROBABILITY_RANGE)
_Z = Parameter("z", "prediction", "logits", plausible=LOGIT_RANGE)


def _binary(y: Array, p: Array, logs: Logs) -> Array:
    return times_or_zero(y, logs.surprise(p)) + times_or_zero(1.0 - y, logs.surprise_of_complement(p))


def _binary_slope(y: Array, p: Array, logs: Logs) -> tuple[Array, Array]:
    low, high = logs.slope(p)
    low_0, high_0 = logs.slope_of_complement(p)
    lowest = times_or_zero(y, low) + times_or_zero(1.0 - y, low_0)
    return lowest, lowest if low is high else times_or_zero(y, high) + times_or_zero(1.0 - y, high_0)


def _binary_slope_target(_: Array, p: Array, logs: Logs) -> tuple[Array, Array]:
    slope = logs.surprise(p) - logs.surprise_of_complement(p)
    return slope, slope


BINARY_CROSS_ENTROPY = LossSpec(
    name="binary_cross_entropy",
    aliases=("bce",),
    family="classification",
    summary="Negative log-likelihood of labels 0 and 1 under Bernoulli probabilities.",
    latex=r"-\left[y \log p + (1 - y) \log(1 - p)\right]",
    references=("I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952",),
    parameters=(_LABEL, _P),
    properties=PROPERTIES | FITS,
    options=FROM_PROBABILITIES,
    terms=_binary,
    slopes={"p": _binary_slope, "y_true": _binary_slope_target},
)


def binary_cross_entropy(y_true: Any, p: Any, **options: Any) -> Any:
    """Mean of −[y log p + (1 − y) log(1 − p)].

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    p : array_like of probabilities in [0, 1], the same shape
    **options
        As for `LossSpec.value`; `log_base` e (nats, default), 2 or 10; `eps_policy` exact (default), clip or
        log_clamp, with `eps`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none
        +inf where p is 0 or 1 at the wrong end and eps_policy is exact; 0·log 0 is 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.binary_cross_entropy (log clamped at −100), keras.losses.BinaryCrossentropy (p clipped by
    1e−7), sklearn.metrics.log_loss (clipped by the dtype's resolution).

    Examples
    --------
    >>> print(binary_cross_entropy([1, 0], [0.5, 0.5], log_base=2))
    1.0
    >>> print(binary_cross_entropy([1, 1], [1.0, 0.0], reduction="none"))
    [ 0. inf]
    >>> print(round(binary_cross_entropy([1], [0.0], eps_policy="log_clamp"), 6))
    100.0
    """
    return BINARY_CROSS_ENTROPY.value(y_true, p, **options)


def _binary_logits(y: Array, z: Array) -> Array:
    # softplus(z) − y z = |z|·(1 − y if z > 0 else y) + log(1 + e^−|z|): two terms ≥ 0, so nothing cancels.
    magnitude = np.abs(z)
    return magnitude * np.where(z > 0.0, 1.0 - y, y) + np.log1p(np.exp(-magnitude))


def _binary_logits_slope(y: Array, z: Array) -> tuple[Array, Array]:
    # σ(z) − y = (1 − y) σ(z) − y σ(−z): exact to the last digits where σ(z) rounds to a hard label y.
    slope = (1.0 - y) * sigmoid(z) - y * sigmoid(-z)
    return slope, slope


def _binary_logits_slope_target(_: Array, z: Array) -> tuple[Array, Array]:
    slope = -z
    return slope, slope


BINARY_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="binary_cross_entropy_with_logits",
    aliases=("bce_with_logits",),
    family="classification",
    summary="Binary cross-entropy of p = σ(z), computed from the logit z.",
    latex=r"\log\left(1 + e^{z}\right) - y z",
    references=("D. R. Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20, 1958",),
    parameters=(_LABEL, _Z),
    properties=PROPERTIES,
    options=LOG_BASE,
    terms=_binary_logits,
    slopes={"z": _binary_logits_slope, "y_true": _binary_logits_slope_target},
)


def binary_cross_entropy_with_logits(y_true: Any, z: Any, **options: Any) -> Any:
    """Mean of log(1 + e^z) − y z, the binary cross-entropy of p = σ(z).

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    z : array_like of finite logits, the same shape
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
    torch.nn.functional.binary_cross_entropy_with_logits, keras.losses.BinaryCrossentropy(from_logits=True),
    optax.losses.sigmoid_binary_cross_entropy (the terms).

    Examples
    --------
    >>> print(binary_cross_entropy_with_logits([1, 0], [-1000.0, -1000.0], reduction="none"))
    [1000.    0.]
    """
    return BINARY_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, **options)


SPECS = (BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS)
