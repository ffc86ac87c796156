"""From a caller's arguments and options to what a kernel takes, and back to what the caller asked for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._numerics import Array
from lossref._options import Settings, resolve
from lossref._reduction import checked_weights, denominator
from lossref.domains import check_classes, check_domain
from lossref.errors import OptionError, ShapeError

if TYPE_CHECKING:
    from lossref.spec import LossSpec, Parameter

_FLOAT64 = np.dtype(np.float64)


def limits() -> np.errstate:
    """Let overflow to inf, log 0 = −inf and 1/0 = inf pass: they are the limits that are meant, not accidents."""
    return np.errstate(over="ignore", divide="ignore", under="ignore")


@dataclasses.dataclass(slots=True)
class Call:
    """One bound call: the kernel's inputs and what is needed to shape its answer."""

    inputs: list[Any]
    shape: tuple[int, ...]  # of the terms, or of an unreduced result less its class axis
    dtype: np.dtype[Any]
    weights: Array | None
    on_rows: bool
    settings: Settings

    @property
    def extras(self) -> Mapping[str, Any]:
        """Keyword arguments of the kernel."""
        return self.settings.extras

    def reduced(self, terms: Array) -> Any:
        """Reduce terms in float64, then round once to the result's dtype."""
        if self.settings.unit != 1.0:
            terms = terms / self.settings.unit
        terms = terms.reshape(self.shape)
        if self.weights is not None:
            terms = terms * self.weights
        if self.settings.reduction == "none":
            return terms.astype(self.dtype, copy=False)
        total = np.add.reduce(terms, axis=None)
        return self.dtype.type(total / self._denominator())

    def _denominator(self) -> float:
        batch_size = self.shape[0] if self.settings.batched and self.shape else 1
        return denominator(self.settings.reduction, math.prod(self.shape), batch_size, self.weights)

    def shaped(self, result: Any) -> Any:
        """Give an unreduced result (or each of several) the arguments' layout and dtype."""
        if isinstance(result, tuple):
            return tuple(self.shaped(part) for part in result)
        if not isinstance(result, np.ndarray):
            return self.dtype.type(result)
        return self._unfolded(result).astype(self.dtype, copy=False)

    def _unfolded(self, rows: Array) -> Any:
        """Undo the folding into (N, C): one number for each row, a row, or a row's Jacobian."""
        if not self.on_rows:
            return rows.reshape(self.shape)
        whole = rows.reshape(self.shape + rows.shape[1:])
        return np.moveaxis(whole, -1, self.settings.axis) if self.settings.axis != -1 and rows.ndim == 2 else whole

    def distributed(self, slopes: Array) -> Any:
        """Weigh the derivatives of single terms as the reduction weighs terms, in the argument's shape."""
        divisor = self.settings.unit * self._denominator()
        if self.weights is not None:
            slopes = slopes * (self.weights.reshape(-1, 1) if self.on_rows else self.weights)
        return self._unfolded(slopes / divisor).astype(self.dtype, copy=False)


def bind(spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]) -> Call:
    """Check and convert the arguments and options of one call."""
    given, scalars, weights, chosen = _arguments(spec, args, options)
    settings = resolve(spec, chosen)
    parameters, axis = spec.arrays, settings.axis
    arrays = [_as_array(parameter, value) for parameter, value in zip(parameters, given, strict=True)]
    shape = _term_shape(spec, arrays, axis=axis, batched=settings.batched)
    inputs = [_float64(parameter, array) for parameter, array in zip(parameters, arrays, strict=True)]
    if settings.checked:
        _check_domains(spec, inputs, axis, settings.label_encoding)
    if settings.label_encoding == "zero_one":
        inputs[0] = 2.0 * inputs[0] - 1.0
    if spec.on_rows:
        inputs = [_rows(parameter, array, axis) for parameter, array in zip(parameters, inputs, strict=True)]
    return Call(
        inputs=inputs + scalars,
        shape=shape,
        dtype=_result_dtype(arrays),
        weights=None if weights is None else checked_weights(weights, shape),
        on_rows=spec.on_rows,
        settings=settings,
    )


def _arguments(
    spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[tuple[Any, ...], list[Any], Any, tuple[tuple[str, Any], ...]]:
    """Arrays and numbers in the order of the parameters, weights, and the other options as pairs.

    A TypeError is raised where a Python call would raise one.
    """
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
        elif name != "weights":
            chosen.append((name, value))
    missing = [p.name for p in spec.parameters if p.default is None and p.name not in named]
    if missing:
        raise TypeError(f"{spec.name} is called with {', '.join(names)}; missing: {', '.join(missing)}")
    scalars = [_number(p, named[p.name]) if p.name in named else p.default for p in spec.scalars]
    return tuple([named[p.name] for p in spec.arrays]), scalars, options.get("weights"), tuple(chosen)


def _number(parameter: Parameter, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating, np.ndarray)):
        raise TypeError(f"{parameter.name}: expected a number, got {type(value).__name__}")
    array = np.asarray(value, dtype=np.float64)
    if array.ndim:
        raise ShapeError(f"{parameter.name}: expected a single number, got shape {array.shape}")
    check_domain(parameter.name, array, parameter.accepted_domain)
    return float(array)


