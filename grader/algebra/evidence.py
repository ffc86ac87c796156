"""Divisors and signs that no rule shows to be other than zero: a proof assumes that they are, a point has to show it.

exp, log and roots of polynomials in the variables are independent of each other: what is not zero as a polynomial in
them is zero almost nowhere. Angles, erf, numbers such as π or log 2 and roots of roots may hide a zero: there a point
of the cell is drawn where the value is not zero, and where none is found, nothing is proved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from grader.algebra.domains import Space
from grader.algebra.field import Generator, Poly, terms_of, used
from grader.algebra.signs import SignedField

POINTS = 40
BITS = 400
INDEPENDENT = frozenset({"variable", "base", "sign"})


def confirmed(field: SignedField, space: Space, sample: Mapping[str, Fraction]) -> bool:
    """Whether everything assumed to be other than zero is so at a point of this cell."""
    doubtful = list({str(poly): poly for poly in field.assumed if _may_hide_a_zero(field, poly)}.values())
    if not doubtful:
        return True
    if any(generator.kind == "sign" for generator in field.generators):
        return False  # what vanishes on one side of a kink alone shows in the cells
    precision, ctx.prec = ctx.prec, BITS
    try:
        return _shown(field, doubtful, _points(field, space, sample))
    finally:
        ctx.prec = precision


def _shown(field: SignedField, doubtful: Sequence[Poly], points: Iterator[list[Any] | None]) -> bool:
    waiting = list(doubtful)
    for point in points:
        field.budget.spend(20)
        if point is not None and all(_at(poly, point) * sign > 0 for poly, sign in field.met.values()):
            waiting = [poly for poly in waiting if not abs(_at(poly, point)) > 0]
        if not waiting:
            return True
    return False


def _may_hide_a_zero(field: SignedField, poly: Poly) -> bool:
    return not field.plain_sign(poly) and any(_dependent(field, i) for i in used(poly))


def _dependent(field: SignedField, index: int) -> bool:
    """Whether a generator may be bound to others by more than the field knows."""
    generator = field.generators[index]
    if generator.kind in INDEPENDENT:
        return False
    if generator.kind not in {"exp", "log", "root"} or generator.body is None:
        return True
    below = [*used(generator.body.num), *used(generator.body.den)]
    if generator.kind == "root":
        # Roots of different primes and polynomials are independent (Besicovitch 1940), roots of roots are not.
        return any(field.generators[i].kind == "root" or _dependent(field, i) for i in below)
    return not below or any(_dependent(field, i) for i in below)


def _points(field: SignedField, space: Space, sample: Mapping[str, Fraction]) -> Iterator[list[Any] | None]:
    """Draw values of all generators; the point known to lie in the relaxed cell comes first."""
    rng = random.Random(len(field.generators))  # noqa: S311 - repeatable points, no secret
    for number in range(POINTS):
        given = sample if number == 0 else {}
        values: list[Any] | None = []
        for generator in field.generators:
            value = _value(generator, values or [], space, given, rng)
            if value is None or not value.is_finite():
                values = None
                break
            values = [*(values or []), value]
        yield values


def _value(
    generator: Generator, before: Sequence[Any], space: Space, sample: Mapping[str, Fraction], rng: random.Random
) -> Any:
    if generator.kind == "variable":
        return _drawn(generator, space, sample, rng)
    if generator.kind == "pi":
        return arb.pi()
    if generator.body is None or generator.kind not in FUNCTIONS:
        return None
    bottom = _at(generator.body.den, before)
    return (
        None if bottom.contains(0) else FUNCTIONS[generator.kind](_at(generator.body.num, before) / bottom, generator)
    )


def _drawn(generator: Generator, space: Space, sample: Mapping[str, Fraction], rng: random.Random) -> Any:
    domain = space.domains.get(generator.label)
    if generator.finite and domain is not None:
        value = rng.choice(domain.values)
    else:
        value = sample.get(generator.label) or Fraction(rng.randint(1, 400), rng.randint(40, 160))
        if not generator.sign and generator.label not in sample:
            value *= rng.choice((1, -1))
    return arb(fmpq(value.numerator, value.denominator))


def _at(poly: Poly, values: Sequence[Any]) -> Any:
    total = arb(0)
    for exponents, coefficient in terms_of(poly):
        term = arb(coefficient)
        for i, exponent in enumerate(exponents):
            if exponent:
                term *= values[i] ** int(exponent)
        total += term
    return total


FUNCTIONS: Mapping[str, Callable[[Any, Generator], Any]] = {
    "exp": lambda a, _: a.exp(),
    "log": lambda a, _: abs(a).log(),
    "root": lambda a, generator: abs(a).root(generator.degree),
    "cos": lambda a, _: a.cos(),
    "sin": lambda a, _: a.sin(),
    "asin": lambda a, _: a.asin(),
    "atan": lambda a, _: a.atan(),
    "erf": lambda a, _: a.erf(),
    "base": lambda a, _: a,
}
