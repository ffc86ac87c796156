"""Numbers of one entry beside the exact ones: value, slopes and curvatures of single terms, point by point."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sympy as sp
from mpmath import libmp

from lossref import symbolic
from lossref.certify._ulps import CURVATURE_TOLERANCE, TOLERANCE, ulps
from lossref.spec import LossSpec
from lossref.symbolic.number import UNDEFINED, Number
from lossref.symbolic.program import Program
from lossref.symbolic.stable import stated_terms

_JUMP = 1e-6  # no smooth slope changes by so much, relative to itself, within the last place of an argument
_SLACK = 1e-12
_SIMPLE = 250  # operations of an expression that is worth factoring


@dataclasses.dataclass(slots=True)
class Worst:
    """Largest error of one quantity so far, in ulp, and the arguments that gave it."""

    ulp: float = 0.0
    at: tuple[Any, ...] = ()

    def meet(self, error: float, point: Sequence[Any]) -> None:
        if error > self.ulp:
            self.ulp, self.at = error, tuple(point)


@dataclasses.dataclass(slots=True)
class Measured:
    """How many points were compared, the worst error of each quantity, and the points that have no exact number."""

    worst: dict[str, Worst]
    points: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """What is compared: the value, or the slope or the curvature in one argument."""

    name: str
    kind: str
    wrt: str | None

    @property
    def tolerance(self) -> float:
        """Ulp of the largest term that it may miss by."""
        return CURVATURE_TOLERANCE if self.kind == "curvature" else TOLERANCE

    def numbers(self, spec: LossSpec, arguments: list[Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Lowest and highest number for each point: the same, but for a slope at a kink."""
        options = {"reduction": "none"} if spec.gives == "value" else {}
        if self.kind == "slope":
            return spec.subdifferential(*arguments, wrt=self.wrt, check_domain=False, **options)
        if self.kind == "curvature":
            number = spec.hessian_diagonal(*arguments, wrt=self.wrt, check_domain=False, **options)
        else:
            number = spec.value(*arguments, check_domain=False, **options)
            number = np.stack(number, axis=-1) if isinstance(number, tuple) else number
        return number, number

    def expressions(self, term: symbolic.SymbolicTerm) -> list[sp.Expr]:
        if self.wrt is None:
            return symbolic.flat(term.expression)
        return symbolic.flat(term.derivative(self.wrt) if self.kind == "slope" else term.curvature(self.wrt))

    def terms(self, term: symbolic.SymbolicTerm) -> list[tuple[Any, ...]]:
        """Give the terms of each expression's stable form, where they are stated."""
        return stated_terms(term.name, self.kind, self.wrt, term.arguments)

    def forms(self, expression: sp.Expr) -> list[sp.Expr]:
        """Give the expression, and for a derivative its factors too: they may cancel less than the sum that it is."""
        if self.kind == "value" or expression.count_ops() > _SIMPLE or not expression.has(sp.Add):
            return [expression]
        factored = _factored(expression)
        if factored.count_ops() > expression.count_ops():
            return [expression]  # its numerator was expanded
        return [factored] if not factored.has(sp.Add) else [expression, factored]


def quantities(spec: LossSpec) -> list[Quantity]:
    """Everything of an entry that is compared."""
    slopes = [Quantity(f"gradient in {name}", "slope", name) for name in spec.slopes]
    curvatures = [Quantity(f"curvature in {name}", "curvature", name) for name in spec.curvatures]
    return [Quantity("value", "value", None), *slopes, *curvatures]


class Ruler:
    """Exact numbers of one entry, for all its quantities at once."""

    def __init__(self, spec: LossSpec, classes: int) -> None:
        self.quantities = quantities(spec)
        term = symbolic.form(spec.name, classes)
        forms: list[list[sp.Expr]] = []
        terms: dict[int, Sequence[sp.Expr]] = {}
        self._spans: list[slice] = []
        for quantity in self.quantities:
            start, stated = len(forms), quantity.terms(term)
            forms += [[each] if stated else quantity.forms(each) for each in quantity.expressions(term)]
            terms |= dict(enumerate(stated, start))
            self._spans.append(slice(start, len(forms)))
        self._program = Program(forms, term.symbols, terms)

    def exact(self, point: Sequence[float]) -> tuple[list[list[Number]], float]:
        """For each quantity its numbers, and what 1 + γ the tolerance is multiplied with."""
        numbers, exponent = self._program.settled(point)
        return [numbers[span] for span in self._spans], 1.0 + exponent


