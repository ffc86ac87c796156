"""Cross-entropies of two classes: labels 0 and 1 (or soft), from probabilities or logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._bounds import slope_of_both
from lossref._numerics import Array, Logs, times_or_zero
from lossref._sums import all_finite, inner, total
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LABEL,
    LOG_BASE,
    POSTERIOR_OF_ONE,
    PROPER,
    PROPERTIES,
    SMOOTHING,
    UNBOUNDED,
    P,
    Z,
)
from lossref.spec import LossSpec, Peer


def of_both_labels(y: Array, smoothing: float) -> tuple[Array, Array]:
    """Weights of the labels 1 and 0: y and 1 − y, smoothed each by itself, since 1 − (1 − a/2) would cancel."""
    if smoothing == 0.0:
        return y, 1.0 - y
    return (1.0 - smoothing) * y + 0.5 * smoothing, (1.0 - smoothing) * (1.0 - y) + 0.5 * smoothing


def _terms(y: Array, p: Array, smoothing: float, logs: Logs) -> Array:
    one, zero = of_both_labels(y, smoothing)
    if logs.policy == "exact":
        terms = np.log1p(-p)
        terms *= zero
        likely = np.log(p)
        likely *= one
        terms += likely
        np.subtract(0.0, terms, out=terms)
        if all_finite(terms):
            return terms
    return times_or_zero(one, logs.surprise(p)) + times_or_zero(zero, logs.surprise_of_complement(p))


def _sum_of_terms(y: Array, p: Array, smoothing: float, logs: Logs) -> float:
    one, zero = of_both_labels(y, smoothing)
    return 0.0 - inner(one, logs.log(p)) - inner(zero, logs.log_of_complement(p))


def _slope(y: Array, p: Array, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    if smoothing == 0.0 and logs.policy == "exact":
        slope = slope_of_unsmoothed(y, p)
        return slope, slope
    return slope_of_both(*of_both_labels(y, smoothing), p, logs)


def slope_of_unsmoothed(y: Array, p: Array) -> Array:
    """(p − y) / (p (1 − p)); for hard labels without the factor that cancels, since it may be 0/0."""
    q = 1.0 - p
    hard = np.where(y == 0.0, 1.0 / q, -1.0 / p)
    soft = (y != 0.0) & (y != 1.0)
    return np.where(soft, (p - y) / p / q, hard) if soft.any() else hard


def _slope_target(_: Array, p: Array, smoothing: float, logs: Logs) -> tuple[Array, Array]:
    slope = (1.0 - smoothing) * (logs.surprise(p) - logs.surprise_of_complement(p))
    return slope, slope


def times_square(factor: Array, x: Array) -> Array:
    """Factor · x², 0 for a factor of 0: factor by factor, since x² may overflow alone."""
    return times_or_zero(times_or_zero(factor, x), x)


def _curvature(y: Array, p: Array, smoothing: float, logs: Logs) -> Array:
    # The second derivative of −log is the square of the first; beyond a clamp both are 0.
    one, zero = of_both_labels(y, smoothing)
    _, slope = logs.slope(p)
    slope_of_complement, _ = logs.slope_of_complement(p)
    return times_square(one, slope) + times_square(zero, slope_of_complement)


def no_curvature(_: Array, other: Array, *__: float, **___: Any) -> Array:
    """Second derivative of a loss in an argument in which it is linear, or piecewise so."""
    return np.zeros_like(other)


BINARY_CROSS_ENTROPY = LossSpec(
    name="binary_cross_entropy",
    aliases=("bce",),
    family="classification",
    summary="Negative log-likelihood of labels 0 and 1 under Bernoulli probabilities.",
    latex=r"-\left[y \log p + (1 - y) \log(1 - p)\right]",
    references=(
        "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952",
        "C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016 (label smoothing)",
    ),
    parameters=(LABEL, P, SMOOTHING),
    properties=PROPERTIES | FITS | PROPER,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    told=("p",),
    terms=_terms,
    total=_sum_of_terms,
    slopes={"p": _slope, "y_true": _slope_target},
    curvatures={"p": _curvature, "y_true": no_curvature},
    convex_in=("p", "y_true"),
    bounds=UNBOUNDED,
    minimizer=POSTERIOR_OF_ONE,
    link="logit",
    peers=(
        Peer(
            "torch.nn.functional.binary_cross_entropy",
            {"input": "p", "target": "y_true"},
            {"eps_policy": "log_clamp"},
            "bounds each logarithm at −100, its gradient by a denominator of at least 1e−12",
        ),
        Peer(
            "keras.losses.BinaryCrossentropy",
            {"y_true": "y_true", "y_pred": "p", "label_smoothing": "label_smoothing"},
            {"eps_policy": "clip"},
            "clips p by 1e−7",
        ),
        Peer(
            "sklearn.metrics.log_loss",
            {"y_true": "y_true", "y_proba": "p"},
            {"eps_policy": "clip", "eps": 2.0**-52},
            "clips p by the resolution of its dtype; hard labels only",
        ),
    ),
)


def binary_cross_entropy(y_true: Any, p: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean of −[y log p + (1 − y) log(1 − p)].

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    p : array_like of probabilities in [0, 1], the same shape
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/2.
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
    return BINARY_CROSS_ENTROPY.value(y_true, p, label_smoothing, **options)


def _end(z: Array) -> Array:
    """Label that z points to: 1 for z > 0, else 0."""
    return (z > 0.0).astype(z.dtype)


def _pull(y: Array, end: Array, smoothing: float) -> Array:
    """Signed distance of the smoothed label from the end that z points to: 1 − y for z > 0, else −y."""
    pull = end - y
    if smoothing:
        pull *= 1.0 - smoothing
        pull += smoothing * (end - 0.5)
    return pull


def _faded(z: Array) -> Array:
    """e^−|z|."""
    e = np.abs(z)
    np.negative(e, out=e)
    return np.exp(e, out=e)


def _terms_of_logits(y: Array, z: Array, smoothing: float) -> Array:
    # softplus(z) − y z = z·pull + log(1 + e^−|z|): two terms ≥ 0, so nothing cancels.
    terms = _pull(y, _end(z), smoothing)
    terms *= z
    terms += np.log1p(_faded(z))
    return terms


def _sum_of_logits(y: Array, z: Array, smoothing: float) -> float:
    return inner(_pull(y, _end(z), smoothing), z) + total(np.log1p(_faded(z)))


def _slope_of_logits(y: Array, z: Array, smoothing: float) -> tuple[Array, Array]:
    end = _end(z)
    slope = _toward(_pull(y, end, smoothing), end, _faded(z))
    return slope, slope


def _fused_of_logits(y: Array, z: Array, smoothing: float) -> tuple[float, Array, Array]:
    e, end = _faded(z), _end(z)
    pull = _pull(y, end, smoothing)
    summed = inner(pull, z) + total(np.log1p(e))
    slope = _toward(pull, end, e)
    return summed, slope, slope


def _toward(pull: Array, end: Array, e: Array) -> Array:
    """σ(z) less the label, from the parts that it has in common with the loss; it writes to all of them."""
    # σ(z) is e/(1 + e) away from the end that z points to, with e = e^−|z|: for a hard label there the pull is 0, and
    # no digit is lost where σ(z) rounds to the label.
    e /= 1.0 + e
    end -= 0.5
    end *= 2.0
    e *= end
    pull -= e
    return pull


def _slope_target_of_logits(_: Array, z: Array, smoothing: float) -> tuple[Array, Array]:
    slope = (smoothing - 1.0) * z
    return slope, slope


def _curvature_of_logits(_: Array, z: Array, __: float) -> Array:
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


BINARY_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="binary_cross_entropy_with_logits",
    aliases=("bce_with_logits",),
    family="classification",
    summary="Binary cross-entropy of p = σ(z), computed from the logit z.",
    latex=r"\log\left(1 + e^{z}\right) - y z",
    references=(
        "D. R. Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20, 1958",
        "C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016 (label smoothing)",
    ),
    parameters=(LABEL, Z, SMOOTHING),
    properties=PROPERTIES,
    options=LOG_BASE,
    guards={"z": "sigmoid"},
    told=("z",),
    terms=_terms_of_logits,
    total=_sum_of_logits,
    slopes={"z": _slope_of_logits, "y_true": _slope_target_of_logits},
    curvatures={"z": _curvature_of_logits, "y_true": no_curvature},
    fused={"z": _fused_of_logits},
    convex_in=("z", "y_true"),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="log-odds of the label 1",
    link="identity",
    peers=(
        Peer("torch.nn.functional.binary_cross_entropy_with_logits", {"input": "z", "target": "y_true"}),
        Peer("optax.losses.sigmoid_binary_cross_entropy", {"logits": "z", "labels": "y_true"}, {"reduction": "none"}),
        Peer(
            "sklearn._loss.HalfBinomialLoss",
            {"y_true": "y_true", "raw_prediction": "z"},
            {"reduction": "none"},
            "half of the binomial deviance",
        ),
    ),
)


def binary_cross_entropy_with_logits(y_true: Any, z: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean of log(1 + e^z) − y z, the binary cross-entropy of p = σ(z).

    Parameters
    ----------
    y_true : array_like of labels 0 and 1, or soft labels in [0, 1]
    z : array_like of finite logits, the same shape
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
    torch.nn.functional.binary_cross_entropy_with_logits, keras.losses.BinaryCrossentropy(from_logits=True),
    optax.losses.sigmoid_binary_cross_entropy (the terms).

    Examples
    --------
    >>> print(binary_cross_entropy_with_logits([1, 0], [-1000.0, -1000.0], reduction="none"))
    [1000.    0.]
    """
    return BINARY_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, label_smoothing, **options)


SPECS = (BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS)
