"""Every loss's term as a sympy expression: the second oracle, its exact derivative, and LaTeX.

Importing this module imports sympy; `import lossref` does not.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from lossref.catalogue import get
from lossref.errors import OptionError
from lossref.symbolic import (
    activations,
    adversarial,
    classification,
    divergence,
    embedding,
    generative,
    margin,
    multitask,
    optimizers,
    preference,
    regression,
    regularizers,
)
from lossref.symbolic._shared import Forms
from lossref.symbolic.program import Program

_FAMILIES = (
    regression.FORMS,
    classification.FORMS,
    margin.FORMS,
    divergence.FORMS,
    activations.FORMS,
    regularizers.FORMS,
    preference.FORMS,
    multitask.FORMS,
    generative.FORMS,
    embedding.FORMS,
    adversarial.FORMS,
    optimizers.FORMS,
)
FORMS: Forms = {name: function for forms in _FAMILIES for name, function in forms.items()}

DIGITS = 50
_COMPARABLE = 3  # symbols
_LONG = 60  # operations
_FIFTY_DIGITS = 166  # bits

Symbols = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class SymbolicTerm:
    """One term of a loss.

    Attributes
    ----------
    expression : in the symbols of `arguments`; a tuple of expressions where a row is transformed into a row.
    arguments : parameter name → symbol, or tuple of symbols for a row of classes.
    """

    name: str
    expression: Any
    arguments: Symbols

    def derivative(self, wrt: str) -> Any:
        """Exact derivative with respect to one argument.

        An expression; a tuple of them for a row; a tuple of rows, the Jacobian, where the expression is a row too.
        """
        symbol = self.arguments[wrt]
        if isinstance(self.expression, tuple):
            return tuple(tuple(_derivative(output, entry) for entry in symbol) for output in self.expression)
        if isinstance(symbol, tuple):
            return tuple(_derivative(self.expression, entry) for entry in symbol)
        return _derivative(self.expression, symbol)

    def curvature(self, wrt: str) -> Any:
        """Exact second derivative with respect to one argument, or to each entry of a row."""
        symbol = self.arguments[wrt]
        if isinstance(symbol, tuple):
            return tuple(_derivative(self.expression, entry, 2) for entry in symbol)
        return _derivative(self.expression, symbol, 2)

    @property
    def symbols(self) -> list[sp.Symbol]:
        """Symbols of all arguments in their order."""
        return flat(tuple(self.arguments.values()))

    def latex(self, wrt: str | None = None) -> str:
        """LaTeX of the term, or of its derivative; hyper-parameters that are off by default are left out.

        Examples
        --------
        >>> form("mse").latex("y_pred")
        '2 y_{pred} - 2 y_{true}'
        """
        off = {self.arguments[p.name]: 0 for p in get(self.name).hypers if p.default == 0.0}
        shown = self.expression if wrt is None else self.derivative(wrt)
        if isinstance(shown, tuple):
            return str(sp.latex(_each(shown, lambda entry: _simpler(entry.subs(off)))))
        return str(sp.latex(_simpler(shown.subs(off)) if wrt else shown.subs(off)))


def _simpler(expression: sp.Expr) -> sp.Expr:
    # For minutes sympy compares the conditions of branches that depend on many symbols, or long sums, to no avail.
    many = expression.has(sp.Piecewise, sp.Heaviside) and len(expression.free_symbols) > _COMPARABLE
    return expression if many or expression.count_ops() > _LONG else sp.simplify(expression)


@functools.lru_cache(maxsize=4096)
def _derivative(expression: sp.Expr, symbol: sp.Symbol, times: int = 1) -> sp.Expr:
    derivative = expression.diff(symbol, times)
    if any(power.exp.free_symbols for power in derivative.atoms(sp.Pow)):
        # sympy writes the derivative of x^a as a x^a/x, which is no number at x = 0.
        return sp.powsimp(derivative, deep=True, combine="exp")
    return derivative


def _each(nested: Any, function: Callable[[sp.Expr], sp.Expr]) -> Any:
    return tuple(_each(entry, function) for entry in nested) if isinstance(nested, tuple) else function(nested)


def flat(nested: Any) -> list[Any]:
    """Entries of nested tuples in their order; an expression is its own only entry."""
    return [leaf for entry in nested for leaf in flat(entry)] if isinstance(nested, tuple) else [nested]


@functools.lru_cache(maxsize=256)
def form(name: str, classes: int = 3) -> SymbolicTerm:
    """Symbolic form of one term; `classes` is the length of a row.

    Raises
    ------
    UnknownLoss, OptionError
        The latter for an entry that has no symbolic form (a metric, or a loss whose terms share arguments).

    Examples
    --------
    >>> form("logistic").expression
    log(1 + exp(-score*y_true))
    """
    spec = get(name)
    if spec.name not in FORMS:
        raise OptionError(f"{spec.name} has no symbolic form")
    arguments = {p.name: _symbols(p.name, classes if p.shape == "rows" else 0) for p in spec.parameters}
    return SymbolicTerm(spec.name, FORMS[spec.name](**arguments), arguments)


def evaluate(term: SymbolicTerm, point: Sequence[Any], wrt: str | None = None) -> Any:
    """Value (or derivative) of the term at a point, correct to 50 digits.

    Parameters
    ----------
    point : a number or a row for each parameter, in their order.

    Returns
    -------
    mpf, or list of mpf for a row or its derivative (a Jacobian row by row)
    """
    classes = max((len(symbol) for symbol in term.arguments.values() if isinstance(symbol, tuple)), default=3)
    program = _compiled(term.name, classes, wrt)
    numbers, _ = program.settled(entries(point), agreement=_FIFTY_DIGITS, negligible=-math.inf)
    results = [mpmath.mp.make_mpf(number.value) for number in numbers]
    shown = term.expression if wrt is None else term.arguments[wrt]
    return results if isinstance(shown, tuple) else results[0]


def entries(point: Sequence[Any]) -> list[float]:
    """Numbers for the symbols of a term, from a number or a row for each parameter."""
    return [float(entry) for argument in point for entry in np.ravel(argument)]


@functools.lru_cache(maxsize=1024)
def _compiled(name: str, classes: int, wrt: str | None) -> Program:
    term = form(name, classes)
    return Program(flat(term.expression if wrt is None else term.derivative(wrt)), term.symbols)


def _symbols(name: str, classes: int) -> Any:
    if classes:
        return tuple(sp.Symbol(f"{name}_{k}", real=True) for k in range(classes))
    return sp.Symbol(name, real=True)
