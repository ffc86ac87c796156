"""Forms of the losses of pairs and triplets of vectors."""

from __future__ import annotations

from typing import Any

import sympy as sp

from lossref.symbolic._shared import Forms

Row = tuple[sp.Symbol, ...]


def _dot(a: Row, b: Row) -> sp.Expr:
    return sum((one * other for one, other in zip(a, b, strict=True)), sp.Integer(0))


def _cosine(x1: Row, x2: Row) -> sp.Expr:
    squares = _dot(x1, x1) * _dot(x2, x2)
    return sp.Piecewise((_dot(x1, x2) / sp.sqrt(squares), squares > 0), (0, True))


def _cosine_embedding(x1: Row, x2: Row, y: sp.Symbol, margin: sp.Symbol) -> sp.Expr:
    cosine = _cosine(x1, x2)
    return sp.Piecewise((1 - cosine, y > 0), (sp.Max(0, cosine - margin), True))


def _distance(x: Row, y: Row, degree: Any, eps: Any) -> sp.Expr:
    powers = (sp.Abs(one - other + eps) ** degree for one, other in zip(x, y, strict=True))
    return sum(powers, sp.Integer(0)) ** (1 / degree)


def _triplet(a: Row, p: Row, n: Row, margin: sp.Symbol, **norm: sp.Symbol) -> sp.Expr:
    degree, eps = norm["norm_degree"], norm["eps"]
    return sp.Max(0, _distance(a, p, degree, eps) - _distance(a, n, degree, eps) + margin)


def _contrastive(x1: Row, x2: Row, y: sp.Symbol, margin: sp.Symbol) -> sp.Expr:
    squares = sum(((one - other) ** 2 for one, other in zip(x1, x2, strict=True)), sp.Integer(0))
    return sp.Piecewise((squares, sp.Eq(y, 1)), (sp.Max(0, margin - sp.sqrt(squares)) ** 2, True))


FORMS: Forms = {
    "cosine_similarity": _cosine,
    "cosine_distance": lambda x1, x2: 1 - _cosine(x1, x2),
    "cosine_embedding": _cosine_embedding,
    "triplet_margin": _triplet,
    "contrastive": _contrastive,
}
