"""What the classification losses have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lossref._bounds import EPS_POLICY
from lossref._numerics import Array
from lossref.domains import index_offence
from lossref.errors import DomainError, ShapeError
from lossref.spec import Parameter

Indices = npt.NDArray[np.intp]

LOG_BASE = {"log_base": ("e", 2, 10)}
FROM_PROBABILITIES = {**LOG_BASE, **EPS_POLICY}
PROPERTIES = frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"})
FITS = frozenset({"zero_at_perfect_fit"})
PROPER = frozenset({"proper"})
SHIFTS = frozenset({"logit_shift_invariant"})
LOGIT_RANGE = (-6.0, 6.0)
PROBABILITY_RANGE = (0.02, 0.98)
UNBOUNDED = (0.0, float("inf"))
POSTERIOR = "conditional probability of each class"
POSTERIOR_OF_ONE = "conditional probability of the label 1"

LABEL = Parameter("y_true", "target", "label01", admits="probability", plausible=(0.0, 1.0), dtype="int64")
HARD_LABEL = Parameter("y_true", "target", "label01", plausible=(0.0, 1.0), dtype="int64")
P = Parameter("p", "prediction", "probability", plausible=PROBABILITY_RANGE)
Z = Parameter("z", "prediction", "logits", plausible=LOGIT_RANGE)
LABEL_ROWS = Parameter("y_true", "target", "onehot", "rows", admits="simplex", plausible=(0.0, 1.0), dtype="int64")
LABEL_INDEX = Parameter("y_true", "target", "class_index", "row", dtype="int64")
LABEL_INDICES = Parameter("y_true", "target", "class_index", "whole", dtype="int64")
P_ROWS = Parameter("p", "prediction", "simplex", "rows", plausible=PROBABILITY_RANGE)
Z_ROWS = Parameter("z", "prediction", "logits", "rows", admits="row_logits", plausible=LOGIT_RANGE)
SMOOTHING = Parameter("label_smoothing", "hyper", "probability", "scalar", default=0.0, plausible=(0.05, 0.3))


def smoothed(y: Array, smoothing: float) -> Array:
    """Labels of rows, smoothed over the classes: (1 − a) y + a/C."""
    return y if smoothing == 0.0 else (1.0 - smoothing) * y + smoothing / y.shape[0]


def class_weighted(rows: Array, class_weights: Array | None) -> Array:
    """Rows with each class multiplied by its weight."""
    return rows if class_weights is None else rows * class_weights.astype(rows.dtype)[:, None]


def row_weighted(numbers: Array, y: Indices, class_weights: Array | None) -> Array:
    """Numbers of rows (n,), or rows (C, n), multiplied by the weight of each row's class."""
    return numbers if class_weights is None else numbers * class_weights.astype(numbers.dtype)[y]


def onehot(y: Indices, like: Array) -> Array:
    """One-hot rows of class indices, in the shape and dtype of other rows."""
    rows = np.zeros_like(like)
    rows[y, np.arange(len(y))] = 1.0
    return rows


def mass_of_rows(y: Array, class_weights: Array) -> Array:
    """Weight of each row under class weights: Σ w_k y_k."""
    mass: Array = class_weights @ y
    return mass


def mass_of_indices(y: Indices, class_weights: Array) -> Array:
    """Weight of each row under class weights: that of its class."""
    mass: Array = class_weights[y]
    return mass


def check_shapes(**arrays: tuple[Array | Indices, tuple[int, ...]]) -> None:
    """Raise ShapeError for the first array, by name, whose shape is not the one beside it."""
    for name, (array, shape) in arrays.items():
        if array.shape != shape:
            raise ShapeError(f"{name}: expected shape {shape} to go with the others, got {array.shape}")


def check_labels(y: Indices, classes: int) -> None:
    """Raise DomainError for the first label that names no class."""
    found = index_offence("y_true", y, classes)
    if found is not None:
        raise DomainError(found.argument, found.words, (found.term,), found.value)
