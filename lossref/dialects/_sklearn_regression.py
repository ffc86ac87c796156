"""Errors and scores of regressions, as `sklearn.metrics` averages them over outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._registry import register
from lossref.dialects._sklearn_targets import average, ones_or
from lossref.metrics._deviance import tweedie_deviance
from lossref.metrics._fit import explained_variance_of, r2_of


def _outputs(y_true: Any, y_pred: Any, sample_weight: Any = None) -> tuple[Array, Array, Array | None]:
    """Both as (N, D) in the float dtype that all of them share, and the weights."""
    y, p = np.asarray(y_true), np.asarray(y_pred)
    weights = None if sample_weight is None else np.asarray(sample_weight)
    floats = [a.dtype for a in (y, p, weights) if a is not None and a.dtype.kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float64)
    y, p = (np.asarray(a, dtype).reshape(len(a), -1) for a in (y, p))
    if y.shape != p.shape:
        raise ValueError(f"y_true and y_pred have {y.shape} and {p.shape} samples and outputs")
    if not len(y) or not (np.isfinite(y).all() and np.isfinite(p).all()):
        raise ValueError("y_true and y_pred: expected at least one sample, and finite numbers")
    if weights is not None:
        weights = weights.astype(dtype)
        if weights.shape != (len(y),):
            raise ValueError(f"sample_weight: expected shape ({len(y)},), got {weights.shape}")
    return y, p, weights


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
    return _over_outputs(np.sqrt(average((y - p) ** 2, weights, 0)), multioutput)


def _logs(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    y, p, _ = _outputs(y_true, y_pred)
    if (y <= -1.0).any() or (p <= -1.0).any():
        raise ValueError("a logarithmic error takes numbers above −1")
    return np.log1p(y), np.log1p(p)


@register("sklearn.metrics.mean_squared_log_error")
def mean_squared_log_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    logs = _logs(y_true, y_pred)
    return mean_squared_error(*logs, sample_weight=sample_weight, multioutput=multioutput)


@register("sklearn.metrics.root_mean_squared_log_error")
def root_mean_squared_log_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, multioutput: Any = "uniform_average"
) -> Any:
    logs = _logs(y_true, y_pred)
    return root_mean_squared_error(*logs, sample_weight=sample_weight, multioutput=multioutput)


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
    y, p, weights = _outputs(y_true, y_pred, sample_weight)
    errors = np.abs(p - y)
    medians = np.median(errors, axis=0) if weights is None else _weighted_medians(errors, weights)
    return _over_outputs(medians, multioutput)


def _weighted_medians(errors: Array, weights: Array) -> Array:
    from lossref.metrics._fit import weighted_median

    return weighted_median(errors, weights)


@register("sklearn.metrics.max_error")
def max_error(y_true: Any, y_pred: Any) -> Any:
    y, p, _ = _outputs(y_true, y_pred)
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
    return float(average(tweedie_deviance(y[:, 0], p[:, 0], power), weights))


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
    if len(y) < 2:
        return float("nan")
    scores, spread = r2_of(y, p, ones_or(weights, len(y)), force_finite=force_finite)
    return _over_outputs(scores, multioutput, spread)


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
    scores, spread = explained_variance_of(y, p, ones_or(weights, len(y)), force_finite=force_finite)
    return _over_outputs(scores, multioutput, spread)
