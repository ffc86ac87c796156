"""Forms of the regression losses."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms


def _huber(y_true: sp.Symbol, y_pred: sp.Symbol, delta: sp.Symbol) -> sp.Expr:
    e = y_pred - y_true
    return sp.Piecewise((e**2 / 2, sp.Abs(e) <= delta), (delta * (sp.Abs(e) - delta / 2), True))


FORMS: Forms = {
    "mean_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2,
    "mean_absolute_error": lambda y_true, y_pred: sp.Abs(y_pred - y_true),
    "huber": _huber,
    "half_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2 / 2,
    "quantile": lambda y_true, y_pred, q: sp.Piecewise(
        (q * (y_true - y_pred), y_true > y_pred), ((q - 1) * (y_true - y_pred), True)
    ),
}
