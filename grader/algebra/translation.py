"""Grounded trees to elements of the field: variables written so that their signs show, functions by their kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.algebra import kernels
from grader.algebra.domains import Domain, Space
from grader.algebra.field import GENS, NeedsEnumeration, Poly, Rat, Undefined, Unsupported, rational
from grader.algebra.ground import compare
from grader.algebra.signs import SignedField
from grader.algebra.tree import Node

# Labels with more values than this are looked at one by one.
MAX_VALUES = 4


class Translator:
    """Evaluates grounded trees in the field of one cell."""

    def __init__(self, field: SignedField, space: Space) -> None:
        self.field = field
        self.space = space
        self.variables: dict[str, Rat] = {}
        self.known: dict[int, Rat] = {}
        for group in space.simplexes:
            self._simplex(group)
        for name, domain in space.domains.items():
            if name not in self.variables:
                self.variables[name] = self._variable(name, domain)
        if field.bases:
            field.change_variables()
            self.variables = {name: field.make(rat.num, rat.den) for name, rat in self.variables.items()}
        if space.lawful:
            for group in space.onehots:
                self._onehot(group)

    def _onehot(self, group: tuple[str, ...]) -> None:
        """Write the last label as 1 minus the others, of which no two are 1."""
        others = [self.variables[name] for name in group[:-1]]
        self.field.exclusive.append(tuple(self.field.by_label[name] for name in group[:-1]))
        last = rational(1)
        for other in others:
            last = self.field.sub(last, other)
        self.variables[group[-1]] = last

    def _simplex(self, group: tuple[str, ...]) -> None:
        gens = [GENS[self.field.generator(name, sign=1)] for name in group]
        total = sum(gens[1:], gens[0])
        for name, gen in zip(group, gens, strict=True):
            self.variables[name] = self.field.make(gen, total)

    def _variable(self, name: str, domain: Domain) -> Rat:
        """Write a bounded variable in a positive one, so that its sign needs no cells."""
        if domain.kind in {"finite", "integer"}:
            return self._label(name, domain)
        if domain.kind == "real":
            return Rat(GENS[self.field.generator(name)])
        t = GENS[self.field.generator(name, sign=1)]
        low, high = domain.low, domain.high
        if high is None:
            return self.field.make(t + _poly(low or Fraction(0)), _poly(Fraction(1)))
        if low is None:
            return self.field.make(_poly(high) - t, _poly(Fraction(1)))
        return self.field.make(_poly(low) + t * _poly(high), 1 + t)

    def _label(self, name: str, domain: Domain) -> Rat:
        positive = bool(domain.values) and min(domain.values) > 0
        index = self.field.generator(name, sign=int(positive), finite=True)
        if self.space.lawful and 0 < len(domain.values) <= MAX_VALUES:
            # Π (y − v) = 0 over its values
            product = math.prod((GENS[index] - _poly(value) for value in domain.values), start=_poly(Fraction(1)))
            self.field.relate(index, len(domain.values), GENS[index] ** len(domain.values) - product)
        return Rat(GENS[index])

    def value(self, node: Node) -> Rat:
        """Translate a tree; raises Undefined where it has no value in this cell."""
        known = self.known.get(id(node))
        if known is None:
            known = self.known[id(node)] = self._value(node)
        return known

    def _value(self, node: Node) -> Rat:
        self.field.budget.spend()
        tag = node[0]
        if tag == "num":
            return rational(node[1])
        if tag == "const":
            return self.pi() if node[1] == "pi" else kernels.exp(self.field, rational(1))
        if tag == "var":
            return self.variables[node[1]]
        if tag == "neg":
            return self.field.neg(self.value(node[1]))
        if tag == "call":
            return self._call(node[1], node[2])
        _, symbol, left, right = node
        a, b = self.value(left), self.value(right)
        if symbol == "^":
            return kernels.power(self.field, a, b)
        operations = {"+": self.field.add, "-": self.field.sub, "*": self.field.mul, "/": self.field.div}
        return operations[symbol](a, b)

    def pi(self) -> Rat:
        return Rat(GENS[self.field.generator("pi", sign=1, kind="pi")])

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Rat:
        if name == "if":
            return self._choice(*arguments)
        values = [self.value(argument) for argument in arguments]
        if name in {"max", "min"}:
            return self._extreme(name, values)
        if name == "log":
            return self._log(values)
        if name == "root":
            return self._root(values)
        if name in RULES:
            return RULES[name](self, values[0])
        raise Unsupported(f"{name} has no rule")

    def _choice(self, condition: Node, first: Node, second: Node) -> Rat:
        holds = self.indicator(condition)
        if holds.constant() is not None:
            return self.value(second if holds.is_zero() else first)
        try:
            values = self.value(first), self.value(second)
        except Undefined:
            raise NeedsEnumeration from None  # a branch without a value is never joined with the other
        return self._joined(holds, *values)

    def _joined(self, holds: Rat, first: Rat, second: Rat) -> Rat:
        return self.field.add(second, self.field.mul(holds, self.field.sub(first, second)))

    def indicator(self, condition: Node) -> Rat:
        """Give 1 where a condition holds and 0 elsewhere, almost everywhere in this cell."""
        f = self.field
        _, symbol, left, right = condition
        if symbol in {"and", "or"}:
            first, second = self.indicator(left), self.indicator(right)
            both = f.mul(first, second)
            return both if symbol == "and" else f.sub(f.add(first, second), both)
        difference = f.sub(self.value(left), self.value(right))
        if difference.is_zero():
            return rational(int(compare(symbol, 0)))
        if symbol in {"==", "!="}:
            f.refuse_finite(difference.num)
            return rational(int(symbol == "!="))
        sign = f.sign_element(difference)
        half = rational(Fraction(1 if symbol in {">", ">="} else -1, 2))
        return f.add(rational(Fraction(1, 2)), f.mul(half, sign))

    def _extreme(self, name: str, values: list[Rat]) -> Rat:
        best = values[0]
        for value in values[1:]:
            sign = self.field.sign_element(self.field.sub(value, best))
            half = rational(Fraction(1 if name == "max" else -1, 2))
            better = self.field.add(rational(Fraction(1, 2)), self.field.mul(half, sign))
            best = self._joined(better, value, best)
        return best

    def _log(self, values: list[Rat]) -> Rat:
        top = kernels.log(self.field, values[0])
        return top if len(values) == 1 else self.field.div(top, kernels.log(self.field, values[1]))

    def _root(self, values: list[Rat]) -> Rat:
        degree = values[1].constant()
        if degree is None or degree.denominator != 1 or degree < 1:
            raise Unsupported("the degree of a root is a whole number")
        return kernels.root(self.field, values[0], int(degree))

    def point_from(self, sample: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Turn values of generators into values of the variables."""
        point = {}
        for group in self.space.simplexes:
            total = sum((sample.get(name, Fraction(1)) for name in group), Fraction(0))
            point.update({name: sample.get(name, Fraction(1)) / total for name in group})
        for name, domain in self.space.domains.items():
            if name in point or name not in sample:
                continue
            t = sample[name]
            if domain.kind != "interval":
                point[name] = t
            elif domain.high is None:
                point[name] = (domain.low or Fraction(0)) + t
            elif domain.low is None:
                point[name] = domain.high - t
            else:
                point[name] = (domain.low + t * domain.high) / (1 + t)
        return point


