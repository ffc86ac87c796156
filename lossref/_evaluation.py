"""Evaluate a bound call: run the kernels over its blocks, and reduce, weigh and place what they give."""

from __future__ import annotations

import contextvars
import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from lossref._binding import Call
from lossref._blocks import AnyArray, terms_first
from lossref._numerics import Array, times_or_zero
from lossref._reduction import checked_weights
from lossref._sums import all_finite, total

Result = TypeVar("Result")

# A context to enter costs a tenth of what np.errstate does.
_LIMITS = contextvars.Context()
_LIMITS.run(np.seterr, all="ignore")


def within_limits(compute: Callable[[], Result]) -> Result:
    """Compute, letting overflow to inf, log 0 = −inf and 1/0 = inf pass: they are the limits that are meant.

    NaN passes too, from arguments outside of their domain that are found by it.
    """
    return _LIMITS.copy().run(compute)


def value(call: Call) -> Any:
    """Value of a loss, or the result of a transform, a metric or a step."""
    spec = call.spec
    if spec.gives == "step":
        return _shaped(call, spec.terms(*call.whole(), **call.extras))
    if spec.gives == "metric":
        return _shaped(call, spec.terms(*call.whole(), weights=call.weights, **call.extras))
    if spec.coupled:
        return _reduced_whole(call, spec.terms(*call.whole(), **call.extras))
    if spec.gives == "value" and call.settings.reduction != "none":
        return _mean(call, sum([_total(call, inputs, span) for span, inputs in call.blocks(told=True)]))
    collected = _Collected(call)
    told = spec.gives == "transform" and call.plan.told != ()
    for span, inputs in call.blocks(told=told):
        collected.store(span, _terms(call, inputs, span))
    if told and not all_finite(collected.numbers):
        call.check()
    return call.layout.unflat(collected.numbers)


def subdifferential(call: Call, wrt: str) -> tuple[AnyArray, AnyArray]:
    """Lowest and highest subgradient; the same array twice where the loss is differentiable."""
    kernel = call.spec.slopes[wrt]
    if call.spec.coupled:
        return _whole_slopes(call, wrt, call.whole())
    return _each_block(call, lambda inputs, _: kernel(*inputs, **call.extras))


def curvature(call: Call, wrt: str) -> AnyArray:
    """Diagonal of the Hessian."""
    kernel = call.spec.curvatures[wrt]

    def twice(inputs: list[Any], _: slice) -> tuple[Array, Array]:
        second = kernel(*inputs, **call.extras)
        return second, second

    return _each_block(call, twice)[0]


def value_and_subdifferential(call: Call, wrt: str) -> tuple[Any, AnyArray, AnyArray]:
    """Value and slopes from one pass over the blocks."""
    spec = call.spec
    if spec.coupled:
        inputs = call.whole()
        terms = spec.terms(*inputs, **call.extras)
        return _reduced_whole(call, terms), *_whole_slopes(call, wrt, inputs, terms)
    sums: list[float] = []
    collected = _Collected(call) if call.settings.reduction == "none" else None
    fused = spec.fused.get(wrt) if collected is None and call.weights is None else None

    def slopes(inputs: list[Any], span: slice) -> tuple[Array, Array]:
        if fused is not None:
            found, low, high = fused(*inputs, **call.extras)
            sums.append(found if math.isfinite(found) else _searched_sum(call, inputs, span))
            return low, high
        if collected is None:
            sums.append(_total(call, inputs, span))
        else:
            collected.store(span, _terms(call, inputs, span))
        return spec.slopes[wrt](*inputs, **call.extras)

    low, high = _each_block(call, slopes, told=collected is None)
    if collected is not None:
        return call.layout.unflat(collected.numbers), low, high
    return _mean(call, sum(sums)), low, high


