"""Steps whose length adapts to the gradients that came before, entry by entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.optimizers._shared import DECAY, GRAD, PARAM, eps, rate
from lossref.spec import LossSpec, Parameter

_EPS_PLACEMENT = {"eps_placement": ("outside", "inside")}
_MOMENTS = (
    PARAM,
    GRAD,
    Parameter("m", "state", "real"),
    Parameter("v", "state", "nonnegative", plausible=(0.01, 3.0)),
    Parameter("t", "state", "count", "scalar", plausible=(1.0, 50.0), dtype="int64"),
    rate(0.001),
    Parameter("b1", "hyper", "decay", "scalar", default=0.9, plausible=DECAY),
    Parameter("b2", "hyper", "decay", "scalar", default=0.999, plausible=DECAY),
    eps(1e-8),
)


# A root mean square is a hypotenuse: taken as one, it is a number where the square of a gradient is none.


def _with_eps(length: Array, eps: float, placement: str) -> Array:
    """Length with eps beside the root, or under it."""
    return np.hypot(length, math.sqrt(eps)) if placement == "inside" else length + eps


def _running_length(square: Array, grad: Array, decay: float) -> Array:
    """Root of decay·square + (1 − decay)·grad²."""
    return np.hypot(math.sqrt(decay) * np.sqrt(square), math.sqrt(1.0 - decay) * grad)


def _adagrad(
    param: Array, grad: Array, state: Array, lr: float, eps: float, *, eps_placement: str
) -> tuple[Array, Array]:
    length = np.hypot(np.sqrt(state), grad)
    return param - lr * (grad / _with_eps(length, eps, eps_placement)), state + grad * grad


ADAGRAD = LossSpec(
    name="adagrad",
    family="optimizers",
    summary="One step against the gradient over the root of all squares gathered so far.",
    latex=r"s \leftarrow s + g^2, \quad \theta \leftarrow \theta - \frac{\eta\, g}{\sqrt{s} + \epsilon}",
    references=("J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods, JMLR 12, 2011",),
    parameters=(PARAM, GRAD, Parameter("state", "state", "nonnegative", plausible=(0.01, 3.0)), rate(0.01), eps(1e-10)),
    options=_EPS_PLACEMENT,
    gives="step",
    terms=_adagrad,
    slopes={},
)


def adagrad(param: Any, grad: Any, state: Any, lr: float = 0.01, eps: float = 1e-10, **options: Any) -> Any:
    """Step to param − lr·grad/(√s + eps) with s = state + grad².

    Parameters
    ----------
    param, grad, state : array_like of finite real numbers, the same shape
        The state is the sum of the squared gradients, not negative; it starts at 0 (torch) or 0.1 (keras, optax).
    lr, eps : float, not negative
    **options
        `eps_placement` outside (default) or inside of the root.

    Returns
    -------
    tuple of ndarray
        The new param and the new state.

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.Adagrad (outside), keras.optimizers.Adagrad and optax.adagrad (inside, with eps 1e−7).

    Examples
    --------
    >>> param, state = adagrad([1.0], [3.0], [16.0], lr=0.5)
    >>> print(param.round(6), state)
    [0.7] [25.]
    """
    return ADAGRAD.value(param, grad, state, lr, eps, **options)


def _rmsprop(  # noqa: PLR0917 - the agreed order of the arguments
    param: Array, grad: Array, v: Array, lr: float, rho: float, eps: float, *, eps_placement: str
) -> tuple[Array, Array]:
    length = _running_length(v, grad, rho)
    return param - lr * (grad / _with_eps(length, eps, eps_placement)), rho * v + (1.0 - rho) * grad * grad


RMSPROP = LossSpec(
    name="rmsprop",
    family="optimizers",
    summary="One step against the gradient over its running root mean square.",
    latex=r"v \leftarrow \rho v + (1 - \rho) g^2, \quad \theta \leftarrow \theta - \eta\, g / (\sqrt{v} + \epsilon)",
    references=("T. Tieleman and G. Hinton, Neural networks for machine learning, lecture 6.5, 2012",),
    parameters=(
        PARAM,
        GRAD,
        Parameter("v", "state", "nonnegative", plausible=(0.01, 3.0)),
        rate(0.001),
        Parameter("rho", "hyper", "probability", "scalar", default=0.9, plausible=DECAY),
        eps(1e-8),
    ),
    options=_EPS_PLACEMENT,
    gives="step",
    terms=_rmsprop,
    slopes={},
)


def rmsprop(  # noqa: PLR0917 - the agreed order of the arguments
    param: Any, grad: Any, v: Any, lr: float = 0.001, rho: float = 0.9, eps: float = 1e-8, **options: Any
) -> Any:
    """Step to param − lr·grad/(√v + eps) with v = rho·v + (1 − rho)·grad².

    Parameters
    ----------
    param, grad, v : array_like of finite real numbers, the same shape
        v is the running mean of the squared gradient, not negative; it starts at 0.
    lr, eps : float, not negative
    rho : float in [0, 1]
    **options
        `eps_placement` outside (default) or inside of the root.

    Returns
    -------
    tuple of ndarray
        The new param and the new v.

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.RMSprop (outside, rho 0.99), keras.optimizers.RMSprop (inside, eps 1e−7), optax.rmsprop (inside).

    Examples
    --------
    >>> param, v = rmsprop([1.0], [2.0], [4.0], lr=0.1)
    >>> print(param.round(6), v)
    [0.9] [4.]
    """
    return RMSPROP.value(param, grad, v, lr, rho, eps, **options)


def _adam(  # noqa: PLR0917 - the agreed order of the arguments
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    t: float,
    lr: float,
    b1: float,
    b2: float,
    eps: float,
    *,
    eps_correction: str,
) -> tuple[Array, Array, Array]:
    mean = b1 * m + (1.0 - b1) * grad
    # m/(1 − b1ᵗ) over √(v/(1 − b2ᵗ)) + eps, with both shares in one factor.
    root = np.sqrt(_share(b2, t))
    beside = eps * float(root) if eps_correction == "after" else eps
    step = float(lr * root / _share(b1, t)) * mean / (_running_length(v, grad, b2) + beside)
    return param - step, mean, b2 * v + (1.0 - b2) * grad * grad


def _share(b: float, t: float) -> Any:
    """1 − bᵗ, in the widest float that the machine has."""
    # As −expm1(t·log b): no cancelling where b is close to 1.
    return -np.expm1(t * np.log(np.longdouble(b)))


ADAM = LossSpec(
    name="adam",
    family="optimizers",
    summary="One step along the mean gradient over its root mean square, both corrected for their start at 0.",
    latex=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \; v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \;"
    r" \theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
    references=("D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015",),
    parameters=_MOMENTS,
    options={"eps_correction": ("after", "before")},
    gives="step",
    terms=_adam,
    slopes={},
)


def adam(  # noqa: PLR0917 - the agreed order of the arguments
    param: Any,
    grad: Any,
    m: Any,
    v: Any,
    t: int,
    lr: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    **options: Any,
) -> Any:
    """One step of Adam.

    Parameters
    ----------
    param, grad, m, v : array_like of finite real numbers, the same shape
        m and v are the running means of the gradient and of its square (v not negative); both start at 0.
    t : int
        Number of this step, from 1.
    lr, eps : float, not negative
    b1, b2 : float in [0, 1)
    **options
        `eps_correction` after (default: eps is added to the root of the corrected v) or before (to the root of v).

    Returns
    -------
    tuple of ndarray
        The new param, m and v.

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.Adam and optax.adam (after), keras.optimizers.Adam (before, with eps 1e−7).

    Examples
    --------
    >>> param, m, v = adam([1.0], [0.5], [0.0], [0.0], 1, lr=0.1)
    >>> print(param.round(6), m.round(6), v.round(6))
    [0.9] [0.05] [0.00025]
    """
    return ADAM.value(param, grad, m, v, t, lr, b1, b2, eps, **options)


def _adamw(  # noqa: PLR0917 - the agreed order of the arguments
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    t: float,
    lr: float,
    b1: float,
    b2: float,
    eps: float,
    weight_decay: float,
    *,
    eps_correction: str,
) -> tuple[Array, Array, Array]:
    stepped, mean, square = _adam(param, grad, m, v, t, lr, b1, b2, eps, eps_correction=eps_correction)
    return stepped - lr * weight_decay * param, mean, square


ADAMW = LossSpec(
    name="adamw",
    family="optimizers",
    summary="One step of Adam, and a decay of the parameters that no moment sees.",
    latex=r"\theta \leftarrow \theta - \eta \left(\frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    r" + \lambda\, \theta\right)",
    references=("I. Loshchilov and F. Hutter, Decoupled weight decay regularization, ICLR 2019",),
    parameters=(
        *_MOMENTS,
        Parameter("weight_decay", "hyper", "nonnegative", "scalar", default=0.01, plausible=(0.001, 0.2)),
    ),
    options={"eps_correction": ("after", "before")},
    gives="step",
    terms=_adamw,
    slopes={},
)


def adamw(  # noqa: PLR0917 - the agreed order of the arguments
    param: Any,
    grad: Any,
    m: Any,
    v: Any,
    t: int,
    lr: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
    **options: Any,
) -> Any:
    """One step of Adam with decoupled weight decay: lr·weight_decay·param is subtracted besides.

    Parameters
    ----------
    param, grad, m, v : array_like of finite real numbers, the same shape
        As for `adam`; the gradient does not hold the decay.
    t : int
        Number of this step, from 1.
    lr, eps, weight_decay : float, not negative
    b1, b2 : float in [0, 1)
    **options
        `eps_correction` as for `adam`.

    Returns
    -------
    tuple of ndarray
        The new param, m and v.

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.AdamW (decay 0.01), keras.optimizers.AdamW (0.004), optax.adamw (0.0001).

    Examples
    --------
    >>> param, m, v = adamw([1.0], [0.5], [0.0], [0.0], 1, lr=0.1, weight_decay=0.2)
    >>> print(param.round(6), m.round(6), v.round(6))
    [0.88] [0.05] [0.00025]
    """
    return ADAMW.value(param, grad, m, v, t, lr, b1, b2, eps, weight_decay, **options)


SPECS = (ADAGRAD, RMSPROP, ADAM, ADAMW)
