"""The line through a loss's arguments along which it is plotted: one prediction moves, all else is held.

A curve is drawn for each label that the target can have, and for each member of a family: values of a
hyper-parameter, of a second prediction, or the published variants.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from assessments.atlas import words
from lossref import LossSpec, Parameter
from lossref.domains import DOMAINS

Array = np.ndarray[Any, Any]

# Steps are powers of two, so that kinks at halves and whole numbers are points of the grid.
_UNIT, _INSIDE = np.arange(257) / 256, np.arange(1, 256) / 256
_POSITIVE, _NONNEGATIVE = np.arange(1, 129) / 32, np.arange(129) / 32
_REAL, _LOGITS = np.arange(-128, 129) / 32, np.arange(-192, 193) / 32
_LOGS = np.arange(-192, 1) / 32
_GRIDS: Mapping[str, Array] = {
    "probability": _UNIT,
    "simplex": _UNIT,
    "label01": _UNIT,
    "decay": _UNIT[:-1],
    "open_unit": _INSIDE,
    "positive": _POSITIVE,
    "nonnegative": _NONNEGATIVE,
    "logits": _LOGITS,
    "row_logits": _LOGITS,
    "log_probability": _LOGS,
    "above_minus_one": np.arange(-31, 129) / 32,
    "cosine": np.arange(-128, 129) / 128,
}
_HELD_AT: Mapping[str, tuple[float, ...]] = {
    "label01": (1.0, 0.0),
    "plus_minus_one": (1.0, -1.0),
    "class_index": (0, 1),
    "probability": (0.5,),
    "open_unit": (0.5,),
    "decay": (0.5,),
    "positive": (1.0,),
    "nonnegative": (1.0,),
    "count": (2.0,),
    "integer": (1.0,),
    "nonzero": (2.0,),
    "above_minus_one": (1.0,),
    "log_probability": (-1.0,),
}
_ROWS_OF_REALS = ((1.0, 0.5, 0.0), (-1.0, 0.5, 0.0), (0.5, -1.0, 0.0), (-0.5, -0.5, 0.0))
# Where a target of 0 or the rule for a hyper-parameter shows nothing.
_TARGETS: Mapping[str, tuple[float, ...]] = {}
_FAMILIES: Mapping[str, tuple[float, ...]] = {
    "power": (1.0, 1.5, 2.0),
    "gamma": (0.0, 1.0, 2.0),
    "label_smoothing": (0.0, 0.1, 0.3),
}
# Guards of the arithmetic, which no plot shows.
_GUARDS = {"eps", "low", "high", "smooth", "blank"}


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """Values along the line; `low` and `high` hold the subdifferential, `second` the second derivative."""

    label: str
    member: int
    choice: int
    value: Array
    low: Array | None
    high: Array | None
    second: Array | None


@dataclasses.dataclass(frozen=True, slots=True)
class Slice:
    """One line: the name of what moves, what is held, the points, and a curve for each choice."""

    axis: str
    symbol: str
    held: str
    points: Array
    curves: tuple[Curve, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One value of something that is held, with its words for the legend."""

    words: str
    name: str = ""
    value: Any = None


def of(spec: LossSpec) -> Slice | None:
    """Give the line for a loss or a transform of single terms; metrics have none."""
    if spec.gives not in {"value", "transform"}:
        return None
    line = _Line(spec)
    held = [line.held(p, place) for place, p in enumerate(spec.arrays) if p not in {line.moving, line.second}]
    family, choices = enumerate(line.family()), [*enumerate(itertools.product(*held))]
    several = {alternatives[0].name for alternatives in held if len(alternatives) > 1}
    curves = [
        curve
        for (m, member), (c, chosen) in itertools.product(family, choices)
        for curve in line.curves((member, *chosen), several | {member.name}, member=m, choice=c)
    ]
    fixed = [alternatives[0].words for alternatives in held if len(alternatives) == 1]
    return Slice(line.axis, line.symbol, ", ".join(fixed), line.points, tuple(curves))


