"""torch's connectionist temporal classification."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._trellis import Trellis, exponential, log_sum
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
    lengths = np.array([len(row) for row in labels], dtype=np.intp)
    padded = np.full((len(labels), lengths.max(initial=0)), blank, dtype=np.intp)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = np.concatenate(labels) if labels else []
    trellis = Trellis(tape.plain(scores), padded, steps, lengths, blank)
    values = trellis.cost(keep=True)
    slopes = _slopes(trellis, values)
    if zero_infinity:
        impossible = np.isinf(values)
        values[impossible], slopes[:, impossible] = 0.0, 0.0
    return tape.primitive(values, (scores, lambda g: g[:, None] * slopes))


def _slopes(trellis: Trellis, cost: Array) -> Array:
    """e^log_p − posterior, NaN where no alignment fits, 0 beyond a sequence's frames.

    The order of the sums is torch's: in single precision it decides the fourth digit of a slope.
    """
    slopes = np.zeros_like(trellis.log_probs)
    for frame, reached, to_come in trellis.backwards():
        log_p = trellis.log_probs[frame]
        through = _by_class(reached + (to_come + trellis.emitted(frame)), trellis.places, log_p.shape[1])
        slope = exponential(log_p) - exponential(through + cost[:, None] - log_p)
        slopes[frame] = np.where((frame < trellis.frames)[:, None], slope, 0.0)
    return slopes


def _by_class(logs: Array, places: Array, classes: int) -> Array:
    """Log-sums over the places of each class, from the last place to the first."""
    sequences = np.arange(len(logs))
    total = np.full((len(logs), classes), -np.inf, dtype=logs.dtype)
    for place in range(places.shape[1] - 1, -1, -1):
        label = places[:, place]
        total[sequences, label] = log_sum(total[sequences, label], logs[:, place])
    return total