class _Collected:
    """Results of the blocks, gathered into one array whose shape the first block tells."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.numbers: AnyArray = np.empty(0)
        self._begun = False

    def store(self, span: slice, result: AnyArray) -> None:
        if not self._begun:
            self._begun = True
            self.numbers = np.empty((self._call.terms, *result.shape[1:]), dtype=self._call.plan.dtype)
        self.numbers[span] = result


def _each_block(
    call: Call, slopes: Callable[[list[Any], slice], tuple[Array, Array]], *, told: bool = False
) -> tuple[AnyArray, AnyArray]:
    """Gather the slopes of all blocks, weighed as the reduction weighs terms, in the argument's shape."""
    low, highest = _Collected(call), None
    divisor = call.denominator() if call.spec.gives == "value" else 1.0
    for span, inputs in call.blocks(told=told):
        lower, upper = slopes(inputs, span)
        low.store(span, _distributed(call, lower, divisor, span))
        if upper is not lower and highest is None:
            highest = low.numbers.copy()  # the blocks before this one have no kink
        if highest is not None:
            highest[span] = low.numbers[span] if upper is lower else _distributed(call, upper, divisor, span)
    lowest = call.layout.unflat(low.numbers)
    return lowest, lowest if highest is None else call.layout.unflat(highest)


def _distributed(call: Call, slopes: Array, divisor: float, span: slice) -> Array:
    weighted = _weighted(call, terms_first(slopes), span)
    return weighted if divisor == 1.0 else weighted / divisor


def _weighted(call: Call, terms: Array, span: slice) -> Array:
    if call.weights is None:
        return terms
    weights = call.weights[span].reshape(-1, *[1] * (terms.ndim - 1))
    return times_or_zero(np.broadcast_to(weights, terms.shape), terms)


def _terms(call: Call, inputs: list[Any], span: slice) -> AnyArray:
    """Terms of a block as they are given: those of a loss weighed, and in the unit of the logarithm."""
    terms = terms_first(call.spec.terms(*inputs, **call.extras))
    return terms if call.spec.gives != "value" else _weighted(call, terms / call.settings.unit, span)


def _total(call: Call, inputs: list[Any], span: slice) -> float:
    if call.spec.total is not None and call.weights is None:
        found = call.spec.total(*inputs, **call.extras)
    else:
        found = _sum_of_terms(call, inputs, span)
    return found if math.isfinite(found) else _searched_sum(call, inputs, span)


def _searched_sum(call: Call, inputs: list[Any], span: slice) -> float:
    call.search(call.plan.told, inputs, span.start)
    return _sum_of_terms(call, inputs, span)


def _sum_of_terms(call: Call, inputs: list[Any], span: slice) -> float:
    terms = call.spec.terms(*inputs, **call.extras)
    weighted = terms if call.weights is None else _weighted(call, terms, span)
    found = total(weighted)
    # In float64 from the first term on, where a short sum of float32 overflows.
    return found if math.isfinite(found) else float(np.add.reduce(weighted, dtype=np.float64))


def _mean(call: Call, found: float) -> Any:
    return call.plan.dtype.type(found / call.denominator())


def _reduced_whole(call: Call, terms: Any) -> Any:
    if call.spec.gives != "value":
        return _shaped(call, terms)
    terms = np.asarray(terms)
    weighted = terms if call.weights is None else times_or_zero(_whole_weights(call, terms), terms)
    if call.settings.reduction == "none":
        return (weighted / call.settings.unit).astype(call.plan.dtype, copy=False)[()]
    return call.plan.dtype.type(np.add.reduce(weighted, axis=None) / _whole_denominator(call, terms))


def _whole_slopes(call: Call, wrt: str, inputs: list[Any], terms: Any = None) -> tuple[AnyArray, AnyArray]:
    terms = np.asarray(call.spec.terms(*inputs, **call.extras) if terms is None else terms)
    weights = np.ones(terms.shape) if call.weights is None else _whole_weights(call, terms)
    upstream = weights / _whole_denominator(call, terms)
    low, high = call.spec.slopes[wrt](upstream, *inputs, **call.extras)
    lowest = _placed(call, low)
    return lowest, lowest if low is high else _placed(call, high)


def _placed(call: Call, slopes: Array) -> AnyArray:
    converted = slopes.astype(call.plan.dtype, copy=False)
    return converted if call.layout.kept is None else call.layout.unflat(converted)


def _whole_weights(call: Call, terms: Array) -> Array:
    return checked_weights(call.weights, terms.shape)


def _whole_denominator(call: Call, terms: Array) -> float:
    return call.denominator(terms.size, terms.shape)


def _shaped(call: Call, result: Any) -> Any:
    """Give a metric, or each part of a step, the arguments' dtype."""
    if isinstance(result, tuple):
        return tuple(_shaped(call, part) for part in result)
    if not isinstance(result, np.ndarray):
        return call.plan.dtype.type(result)
    return result.astype(call.plan.dtype, copy=False)
