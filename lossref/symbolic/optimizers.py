"""Forms of the optimisers' steps, entry by entry: the parameter and the states after the step."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

Step = tuple[sp.Expr, ...]


def _momentum(param: sp.Symbol, grad: sp.Symbol, velocity: sp.Symbol, lr: sp.Symbol, momentum: sp.Symbol) -> Step:
    gathered = momentum * velocity + grad
    return param - lr * gathered, gathered


def _nesterov(param: sp.Symbol, grad: sp.Symbol, velocity: sp.Symbol, lr: sp.Symbol, momentum: sp.Symbol) -> Step:
    gathered = momentum * velocity + grad
    return param - lr * (grad + momentum * gathered), gathered


def _adagrad(param: sp.Symbol, grad: sp.Symbol, state: sp.Symbol, lr: sp.Symbol, eps: sp.Symbol) -> Step:
    gathered = state + grad**2
    return param - lr * grad / (sp.sqrt(gathered) + eps), gathered


def _rmsprop(param: sp.Symbol, grad: sp.Symbol, v: sp.Symbol, **hypers: sp.Symbol) -> Step:
    square = hypers["rho"] * v + (1 - hypers["rho"]) * grad**2
    return param - hypers["lr"] * grad / (sp.sqrt(square) + hypers["eps"]), square


def _adam(param: sp.Symbol, grad: sp.Symbol, m: sp.Symbol, v: sp.Symbol, t: sp.Symbol, **hypers: sp.Symbol) -> Step:
    b1, b2 = hypers["b1"], hypers["b2"]
    mean, square = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad**2
    length = sp.sqrt(square / (1 - b2**t)) + hypers["eps"]
    return param - hypers["lr"] * mean / (1 - b1**t) / length, mean, square


def _adamw(param: sp.Symbol, weight_decay: sp.Symbol, lr: sp.Symbol, **others: sp.Symbol) -> Step:
    stepped, *moments = _adam(param, lr=lr, **others)
    return stepped - lr * weight_decay * param, *moments


FORMS: Forms = {
    "gradient_descent": lambda param, grad, lr: param - lr * grad,
    "momentum": _momentum,
    "nesterov_momentum": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}
