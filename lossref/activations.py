"""Transforms of logits: sigmoid, softplus, and those over a row of classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref import _numerics
from lossref._numerics import Array, ShiftedRows
from lossref.spec import LossSpec, Parameter

_X = Parameter("x", "input", "logits", plausible=(-6.0, 6.0))
_ROW_X = Parameter("x", "input", "logits", "rows", admits="row_logits", plausible=(-6.0, 6.0))


def _sigmoid_slope(x: Array) -> tuple[Array, Array]:
    # σ(x)(1 − σ(x)) = σ(x) σ(−x): 1 − σ(x) is 0 in float64 from x = 37 on.
    slope = _numerics.sigmoid(x) * _numerics.sigmoid(-x)
    return slope, slope


SIGMOID = LossSpec(
    name="sigmoid",
    aliases=("expit", "logistic_function"),
    family="activations",
    summary="Probability of a logit.",
    latex=r"\frac{1}{1 + e^{-x}}",
    references=("P.-F. Verhulst, Recherches mathématiques sur la loi d'accroissement de la population, 1845",),
    parameters=(_X,),
    gives="transform",
    terms=_numerics.sigmoid,
    slopes={"x": _sigmoid_slope},
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


def _softplus_slope(x: Array) -> tuple[Array, Array]:
    slope = _numerics.sigmoid(x)
    return slope, slope


SOFTPLUS = LossSpec(
    name="softplus",
    aliases=("log1pexp",),
    family="activations",
    summary="Smooth form of max(0, x); its derivative is the sigmoid.",
    latex=r"\log\left(1 + e^{x}\right)",
    references=("C. Dugas et al., Incorporating second-order functional knowledge, NIPS 13, 2000",),
    parameters=(_X,),
    gives="transform",
    terms=_numerics.softplus,
    slopes={"x": _softplus_slope},
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


def _softmax(x: Array) -> Array:
    return ShiftedRows.of(x).softmax()


def _softmax_jacobian(x: Array) -> tuple[Array, Array]:
    # diag(p) − p pᵀ, with p_i (1 − p_i) on the diagonal from the accurate complement.
    rows = ShiftedRows.of(x)
    p = rows.softmax()
    jacobian = -p[:, :, None] * p[:, None, :]
    diagonal = np.arange(x.shape[1])
    jacobian[:, diagonal, diagonal] = p * rows.complement()
    return jacobian, jacobian


SOFTMAX = LossSpec(
    name="softmax",
    family="activations",
    summary="Probabilities of a row of logits.",
    latex=r"\frac{e^{x_i}}{\sum_{j=1}^{C} e^{x_j}}",
    references=("J. S. Bridle, Training stochastic model recognition algorithms as networks, NIPS 2, 1989",),
    parameters=(_ROW_X,),
    properties=frozenset({"logit_shift_invariant"}),
    gives="transform",
    terms=_softmax,
    slopes={"x": _softmax_jacobian},
)


def softmax(x: Any, **options: Any) -> Any:
    """e^{x_i} / Σ e^{x_j} along an axis.

    Parameters
    ----------
    x : array_like of logits, (C,) or (..., C); −inf marks an impossible class
    **options
        `axis` of the classes (default −1).

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.softmax, scipy.special.softmax (whose default axis is all of them).

    Examples
    --------
    >>> print(softmax([1000.0, 1000.0]))
    [0.5 0.5]
    """
    return SOFTMAX.value(x, **options)


def _log_softmax(x: Array) -> Array:
    return 0.0 - ShiftedRows.of(x).negative_log_softmax()


def _log_softmax_jacobian(x: Array) -> tuple[Array, Array]:
    rows = ShiftedRows.of(x)
    jacobian = np.repeat(-rows.softmax()[:, None, :], x.shape[1], axis=1)
    diagonal = np.arange(x.shape[1])
    jacobian[:, diagonal, diagonal] = rows.complement()
    return jacobian, jacobian


LOG_SOFTMAX = LossSpec(
    name="log_softmax",
    family="activations",
    summary="Logarithms of the probabilities of a row of logits.",
    latex=r"x_i - \log \sum_{j=1}^{C} e^{x_j}",
    references=SOFTMAX.references,
    parameters=(_ROW_X,),
    properties=frozenset({"logit_shift_invariant"}),
    gives="transform",
    terms=_log_softmax,
    slopes={"x": _log_softmax_jacobian},
)


def log_softmax(x: Any, **options: Any) -> Any:
    """x_i − log Σ e^{x_j} along an axis.

    Parameters
    ----------
    x : array_like of logits, (C,) or (..., C); −inf marks an impossible class
    **options
        `axis` of the classes (default −1).

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.log_softmax, scipy.special.log_softmax.

    Examples
    --------
    >>> print(log_softmax([0.0, -1000.0]))
    [    0. -1000.]
    """
    return LOG_SOFTMAX.value(x, **options)


def _logsumexp(x: Array) -> Array:
    return ShiftedRows.of(x).logsumexp()


def _logsumexp_slope(x: Array) -> tuple[Array, Array]:
    slope = ShiftedRows.of(x).softmax()
    return slope, slope


LOGSUMEXP = LossSpec(
    name="logsumexp",
    aliases=("log_sum_exp",),
    family="activations",
    summary="Smooth maximum of a row of logits; its gradient is the softmax.",
    latex=r"\log \sum_{j=1}^{C} e^{x_j}",
    references=(
        "P. Blanchard et al., Accurately computing the log-sum-exp and softmax functions, IMA J. Numer. Anal., 2021",
    ),
    parameters=(_ROW_X,),
    gives="transform",
    terms=_logsumexp,
    slopes={"x": _logsumexp_slope},
)


def logsumexp(x: Any, **options: Any) -> Any:
    """Log Σ e^{x_j} along an axis.

    Parameters
    ----------
    x : array_like of logits, (C,) or (..., C); −inf marks an impossible class
    **options
        `axis` of the classes (default −1).

    Returns
    -------
    ndarray of the shape of x without the axis

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.logsumexp, scipy.special.logsumexp.

    Examples
    --------
    >>> print(logsumexp([[1000.0, -1000.0], [-1000.0, -2000.0]]))
    [ 1000. -1000.]
    """
    return LOGSUMEXP.value(x, **options)


SPECS = (SIGMOID, SOFTPLUS, SOFTMAX, LOG_SOFTMAX, LOGSUMEXP)
