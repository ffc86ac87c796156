"""What the forms of several families have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

Forms = Mapping[str, Callable[..., Any]]  # symbols by the parameters' names → an expression, or a tuple of them


def partition(z: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Σ e^z."""
    return sum((sp.exp(entry) for entry in z), sp.Integer(0))


def smoothed(y_true: Any, classes: int, smoothing: sp.Symbol) -> list[sp.Expr]:
    """Smoothed labels of a row, from a row of labels or from a class index."""
    onehot = (
        y_true
        if isinstance(y_true, tuple)
        else [sp.Piecewise((1, sp.Eq(y_true, k)), (0, True)) for k in range(classes)]
    )
    return [(1 - smoothing) * label + smoothing / classes for label in onehot]
