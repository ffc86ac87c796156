"""Focal losses: cross-entropies of which an example counts the less, the better it is predicted."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._bounds import Mask, between
from lossref._numerics import Array, Logs, over_or_zero, sigmoid, softplus, times_or_zero
from lossref._sums import row_sums
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    HARD_LABEL,
    LABEL_ROWS,
    LOG_BASE,
    P_ROWS,
    PROPERTIES,
    UNBOUNDED,
    P,
    Z,
)
from lossref.classification.binary import no_curvature
from lossref.spec import LossSpec, Parameter, Peer

_GAMMA = Parameter("gamma", "hyper", "nonnegative", "scalar", default=2.0, plausible=(1.0, 4.0))
_ALPHA = Parameter("alpha", "hyper", "probability", "scalar", default=None, plausible=(0.1, 0.9))
_SCALE = Parameter("alpha", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.1, 0.9))
_REFERENCES = ("T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017",)

# Of a class with probability p that is the label, with w = 1 − p and the surprise s = −log p, the term is w^γ s.


def _surprise_over(wrong: Array, surprise: Array) -> Array:
    """S / w, which is 1 where both are 0."""
    ratio = np.ones_like(wrong)
    np.divide(surprise, wrong, out=ratio, where=wrong != 0.0)
    return ratio


def _slope_in_wrong(share: Array, right: Array, wrong: Array, surprise: Array, gamma: float) -> Array:
    """Differentiate a share of w^γ s in w: γ w^(γ−1) s + w^γ / p, without the pole that w^(γ−1) has at 0 for γ < 1."""
    return wrong**gamma * (times_or_zero(gamma * share, _surprise_over(wrong, surprise)) + over_or_zero(share, right))


def _curvature_in_wrong(share: Array, right: Array, wrong: Array, surprise: Array, gamma: float) -> Array:
    """Second derivative times a share: γ w^(γ−1) ((γ−1) s/w + 2/p) + w^γ / p², 0 for a share of 0."""
    over = over_or_zero(share, right)
    curvature = wrong**gamma * over_or_zero(over, right)  # p² may underflow alone
    if gamma:
        ratio = times_or_zero(share, _surprise_over(wrong, surprise))
        curvature += gamma * wrong ** (gamma - 1.0) * ((gamma - 1.0) * ratio + 2.0 * over)
    return curvature


def _of_label(y: Array, alpha: float | None) -> Array | float:
    """Weight of each label: alpha of the label 1 and 1 − alpha of the label 0, or 1 of both."""
    return 1.0 if alpha is None else np.where(y == 1.0, y.dtype.type(alpha), y.dtype.type(1.0 - alpha))


def _beyond(share: Array, wrong: Array, surprise: Array, gamma: float, order: int) -> Array:
    """Differentiate a share of w^γ s in w, once or twice, where s is bounded and the power alone changes."""
    factor = gamma if order == 1 else gamma * (gamma - 1.0)
    return times_or_zero(factor * (share * surprise), wrong ** (gamma - order)) if factor else np.zeros_like(wrong)


def _of_both(y: Array, p: Array, logs: Logs) -> tuple[Array, Array, Array]:
    """Probability of the label, that of the other one, and the surprise."""
    one = y == 1.0
    surprise = np.where(one, logs.surprise(p), logs.surprise_of_complement(p))
    return np.where(one, p, 1.0 - p), np.where(one, 1.0 - p, p), surprise


def _counts(y: Array, p: Array, logs: Logs) -> tuple[Mask, Mask]:
    """Where the logarithm is not bounded, as seen from both sides: only at a corner they differ."""
    sides = zip(logs.slope(p), logs.slope_of_complement(p), strict=True)
    low, high = (np.where(y == 1.0, of_log, of_complement) != 0.0 for of_log, of_complement in sides)
    return low, high


def _terms(y: Array, p: Array, gamma: float, alpha: float | None, logs: Logs) -> Array:
    _, wrong, surprise = _of_both(y, p, logs)
    return _of_label(y, alpha) * times_or_zero(wrong**gamma, surprise)


def _slope(y: Array, p: Array, gamma: float, alpha: float | None, logs: Logs) -> tuple[Array, Array]:
    share, sign = np.ones_like(p) * _of_label(y, alpha), 1.0 - 2.0 * y
    right, wrong, surprise = _of_both(y, p, logs)
    slope = sign * _slope_in_wrong(share, right, wrong, surprise, gamma)
    if logs.policy == "exact":
        return slope, slope
    beyond = sign * _beyond(share, wrong, surprise, gamma, 1)
    return between(slope, beyond, *_counts(y, p, logs))


def _curvature(y: Array, p: Array, gamma: float, alpha: float | None, logs: Logs) -> Array:
    share = np.ones_like(p) * _of_label(y, alpha)
    right, wrong, surprise = _of_both(y, p, logs)
    curvature = _curvature_in_wrong(share, right, wrong, surprise, gamma)
    if logs.policy == "exact":
        return curvature
    return np.where(np.logical_and(*_counts(y, p, logs)), curvature, _beyond(share, wrong, surprise, gamma, 2))


BINARY_FOCAL = LossSpec(
    name="binary_focal",
    aliases=("focal", "binary_focal_cross_entropy"),
    family="classification",
    summary="Binary cross-entropy times the γ-th power of the probability of the wrong label.",
    latex=r"-\alpha_t \left(1 - p_t\right)^{\gamma} \log p_t",
    references=_REFERENCES,
    parameters=(HARD_LABEL, P, _GAMMA, _ALPHA),
    properties=PROPERTIES | FITS,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    terms=_terms,
    slopes={"p": _slope},
    curvatures={"p": _curvature},
    convex_in=("p",),
    bounds=UNBOUNDED,
    minimizer="a probability between ½ and the conditional one, for γ > 0",
    link="logit",
    peers=(
        Peer(
            "keras.losses.BinaryFocalCrossentropy",
            {"y_true": "y_true", "y_pred": "p", "gamma": "gamma"},
            {"eps_policy": "clip"},
            "clips p by 1e−7 in the logarithm alone; alpha counts only with apply_class_balancing",
        ),
    ),
)


def binary_focal(y_true: Any, p: Any, gamma: float = 2.0, alpha: float | None = None, **options: Any) -> Any:
    """Mean of −α_t (1 − p_t)^γ log p_t, where p_t is the probability of the label.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    p : array_like of probabilities in [0, 1], the same shape
    gamma : float, not negative
        With 0 it is the cross-entropy.
    alpha : float in [0, 1], optional
        Weight of the label 1; that of the label 0 is 1 − alpha. None gives both the weight 1.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`: they bound the
        logarithm, not the power.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Lin et al. 2017; keras.losses.BinaryFocalCrossentropy (alpha off by default).

    Examples
    --------
    >>> print(round(binary_focal([1], [0.9]), 6), round(binary_focal([1], [0.9], alpha=0.25), 6))
    0.001054 0.000263
    """
    return BINARY_FOCAL.value(y_true, p, gamma, alpha, **options)


def _terms_of_logits(y: Array, z: Array, gamma: float, alpha: float | None) -> Array:
    against = (1.0 - 2.0 * y) * z  # logit of the wrong label
    return _of_label(y, alpha) * sigmoid(against) ** gamma * softplus(against)


def _slope_of_logits(y: Array, z: Array, gamma: float, alpha: float | None) -> tuple[Array, Array]:
    sign = 1.0 - 2.0 * y
    wrong, right, surprise = sigmoid(sign * z), sigmoid(-sign * z), softplus(sign * z)
    slope = _of_label(y, alpha) * sign * wrong**gamma * (gamma * right * surprise + wrong)
    return slope, slope


def _curvature_of_logits(y: Array, z: Array, gamma: float, alpha: float | None) -> Array:
    against = (1.0 - 2.0 * y) * z
    wrong, right, surprise = sigmoid(against), sigmoid(-against), softplus(against)
    # Where the probability of the label is denormal, its root still has all digits to multiply the bend with; and it
    # multiplies the surprise before gamma does, which may carry that beyond the largest number.
    root = np.exp(-0.5 * np.abs(against))
    early = np.where(against > 0.0, root, 1.0).astype(z.dtype, copy=False)
    bend = gamma * (early * surprise) * (gamma * right - wrong) + (2.0 * gamma + 1.0) * (early * wrong)
    bend = early * bend / (1.0 + root * root)
    return _of_label(y, alpha) * wrong**gamma * bend


BINARY_FOCAL_WITH_LOGITS = LossSpec(
    name="binary_focal_with_logits",
    aliases=("focal_with_logits", "sigmoid_focal"),
    family="classification",
    summary="Binary focal loss of p = σ(z), computed from the logit z.",
    latex=r"\alpha_t\, \sigma(-z_t)^{\gamma} \log\left(1 + e^{-z_t}\right), \quad z_t = (2 y - 1) z",
    references=_REFERENCES,
    parameters=(HARD_LABEL, Z, _GAMMA, _ALPHA),
    properties=PROPERTIES - {"convex_in_prediction"},
    options=LOG_BASE,
    guards={"z": "sigmoid"},
    terms=_terms_of_logits,
    slopes={"z": _slope_of_logits},
    curvatures={"z": _curvature_of_logits},
    bounds=UNBOUNDED,
    lipschitz=1.1289832185681747,
    minimizer="a logit between 0 and the log-odds of the label 1, for γ > 0",
    link="identity",
    peers=(
        Peer(
            "optax.losses.sigmoid_focal_loss",
            {"logits": "z", "labels": "y_true", "gamma": "gamma", "alpha": "alpha"},
            {"reduction": "none"},
            "alpha off by default; torchvision.ops.sigmoid_focal_loss has 0.25",
        ),
    ),
)


def binary_focal_with_logits(
    y_true: Any, z: Any, gamma: float = 2.0, alpha: float | None = None, **options: Any
) -> Any:
    """Mean of α_t σ(−z_t)^γ log(1 + e^−z_t), where z_t is z for the label 1 and −z for the label 0.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    z : array_like of finite logits, the same shape
    gamma : float, not negative
        With 0 it is the cross-entropy.
    alpha : float in [0, 1], optional
        Weight of the label 1; that of the label 0 is 1 − alpha. None gives both the weight 1.
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
    Lin et al. 2017; optax.losses.sigmoid_focal_loss (the terms), torchvision.ops.sigmoid_focal_loss (alpha 0.25).

    Examples
    --------
    >>> print(binary_focal_with_logits([1, 0], [0.0, 0.0], log_base=2))
    0.25
    >>> print(round(binary_focal_with_logits([1, 0], [0.0, 0.0], gamma=1.0), 6))
    0.346574
    """
    return BINARY_FOCAL_WITH_LOGITS.value(y_true, z, gamma, alpha, **options)


# As in keras, a clipped probability is clipped in the power too.


def _clipped(p: Array, logs: Logs) -> Array:
    return np.clip(p, logs.eps, 1.0 - logs.eps) if logs.policy == "clip" else p


def _terms_of_rows(y: Array, p: Array, gamma: float, alpha: float, logs: Logs) -> Array:
    return alpha * row_sums(times_or_zero(y * (1.0 - _clipped(p, logs)) ** gamma, logs.surprise(p)))


def _slope_of_rows(y: Array, p: Array, gamma: float, alpha: float, logs: Logs) -> tuple[Array, Array]:
    share, wrong, surprise = alpha * y, 1.0 - p, logs.surprise(p)
    slope = -_slope_in_wrong(share, p, wrong, surprise, gamma)
    if logs.policy == "exact":
        return slope, slope
    low, high = logs.slope(p)
    beyond = -_beyond(_held(share, logs), wrong, surprise, gamma, 1)
    return between(slope, beyond, low != 0.0, high != 0.0)


def _held(share: Array, logs: Logs) -> Array:
    """Share of which the power goes on where the logarithm is bounded."""
    return np.zeros_like(share) if logs.policy == "clip" else share


def _slope_target_of_rows(_: Array, p: Array, gamma: float, alpha: float, logs: Logs) -> tuple[Array, Array]:
    slope = alpha * times_or_zero((1.0 - _clipped(p, logs)) ** gamma, logs.surprise(p))
    return slope, slope


def _curvature_of_rows(y: Array, p: Array, gamma: float, alpha: float, logs: Logs) -> Array:
    share, wrong, surprise = alpha * y, 1.0 - p, logs.surprise(p)
    curvature = _curvature_in_wrong(share, p, wrong, surprise, gamma)
    if logs.policy == "exact":
        return curvature
    beyond = _beyond(_held(share, logs), wrong, surprise, gamma, 2)
    return np.where(logs.slope(p)[1] != 0.0, curvature, beyond)


CATEGORICAL_FOCAL = LossSpec(
    name="categorical_focal",
    aliases=("categorical_focal_cross_entropy",),
    family="classification",
    summary="Categorical cross-entropy of which each class is multiplied by the γ-th power of 1 − p.",
    latex=r"-\alpha \sum_{k=1}^{C} y_k \left(1 - p_k\right)^{\gamma} \log p_k",
    references=_REFERENCES,
    parameters=(LABEL_ROWS, P_ROWS, _GAMMA, _SCALE),
    properties=PROPERTIES | FITS,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    terms=_terms_of_rows,
    slopes={"p": _slope_of_rows, "y_true": _slope_target_of_rows},
    curvatures={"p": _curvature_of_rows, "y_true": no_curvature},
    convex_in=("p", "y_true"),
    bounds=UNBOUNDED,
    minimizer="probabilities that are more even than the conditional ones, for γ > 0",
    link="softmax",
    peers=(
        Peer(
            "keras.losses.CategoricalFocalCrossentropy",
            {"y_true": "y_true", "y_pred": "p", "gamma": "gamma", "alpha": "alpha"},
            {"alpha": 0.25, "eps_policy": "clip"},
            "alpha multiplies every class; rescales rows of p that do not sum to 1, then clips by 1e−7, power and all",
        ),
    ),
)


def categorical_focal(y_true: Any, p: Any, gamma: float = 2.0, alpha: float = 1.0, **options: Any) -> Any:
    """Mean over rows of −α Σ y_k (1 − p_k)^γ log p_k.

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    gamma : float, not negative
        With 0 it is the cross-entropy.
    alpha : float, not negative
        Factor of every class.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`; clip bounds p in the
        power too, log_clamp the logarithm alone.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Lin et al. 2017 (two classes); keras.losses.CategoricalFocalCrossentropy (alpha 0.25 by default).

    Examples
    --------
    >>> print(categorical_focal([[0, 1]], [[0.5, 0.5]], gamma=0.0) == categorical_focal([[0, 1]], [[0.5, 0.5]]) * 4)
    True
    """
    return CATEGORICAL_FOCAL.value(y_true, p, gamma, alpha, **options)


SPECS = (BINARY_FOCAL, BINARY_FOCAL_WITH_LOGITS, CATEGORICAL_FOCAL)
