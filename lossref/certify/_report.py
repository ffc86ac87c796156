"""Certificates as lines: JSON, or text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lossref._wire import encoded
from lossref.certify._measure import Worst, shown
from lossref.certify._ulps import DEFINITION

if TYPE_CHECKING:
    from lossref.certify import Certificate

_COLUMNS = "{:<48} {:>7} {:>9} {:>9} {:>9}  {}"


def report(certificates: Iterable[Certificate], *, as_text: bool) -> Iterator[tuple[bool, str]]:
    """Yield lines as the certificates come, each with whether all is well so far as it says."""
    if as_text:
        yield True, f"{DEFINITION}\n"
        yield True, _COLUMNS.format("worst error in ulp", "points", "value", "gradient", "Hessian", "").rstrip()
    for certificate in certificates:
        yield certificate.passed, "\n".join(_text(certificate)) if as_text else _json(certificate)


def _text(certificate: Certificate) -> Iterator[str]:
    verdict = "passed" if certificate.passed else "FAILED"
    worst = (certificate.value, _largest(certificate.gradients), _largest(certificate.curvatures))
    cells = ("-" if found is None else f"{found.ulp:.2f}" for found in worst)
    yield _COLUMNS.format(certificate.name, certificate.points, *cells, verdict)
    for name, found in zip(("value", "gradient", "Hessian"), worst, strict=True):
        if found is not None and found.ulp:
            yield f"    {name} at {shown(found.at)}"
    for failure in certificate.failures:
        yield f"    FAILED: {failure}"


def _largest(worst: dict[str, Worst]) -> Worst | None:
    return max(worst.values(), key=lambda found: found.ulp, default=None)


def _json(certificate: Certificate) -> str:
    return json.dumps(
        {
            "name": certificate.name,
            "passed": certificate.passed,
            "points": certificate.points,
            "value": _worst(certificate.value),
            "gradients": {wrt: _worst(found) for wrt, found in certificate.gradients.items()},
            "hessian_diagonals": {wrt: _worst(found) for wrt, found in certificate.curvatures.items()},
            "failures": certificate.failures,
            "definition": DEFINITION,
        },
        ensure_ascii=False,
    )


def _worst(found: Worst) -> dict[str, object]:
    return {"ulp": encoded(found.ulp), "at": encoded(found.at)}
