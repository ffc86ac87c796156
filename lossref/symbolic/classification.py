"""Forms of the classification losses."""

from __future__ import annotations

import itertools
from typing import Any

import sympy as sp

from lossref.symbolic._shared import Forms, partition, smoothed


def of_both_labels(y_true: sp.Symbol, smoothing: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Weights of the labels 1 and 0, smoothed."""
    return (1 - smoothing) * y_true + smoothing / 2, (1 - smoothing) * (1 - y_true) + smoothing / 2


def _weighted(y_true: sp.Symbol, p: sp.Symbol, pos_weight: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = of_both_labels(y_true, label_smoothing)
    return -pos_weight * one * sp.log(p) - zero * sp.log(1 - p)


def _weighted_of_sigmoid(y_true: sp.Symbol, z: sp.Symbol, pos_weight: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = of_both_labels(y_true, label_smoothing)
    return pos_weight * one * sp.log(1 + sp.exp(-z)) + zero * sp.log(1 + sp.exp(z))


def _binary(y_true: sp.Symbol, p: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = of_both_labels(y_true, label_smoothing)
    return -one * sp.log(p) - zero * sp.log(1 - p)


def _binary_of_sigmoid(y_true: sp.Symbol, z: sp.Symbol, label_smoothing: sp.Symbol) -> sp.Expr:
    one, zero = of_both_labels(y_true, label_smoothing)
    return one * sp.log(1 + sp.exp(-z)) + zero * sp.log(1 + sp.exp(z))


def _at_label(y_true: sp.Symbol, row: Any) -> sp.Expr:
    """Entry of a row at a class index."""
    return sp.Piecewise(*((entry, sp.Eq(y_true, k)) for k, entry in enumerate(row[:-1])), (row[-1], True))


def _cross_entropy(y_true: Any, p: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = smoothed(y_true, len(p), label_smoothing)
    return -sum((label * sp.log(entry) for label, entry in zip(labels, p, strict=True)), sp.Integer(0))


def _cross_entropy_of_softmax(y_true: Any, z: tuple[sp.Symbol, ...], label_smoothing: sp.Symbol) -> sp.Expr:
    labels = smoothed(y_true, len(z), label_smoothing)
    logsumexp = sp.log(partition(z))
    return sum((label * (logsumexp - entry) for label, entry in zip(labels, z, strict=True)), sp.Integer(0))


def _of_true_label(y_true: sp.Symbol, one: sp.Expr, zero: sp.Expr) -> sp.Expr:
    """Choose what belongs to the label."""
    return sp.Piecewise((one, sp.Eq(y_true, 1)), (zero, True))


def _binary_focal(y_true: sp.Symbol, p: sp.Symbol, gamma: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    return _of_true_label(y_true, -alpha * (1 - p) ** gamma * sp.log(p), -(1 - alpha) * p**gamma * sp.log(1 - p))


def _binary_focal_of_sigmoid(y_true: sp.Symbol, z: sp.Symbol, gamma: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    return _of_true_label(
        y_true,
        alpha * (1 + sp.exp(z)) ** -gamma * sp.log(1 + sp.exp(-z)),
        (1 - alpha) * (1 + sp.exp(-z)) ** -gamma * sp.log(1 + sp.exp(z)),
    )


def _categorical_focal(
    y_true: tuple[sp.Symbol, ...], p: tuple[sp.Symbol, ...], gamma: sp.Symbol, alpha: sp.Symbol
) -> sp.Expr:
    terms = (label * (1 - entry) ** gamma * sp.log(entry) for label, entry in zip(y_true, p, strict=True))
    return -alpha * sum(terms, sp.Integer(0))


def _poly(y_true: tuple[sp.Symbol, ...], z: tuple[sp.Symbol, ...], epsilon: sp.Symbol) -> sp.Expr:
    missed = sum(
        (
            label * sum((sp.exp(other) for other in z if other != entry), sp.Integer(0)) / partition(z)
            for label, entry in zip(y_true, z, strict=True)
        ),
        sp.Integer(0),
    )
    return _ranking(y_true, z) + epsilon * missed


def _ranking(y_true: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
    logsumexp = sp.log(partition(scores))
    return sum((label * (logsumexp - entry) for label, entry in zip(y_true, scores, strict=True)), sp.Integer(0))


def _sparsemax(y_true: sp.Symbol, z: sp.Symbol) -> sp.Expr:
    def of(against: sp.Expr) -> sp.Expr:
        return sp.Piecewise((0, against <= -1), (against, against >= 1), ((against + 1) ** 2 / 4, True))

    return _of_true_label(y_true, of(-z), of(z))


def _multiclass_sparsemax(y_true: sp.Symbol, z: tuple[sp.Symbol, ...]) -> sp.Expr:
    """One branch for each set of classes that the projection can have as its support."""
    branches = []
    for size in range(1, len(z) + 1):
        for support in itertools.combinations(z, size):
            threshold = (sum(support, sp.Integer(0)) - 1) / size
            outside = [entry <= threshold for entry in z if entry not in support]
            inside = [entry > threshold for entry in support]
            conjugate = sum((entry**2 - threshold**2 for entry in support), sp.Integer(1)) / 2
            branches.append((conjugate, sp.And(*inside, *outside)))
    return sp.Piecewise(*branches) - _at_label(y_true, z)


def _squared_distance(y_true: tuple[sp.Symbol, ...], p: tuple[sp.Symbol, ...]) -> sp.Expr:
    return sum(((entry - label) ** 2 for label, entry in zip(y_true, p, strict=True)), sp.Integer(0))


def _wrong(y_true: sp.Symbol, p: sp.Symbol, threshold: sp.Symbol) -> sp.Expr:
    decided = sp.Piecewise((p, sp.Eq(p, sp.floor(p))), (1, p > threshold), (0, True))
    return sp.Piecewise((0, sp.Eq(decided, y_true)), (1, True))


FORMS: Forms = {
    "binary_cross_entropy": _binary,
    "binary_cross_entropy_with_logits": _binary_of_sigmoid,
    "categorical_cross_entropy": _cross_entropy,
    "categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "sparse_categorical_cross_entropy": _cross_entropy,
    "sparse_categorical_cross_entropy_with_logits": _cross_entropy_of_softmax,
    "weighted_binary_cross_entropy": _weighted,
    "weighted_binary_cross_entropy_with_logits": _weighted_of_sigmoid,
    "binary_focal": _binary_focal,
    "binary_focal_with_logits": _binary_focal_of_sigmoid,
    "categorical_focal": _categorical_focal,
    "poly_cross_entropy": _poly,
    "generalized_cross_entropy": lambda y_true, p, q: (1 - _at_label(y_true, p) ** q) / q,
    "ranking_softmax": _ranking,
    "sparsemax": _sparsemax,
    "multiclass_sparsemax": _multiclass_sparsemax,
    "brier": lambda y_true, p: (p - y_true) ** 2,
    "multiclass_brier": _squared_distance,
    "zero_one": _wrong,
    "hamming": _wrong,
    "nll": lambda y_true, log_p: -_at_label(y_true, log_p),
}
