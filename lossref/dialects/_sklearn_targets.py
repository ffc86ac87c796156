"""What scikit-learn makes of targets, labels, weights and outputs before it scores them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array


def as_array(values: Any) -> Array:
    """Array as it is; a list of strings becomes an array of them."""
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(isinstance(entry, str) for entry in array.flat):
        return array.astype(str)
    return array


def flat(values: Any, name: str = "y") -> Array:
    """Vector, or a column made one; ValueError for any other shape."""
    array = as_array(values)
    if array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1):
        return array.ravel()
    raise ValueError(f"{name}: expected a vector, got shape {array.shape}")


def kind_of(y: Array) -> str:
    """Name the type of a target as scikit-learn does; `multilabel` for rows of indicators."""
    if y.ndim not in {1, 2} or not y.size:
        return "unknown" if y.ndim not in {1, 2} else "binary"
    if y.ndim == 2 and y.shape[1] > 1 and _are_indicators(y):
        return "multilabel"
    outputs = "-multioutput" if y.ndim == 2 and y.shape[1] > 1 else ""
    if y.dtype.kind == "f":
        if not np.isfinite(y).all():
            raise ValueError("targets hold NaN or infinity")
        if (y != np.floor(y)).any():
            return "continuous" + outputs
    if outputs or len(np.unique(y)) > 2:
        return "multiclass" + outputs
    return "binary"


def _are_indicators(y: Array) -> bool:
    whole = y.dtype.kind in "biu" or (y.dtype.kind == "f" and bool((y == np.floor(y)).all()))
    return whole and len(np.unique(y)) < 3


def targets(y_true: Any, y_pred: Any) -> tuple[str, Array, Array]:
    """Kind of both (binary, multiclass or multilabel) with the arrays; indicators as booleans."""
    y, p = as_array(y_true), as_array(y_pred)
    if len(y) != len(p):
        raise ValueError(f"y_true and y_pred have {len(y)} and {len(p)} samples")
    kinds = {kind_of(y), kind_of(p)}
    if kinds == {"binary", "multiclass"}:
        kinds = {"multiclass"}
    if len(kinds) != 1 or not kinds <= {"binary", "multiclass", "multilabel"}:
        raise ValueError(f"y_true and y_pred are no labels of one kind: {', '.join(sorted(kinds))}")
    (kind,) = kinds
    if kind == "multilabel":
        if y.shape != p.shape:
            raise ValueError(f"y_true and y_pred have shapes {y.shape} and {p.shape}")
        return kind, y != 0, p != 0
    y, p = flat(y, "y_true"), flat(p, "y_pred")
    if (y.dtype.kind in "US") != (p.dtype.kind in "US") and y.size:
        raise ValueError("y_true and y_pred mix strings and numbers")
    return ("multiclass" if len(np.union1d(y, p)) > 2 else kind), y, p


def weights_of(sample_weight: Any, count: int, *, all_zero: bool = False) -> Array | None:
    """Weights of the samples in float64, or None."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.shape != (count,):
        raise ValueError(f"sample_weight: expected shape ({count},), got {weights.shape}")
    if not all_zero and not weights.any():
        raise ValueError("sample_weight: expected at least one that is not 0")
    return np.asarray(weights, np.float64)


def ones_or(weights: Array | None, count: int) -> Array:
    return np.ones(count) if weights is None else weights


def average(values: Array, weights: Any = None, axis: int | None = None) -> Any:
    """Mean, or weighted mean."""
    return np.mean(values, axis=axis) if weights is None else np.average(values, weights=weights, axis=axis)


def indicators(y: Array, classes: Array) -> Array:
    """One-hot rows over the classes, as integers."""
    return np.equal(y[:, None], classes[None, :]).astype(np.int64)


def by_class(score: Any, y: Array, s: Array, how: str | None, weights: Array | None) -> Any:
    """Average of score(y, s, weights) over the columns, the rows or all entries of indicators `y`."""
    if how == "micro":
        return score(y.ravel(), s.ravel(), None if weights is None else np.repeat(weights, y.shape[1]))
    if how == "samples":
        scores = np.array([score(row, of, None) for row, of in zip(y, s, strict=True)])
        return _mean_of(scores, weights)
    mass = np.sum(y if weights is None else y * weights[:, None], axis=0)
    if how == "weighted" and np.isclose(mass.sum(), 0.0):
        return 0
    scores = np.array([score(y[:, c], s[:, c], weights) for c in range(y.shape[1])])
    return scores if how is None else _mean_of(scores, mass if how == "weighted" else None)


def _mean_of(scores: Array, mass: Array | None) -> float:
    if mass is None:
        return float(np.mean(scores))
    # A class of no weight has no say, though its score be NaN.
    return float(np.average(np.where(mass == 0, 0.0, scores), weights=mass))
