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


def _smoothed(y_true: Any, classes: int, smoothing: sp.Symbol) -> list[sp.Expr]:
    """Smoothed labels of a row, from a row of labels or from a class index."""
    onehot = (
        y_true
        if isinstance(y_true, tuple)
        else [sp.Piecewise((1, sp.Eq(y_true, k)), (0, True)) for k in range(classes)]
    )
    return [(1 - smoothing) * label + smoothing / classes for label in onehot]


def _cross_entropy(y_true: Any, p: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = _smoothed(y_true, len(p), label_smoothing)
    return -sum((label * sp.log(entry) for label, entry in zip(labels, p, strict=True)), sp.Integer(0))


def _partition(z: tuple[sp.Symbol, ...]) -> sp.Expr:
    return sum((sp.exp(entry) for entry in z), sp.Integer(0))


def _cross_entropy_of_softmax(y_true: Any, z: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = _smoothed(y_true, len(z), label_smoothing)
    logsumexp = sp.log(_partition(z))
    return sum((label * (logsumexp - entry) for label, entry in zip(labels, z, strict=True)), sp.Integer(0))


def _huber(y_true: sp.Symbol, y_pred: sp.Symbol, delta: sp.Symbol) -> sp.Expr:
    e = y_pred - y_true
    return sp.Piecewise((e**2 / 2, sp.Abs(e) <= delta), (delta * (sp.Abs(e) - delta / 2), True))


_FORMS: dict[str, Callable[..., sp.Expr]] = {
    "mean_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2,
    "mean_absolute_error": lambda y_true, y_pred: sp.Abs(y_pred - y_true),
    "huber": _huber,
    "half_squared_error": lambda y_true, y_pred: (y_pred - y_true) ** 2 / 2,
    "quantile": lambda y_true, y_pred, q: sp.Piecewise(
        (q * (y_true - y_pred), y_true > y_pred), ((q - 1) * (y_true - y_pred), True)
    ),
    "binary_cross_entropy": lambda y_true, p: -y_true * sp.log(p) - (1 - y_true) * sp.log(1 - p),
    "binary_cross_entropy_with_logits": lambda y_true, z: sp.log(1 + sp.exp(z)) - y_true * z,
    "categorical_cross_entropy": _cross_entropy,
    "categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "sparse_categorical_cross_entropy": _cross_entropy,
    "sparse_categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "softmax": lambda x: tuple(sp.exp(entry) / _partition(x) for entry in x),
    "log_softmax": lambda x: tuple(entry - sp.log(_partition(x)) for entry in x),
    "logsumexp": lambda x: sp.log(_partition(x)),
    "l1_penalty": lambda w, strength: strength * sp.Abs(w),
    "l2_penalty": lambda w, strength: strength * w**2,
    "hinge": lambda y_true, score: sp.Piecewise((1 - y_true * score, y_true * score < 1), (0, True)),
}