class _Line:
    """What moves along the grid, and how the entry is evaluated there."""

    def __init__(self, spec: LossSpec) -> None:
        self.spec = spec
        predicted = [p for p in spec.arrays if p.role in {"prediction", "input"}] or [*spec.arrays]
        self.moving = next((p for p in predicted if p.name in spec.slopes), predicted[0])
        self.points = grid(self.moving)
        self.size = 3 if self.moving.domain in {"logits", "row_logits"} else 2
        positive = [p for p in predicted if p.domain == "positive" and p is not self.moving and p.shape != "rows"]
        self.second = positive[0] if positive and not family(spec)[0].name else None

    @property
    def symbol(self) -> str:
        """What moves, as it is written in a derivative."""
        return f"{self.moving.name}[0]" if self.moving.shape == "rows" else self.moving.name

    @property
    def axis(self) -> str:
        """Name of what moves."""
        return f"first entry of {self.moving.name}" if self.moving.shape == "rows" else self.moving.name

    def held(self, parameter: Parameter, place: int) -> list[Choice]:
        """Give the values at which an argument is held."""
        name = parameter.name
        if parameter.shape == "rows":
            rows = [np.array(row) for row in self._rows(parameter, place)]
            return [Choice(f"{name} = {words.numbers(row)}", name, row) for row in rows]
        usual = _HELD_AT.get(parameter.domain, (0.0,))
        values = _TARGETS.get(self.spec.name, usual) if parameter.role == "target" else usual
        return [Choice(f"{name} = {words.number(value)}", name, value) for value in values]

    def _rows(self, parameter: Parameter, place: int) -> list[tuple[float, ...]]:
        if parameter.domain in {"onehot", "label01"}:
            return [tuple(row) for row in np.eye(self.size)[:2]]
        if parameter.domain == "label_list":
            return [(0, -1, -1)[: self.size], (1, -1, -1)[: self.size]]
        if parameter.domain == "simplex":
            return [(0.5, 0.5), (0.9, 0.1)] if self.size == 2 else [(0.6, 0.3, 0.1)]
        if parameter.domain in {"logits", "row_logits"}:
            return [(1.0, 0.0, -1.0)[: self.size]]
        if parameter.domain in {"positive", "nonnegative"}:
            return [(1.0,) * self.size]
        return [_ROWS_OF_REALS[place % len(_ROWS_OF_REALS)][: self.size]]

    def family(self) -> list[Choice]:
        """Give values of a second prediction that has no hyper-parameter beside it; else those of the entry."""
        if self.second is None:
            return family(self.spec)
        return [Choice(f"{self.second.name} = {words.number(v)}", self.second.name, v) for v in (0.5, 1.0, 2.0)]

    def curves(self, chosen: tuple[Choice, ...], named: set[str], *, member: int, choice: int) -> list[Curve]:
        """Evaluate the entry along the line; a transform of rows gives a curve for each of its first two outputs."""
        given = {x.name: x.value for x in chosen if x.name}
        arrays = {p.name: self._array(p, given.pop(p.name, None)) for p in self.spec.arrays}
        if self.spec.gives == "value":
            given["reduction"] = "none"
        value = np.asarray(self.spec.value(**arrays, **given))
        low, high = self._slopes(arrays, given)
        if value.ndim > 1:
            return [Curve(f"output {j + 1}", j, 0, value[:, j], _entry(low, j), _entry(high, j), None) for j in (0, 1)]
        label = ", ".join(x.words for x in chosen if x.name in named and x.words)
        return [Curve(label, member, choice, value, low, high, self._curvature(arrays, given))]

    def _array(self, parameter: Parameter, held: Any) -> Array:
        count = len(self.points)
        if parameter is not self.moving:
            return np.repeat(np.asarray(held, dtype=parameter.dtype)[None], count, axis=0)
        if parameter.shape != "rows":
            return self.points
        rows = np.zeros((count, self.size))
        rows[:, 0] = self.points
        if parameter.domain == "simplex":
            rows[:, 1:] = ((1.0 - self.points) / (self.size - 1))[:, None]
        elif parameter.domain not in {"logits", "row_logits"}:
            rows[:, 1:] = {"probability": 0.5, "log_probability": -1.0}.get(parameter.domain, 1.0)
        return rows

    def _slopes(self, arrays: Mapping[str, Array], given: Mapping[str, Any]) -> tuple[Array | None, Array | None]:
        """Give the subdifferential's ends with respect to the entry that moves."""
        if self.moving.name not in self.spec.slopes:
            return None, None
        low, high = self.spec.subdifferential(**arrays, **given, wrt=self.moving.name)
        return self._moved(low), self._moved(high)

    def _curvature(self, arrays: Mapping[str, Array], given: Mapping[str, Any]) -> Array | None:
        if self.moving.name not in self.spec.curvatures:
            return None
        return self._moved(self.spec.hessian_diagonal(**arrays, **given, wrt=self.moving.name))

    def _moved(self, derivative: Array) -> Array:
        """Take the entry that moves; of a Jacobian, its column."""
        return derivative[..., 0] if self.moving.shape == "rows" else derivative


def grid(parameter: Parameter) -> Array:
    """Give the points at which a parameter is plotted."""
    return _GRIDS.get(parameter.domain, _REAL)


def _entry(derivative: Array | None, j: int) -> Array | None:
    return None if derivative is None else derivative[:, j]


def family(spec: LossSpec) -> list[Choice]:
    """Give values of the first hyper-parameter, or the published variants; else one member without a name."""
    for hyper in spec.hypers:
        if hyper.name not in _GUARDS:
            return [Choice(f"{hyper.name} = {words.number(v)}", hyper.name, v) for v in _values(hyper)]
    return [Choice(str(v), "variant", v) for v in spec.options.get("variant", ())] or [Choice("")]


def _values(hyper: Parameter) -> tuple[float, ...]:
    """Give three values of a hyper-parameter: around its default, or from off to strong."""
    low, high = hyper.plausible
    default = hyper.default
    inside = DOMAINS[hyper.accepted_domain].contains
    known = _FAMILIES.get(hyper.name, ())
    if known and inside(np.array(known)).all():
        return known
    if default is None:
        values = [low, (low + high) / 2.0, high]
    elif default == 0.0:
        values = [0.0, high / 3.0, high]
    elif hyper.domain in {"positive", "nonnegative", "real"}:
        values = [default / 2.0, default, 2.0 * default]
    else:
        values = [low, default, high]
    return tuple(dict.fromkeys(round(v, 3) for v in values if inside(np.asarray(v))))
