"""Kinks: the interval that the catalogue states is the one between the slopes on either side."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref import symbolic
from lossref._sampling import as_arrays
from lossref.spec import LossSpec

_STEP = 2.0**-20
_TOLERANCE = 8.0 * _STEP  # beside the kink a slope may already have changed, by the curvature times the step


def wrong_kinks(spec: LossSpec) -> list[str]:
    """Sentences on the kinks whose interval is wrong."""
    if not spec.kinks or spec.coupled:
        return []
    term, wrt = symbolic.form(spec.name), spec.argument(None).name
    options = {"reduction": "none"} if spec.gives == "value" else {}
    failures = []
    for kink in spec.kinks:
        point = [*kink, *(p.default for p in spec.scalars)]
        low, high = spec.subdifferential(*as_arrays(spec, point), wrt=wrt, **options)
        left, right = (_slope_beside(term, point, wrt, side * _STEP) for side in (-1.0, 1.0))
        if not np.allclose([low[0], high[0]], [float(left), float(right)], rtol=_TOLERANCE, atol=_TOLERANCE):
            where = ", ".join(map(str, kink))
            failures.append(f"kink at {where}: [{low[0]}, {high[0]}], slopes beside it {left} and {right}")
    return failures


def _slope_beside(term: symbolic.SymbolicTerm, point: list[Any], wrt: str, step: float) -> Any:
    position = list(term.arguments).index(wrt)
    beside = [*point[:position], point[position] + step, *point[position + 1 :]]
    return symbolic.evaluate(term, beside, wrt)
