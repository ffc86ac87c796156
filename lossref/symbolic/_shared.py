"""What the forms of several families have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

Forms = Mapping[str, Callable[..., Any]]  # symbols by the parameters' names → an expression, or a tuple of them


def partition(z: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Σ e^z."""
    return sum((sp.exp(entry) for entry in z), sp.Integer(0))
