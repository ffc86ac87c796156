"""torch's losses of real targets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._registry import register
from lossref.dialects._torch_shared import CALL, like, named, reduced, tensors, weighted
from lossref.errors import OptionError, ShapeError

_F = "torch.nn.functional."


@register(_F + "mse_loss")
@register("torch.nn.MSELoss", positional=CALL, lacks=("weight",))
def mse_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Any:
    prediction, truth = tensors(input, target)
    error = prediction - truth
    return weighted(error * error, like(weight, error.dtype), named(reduction, size_average, reduce))


@register(_F + "l1_loss")
@register("torch.nn.L1Loss", positional=CALL, lacks=("weight",))
def l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Any:
    prediction, truth = tensors(input, target)
    error = prediction - truth
    return weighted(_size(error), like(weight, error.dtype), named(reduction, size_average, reduce))


def _size(error: Any) -> Any:
    """|e|, whose slope is 0 at 0, and at NaN."""
    e = tape.plain(error)
    sign = np.where(np.isnan(e), 0.0, np.sign(e))
    return tape.primitive(np.abs(e), (error, lambda g: g * sign))


@register(_F + "huber_loss")
@register("torch.nn.HuberLoss", positional=CALL, lacks=("weight",))
def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Any:
    if delta <= 0.0:
        raise OptionError(f"delta: expected a number above 0; {delta!r} came")
    prediction, truth = tensors(input, target)
    error = prediction - truth
    terms = _bent(error, delta, lambda size: 0.5 * size * size, lambda size: delta * (size - 0.5 * delta), delta)
    if weight is not None:
        # Unlike that of mse_loss, the mean of weighted terms divides by their number.
        terms = terms * like(weight, terms.dtype)
    return reduced(terms, reduction)


@register(_F + "smooth_l1_loss")
@register("torch.nn.SmoothL1Loss", positional=CALL)
def smooth_l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Any:
    if beta < 0.0:
        raise OptionError(f"beta: expected a number ≥ 0; {beta!r} came")
    if beta == 0.0:
        return l1_loss(input, target, size_average, reduce, reduction)
    prediction, truth = tensors(input, target)
    error = prediction - truth
    terms = _bent(error, beta, lambda size: 0.5 * size * size / beta, lambda size: size - 0.5 * beta, 1.0)
    return reduced(terms, reduction, size_average, reduce)


def _bent(error: Any, bend: float, near: Any, far: Any, steepest: float) -> Any:
    """Quadratic up to `bend`, then linear; its slope is the error scaled and cut at ±steepest."""
    e = tape.plain(error)
    size = np.abs(e)
    value = np.where(size < bend, near(size), far(size))
    slope = np.where(size < bend, e * (steepest / bend), np.sign(e) * steepest)
    return tape.primitive(value, (error, lambda g: g * slope))


@register(_F + "poisson_nll_loss")
@register("torch.nn.PoissonNLLLoss", positional=CALL, renamed={"log_input": "input"})
def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    prediction, count = tensors(input, target)
    rate, log_rate = (tape.exp(prediction), prediction) if log_input else (prediction, tape.log(prediction + eps))
    terms = rate - count * log_rate
    if full:
        stirling = count * tape.log(count) - count + 0.5 * tape.log(2.0 * math.pi * count)
        terms = terms + tape.where(tape.plain(count) <= 1.0, 0.0, stirling)
    return reduced(terms, reduction, size_average, reduce)


@register(_F + "gaussian_nll_loss")
@register("torch.nn.GaussianNLLLoss", positional=(*CALL, "var"))
def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    prediction, truth, variance = tensors(input, target, var)
    variance = _variance(variance, prediction.shape)
    if np.any(tape.plain(variance) < 0.0):
        raise OptionError("var: expected variances ≥ 0; one is negative")
    # The bound is set past the derivative: it passes to var as if nothing had been clamped.
    bounded = tape.primitive(np.maximum(tape.plain(variance), eps), (variance, lambda g: g))
    error = prediction - truth
    terms = 0.5 * (tape.log(bounded) + error * error / bounded)
    return reduced(terms + 0.5 * math.log(2.0 * math.pi) if full else terms, reduction)


def _variance(var: Any, shape: tuple[int, ...]) -> Any:
    """Take a variance an element, or one for each last axis (with or without that axis), or one number."""
    if var.shape in {shape, (), (*shape[:-1], 1)}:
        return var
    if var.shape == shape[:-1]:
        return tape.reshape(var, (*var.shape, 1))
    raise ShapeError(f"var: expected the shape {shape}, {(*shape[:-1], 1)} or {shape[:-1]}; {var.shape} came")
