"""Terms of stable forms, where the sums in the forms, or in sympy's derivatives of them, are others.

A number that is computed as a difference is as good as the larger of its two terms. Which difference that is, is seen
from the form where it is written as one; the entries here are computed by other sums than those they are written as.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from lossref.symbolic._shared import partition, smoothed
from lossref.symbolic.classification import of_both_labels
from lossref.symbolic.multitask import softened

_NORMAL = sp.Rational(1, 2**1022)  # the smallest number of float64 that has all its digits
Row = tuple[sp.Symbol, ...]
TermsOf = Callable[..., list[tuple[Any, ...]]]


def _softmax_less_labels(y_true: Any, z: Row, label_smoothing: sp.Symbol) -> list[tuple[Any, ...]]:
    """Σ a · softmax(z)_k − a_k."""
    labels = smoothed(y_true, len(z), label_smoothing)
    return [(sum(labels) * p, label) for p, label in zip(_softmax(z), labels, strict=True)]


def _softmax(z: Row) -> list[sp.Expr]:
    return [sp.exp(entry) / partition(z) for entry in z]


def _binary(y_true: sp.Symbol, p: sp.Symbol, label_smoothing: sp.Symbol) -> list[tuple[Any, ...]]:
    """Smoothed share of the label 0 over 1 − p, less that of the label 1 over p."""
    one, zero = of_both_labels(y_true, label_smoothing)
    return [(one / p, zero / (1 - p))]


def _distilled(
    y_true: sp.Symbol, student: Row, teacher: Row, temperature: sp.Symbol, alpha: sp.Symbol
) -> list[tuple[Any, ...]]:
    """α T² (Σ p (t − s)/T + log Σ e^s/T − log Σ e^t/T) + (1 − α) (log Σ e^s − s_y), logits from the largest."""
    (taught, of_taught), (learned, of_learned) = _shifted(teacher, temperature), _shifted(student, temperature)
    p = [sp.exp(entry) for entry in softened(teacher, temperature)]
    products = [share * entry for row in (taught, learned) for share, entry in zip(p, row, strict=True)]
    rest, of_student = _shifted(student, sp.Integer(1))
    labels = smoothed(y_true, len(student), sp.Integer(0))
    hard = [of_student, *(label * entry for label, entry in zip(labels, rest, strict=True))]
    soft = [alpha * temperature**2 * addend for addend in (*products, of_taught, of_learned)]
    return [(*soft, *((1 - alpha) * addend for addend in hard))]


def _shifted(z: Row, temperature: sp.Symbol) -> tuple[list[sp.Expr], sp.Expr]:
    """Logits over a temperature less the largest, and the logarithm of the sum of their exponentials."""
    rest = [(entry - sp.Max(*z)) / temperature for entry in z]
    return rest, sp.log(sum(sp.exp(entry) for entry in rest))


def _distilled_in_student(
    y_true: sp.Symbol, student: Row, teacher: Row, temperature: sp.Symbol, alpha: sp.Symbol
) -> list[tuple[Any, ...]]:
    """α T (q_k − p_k) and (1 − α) (softmax(s)_k − [k = y])."""
    labels = smoothed(y_true, len(student), sp.Integer(0))
    soft = zip(softened(student, temperature), softened(teacher, temperature), strict=True)
    hard = zip(_softmax(student), labels, strict=True)
    return [
        (*(alpha * temperature * sp.exp(entry) for entry in logs), *((1 - alpha) * entry for entry in pair))
        for logs, pair in zip(soft, hard, strict=True)
    ]


def _distilled_in_teacher(
    y_true: sp.Symbol, student: Row, teacher: Row, temperature: sp.Symbol, alpha: sp.Symbol
) -> list[tuple[Any, ...]]:
    """α T p_k (log p_k − log q_k − KL)."""
    del y_true
    pairs = zip(softened(teacher, temperature), softened(student, temperature), strict=True)
    return [tuple(alpha * temperature * sp.exp(taught) * of for of in (taught, learned)) for taught, learned in pairs]


def _poly(y_true: Row, z: Row, epsilon: sp.Symbol) -> list[tuple[Any, ...]]:
    """Σ y · softmax(z)_k − y_k, and ε softmax(z)_k times a difference of numbers up to 1."""
    return [(sum(y_true) * p, y, epsilon * p) for p, y in zip(_softmax(z), y_true, strict=True)]


def _ranking(y_true: Row, scores: Row) -> list[tuple[Any, ...]]:
    """Σ y · softmax(s)_k − y_k, where the softmax is a number of float64 before any y multiplies it."""
    total = sum(y_true)
    return [(total * p, y, total * _NORMAL) for p, y in zip(_softmax(scores), y_true, strict=True)]


def _ranking_curvature(y_true: Row, scores: Row) -> list[tuple[Any, ...]]:
    """Σ y · softmax(s)_k (1 − softmax(s)_k)."""
    return [(sum(y_true) * _NORMAL,) for _ in scores]


def _shift_and_rest(x: Row) -> list[tuple[Any, ...]]:
    """Largest entry, and the logarithm of what Σ e^x is in units of it."""
    return [(sp.Max(*x),)]


def _cosine_slope(of: Row, other: Row) -> list[tuple[Any, ...]]:
    """(b/‖b‖ − cos · a/‖a‖) / ‖a‖, the cosine as a sum of products, the directions as numbers of float64."""
    square = sum(x**2 for x in of)
    lengths = sp.sqrt(square) * sp.sqrt(sum(y**2 for y in other))
    products = [x * y / lengths / square for x, y in zip(of, other, strict=True)]
    along = (*products, sum(products))
    least = _NORMAL / sp.sqrt(square)
    return [(y / lengths, *(share * x for share in along), least) for x, y in zip(of, other, strict=True)]


TERMS: Mapping[tuple[str, str, str | None], TermsOf] = {
    ("categorical_cross_entropy_with_logits", "slope", "z"): _softmax_less_labels,
    ("sparse_categorical_cross_entropy_with_logits", "slope", "z"): _softmax_less_labels,
    ("poly_cross_entropy", "slope", "z"): _poly,
    ("binary_cross_entropy", "slope", "p"): _binary,
    ("distillation", "value", None): _distilled,
    ("distillation", "slope", "student"): _distilled_in_student,
    ("distillation", "slope", "teacher"): _distilled_in_teacher,
    ("ranking_softmax", "slope", "scores"): _ranking,
    ("ranking_softmax", "curvature", "scores"): _ranking_curvature,
    ("logsumexp", "value", None): _shift_and_rest,
    **{
        (name, "slope", wrt): lambda x1, x2, *_, wrt=wrt, **__: _cosine_slope(*((x1, x2) if wrt == "x1" else (x2, x1)))
        for name in ("cosine_similarity", "cosine_distance", "cosine_embedding")
        for wrt in ("x1", "x2")
    },
}


def stated_terms(name: str, kind: str, wrt: str | None, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    """For each number that a quantity of an entry consists of, its terms; none where the form shows them.

    Parameters
    ----------
    kind : value, slope or curvature
    """
    function = TERMS.get((name, kind, wrt))
    return [] if function is None else function(**arguments)
