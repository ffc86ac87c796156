"""Forms of the classification losses."""

from __future__ import annotations

from typing import Any

import sympy as sp

from lossref.symbolic._shared import Forms, partition


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


def _cross_entropy_of_softmax(y_true: Any, z: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = _smoothed(y_true, len(z), label_smoothing)
    logsumexp = sp.log(partition(z))
    return sum((label * (logsumexp - entry) for label, entry in zip(labels, z, strict=True)), sp.Integer(0))


FORMS: Forms = {
    "binary_cross_entropy": lambda y_true, p: -y_true * sp.log(p) - (1 - y_true) * sp.log(1 - p),
    "binary_cross_entropy_with_logits": lambda y_true, z: sp.log(1 + sp.exp(z)) - y_true * z,
    "categorical_cross_entropy": _cross_entropy,
    "categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "sparse_categorical_cross_entropy": _cross_entropy,
    "sparse_categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
}
