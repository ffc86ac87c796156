"""From a caller's arguments and options to checked arrays whose terms can be evaluated."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import AnyArray, Layout, Mask, block, spans
from lossref._numerics import EXACT, Array
from lossref._options import Settings, resolve
from lossref._reduction import checked_class_weights, checked_mask, checked_weights, denominator
from lossref._shapes import term_shape
from lossref.domains import Offence, check_domain, index_offence, offence
from lossref.errors import DomainError, EmptyError, OptionError, ShapeError

if TYPE_CHECKING:
    from lossref.spec import LossSpec, Parameter

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
# Options that are arrays: they can neither be hashed nor looked up.
_ARRAY_OPTIONS = ("weights", "mask", "class_weights")


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What follows from options, shapes and dtypes alone: worked out once for all calls that share them."""

    settings: Settings
    extras: Mapping[str, Any]  # keyword arguments of the kernels
    layout: Layout
    width: int  # numbers in the longest row
    terms: int
    dtype: np.dtype[Any]  # of the result
    computed_in: np.dtype[Any]
    domains: tuple[str, ...]  # of the arrays, as they are given
    searched: tuple[int, ...]  # places of the arrays that are searched for offences
    told: tuple[int, ...]  # of those, the ones that the sum of the terms tells of
    untold: tuple[int, ...]  # the others


@dataclasses.dataclass(slots=True)
class Call:
    """One bound call."""

    spec: LossSpec
    plan: Plan
    arrays: list[AnyArray]  # as given
    scalars: tuple[Any, ...]
    extras: Mapping[str, Any]  # keyword arguments of the kernels
    layout: Layout
    terms: int  # that count
    weights: Array | None  # of the terms that count
    settings: Settings

    def blocks(self, *, told: bool = False) -> Iterator[tuple[slice, list[Any]]]:
        """Yield the kernels' positional arguments, block by block, checked but for what is told after the sum."""
        plan, parameters = self.plan, self.spec.arrays
        flats = [(p, self.layout.flat(p, array)) for p, array in zip(parameters, self.arrays, strict=True)]
        searched = plan.untold if told and self.weights is None else plan.searched  # a weight of 0 hides what it tells
        for span in spans(self.terms, plan.width):
            inputs = [
                block(parameter, flat[span], plan.computed_in, by_class=not self.spec.entrywise)
                for parameter, flat in flats
            ]
            self.search(searched, inputs, span.start)
            if plan.settings.label_encoding == "zero_one":
                self._encode(inputs)
            yield span, [*inputs, *self.scalars]

    def check(self) -> None:
        """Raise DomainError if any argument lies outside of its domain."""
        for _ in self.blocks():
            pass

    def whole(self) -> list[Any]:
        """Positional arguments of a kernel that sees whole arrays, in the shapes they were given in."""
        inputs = []
        for parameter, array, domain in zip(self.spec.arrays, self.arrays, self.plan.domains, strict=True):
            indices = parameter.domain == "class_index"
            kept = array if self.layout.kept is None else self.layout.flat(parameter, array)
            converted = kept.astype(np.intp if indices else self.plan.computed_in, copy=False)
            if self.settings.checked and not indices:
                check_domain(parameter.name, converted, domain)
            inputs.append(converted)
        if self.settings.label_encoding == "zero_one":
            self._encode(inputs)
        return [*inputs, *self.scalars]

    def denominator(self, terms: int | None = None, shape: tuple[int, ...] | None = None) -> float:
        """Count what a sum of terms is divided by; the unit of the logarithm is part of it."""
        if terms is None and self.settings.reduction == "mean" and self.terms:
            return self.terms * self.settings.unit
        shape = self.layout.shape if shape is None else shape
        batch_size = shape[0] if self.settings.batched and shape else 1
        reduction, mass = self.settings.reduction, None
        if reduction == "mean_by_weight":
            mass = self._mass()
        return denominator(reduction, self.terms if terms is None else terms, batch_size, mass) * self.settings.unit

    def _mass(self) -> float | None:
        """Sum of the weights, of terms times classes; None without any."""
        by_class = self.extras.get("class_weights")
        if by_class is None or self.spec.class_mass is None:
            return None if self.weights is None else float(self.weights.sum())
        target = self.layout.flat(self.spec.arrays[0], self.arrays[0])
        mass = self.spec.class_mass(target.T, by_class)
        return float(mass.sum() if self.weights is None else mass @ self.weights)

    def _encode(self, inputs: list[Any]) -> None:
        place = next(i for i, p in enumerate(self.spec.arrays) if p.domain == "plus_minus_one")
        inputs[place] = 2.0 * inputs[place] - 1.0

    def search(self, places: tuple[int, ...], inputs: list[Any], start: int) -> None:
        """Raise DomainError for the first entry of a block, in these arguments, that is outside of its domain."""
        for place in places:
            parameter, array = self.spec.arrays[place], inputs[place]
            if parameter.domain == "class_index":
                found = index_offence(parameter.name, array, self.plan.width)
            else:
                found = offence(parameter.name, array, self.plan.domains[place])
            if found is not None:
                raise self._refusal(found, start)

    def _refusal(self, found: Offence, start: int) -> DomainError:
        index = list(self.layout.place(start + found.term))
        if found.entry is not None:
            axis = self.layout.axis
            index.insert(axis if axis >= 0 else len(index) + 1 + axis, found.entry)
        return DomainError(found.argument, found.words, tuple(index), found.value)


