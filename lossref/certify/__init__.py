"""Number against symbol: each loss's values, slopes and curvatures against 50 digits, and each of its words.

The numeric kernels and the symbolic forms are written apart; where they agree all over the domain, to the last few
digits of float64, both are taken to be right.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import sympy as sp

from lossref import symbolic
from lossref._claims import wrong_claims
from lossref._extremes import batches
from lossref.catalogue import get, names
from lossref.certify._kinks import wrong_kinks
from lossref.certify._measure import Ruler, Worst, measure, shown
from lossref.certify._report import report
from lossref.certify._ulps import DEFINITION, TOLERANCE, relative_error
from lossref.errors import OptionError
from lossref.properties import wrong_words
from lossref.spec import LossSpec

__all__ = [
    "DEFINITION",
    "POINTS",
    "TOLERANCE",
    "Certificate",
    "certifiable",
    "certify",
    "certify_all",
    "relative_error",
    "report",
]

POINTS = 10_000
_CLASSES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Certificate:
    """Result for one entry.

    Attributes
    ----------
    points : number of terms that were compared, each with all its slopes and curvatures.
    value, gradients, curvatures : worst error in ulp of the largest term, and the arguments that gave it.
    failures : a sentence for each.
    """

    name: str
    points: int
    value: Worst
    gradients: dict[str, Worst]
    curvatures: dict[str, Worst]
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failures


def certify(spec: LossSpec, seed: int = 0, points: int = POINTS) -> Certificate:
    """Check one entry of the catalogue.

    Parameters
    ----------
    spec : LossSpec with a symbolic form
    seed : of the points drawn
    points : how many, at least

    Examples
    --------
    >>> from lossref import get
    >>> certify(get("hinge"), points=200).passed
    True
    """
    if not certifiable(spec):
        raise OptionError(f"{spec.name} has no symbolic form")
    ruler = Ruler(spec, _CLASSES)
    measured = measure(spec, ruler, batches(spec, seed, points, _CLASSES))
    worst, failures = measured.worst, list(measured.failures)
    for quantity in ruler.quantities:
        found = worst[quantity.name]
        if found.ulp > quantity.tolerance:
            failures.append(f"{quantity.name}: {found.ulp:.3g} ulp at {shown(found.at)}")
    failures += wrong_kinks(spec) + wrong_words(spec, seed) + wrong_claims(spec, seed)
    of_kind = {
        kind: {str(quantity.wrt): worst[quantity.name] for quantity in ruler.quantities if quantity.kind == kind}
        for kind in ("slope", "curvature")
    }
    return Certificate(
        spec.name, measured.points, worst["value"], of_kind["slope"], of_kind["curvature"], tuple(failures)
    )


def certifiable(spec: LossSpec) -> bool:
    """Whether there is a form to certify an entry by."""
    return spec.name in symbolic.FORMS


def certify_all(
    chosen: Sequence[str] = (), seed: int = 0, points: int = POINTS, jobs: int | None = None
) -> Iterator[Certificate]:
    """Yield the certificates of the entries named, or of all that have a symbolic form, in the catalogue's order.

    Parameters
    ----------
    jobs : processes at work; one for each processor by default
    """
    specs = [get(name) for name in chosen] or [spec for spec in map(get, names()) if certifiable(spec)]
    work = functools.partial(certify, seed=seed, points=points)
    if jobs == 1 or len(specs) == 1:
        yield from map(work, specs)
        return
    with ProcessPoolExecutor(jobs) as pool:
        # What takes longest begins first, that no processor waits for it at the end.
        futures = {spec.name: pool.submit(work, spec) for spec in sorted(specs, key=_is_quick)}
        yield from (futures[spec.name].result() for spec in specs)


def _is_quick(spec: LossSpec) -> bool:
    """Whether no form of the gamma function, over which mpmath takes its time, is among the terms."""
    terms = symbolic.flat(symbolic.form(spec.name).expression)
    return not any(term.has(sp.loggamma, sp.polygamma) for term in terms)
