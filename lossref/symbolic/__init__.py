"""Every loss's term as a sympy expression: the second oracle, its exact derivative, and LaTeX.

Importing this module imports sympy; `import lossref` does not.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import sympy as sp

from lossref.catalogue import get
from lossref.errors import OptionError
from lossref.symbolic import activations, classification, margin, regression, regularizers
from lossref.symbolic._shared import Forms

_FAMILIES = (
    regression.FORMS,
    classification.FORMS,
    margin.FORMS,
    activations.FORMS,
    regularizers.FORMS,
)
_FORMS: Forms = {name: function for forms in _FAMILIES for name, function in forms.items()}

DIGITS = 50
_MOST_DIGITS = 3200

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
            return tuple(tuple(output.diff(entry) for entry in symbol) for output in self.expression)
        if isinstance(symbol, tuple):
            return tuple(self.expression.diff(entry) for entry in symbol)
        return self.expression.diff(symbol)

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
            return str(sp.latex(_each(shown, lambda entry: sp.simplify(entry.subs(off)))))
        return str(sp.latex(sp.simplify(shown.subs(off)) if wrt else shown.subs(off)))


def _each(nested: Any, function: Callable[[sp.Expr], sp.Expr]) -> Any:
    return tuple(_each(entry, function) for entry in nested) if isinstance(nested, tuple) else function(nested)


def _flat(nested: Any) -> list[sp.Expr]:
    return [leaf for entry in nested for leaf in _flat(entry)] if isinstance(nested, tuple) else [nested]


@functools.lru_cache(maxsize=256)
def form(name: str, classes: int = 3) -> SymbolicTerm:
    """Symbolic form of one term; `classes` is the length of a row.

    Raises
    ------
    UnknownLoss, OptionError
        The latter for an entry that has no symbolic form (a metric or a step).

    Examples
    --------
    >>> form("binary_cross_entropy_with_logits").expression
    -y_true*z + log(exp(z) + 1)
    """
    spec = get(name)
    if spec.name not in _FORMS:
        raise OptionError(f"{spec.name} has no symbolic form")
    arguments = {p.name: _symbols(p.name, classes if p.shape == "rows" else 0) for p in spec.parameters}
    return SymbolicTerm(spec.name, _FORMS[spec.name](**arguments), arguments)


def evaluate(term: SymbolicTerm, point: Sequence[Any], wrt: str | None = None) -> Any:
    """Value (or derivative) of the term at a point, correct to 50 digits.

    Parameters
    ----------
    point : a number or a row for each parameter, in their order.

    Returns
    -------
    mpf, or list of mpf for a row or its derivative (a Jacobian row by row)
    """
    arguments: list[Any] = []
    for symbol, value in zip(term.arguments.values(), point, strict=True):
        arguments += [float(entry) for entry in value] if isinstance(symbol, tuple) else [float(value)]
    classes = max((len(symbol) for symbol in term.arguments.values() if isinstance(symbol, tuple)), default=3)
    # Zeros and ones of labels and options go in before anything is computed: 0·log p is 0 even at p = 0.
    roles = [p.role for p in get(term.name).parameters for _ in range(_length(term.arguments[p.name]))]
    fixed = tuple(
        int(value) if role in {"target", "hyper"} and value.is_integer() else None
        for role, value in zip(roles, arguments, strict=True)
    )
    function = _compiled(term.name, classes, wrt, fixed)
    free = [value for value, known in zip(arguments, fixed, strict=True) if known is None]
    results = [_to_digits(entry, free) for entry in function]
    shown = term.expression if wrt is None else term.arguments[wrt]
    return results if isinstance(shown, tuple) else results[0]


@functools.lru_cache(maxsize=1024)
def _compiled(name: str, classes: int, wrt: str | None, fixed: tuple[int | None, ...]) -> list[Callable[..., Any]]:
    term = form(name, classes)
    symbols: list[sp.Symbol] = []
    for symbol in term.arguments.values():
        symbols += symbol if isinstance(symbol, tuple) else [symbol]
    known = {symbol: value for symbol, value in zip(symbols, fixed, strict=True) if value is not None}
    free = [symbol for symbol in symbols if symbol not in known]
    expressions = term.expression if wrt is None else term.derivative(wrt)
    return [sp.lambdify(free, entry.subs(known), modules="mpmath") for entry in _flat(expressions)]


def _to_digits(function: Callable[..., Any], arguments: list[float]) -> Any:
    """Double the working precision until two results agree: at 50 digits, log(1 + e^−100) has none left of 50.

    A 0 is believed only of the highest precision: log(1 + e^−1000) is 0 up to 434 digits.
    """
    digits, before = DIGITS, mpmath.nan
    while digits <= _MOST_DIGITS:
        with mpmath.workdps(digits):
            result = mpmath.mpf(function(*map(mpmath.mpf, arguments)))
            if result and (result == before or abs(result - before) <= abs(result) * mpmath.mpf(10) ** -DIGITS):
                return result
        digits, before = 2 * digits, result
    if result == before:
        return result
    raise ArithmeticError(f"no {DIGITS} digits at {arguments} with {_MOST_DIGITS} digits of working precision")


def _symbols(name: str, classes: int) -> Any:
    if classes:
        return tuple(sp.Symbol(f"{name}_{k}", real=True) for k in range(classes))
    return sp.Symbol(name, real=True)


def _length(symbol: Any) -> int:
    return len(symbol) if isinstance(symbol, tuple) else 1
