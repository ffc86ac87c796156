"""torch's distances, similarities and the losses made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._registry import register
from lossref.dialects._torch_shared import reduced, tensors, together
from lossref.errors import OptionError, ShapeError

_F = "torch.nn.functional."
_TRIPLET = ("anchor", "positive", "negative")
_SMALLEST_SQUARE = float(np.float32(1e-12))  # torch holds it in single precision, for double operands too
_PAIR = ("input1", "input2", "target")


@register(_F + "cosine_similarity")
@register("torch.nn.CosineSimilarity", positional=("x1", "x2"))
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    first, second = together(*tensors(x1, x2))
    return tape.sum(_direction(first, dim, eps) * _direction(second, dim, eps), axis=dim)


def _direction(x: Any, dim: int, eps: float) -> Any:
    """Give x / max(|x|, eps), where the bound is set past the derivative."""
    length = norm(x, 2.0, dim, keepdims=True)
    return x / tape.primitive(np.maximum(tape.plain(length), eps), (length, lambda g: g))


@register(_F + "pairwise_distance")
@register("torch.nn.PairwiseDistance", positional=("x1", "x2"))
def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    first, second = tensors(x1, x2)
    return norm(first - second + eps, p, -1, keepdims=keepdim)


def norm(x: Any, p: float, axis: int, *, keepdims: bool) -> Any:
    """(Σ |x|^p)^(1/p), the largest |x| at p = ∞; the slope is 0 where the norm is 0."""
    inside = tape.plain(x)
    size = np.abs(inside)
    value = _norm(size, p, axis)

    def spread(g: Any) -> Any:
        g = np.expand_dims(g, axis) if not keepdims else g
        return g * _norm_slope(inside, size, value, p, axis)

    return tape.primitive(value if keepdims else value.squeeze(axis), (x, spread))


def _norm(size: Any, p: float, axis: int) -> Any:
    if size.shape[axis] == 1 and p != 0.0:
        return size
    if p == np.inf:
        return size.max(axis=axis, keepdims=True, initial=0.0)
    if p == 0.0:
        return (size != 0.0).sum(axis=axis, keepdims=True).astype(size.dtype)
    if p == 1.0:
        return size.sum(axis=axis, keepdims=True)
    return (
        (size * size).sum(axis=axis, keepdims=True) ** 0.5
        if p == 2.0
        else (size**p).sum(axis=axis, keepdims=True) ** (1.0 / p)
    )


def _norm_slope(x: Any, size: Any, value: Any, p: float, axis: int) -> Any:
    if p == 0.0:
        return np.zeros_like(x)
    sign = np.where(np.isnan(x), 0.0, np.sign(x))
    if p == 1.0:
        return sign
    if p == np.inf:
        largest = (size == value) | np.isnan(x)
        return sign * largest / largest.sum(axis=axis, keepdims=True)
    if p == 2.0:
        return np.where(value == 0.0, 0.0, x / value)
    # torch's own factors, which overflow where theirs do.
    powers = np.sign(x) * size ** (p - 1.0) if p < 2.0 else x * size ** (p - 2.0)
    slope = powers * np.where(value == 0.0, 0.0, 1.0 / value ** (p - 1.0))
    return np.where((x == 0.0) & (p < 1.0), 0.0, slope)


@register(_F + "cosine_embedding_loss")
@register("torch.nn.CosineEmbeddingLoss", positional=_PAIR)
def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    first, second = tensors(input1, input2)
    label = np.asarray(target)
    if label.ndim != first.ndim - 1:
        raise ShapeError(f"target: expected one axis less than input1, which has {first.ndim}; {label.ndim} came")
    axis = label.ndim
    squares = (tape.sum(x * x, axis=axis) + _SMALLEST_SQUARE for x in (first, second))
    lengths = next(squares) * next(squares)
    cosine = tape.sum(first * second, axis=axis) / tape.sqrt(lengths)
    together = tape.where(label == 1, 1.0 - cosine, 0.0)
    apart = tape.where(label == -1, tape.clip(cosine - margin, 0.0), 0.0)
    return reduced(together + apart, reduction, size_average, reduce)


@register(_F + "margin_ranking_loss")
@register("torch.nn.MarginRankingLoss", positional=_PAIR)
def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    first, second, label = tensors(input1, input2, target)
    return reduced(tape.clip(-label * (first - second) + margin, 0.0), reduction, size_average, reduce)


@register(_F + "triplet_margin_loss")
@register("torch.nn.TripletMarginLoss", positional=_TRIPLET)
def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    if margin <= 0.0:
        raise OptionError(f"margin: expected a number above 0; {margin!r} came")
    a, near, far = tensors(anchor, positive, negative)
    to_far = pairwise_distance(a, far, p, eps)
    if swap:
        to_far = tape.minimum(to_far, pairwise_distance(near, far, p, eps))
    return reduced(
        tape.clip(margin + pairwise_distance(a, near, p, eps) - to_far, 0.0), reduction, size_average, reduce
    )
