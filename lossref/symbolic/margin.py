"""Forms of the margin losses."""

from __future__ import annotations

from typing import Any

import sympy as sp

from lossref.symbolic._shared import Forms

Row = tuple[sp.Symbol, ...]


def _positive(x: sp.Expr) -> sp.Expr:
    return sp.Piecewise((x, x > 0), (0, True))


def _of_class(y_true: sp.Symbol, branches: list[Any]) -> sp.Expr:
    """Branch that belongs to a class index."""
    return sp.Piecewise(*((branch, sp.Eq(y_true, k)) for k, branch in enumerate(branches[:-1])), (branches[-1], True))


def _largest(candidates: list[sp.Expr]) -> sp.Expr:
    branches = [(a, sp.And(*(a >= b for b in candidates if b is not a))) for a in candidates[:-1]]
    return sp.Piecewise(*branches, (candidates[-1], True))


def _multiclass_hinge(y_true: sp.Symbol, scores: Row, margin: sp.Symbol) -> sp.Expr:
    def of(label: sp.Symbol) -> sp.Expr:
        return _positive(_largest([margin - (label - other) for other in scores if other != label]))

    return _of_class(y_true, [of(label) for label in scores])


def _multiclass_perceptron(y_true: sp.Symbol, scores: Row) -> sp.Expr:
    def of(label: sp.Symbol) -> sp.Expr:
        return _largest([other - label for other in scores])

    return _of_class(y_true, [of(label) for label in scores])


def _multilabel_margin(input: Row, target: Row) -> sp.Expr:  # noqa: A002 - a parameter's name
    """One branch for each slot of the list, class that it can name, and other class: conditions are not nested."""
    classes = range(len(input))
    listed = [[entry >= 0 for entry in target[: slot + 1]] for slot in classes]
    unlisted = [
        [sp.Or(sp.Ne(target[slot], k), *(entry < 0 for entry in target[:slot])) for slot in classes] for k in classes
    ]
    terms = [
        sp.Piecewise((shortfall, sp.And(*listed[slot], sp.Eq(target[slot], j), *unlisted[i], shortfall > 0)), (0, True))
        for slot in classes
        for j in classes
        for i in classes
        if i != j
        for shortfall in [1 - (input[j] - input[i])]
    ]
    return sum(terms, sp.Integer(0)) / len(input)


def _multilabel_soft_margin(input: Row, target: Row) -> sp.Expr:  # noqa: A002 - a parameter's name
    terms = (
        label * sp.log(1 + sp.exp(-z)) + (1 - label) * sp.log(1 + sp.exp(z))
        for z, label in zip(input, target, strict=True)
    )
    return sum(terms, sp.Integer(0)) / len(input)


FORMS: Forms = {
    "hinge": lambda y_true, score: _positive(1 - y_true * score),
    "squared_hinge": lambda y_true, score: _positive(1 - y_true * score) ** 2,
    "logistic": lambda y_true, score: sp.log(1 + sp.exp(-y_true * score)),
    "perceptron": lambda y_true, score: _positive(-y_true * score),
    "exponential": lambda y_true, score: sp.exp(-y_true * score),
    "multiclass_hinge": _multiclass_hinge,
    "multiclass_perceptron": _multiclass_perceptron,
    "multilabel_margin": _multilabel_margin,
    "multilabel_soft_margin": _multilabel_soft_margin,
    "hinge_embedding": lambda input, target, margin: sp.Piecewise(  # noqa: A006 - a parameter's name
        (input, target > 0), (_positive(margin - input), True)
    ),
    "margin_ranking": lambda input1, input2, target, margin: _positive(margin - target * (input1 - input2)),
}
