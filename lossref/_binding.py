"""From a caller's arguments and options to what a kernel takes, and back to what the caller asked for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._numerics import EXACT, Array, Logs
from lossref._reduction import checked_weights, denominator
from lossref.domains import check_classes, check_domain
from lossref.errors import DomainError, OptionError, ShapeError

if TYPE_CHECKING:
    from lossref.spec import LossSpec, Parameter

_FLOAT64 = np.dtype(np.float64)
# Every other convention goes to the kernel by its name.
_HANDLED_HERE = {"reduction", "log_base", "eps_policy", "label_encoding"}
_LOG_BASES = {"e": 1.0, 2: math.log(2.0), 10: math.log(10.0)}


def limits() -> np.errstate:
    """Let overflow to inf, log 0 = −inf and 1/0 = inf pass: they are the limits that are meant, not accidents."""
    return np.errstate(over="ignore", divide="ignore", under="ignore")


@dataclasses.dataclass(slots=True)
class Call:
    """One bound call: the kernel's inputs and what is needed to shape its answer."""

    inputs: list[Any]
    extras: dict[str, Any]
    shape: tuple[int, ...]  # of the terms, or of an unreduced result less its class axis
    batch_size: int
    dtype: np.dtype[Any]
    reduction: str = "mean"
    weights: Array | None = None
    on_rows: bool = False
    axis: int = -1
    unit: float = 1.0  # ln of the log base

    def reduced(self, terms: Array) -> Any:
        """Reduce terms in float64, then round once to the result's dtype."""
        if self.unit != 1.0:
            terms = terms / self.unit
        terms = terms.reshape(self.shape)
        if self.weights is not None:
            terms = terms * self.weights
        if self.reduction == "none":
            return terms.astype(self.dtype, copy=False)
        total = np.add.reduce(terms, axis=None)
        return self.dtype.type(total / denominator(self.reduction, terms.size, self.batch_size, self.weights))

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
        return np.moveaxis(whole, -1, self.axis) if self.axis != -1 and rows.ndim == 2 else whole

    def distributed(self, slopes: Array) -> Any:
        """Weigh the derivatives of single terms as the reduction weighs terms, in the argument's shape."""
        divisor = self.unit * denominator(self.reduction, math.prod(self.shape), self.batch_size, self.weights)
        if self.weights is not None:
            slopes = slopes * (self.weights.reshape(-1, 1) if self.on_rows else self.weights)
        return self._unfolded(slopes / divisor).astype(self.dtype, copy=False)


def bind(spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]) -> Call:
    """Check and convert the arguments and options of one call."""
    given, scalars = _arguments(spec, args, options)
    settings = {name: options[name] for name in options if name in spec.option_names} if options else {}
    arrays = [_as_array(parameter, value) for parameter, value in zip(spec.arrays, given, strict=True)]
    axis = settings.get("axis", -1)
    batched = settings.get("batch", True)
    shape = _term_shape(spec, arrays, axis=axis, batched=batched)
    inputs = [_float64(parameter, array) for parameter, array in zip(spec.arrays, arrays, strict=True)]
    encoding = _convention(spec, settings, "label_encoding")
    if settings.get("check_domain", True):
        _check_domains(spec, inputs, axis, encoding)
    if encoding == "zero_one":
        inputs[0] = 2.0 * inputs[0] - 1.0
    if spec.on_rows:
        inputs = [_rows(parameter, array, axis) for parameter, array in zip(spec.arrays, inputs, strict=True)]
    call = Call(
        inputs=[*inputs, *scalars],
        extras={},
        shape=shape,
        batch_size=shape[0] if batched and shape else 1,
        dtype=_result_dtype(arrays),
        reduction=spec.default_reduction,
        on_rows=spec.on_rows,
        axis=axis,
    )
    if settings or spec.options:
        _apply(call, spec, settings)
    return call


def _apply(call: Call, spec: LossSpec, settings: Mapping[str, Any]) -> None:
    """Put the options that concern the kernel and the reduction into the call."""
    call.reduction = _convention(spec, settings, "reduction") or "none"
    if settings.get("weights") is not None:
        call.weights = checked_weights(settings["weights"], call.shape)
    call.unit = _LOG_BASES[_convention(spec, settings, "log_base") or "e"]
    policy = _convention(spec, settings, "eps_policy")
    if policy == "exact":
        call.extras["logs"] = EXACT
    elif policy:
        call.extras["logs"] = Logs.named(policy, _checked_eps(settings.get("eps")))
    for name in spec.options:
        if name not in _HANDLED_HERE:
            call.extras[name] = _convention(spec, settings, name)


def _arguments(
    spec: LossSpec, args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[tuple[Any, ...], list[float]]:
    """Arrays and hyper-parameters in the order of the parameters; TypeError as a Python call would raise it."""
    arrays, scalars = spec.arrays, spec.scalars
    if len(args) == len(spec.parameters) - len(spec.hypers) == len(arrays) and not options:
        return args, [_number(parameter, parameter.default) for parameter in scalars]
    named = dict(zip((p.name for p in spec.parameters), args, strict=False))
    if len(args) > len(spec.parameters):
        raise TypeError(f"{spec.name} takes {len(spec.parameters)} arguments; got {len(args)}")
    known = {p.name for p in spec.parameters}
    for name, value in options.items():
        if name in named:
            raise TypeError(f"{spec.name} got two values for {name}")
        if name in known:
            named[name] = value
        elif name not in spec.option_names:
            raise OptionError(f"{spec.name} has no option {name!r}; it has {', '.join(sorted(spec.option_names))}")
    needed = [p.name for p in spec.parameters if p.default is None]
    missing = [name for name in needed if name not in named]
    if missing:
        raise TypeError(f"{spec.name} needs {', '.join(needed)}; missing: {', '.join(missing)}")
    return tuple(named[p.name] for p in arrays), [_number(p, named.get(p.name, p.default)) for p in scalars]


def _number(parameter: Parameter, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating, np.ndarray)):
        raise TypeError(f"{parameter.name}: expected a number, got {type(value).__name__}")
    array = np.asarray(value, dtype=np.float64)
    if array.ndim:
        raise ShapeError(f"{parameter.name}: expected a single number, got shape {array.shape}")
    check_domain(parameter.name, array, parameter.accepted_domain)
    return float(array)


def _convention(spec: LossSpec, settings: Mapping[str, Any], name: str) -> Any:
    """Value of a convention, its default where it is not given, None where the loss has no such convention."""
    allowed = spec.conventions.get(name)
    if allowed is None:
        return None
    value = settings.get(name, allowed[0])
    for candidate in allowed:
        if value == candidate or str(value) == str(candidate):
            return candidate
    raise OptionError(f"{spec.name}: {name} is one of {', '.join(map(str, allowed))}; got {value!r}")


def _checked_eps(eps: Any) -> float | None:
    if eps is None:
        return None
    if not 0.0 < float(eps) < 0.5:
        raise DomainError("eps", "a number in (0, 0.5)", (), float(eps))
    return float(eps)


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
