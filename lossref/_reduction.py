"""From one number a term to what was asked for; every denominator has a name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lossref._blocks import Mask
from lossref._numerics import Array
from lossref.errors import DomainError, EmptyError, OptionError, ShapeError

REDUCTIONS = ("mean", "sum", "none", "batchmean", "mean_by_weight")


def denominators(term: str) -> Mapping[str, str]:
    """Say what each reduction divides by, for losses whose terms are called `term`."""
    return {
        "mean": f"number of {term}s",
        "sum": "1",
        "none": f"1 (one value for each {term})",
        "batchmean": "length of the first axis",
        "mean_by_weight": "sum of the weights",
    }


def checked_weights(weights: object, shape: tuple[int, ...]) -> Array:
    """Weights of the terms as float64: one for each term, finite and not negative."""
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != shape:
        raise ShapeError(f"weights: expected one for each term, shape {shape}; got shape {array.shape}")
    return _checked_numbers("weights", array)


def checked_class_weights(weights: object, classes: int) -> Array:
    """Weights of the classes as float64: one for each class, finite and not negative."""
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != (classes,):
        raise ShapeError(f"class_weights: expected one for each class, shape ({classes},); got shape {array.shape}")
    return _checked_numbers("class_weights", array)


def checked_mask(mask: object, shape: tuple[int, ...]) -> Mask:
    """Which terms count, flat: booleans, one for each term."""
    array = np.asarray(mask)
    if array.dtype != np.bool_:
        raise TypeError(f"mask: expected booleans, True for a term that counts; got dtype {array.dtype}")
    if array.shape != shape:
        raise ShapeError(f"mask: expected one for each term, shape {shape}; got shape {array.shape}")
    return array.reshape(-1)


def denominator(reduction: str, terms: int, batch_size: int, mass: float | None) -> float:
    """Count what the sum of the (weighted) terms is divided by; `mass` is the sum of the weights."""
    if reduction in {"sum", "none"}:
        return 1.0
    if reduction == "mean_by_weight":
        if mass is None:
            raise OptionError("reduction mean_by_weight needs the option weights; without weights, use mean")
        count = mass
    else:
        count = float(terms if reduction == "mean" else batch_size)
    if count == 0.0:
        raise EmptyError(f"{reduction} over nothing has no value; use reduction sum (0) or none, or leave the case out")
    return count


def _checked_numbers(name: str, array: Array) -> Array:
    wrong = ~((array >= 0.0) & (array < np.inf))
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DomainError(name, "finite numbers that are not negative", index, float(array[index]))
    return array
