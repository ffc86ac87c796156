"""torch's connectionist temporal classification."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._torch_shared import named, tensors
from lossref.errors import DomainError, ShapeError

_CALL = ("log_probs", "targets", "input_lengths", "target_lengths")


@register("torch.nn.functional.ctc_loss")
@register("torch.nn.CTCLoss", positional=_CALL)
def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    (scores,) = tensors(log_probs)
    batch = scores if scores.ndim == 3 else tape.reshape(scores, (scores.shape[0], 1, scores.shape[1]))
    steps, lengths = (np.asarray(given, dtype=np.intp).ravel() for given in (input_lengths, target_lengths))
    labels = _label_sequences(np.asarray(targets), lengths, batch.shape, steps, blank)
    losses = _losses(batch, labels, steps, blank, zero_infinity=zero_infinity)
    chosen = named(reduction, None, None)
    if chosen == "mean":
        return tape.mean(losses / np.maximum(lengths, 1).astype(losses.dtype))
    return tape.sum(losses) if chosen == "sum" else losses if scores.ndim == 3 else losses[0]


def _label_sequences(targets: Array, lengths: Array, shape: tuple[int, ...], steps: Array, blank: int) -> list[Array]:
    """Labels of each sequence, from rows that are padded at their end or from one array of all in turn."""
    longest, count, classes = shape
    if not len(lengths) == len(steps) == count:
        raise ShapeError(f"expected {count} lengths of inputs and of targets; {len(steps)} and {len(lengths)} came")
    if steps.size and (steps.min() < 0 or steps.max() > longest):
        raise DomainError("input_lengths", f"at most {longest} steps", (int(steps.argmax()),), float(steps.max()))
    if not 0 <= blank < classes:
        raise DomainError("blank", f"a class from 0 to {classes - 1}", (), blank)
    if targets.ndim == 2:
        labels = [row[:length] for row, length in zip(targets, lengths, strict=True)]
    elif targets.size != lengths.sum():
        raise ShapeError(f"targets: expected {lengths.sum()} labels, the sum of target_lengths; {targets.size} came")
    else:
        labels = np.split(targets, np.cumsum(lengths)[:-1])
    for row, given in enumerate(labels):
        outside = (given < 0) | (given >= classes)
        if outside.any():
            at = int(outside.argmax())
            raise DomainError("targets", f"classes from 0 to {classes - 1}", (row, at), float(given[at]))
    return labels


def _losses(scores: Any, labels: list[Array], steps: Array, blank: int, *, zero_infinity: bool) -> Any:
    """−log of the summed probability of each sequence's alignments.

    torch's slope is that of log-softmax and loss together, e^log_p − posterior, though given for log_p itself.
    """
    log_p = tape.plain(scores)
    values = np.zeros(len(labels), dtype=log_p.dtype)
    slopes = np.zeros_like(log_p)
    for n, (given, length) in enumerate(zip(labels, steps, strict=True)):
        loss, slope = _aligned(log_p[:length, n], given, blank)
        if not (zero_infinity and loss == np.inf):
            values[n], slopes[:length, n] = loss, slope
    return tape.primitive(values, (scores, lambda g: g[:, None] * slopes))


def _aligned(log_p: Array, labels: Array, blank: int) -> tuple[Any, Array]:
    """Loss of one sequence and its slope, NaN where no alignment fits.

    The order of the sums is torch's: in single precision it decides the fourth digit of a slope.
    """
    places = np.full(2 * len(labels) + 1, blank)
    places[1::2] = labels
    if len(log_p) == 0:
        return (np.inf if len(labels) else 0.0), log_p
    emitted = log_p[:, places]
    # A place is reached from itself, the one before and, past a blank, from another label.
    skips = places[2:] != places[:-2]
    before = _reached(emitted, skips)
    after = _reached(emitted[::-1, ::-1], skips[::-1])[::-1, ::-1]
    loss = -_log_sum(*before[-1, -2:][::-1])
    return loss, _exp(log_p) - _exp(_by_class(before + after, places, log_p.shape[1]) + loss - log_p)


def _reached(emitted: Array, skips: Array) -> Array:
    """Log of the summed weight of all ways that end at each place at each step, its own emission included."""
    reached = np.full_like(emitted, -np.inf)
    reached[0, :2] = emitted[0, :2]
    for t in range(1, len(emitted)):
        stay = reached[t - 1]
        one, two = np.full_like(stay, -np.inf), np.full_like(stay, -np.inf)
        one[1:], two[2:] = stay[:-1], np.where(skips, stay[:-2], -np.inf)
        reached[t] = _log_sum(stay, one, two) + emitted[t]
    return reached


def _by_class(logs: Array, places: Array, classes: int) -> Array:
    """Log-sums over the places of each class, from the last place to the first."""
    total = np.full((len(logs), classes), -np.inf, dtype=logs.dtype)
    for place in range(len(places) - 1, -1, -1):
        label = places[place]
        total[:, label] = _log_sum(total[:, label], logs[:, place])
    return total


def _log_sum(*logs: Any) -> Any:
    """Log Σ e^x of arrays, entry by entry; −inf of nothing but −inf."""
    largest = np.max(logs, axis=0)
    shift = np.where(np.isfinite(largest), largest, 0.0).astype(largest.dtype)
    total = _exp(logs[0] - shift)
    for other in logs[1:]:
        total = total + _exp(other - shift)
    return np.log(total.astype(np.float64)).astype(shift.dtype) + shift


def _exp(x: Any) -> Any:
    """e^x rounded once, as the C library has it; numpy's own in single precision is off by more."""
    return np.exp(x.astype(np.float64)).astype(x.dtype)
