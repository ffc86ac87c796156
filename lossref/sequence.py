"""Connectionist temporal classification: the likelihood of a label sequence, summed over all its alignments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref._trellis import Indices, Trellis
from lossref.errors import DomainError, ShapeError
from lossref.spec import LossSpec, Parameter, Peer

Interval = tuple[Array, Array]


def _posteriors(trellis: Trellis) -> Array:
    """Probability that an alignment of the sequence emits each class at each frame; 0 where there is none."""
    cost = trellis.cost(keep=True)
    possible = np.isfinite(cost)
    posterior = np.zeros_like(trellis.log_probs)
    for frame, reached, to_come in trellis.backwards():
        share = reached + to_come + np.where(possible, cost, 0.0)[:, None]
        share = np.where((possible & (frame < trellis.frames))[:, None], np.exp(share), 0.0)
        np.add.at(posterior[frame], (trellis.sequences[:, None], trellis.places), share)
    return posterior


def _trellis(log_probs: Array, targets: Indices, frames: Indices, lengths: Indices, blank: float) -> Trellis:
    labels = _padded(log_probs, targets, frames, lengths, blank)
    return Trellis(log_probs, labels, frames, lengths, int(blank))


def _padded(log_probs: Array, targets: Indices, frames: Indices, lengths: Indices, blank: float) -> Indices:
    """Labels of each sequence as a row, filled up with blanks; raises for what does not go together."""
    if log_probs.ndim != 3:
        raise ShapeError(f"log_probs: expected (T, N, C), got {log_probs.shape}")
    steps, batch, classes = log_probs.shape
    if frames.shape != (batch,) or lengths.shape != (batch,):
        raise ShapeError(
            f"expected input_lengths and target_lengths of shape ({batch},); got {frames.shape} and {lengths.shape}"
        )
    _check_range("input_lengths", frames, 0, steps)
    _check_range("blank", np.array([int(blank)]), 0, classes - 1)
    _check_range("target_lengths", lengths, 0, targets.shape[-1] if targets.ndim == 2 else targets.size)
    width = int(lengths.max(initial=0))
    labels: Indices = np.full((batch, width), int(blank), dtype=np.intp)
    counted = np.arange(width) < lengths[:, None]
    if targets.ndim == 2 and len(targets) == batch:
        labels[counted] = targets[:, :width][counted]
    elif targets.ndim == 1 and targets.size == lengths.sum():
        labels[counted] = targets
    else:
        raise ShapeError(
            f"targets: expected ({batch}, S), or all labels in a row, ({lengths.sum()},); got {targets.shape}"
        )
    _check_range("targets", labels, 0, classes - 1)
    if (labels == int(blank))[counted].any():
        index = tuple(int(i) for i in np.argwhere((labels == int(blank)) & counted)[0])
        raise DomainError("targets", "labels other than the blank", index, int(blank))
    return labels


def _check_range(name: str, numbers: Indices, low: int, high: int) -> None:
    wrong = (numbers < low) | (numbers > high)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DomainError(name, f"whole numbers from {low} to {high}", index, int(numbers[index]))


def _per_label(terms: Array, lengths: Indices, *, length_normalization: bool) -> Array:
    return terms / np.maximum(lengths, 1).astype(terms.dtype) if length_normalization else terms


def _ctc(log_probs: Array, *rest: Any, zero_infinity: bool, length_normalization: bool) -> Array:
    terms = _trellis(log_probs, *rest).cost(keep=False)
    if zero_infinity:
        terms = np.where(np.isinf(terms), 0.0, terms)
    return _per_label(terms, rest[2], length_normalization=length_normalization)


def _ctc_slope(
    upstream: Array, log_probs: Array, *rest: Any, zero_infinity: bool, length_normalization: bool
) -> Interval:
    del zero_infinity  # an impossible sequence has no alignments, and its term no slope, either way
    weight = _per_label(upstream, rest[2], length_normalization=length_normalization).astype(log_probs.dtype)
    slope = -_posteriors(_trellis(log_probs, *rest)) * weight[:, None]
    return slope, slope


def _sample(rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    """Frames enough for every sequence, of normalized log-probabilities; class 0 is the blank."""
    frames, longest = 8, 3
    scores = rng.normal(size=(frames, rows, classes))
    log_probs = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    targets = rng.integers(1, classes, size=(rows, longest))
    return [log_probs, targets, rng.integers(6, frames + 1, size=rows), rng.integers(1, longest + 1, size=rows)]


_NAMES = {name: name for name in ("log_probs", "targets", "input_lengths", "target_lengths")}

CTC = LossSpec(
    name="ctc",
    aliases=("ctc_loss",),
    family="sequence",
    summary="Negative log-likelihood of a label sequence, summed over all ways to align it with the frames.",
    latex=r"-\log \sum_{\pi \in \mathcal{B}^{-1}(l)} \prod_{t=1}^{T} p_t(\pi_t)",
    references=("A. Graves et al., Connectionist temporal classification, ICML 2006",),
    parameters=(
        Parameter("log_probs", "prediction", "row_logits", "whole", plausible=(-5.0, -0.1)),
        Parameter("targets", "target", "class_index", "whole", dtype="int64"),
        Parameter("input_lengths", "input", "class_index", "whole", dtype="int64"),
        Parameter("target_lengths", "input", "class_index", "whole", dtype="int64"),
        Parameter("blank", "hyper", "index", "scalar", default=0, plausible=(0.0, 0.5), dtype="int64"),
    ),
    properties=frozenset({"non_negative"}),
    options={"zero_infinity": (False, True), "length_normalization": (False, True)},
    bounds=(0.0, math.inf),
    peers=(
        Peer(
            "torch.nn.functional.ctc_loss",
            _NAMES | {"blank": "blank"},
            {"length_normalization": True},
            "its mean divides by the target's length first; its gradient is that behind a log-softmax",
        ),
        Peer("torch.nn.CTCLoss", _NAMES | {"blank": "blank"}, {"length_normalization": True}),
    ),
    coupled=True,
    sample=_sample,
    terms=_ctc,
    slopes={"log_probs": _ctc_slope},
)


def ctc(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int = 0, **options: Any) -> Any:
    """Mean over sequences of −log of the probability of all alignments that spell the target.

    Parameters
    ----------
    log_probs : array_like of shape (T, N, C), log-probabilities of the classes at each frame
    targets : array_like of integers, shape (N, S), or (sum of target_lengths,): one sequence after the other
        What stands beyond a sequence's length is not looked at.
    input_lengths, target_lengths : array_like of integers, shape (N,)
    blank : int
        Index of the class that spells nothing.
    **options
        As for `LossSpec.value`; `length_normalization` divides each term by the length of its target (at least 1);
        `zero_infinity` takes impossible targets as 0.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    A target that does not fit into its frames (each repeated label needs a blank between) has the value inf and the
    gradient 0. The gradient treats the log-probabilities as free: it is minus the posterior of each class at each
    frame. Behind a log-softmax that makes softmax − posterior, which torch gives at once.

    References
    ----------
    torch.nn.functional.ctc_loss (whose mean divides by the target's length first), optax.losses.ctc_loss.

    Examples
    --------
    >>> half = [[[0.5, 0.5]], [[0.5, 0.5]]]
    >>> print(ctc(np.log(half), [[1]], [2], [1]).round(6))  # three of the four alignments spell 1
    0.287682
    """
    return CTC.value(log_probs, targets, input_lengths, target_lengths, blank, **options)


SPECS = (CTC,)
