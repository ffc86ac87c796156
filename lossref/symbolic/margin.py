"""Forms of the margin losses."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

FORMS: Forms = {
    "hinge": lambda y_true, score: sp.Piecewise((1 - y_true * score, y_true * score < 1), (0, True)),
}
