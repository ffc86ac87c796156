"""What the regression losses have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lossref._numerics import Array
from lossref._sums import total
from lossref.spec import Parameter

TARGET = Parameter("y_true", "target", "real")
PREDICTION = Parameter("y_pred", "prediction", "real")

# Of every loss f(e) of the residual alone that is even, convex and 0 at 0.
OF_RESIDUAL = frozenset(
    {
        "non_negative",
        "zero_at_perfect_fit",
        "symmetric_in_arguments",
        "convex_in_prediction",
        "permutation_invariant",
        "translation_invariant",
    }
)

# Names of the arguments in other libraries → ours.
TORCH = {"target": "y_true", "input": "y_pred"}
BY_NAME = {"y_true": "y_true", "y_pred": "y_pred"}  # keras, and sklearn's metrics
OPTAX = {"targets": "y_true", "predictions": "y_pred"}
RAW = {"y_true": "y_true", "raw_prediction": "y_pred"}  # sklearn._loss
TERMS = {"reduction": "none"}

Interval = tuple[Array, Array]


def negated(interval: Interval) -> Interval:
    """Interval of −s for s in the interval."""
    low, high = interval
    lowest = -high
    return lowest, lowest if low is high else -low


def same(slope: Array) -> Interval:
    """Interval of a slope that is known."""
    return slope, slope


def of_residual(
    value: Callable[..., Array],
    slope: Callable[..., Interval],
    curvature: Callable[..., Array],
    sum_of: Callable[..., float] | None = None,
    both: Callable[..., tuple[float, Array, Array]] | None = None,
) -> dict[str, Any]:
    """Kernels of a loss f(e) of the residual e = y_pred − y_true, from f, f′ and f″ of e and the hyper-parameters.

    `sum_of` gives Σ f, where that is less work; where it shares work with f′, `both` gives it and the ends of f′. All
    but the slope may write to the residual that they get.

    The sign of p − y is exact even where the difference rounds or overflows, and so are kinks at e = 0.
    """

    def terms(y: Array, p: Array, *hypers: float) -> Array:
        return value(p - y, *hypers)

    def summed(e: Array, *hypers: float) -> float:
        return total(value(e, *hypers)) if sum_of is None else sum_of(e, *hypers)

    def sum_of_terms(y: Array, p: Array, *hypers: float) -> float:
        return summed(p - y, *hypers)

    def slope_prediction(y: Array, p: Array, *hypers: float) -> Interval:
        return slope(p - y, *hypers)

    def slope_target(y: Array, p: Array, *hypers: float) -> Interval:
        return negated(slope(p - y, *hypers))

    def second(y: Array, p: Array, *hypers: float) -> Array:
        return curvature(p - y, *hypers)

    def fused(y: Array, p: Array, *hypers: float) -> tuple[float, Array, Array]:
        e = p - y
        if both is not None:
            return both(e, *hypers)
        low, high = slope(e, *hypers)
        return summed(e, *hypers), low, high

    return {
        "terms": terms,
        "total": sum_of_terms,
        "slopes": {"y_pred": slope_prediction, "y_true": slope_target},
        "curvatures": {"y_pred": second, "y_true": second},
        "fused": {"y_pred": fused},
        "told": ("y_true", "y_pred"),
        "convex_in": ("y_true", "y_pred"),
        "link": "identity",
    }
