"""Signs: those that hold in the present cell, and those that stand as elements of the field until a cell needs them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from grader.algebra.budget import Budget
from grader.algebra.field import (
    GENS,
    ONE,
    Field,
    Found,
    NeedsEnumeration,
    Poly,
    Rat,
    monomial,
    rational,
    terms_of,
    used,
)

MAX_LOG_POWER = 8
MAX_SQUARED = 200


def is_sum_of_squares(poly: Poly) -> bool:
    """Complete one square after another: c·v² + b·v + a is c·(v + b/2c)² and a − b²/4c, for a number c > 0."""
    while poly != 0:
        terms = list(terms_of(poly))
        if len(terms) > MAX_SQUARED:
            return False
        if poly.is_constant():
            return bool(terms[0][1] > 0)
        square = next((i for i in used(poly) if _is_number_times_square(poly, i)), None)
        if square is None:
            return False
        lead = next(c for exponents, c in terms if exponents[square] == 2)
        parts = [poly * 0, poly * 0]
        for exponents, coefficient in terms:
            power = exponents[square]
            if power < 2:
                rest = tuple(0 if i == square else e for i, e in enumerate(exponents))
                parts[power] += monomial(rest, coefficient)
        poly = parts[0] - parts[1] * parts[1] / (4 * lead)
    return True


def _is_number_times_square(poly: Poly, index: int) -> bool:
    """Whether the variable's highest power is its square, times a positive number."""
    if poly.degrees()[index] != 2:
        return False
    highest = [(sum(exponents), c) for exponents, c in terms_of(poly) if exponents[index] == 2]
    return len(highest) == 1 and highest[0][0] == 2 and highest[0][1] > 0


def _squareness(term: tuple[tuple[int, ...], Any]) -> bool:
    return term[0].count(2) == 1 and sum(term[0]) == 2


class Branch(Exception):  # noqa: N818
    """The sign of a polynomial is needed and not known: look at both."""

    def __init__(self, key: str, poly: Poly) -> None:
        super().__init__(key)
        self.key = key
        self.poly = poly