def bind(spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]) -> Call:
    """Check and convert the arguments and options of one call; the domains are checked block by block."""
    given, scalars, chosen = _arguments(spec, args, options)
    arrays = [a if type(a) is np.ndarray else np.asarray(a) for a in given]
    plan = _plan(spec, chosen, scalars, tuple([(array.shape, array.dtype) for array in arrays]))
    call = Call(spec, plan, arrays, scalars, plan.extras, plan.layout, plan.terms, None, plan.settings)
    if options or spec.shared:
        _count(call, options)
    return call


@functools.lru_cache(maxsize=1024)
def _plan(
    spec: LossSpec,
    chosen: tuple[tuple[str, Any], ...],
    scalars: tuple[Any, ...],
    signature: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...],
) -> Plan:
    settings = resolve(spec, chosen)
    extras = settings.extras if spec.class_mass is None else {**settings.extras, "class_weights": None}
    shapes, dtypes = [shape for shape, _ in signature], [dtype for _, dtype in signature]
    for parameter, shape, dtype in zip(spec.arrays, shapes, dtypes, strict=True):
        _check_kind(parameter, shape, dtype)
    layout = Layout(term_shape(spec, shapes, axis=settings.axis, batched=settings.batched), settings.axis)
    rows = [shape[settings.axis] for p, shape in zip(spec.arrays, shapes, strict=True) if p.shape == "rows"]
    dtype = _result_dtype(dtypes)
    searched = tuple(range(len(shapes))) if settings.checked else ()
    told = spec.told if settings.extras.get("logs", EXACT) is EXACT else ()  # a bounded logarithm hides it
    return Plan(
        settings=settings,
        extras=extras,
        layout=layout,
        width=max(rows, default=1),
        terms=layout.count,
        dtype=dtype,
        computed_in=dtype if dtype == _FLOAT32 else _FLOAT64,
        domains=_domains(spec, scalars, settings),
        searched=searched,
        told=tuple(place for place in searched if spec.arrays[place].name in told),
        untold=tuple(place for place in searched if spec.arrays[place].name not in told),
    )


def _domains(spec: LossSpec, scalars: tuple[Any, ...], settings: Settings) -> tuple[str, ...]:
    hypers = {p.name: value for p, value in zip(spec.scalars, scalars, strict=True)}
    given = {} if spec.given_domains is None else spec.given_domains({**settings.extras, **hypers})
    if settings.label_encoding == "zero_one":
        given = {**given, **{p.name: "label01" for p in spec.arrays if p.domain == "plus_minus_one"}}
    return tuple(given.get(p.name, p.accepted_domain) for p in spec.arrays)


def _count(call: Call, options: Mapping[str, Any]) -> None:
    """Take in what says which terms count, and how much: mask, weights, class weights."""
    spec, shape, settings = call.spec, call.layout.shape, call.settings
    kept = _kept(spec, call.arrays, options, shape)
    if kept is not None:
        call.layout = Layout(shape, settings.axis, kept)
        call.terms = call.layout.count
    weights = options.get("weights")
    if weights is not None and spec.coupled and not spec.shared:
        call.weights = np.asarray(weights, dtype=np.float64)  # checked when the shape of the terms is known
    elif weights is not None:
        flat = checked_weights(weights, shape).reshape(-1)
        call.weights = flat if kept is None else flat[kept]
    by_class = options.get("class_weights")
    if by_class is not None:
        call.extras = {**call.extras, "class_weights": checked_class_weights(by_class, call.plan.width)}
    if spec.shared:
        shares = _shares(call.weights, settings.reduction, call.terms)
        if shares is not None and kept is None:
            shares = shares.reshape(shape)
        call.extras, call.weights = {**call.extras, "shares": shares}, None
        call.settings = dataclasses.replace(settings, reduction="mean")  # over the one term that there is


