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


def _of_both_labels(y_true: sp.Symbol, smoothing: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Weights of the labels 1 and 0, smoothed."""
    return (1 - smoothing) * y_true + smoothing / 2, (1 - smoothing) * (1 - y_true) + smoothing / 2


def _binary(y_true: sp.Symbol, p: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = _of_both_labels(y_true, label_smoothing)
    return -one * sp.log(p) - zero * sp.log(1 - p)


def _binary_of_sigmoid(y_true: sp.Symbol, z: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = _of_both_labels(y_true, label_smoothing)
    return one * sp.log(1 + sp.exp(-z)) + zero * sp.log(1 + sp.exp(z))


def _at_label(y_true: sp.Symbol, row: Any) -> sp.Expr:
    """Entry of a row at a class index."""
    return sp.Piecewise(*((entry, sp.Eq(y_true, k)) for k, entry in enumerate(row[:-1])), (row[-1], True))


def _cross_entropy(y_true: Any, p: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = _smoothed(y_true, len(p), label_smoothing)
    return -sum((label * sp.log(entry) for label, entry in zip(labels, p, strict=True)), sp.Integer(0))


def _cross_entropy_of_softmax(y_true: Any, z: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = _smoothed(y_true, len(z), label_smoothing)
    logsumexp = sp.log(partition(z))
    return sum((label * (logsumexp - entry) for label, entry in zip(labels, z, strict=True)), sp.Integer(0))


FORMS: Forms = {
    "binary_cross_entropy": _binary,
    "binary_cross_entropy_with_logits": _binary_of_sigmoid,
    "categorical_cross_entropy": _cross_entropy,
    "categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "sparse_categorical_cross_entropy": _cross_entropy,
    "sparse_categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "nll": lambda y_true, log_p: -_at_label(y_true, log_p),
}
