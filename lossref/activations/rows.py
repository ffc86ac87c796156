"""Transforms of a row of logits; kernels have the classes on axis 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, ShiftedRows
from lossref.spec import LossSpec, Parameter, Peer

_ROW_X = Parameter("x", "input", "logits", "rows", admits="row_logits", plausible=(-6.0, 6.0))
_TORCH, _LAST = {"input": "x"}, {"dim": -1}


def _softmax(x: Array) -> Array:
    return ShiftedRows.of(x).softmax()


def _softmax_jacobian(x: Array) -> tuple[Array, Array]:
    # −p_i p_j beside the diagonal; on it what the others of the row sum to, since the row sums to 0.
    jacobian = -ShiftedRows.of(x).products_of_softmax()
    diagonal = np.arange(len(x))
    jacobian[diagonal, diagonal] = 0.0
    jacobian[diagonal, diagonal] = 0.0 - jacobian.sum(axis=1)
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
    told=("x",),
    terms=_softmax,
    slopes={"x": _softmax_jacobian},
    bounds=(0.0, 1.0),
    peers=(Peer("torch.softmax", _TORCH, fixed=_LAST),),
)


def softmax(x: Any, **options: Any) -> Any:
    """Share e^{x_i} / Σ e^{x_j} along an axis.

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
    return 0.0 - ShiftedRows.of(x, for_logs=True).negative_log_softmax()


def _log_softmax_jacobian(x: Array) -> tuple[Array, Array]:
    rows = ShiftedRows.of(x)
    jacobian = np.repeat(-rows.softmax()[None], len(x), axis=0)
    diagonal = np.arange(len(x))
    jacobian[diagonal, diagonal] = rows.complement()
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
    told=("x",),
    guards={"x": "softmax"},
    terms=_log_softmax,
    slopes={"x": _log_softmax_jacobian},
    bounds=(-math.inf, 0.0),
    peers=(Peer("torch.log_softmax", _TORCH, fixed=_LAST),),
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
    return ShiftedRows.of(x, for_logs=True).logsumexp()


def _logsumexp_slope(x: Array) -> tuple[Array, Array]:
    slope = ShiftedRows.of(x).softmax()
    return slope, slope


def _logsumexp_curvature(x: Array) -> Array:
    rows = ShiftedRows.of(x)
    return rows.softmax() * rows.complement()


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
    guards={"term": "logarithm"},
    told=("x",),
    terms=_logsumexp,
    slopes={"x": _logsumexp_slope},
    curvatures={"x": _logsumexp_curvature},
    convex_in=("x",),
    bounds=(-math.inf, math.inf),
    lipschitz=1.0,
    peers=(Peer("torch.logsumexp", _TORCH, fixed=_LAST),),
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


SPECS = (SOFTMAX, LOG_SOFTMAX, LOGSUMEXP)
