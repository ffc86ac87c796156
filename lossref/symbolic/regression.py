"""Forms of the regression losses."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms


def _huber(y_true: sp.Symbol, y_pred: sp.Symbol, delta: sp.Symbol) -> sp.Expr:
    e = y_pred - y_true
    return sp.Piecewise((e**2 / 2, sp.Abs(e) <= delta), (delta * (sp.Abs(e) - delta / 2), True))


def _log_cosh(y_true: sp.Symbol, y_pred: sp.Symbol) -> sp.Expr:
    # ½ log cosh², with cosh² = 1 + sinh².
    return sp.log(1 + sp.sinh(y_pred - y_true) ** 2) / 2


def _percentage(y_true: sp.Symbol, y_pred: sp.Symbol, eps: sp.Symbol) -> sp.Expr:
    return sp.Abs(y_pred - y_true) / _at_least(sp.Abs(y_true), eps)


def _gaussian(y_true: sp.Symbol, mean: sp.Symbol, variance: sp.Symbol, eps: sp.Symbol) -> sp.Expr:
    v = _at_least(variance, eps)
    return (sp.log(v) + (mean - y_true) ** 2 / v) / 2


def _at_least(value: sp.Expr, bound: sp.Symbol) -> sp.Expr:
    return sp.Piecewise((value, value > bound), (bound, True))


def _tweedie(y_true: sp.Symbol, y_pred: sp.Symbol, power: sp.Symbol) -> sp.Expr:
    # Of a power that is none of 0, 1 and 2, for which the deviance is a limit of this.
    one, two = 1 - power, 2 - power
    return 2 * (y_true**two / (one * two) - y_true * y_pred**one / one + y_pred**two / two)


FORMS: Forms = {
    "mean_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2,
    "mean_absolute_error": lambda y_true, y_pred: sp.Abs(y_pred - y_true),
    "half_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2 / 2,
    "quantile": lambda y_true, y_pred, q: sp.Piecewise(
        (q * (y_true - y_pred), y_true > y_pred), ((q - 1) * (y_true - y_pred), True)
    ),
    "huber": _huber,
    "smooth_l1": lambda y_true, y_pred, beta: _huber(y_true, y_pred, beta) / beta,
    "log_cosh": _log_cosh,
    "mean_squared_logarithmic_error": lambda y_true, y_pred: (sp.log(1 + y_pred) - sp.log(1 + y_true)) ** 2,
    "mean_absolute_percentage_error": _percentage,
    "poisson_nll": lambda y_true, y_pred, eps: sp.exp(y_pred) - y_true * y_pred,  # noqa: ARG005 - of the log, no eps
    "gaussian_nll": _gaussian,
    "tweedie_deviance": _tweedie,
}
