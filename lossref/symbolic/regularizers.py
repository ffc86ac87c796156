"""Forms of the regularizers."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

FORMS: Forms = {
    "l1_penalty": lambda w, strength: strength * sp.Abs(w),
    "l2_penalty": lambda w, strength: strength * w**2,
    "elastic_net": lambda w, strength, l1_ratio: strength * (l1_ratio * sp.Abs(w) + (1 - l1_ratio) * w**2),
}
