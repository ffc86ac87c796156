"""Exact arithmetic in Q(g1, …, gk): rational functions over variables and kernels, with the relations of roots.

A kernel is a generator that stands for exp(u·m), log|f|, |f|^(1/D), cos θ, sin θ or an opaque f(x). The only relations
that are used are r^D = |f| and s² = 1 − c². Every rewriting here is an identity of real functions wherever both sides
are defined, so a difference that reduces to zero is a proof; nothing is concluded from one that does not.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpz

from grader.algebra.budget import Budget

SLOTS = 40
MAX_TERMS = 4000
MAX_FACTORED_TERMS = 600
# Factoring is one call that no budget ends: beyond these degrees it may take seconds.
MAX_FACTORED_DEGREE = {1: 400, 2: 60}
# From here on a power is written in its base: with g = 1 + x, (1 + x)^200 is the one term g^200.
LARGE_POWER = 60
MAX_EXPANDED_BITS = 4_000_000
MAX_CLEARED = 4
Poly = Any

CONTEXT = fmpq_mpoly_ctx.get([f"g{i}" for i in range(SLOTS)], Ordering.lex)
GENS = CONTEXT.gens()
ONE: Poly = CONTEXT.constant(1)
ZERO: Poly = CONTEXT.constant(0)


class Unsupported(Exception):  # noqa: N818 - the prover has no method here, which is no error
    """The expression is outside what can be proved."""


class Undefined(Exception):  # noqa: N818
    """The expression has no real value anywhere in this cell."""


class NeedsEnumeration(Exception):  # noqa: N818
    """A finite variable decides a sign: its values must be looked at one by one."""


class Restart(Exception):  # noqa: N818
    """A kernel turned out to need a finer unit: begin again with it."""


@dataclasses.dataclass(frozen=True)
class Rat:
    """A quotient of two polynomials."""

    num: Poly
    den: Poly = dataclasses.field(default_factory=lambda: ONE)

    def is_zero(self) -> bool:
        return bool(self.num == 0)

    def constant(self) -> Fraction | None:
        """Give the value where it is a rational number."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        value = constant_of(self.num) / constant_of(self.den)
        return Fraction(int(value.p), int(value.q))


def constant_of(poly: Poly) -> Any:
    return poly.leading_coefficient() if poly != 0 else fmpq(0)


def rational(value: Fraction | int) -> Rat:
    fraction = Fraction(value)
    return Rat(CONTEXT.constant(fmpq(fraction.numerator, fraction.denominator)))


def used(poly: Poly) -> list[int]:
    return [i for i, degree in enumerate(poly.degrees()) if degree > 0]


def terms_of(poly: Poly) -> Iterator[tuple[tuple[int, ...], Any]]:
    yield from zip(poly.monoms(), poly.coeffs(), strict=True)


def monomial(exponents: tuple[int, ...], coefficient: Any = 1) -> Poly:
    return CONTEXT.from_dict({exponents: fmpq(coefficient)})


def primes_of(number: int) -> list[tuple[int, int]]:
    if number.bit_length() > 200:
        raise Unsupported("a number is too long to be factored")
    return [(int(prime), int(exponent)) for prime, exponent in fmpz(number).factor()]


@dataclasses.dataclass
class Generator:
    """What a generator stands for.

    `sign` is 1 where it is known to be positive, 0 where it is not known. `finite` marks what has few values: a label
    that was not written in, the sign of a polynomial. `body` holds the argument: u·m of exp(u·m), f of a root or a
    logarithm.
    """

    label: str
    sign: int = 0
    finite: bool = False
    kind: str = "variable"
    body: Rat | None = None
    degree: int = 1


class Conjugate(NamedTuple):
    """A polynomial A + B·r in a square root r: A, B, the conjugate A − B·r, and their product A² − B²·r²."""

    rest: Poly
    slope: Poly
    poly: Poly
    norm: Poly


class Base(NamedTuple):
    """The base of a large power: c·v^degree and other terms without v; `variable` is the index of v."""

    poly: Poly
    variable: int
    degree: int


@dataclasses.dataclass
class Found:
    """What the attempts of one proof have found out, for the attempts after them.

    `units` holds the unit of each exponential and angle and the degree of each root; `bases` those of large powers.
    """

    units: dict[str, Fraction] = dataclasses.field(default_factory=dict)
    bases: list[Base] = dataclasses.field(default_factory=list)


