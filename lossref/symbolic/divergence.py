"""Forms of the divergences."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

Row = tuple[sp.Symbol, ...]


def _relative_entropy(p: sp.Expr, q: sp.Expr) -> sp.Expr:
    # Where q is 0, the term is 0 at p = 0 and infinite beside it, and so are its derivatives in p.
    at_both_zero = sp.And(sp.Eq(p, 0), sp.Eq(q, 0))
    return sp.Piecewise((sp.oo * p * (1 + p), at_both_zero), (p * sp.log(p / q), True))


def _relative_to_mean(p: sp.Expr, q: sp.Expr) -> sp.Expr:
    """Term p log(p/m) for the mean m; p log 2 where q is 0, whatever p is."""
    return p * sp.Piecewise((sp.log(2), sp.Eq(q, 0)), (sp.log(2 * p / (p + q)), True))


def _kl(p: Row, q: Row) -> sp.Expr:
    return sum((_relative_entropy(a, b) for a, b in zip(p, q, strict=True)), sp.Integer(0))


def _generalized(p: Row, q: Row) -> sp.Expr:
    return sum((_relative_entropy(a, b) - a + b for a, b in zip(p, q, strict=True)), sp.Integer(0))


def _jensen_shannon(p: Row, q: Row) -> sp.Expr:
    terms = (_relative_to_mean(a, b) + _relative_to_mean(b, a) for a, b in zip(p, q, strict=True))
    return sum(terms, sp.Integer(0)) / 2


FORMS: Forms = {
    "kl_divergence": _kl,
    "reverse_kl": lambda p, q: _kl(q, p),
    "generalized_kl": _generalized,
    "jensen_shannon_divergence": _jensen_shannon,
}