def _factored(expression: sp.Expr) -> sp.Expr:
    if isinstance(expression, sp.Piecewise):
        return sp.Piecewise(*((_factored(branch), condition) for branch, condition in expression.args))
    # A square of a sum stays one: multiplied out, it would have smaller terms than it has as it is computed.
    squares = [power for power in expression.atoms(sp.Pow) if power.exp == 2 and power.base.is_Add]
    whole = {power.base: sp.Dummy(real=True) for power in squares}
    try:
        return sp.factor(expression.xreplace(whole)).xreplace({dummy: base for base, dummy in whole.items()})
    except (sp.PolynomialError, NotImplementedError):
        return expression


def measure(spec: LossSpec, ruler: Ruler, batches: Iterator[list[Any]]) -> Measured:
    """Compare all points of all batches."""
    measured = Measured({quantity.name: Worst() for quantity in ruler.quantities})
    for arguments in batches:
        numbers = [_columns(*quantity.numbers(spec, arguments)) for quantity in ruler.quantities]
        for index, point in enumerate(_points(spec, arguments)):
            measured.points += 1
            try:
                exact, allowance = ruler.exact(symbolic.entries(point))
            except (ArithmeticError, ValueError) as error:
                measured.failures.append(f"no exact number at {shown(point)}: {error}")
                continue
            for place, (low, high) in enumerate(numbers):
                quantity, pair = ruler.quantities[place], (low[index], high[index])
                distance = max(map(_distance, *pair, exact[place])) / allowance
                worst = measured.worst[quantity.name]
                if distance > max(quantity.tolerance, worst.ulp) and _is_at_a_jump(ruler, point, place, pair):
                    continue
                worst.meet(distance, point)
    return measured


def _is_at_a_jump(ruler: Ruler, point: Sequence[Any], place: int, computed: tuple[list[float], list[float]]) -> bool:
    """Whether a derivative jumps within the last place of some argument, and what was computed lies in between.

    There the rounding of a difference such as |y_pred − y_true| − δ decides which side is taken.
    """
    if ruler.quantities[place].kind == "value":
        return False
    entries = symbolic.entries(point)
    beside = []
    for index, entry in enumerate(entries):
        for end in (-math.inf, math.inf):
            moved = [*entries[:index], math.nextafter(entry, end), *entries[index + 1 :]]
            with contextlib.suppress(ArithmeticError, ValueError):
                beside.append([libmp.to_float(number.value) for number in ruler.exact(moved)[0][place]])
    if not beside or not np.isfinite(beside).all():
        return False
    low, high = np.min(beside, axis=0), np.max(beside, axis=0)
    size = np.maximum(np.abs(low), np.abs(high))
    between = (low - _SLACK * size <= computed[0]) & (computed[1] <= high + _SLACK * size)
    return bool((high - low > _JUMP * size).any() and between.all())


def _columns(low: Any, high: Any) -> tuple[list[list[float]], list[list[float]]]:
    """Numbers of each point as lists."""
    first = low.reshape(len(low), -1).tolist()
    return first, first if low is high else high.reshape(len(high), -1).tolist()


def _distance(low: float, high: float, exact: Number) -> float:
    if exact == UNDEFINED:
        return math.inf if math.isnan(low) else 0.0
    if low == high:
        return ulps(low, exact)
    sides = ulps(low, exact), ulps(high, exact)
    inside = libmp.mpf_le(libmp.from_float(low), exact.value) and libmp.mpf_le(exact.value, libmp.from_float(high))
    return 0.0 if inside else min(sides)


def _points(spec: LossSpec, arguments: list[Any]) -> Iterator[list[Any]]:
    """Yield the arguments of single terms: a number or a list for each parameter."""
    count = len(spec.arrays)
    arrays = [np.asarray(argument).tolist() for argument in arguments[:count]]
    for entries in zip(*arrays, strict=True):
        yield [*entries, *arguments[count:]]


def shown(point: Sequence[Any]) -> str:
    """Arguments of one term, to the last digit."""
    return ", ".join(repr(argument) for argument in point)
