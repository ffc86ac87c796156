"""Transforms of single numbers: logits to probabilities, their logarithms, and back; smooth and sharp rectifiers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref import _numerics
from lossref._numerics import Array, sigmoid_slope, slope_with_kink
from lossref.spec import LossSpec, Parameter, Peer

_X = Parameter("x", "input", "logits", plausible=(-6.0, 6.0))
_P = Parameter("x", "input", "probability", plausible=(0.02, 0.98))
_TORCH = {"input": "x"}

Interval = tuple[Array, Array]


def _same(slope: Array) -> Interval:
    return slope, slope


def _sigmoid_curvature(x: Array) -> Array:
    # σ′ (1 − 2σ), where 1 − 2σ(x) = −tanh(x/2).
    return sigmoid_slope(x) * -np.tanh(0.5 * x)


SIGMOID = LossSpec(
    name="sigmoid",
    aliases=("expit", "logistic_function"),
    family="activations",
    summary="Probability of a logit.",
    latex=r"\frac{1}{1 + e^{-x}}",
    references=("P.-F. Verhulst, Recherches mathématiques sur la loi d'accroissement de la population, 1845",),
    parameters=(_X,),
    gives="transform",
    bounds=(0.0, 1.0),
    lipschitz=0.25,
    terms=_numerics.sigmoid,
    slopes={"x": lambda x: _same(sigmoid_slope(x))},
    curvatures={"x": _sigmoid_curvature},
    peers=(Peer("torch.sigmoid", _TORCH),),
)


def sigmoid(x: Any, **options: Any) -> Any:
    """σ(x) = 1/(1 + e^−x), element by element.

    Parameters
    ----------
    x : array_like of finite real numbers, any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, OptionError, TypeError

    References
    ----------
    torch.sigmoid, scipy.special.expit.

    Examples
    --------
    >>> print(sigmoid([0.0, -1000.0, 1000.0]))
    [0.5 0.  1. ]
    """
    return SIGMOID.value(x, **options)


def _tanh_slope(x: Array) -> Array:
    # tanh x = 2σ(2x) − 1, so that 1 − tanh² x = 4σ′(2x).
    return 4.0 * sigmoid_slope(2.0 * x)


TANH = LossSpec(
    name="tanh",
    family="activations",
    summary="Hyperbolic tangent: the sigmoid of 2x, stretched to between −1 and 1.",
    latex=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
    references=("Y. LeCun et al., Efficient BackProp, Neural Networks: Tricks of the Trade, 1998, section 4.4",),
    parameters=(_X,),
    gives="transform",
    bounds=(-1.0, 1.0),
    lipschitz=1.0,
    terms=np.tanh,
    slopes={"x": lambda x: _same(_tanh_slope(x))},
    curvatures={"x": lambda x: -2.0 * np.tanh(x) * _tanh_slope(x)},
)


def tanh(x: Any, **options: Any) -> Any:
    """Hyperbolic tangent, element by element: 2σ(2x) − 1.

    Parameters
    ----------
    x : array_like of finite real numbers, any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, OptionError, TypeError

    References
    ----------
    torch.tanh, numpy.tanh.

    Examples
    --------
    >>> print(tanh([0.0, -1000.0, 1000.0]))
    [ 0. -1.  1.]
    """
    return TANH.value(x, **options)


RELU = LossSpec(
    name="relu",
    aliases=("rectified_linear_unit",),
    family="activations",
    summary="Positive part of a number.",
    latex=r"\max(0, x)",
    references=("V. Nair and G. E. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML, 2010",),
    parameters=(_X,),
    gives="transform",
    kinks=((0.0,),),
    convex_in=("x",),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    terms=_numerics.positive_part,
    slopes={"x": lambda x: slope_with_kink(x, 0.0, 1.0)},
    curvatures={"x": np.zeros_like},
)


def relu(x: Any, **options: Any) -> Any:
    """max(0, x), element by element.

    Parameters
    ----------
    x : array_like of finite real numbers, any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, OptionError, TypeError

    Notes
    -----
    At x = 0 the subdifferential is [0, 1] and the gradient given is 0, as in torch.

    References
    ----------
    torch.relu.

    Examples
    --------
    >>> print(relu([-2.0, 0.0, 3.0]))
    [0. 0. 3.]
    """
    return RELU.value(x, **options)


SOFTPLUS = LossSpec(
    name="softplus",
    aliases=("log1pexp",),
    family="activations",
    summary="Smooth form of max(0, x); its derivative is the sigmoid.",
    latex=r"\log\left(1 + e^{x}\right)",
    references=("C. Dugas et al., Incorporating second-order functional knowledge, NIPS 13, 2000",),
    parameters=(_X,),
    gives="transform",
    convex_in=("x",),
    bounds=(0.0, math.inf),
    lipschitz=1.0,
    guards={"term": "logarithm"},
    terms=_numerics.softplus,
    slopes={"x": lambda x: _same(_numerics.sigmoid(x))},
    curvatures={"x": sigmoid_slope},
    peers=(Peer("torch.nn.functional.softplus", _TORCH, note="gives x itself above its threshold, 20"),),
)


def softplus(x: Any, **options: Any) -> Any:
    """log(1 + e^x), element by element.

    Parameters
    ----------
    x : array_like of finite real numbers, any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, OptionError, TypeError

    References
    ----------
    torch.nn.functional.softplus (which returns x above 20).

    Examples
    --------
    >>> print(softplus([-1000.0, 1000.0]))
    [   0. 1000.]
    """
    return SOFTPLUS.value(x, **options)


def _log_sigmoid(x: Array) -> Array:
    return 0.0 - _numerics.softplus(-x)


LOG_SIGMOID = LossSpec(
    name="log_sigmoid",
    aliases=("logsigmoid",),
    family="activations",
    summary="Logarithm of the probability of a logit.",
    latex=r"-\log\left(1 + e^{-x}\right)",
    references=SIGMOID.references,
    parameters=(_X,),
    gives="transform",
    bounds=(-math.inf, 0.0),
    lipschitz=1.0,
    guards={"x": "sigmoid"},
    terms=_log_sigmoid,
    slopes={"x": lambda x: _same(_numerics.sigmoid(-x))},
    curvatures={"x": lambda x: -sigmoid_slope(x)},
    peers=(Peer("torch.nn.functional.logsigmoid", _TORCH),),
)


def log_sigmoid(x: Any, **options: Any) -> Any:
    """Logarithm of the sigmoid, −log(1 + e^−x), element by element.

    Parameters
    ----------
    x : array_like of finite real numbers, any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, OptionError, TypeError

    References
    ----------
    torch.nn.functional.logsigmoid, scipy.special.log_expit.

    Examples
    --------
    >>> print(log_sigmoid([-1000.0, 1000.0]))
    [-1000.     0.]
    """
    return LOG_SIGMOID.value(x, **options)


def _logit(p: Array) -> Array:
    # Near ½, log p and log(1 − p) cancel, but logit p = 2 artanh(2p − 1), where 2p − 1 is exact.
    middle = 2.0 * np.arctanh(2.0 * p - 1.0)
    return np.where(np.abs(p - 0.5) <= 0.25, middle, np.log(p) - np.log1p(-p))


def _logit_slope(p: Array) -> Array:
    return 1.0 / (p * (1.0 - p))


def _logit_curvature(p: Array) -> Array:
    slope = _logit_slope(p)
    return (2.0 * p - 1.0) * slope * slope


LOGIT = LossSpec(
    name="logit",
    aliases=("log_odds",),
    family="activations",
    summary="Logarithm of the odds of a probability; the inverse of the sigmoid.",
    latex=r"\log \frac{x}{1 - x}",
    references=("J. Berkson, Application of the logistic function to bio-assay, J. Am. Stat. Assoc. 39, 1944",),
    parameters=(_P,),
    gives="transform",
    bounds=(-math.inf, math.inf),
    guards={"x": "itself"},
    terms=_logit,
    slopes={"x": lambda p: _same(_logit_slope(p))},
    curvatures={"x": _logit_curvature},
    peers=(Peer("torch.logit", _TORCH),),
)


def logit(x: Any, **options: Any) -> Any:
    """Logarithm of the odds x/(1 − x), element by element.

    Parameters
    ----------
    x : array_like of probabilities in [0, 1], any shape
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of x
        −inf at 0 and +inf at 1.

    Raises
    ------
    DomainError, OptionError, TypeError

    References
    ----------
    torch.logit, scipy.special.logit.

    Examples
    --------
    >>> print(logit([0.0, 0.5, 1.0]))
    [-inf   0.  inf]
    """
    return LOGIT.value(x, **options)


SPECS = (SIGMOID, TANH, RELU, SOFTPLUS, LOG_SIGMOID, LOGIT)