def _shares(weights: Array | None, reduction: str, terms: int) -> Array | None:
    """Share of each element in the mean under the root; None where all have the same."""
    if not terms:
        raise EmptyError("the root of a mean over nothing has no value; leave the case out")
    by_weight = reduction == "mean_by_weight"
    mass = None if weights is None else float(weights.sum())
    divisor = denominator("mean_by_weight" if by_weight else "mean", terms, 1, mass)
    return None if weights is None else weights / divisor


def _kept(spec: LossSpec, arrays: list[AnyArray], options: Mapping[str, Any], shape: tuple[int, ...]) -> Mask | None:
    """Which terms the mask, and the class index to ignore, leave in the count; None where all count."""
    mask, ignored = options.get("mask"), options.get("ignore_index")
    kept = None if mask is None else checked_mask(mask, shape)
    if ignored is not None:
        place = next(i for i, p in enumerate(spec.arrays) if p.domain == "class_index")
        counted = (arrays[place] != ignored).reshape(-1)
        kept = counted if kept is None else kept & counted
    return kept


_Chosen = tuple[tuple[str, Any], ...]


def _arguments(
    spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[list[Any], tuple[Any, ...], _Chosen]:
    """Arrays and numbers in the order of the parameters, and the options that are plain values as pairs.

    A TypeError is raised where a Python call would raise one.
    """
    if len(args) == len(spec.arrays) == len(spec.needed):  # the arrays by position, all else by name
        plain = [(n, None if n in _ARRAY_OPTIONS else v, type(v)) for n, v in options.items()] if options else ()
        try:
            return list(args), *_known(spec, tuple(plain))
        except TypeError:  # what cannot be hashed, or is no option: the long way says which
            pass
    return _named(spec, args, options)


@functools.lru_cache(maxsize=1024)
def _known(spec: LossSpec, options: tuple[tuple[str, Any, type], ...]) -> tuple[tuple[Any, ...], _Chosen]:
    """Numbers and plain options, worked out once; the types are there since 1 == 1.0 == True."""
    _, scalars, chosen = _named(spec, (None,) * len(spec.arrays), {name: value for name, value, _ in options})
    return scalars, chosen


def _named(
    spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[list[Any], tuple[Any, ...], _Chosen]:
    names = spec.parameter_names
    if len(args) > len(names):
        raise TypeError(f"{spec.name} takes {len(names)} arguments; got {len(args)}")
    named = dict(zip(names, args, strict=False))
    chosen = []
    for name, value in options.items():
        if name in named:
            raise TypeError(f"{spec.name} got two values for {name}")
        if name in names:
            named[name] = value
        elif name not in spec.option_names:
            raise OptionError(f"{spec.name} has no option {name!r}; it has {', '.join(sorted(spec.option_names))}")
        elif name not in _ARRAY_OPTIONS:
            chosen.append((name, _plain(spec, name, value)))
    missing = [name for name in spec.needed if name not in named]
    if missing:
        raise TypeError(f"{spec.name} is called with {', '.join(names)}; missing: {', '.join(missing)}")
    scalars = tuple([_number(p, named[p.name]) if p.name in named else p.default for p in spec.scalars])
    return [named[p.name] for p in spec.arrays], scalars, tuple(chosen)


def _plain(spec: LossSpec, name: str, value: Any) -> Any:
    if name == "axis" and isinstance(value, list | np.ndarray):
        return tuple(value)
    try:
        hash(value)
    except TypeError as error:  # a list or an array, which no option takes
        raise OptionError(f"{spec.name}: expected plain values for {name}; {error}") from error
    return value


def _number(parameter: Parameter, value: Any) -> Any:
    if value is None and parameter.default is None and parameter.role == "hyper":
        return None  # such as alpha of the focal loss: off
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating, np.ndarray)):
        raise TypeError(f"{parameter.name}: expected a number, got {type(value).__name__}")
    array = np.asarray(value, dtype=np.float64)
    if array.ndim:
        raise ShapeError(f"{parameter.name}: expected a single number, got shape {array.shape}")
    check_domain(parameter.name, array, parameter.accepted_domain)
    return float(array)


def _check_kind(parameter: Parameter, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    kinds = "iu" if parameter.domain == "class_index" else "fiub"
    if dtype.kind not in kinds and 0 not in shape:
        expected = "integers (class indices)" if kinds == "iu" else "real numbers"
        raise TypeError(f"{parameter.name}: expected {expected}, got dtype {dtype}")


def _result_dtype(dtypes: list[np.dtype[Any]]) -> np.dtype[Any]:
    """Widest floating dtype among the arguments, at most float64; float64 where all are integers."""
    floating = {dtype for dtype in dtypes if dtype.kind == "f"}
    if not floating or _FLOAT64 in floating:
        return _FLOAT64
    if floating == {_FLOAT32}:
        return _FLOAT32
    return min(np.result_type(*floating), _FLOAT64, key=lambda dtype: dtype.itemsize)
