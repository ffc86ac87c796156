"""Single steps of gradient methods; a step returns the new parameter and its state, and has no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.spec import LossSpec, Parameter

_PARAM = Parameter("param", "input", "real")
_GRAD = Parameter("grad", "input", "real")
_DECAY = (0.5, 0.999)


def _rate(default: float) -> Parameter:
    return Parameter("lr", "hyper", "nonnegative", "scalar", default=default, plausible=(0.001, 0.5))


def _gradient_descent(param: Array, grad: Array, lr: float) -> Array:
    return param - lr * grad


GRADIENT_DESCENT = LossSpec(
    name="gradient_descent",
    aliases=("sgd",),
    family="optimizers",
    summary="One step against the gradient.",
    latex=r"\theta \leftarrow \theta - \eta\, g",
    references=("A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847",),
    parameters=(_PARAM, _GRAD, _rate(0.01)),
    gives="step",
    terms=_gradient_descent,
    slopes={},
)


def gradient_descent(param: Any, grad: Any, lr: float = 0.01, **options: Any) -> Any:
    """Step to param − lr·grad.

    Parameters
    ----------
    param, grad : array_like of finite real numbers, the same shape
    lr : float, not negative
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    ndarray of the shape of param

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.SGD, keras.optimizers.SGD, optax.sgd.

    Examples
    --------
    >>> print(gradient_descent([1.0, 2.0], [0.5, -1.0], lr=0.5))
    [0.75 2.5 ]
    """
    return GRADIENT_DESCENT.value(param, grad, lr, **options)


def _momentum(param: Array, grad: Array, velocity: Array, lr: float, momentum: float) -> tuple[Array, Array]:
    gathered = momentum * velocity + grad
    return param - lr * gathered, gathered


MOMENTUM = LossSpec(
    name="momentum",
    aliases=("heavy_ball",),
    family="optimizers",
    summary="One step along a velocity that gathers gradients.",
    latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, v",
    references=("B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964",),
    parameters=(
        _PARAM,
        _GRAD,
        Parameter("velocity", "state", "real"),
        _rate(0.01),
        Parameter("momentum", "hyper", "probability", "scalar", default=0.9, plausible=_DECAY),
    ),
    gives="step",
    terms=_momentum,
    slopes={},
)


def momentum(param: Any, grad: Any, velocity: Any, lr: float = 0.01, momentum: float = 0.9, **options: Any) -> Any:
    """Step to param − lr·v with v = momentum·velocity + grad.

    Parameters
    ----------
    param, grad, velocity : array_like of finite real numbers, the same shape
        The first velocity is 0.
    lr : float, not negative
    momentum : float in [0, 1]
    **options
        `check_domain=False` to let anything through.

    Returns
    -------
    tuple of ndarray
        The new param and the new velocity.

    Raises
    ------
    DomainError, ShapeError, OptionError, TypeError

    References
    ----------
    torch.optim.SGD(momentum=…) and optax.sgd; keras carries −lr·v instead of v.

    Examples
    --------
    >>> param, velocity = momentum([1.0], [0.5], [1.0], lr=0.1, momentum=0.5)
    >>> print(param, velocity)
    [0.9] [1.]
    """
    return MOMENTUM.value(param, grad, velocity, lr, momentum, **options)


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
    square = b2 * v + (1.0 - b2) * grad * grad
    # 1 − bᵗ = −expm1(t·log b): no cancelling where b is close to 1.
    mean_share, square_share = -np.expm1(t * np.log(b1)), -np.expm1(t * np.log(b2))
    if eps_correction == "after":
        step = (mean / mean_share) / (np.sqrt(square / square_share) + eps)
    else:
        step = np.sqrt(square_share) / mean_share * mean / (np.sqrt(square) + eps)
    return param - lr * step, mean, square


ADAM = LossSpec(
    name="adam",
    family="optimizers",
    summary="One step along the mean gradient over its root mean square, both corrected for their start at 0.",
    latex=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \; v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \;"
    r" \theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
    references=("D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015",),
    parameters=(
        _PARAM,
        _GRAD,
        Parameter("m", "state", "real"),
        Parameter("v", "state", "nonnegative", plausible=(0.01, 3.0)),
        Parameter("t", "state", "count", "scalar", plausible=(1.0, 50.0), dtype="int64"),
        _rate(0.001),
        Parameter("b1", "hyper", "decay", "scalar", default=0.9, plausible=_DECAY),
        Parameter("b2", "hyper", "decay", "scalar", default=0.999, plausible=_DECAY),
        Parameter("eps", "hyper", "nonnegative", "scalar", default=1e-8, plausible=(1e-9, 1e-7)),
    ),
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


SPECS = (GRADIENT_DESCENT, MOMENTUM, ADAM)
