"""torch's losses of two classes, of labels ±1, and of several labels at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._registry import register
from lossref.dialects._torch_shared import CALL, like, reduced, same_shape, tensors
from lossref.errors import DomainError, ShapeError

_F = "torch.nn.functional."
_LOWEST_LOG = -100.0
_LOWEST_PRODUCT = float(np.float32(1e-12))  # torch holds it in single precision, for double operands too


@register(_F + "binary_cross_entropy")
@register("torch.nn.BCELoss", positional=CALL)
def binary_cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    probability, truth = tensors(input, target)
    same_shape("target", truth, "input", probability)
    _check_probabilities(tape.plain(probability))
    terms = _clamped_cross_entropy(probability, truth)
    return reduced(_times(terms, weight), reduction, size_average, reduce)


def _clamped_cross_entropy(probability: Any, truth: Any) -> Any:
    """Both logs bounded at −100 below; the slope, (p − y) / (p (1 − p)), has its denominator bounded at 1e−12."""
    p, y = tape.plain(probability), tape.plain(truth)
    log_p = np.maximum(np.log(p), _LOWEST_LOG)
    log_complement = np.maximum(np.log1p(-p), _LOWEST_LOG)
    return tape.primitive(
        (y - 1.0) * log_complement - y * log_p,
        (probability, lambda g: g * (p - y) / np.maximum((1.0 - p) * p, _LOWEST_PRODUCT)),
        (truth, lambda g: g * (np.log1p(-p) - np.log(p))),  # here torch leaves the logs unbounded
    )


def _check_probabilities(p: Any) -> None:
    outside = ~((p >= 0.0) & (p <= 1.0))
    if outside.any():
        index = tuple(int(i) for i in np.argwhere(outside)[0])
        raise DomainError("input", "probabilities in [0, 1]", index, float(p[index]))


@register(_F + "binary_cross_entropy_with_logits")
@register("torch.nn.BCEWithLogitsLoss", positional=CALL)
def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    logits, truth = tensors(input, target)
    same_shape("target", truth, "input", logits)
    # (1 − y) z + w log(1 + e^−z), where w = 1 + (pos_weight − 1) y weighs the positive part alone.
    surprise = tape.softplus(-logits)
    if pos_weight is not None:
        surprise = (1.0 + (like(pos_weight, logits.dtype) - 1.0) * truth) * surprise
    return reduced(_times((1.0 - truth) * logits + surprise, weight), reduction, size_average, reduce)


def _times(terms: Any, weight: Any) -> Any:
    return terms if weight is None else terms * like(weight, terms.dtype)


@register(_F + "soft_margin_loss")
@register("torch.nn.SoftMarginLoss", positional=CALL)
def soft_margin_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    score, label = tensors(input, target)
    same_shape("target", label, "input", score)
    # torch takes log(1 + e^−ys) as it stands, which overflows to inf with a NaN slope; this is its exact value.
    return reduced(tape.softplus(-label * score), reduction, size_average, reduce)


@register(_F + "hinge_embedding_loss")
@register("torch.nn.HingeEmbeddingLoss", positional=CALL)
def hinge_embedding_loss(
    input: Any,
    target: Any,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    distance, label = tensors(input, target)
    y = tape.plain(label)
    apart = tape.where(y != 1.0, tape.clip(margin - distance, 0.0), 0.0)
    together = tape.where(y != -1.0, distance, 0.0)
    return reduced(apart + together, reduction, size_average, reduce)


@register(_F + "multilabel_soft_margin_loss")
@register("torch.nn.MultiLabelSoftMarginLoss", positional=CALL)
def multilabel_soft_margin_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    logits, truth = tensors(input, target)
    terms = -(truth * tape.log_sigmoid(logits) + (1.0 - truth) * tape.log_sigmoid(-logits))
    return reduced(tape.mean(_times(terms, weight), axis=-1), reduction, size_average, reduce)


@register(_F + "multilabel_margin_loss")
@register("torch.nn.MultiLabelMarginLoss", positional=CALL)
def multilabel_margin_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    (scores,), labels = tensors(input), np.asarray(target)
    if scores.size == 1 and scores.ndim < 2:
        labels = labels.reshape(scores.shape)
    if labels.shape != scores.shape or scores.ndim > 2:
        raise ShapeError(f"target: expected the shape of input, (C,) or (N, C); {labels.shape} and {scores.shape} came")
    classes = scores.size if scores.ndim < 2 else scores.shape[1]
    rows, labels = tape.reshape(scores, (-1, classes)), labels.reshape(-1, classes)
    terms = _over_pairs(rows, labels)
    return reduced(terms if scores.ndim == 2 else terms[0], reduction, size_average, reduce)


def _over_pairs(rows: Any, labels: Any) -> Any:
    """Σ max(0, 1 − (s_true − s_other)) / C over every label of a row with every class that is none of its labels."""
    count, classes = rows.shape
    labels = np.where(np.cumsum(labels < 0, axis=1) > 0, -1, labels)  # what follows the first −1 is padding
    is_label = (labels[:, :, None] == np.arange(classes)).any(axis=1)
    of_label = rows[np.arange(count)[:, None], np.maximum(labels, 0)]
    gaps = 1.0 - of_label[:, :, None] + rows[:, None, :]
    counted = (labels >= 0)[:, :, None] & ~is_label[:, None, :] & (gaps > 0.0)
    return tape.sum(tape.where(counted, gaps, 0.0), axis=(1, 2)) / float(classes)