class SignedField(Field):
    """The field of one cell.

    Parameters
    ----------
    signs : sign of polynomials in this cell, by their key.
    kinks : whether a sign that is not known may stand as a generator s with s² = 1, in place of two cells.
    """

    def __init__(self, budget: Budget, signs: dict[str, int], found: Found, *, kinks: bool = False) -> None:
        super().__init__(budget, found)
        self.signs = signs
        # The polynomials, in these generators, whose signs in this cell were asked for.
        self.met: dict[str, tuple[Poly, int]] = {}
        self.kinks = kinks

    def plain_sign(self, poly: Poly) -> int:
        """Read the sign off the coefficients, or off the squares that free variables make."""
        plain = super().plain_sign(poly)
        if plain or any(self.generators[i].kind != "variable" or self.generators[i].finite for i in used(poly)):
            return plain
        lead = 1 if max(terms_of(poly), key=_squareness)[1] > 0 else -1
        return lead if is_sum_of_squares(lead * poly) else 0

    def sign(self, a: Rat) -> int:
        """Give the sign almost everywhere in this cell; raises Branch where it is not known."""
        if a.is_zero():
            return 0
        self.assumed.append(a.num)
        sign = 1
        for poly in (a.num, a.den):
            constant, factors = self.factors(poly)
            sign *= 1 if constant > 0 else -1
            for factor, exponent in factors:
                self.refuse_finite(factor)
                if exponent % 2:
                    sign *= self.sign_of_irreducible(factor)
        return sign

    def sign_element(self, a: Rat) -> Rat:
        """Give the sign as an element of the field: a number, or a product of generators with s² = 1."""
        if not self.kinks or a.is_zero():
            return rational(self.sign(a))
        self.assumed.append(a.num)
        result = rational(1)
        for poly in (a.num, a.den):
            constant, factors = self.factors(poly)
            result = result if constant > 0 else self.neg(result)
            for factor, exponent in factors:
                if exponent % 2:
                    result = self.mul(result, self._kink(factor))
                else:
                    self._refuse_vanishing(factor)
        return result

    def _kink(self, poly: Poly) -> Rat:
        if not self.has_labels(poly) or self.plain_sign(poly):
            known = self.plain_sign(poly) or self.signs.get(self.key(poly), 0)
            if known:
                return rational(known)
        simpler = self._same_sign(poly)
        if simpler is not None:
            return self.sign_element(simpler)
        self._refuse_vanishing(poly)
        index = self.generator(f"sign[{self.key(poly)}]", finite=True, kind="sign")
        self.relate(index, 2, ONE)
        return Rat(GENS[index])

    def _refuse_vanishing(self, poly: Poly) -> None:
        """Leave symbolic work where a choice of labels may make this polynomial zero everywhere."""
        if not self.has_labels(poly):
            return
        coefficients: dict[tuple[int, ...], int] = {}
        free = set()
        for exponents, _ in terms_of(poly):
            rest = tuple(0 if self.generators[i].finite else e for i, e in enumerate(exponents[: len(self.generators)]))
            coefficients[rest] = coefficients.get(rest, 0) + 1
            if rest == tuple(exponents[: len(self.generators)]):
                free.add(rest)
        if not any(coefficients[rest] == 1 for rest in free):
            raise NeedsEnumeration

    def sign_of_irreducible(self, poly: Poly) -> int:
        plain = self.plain_sign(poly)
        if plain:
            return plain
        simpler = self._same_sign(poly)
        if simpler is not None:
            return self.sign(simpler)
        self.refuse_finite(poly)
        rational_part = self._without_root(poly)
        if rational_part is not None:
            return self.sign(Rat(rational_part))
        key = self.key(poly)
        if key not in self.signs:
            raise Branch(key, poly)
        self.met[key] = poly, self.signs[key]
        return self.signs[key]

    def _without_root(self, poly: Poly) -> Poly | None:
        """Give what has the sign of A + B·r, r > 0: the larger part, or the norm where the conjugate's sign shows."""
        conjugate = self.conjugate(poly)
        if conjugate is None:
            return None
        norm, other = self.plain_sign(conjugate.norm), self.plain_sign(conjugate.poly)
        if norm:
            return conjugate.rest if norm > 0 else conjugate.slope
        return other * conjugate.norm if other else None

    def _same_sign(self, poly: Poly) -> Rat | None:
        """Give a − b for e^a − e^b, and Π |f|^n − 1 for Σ n·log|f|: what is simpler and has the same sign."""
        terms = [(exponents, Fraction(int(c.p), int(c.q))) for exponents, c in terms_of(poly)]
        if len(terms) == 2 and terms[0][1] == -terms[1][1]:
            first, second = (self._logarithm(exponents) for exponents, _ in terms)
            if first is not None and second is not None:
                return self.sub(first, second) if terms[0][1] > 0 else self.sub(second, first)
        return self._product_of_logs(terms)

    def _logarithm(self, exponents: tuple[int, ...]) -> Rat | None:
        """Give the logarithm of a monomial of exponentials."""
        total = rational(0)
        for i, times in enumerate(exponents):
            body = self.generators[i].body if times else None
            if times and (self.generators[i].kind != "exp" or body is None):
                return None
            if body is not None:
                total = self.add(total, self.mul(rational(int(times)), body))
        return total

    def _product_of_logs(self, terms: list[tuple[tuple[int, ...], Fraction]]) -> Rat | None:
        scale = math.lcm(*(coefficient.denominator for _, coefficient in terms))
        product = rational(1)
        for exponents, coefficient in terms:
            times = int(coefficient * scale)
            generator = self.generators[exponents.index(1)] if sum(exponents) == 1 else None
            if generator is None or generator.kind != "log" or generator.body is None or abs(times) > MAX_LOG_POWER:
                return None
            body = generator.body
            absolute = body if self.sign_of_irreducible(body.num) > 0 else self.neg(body)
            product = self.mul(product, self.power(absolute, times))
        return self.sub(product, rational(1))
