"""From a caller's arguments and options to checked arrays whose terms can be evaluated."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import AnyArray, Layout, block, spans
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


@dataclasses.dataclass(slots=True)
class Call:
    """One bound call."""

    spec: LossSpec
    arrays: list[AnyArray]  # as given
    scalars: list[Any]
    extras: Mapping[str, Any]  # keyword arguments of the kernels
    layout: Layout
    terms: int  # that count
    dtype: np.dtype[Any]  # of the result
    computed_in: np.dtype[Any]
    weights: Array | None  # of the terms that count
    settings: Settings
    given_domains: Mapping[str, str]  # of arguments that are not in their own

    def blocks(self, told: tuple[str, ...] = ()) -> Iterator[tuple[slice, list[Any]]]:
        """Yield the kernels' positional arguments, block by block, checked but for the arguments that are `told`."""
        parameters, layout, dtype = self.spec.arrays, self.layout, self.computed_in
        flats = [(p, layout.flat(p, array)) for p, array in zip(parameters, self.arrays, strict=True)]
        width = max([flat.shape[1] for _, flat in flats if flat.ndim == 2]) if self.spec.on_rows else 1
        searched = [] if not self.settings.checked else [i for i, p in enumerate(parameters) if p.name not in told]
        for span in spans(self.terms, width):
            inputs = [block(p, flat, span, dtype) for p, flat in flats]
            for place in searched:
                self._search(place, inputs, span.start)
            yield span, self._encoded(inputs) + self.scalars

    @property
    def told(self) -> tuple[str, ...]:
        """Arguments that may be searched for offences after the sum.

        None where a weight of 0 or a bound on the logarithm may hide what they tell.
        """
        hidden = self.weights is not None or self.extras.get("logs", EXACT) is not EXACT
        return () if hidden or not self.settings.checked else self.spec.told

    def check(self) -> None:
        """Raise DomainError if any argument lies outside of its domain."""
        for _ in self.blocks():
            pass

    def whole(self) -> list[Any]:
        """Positional arguments of a kernel that sees whole arrays, in the shapes they were given in."""
        inputs = []
        for parameter, array in zip(self.spec.arrays, self.arrays, strict=True):
            indices = parameter.domain == "class_index"
            kept = array if self.layout.kept is None else self.layout.flat(parameter, array)
            converted = kept.astype(np.intp if indices else self.computed_in, copy=False)
            if self.settings.checked and not indices:
                check_domain(parameter.name, converted, self._domain(parameter))
            inputs.append(converted)
        return self._encoded(inputs) + self.scalars

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

    def _domain(self, parameter: Parameter) -> str:
        if parameter.name in self.given_domains:
            return self.given_domains[parameter.name]
        zero_one = parameter.domain == "plus_minus_one" and self.settings.label_encoding == "zero_one"
        return "label01" if zero_one else parameter.accepted_domain

    def _encoded(self, inputs: list[Any]) -> list[Any]:
        if self.settings.label_encoding == "zero_one":
            place = next(i for i, p in enumerate(self.spec.arrays) if p.domain == "plus_minus_one")
            inputs[place] = 2.0 * inputs[place] - 1.0
        return inputs

    def _search(self, place: int, inputs: list[Any], start: int) -> None:
        parameter, array = self.spec.arrays[place], inputs[place]
        if parameter.domain == "class_index":
            classes = next(a.shape[0] for a in inputs if a.ndim == 2)
            found = index_offence(parameter.name, array, classes)
        else:
            found = offence(parameter.name, array, self._domain(parameter))
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
    settings = resolve(spec, chosen)
    arrays = [_as_array(parameter, value) for parameter, value in zip(spec.arrays, given, strict=True)]
    shape = term_shape(spec, arrays, axis=settings.axis, batched=settings.batched)
    layout = Layout(shape, settings.axis)
    if options:
        _leave_out(spec, arrays, options, layout)
    terms = layout.count
    dtype = _result_dtype(arrays)
    weights = options.get("weights")
    if weights is not None and spec.coupled and not spec.shared:
        weights = np.asarray(weights, dtype=np.float64)  # checked when the shape of the terms is known
    elif weights is not None:
        weights = checked_weights(weights, shape).reshape(-1)
        weights = weights if layout.kept is None else weights[layout.kept]
    extras = _extras(spec, arrays, options, settings)
    if spec.shared:
        shares = _shares(weights, settings.reduction, terms)
        if shares is not None and layout.kept is None:
            shares = shares.reshape(shape)
        extras, weights = {**extras, "shares": shares}, None
        settings = dataclasses.replace(settings, reduction="mean")  # over the one term that there is
    return Call(
        spec=spec,
        arrays=arrays,
        scalars=scalars,
        extras=extras,
        layout=layout,
        terms=terms,
        dtype=dtype,
        computed_in=dtype if dtype == _FLOAT32 else _FLOAT64,
        weights=weights,
        settings=settings,
        given_domains=_given_domains(spec, scalars, settings),
    )


