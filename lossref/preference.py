"""Losses of preferences: the chosen or clicked one of two should score above the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._doubled import Doubled, add, scale, two_sum
from lossref._numerics import Array, positive_part, sigmoid, softplus
from lossref.errors import OptionError
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]

_OF_DIFFERENCE = frozenset(
    {"non_negative", "convex_in_prediction", "permutation_invariant", "translation_invariant"},
)


def _softplus(x: Doubled) -> Array:
    """log(1 + e^x), the low part of x by the first term of its series."""
    high, low = x
    return softplus(high) + sigmoid(high) * low


def _sigmoid(x: Doubled) -> Array:
    high, low = x
    return sigmoid(high) * (1.0 + sigmoid(-high) * low)


def _bell(x: Doubled) -> Array:
    """σ(x) σ(−x), the derivative of σ."""
    high, low = x
    one, other = sigmoid(high), sigmoid(-high)
    return one * other * (1.0 + (other - one) * low)


def _logistic(better: Array, worse: Array) -> Array:
    return _softplus(two_sum(worse, -better))


def _logistic_slope_better(better: Array, worse: Array) -> Interval:
    slope = -_sigmoid(two_sum(worse, -better))
    return slope, slope


def _logistic_slope_worse(better: Array, worse: Array) -> Interval:
    slope = _sigmoid(two_sum(worse, -better))
    return slope, slope


def _logistic_curvature(better: Array, worse: Array) -> Array:
    return _bell(two_sum(worse, -better))


BRADLEY_TERRY = LossSpec(
    name="bradley_terry",
    family="preference",
    summary="Negative log-likelihood that the chosen answer beats the rejected one, from the rewards of both.",
    latex=r"-\log \sigma(r_w - r_l)",
    references=(
        "R. A. Bradley and M. E. Terry, Rank analysis of incomplete block designs, Biometrika 39, 1952",
        "L. Ouyang et al., Training language models to follow instructions, NeurIPS 2022, equation 1",
    ),
    parameters=(Parameter("chosen", "prediction", "real"), Parameter("rejected", "prediction", "real")),
    properties=_OF_DIFFERENCE,
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    convex_in=("chosen", "rejected"),
    minimizer="difference of rewards whose σ is the probability that the chosen one is preferred",
    link="logit",
    guards={"term": "surprise"},
    terms=_logistic,
    slopes={"chosen": _logistic_slope_better, "rejected": _logistic_slope_worse},
    curvatures={"chosen": _logistic_curvature, "rejected": _logistic_curvature},
)


def bradley_terry(chosen: Any, rejected: Any, **options: Any) -> Any:
    """Mean of −log σ(chosen − rejected).

    Parameters
    ----------
    chosen, rejected : array_like of finite real numbers, the same shape
        Rewards of the preferred answers and of the others.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    L. Ouyang et al., NeurIPS 2022, equation 1.

    Examples
    --------
    >>> print(bradley_terry([1.0], [1.0]).round(6))
    0.693147
    """
    return BRADLEY_TERRY.value(chosen, rejected, **options)


BPR = LossSpec(
    name="bpr",
    family="preference",
    summary="Negative log-likelihood that an item a user took scores above one not taken.",
    latex=r"-\log \sigma(s^+ - s^-)",
    references=("S. Rendle et al., BPR: Bayesian personalized ranking from implicit feedback, UAI 2009",),
    parameters=(Parameter("positive", "prediction", "real"), Parameter("negative", "prediction", "real")),
    properties=_OF_DIFFERENCE,
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    convex_in=("positive", "negative"),
    link="logit",
    guards={"term": "surprise"},
    terms=_logistic,
    slopes={"positive": _logistic_slope_better, "negative": _logistic_slope_worse},
    curvatures={"positive": _logistic_curvature, "negative": _logistic_curvature},
)


def bpr(positive: Any, negative: Any, **options: Any) -> Any:
    """Mean of −log σ(positive − negative).

    Parameters
    ----------
    positive, negative : array_like of finite real numbers, the same shape
        Scores of items taken, and of items not taken, by the same users.
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    S. Rendle et al., UAI 2009, section 4.1; the penalty on the parameters is a matter of `l2_penalty`.

    Examples
    --------
    >>> print(bpr([1000.0, 0.0], [0.0, 1000.0]))
    500.0
    """
    return BPR.value(positive, negative, **options)


def _advantage(pc: Array, pr: Array, rc: Array, rr: Array) -> Doubled:
    """By how much more than the reference the policy prefers the chosen answer."""
    return add(two_sum(pc, -pr), two_sum(rr, -rc))


def _negated(x: Doubled) -> Doubled:
    return -x[0], -x[1]


def _reward(h: Doubled, beta: float) -> Doubled:
    return scale(h, np.full_like(h[0], beta))


def _dpo(*arguments: Any, variant: str) -> Array:
    *log_probs, beta, label_smoothing = arguments
    h = _advantage(*log_probs)
    if variant == "sigmoid":
        reward = _reward(h, beta)
        terms = _softplus(_negated(reward))
        if label_smoothing:
            terms = (1.0 - label_smoothing) * terms + label_smoothing * _softplus(reward)
        return terms
    _refuse_smoothing(label_smoothing, variant)
    if variant == "ipo":
        e = h[0] - 0.5 / beta
        squared: Array = e * e
        return squared
    return positive_part(1.0 - beta * h[0])


def _refuse_smoothing(label_smoothing: float, variant: str) -> None:
    if label_smoothing:
        raise OptionError(f"dpo: label_smoothing goes with variant sigmoid; got {label_smoothing} with {variant}")


def _dpo_slope_up(*arguments: Any, variant: str) -> Interval:
    """Interval of the derivative in h."""
    *log_probs, beta, label_smoothing = arguments
    h = _advantage(*log_probs)
    if variant == "sigmoid":
        reward = _reward(h, beta)
        slope = -beta * _sigmoid(_negated(reward))
        if label_smoothing:
            slope = (1.0 - label_smoothing) * slope + label_smoothing * beta * _sigmoid(reward)
        return slope, slope
    _refuse_smoothing(label_smoothing, variant)
    if variant == "ipo":
        slope = 2.0 * (h[0] - 0.5 / beta)
        return slope, slope
    margin = beta * h[0]
    low, high = (np.where(inside, -beta, 0.0).astype(margin.dtype) for inside in (margin <= 1.0, margin < 1.0))
    return low, high


def _dpo_slope_down(*arguments: Any, variant: str) -> Interval:
    low, high = _dpo_slope_up(*arguments, variant=variant)
    lowest = -high
    return lowest, lowest if low is high else -low


def _dpo_curvature(*arguments: Any, variant: str) -> Array:
    *log_probs, beta, _ = arguments
    h = _advantage(*log_probs)
    if variant == "ipo":
        return np.full_like(h[0], 2.0)
    if variant == "hinge":
        return np.zeros_like(h[0])
    curvature: Array = beta * beta * _bell(_reward(h, beta))
    return curvature


def _log_prob(name: str) -> Parameter:
    return Parameter(name, "prediction" if name.startswith("policy") else "input", "real", plausible=(-8.0, -0.5))


DPO = LossSpec(
    name="dpo",
    aliases=("direct_preference_optimization",),
    family="preference",
    summary="Negative log-likelihood of a preference, with the policy's log-ratios to a reference as rewards.",
    latex=(
        r"-\log \sigma\left(\beta \left("
        r"(\log \pi_w - \log \pi_l) - (\log \pi^{\mathrm{ref}}_w - \log \pi^{\mathrm{ref}}_l)\right)\right)"
    ),
    references=(
        "R. Rafailov et al., Direct preference optimization, NeurIPS 2023, equation 7",
        "M. G. Azar et al., A general theoretical paradigm to understand learning from human preferences, 2023 (ipo)",
        "Y. Zhao et al., SLiC-HF, 2023 (hinge)",
    ),
    parameters=(
        _log_prob("policy_chosen"),
        _log_prob("policy_rejected"),
        _log_prob("reference_chosen"),
        _log_prob("reference_rejected"),
        Parameter("beta", "hyper", "positive", "scalar", default=0.1, plausible=(0.05, 0.5)),
        Parameter("label_smoothing", "hyper", "probability", "scalar", default=0.0, plausible=(0.05, 0.3)),
    ),
    properties=frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"}),
    options={"variant": ("sigmoid", "ipo", "hinge")},
    bounds=(0.0, math.inf),
    convex_in=("policy_chosen", "policy_rejected", "reference_chosen", "reference_rejected"),
    link="logit",
    terms=_dpo,
    slopes={
        "policy_chosen": _dpo_slope_up,
        "policy_rejected": _dpo_slope_down,
        "reference_chosen": _dpo_slope_down,
        "reference_rejected": _dpo_slope_up,
    },
    curvatures=dict.fromkeys(
        ("policy_chosen", "policy_rejected", "reference_chosen", "reference_rejected"), _dpo_curvature
    ),
)


def dpo(
    policy_chosen: Any,
    policy_rejected: Any,
    reference_chosen: Any,
    reference_rejected: Any,
    beta: float = 0.1,
    *,
    label_smoothing: float = 0.0,
    **options: Any,
) -> Any:
    """Mean of −log σ(beta·h), h = (policy_chosen − policy_rejected) − (reference_chosen − reference_rejected).

    Parameters
    ----------
    policy_chosen, policy_rejected, reference_chosen, reference_rejected : array_like, the same shape
        Log-probabilities of whole answers (sums over their tokens) under the policy and under the reference.
    beta : float above 0
        How much it costs to leave the reference.
    label_smoothing : float in [0, 1]
        Share of preferences taken to be the wrong way round; of variant sigmoid only.
    **options
        As for `LossSpec.value`; `variant` sigmoid (default), ipo: (h − 1/(2 beta))², or hinge: max(0, 1 − beta·h).

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    R. Rafailov et al., NeurIPS 2023, equation 7.

    Examples
    --------
    >>> print(dpo([-1.0], [-3.0], [-2.0], [-2.0], beta=0.5).round(6))
    0.313262
    """
    arrays = (policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    return DPO.value(*arrays, beta, label_smoothing, **options)


SPECS = (BPR, DPO, BRADLEY_TERRY)
