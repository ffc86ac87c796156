"""Number against symbol: each loss's values and gradients against 50-digit arithmetic, and each of its words.

The numeric kernels and the symbolic forms are written apart; where they agree on random points and on the edges of
the domain, to the last few digits of float64, both are taken to be right.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import mpmath
import numpy as np

from lossref import symbolic
from lossref._sampling import as_arrays, edge_points, ordinary_points
from lossref.catalogue import get, names
from lossref.properties import PROPERTIES, holds
from lossref.spec import LossSpec

# exp(s) carries the rounding of s: relative error |s|·2⁻⁵³, 8e−14 at |s| = 745, where float64 underflows.
TOLERANCE = 2e-13
# Errors are relative to the exact number, but at least to this: at random points, where p − y may cancel to
# anything, to a size that is ordinary there; on the edges, where tails must keep their digits, to underflow alone.
_ORDINARY_SIZE, _UNDERFLOW = 1e-2, 1e-290


@dataclasses.dataclass(frozen=True, slots=True)
class Certificate:
    """Result for one loss: largest relative errors over all points, and a sentence for each failure."""

    name: str
    points: int
    value_error: float
    gradient_error: float
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def certify(spec: LossSpec, seed: int = 0) -> Certificate:
    """Check one entry of the catalogue.

    Parameters
    ----------
    spec : LossSpec with a symbolic form
    seed : of the points drawn

    Examples
    --------
    >>> from lossref import get
    >>> certify(get("hinge")).passed
    True
    """
    term = symbolic.form(spec.name)
    failures: list[str] = []
    worst = {"value": 0.0, "gradient": 0.0}
    ordinary = [(point, _ORDINARY_SIZE) for point in ordinary_points(spec, np.random.default_rng(seed))]
    points = ordinary + [(point, _UNDERFLOW) for point in edge_points(spec)]
    for point, size in points:
        errors = {"value": _value_error(spec, term, point, size), "gradient": _gradient_error(spec, term, point, size)}
        for what, error in errors.items():
            worst[what] = max(worst[what], error)
            if not error <= TOLERANCE:
                failures.append(f"{what} at {_shown(point)}: relative error {error:.1e}")
    failures += _wrong_kinks(spec, term)
    failures += [f"property {word} does not hold" for word in sorted(spec.properties) if not holds(spec, word, seed)]
    failures += [f"property {word} holds but is not claimed" for word in sorted(_unclaimed(spec, seed))]
    return Certificate(spec.name, len(points), worst["value"], worst["gradient"], tuple(failures))


def certify_all(seed: int = 0) -> list[Certificate]:
    """Certificates of all entries that have a symbolic form, in the catalogue's order."""
    return [certify(spec, seed) for spec in map(get, names()) if spec.has_symbolic_form]


def relative_error(computed: float, exact: Any, size: float = _UNDERFLOW) -> float:
    """Distance in units of the exact number, at least of `size`; inf for NaN, 0 for equal infinities."""
    if np.isnan(computed):
        return float("inf")
    if mpmath.isinf(exact) or np.isinf(computed):
        return 0.0 if mpmath.mpf(float(computed)) == exact else float("inf")
    with mpmath.workdps(symbolic.DIGITS):
        return float(abs(mpmath.mpf(float(computed)) - exact) / max(abs(exact), size))


def _value_error(spec: LossSpec, term: symbolic.SymbolicTerm, point: list[Any], size: float) -> float:
    computed = spec.value(*as_arrays(spec, point), **_unreduced(spec), check_domain=False)
    return _largest_error(computed, symbolic.evaluate(term, point), size)


def _gradient_error(spec: LossSpec, term: symbolic.SymbolicTerm, point: list[Any], size: float) -> float:
    """Largest error over the entries of the gradient, 0 at kinks and where the derivative is infinite."""
    wrt = spec.argument(None).name
    low, high = spec.subdifferential(*as_arrays(spec, point), wrt=wrt, **_unreduced(spec), check_domain=False)
    if (low != high).any():
        return 0.0
    try:
        return _largest_error(low, symbolic.evaluate(term, point, wrt), size)
    except ZeroDivisionError:
        return 0.0 if np.isinf(low).any() else float("inf")


def _largest_error(computed: Any, exact: Any, size: float) -> float:
    pairs = zip(np.ravel(computed), exact if isinstance(exact, list) else [exact], strict=True)
    return max(relative_error(number, truth, size) for number, truth in pairs)


def _unreduced(spec: LossSpec) -> dict[str, str]:
    return {"reduction": "none"} if spec.gives == "value" else {}


def _wrong_kinks(spec: LossSpec, term: symbolic.SymbolicTerm) -> list[str]:
    """Sentences on kinks whose interval is not the one between the slopes on either side."""
    wrt = spec.argument(None).name
    position = [p.name for p in spec.parameters].index(wrt)
    failures = []
    for kink in spec.kinks:
        point = [*kink, *(p.default for p in spec.scalars)]
        low, high = spec.subdifferential(*as_arrays(spec, point), wrt=wrt, reduction="none")
        left, right = (_beside(term, point, position, side * 2.0**-20) for side in (-1.0, 1.0))
        if max(relative_error(low[0], left), relative_error(high[0], right)) > TOLERANCE:
            failures.append(f"kink at {_shown(point)}: [{low[0]}, {high[0]}], slopes beside it {left} and {right}")
    return failures


def _beside(term: symbolic.SymbolicTerm, point: list[Any], position: int, step: float) -> Any:
    beside = list(point)
    beside[position] += step
    return symbolic.evaluate(term, beside, list(term.arguments)[position])


def _unclaimed(spec: LossSpec, seed: int) -> set[str]:
    return {word for word in PROPERTIES.keys() - spec.properties if holds(spec, word, seed)}


def _shown(point: list[Any]) -> str:
    return ", ".join(np.array2string(np.asarray(argument), precision=17) for argument in point)