def _shares(weights: Array | None, reduction: str, terms: int) -> Array | None:
    """Share of each element in the mean under the root; None where all have the same."""
    if not terms:
        raise EmptyError("the root of a mean over nothing has no value; leave the case out")
    by_weight = reduction == "mean_by_weight"
    mass = None if weights is None else float(weights.sum())
    divisor = denominator("mean_by_weight" if by_weight else "mean", terms, 1, mass)
    return None if weights is None else weights / divisor


def _given_domains(spec: LossSpec, scalars: list[Any], settings: Settings) -> Mapping[str, str]:
    if spec.given_domains is None:
        return {}
    hypers = {p.name: value for p, value in zip(spec.scalars, scalars, strict=True)}
    return spec.given_domains({**settings.extras, **hypers})


def _extras(
    spec: LossSpec, arrays: list[AnyArray], options: Mapping[str, Any], settings: Settings
) -> Mapping[str, Any]:
    if spec.class_mass is None:
        return settings.extras
    weights = options.get("class_weights")
    if weights is not None:
        classes = next(a.shape[settings.axis] for p, a in zip(spec.arrays, arrays, strict=True) if p.shape == "rows")
        weights = checked_class_weights(weights, classes)
    return {**settings.extras, "class_weights": weights}


def _leave_out(spec: LossSpec, arrays: list[AnyArray], options: Mapping[str, Any], layout: Layout) -> None:
    """Leave out the terms that the mask, or the class index to ignore, takes out of the count."""
    mask, ignored = options.get("mask"), options.get("ignore_index")
    if mask is not None:
        layout.kept = checked_mask(mask, layout.shape)
    if ignored is not None:
        place = next(i for i, p in enumerate(spec.arrays) if p.domain == "class_index")
        counted = (arrays[place] != ignored).reshape(-1)
        layout.kept = counted if layout.kept is None else layout.kept & counted


def _arguments(
    spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[list[Any], list[Any], tuple[tuple[str, Any], ...]]:
    """Arrays and numbers in the order of the parameters, and the options that are plain values as pairs.

    A TypeError is raised where a Python call would raise one.
    """
    if not options and len(args) == len(spec.arrays) == len(spec.needed):
        return list(args), [p.default for p in spec.scalars], ()
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
            chosen.append((name, tuple(value) if name == "axis" and isinstance(value, list | np.ndarray) else value))
    missing = [name for name in spec.needed if name not in named]
    if missing:
        raise TypeError(f"{spec.name} is called with {', '.join(names)}; missing: {', '.join(missing)}")
    scalars = [_number(p, named[p.name]) if p.name in named else p.default for p in spec.scalars]
    return [named[p.name] for p in spec.arrays], scalars, tuple(chosen)


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


def _as_array(parameter: Parameter, value: Any) -> AnyArray:
    array = value if type(value) is np.ndarray else np.asarray(value)
    kinds = "iu" if parameter.domain == "class_index" else "fiub"
    if array.dtype.kind not in kinds and array.size:
        expected = "integers (class indices)" if kinds == "iu" else "real numbers"
        raise TypeError(f"{parameter.name}: expected {expected}, got dtype {array.dtype}")
    return array


def _result_dtype(arrays: list[AnyArray]) -> np.dtype[Any]:
    """Widest floating dtype among the arguments, at most float64; float64 where all are integers."""
    floating = {array.dtype for array in arrays if array.dtype.kind == "f"}
    if not floating or _FLOAT64 in floating:
        return _FLOAT64
    if floating == {_FLOAT32}:
        return _FLOAT32
    return min(np.result_type(*floating), _FLOAT64, key=lambda dtype: dtype.itemsize)
