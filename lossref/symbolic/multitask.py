"""Forms of the losses that join several."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms, partition

Row = tuple[sp.Symbol, ...]


def softened(z: Row, temperature: sp.Symbol) -> list[sp.Expr]:
    """Logarithms of the softmax of z over a temperature."""
    normalizer = sp.log(partition(tuple(entry / temperature for entry in z)))
    return [entry / temperature - normalizer for entry in z]


def _distillation(y_true: sp.Symbol, student: Row, teacher: Row, temperature: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    pairs = zip(softened(teacher, temperature), softened(student, temperature), strict=True)
    divergence = sum(sp.exp(taught) * (taught - learned) for taught, learned in pairs)
    at_label = sp.Piecewise(*((entry, sp.Eq(y_true, k)) for k, entry in enumerate(student[:-1])), (student[-1], True))
    return alpha * temperature**2 * divergence + (1 - alpha) * (sp.log(partition(student)) - at_label)


def _evidential(y_true: Row, evidence: Row, annealing: sp.Symbol) -> sp.Expr:
    alpha = [entry + 1 for entry in evidence]
    strength = sum(alpha)
    p = [entry / strength for entry in alpha]
    fit = sum((y - q) ** 2 + q * (1 - q) / (strength + 1) for y, q in zip(y_true, p, strict=True))
    return fit + annealing * _to_uniform([y + (1 - y) * entry for y, entry in zip(y_true, alpha, strict=True)])


def _to_uniform(alpha: list[sp.Expr]) -> sp.Expr:
    strength = sum(alpha)
    volumes = sp.loggamma(strength) - sp.loggamma(len(alpha)) - sum(sp.loggamma(entry) for entry in alpha)
    return volumes + sum((entry - 1) * (sp.polygamma(0, entry) - sp.polygamma(0, strength)) for entry in alpha)


FORMS: Forms = {
    "distillation": _distillation,
    "evidential": _evidential,
    "uncertainty_weighting": lambda losses, log_variances: (losses * sp.exp(-log_variances) + log_variances) / 2,
}
