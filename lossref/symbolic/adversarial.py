"""Forms of adversarial examples and of training on them."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

FORMS: Forms = {
    "adversarial_fgsm": lambda x, gradient, eps, low, high: sp.Max(low, sp.Min(high, x + eps * sp.sign(gradient))),
    "adversarial_training": lambda clean, adversarial, alpha: alpha * clean + (1 - alpha) * adversarial,
}
