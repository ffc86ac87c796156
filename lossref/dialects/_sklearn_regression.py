"""Errors and scores of regressions, as `sklearn.metrics` averages them over outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._sklearn_targets import average, weights_of
from lossref.metrics._fit import explained_variance_of, r2_of


def _outputs(
    y_true: Any, y_pred: Any, sample_weight: Any = None, *, lists: bool = False
) -> tuple[Array, Array, Array | None]:
    """Both as (N, D) in the widest float dtype of the arrays (of the lists too) among them, and the weights."""
    if lists:
        y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    given = (getattr(a, "dtype", np.dtype(object)) for a in (y_true, y_pred, sample_weight))
    floats = [dtype for dtype in given if dtype.kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float64)
    y, p = (np.asarray(a, dtype).reshape(len(a), -1) for a in (y_true, y_pred))
    if y.shape != p.shape:
        raise ValueError(f"y_true and y_pred have {y.shape} and {p.shape} samples and outputs")
    if not len(y) or not (np.isfinite(y).all() and np.isfinite(p).all()):
        raise ValueError("y_true and y_pred: expected at least one sample, and finite numbers")
    weights = weights_of(sample_weight, len(y))
    # Weights are never narrowed to float16.
    return y, p, weights if weights is None or dtype == np.float16 else weights.astype(dtype)


def _over_outputs(scores: Array, multioutput: Any, spread: Array | None = None) -> Any:
    if isinstance(multioutput, str):
        if multioutput == "raw_values":
            return scores
        if multioutput == "variance_weighted" and spread is not None:
            return float(average(scores, spread if spread.any() else None))
        if multioutput != "uniform_average":
            raise ValueError(f"multioutput: {multioutput!r} is not among what the function takes")
        return float(np.mean(scores))
    if multioutput is None:
        return float(np.mean(scores))
    shares = np.asarray(multioutput)
    if len(scores) == 1 or shares.shape != scores.shape:
        raise ValueError(f"multioutput: expected a weight for each of {len(scores)} outputs, more than one")
    return float(np.average(scores, weights=shares))


@register("sklearn.metrics.mean_squared_error")
def mean_squared_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    return _over_outputs(average((y - p) ** 2, weights, 0), multioutput)


@register("sklearn.metrics.root_mean_squared_error")
def root_mean_squared_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    roots = np.sqrt(average((y - p) ** 2, weights, 0))
    if isinstance(multioutput, str) or multioutput is None:
        return _over_outputs(roots, multioutput)
    return float(np.average(roots, weights=multioutput))


def _logs(y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array]:
    y, p, _ = _outputs(y_true, y_pred, sample_weight)
    if (y <= -1.0).any() or (p <= -1.0).any():
        raise ValueError("a logarithmic error takes numbers above −1")
    return np.log1p(y), np.log1p(p)


@register("sklearn.metrics.mean_squared_log_error")
def mean_squared_log_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    logs = _logs(y_true, y_pred, sample_weight)
    return mean_squared_error(*logs, sample_weight=sample_weight, multioutput=multioutput)


@register("sklearn.metrics.root_mean_squared_log_error")
def root_mean_squared_log_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    y, p = _logs(y_true, y_pred, sample_weight)
    weights = weights_of(sample_weight, len(y))
    return _over_outputs(np.sqrt(average((y - p) ** 2, weights, 0)), multioutput)


@register("sklearn.metrics.mean_absolute_error")
def mean_absolute_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    return _over_outputs(average(np.abs(p - y), weights, 0), multioutput)


@register("sklearn.metrics.mean_pinball_loss")
def mean_pinball_loss(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, alpha: float = 0.5, multioutput: Any = "uniform_average"
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    errors = y - p
    above = (errors >= 0.0).astype(errors.dtype)
    return _over_outputs(average(alpha * above * errors - (1 - alpha) * (1 - above) * errors, weights, 0), multioutput)


@register("sklearn.metrics.mean_absolute_percentage_error")
def mean_absolute_percentage_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    # A target of 0 is taken for the resolution of float64.
    share = np.abs(p - y) / np.maximum(np.abs(y), np.asarray(np.finfo(np.float64).eps, y.dtype))
    return _over_outputs(average(share, weights, 0), multioutput)


@register("sklearn.metrics.median_absolute_error")
def median_absolute_error(
    y_true: Any, y_pred: Any, *, multioutput: Any = "uniform_average", sample_weight: Any = None
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight, lists=True)
    errors = np.abs(p - y)
    medians = np.median(errors, axis=0) if weights is None else _weighted_medians(errors, weights)
    return _over_outputs(medians, multioutput)


def _weighted_medians(errors: Array, weights: Array) -> Array:
    from lossref.metrics._fit import weighted_median

    return weighted_median(errors, weights)


@register("sklearn.metrics.max_error")
def max_error(y_true: Any, y_pred: Any) -> Any:
    y, p, _ = _outputs(y_true, y_pred, lists=True)
    if y.shape[1] > 1:
        raise ValueError("max_error takes one output")
    return float(np.max(np.abs(y - p)))


@register("sklearn.metrics.mean_tweedie_deviance")
def mean_tweedie_deviance(y_true: Any, y_pred: Any, *, sample_weight: Any = None, power: float = 0) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    if y.shape[1] > 1:
        raise ValueError("mean_tweedie_deviance takes one output")
    if 0 < power < 1:
        raise ValueError("power: expected a number that is not between 0 and 1")
    if (power != 0 and (p <= 0.0).any()) or (1 <= power < 2 and (y < 0.0).any()) or (power >= 2 and (y <= 0.0).any()):
        raise ValueError(f"power {power} takes y_pred above 0, and y_true not below it, above it from power 2 on")
    return float(average(_deviance(y[:, 0], p[:, 0], power), weights))


def _deviance(y: Array, mean: Array, power: float) -> Array:
    """Deviance of each sample, by the formula that loses digits beside a perfect fit."""
    if power == 0.0:
        return (y - mean) ** 2
    if power == 1.0:
        surprise = np.zeros_like(y + mean)
        np.multiply(y, np.log(np.divide(y, mean, where=y != 0.0, out=np.ones_like(surprise))), out=surprise)
        return 2.0 * (surprise - y + mean)
    if power == 2.0:
        return 2.0 * (np.log(mean / y) + y / mean - 1.0)
    # Of a power below 0 a target may be negative: such a y contributes nothing to the constant.
    own = np.power(np.maximum(y, 0.0) if power < 0.0 else y, 2.0 - power) / ((1.0 - power) * (2.0 - power))
    cross = y * np.power(mean, 1.0 - power) / (1.0 - power)
    return np.asarray(2.0 * (own - cross + np.power(mean, 2.0 - power) / (2.0 - power)))


@register("sklearn.metrics.r2_score")
def r2_score(
    y_true: Any,
    y_pred: Any,
    *,
    sample_weight: Any = None,
    multioutput: Any = "uniform_average",
    force_finite: bool = True,
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    scores, spread = r2_of(y, p, weights, force_finite=force_finite)
    score = _over_outputs(scores, multioutput, spread)
    return score if len(y) > 1 else float("nan")


@register("sklearn.metrics.explained_variance_score")
def explained_variance_score(
    y_true: Any,
    y_pred: Any,
    *,
    sample_weight: Any = None,
    multioutput: Any = "uniform_average",
    force_finite: bool = True,
) -> Any:
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    scores, spread = explained_variance_of(y, p, weights, force_finite=force_finite)
    return _over_outputs(scores, multioutput, spread)