def _poly(value: Fraction) -> Poly:
    return rational(value).num


def _exp(t: Translator, a: Rat) -> Rat:
    return kernels.exp(t.field, a)


def _log1p(t: Translator, a: Rat) -> Rat:
    return kernels.log(t.field, t.field.add(rational(1), a))


def _sigma(t: Translator, a: Rat) -> Rat:
    e = _exp(t, a)
    return t.field.div(e, t.field.add(rational(1), e))


def _hyperbolic(t: Translator, a: Rat) -> tuple[Rat, Rat]:
    """Give cosh and sinh."""
    e = _exp(t, a)
    f = t.field
    inverse = f.div(rational(1), e)
    half = rational(Fraction(1, 2))
    return f.mul(half, f.add(e, inverse)), f.mul(half, f.sub(e, inverse))


def _abs(t: Translator, a: Rat) -> Rat:
    return t.field.mul(t.field.sign_element(a), a)


def _relu(t: Translator, a: Rat) -> Rat:
    return t.field.mul(rational(Fraction(1, 2)), t.field.add(a, _abs(t, a)))


def _quotient(pair: Callable[[Translator, Rat], tuple[Rat, Rat]], top: int | None, bottom: int | None) -> Rule:
    """Build a rule from a pair (cosine, sine): their quotient, or one of them, or its reciprocal."""

    def rule(t: Translator, a: Rat) -> Rat:
        both = pair(t, a)
        upper = rational(1) if top is None else both[top]
        return upper if bottom is None else t.field.div(upper, both[bottom])

    return rule


