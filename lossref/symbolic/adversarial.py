"""Forms of adversarial examples and of training on them."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms


def _fgsm(x: sp.Symbol, gradient: sp.Symbol, eps: sp.Symbol, low: sp.Symbol, high: sp.Symbol) -> sp.Expr:
    moved = x + eps * sp.sign(gradient)
    return sp.Piecewise((low, moved < low), (high, moved > high), (moved, True))


FORMS: Forms = {
    "adversarial_fgsm": _fgsm,
    "adversarial_training": lambda clean, adversarial, alpha: alpha * clean + (1 - alpha) * adversarial,
}