class Field:
    """The generators in use and the relations between them.

    Parameters
    ----------
    budget : bounds the work.
    found : what earlier attempts have found out.
    """

    def __init__(self, budget: Budget, found: Found) -> None:
        self.budget = budget
        self.units = found.units
        self.bases = found.bases
        self.generators: list[Generator] = []
        self.by_label: dict[str, int] = {}
        self.relations: list[tuple[int, int, Poly]] = []
        self.exclusive: list[tuple[int, ...]] = []
        # What the work so far takes for other than zero.
        self.assumed: list[Poly] = []

    # -- generators

    def generator(self, label: str, **properties: Any) -> int:
        """Find the generator with this label, or take the next free one for it."""
        if label not in self.by_label:
            if len(self.generators) == SLOTS:
                raise Unsupported("too many different functions and variables")
            self.by_label[label] = len(self.generators)
            self.generators.append(Generator(label, **properties))
            body = self.generators[-1].body
            if body is not None and not self.generators[-1].finite:
                self.generators[-1].finite = self.has_labels(body.num) or self.has_labels(body.den)
        return self.by_label[label]

    def key(self, poly: Poly) -> str:
        """Name a polynomial by its content, independent of the order in which generators were taken."""
        parts = []
        for exponents, coefficient in terms_of(poly):
            names = [f"{self.generators[i].label}^{e}" for i, e in enumerate(exponents) if e]
            parts.append(f"{coefficient}*{'*'.join(sorted(names))}")
        return "+".join(sorted(parts))

    def unit(self, key: str, wanted: Fraction) -> Fraction:
        """Give the unit of a kernel family, of which `wanted` must be a whole multiple."""
        known = self.units.get(key)
        if known is None:
            self.units[key] = abs(wanted)
            return abs(wanted)
        if (wanted / known).denominator == 1:
            return known
        # gcd of two fractions
        a, b = known, abs(wanted)
        common = Fraction(_gcd(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator)
        self.units[key] = common
        raise Restart

    def change_variables(self) -> None:
        """Write variables in the bases of large powers; they are the first generators, the same in each attempt."""
        for base in self.bases:
            sign = int(self.plain_sign(base.poly) > 0)
            label = f"base[{self.key(base.poly)}]"
            new = GENS[self.generator(label, sign=sign, kind="base", body=Rat(base.poly))]
            lead = monomial(tuple(base.degree * (i == base.variable) for i in range(SLOTS)))
            coefficient = next(c for exponents, c in terms_of(base.poly) if exponents[base.variable])
            self.relate(base.variable, base.degree, (new - base.poly + coefficient * lead) / coefficient)

    def _prefer_base(self, poly: Poly) -> None:
        """Begin again with the base of a large power as a generator, where a variable can be written in it."""
        for factor, _ in self.factors(poly)[1]:
            variables = all(self.generators[i].kind in {"variable", "base"} for i in used(factor))
            index = self._lonely(factor) if variables and len(factor) > 1 else None
            if index is not None:
                self.bases.append(Base(factor, index, int(factor.degrees()[index])))
                raise Restart

    def _lonely(self, poly: Poly) -> int | None:
        """Find a variable that stands in one term only, alone but for a number, of the smallest degree."""
        taken = {index for index, _, _ in self.relations}
        found = []
        for i in used(poly):
            own = [exponents for exponents, _ in terms_of(poly) if exponents[i]]
            if i not in taken and not self.generators[i].finite and len(own) == 1 and sum(own[0]) == own[0][i]:
                found.append((own[0][i], i))
        return min(found)[1] if found else None

    # -- square roots

    def conjugate(self, poly: Poly) -> Conjugate | None:
        """Split A + B·r at its youngest square root r; None where there is none."""
        for index, degree, value in reversed(self.relations):
            if self.generators[index].kind == "root" and degree == 2 and poly.degrees()[index] == 1:
                root = GENS[index]
                slope = poly.derivative(index)
                rest = poly - slope * root
                self._check_product(slope, slope)
                norm = self.reduce(rest * rest - slope * slope * value)
                return Conjugate(rest, slope, rest - slope * root, norm) if norm != 0 else None
        return None

    def rationalised(self, a: Rat) -> Rat:
        """Clear the denominator of roots, so that 1/√2 and √2/2 are written alike."""
        for _ in range(MAX_CLEARED):
            conjugate = self.conjugate(a.den)
            if conjugate is None:
                return a
            self._check_product(a.num, conjugate.poly)
            a = self.make(a.num * conjugate.poly, conjugate.norm)
        return a

    # -- arithmetic

    def make(self, num: Poly, den: Poly) -> Rat:
        """Normalise a quotient: relations applied, common factors cancelled, the constant of the denominator 1."""
        self.budget.spend()
        num, den = self.reduce(num), self.reduce(den)
        if den == 0:
            raise Undefined
        if num == 0:
            return Rat(ZERO)
        if len(num) > MAX_TERMS or len(den) > MAX_TERMS:
            raise Unsupported("the expression expands to too many terms")
        if not den.is_constant():
            common = num.gcd(den)
            if not common.is_one():
                num, den = num / common, den / common
        lead = den.leading_coefficient()
        return Rat(num, den) if lead == 1 else Rat(num / lead, den / lead)

    def reduce(self, poly: Poly) -> Poly:
        """Replace r^D by |f|, s² by 1 − c² and powers of labels, the youngest kernel first."""
        for index, degree, value in reversed(self.relations):
            while poly.degrees()[index] >= degree:
                poly = self._replace(poly, index, degree, value)
        if any(sum(map(bool, (poly.degrees()[i] for i in group))) > 1 for group in self.exclusive):
            poly = CONTEXT.from_dict({m: c for m, c in terms_of(poly) if not self._excluded(m)})
        return poly

    def _excluded(self, exponents: tuple[int, ...]) -> bool:
        """Say whether a monomial has two factors of which one is 0."""
        return any(sum(exponents[i] > 0 for i in group) > 1 for group in self.exclusive)

    def _replace(self, poly: Poly, index: int, degree: int, value: Poly) -> Poly:
        by_power: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in terms_of(poly):
            quotient, rest = divmod(exponents[index], degree)
            lowered = (*exponents[:index], rest, *exponents[index + 1 :])
            by_power.setdefault(quotient, {})[lowered] = coefficient
        result = ZERO
        for quotient, terms in by_power.items():
            self._check_power(value, quotient)
            result += CONTEXT.from_dict(terms) * value**quotient
            if len(result) > MAX_TERMS:
                raise Unsupported("the expression expands to too many terms")
        return result

    def _check_power(self, poly: Poly, exponent: int) -> None:
        self.budget.spend(1 + exponent // 4)
        if len(poly) <= 1:
            return
        terms = _binomial_bound(len(poly), exponent)
        if terms > MAX_TERMS * 4 or terms * exponent * _bits(poly) > MAX_EXPANDED_BITS:
            raise Unsupported("a power expands to too many terms")

    def add(self, a: Rat, b: Rat) -> Rat:
        if a.den == b.den:
            return self.make(a.num + b.num, a.den)
        self._check_product(a.num, b.den)
        self._check_product(b.num, a.den)
        return self.make(a.num * b.den + b.num * a.den, a.den * b.den)

    def neg(self, a: Rat) -> Rat:
        return Rat(-a.num, a.den)

    def sub(self, a: Rat, b: Rat) -> Rat:
        return self.add(a, self.neg(b))

    def mul(self, a: Rat, b: Rat) -> Rat:
        self._check_product(a.num, b.num)
        self._check_product(a.den, b.den)
        return self.make(a.num * b.num, a.den * b.den)

    def div(self, a: Rat, b: Rat) -> Rat:
        if b.is_zero():
            raise Undefined
        self.refuse_finite(b.num)
        self.assumed.append(b.num)
        return self.mul(a, Rat(b.den, b.num))

    def _check_product(self, a: Poly, b: Poly) -> None:
        if len(a) * len(b) > MAX_TERMS * 50:
            raise Unsupported("the expression expands to too many terms")

    def power(self, a: Rat, exponent: int) -> Rat:
        """Raise to a whole power; 0^0 is 1."""
        if exponent < 0:
            return self.power(self.div(rational(1), a), -exponent)
        if exponent > LARGE_POWER:
            for poly in (a.num, a.den):
                self._prefer_base(poly)
        self._check_power(a.num, exponent)
        self._check_power(a.den, exponent)
        return self.make(a.num**exponent, a.den**exponent)

    def refuse_finite(self, poly: Poly) -> None:
        """Leave symbolic work where a finite variable may make this polynomial zero."""
        if self.has_labels(poly) and not self.plain_sign(poly):
            raise NeedsEnumeration

    def has_labels(self, poly: Poly) -> bool:
        return any(self.generators[i].finite for i in used(poly))

    def factors(self, poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
        self.budget.spend(20)
        degree = MAX_FACTORED_DEGREE[min(len(used(poly)), 2)] if len(poly) > 1 else math.inf
        if len(poly) > MAX_FACTORED_TERMS or int(poly.total_degree()) > degree:
            raise Unsupported("an expression is too long to be factored")
        constant, factors = poly.factor()
        return constant, [(factor, int(exponent)) for factor, exponent in factors]

    def plain_sign(self, poly: Poly) -> int:
        """Read the sign off the coefficients: all alike, and every odd power of something positive."""
        signs = set()
        for exponents, coefficient in terms_of(poly):
            if any(e % 2 and self.generators[i].sign <= 0 for i, e in enumerate(exponents) if e):
                return 0
            signs.add(1 if coefficient > 0 else -1)
        return signs.pop() if len(signs) == 1 else 0

    def relate(self, index: int, degree: int, value: Poly) -> None:
        """State that generator^degree = value."""
        if all(known != index for known, _, _ in self.relations):
            self.relations.append((index, degree, value))


def _bits(poly: Poly) -> int:
    return 1 + max(max(int(c.p).bit_length(), int(c.q).bit_length()) for c in poly.coeffs())


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _binomial_bound(terms: int, exponent: int) -> int:
    """Bound the number of terms of a power: the ways to choose `exponent` of `terms` with repetition."""
    ways = 1
    for i in range(min(terms - 1, exponent)):
        ways = ways * (terms - 1 + exponent - i) // (i + 1)
        if ways > MAX_TERMS * 10:
            return ways
    return ways
