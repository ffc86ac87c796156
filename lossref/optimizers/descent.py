"""Steps along the gradient, or along what it has gathered; none has a gradient of its own."""

from __future__ import annotations

from typing import Any

from lossref._numerics import Array
from lossref.optimizers._shared import DECAY, GRAD, PARAM, rate
from lossref.spec import LossSpec, Parameter

_MOMENTUM = Parameter("momentum", "hyper", "probability", "scalar", default=0.9, plausible=DECAY)


def _gradient_descent(param: Array, grad: Array, lr: float) -> Array:
    return param - lr * grad


GRADIENT_DESCENT = LossSpec(
    name="gradient_descent",
    aliases=("sgd",),
    family="optimizers",
    summary="One step against the gradient.",
    latex=r"\theta \leftarrow \theta - \eta\, g",
    references=("A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847",),
    parameters=(PARAM, GRAD, rate(0.01)),
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
        PARAM,
        GRAD,
        Parameter("velocity", "state", "real"),
        rate(0.01),
        _MOMENTUM,
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


def _nesterov(param: Array, grad: Array, velocity: Array, lr: float, momentum: float) -> tuple[Array, Array]:
    gathered = momentum * velocity + grad
    return param - lr * (grad + momentum * gathered), gathered


NESTEROV_MOMENTUM = LossSpec(
    name="nesterov_momentum",
    aliases=("nesterov", "nesterov_accelerated_gradient"),
    family="optimizers",
    summary="One step along the gradient and the velocity it leaves behind: momentum that looks ahead.",
    latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, (g + \mu v)",
    references=(
        "Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), 1983",
        "I. Sutskever et al., On the importance of initialization and momentum in deep learning, ICML 2013",
    ),
    parameters=(PARAM, GRAD, Parameter("velocity", "state", "real"), rate(0.01), _MOMENTUM),
    gives="step",
    terms=_nesterov,
    slopes={},
)


def nesterov_momentum(
    param: Any, grad: Any, velocity: Any, lr: float = 0.01, momentum: float = 0.9, **options: Any
) -> Any:
    """Step to param − lr·(grad + momentum·v) with v = momentum·velocity + grad.

    Parameters
    ----------
    param, grad, velocity : array_like of finite real numbers, the same shape
        The gradient is taken at param, which is the point that is looked ahead to; the first velocity is 0.
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
    torch.optim.SGD(nesterov=True), optax.sgd(nesterov=True); keras carries −lr·v instead of v.

    Examples
    --------
    >>> param, velocity = nesterov_momentum([1.0], [0.5], [1.0], lr=0.1, momentum=0.5)
    >>> print(param, velocity)
    [0.9] [1.]
    """
    return NESTEROV_MOMENTUM.value(param, grad, velocity, lr, momentum, **options)


SPECS = (GRADIENT_DESCENT, MOMENTUM, NESTEROV_MOMENTUM)
