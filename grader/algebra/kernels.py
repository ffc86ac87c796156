"""Exponentials, logarithms, powers, roots and angles as kernels of the field."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from grader.algebra.field import (
    CONTEXT,
    GENS,
    ONE,
    ZERO,
    Conjugate,
    Generator,
    NeedsEnumeration,
    Poly,
    Rat,
    Undefined,
    Unsupported,
    monomial,
    primes_of,
    rational,
    terms_of,
    used,
)
from grader.algebra.signs import SignedField

MAX_UNITS = 1000
MAX_ANGLES = 60
# cos(q·π) for q = p/12 as a sum of quotients of roots: twelfths of a half turn to ((coefficient, radicand), …).
COSINES = {
    0: ((Fraction(1), 1),),
    1: ((Fraction(1, 4), 6), (Fraction(1, 4), 2)),
    2: ((Fraction(1, 2), 3),),
    3: ((Fraction(1, 2), 2),),
    4: ((Fraction(1, 2), 1),),
    5: ((Fraction(1, 4), 6), (Fraction(-1, 4), 2)),
    6: (),
}


def split_terms(field: SignedField, a: Rat) -> list[tuple[Fraction, Rat]]:
    """Write a as a sum of rational multiples of monomials over one denominator, the polynomial part first."""
    parts = []
    if a.den.is_constant():
        pieces = [(a.num, ONE)]
    else:
        quotient, rest = divmod(a.num, a.den)
        pieces = [(quotient, ONE), (rest, a.den)]
    for poly, den in pieces:
        for exponents, coefficient in terms_of(poly):
            scale = Fraction(int(coefficient.p), int(coefficient.q))
            parts.append((scale, field.make(monomial(exponents), den)))
    return parts


def rat_key(field: SignedField, a: Rat) -> str:
    return f"({field.key(a.num)})/({field.key(a.den)})"


def _alone(field: SignedField, part: Rat, *kinds: str) -> Generator | None:
    """Give the generator of one of these kinds that the monomial is."""
    if not part.den.is_constant() or part.num.total_degree() != 1 or len(part.num) != 1:
        return None
    generator = field.generators[used(part.num)[0]]
    return generator if generator.kind in kinds and generator.body is not None else None


def _as_log_kernel(field: SignedField, part: Rat) -> Poly | None:
    """Give f where the monomial is log|f| itself."""
    generator = _alone(field, part, "log")
    return generator.body.num if generator is not None and generator.body is not None else None


def exp(field: SignedField, a: Rat) -> Rat:
    """Give exp(a): one kernel for each monomial of a, so that exp(z) and exp(-2z) are powers of one generator."""
    result = rational(1)
    for scale, part in split_terms(field, field.rationalised(a)):
        body = _as_log_kernel(field, part)
        known = body is not None
        factor = power_of_absolute(field, body, scale) if known else _exp_kernel(field, scale, part)
        result = field.mul(result, factor)
    return result


def _exp_kernel(field: SignedField, scale: Fraction, part: Rat) -> Rat:
    key = rat_key(field, part)
    unit = field.unit(f"exp {key}", scale)
    body = Rat(part.num * fmpq(unit.numerator, unit.denominator), part.den)
    index = field.generator(f"exp[{unit} {key}]", sign=1, kind="exp", body=body)
    times = int(scale / unit)
    if abs(times) > MAX_UNITS:
        raise Unsupported("the exponents are too far apart")
    return field.power(Rat(GENS[index]), times)


def log(field: SignedField, a: Rat) -> Rat:
    """Give log(a): a sum over the irreducible factors of a, whose sign must be positive."""
    sign = field.sign(a)
    if sign <= 0:
        raise Undefined
    return log_of_absolute(field, a)


def log_of_absolute(field: SignedField, a: Rat) -> Rat:
    """Give log|a| of what is not zero."""
    result = rational(0)
    for factor, exponent in absolute_factors(field, a):
        part = log_of_factor(field, factor)
        result = field.add(result, field.mul(rational(exponent), part))
    return result


def absolute_factors(field: SignedField, a: Rat) -> list[tuple[Poly, int]]:
    """List irreducible factors and primes with |a| = Π |factor|^exponent."""
    found = []
    for poly, side in ((a.num, 1), (a.den, -1)):
        constant, factors = field.factors(poly)
        found += [(factor, side * exponent) for factor, exponent in factors]
        for number, way in ((int(constant.p), side), (int(constant.q), -side)):
            if abs(number) != 1:
                found += [(CONTEXT.constant(prime), way * exponent) for prime, exponent in primes_of(abs(number))]
    return found


def _turned(field: SignedField, factor: Poly) -> Conjugate | None:
    """Give the conjugate where it is written in place of the factor: of √u + v and √u − v, only the sum is."""
    conjugate = field.conjugate(factor)
    if conjugate is None or conjugate.rest == 0:
        return None
    opposite = conjugate.rest.leading_coefficient() * conjugate.slope.leading_coefficient() < 0
    # A factor leads with 1, so its conjugate leads with 1 or −1, and only its size counts.
    return conjugate._replace(poly=conjugate.poly * conjugate.poly.leading_coefficient()) if opposite else None


def log_of_factor(field: SignedField, factor: Poly) -> Rat:
    """Give log|f| of an irreducible f: the argument where f is an exponential, else a kernel."""
    indices = used(factor)
    if len(indices) == 1 and factor == GENS[indices[0]]:
        generator = field.generators[indices[0]]
        if generator.kind == "exp" and generator.body is not None:
            return generator.body
        if generator.kind == "root" and generator.body is not None:
            inner = log_of_factor(field, generator.body.num)
            return field.mul(rational(Fraction(1, generator.degree)), inner)
    turned = _turned(field, factor)
    if turned is not None:
        return field.sub(log_of_absolute(field, Rat(turned.norm)), log_of_factor(field, turned.poly))
    sign = 1 if factor.is_constant() else 0
    index = field.generator(f"log[{field.key(factor)}]", sign=sign, kind="log", body=Rat(factor))
    return Rat(GENS[index])


def power_of_absolute(field: SignedField, factor: Poly, exponent: Fraction) -> Rat:
    """Give |f|^exponent of an irreducible f or a prime."""
    indices = used(factor)
    if len(indices) == 1 and factor == GENS[indices[0]]:
        generator = field.generators[indices[0]]
        if generator.kind == "exp" and generator.body is not None:
            return exp(field, field.mul(rational(exponent), generator.body))
        if generator.kind == "root" and generator.body is not None:
            return power_of_absolute(field, generator.body.num, exponent / generator.degree)
    absolute = Rat(factor if field.sign_of_irreducible(factor) > 0 else -factor)
    whole, rest = divmod(exponent, 1)
    result = field.power(absolute, int(whole))
    if rest == 0:
        return result
    turned = _turned(field, factor)
    if turned is not None:
        norm = absolute_power(field, Rat(turned.norm), rest)
        over = power_of_absolute(field, turned.poly, rest)
        return field.mul(result, field.div(norm, over))
    key = field.key(factor)
    degree = int(1 / field.unit(f"root {key}", Fraction(1, rest.denominator)))
    index = field.generator(f"root[{degree} {key}]", sign=1, kind="root", body=Rat(factor), degree=degree)
    field.relate(index, degree, absolute.num)
    return field.mul(result, field.power(Rat(GENS[index]), int(rest * degree)))


def absolute_power(field: SignedField, a: Rat, exponent: Fraction) -> Rat:
    """Give |a|^exponent of what is not zero."""
    result = rational(1)
    for factor, times in absolute_factors(field, a):
        result = field.mul(result, power_of_absolute(field, factor, exponent * times))
    return result


def rational_power(field: SignedField, a: Rat, exponent: Fraction) -> Rat:
    """Give a^exponent, of a positive a where the exponent is not whole."""
    if exponent.denominator == 1:
        return field.power(a, int(exponent))
    if a.is_zero():
        if exponent < 0:
            raise Undefined
        return a
    if field.sign(a) < 0:
        raise Undefined
    return absolute_power(field, a, exponent)


def power(field: SignedField, a: Rat, b: Rat) -> Rat:
    """Give a^b; a symbolic exponent needs a positive base: exp(b·log a)."""
    constant = b.constant()
    if constant is not None:
        return rational_power(field, a, constant)
    field.refuse_finite(b.num)
    if any(field.generators[i].finite for i in used(b.num)):
        raise NeedsEnumeration
    if a.is_zero():
        if field.sign(b) < 0:
            raise Undefined
        return a
    if a.constant() == 1:
        return a
    return exp(field, field.mul(b, log(field, a)))


def root(field: SignedField, a: Rat, degree: int) -> Rat:
    """Give the real root: of an odd degree also of a negative number."""
    sign = field.sign(a)
    if sign == 0:
        return a
    if sign < 0 and degree % 2 == 0:
        raise Undefined
    size = rational_power(field, a if sign > 0 else field.neg(a), Fraction(1, degree))
    return size if sign > 0 else field.neg(size)


def cos_sin(field: SignedField, a: Rat) -> tuple[Rat, Rat]:
    """Give cos(a) and sin(a) by the addition theorem, one pair of kernels for each monomial of a."""
    cosine, sine = rational(1), rational(0)
    for scale, part in split_terms(field, field.rationalised(a)):
        c, s = _angle(field, scale, part)
        cosine, sine = (
            field.sub(field.mul(cosine, c), field.mul(sine, s)),
            field.add(field.mul(sine, c), field.mul(cosine, s)),
        )
    return cosine, sine


def _angle(field: SignedField, scale: Fraction, part: Rat) -> tuple[Rat, Rat]:
    is_pi = part.num == GENS[field.by_label["pi"]] and part.den.is_constant() if "pi" in field.by_label else False
    if is_pi and (scale * 12).denominator == 1:
        return _known_cosine(field, scale), _known_cosine(field, scale - Fraction(1, 2))
    sides = _of_inverse(field, part) if scale.denominator == 1 else None
    if sides is not None:
        return _turned_by(field, *sides, int(scale))
    key = rat_key(field, part)
    unit = field.unit(f"angle {key}", scale)
    body = Rat(part.num * fmpq(unit.numerator, unit.denominator), part.den)
    c_index = field.generator(f"cos[{unit} {key}]", kind="cos", body=body)
    s_index = field.generator(f"sin[{unit} {key}]", kind="sin", body=body)
    field.relate(s_index, 2, ONE - GENS[c_index] ** 2)
    return _turned_by(field, Rat(GENS[c_index]), Rat(GENS[s_index]), int(scale / unit))


def _of_inverse(field: SignedField, part: Rat) -> tuple[Rat, Rat] | None:
    """Give cosine and sine of asin(a) and atan(a)."""
    generator = _alone(field, part, "asin", "atan")
    if generator is None or generator.body is None:
        return None
    a = generator.body
    square = field.mul(a, a)
    if generator.kind == "asin":
        return rational_power(field, field.sub(rational(1), square), Fraction(1, 2)), a
    cosine = rational_power(field, field.add(rational(1), square), Fraction(-1, 2))
    return cosine, field.mul(a, cosine)


def _turned_by(field: SignedField, c: Rat, s: Rat, times: int) -> tuple[Rat, Rat]:
    """Give cosine and sine of a multiple of an angle."""
    if abs(times) > MAX_ANGLES:
        raise Unsupported("the angles are too far apart")
    cosine, sine = c, s
    for _ in range(abs(times) - 1):
        cosine, sine = (
            field.sub(field.mul(cosine, c), field.mul(sine, s)),
            field.add(field.mul(sine, c), field.mul(cosine, s)),
        )
    return cosine, sine if times > 0 else field.neg(sine)


def _known_cosine(field: SignedField, half_turns: Fraction) -> Rat:
    twelfths = int(half_turns * 12) % 24
    twelfths = min(twelfths, 24 - twelfths)
    flip = twelfths > 6
    result = rational(0)
    for coefficient, radicand in COSINES[12 - twelfths if flip else twelfths]:
        term = field.mul(rational(coefficient), rational_power(field, rational(radicand), Fraction(1, 2)))
        result = field.add(result, term)
    return field.neg(result) if flip else result


def opaque(field: SignedField, name: str, a: Rat, *, odd: bool) -> Rat:
    """Give f(a) as a kernel of its own, with f(-x) = -f(x) used where f is odd."""
    a = field.rationalised(a)
    if a.is_zero():
        return Rat(ZERO)
    if odd and a.num.leading_coefficient() < 0:
        return field.neg(opaque(field, name, field.neg(a), odd=odd))
    return Rat(GENS[field.generator(f"{name}[{rat_key(field, a)}]", kind=name, body=a)])