def _cos_sin(t: Translator, a: Rat) -> tuple[Rat, Rat]:
    t.pi()
    return kernels.cos_sin(t.field, a)


def _within_one(t: Translator, a: Rat) -> None:
    """Require −1 < a < 1, where an inverse sine or tangent of that kind has a value."""
    f = t.field
    if f.sign(f.sub(rational(1), f.mul(a, a))) < 0:
        raise Undefined


def _asin(t: Translator, a: Rat) -> Rat:
    _within_one(t, a)
    return kernels.opaque(t.field, "asin", a, odd=True)


def _acos(t: Translator, a: Rat) -> Rat:
    return t.field.sub(t.field.div(t.pi(), rational(2)), _asin(t, a))


def _atan(t: Translator, a: Rat) -> Rat:
    """Give atan, with atan(a) = ±π/2 − atan(1/a) where 1/a is the simpler: of 1/x and numbers beyond 1."""
    constant = a.constant()
    if constant is not None and abs(constant) == 1:
        return t.field.mul(rational(constant / 4), t.pi())
    larger = abs(constant) > 1 if constant is not None else a.num.total_degree() < a.den.total_degree()
    if larger:
        quarter = t.field.mul(rational(Fraction(1, 2)), t.field.mul(t.field.sign_element(a), t.pi()))
        return t.field.sub(quarter, _atan(t, t.field.div(rational(1), a)))
    return kernels.opaque(t.field, "atan", a, odd=True)


def _asinh(t: Translator, a: Rat, square: int = 1) -> Rat:
    f = t.field
    inner = f.add(f.mul(a, a), rational(square))
    if square < 0 and f.sign(f.sub(a, rational(1))) < 0:
        raise Undefined
    return kernels.log(f, f.add(a, kernels.rational_power(f, inner, Fraction(1, 2))))


def _atanh(t: Translator, a: Rat) -> Rat:
    _within_one(t, a)
    f = t.field
    ratio = f.div(f.add(rational(1), a), f.sub(rational(1), a))
    return f.mul(rational(Fraction(1, 2)), kernels.log(f, ratio))


def _of_reciprocal(rule: Rule) -> Rule:
    return lambda t, a: rule(t, t.field.div(rational(1), a))


Rule = Callable[[Translator, Rat], Rat]

RULES: Mapping[str, Rule] = {
    "exp": _exp,
    "sqrt": lambda t, a: kernels.rational_power(t.field, a, Fraction(1, 2)),
    "abs": _abs,
    "sign": lambda t, a: t.field.sign_element(a),
    "sigma": _sigma,
    "softplus": lambda t, a: _log1p(t, _exp(t, a)),
    "relu": _relu,
    "log1p": _log1p,
    "expm1": lambda t, a: t.field.sub(_exp(t, a), rational(1)),
    "erf": lambda t, a: kernels.opaque(t.field, "erf", a, odd=True),
    "cosh": _quotient(_hyperbolic, 0, None),
    "sinh": _quotient(_hyperbolic, 1, None),
    "tanh": _quotient(_hyperbolic, 1, 0),
    "coth": _quotient(_hyperbolic, 0, 1),
    "sech": _quotient(_hyperbolic, None, 0),
    "csch": _quotient(_hyperbolic, None, 1),
    "cos": _quotient(_cos_sin, 0, None),
    "sin": _quotient(_cos_sin, 1, None),
    "tan": _quotient(_cos_sin, 1, 0),
    "cot": _quotient(_cos_sin, 0, 1),
    "sec": _quotient(_cos_sin, None, 0),
    "csc": _quotient(_cos_sin, None, 1),
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "asec": _of_reciprocal(_acos),
    "acsc": _of_reciprocal(_asin),
    "acot": _of_reciprocal(_atan),
    "asinh": _asinh,
    "acosh": lambda t, a: _asinh(t, a, -1),
    "atanh": _atanh,
    "asech": _of_reciprocal(lambda t, a: _asinh(t, a, -1)),
    "acsch": _of_reciprocal(_asinh),
    "acoth": _of_reciprocal(_atanh),
}
