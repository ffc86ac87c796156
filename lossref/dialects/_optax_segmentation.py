"""optax's losses of masks and of sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._optax_shared import Axis, axes, floating, like, log_softmax, logaddexp
from lossref.dialects._registry import register
from lossref.errors import DomainError, OptionError, ShapeError

_O = "optax.losses."


@register(_O + "dice_loss")
def dice_loss(
    predictions: Any,
    targets: Any,
    *,
    class_weights: Any = None,
    smooth: float = 1.0,
    alpha: float = 0.5,
    beta: float = 0.5,
    apply_softmax: bool = True,
    reduction: str = "mean",
    ignore_background: bool = False,
    axis: Axis = None,
) -> Any:
    scores, truth = _of_one_rank(*floating(predictions, targets))
    p = _probabilities(scores, apply_softmax)
    over = tuple(range(1, p.ndim - 1)) if axis is None else axes(axis)
    shared = tape.sum(p * truth, axis=over)
    false_positive = tape.sum(p * (1.0 - truth), axis=over)
    false_negative = tape.sum((1.0 - p) * truth, axis=over)
    terms = 1.0 - (shared + smooth) / (shared + alpha * false_positive + beta * false_negative + smooth)
    if class_weights is not None:
        terms = terms * like(class_weights, terms.dtype)
    if ignore_background and terms.shape[-1] > 1:
        terms = terms[..., 1:]
    if reduction not in {"mean", "sum", "none"}:
        raise OptionError(f"reduction: expected one of mean, sum, none; {reduction!r} came")
    return terms if reduction == "none" else {"mean": tape.mean, "sum": tape.sum}[reduction](terms, axis=-1)


@register(_O + "binary_dice_loss")
def binary_dice_loss(predictions: Any, targets: Any, *, smooth: float = 1.0, apply_sigmoid: bool = True) -> Any:
    scores, truth = (_with_channel(x) for x in floating(predictions, targets))
    return dice_loss(scores, truth, smooth=smooth, apply_softmax=apply_sigmoid)


def _with_channel(x: Any) -> Any:
    return x if x.ndim and x.shape[-1] == 1 else tape.reshape(x, (*x.shape, 1))


def _of_one_rank(scores: Any, truth: Any) -> tuple[Any, Any]:
    if scores.ndim != truth.ndim:
        scores, truth = (x if x.ndim == max(scores.ndim, truth.ndim) else _with_channel(x) for x in (scores, truth))
    if scores.shape != truth.shape:
        raise ShapeError(f"targets must have the shape of predictions, {scores.shape}; it has {truth.shape}")
    return scores, truth


def _probabilities(scores: Any, from_logits: bool) -> Any:
    """Softmax over the channels, of one channel the sigmoid."""
    if from_logits:
        return tape.sigmoid(scores) if scores.shape[-1] == 1 else tape.softmax(scores, axis=-1)
    sums = tape.plain(scores).sum(axis=-1)
    wrong = ~np.isclose(sums, 1.0, rtol=1e-5, atol=1e-8)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DomainError("predictions", "probabilities that sum to 1 over the last axis", index, float(sums[index]))
    return scores


@register(_O + "ctc_loss")
def ctc_loss(
    logits: Any,
    logit_paddings: Any,
    labels: Any,
    label_paddings: Any,
    *,
    blank_id: int = 0,
    log_epsilon: float = -1e5,
) -> Any:
    """Minus the log of the probability of all alignments; log_epsilon stands for the log of 0, even in the result.

    Two states a label: `between` (blank, or nothing yet, after k labels) and `on` (on label k).
    """
    scores, padded = floating(logits, logit_paddings)
    labels = np.asarray(labels)
    count, longest = labels.shape
    lengths = longest - np.asarray(tape.plain(label_paddings)).sum(axis=1).astype(np.int64)
    logs = log_softmax(scores, -1)
    blank = logs[:, :, blank_id : blank_id + 1]
    own = logs[np.arange(count)[:, None, None], np.arange(logs.shape[1])[None, :, None], labels[:, None, :]]
    repeated = np.zeros(labels.shape, logs.dtype)
    repeated[:, :-1] = labels[:, :-1] == labels[:, 1:]
    between = np.full((count, longest + 1), log_epsilon, logs.dtype)
    between[:, 0] = 0.0
    state = (between, np.full(labels.shape, log_epsilon, logs.dtype))
    for t in range(logs.shape[1]):
        state = _step(state, blank[:, t], own[:, t], padded[:, t : t + 1], repeated, log_epsilon)
    return -_arrived(*state)[np.arange(count), lengths]


def _step(state: Any, blank: Any, own: Any, padded: Any, repeated: Any, log_zero: float) -> Any:
    """One more frame; one that is padding changes nothing."""
    between, on = state
    # A label may follow the one before at once, unless it repeats that: then a blank must stand between.
    ready = _arrived(between, on + log_zero * repeated)
    next_on = logaddexp(ready[:, :-1] + own, on + own)
    next_between = _arrived(ready + blank, on + blank + log_zero * (1.0 - repeated))
    return (padded * between + (1.0 - padded) * next_between, padded * on + (1.0 - padded) * next_on)


def _arrived(between: Any, on: Any) -> Any:
    """Log-probabilities of k labels done, with those just now on the k-th."""
    return tape.concatenate([between[:, :1], logaddexp(between[:, 1:], on)], axis=1)
