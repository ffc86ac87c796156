"""torch's losses of many classes: cross-entropies, divergences and margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._torch_math import xlogy
from lossref.dialects._torch_shared import CALL, class_last, like, named, reduced, tensors
from lossref.errors import DomainError, OptionError, ShapeError

_F = "torch.nn.functional."


@register(_F + "cross_entropy")
@register("torch.nn.CrossEntropyLoss", positional=CALL)
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    (logits,) = tensors(input)
    reduction = named(reduction, size_average, reduce)
    log_p = tape.log_softmax(class_last(logits))
    weight = like(weight, logits.dtype)
    if _of_probabilities(target, logits):
        truth = class_last(like(target, logits.dtype))
        return _of_distributions(log_p, truth, weight, reduction, label_smoothing)
    labels, counted = _labels(target, log_p, ignore_index)
    loss = _of_labels(log_p, labels, counted, weight, reduction)
    if label_smoothing:
        smooth = _smooth(log_p, labels, counted, weight, reduction)
        loss = (1.0 - label_smoothing) * loss + (label_smoothing / log_p.shape[-1]) * smooth
    return loss


def _of_probabilities(target: Any, logits: Any) -> bool:
    """Whether the target gives a distribution over the classes, in the shape of the logits, and no indices."""
    floating = np.issubdtype(target.dtype if isinstance(target, tape.Node) else np.asarray(target).dtype, np.floating)
    if floating and np.shape(tape.plain(target)) != logits.shape:
        raise ShapeError(f"target: expected probabilities of the shape {logits.shape}, or integers that name classes")
    return bool(floating)


def _of_distributions(log_p: Any, truth: Any, weight: Any, reduction: str, smoothing: float) -> Any:
    """−Σ t log p over the classes; the mean divides by the number of rows, whatever the weights."""
    if smoothing:
        truth = truth * (1.0 - smoothing) + smoothing / log_p.shape[-1]
    products = log_p * truth
    if weight is not None:
        products = products * weight
    if reduction == "none":
        return -tape.sum(products, axis=-1)
    total = -tape.sum(products)
    return total if reduction == "sum" else total / float(np.prod(log_p.shape[:-1]))


def _of_labels(log_p: Any, labels: Array, counted: Array, weight: Any, reduction: str) -> Any:
    """−w log p of each label; 0 where it is to be ignored; the mean divides by the weights of the others."""
    at = (*np.indices(labels.shape), labels)
    if reduction == "none":
        terms = -log_p[at] if weight is None else -log_p[at] * weight[labels]
        return tape.where(counted, terms, 0.0)
    kept = tuple(index[counted] for index in at)
    terms = -log_p[kept] if weight is None else -log_p[kept] * weight[labels[counted]]
    return tape.sum(terms) if reduction == "sum" else tape.sum(terms) / _mass(labels, counted, weight)


def _mass(labels: Array, counted: Array, weight: Any) -> Any:
    return float(counted.sum()) if weight is None else tape.sum(weight[labels[counted]])


def _smooth(log_p: Any, labels: Array, counted: Array, weight: Any, reduction: str) -> Any:
    """−Σ w log p over all classes, reduced as the labels' own part is."""
    terms = tape.where(counted, -tape.sum(log_p if weight is None else log_p * weight, axis=-1), 0.0)
    if reduction == "none":
        return terms
    return tape.sum(terms) if reduction == "sum" else tape.sum(terms) / _mass(labels, counted, weight)


def _labels(target: Any, rows: Any, ignore_index: int) -> tuple[Array, Array]:
    """Class of each row, 0 where it is to be ignored, and which rows count."""
    target = np.asarray(target)
    if rows.ndim == 1 and target.size == 1:
        target = target.reshape(())
    if target.shape != rows.shape[:-1]:
        raise ShapeError(f"target: expected a class for each row, shape {rows.shape[:-1]}; {target.shape} came")
    counted = target != ignore_index
    outside = counted & ((target < 0) | (target >= rows.shape[-1]))
    if outside.any():
        index = tuple(int(i) for i in np.argwhere(outside)[0])
        raise DomainError("target", f"classes from 0 to {rows.shape[-1] - 1}", index, float(target[index]))
    return np.where(counted, target, 0).astype(np.intp), counted


@register(_F + "nll_loss")
@register("torch.nn.NLLLoss", positional=CALL)
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    (log_p,) = tensors(input)
    rows = class_last(log_p)
    labels, counted = _labels(target, rows, ignore_index)
    weight = like(weight, log_p.dtype)
    return _of_labels(rows, labels, counted, weight, named(reduction, size_average, reduce))


@register(_F + "linear_cross_entropy")
def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Any:
    """Cross-entropy of x Wᵀ + b; a W of shape (C, d₁, …, D) gives logits of shape (N, C, d₁, …)."""
    del options  # how torch divides the work, not what comes out
    features, kernel = tensors(input, linear_weight)
    shape = kernel.shape[:-1]
    if features.ndim == 1 and kernel.ndim > 2:
        raise ShapeError(f"input: expected (N, {kernel.shape[-1]}) for a linear_weight of shape {kernel.shape}")
    rows = tape.reshape(features, (-1, features.shape[-1]))
    logits = rows @ tape.transpose(tape.reshape(kernel, (-1, kernel.shape[-1])))
    if linear_bias is not None:
        logits = logits + tape.reshape(like(linear_bias, logits.dtype), -1)
    logits = tape.reshape(logits, (*features.shape[:-1], *shape))
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(
        logits, target, weight, ignore_index=ignored, reduction=reduction, label_smoothing=label_smoothing
    )


@register(_F + "kl_div")
@register("torch.nn.KLDivLoss", positional=CALL)
def kl_div(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Any:
    log_q, truth = tensors(input, target)
    terms = tape.exp(truth) * (truth - log_q) if log_target else xlogy(truth, truth) - truth * log_q
    chosen = named(reduction, size_average, reduce, also=("batchmean",))
    if chosen != "batchmean":
        return reduced(terms, chosen)
    return tape.sum(terms) / float(log_q.shape[0] if log_q.ndim else 1)


@register(_F + "multi_margin_loss")
@register("torch.nn.MultiMarginLoss", positional=CALL)
def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    if p not in {1, 2}:
        raise OptionError(f"p: expected 1 or 2; {p!r} came")
    (scores,) = tensors(input)
    rows = tape.reshape(scores, (-1, scores.size if scores.ndim < 2 else scores.shape[1]))
    labels, _ = _labels(np.reshape(target, -1), rows, ignore_index=-1 - rows.shape[1])
    count, classes = rows.shape
    gaps = margin - rows[np.arange(count), labels][:, None] + rows
    exceeded = (gaps > 0.0) & (np.arange(classes) != labels[:, None])
    gaps = tape.where(exceeded, gaps, 0.0)
    losses = gaps if p == 1 else gaps * gaps
    if weight is not None:
        losses = losses * like(weight, rows.dtype)[labels][:, None]
    terms = tape.reshape(tape.sum(losses, axis=1) / float(classes), np.shape(target))
    return reduced(terms, reduction, size_average, reduce)