def _as_array(parameter: Parameter, value: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(value)
    kinds = "iu" if parameter.domain == "class_index" else "fiub"
    if array.dtype.kind not in kinds and array.size:
        expected = "integers (class indices)" if kinds == "iu" else "real numbers"
        raise TypeError(f"{parameter.name}: expected {expected}, got dtype {array.dtype}")
    return array


def _float64(parameter: Parameter, array: np.ndarray[Any, Any]) -> Any:
    return array.astype(np.intp if parameter.domain == "class_index" else np.float64, copy=False)


def _result_dtype(arrays: list[np.ndarray[Any, Any]]) -> np.dtype[Any]:
    """Widest floating dtype among the arguments, at most float64; float64 where all are integers."""
    floating = [array.dtype for array in arrays if array.dtype.kind == "f"]
    if not floating or _FLOAT64 in floating:
        return _FLOAT64
    return min(np.result_type(*floating), _FLOAT64, key=lambda dtype: dtype.itemsize)


def _term_shape(spec: LossSpec, arrays: list[np.ndarray[Any, Any]], *, axis: int, batched: bool) -> tuple[int, ...]:
    """Shape of the terms; ShapeError where the arguments do not go together (nothing is broadcast)."""
    if not spec.on_rows:
        shape: tuple[int, ...] = arrays[0].shape
        for parameter, array in zip(spec.arrays, arrays, strict=True):
            if array.shape != shape:
                raise ShapeError(_mismatch(spec.arrays[0].name, shape, parameter.name, array.shape))
        if not batched and len(shape) > 1:
            raise ShapeError(f"batch=False: expected one example, a vector; got shape {shape}")
        return shape
    return _row_shape(spec, arrays, axis, batched=batched)


def _row_shape(spec: LossSpec, arrays: list[np.ndarray[Any, Any]], axis: int, *, batched: bool) -> tuple[int, ...]:
    name, rows = next((p.name, a.shape) for p, a in zip(spec.arrays, arrays, strict=True) if p.shape == "rows")
    if batched and spec.gives == "value" and len(rows) < 2:
        raise ShapeError(f"{name}: expected (N, C), got {rows}; for one example without the batch axis: batch=False")
    if not rows or (not batched and len(rows) != 1):
        raise ShapeError(f"{name}: expected one example, shape (C,); got {rows}")
    if not -len(rows) <= axis < len(rows):
        raise OptionError(f"axis {axis} is out of range for {name} of shape {rows}")
    place = axis % len(rows)
    lead: tuple[int, ...] = rows[:place] + rows[place + 1 :]
    if rows[place] == 0:
        raise ShapeError(f"{name}: expected at least one class on axis {axis}, got shape {rows}")
    for parameter, array in zip(spec.arrays, arrays, strict=True):
        if array.shape != (rows if parameter.shape == "rows" else lead):
            raise ShapeError(
                _mismatch(name, rows, parameter.name, array.shape, lead if parameter.shape == "row" else rows)
            )
    return lead


def _mismatch(
    first: str, shape: tuple[int, ...], second: str, other: tuple[int, ...], expected: tuple[int, ...] | None = None
) -> str:
    column = sorted((shape, other), key=len)
    advice = "; a column (N, 1) against a vector (N,): reshape one of them" if column[1] == (*column[0], 1) else ""
    return f"{second}: expected shape {expected or shape} to go with {first} {shape}, got {other}{advice}"


def _check_domains(spec: LossSpec, inputs: list[Any], axis: int, encoding: str | None) -> None:
    for parameter, array in zip(spec.arrays, inputs, strict=True):
        domain = parameter.accepted_domain
        if domain == "class_index":
            position = next(i for i, p in enumerate(spec.arrays) if p.shape == "rows")
            check_classes(parameter.name, array, inputs[position].shape[axis])
        elif domain == "plus_minus_one" and encoding == "zero_one":
            check_domain(parameter.name, array, "label01")
        else:
            check_domain(parameter.name, array, domain, axis)


def _rows(parameter: Parameter, array: Any, axis: int) -> Any:
    if parameter.shape == "row":
        return array.reshape(-1)
    moved = array if axis == -1 else np.moveaxis(array, axis, -1)
    return moved.reshape(-1, moved.shape[-1])
