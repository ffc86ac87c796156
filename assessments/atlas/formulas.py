"""Formulas of the pages: those of the catalogue, and gradients as sympy derives them from the symbolic forms."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from django.utils.safestring import SafeString

from assessments.mathml import ContentError, render_math
from lossref import LossSpec, OptionError

# Beyond this a derivative is no formula that anybody reads, or takes long to simplify.
MAX_LATEX = 700
_MAX_OPERATIONS = 60
# Names that sympy would write out in letters.
_LETTERS = {
    "y_true": "y",
    "y_pred": r"\hat{y}",
    "score": "s",
    "scores": "s",
    "strength": r"\lambda",
    "label_smoothing": r"\alpha",
    "temperature": r"\tau",
    "variance": r"\sigma^{2}",
    "mean": r"\mu",
    "margin": "m",
    "power": "p",
    "logvar": r"\log\sigma^{2}",
    "pos_weight": "w",
    "l1_ratio": "r",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it is shown, and as LaTeX to copy; of a gradient, with respect to what."""

    math: SafeString
    latex: str
    wrt: str = ""
    of_row: bool = False


def of(spec: LossSpec) -> Formula:
    """Give the formula of one term."""
    return Formula(render_math(spec.latex, display=True), spec.latex)


def gradients(spec: LossSpec) -> tuple[Formula, ...]:
    """Derive the term with respect to each argument (of a row, to its first entry); the unreadable are left out."""
    if not spec.has_symbolic_form:
        return ()
    derived = ((name, _derivative(spec, name)) for name in spec.slopes)
    return tuple(found for name, latex in derived if latex and (found := _formula(spec, name, latex)) is not None)


def _formula(spec: LossSpec, name: str, latex: str) -> Formula | None:
    if len(latex) > MAX_LATEX:
        return None
    try:
        return Formula(render_math(latex, display=True), latex, name, spec.argument(name).shape == "rows")
    except ContentError:  # nested too deep for a page
        return None


def _derivative(spec: LossSpec, wrt: str) -> str:
    """Give the shortest of the ways in which sympy writes the derivative."""
    import sympy as sp

    from lossref.symbolic import form

    try:
        term = form(spec.name)
    except OptionError:  # no symbolic form
        return ""
    derivative: Any = dataclasses.replace(term, expression=_without(spec, term)).derivative(wrt)
    while isinstance(derivative, tuple):
        derivative = derivative[0]
    derivative = derivative.subs(_last_labels(spec, term.arguments))
    ways = [derivative]
    if sp.count_ops(derivative) <= _MAX_OPERATIONS:
        ways += [sp.expand(derivative), sp.simplify(derivative)]
    names = _names(term.arguments)
    return min((str(sp.latex(way, symbol_names=names)) for way in ways), key=len)


def _without(spec: LossSpec, term: Any) -> Any:
    """Leave out what is off by default: at 0, or beyond all numbers."""
    defaults = ((p.name, p.default) for p in spec.hypers if p.default is not None)
    known = {term.arguments[name]: value for name, value in defaults if value == 0.0 or math.isinf(value)}
    expression = term.expression
    return tuple(e.subs(known) for e in expression) if isinstance(expression, tuple) else expression.subs(known)


def _last_labels(spec: LossSpec, arguments: dict[str, Any]) -> dict[Any, Any]:
    """Write the last label of a row as what the others leave of 1."""
    rows = [arguments[p.name] for p in spec.arrays if p.role == "target" and p.domain in {"onehot", "simplex"}]
    return {row[-1]: 1 - sum(row[:-1]) for row in rows if isinstance(row, tuple)}


def _names(arguments: dict[str, Any]) -> dict[Any, str]:
    names: dict[Any, str] = {}
    for name, symbol in arguments.items():
        if name in _LETTERS and isinstance(symbol, tuple):
            names |= {entry: f"{_LETTERS[name]}_{{{k}}}" for k, entry in enumerate(symbol)}
        elif name in _LETTERS:
            names[symbol] = _LETTERS[name]
    return names
