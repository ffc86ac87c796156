"""Forms of the regularizers."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

FORMS: Forms = {
    "l1_penalty": lambda w, strength: strength * sp.Abs(w),
    "l2_penalty": lambda w, strength: strength * w**2,
}
